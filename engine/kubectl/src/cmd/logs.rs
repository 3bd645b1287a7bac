//! `kubectl logs`: what containers wrote; with `-f`, what they go on writing.

use std::pin::pin;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::host::Stream;
use crate::pods;
use crate::resource::Builder;
use crate::transport::Request;
use crate::util::{go, json as j, time};

/// `logs`
pub const COMMAND: Command = Command {
    name: "logs",
    usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
    no_flags_in_use: true,
    short: "Print the logs for a container in a pod",
    flags: &[
        shared::SELECTOR,
        &[
            Flag::bool("all-containers", "Get all containers' logs in the pod(s)."),
            Flag::bool("all-pods", "Get logs from all pod(s). Sets prefix to true."),
            Flag::string("container", "Print the logs of this container").short('c'),
            Flag::bool("follow", "Specify if the logs should be streamed.").short('f'),
            Flag::bool(
                "ignore-errors",
                "If watching / following pod logs, allow for any errors that occur to be \
                 non-fatal",
            ),
            Flag::bool(
                "insecure-skip-tls-verify-backend",
                "Do not verify the kubelet that logs come from.",
            ),
            Flag::int(
                "limit-bytes",
                "0",
                "Maximum bytes of logs to return. Defaults to no limit.",
            ),
            Flag::int(
                "max-log-requests",
                "5",
                "Specify maximum number of concurrent logs to follow when using by a \
                 selector. Defaults to 5.",
            ),
            Flag::duration(
                "pod-running-timeout",
                "20s",
                "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at \
                 least one pod is running",
            ),
            Flag::bool(
                "prefix",
                "Prefix each log line with the log source (pod name and container name)",
            ),
            Flag::bool(
                "previous",
                "If true, print the logs for the previous instance of the container in a pod \
                 if it exists.",
            )
            .short('p'),
            Flag::duration(
                "since",
                "0s",
                "Only logs newer than a relative duration like 5s, 2m, or 3h. Defaults to \
                 all. Only one of since-time / since may be used.",
            ),
            Flag::string(
                "since-time",
                "Only return logs after a specific date (RFC3339). Defaults to all logs. Only \
                 one of since-time / since may be used.",
            ),
            Flag::int(
                "tail",
                "-1",
                "Lines of recent log to show. Defaults to all of it, or to 10 with a \
                 selector.",
            ),
            Flag::bool(
                "timestamps",
                "Include timestamps on each line in the log output",
            ),
        ],
    ],
    long: "Print the logs for a container in a pod or specified resource. If the pod has \
only one container, the container name is optional.",
    example: "# The logs of a pod with one container, as they are now
kubectl logs nginx

# Each line with its pod and container before it
kubectl logs nginx --prefix

# At most 500 bytes
kubectl logs nginx --limit-bytes=500

# Wait up to 20 seconds for the pod to start
kubectl logs nginx --pod-running-timeout=20s

# All containers of a pod
kubectl logs nginx --all-containers=true

# All pods of a deployment
kubectl logs deployment/nginx --all-pods=true

# All containers of the pods with the label app=nginx
kubectl logs -l app=nginx --all-containers=true

# Follow no more than 10 pods at once
kubectl logs -l app=nginx --max-log-requests=10

# The container ruby before its last restart
kubectl logs -p -c ruby web-1

# Follow a pod, whatever goes wrong
kubectl logs nginx -f --ignore-errors=true

# Follow the container ruby of the pod web-1
kubectl logs -f -c ruby web-1

# Follow all containers of the pods with the label app=nginx
kubectl logs -f -l app=nginx --all-containers=true

# Only the last 20 lines
kubectl logs --tail=20 nginx

# Only the last hour
kubectl logs --since=1h nginx

# Everything from that moment on, with the time of each line
kubectl logs nginx --since-time=2024-08-30T06:00:00Z --timestamps=true

# Do not care about the kubelet's certificate
kubectl logs --insecure-skip-tls-verify-backend nginx

# The first container of a job
kubectl logs job/hello

# A container of a deployment
kubectl logs deployment/nginx -c nginx-1",
    action: Action::Run(run),
    ..Command::DEFAULT
};

const USAGE: &str = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required \
                     argument for the logs command";

