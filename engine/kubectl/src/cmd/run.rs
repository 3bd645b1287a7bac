//! `kubectl run`: makes a pod of an image, and a service beside it, and attaches to the pod.

use serde_json::{Map, Value, json};

use super::attach::{self, Attach};
use super::create::builtin;
use super::delete;
use super::shared::{self, DryRun};
use crate::apply::annotation::{self, Style};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::generate::{self, Service};
use crate::resource::Builder;
use crate::rest::helper::Helper;
use crate::util::print::Printer;
use crate::util::{go, image, json as j, pairs};

/// `run`
pub const COMMAND: Command = Command {
    name: "run",
    usage: "NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] \
            [--overrides=inline-json] [--command] -- [COMMAND] [args...]",
    no_flags_in_use: true,
    short: "Run a particular image on the cluster",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DELETION,
        shared::DRY_RUN,
        shared::SAVE_CONFIG,
        shared::POD_RUNNING_TIMEOUT,
        shared::OVERRIDES,
        &[
            Flag::array("annotations", "Annotations to apply to the pod."),
            Flag::bool(
                "attach",
                "If true, wait until the pod runs, and attach to it as 'kubectl attach' does. On with -i/--stdin, \
                 unless told otherwise. With '--restart=Never', the container's exit code is returned.",
            ),
            Flag::bool(
                "command",
                "If true, the arguments after -- become the container's 'command', rather than its 'args'.",
            ),
            Flag::string(
                "detach-keys",
                "Override the key sequence for detaching a container.",
            )
            .default("ctrl-p,ctrl-q"),
            Flag::array("env", "Environment variables to set in the container."),
            Flag::bool(
                "expose",
                "If true, create a ClusterIP service associated with the pod.  Requires `--port`.",
            ),
            shared::manager("kubectl-run"),
            shared::filename("to use to replace the resource."),
            Flag::string("image", "The image for the container to run.").required(),
            Flag::string(
                "image-pull-policy",
                "The image pull policy for the container. If empty, the server chooses.",
            ),
            Flag::string(
                "labels",
                "Comma separated labels to apply to the pod. Will override previous values.",
            )
            .short('l'),
            Flag::bool(
                "leave-stdin-open",
                "If true, standard input stays open after the first attach has ended.",
            ),
            Flag::string("port", "The port that this container exposes."),
            Flag::bool("privileged", "If true, run the container in privileged mode."),
            Flag::bool("quiet", "If true, suppress prompt messages.").short('q'),
            Flag::string(
                "restart",
                "The restart policy for this Pod.  Legal values [Always, OnFailure, Never].",
            )
            .default("Always"),
            Flag::bool(
                "rm",
                "If true, delete the pod after it exits. Only for attached containers: with '--attach' or '-i/--stdin'.",
            ),
            Flag::bool(
                "stdin",
                "Keep stdin open on the container in the pod, even if nothing is attached.",
            )
            .short('i'),
            Flag::bool("tty", "Allocate a TTY for the container in the pod.").short('t'),
            shared::RECORD,
        ],
    ],
    long: "Create and run a particular image in a pod.",
    example: "# A pod of the image nginx
kubectl run nginx --image=nginx

# With a port of its container
kubectl run hazelcast --image=hazelcast/hazelcast --port=5701

# With environment variables
kubectl run hazelcast --image=hazelcast/hazelcast --env=\"DNS_DOMAIN=cluster\" --env=\"POD_NAMESPACE=default\"

# With labels
kubectl run hazelcast --image=hazelcast/hazelcast --labels=\"app=hazelcast,env=prod\"

# Only print what would be created
kubectl run nginx --image=nginx --dry-run=client

# With a part of the pod given as JSON
kubectl run nginx --image=nginx --overrides='{ \"apiVersion\": \"v1\", \"spec\": { ... } }'

# A shell to try things in, which is not started again
kubectl run -i -t busybox --image=busybox --restart=Never

# With arguments for the image's command
kubectl run nginx --image=nginx -- <arg1> <arg2> ... <argN>

