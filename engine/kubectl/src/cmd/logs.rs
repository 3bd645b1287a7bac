//! `kubectl logs`: what a container has printed, or goes on printing.

use serde_json::Value;
use sim::futures_util::future::join_all;

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::host::Stream;
use crate::rest::helper::{Helper, ListOptions};
use crate::transport::{ByteStream, Request};

const USAGE: &str = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command";

/// `logs`
pub const COMMAND: Command = Command {
    name: "logs",
    usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
    short: "Print the logs for a container in a pod",
    flags: &[
        shared::SELECTOR,
        &[
            Flag::bool("all-containers", "Get all containers' logs in the pod(s)."),
            Flag::bool("all-pods", "Get logs from all pod(s). Sets prefix to true."),
            Flag::string("container", "Print the logs of this container").short('c'),
            Flag::bool("follow", "Specify if the logs should be streamed.").short('f'),
            Flag::bool("ignore-errors", "If watching / following pod logs, allow for any errors that occur to be non-fatal"),
            Flag::bool(
                "insecure-skip-tls-verify-backend",
                "Skip verifying the identity of the kubelet that logs are requested from.",
            ),
            Flag::int("limit-bytes", "0", "Maximum bytes of logs to return. Defaults to no limit."),
            Flag::int(
                "max-log-requests",
                "5",
                "Specify maximum number of concurrent logs to follow when using by a selector. Defaults to 5.",
            ),
            Flag::duration(
                "pod-running-timeout",
                "20s",
                "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
            ),
            Flag::bool("prefix", "Prefix each log line with the log source (pod name and container name)"),
            Flag::bool(
                "previous",
                "If true, print the logs for the previous instance of the container in a pod if it exists.",
            )
            .short('p'),
            Flag::duration(
                "since",
                "0s",
                "Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs. Only one of \
                 since-time / since may be used.",
            ),
            Flag::string(
                "since-time",
                "Only return logs after a specific date (RFC3339). Defaults to all logs. Only one of since-time / since \
                 may be used.",
            ),
            Flag::int(
                "tail",
                "-1",
                "Lines of recent log file to display. Defaults to -1 with no selector, showing all log lines otherwise \
                 10, if a selector is provided.",
            ),
            Flag::bool("timestamps", "Include timestamps on each line in the log output"),
        ],
    ],
    long: "Print the logs for a container in a pod or specified resource. If the pod has only one container, the \
container name is optional.",
    example: "# The log of a pod with one container
kubectl logs nginx

# All containers of a pod
kubectl logs nginx --all-containers=true

# Pods with a label
kubectl logs -l app=nginx

# The run of a container before its last restart
kubectl logs -p -c ruby web-1

# Go on with what is printed
kubectl logs -f -c ruby web-1

# Only the last 20 lines
kubectl logs --tail=20 nginx

# The last hour
kubectl logs --since=1h nginx

# A job's first container
kubectl logs job/hello",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let sources = sources(&cx)?;
        let follow = cx.flags.bool("follow");
        let most = usize::try_from(cx.flags.int("max-log-requests")).unwrap_or(0);
        if follow && sources.len() > 1 && sources.len() > most {
            return Err(fail!(
                "you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use \
                 --max-log-requests to increase the limit",
                sources.len()
            ));
        }
        if follow && sources.len() > 1 {
            let results = join_all(sources.iter().map(|source| copy(&cx, source))).await;
            return Error::check(results.into_iter().filter_map(Result::err).collect());
        }
        for source in &sources {
            match copy(&cx, source).await {
                Err(error) if cx.flags.bool("ignore-errors") => {
                    cx.err(&format!("error: {}\n", error.text()))
                }
                result => result?,
            }
        }
        Ok(())
    })
}

/// A container whose log is wanted.
struct Source {
    namespace: String,
    pod: String,
    container: String,
    prefix: String,
}