/// A container whose logs are wanted.
struct Source {
    request: Request,
    prefix: String,
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let selector = flags.str("selector");
        match cx.args.len() {
            0 if selector.is_empty() => return Err(cx.usage_error(USAGE)),
            1 if !selector.is_empty() => {
                return Err(cx.usage_error("only a selector (-l) or a POD name is allowed"));
            }
            0..=2 => {}
            _ => return Err(cx.usage_error(USAGE)),
        }
        let container = match cx.args.get(1) {
            Some(container) => container.clone(),
            None => flags.string("container"),
        };
        let (namespace, _) = cx.namespace()?;
        let timeout = shared::running_timeout(&cx)?;
        let options = options(&cx)?;
        let object = find(&cx, &namespace)?;
        validate(&cx, &container)?;
        let sources = sources(&cx, &object, &container, &options, timeout).await?;
        let most = flags.int("max-log-requests");
        if !flags.bool("follow") {
            for source in &sources {
                if let Err(error) = consume(&cx, source).await {
                    if !flags.bool("ignore-errors") {
                        return Err(error);
                    }
                    cx.out(&format!("error: {}\n", error.text()));
                }
            }
            return Ok(());
        }
        if sources.len() > 1 && sources.len() as i64 > most {
            return Err(fail!(
                "you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use \
                 --max-log-requests to increase the limit",
                sources.len()
            ));
        }
        let mut running: FuturesUnordered<_> = sources
            .iter()
            .map(|source| follow(&cx, source, timeout))
            .collect();
        while let Some(result) = running.next().await {
            result?;
        }
        Ok(())
    })
}

/// The parameters of every request.
fn options(cx: &Context) -> Result<Vec<(&'static str, String)>, Error> {
    let flags = &cx.flags;
    let mut options = Vec::new();
    for (flag, parameter) in [
        ("follow", "follow"),
        (
            "insecure-skip-tls-verify-backend",
            "insecureSkipTLSVerifyBackend",
        ),
        ("previous", "previous"),
        ("timestamps", "timestamps"),
    ] {
        if flags.bool(flag) {
            options.push((parameter, "true".to_owned()));
        }
    }
    let since_time = flags.str("since-time");
    if !since_time.is_empty() {
        let micros = time::parse_rfc3339(since_time).map_err(Error::Message)?;
        options.push(("sinceTime", time::rfc3339(micros)));
    }
    if flags.int("limit-bytes") != 0 {
        options.push(("limitBytes", flags.int("limit-bytes").to_string()));
    }
    let since = flags.duration("since");
    if since != 0 {
        let seconds = (since.abs() + 500_000) / 1_000_000 * since.signum();
        options.push(("sinceSeconds", seconds.to_string()));
    }
    let tail = flags.int("tail");
    if tail != -1 {
        options.push(("tailLines", tail.to_string()));
    } else if !flags.str("selector").is_empty() && !flags.changed("tail") {
        options.push(("tailLines", "10".to_owned()));
    }
    Ok(options)
}

/// The pod, the list of pods, or the object that stands for some.
fn find(cx: &Context, namespace: &str) -> Result<Value, Error> {
    let selector = cx.flags.str("selector");
    let mut builder = Builder::new(cx).namespace(namespace).single_resource_type();
    if let Some(name) = cx.args.first().filter(|name| !name.is_empty()) {
        builder = builder.resource_names("pods", std::slice::from_ref(name));
    }
    if !selector.is_empty() {
        builder = builder.resource_types(&["pods"]).label_selector(selector);
    }
    let (mut infos, result) = builder.find()?.infos();
    result.map_err(|error| match error {
        error if error.is_not_found() => {
            fail!(
                "error from server (NotFound): {} in namespace {}",
                error.text(),
                go::quote(namespace)
            )
        }
        error => error,
    })?;
    if selector.is_empty() && infos.len() != 1 || infos.is_empty() {
        return Err("expected a resource".into());
    }
    let object = infos.swap_remove(0).object.unwrap_or_default();
    if !selector.is_empty() && j::list(&object, &["items"]).is_empty() {
        cx.err(&format!("No resources found in {namespace} namespace.\n"));
    }
    Ok(object)
}

fn validate(cx: &Context, container: &str) -> Result<(), Error> {
    let flags = &cx.flags;
    if !flags.str("since-time").is_empty() && flags.duration("since") != 0 {
        return Err("at most one of `sinceTime` or `sinceSeconds` may be specified".into());
    }
    if flags.bool("all-containers") && !container.is_empty() {
        return Err(fail!(
            "--all-containers=true should not be specified with container name {container}"
        ));
    }
    if flags.changed("container") && cx.args.len() == 2 {
        return Err("only one of -c or an inline [CONTAINER] arg is allowed".into());
    }
    if flags.int("limit-bytes") < 0 {
        return Err("--limit-bytes must be greater than 0".into());
    }
    if flags.duration("since") < -499_999 {
        return Err("--since must be greater than 0".into());
    }
    if flags.int("tail") < -1 {
        return Err("--tail must be greater than or equal to -1".into());
    }
    Ok(())
}