# With another command
kubectl run nginx --image=nginx --command -- <cmd> <arg1> ... <argN>",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        cx.selected()?;
        let stdin = flags.bool("stdin");
        let attach = flags.bool("attach") || (stdin && !flags.changed("attach"));
        let mut printer = shared::printer(&cx, "created", dry_run)?.typed();
        let deletion = deletion(&cx, dry_run)?;
        if cx.args.is_empty() || cx.dash == Some(0) {
            return Err(cx.usage_error("NAME is required for run"));
        }
        let timeout = shared::running_timeout(&cx).map_err(|e| cx.usage_error(e.text()))?;
        check(&cx, attach, dry_run)?;
        let (namespace, explicit) = cx.namespace()?;
        let creation = Creation {
            cx: &cx,
            namespace,
            explicit,
            dry_run,
        };
        let object = generate::overridden(&cx, pod(&cx)?)?;
        let pod = creation.create(object)?;
        let mut created = vec![pod.clone()];
        let mut failed = Ok(());
        if flags.bool("expose") {
            match creation.expose(&mut printer) {
                Ok(service) => created.push(service),
                Err(error) => failed = Err(error),
            }
        }
        if !attach {
            printer.print(&cx, &pod)?;
            return failed;
        }
        let result = attached(&cx, &pod, timeout).await;
        if flags.bool("rm") {
            for object in &created {
                let mut found = Builder::new(&cx)
                    .continue_on_error()
                    .namespace(j::namespace(object))
                    .resource_names(
                        &builtin(object)?.group_resource(),
                        &[j::name(object).to_owned()],
                    )
                    .flatten()
                    .find()?;
                // What the container said counts for more than whether it could be removed.
                let _ = deletion.delete(&cx, &mut found, None).await;
            }
        }
        result
    })
}

fn deletion(cx: &Context, dry_run: DryRun) -> Result<delete::Options, Error> {
    Ok(delete::Options {
        grace_period: -1,
        force: cx.flags.bool("force"),
        cascade: delete::cascade(cx, cx.flags.str("cascade"))?,
        ignore_not_found: true,
        wait: false,
        timeout: 0,
        quiet: cx.flags.bool("quiet"),
        names: false,
        dry_run,
        warn_cluster_scope: false,
    })
}

/// Whether the flags fit together.
fn check(cx: &Context, attach: bool, dry_run: DryRun) -> Result<(), Error> {
    let flags = &cx.flags;
    let name = flags.str("image");
    if name.is_empty() {
        return Err("--image is required".into());
    }
    if !image::is_reference(name) {
        return Err(fail!(
            "Invalid image name {}: invalid reference format",
            go::quote(name)
        ));
    }
    let wrong = if flags.bool("tty") && !flags.bool("stdin") {
        "-i/--stdin is required for containers with -t/--tty=true".to_owned()
    } else if flags.bool("expose") && flags.str("port").is_empty() {
        "--port must be set when exposing a service".to_owned()
    } else if !matches!(flags.str("restart"), "" | "Always" | "OnFailure" | "Never") {
        format!("invalid restart policy: {}", flags.str("restart"))
    } else if flags.bool("rm") && !attach {
        "--rm should only be used for attached containers".to_owned()
    } else if attach && dry_run != DryRun::None {
        "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
            .to_owned()
    } else if !matches!(
        flags.str("image-pull-policy"),
        "" | "Always" | "IfNotPresent" | "Never"
    ) {
        format!(
            "invalid image pull policy: {}",
            flags.str("image-pull-policy")
        )
    } else {
        return Ok(());
    };
    Err(cx.usage_error(wrong))
}

/// The pod that the flags describe.
fn pod(cx: &Context) -> Result<Value, Error> {
    let flags = &cx.flags;
    let name = cx.args[0].as_str();
    if name.is_empty() {
        return Err("Parameter: name is required".into());
    }
    let env = env(&flags.strings("env"))?;
    let annotations = annotations(&flags.strings("annotations"))?;
    let labels = match flags.str("labels") {
        "" => Map::from_iter([("run".to_owned(), name.into())]),
        labels => generate::labels(labels)?,
    };
    let mut container = json!({"name": name, "image": flags.str("image"), "resources": {}});
    let mut set = |field: &str, value: Value| {
        j::set(&mut container, &[field], value);
    };
    let stdin = flags.bool("stdin");
    for (field, on) in [
        ("stdin", stdin),
        ("stdinOnce", stdin && !flags.bool("leave-stdin-open")),
        ("tty", flags.bool("tty")),
    ] {
        if on {
            set(field, true.into());
        }
    }
    if flags.bool("privileged") {
        set("securityContext", json!({"privileged": true}));
    }
    if cx.args.len() > 1 {
        let field = if flags.bool("command") {
            "command"
        } else {
            "args"
        };
        set(field, json!(cx.args[1..]));
    }
    if !env.is_empty() {
        set("env", env.into());
    }
    let policy = flags.str("image-pull-policy");
    if !policy.is_empty() {
        set("imagePullPolicy", policy.into());
    }
    let port = flags.str("port");
    if !port.is_empty() {
        // The number is read with 64 bits and kept in 32.
        set(
            "ports",
            json!([{"containerPort": generate::number(port)? as i32}]),
        );
    }
    let restart = match flags.str("restart") {
        "" => "Always",
        restart => restart,
    };
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels},
        "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart},
        "status": {},
    });
    if !annotations.is_empty() {
        j::set(&mut pod, &["metadata", "annotations"], annotations);
    }
    Ok(pod)
}

