//! `kubectl attach`: joins the program that a container runs.
//!
//! `run` and `debug` attach to pods that they have just made: [`attach`] is the part they share, [`await_pod`] and
//! [`logs`] what they need around it.

use std::cell::RefCell;

use serde_json::Value;

use super::exec::{CONTAINER, QUIET, STDIN, TTY};
use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::host::Stream;
use crate::pods;
use crate::remote::{self, Talk};
use crate::resource::Builder;
use crate::rest::helper::{Helper, ListOptions};
use crate::transport::Request;
use crate::util::json as j;
use crate::util::timer::before;

/// `attach`
pub const COMMAND: Command = Command {
    name: "attach",
    usage: "(POD | TYPE/NAME) -c CONTAINER",
    no_flags_in_use: true,
    short: "Attach to a running container",
    flags: &[
        shared::POD_RUNNING_TIMEOUT,
        &[
            CONTAINER,
            STDIN,
            TTY,
            QUIET,
            Flag::string(
                "detach-keys",
                "Override the key sequence for detaching a container",
            )
            .default(DETACH_KEYS),
        ],
    ],
    long: "Attach to a process that is already running inside an existing container.",
    example: "# What the running pod mypod prints from now on; its container is chosen by an annotation of the pod, or the \
              first is taken
kubectl attach mypod

# The same of the container ruby-container
kubectl attach mypod -c ruby-container

# Type to it, in a terminal
kubectl attach mypod -c ruby-container -i -t

# The first pod of the replica set nginx
kubectl attach rs/nginx",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// The keys that detach.
pub const DETACH_KEYS: &str = "ctrl-p,ctrl-q";

/// How to attach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attach {
    /// Which container; empty for the usual one.
    pub container: String,
    /// Send our standard input.
    pub stdin: bool,
    /// With a terminal.
    pub tty: bool,
    /// Say nothing of our own.
    pub quiet: bool,
    /// Such as `ctrl-p,ctrl-q`; empty for that.
    pub detach_keys: String,
    /// What the user would type to come back, such as `kubectl attach`.
    pub command: String,
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let (namespace, _) = cx.namespace()?;
        let (resource, names) = match &cx.args[..] {
            [] => return Err("at least 1 argument is required for attach".into()),
            [name] => ("pods", std::slice::from_ref(name)),
            [resource, name] => (resource.as_str(), std::slice::from_ref(name)),
            more => {
                return Err(fail!(
                    "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {}: {}",
                    more.len(),
                    crate::util::go::slice(more)
                ));
            }
        };
        let timeout = shared::running_timeout(&cx)?;
        let (mut infos, result) = Builder::new(&cx)
            .namespace(&namespace)
            .resource_names(resource, names)
            .find()?
            .infos();
        result?;
        if infos.len() != 1 {
            return Err("expected a single resource".into());
        }
        let object = infos.swap_remove(0).object.unwrap_or_default();
        let pod = pods::attachable(&cx, &object, timeout).await?;
        let phase = j::text(&pod, &["status", "phase"]);
        if is_over(&pod) {
            return Err(fail!(
                "cannot attach a container in a completed pod; current phase is {phase}"
            ));
        }
        let flags = &cx.flags;
        let options = Attach {
            container: flags.string("container"),
            stdin: flags.bool("stdin"),
            tty: flags.bool("tty"),
            quiet: flags.bool("quiet"),
            detach_keys: flags.string("detach-keys"),
            command: cx.command_path(),
        };
        attach(&cx, &pod, &options).await
    })
}

/// Whether a pod's containers have ended for good.
pub fn is_over(pod: &Value) -> bool {
    matches!(j::text(pod, &["status", "phase"]), "Succeeded" | "Failed")
}