/// What the arguments mean.
fn sources(cx: &Context) -> Result<Vec<Source>, Error> {
    let selector = cx.flags.string("selector");
    let (namespace, _) = cx.namespace()?;
    let mut container = cx.flags.string("container");
    match (cx.args.as_slice(), selector.is_empty()) {
        ([], true) => return Err(cx.usage_error(USAGE)),
        ([_, _], true) if !container.is_empty() => {
            return Err(fail!(
                "only one of -c or an inline [CONTAINER] arg is allowed"
            ));
        }
        ([_, inline], true) => container.clone_from(inline),
        ([_] | [], _) => {}
        (_, false) => return Err(fail!("only a selector (-l) or a POD name is allowed")),
        _ => return Err(cx.usage_error(USAGE)),
    }
    if cx.flags.int("limit-bytes") < 0 {
        return Err(fail!("--limit-bytes must be greater than 0"));
    }
    if cx.flags.int("tail") < -1 {
        return Err(fail!("--tail must be greater than or equal to -1"));
    }
    let pods = if selector.is_empty() {
        named(cx, &namespace)?
    } else {
        selected(cx, &namespace, &selector)?
    };
    let all = cx.flags.bool("all-containers");
    if all && !container.is_empty() {
        return Err(fail!(
            "--all-containers=true should not be specified with container name {container}"
        ));
    }
    let mut out = Vec::new();
    for pod in &pods {
        let names = if all {
            all_containers(pod)
        } else {
            vec![one_container(cx, pod, &container)?]
        };
        let name = text(&pod["metadata"]["name"]);
        for container in names {
            let prefix = if cx.flags.bool("prefix") || cx.flags.bool("all-pods") {
                format!("[pod/{name}/{container}] ")
            } else {
                String::new()
            };
            let namespace = text(&pod["metadata"]["namespace"]);
            out.push(Source {
                namespace,
                pod: name.clone(),
                container,
                prefix,
            });
        }
    }
    if out.is_empty() {
        cx.err(&format!("No resources found in {namespace} namespace.\n"));
    }
    Ok(out)
}

/// The pod of that name, or of the workload of that name.
fn named(cx: &Context, namespace: &str) -> Result<Vec<Value>, Error> {
    let (kind, name) = cx.args[0].split_once('/').unwrap_or(("pods", &cx.args[0]));
    let mapping = cx.mapper()?.resource(kind)?;
    let object = Helper::new(cx, &mapping)
        .get(namespace, name)
        .map_err(|error| match error.status() {
            Some(status) if error.is_not_found() => {
                fail!(
                    "error from server (NotFound): {} in namespace {namespace:?}",
                    status.message
                )
            }
            _ => error,
        })?;
    if mapping.resource == "pods" && mapping.group.is_empty() {
        return Ok(vec![object]);
    }
    let labels = &object["spec"]["selector"];
    let labels = labels.get("matchLabels").unwrap_or(labels);
    let pairs: Vec<String> = labels
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", text(value)))
        .collect();
    if pairs.is_empty() {
        return Err(fail!(
            "cannot get the logs from {}: no pod selector",
            mapping.gvk_text()
        ));
    }
    let mut pods = selected(cx, namespace, &pairs.join(","))?;
    if pods.is_empty() {
        return Err(fail!("timed out waiting for the condition"));
    }
    if cx.flags.bool("all-pods") {
        return Ok(pods);
    }
    pods.sort_by_key(|pod| (!is_ready(pod), text(&pod["metadata"]["creationTimestamp"])));
    if pods.len() > 1 {
        cx.err(&format!(
            "Found {} pods, using pod/{}\n",
            pods.len(),
            text(&pods[0]["metadata"]["name"])
        ));
    }
    pods.truncate(1);
    Ok(pods)
}

fn selected(cx: &Context, namespace: &str, selector: &str) -> Result<Vec<Value>, Error> {
    let mapping = cx.mapper()?.resource("pods")?;
    let options = ListOptions {
        label_selector: selector.to_owned(),
        ..ListOptions::default()
    };
    let list = Helper::new(cx, &mapping).list(namespace, &options)?;
    Ok(list["items"].as_array().cloned().unwrap_or_default())
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array();
    conditions
        .into_iter()
        .flatten()
        .any(|c| c["type"] == "Ready" && c["status"] == "True")
}

/// Names of containers, with what sort they are where that is not obvious.
fn containers(pod: &Value) -> Vec<(String, &'static str)> {
    let names = |list: &str| {
        let list = pod["spec"][list].as_array();
        list.into_iter()
            .flatten()
            .map(|c| text(&c["name"]))
            .collect::<Vec<_>>()
    };
    let mut out = Vec::new();
    out.extend(names("containers").into_iter().map(|name| (name, "")));
    out.extend(
        names("initContainers")
            .into_iter()
            .map(|name| (name, " (init)")),
    );
    out.extend(
        names("ephemeralContainers")
            .into_iter()
            .map(|name| (name, " (ephem)")),
    );
    out
}