async fn sources(
    cx: &Context,
    object: &Value,
    container: &str,
    options: &[(&'static str, String)],
    timeout: i64,
) -> Result<Vec<Source>, Error> {
    let flags = &cx.flags;
    let all_pods = flags.bool("all-pods");
    let pods = if j::is_list(object) {
        j::list(object, &["items"]).to_vec()
    } else if (j::group(object), j::kind(object)) == ("", "Pod") {
        vec![object.clone()]
    } else {
        let selector = pods::selector_of(object).map_err(|e| {
            fail!(
                "cannot get the logs from {}: {}",
                pods::go_type(object),
                e.text()
            )
        })?;
        let mut pods = pods::of_selector(
            cx,
            j::namespace(object),
            &selector,
            timeout,
            pods::best_for_logs,
        )
        .await?;
        if pods.len() > 1 && !all_pods {
            cx.err(&format!(
                "Found {} pods, using pod/{}\n",
                pods.len(),
                j::name(&pods[0])
            ));
            pods.truncate(1);
        }
        pods
    };
    let mut sources = Vec::new();
    for pod in &pods {
        if flags.bool("all-containers") {
            for list in ["initContainers", "containers", "ephemeralContainers"] {
                for container in j::list(pod, &["spec", list]) {
                    sources.push(source(cx, pod, j::text(container, &["name"]), options));
                }
            }
        } else {
            let container = choose(cx, pod, container, all_pods)?;
            sources.push(source(cx, pod, &container, options));
        }
    }
    Ok(sources)
}

/// The container whose logs are meant.
fn choose(cx: &Context, pod: &Value, container: &str, all_pods: bool) -> Result<String, Error> {
    let mut name = container.to_owned();
    let preferred = j::text(pod, &["metadata", "annotations", pods::DEFAULT_CONTAINER]);
    if name.is_empty() && !preferred.is_empty() {
        if pods::container(pod, preferred).is_some() {
            name = preferred.to_owned();
        } else {
            cx.err(&format!(
                "Default container name {} not found in pod {}\n",
                go::quote(preferred),
                j::name(pod)
            ));
        }
    }
    if name.is_empty() {
        let first = j::list(pod, &["spec", "containers"]).first();
        name = first
            .map(|c| j::text(c, &["name"]).to_owned())
            .unwrap_or_default();
        if pods::has_choice(pod) && !all_pods {
            cx.err(&format!(
                "Defaulted container {} out of: {}\n",
                go::quote(&name),
                pods::container_names(pod)
            ));
        }
    }
    match pods::container(pod, &name) {
        Some(_) => Ok(name),
        None => Err(pods::no_container(pod, &name)),
    }
}

fn source(
    cx: &Context,
    pod: &Value,
    container: &str,
    options: &[(&'static str, String)],
) -> Source {
    let path = format!(
        "{}/{}/log",
        pods::mapping().path(j::namespace(pod)),
        j::name(pod)
    );
    let mut request = Request::new("GET", path).param("container", container);
    for (name, value) in options {
        request = request.param(name, value.as_str());
    }
    let prefix = if cx.flags.bool("prefix") || cx.flags.bool("all-pods") {
        format!("[pod/{}/{container}] ", j::name(pod))
    } else {
        String::new()
    };
    Source { request, prefix }
}

/// Shows one container's logs to their end, line by line.
async fn consume(cx: &Context, source: &Source) -> Result<(), Error> {
    let (began, limit) = (cx.host.now(), cx.request_timeout());
    let mut stream = cx.client()?.stream(cx, source.request.clone())?;
    let mut rest: Vec<u8> = Vec::new();
    loop {
        cx.flush().await?;
        let Some(bytes) = stream.next().await else {
            break;
        };
        rest.extend_from_slice(&bytes);
        let whole = rest
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let tail = rest.split_off(whole);
        show(cx, &source.prefix, &rest);
        rest = tail;
    }
    show(cx, &source.prefix, &rest);
    cx.flush().await?;
    // What `--request-timeout` has ended is not whole.
    match limit > 0 && cx.host.now() - began >= limit {
        true => Err("context deadline exceeded".into()),
        false => Ok(()),
    }
}

fn show(cx: &Context, prefix: &str, lines: &[u8]) {
    if prefix.is_empty() {
        cx.streams.push(Stream::Out, lines);
        return;
    }
    for line in lines.split_inclusive(|b| *b == b'\n') {
        cx.streams.push(Stream::Out, prefix.as_bytes());
        cx.streams.push(Stream::Out, line);
    }
}

/// Shows one container's logs; as long as the server refuses, asks again every second.
async fn follow(cx: &Context, source: &Source, timeout: i64) -> Result<(), Error> {
    let deadline = cx.host.now() + timeout;
    loop {
        let error = match consume(cx, source).await {
            Ok(()) => return Ok(()),
            Err(error @ Error::Exit(_)) => return Err(error),
            Err(error) => error,
        };
        if cx.flags.bool("ignore-errors") {
            cx.out(&format!("error: {}\n", error.text()));
            return Ok(());
        }
        cx.err(&format!("{}\n", error.text()));
        if error.status().is_none() {
            return Err(error);
        }
        cx.flush().await?;
        let left = deadline - cx.host.now();
        let over = cx.host.sleep(left.max(0));
        if let Either::Right(_) = select(pin!(cx.host.sleep(1_000_000)), pin!(over)).await {
            return Err("context deadline exceeded".into());
        }
    }
}
