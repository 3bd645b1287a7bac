//! `kubectl exec`: runs a program in a container and talks with it.

use std::cell::RefCell;

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::pods;
use crate::remote::{self, Talk};
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::util::json as j;
use serde_json::Value;

/// `exec`
pub const COMMAND: Command = Command {
    name: "exec",
    usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    no_flags_in_use: true,
    short: "Execute a command in a container",
    flags: &[
        shared::POD_RUNNING_TIMEOUT,
        &[
            Flag::slice("filename", "to use to exec into the resource").short('f'),
            CONTAINER,
            STDIN,
            TTY,
            QUIET,
        ],
    ],
    long: "Execute a command in a container.",
    example: "# What the program 'date' prints in the pod mypod, in its first container
kubectl exec mypod -- date

# The same in the container ruby-container
kubectl exec mypod -c ruby-container -- date

# A shell to talk with, in a terminal
kubectl exec mypod -c ruby-container -i -t -- bash -il

# Whatever follows the two dashes belongs to the program, flags too
kubectl exec mypod -i -t -- ls -t /usr

# In the first pod of a deployment
kubectl exec deploy/mydeployment -- date

# In the first pod behind a service
kubectl exec svc/myservice -- date",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// `-c`
pub(super) const CONTAINER: Flag = Flag::string(
    "container",
    "Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container \
     to be attached or the first container in the pod will be chosen",
)
.short('c');
/// `-i`
pub(super) const STDIN: Flag = Flag::bool("stdin", "Pass stdin to the container").short('i');
/// `-t`
pub(super) const TTY: Flag = Flag::bool("tty", "Stdin is a TTY").short('t');
/// `-q`
pub(super) const QUIET: Flag =
    Flag::bool("quiet", "Only print output from the remote session").short('q');

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let files = cx.flags.strings("filename");
        let name = match (cx.args.first(), cx.dash) {
            (Some(_), Some(0)) | (None, _) => "",
            (Some(name), _) => name.as_str(),
        };
        let command = match cx.dash {
            Some(dash) => cx.args.get(dash..).unwrap_or_default(),
            None if cx.args.len() > 1 || (!cx.args.is_empty() && !files.is_empty()) => {
                return Err(cx.usage_error(
                    "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
                ));
            }
            None => &[],
        };
        let (namespace, explicit) = cx.namespace()?;
        let timeout = shared::running_timeout(&cx).map_err(|e| cx.usage_error(e.text()))?;
        if name.is_empty() && files.is_empty() {
            return Err("pod, type/name or --filename must be specified".into());
        }
        if command.is_empty() {
            return Err("you must specify at least one command for the container".into());
        }
        let mut builder = Builder::new(&cx)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .namespace(&namespace);
        if !name.is_empty() {
            builder = builder.resource_names("pods", &[name.to_owned()]);
        }
        let (mut infos, result) = builder.find()?.infos();
        result?;
        if infos.len() != 1 {
            return Err("cannot exec into multiple objects at a time".into());
        }
        let object = infos.swap_remove(0).object.unwrap_or_default();
        let pod = pods::attachable(&cx, &object, timeout).await?;
        let flags = &cx.flags;
        let (stdin, quiet) = (flags.bool("stdin"), flags.bool("quiet"));
        let container = target(&cx, &pod, flags.str("container"), quiet)?;
        let tty = remote::terminal(&cx, stdin, flags.bool("tty"), quiet);
        let talk = Talk {
            tty,
            ..Talk::with_stdin(stdin)
        };
        execute(&cx, &pod, &container, command, &talk, &RefCell::default()).await
    })
}

/// The container to run something in; refuses pods that have ended.
pub(super) fn target(
    cx: &Context,
    pod: &Value,
    container: &str,
    quiet: bool,
) -> Result<String, Error> {
    let phase = j::text(pod, &["status", "phase"]);
    if matches!(phase, "Succeeded" | "Failed") {
        return Err(fail!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        ));
    }
    let found = pods::container_or_default(cx, pod, container, quiet)?;
    Ok(j::text(found, &["name"]).to_owned())
}

/// Runs a program in a container, and keeps its output if the talk says so.
pub(super) async fn execute(
    cx: &Context,
    pod: &Value,
    container: &str,
    command: &[String],
    talk: &Talk,
    kept: &RefCell<Vec<u8>>,
) -> Result<(), Error> {
    let mut request = remote::request(pod, "exec");
    for word in command {
        request = request.param("command", word.as_str());
    }
    request = request.param("container", container);
    let stdin = talk.input != remote::Input::None;
    for (name, wanted) in [
        ("stdin", stdin),
        ("stdout", true),
        ("stderr", !talk.tty),
        ("tty", talk.tty),
    ] {
        if wanted {
            request = request.param(name, "true");
        }
    }
    let session = remote::connect(cx, request)?;
    talk.hold(cx, &*session, kept).await
}