/// In the order in which they run.
fn all_containers(pod: &Value) -> Vec<String> {
    let (init, others): (Vec<_>, Vec<_>) = containers(pod)
        .into_iter()
        .partition(|(_, sort)| *sort == " (init)");
    init.into_iter()
        .chain(others)
        .map(|(name, _)| name)
        .collect()
}

/// The wanted container, or the pod's default one; which one that is is said where there is a choice.
fn one_container(cx: &Context, pod: &Value, wanted: &str) -> Result<String, Error> {
    let known = containers(pod);
    let listed: Vec<String> = known
        .iter()
        .map(|(name, sort)| format!("{name}{sort}"))
        .collect();
    if !wanted.is_empty() {
        if known.iter().any(|(name, _)| name == wanted) {
            return Ok(wanted.to_owned());
        }
        let name = text(&pod["metadata"]["name"]);
        return Err(fail!(
            "container {wanted} is not valid for pod {name} out of: {}",
            listed.join(", ")
        ));
    }
    let annotated =
        text(&pod["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"]);
    if known.iter().any(|(name, _)| *name == annotated) {
        return Ok(annotated);
    }
    let default = known
        .first()
        .map(|(name, _)| name.clone())
        .unwrap_or_default();
    if known.len() > 1 {
        cx.err(&format!(
            "Defaulted container {default:?} out of: {}\n",
            listed.join(", ")
        ));
    }
    Ok(default)
}

/// Prints a log as it comes.
async fn copy(cx: &Context, source: &Source) -> Result<(), Error> {
    let mut stream = cx.client()?.stream(cx, request(cx, source)?)?;
    let mut line = Vec::new();
    while let Some(bytes) = next(stream.as_mut()).await {
        if source.prefix.is_empty() {
            cx.streams.push(Stream::Out, &bytes);
        } else {
            prefixed(cx, &source.prefix, &mut line, &bytes);
        }
        cx.flush().await?;
    }
    if !line.is_empty() {
        prefixed(cx, &source.prefix, &mut line, b"\n");
    }
    Ok(())
}

async fn next(stream: &mut dyn ByteStream) -> Option<Vec<u8>> {
    stream.next().await
}

/// Whole lines, each with its source before it; what is left of a line waits in `rest`.
fn prefixed(cx: &Context, prefix: &str, rest: &mut Vec<u8>, bytes: &[u8]) {
    for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
        rest.extend_from_slice(piece);
        if rest.last() == Some(&b'\n') {
            cx.out(prefix);
            cx.streams.push(Stream::Out, &std::mem::take(rest));
        }
    }
}

fn request(cx: &Context, source: &Source) -> Result<Request, Error> {
    let Source {
        namespace,
        pod,
        container,
        ..
    } = source;
    let mut request = Request::new(
        "GET",
        format!("/api/v1/namespaces/{namespace}/pods/{pod}/log"),
    );
    request = request.param("container", container.as_str());
    for (flag, parameter) in [
        ("follow", "follow"),
        ("previous", "previous"),
        ("timestamps", "timestamps"),
    ] {
        if cx.flags.bool(flag) {
            request = request.param(parameter, "true");
        }
    }
    if cx.flags.int("limit-bytes") > 0 {
        request = request.param("limitBytes", cx.flags.int("limit-bytes").to_string());
    }
    let micros = cx.flags.duration("since");
    if micros > 0 {
        // Rounded up to whole seconds.
        request = request.param("sinceSeconds", ((micros + 999_999) / 1_000_000).to_string());
    }
    let time = cx.flags.string("since-time");
    if !time.is_empty() {
        if micros > 0 {
            return Err(fail!(
                "at most one of `sinceTime` or `sinceSeconds` may be specified"
            ));
        }
        request = request.param("sinceTime", time);
    }
    let tail = match cx.flags.int("tail") {
        -1 if !cx.flags.string("selector").is_empty() => 10,
        given => given,
    };
    if tail >= 0 {
        request = request.param("tailLines", tail.to_string());
    }
    Ok(request)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