fn env(variables: &[String]) -> Result<Vec<Value>, Error> {
    let entry = |text: &String| match text.split_once('=') {
        Some((name, value)) if apimachinery::validation::is_env_var_name(name).is_empty() => {
            let mut entry = json!({"name": name});
            if !value.is_empty() {
                entry["value"] = value.into();
            }
            Ok(entry)
        }
        _ => Err(fail!("invalid env: {text}")),
    };
    variables.iter().map(entry).collect()
}

fn annotations(texts: &[String]) -> Result<Map<String, Value>, Error> {
    let invalid: Vec<&str> = texts
        .iter()
        .map(String::as_str)
        .filter(|t| !t.contains('=') || t.starts_with('='))
        .collect();
    if !invalid.is_empty() {
        return Err(fail!("invalid annotations format: {}", invalid.join(", ")));
    }
    let changes = pairs::parse(texts, "annotations")?;
    Ok(changes
        .set
        .into_iter()
        .map(|(k, v)| (k, v.into()))
        .collect())
}

/// How objects are created.
struct Creation<'a> {
    cx: &'a Context,
    namespace: String,
    explicit: bool,
    dry_run: DryRun,
}

impl Creation<'_> {
    fn create(&self, mut object: Value) -> Result<Value, Error> {
        let cx = self.cx;
        let mapping = builtin(&object)?;
        shared::record(cx, &mut object);
        if self.dry_run == DryRun::Client {
            if self.explicit {
                j::set(
                    &mut object,
                    &["metadata", "namespace"],
                    self.namespace.as_str(),
                );
            }
            return Ok(object);
        }
        annotation::update(&mut object, cx.flags.bool("save-config"), Style::Typed);
        Helper::new(cx, &mapping)
            .dry_run(self.dry_run.is_server())
            .manager(cx.flags.str("field-manager"))
            .create(&self.namespace, &object)
    }

    /// Creates a service for the pod, and prints it.
    fn expose(&self, printer: &mut Printer) -> Result<Value, Error> {
        let flags = &self.cx.flags;
        let name = &self.cx.args[0];
        let labels = flags.string("labels");
        let service = Service {
            name: name.clone(),
            selector: match labels.as_str() {
                "" => format!("run={name}"),
                labels => labels.to_owned(),
            },
            labels,
            ports: Some(flags.string("port")),
            ..Service::default()
        };
        let service = self.create(service.generate()?)?;
        printer.print(self.cx, &service)?;
        if flags.str("output") == "yaml" {
            self.cx.out("---\n");
        }
        Ok(service)
    }
}

/// Attaches to the pod, and returns what it returns.
async fn attached(cx: &Context, pod: &Value, timeout: i64) -> Result<(), Error> {
    let (namespace, name) = (j::namespace(pod), j::name(pod));
    let flags = &cx.flags;
    let options = Attach {
        container: String::new(),
        stdin: flags.bool("stdin"),
        tty: flags.bool("tty"),
        quiet: flags.bool("quiet"),
        detach_keys: flags.string("detach-keys"),
        command: "kubectl attach".to_owned(),
    };
    attach::attach_when_running(cx, namespace, name, timeout, &options).await?;
    let restart = flags.str("restart");
    if flags.bool("leave-stdin-open") || !matches!(restart, "Never" | "OnFailure") {
        return Ok(());
    }
    let over = |pod: &Value| {
        let phase = j::text(pod, &["status", "phase"]);
        phase == "Succeeded" || (phase == "Failed" && restart == "Never")
    };
    exit(&attach::await_pod(cx, namespace, name, timeout, &over).await?)
}

/// What the end of a pod means for us.
fn exit(pod: &Value) -> Result<(), Error> {
    let (namespace, name) = (j::namespace(pod), j::name(pod));
    match j::text(pod, &["status", "phase"]) {
        "Succeeded" => Ok(()),
        "Failed" => {
            let statuses = j::list(pod, &["status", "containerStatuses"]);
            let ended = statuses
                .first()
                .map_or(&Value::Null, |s| j::at(s, &["state", "terminated"]));
            match j::int(ended, &["exitCode"]) {
                0 => Err(fail!(
                    "pod {namespace}/{name} failed with unknown exit code"
                )),
                code => Err(Error::Command(
                    i32::try_from(code).unwrap_or(1),
                    format!(
                        "pod {namespace}/{name} terminated ({})\n{}",
                        j::text(ended, &["reason"]),
                        j::text(ended, &["message"])
                    ),
                )),
            }
        }
        phase => Err(fail!("pod {namespace}/{name} left in phase {phase}")),
    }
}