/// Joins a container's program until it ends or the keys to detach are pressed.
pub async fn attach(cx: &Context, pod: &Value, options: &Attach) -> Result<(), Error> {
    let container = pods::container_or_default(cx, pod, &options.container, options.quiet)
        .map_err(|e| fail!("cannot attach to the container: {}", e.text()))?;
    let name = j::text(container, &["name"]);
    let has_tty = j::at(container, &["tty"]) == true;
    if options.tty && !has_tty && !options.quiet {
        cx.err(&format!(
            "error: Unable to use a TTY - container {name} did not allocate one\n"
        ));
    }
    // A container's terminal cannot be left out.
    let raw = remote::terminal(cx, options.stdin, has_tty, options.quiet);
    if !options.quiet {
        cx.err(
            "All commands and output from this session will be recorded in container logs, including credentials \
             and sensitive information passed through the command prompt.\n\
             If you don't see a command prompt, try pressing enter.\n",
        );
    }
    let mut request = remote::request(pod, "attach").param("container", name);
    for (parameter, wanted) in [
        ("stdin", options.stdin),
        ("stdout", true),
        ("stderr", !raw),
        ("tty", raw),
    ] {
        if wanted {
            request = request.param(parameter, "true");
        }
    }
    let keys = match options.detach_keys.as_str() {
        "" => DETACH_KEYS,
        keys => keys,
    };
    let talk = Talk {
        tty: raw,
        redraw: raw,
        detach: if raw {
            remote::detach_keys(keys)?
        } else {
            Vec::new()
        },
        ..Talk::with_stdin(options.stdin)
    };
    let session = remote::connect(cx, request)?;
    talk.hold(cx, &*session, &RefCell::default()).await?;
    if options.stdin && raw && !options.quiet {
        let again = format!(
            "'{} {} -c {name} -n {} -i -t'",
            options.command,
            j::name(pod),
            j::namespace(pod)
        );
        let ephemeral =
            pods::container(pod, name).is_some_and(|(_, list)| list == "ephemeralContainers");
        cx.out(&if ephemeral {
            format!(
                "Session ended, the ephemeral container will not be restarted but may be reattached using {again} if \
                 it is still running\n"
            )
        } else {
            format!("Session ended, resume using {again} command\n")
        });
    }
    Ok(())
}

/// Watches a pod until `done` says so; how it is then. The error is upstream's when time runs out.
pub async fn await_pod(
    cx: &Context,
    namespace: &str,
    name: &str,
    timeout: i64,
    done: &dyn Fn(&Value) -> bool,
) -> Result<Value, Error> {
    let mapping = pods::mapping();
    let helper = Helper::new(cx, &mapping);
    let mut options = ListOptions {
        field_selector: format!("metadata.name={name}"),
        ..ListOptions::default()
    };
    let list = helper.list(namespace, &options)?;
    if let Some(pod) = j::list(&list, &["items"]).iter().find(|pod| done(pod)) {
        return Ok(pod.clone());
    }
    options.resource_version = j::text(&list, &["metadata", "resourceVersion"]).to_owned();
    cx.flush().await?;
    let mut watch = helper.watch(namespace, &options)?;
    let deadline = cx.host.now() + timeout;
    loop {
        match before(cx, deadline, watch.next()).await {
            Some(Some(event)) if event.kind == "DELETED" => {
                return Err(fail!("pods {} not found", crate::util::go::quote(name)));
            }
            Some(Some(event)) if done(&event.object) => return Ok(event.object),
            Some(Some(_)) => {}
            Some(None) => return Err("watch closed before UntilWithoutRetry timeout".into()),
            None => return Err("timed out waiting for the condition".into()),
        }
    }
}

/// Whether a pod runs and is ready, or has ended: when it makes sense to attach.
pub fn is_attachable(pod: &Value) -> bool {
    is_over(pod) || (j::text(pod, &["status", "phase"]) == "Running" && pods::is_ready(pod))
}

/// Waits for a pod that was just made, shows what it has written, and attaches; of one that has ended meanwhile,
/// shows the log.
pub async fn attach_when_running(
    cx: &Context,
    namespace: &str,
    name: &str,
    timeout: i64,
    options: &Attach,
) -> Result<(), Error> {
    let pod = await_pod(cx, namespace, name, timeout, &is_attachable).await?;
    if is_over(&pod) {
        return logs(cx, &pod, options).await;
    }
    if let Err(error) = logs(cx, &pod, options).await {
        cx.err(&format!(
            "warning: couldn't fetch pre-attach logs: {}\n",
            error.text()
        ));
    }
    if let Err(error) = attach(cx, &pod, options).await {
        cx.err(&format!(
            "warning: couldn't attach to pod/{name}, falling back to streaming logs: {}\n",
            error.text()
        ));
        return logs(cx, &pod, options).await;
    }
    Ok(())
}

/// Shows the log of the container that would be attached to.
pub async fn logs(cx: &Context, pod: &Value, options: &Attach) -> Result<(), Error> {
    let container = pods::container_or_default(cx, pod, &options.container, options.quiet)?;
    let path = remote::request(pod, "log").path;
    let request = Request::new("GET", path).param("container", j::text(container, &["name"]));
    let mut stream = cx.client()?.stream(cx, request)?;
    while let Some(bytes) = stream.next().await {
        cx.streams.push(Stream::Out, &bytes);
        cx.flush().await?;
    }
    Ok(())
}
