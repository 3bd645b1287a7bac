//! `kubectl drain`, `cordon` and `uncordon`: take nodes out of service and put them back.

mod evict;
mod filter;

use serde_json::{Value, json};

use super::shared::{self, DryRun};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::{Builder, Info};
use crate::rest::helper::{Helper, PatchType};
use crate::util::{go, json as j};

/// `cordon`
pub const CORDON: Command = Command {
    name: "cordon",
    usage: "NODE",
    no_flags_in_use: true,
    short: "Mark node as unschedulable",
    flags: &[shared::DRY_RUN, shared::SELECTOR],
    long: "Mark node as unschedulable.",
    example: "# No new pods for the node \"foo\"
kubectl cordon foo",
    action: Action::Run(|cx| Box::pin(async move { cordon(&cx, true) })),
    ..Command::DEFAULT
};

/// `uncordon`
pub const UNCORDON: Command = Command {
    name: "uncordon",
    usage: "NODE",
    no_flags_in_use: true,
    short: "Mark node as schedulable",
    flags: &[shared::DRY_RUN, shared::SELECTOR],
    long: "Mark node as schedulable.",
    example: "# New pods for the node \"foo\" again
kubectl uncordon foo",
    action: Action::Run(|cx| Box::pin(async move { cordon(&cx, false) })),
    ..Command::DEFAULT
};

/// `drain`
pub const COMMAND: Command = Command {
    name: "drain",
    usage: "NODE",
    no_flags_in_use: true,
    short: "Drain node in preparation for maintenance",
    flags: &[
        shared::CHUNK_SIZE,
        shared::DRY_RUN,
        shared::SELECTOR,
        &[
            Flag::bool(
                "delete-emptydir-data",
                "Go on if there are pods that use emptyDir; what is in these volumes is lost.",
            ),
            Flag::bool(
                "disable-eviction",
                "Delete the pods rather than evict them. Disruption budgets are not asked then.",
            ),
            Flag::bool(
                "force",
                "Continue even if there are pods that do not declare a controller.",
            ),
            Flag::int(
                "grace-period",
                "-1",
                "Seconds each pod gets to end by itself. If negative, as the pod says.",
            ),
            Flag::bool("ignore-daemonsets", "Ignore DaemonSet-managed pods."),
            Flag::string("pod-selector", "Label selector to filter pods on the node"),
            Flag::int(
                "skip-wait-for-delete-timeout",
                "0",
                "Do not wait for pods that have been on their way out for longer than N seconds. Only above 0.",
            ),
            Flag::duration(
                "timeout",
                "0s",
                "The length of time to wait before giving up, zero means infinite",
            ),
        ],
    ],
    long: "Drain node in preparation for maintenance.

The node is marked unschedulable, so that no new pods come. Then its pods are evicted, which asks their disruption \
budgets, or deleted. Mirror pods stay, as the API server cannot delete them. With pods of a daemon set, --ignore-daemonsets \
is needed: their controller would replace them at once, as it does not care whether a node is schedulable. With pods \
that have no controller, --force is needed: nothing makes them anew. --force goes on, too, where the controller of a pod \
is missing.

'drain' waits until the pods have ended. Do not work on the machine before the command is done.

When the node is to be used again, kubectl uncordon makes it schedulable.",
    example: "# Drain node \"foo\", even if there are pods that no controller manages
kubectl drain foo --force

# Not if there are such pods, and with 15 minutes for each pod to end
kubectl drain foo --grace-period=900",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// The nodes that were named.
fn nodes(cx: &Context) -> Result<Vec<Info>, Error> {
    let selector = cx.flags.str("selector");
    if cx.args.is_empty() && !cx.flags.changed("selector") {
        let command = cx.path.last().map_or("", |c| c.name);
        return Err(cx.usage_error(format!("USAGE: {command} NODE [flags]")));
    }
    if !cx.args.is_empty() && !selector.is_empty() {
        return Err(
            cx.usage_error("error: cannot specify both a node name and a --selector option")
        );
    }
    DryRun::from_flags(cx)?;
    let pods = cx.flags.str("pod-selector");
    if apimachinery::labels::Selector::parse(pods).is_err() {
        return Err("--pod-selector=<pod_selector> must be a valid label selector".into());
    }
    let (namespace, _) = cx.namespace()?;
    let mut builder = Builder::new(cx)
        .namespace(&namespace)
        .resource_names("nodes", &cx.args)
        .single_resource_type()
        .flatten();
    if !selector.is_empty() {
        builder = builder.label_selector(selector).resource_types(&["nodes"]);
    }
    let (infos, result) = builder.find()?.infos();
    result?;
    if let Some(other) = infos
        .iter()
        .filter_map(|info| info.mapping.as_ref())
        .find(|m| m.resource != "nodes" || !m.group.is_empty())
    {
        return Err(fail!(
            "error: expected resource of type node, got {}",
            go::quote(&other.resource_text())
        ));
    }
    Ok(infos)
}

fn cordon(cx: &Context, wanted: bool) -> Result<(), Error> {
    let nodes = nodes(cx)?;
    cordon_all(cx, &nodes, wanted)
}

/// Sets or clears `spec.unschedulable`; what goes wrong with one node does not stop the others.
fn cordon_all(cx: &Context, nodes: &[Info], wanted: bool) -> Result<(), Error> {
    let dry_run = DryRun::from_flags(cx)?;
    let verb = if wanted { "cordon" } else { "uncordon" };
    for info in nodes {
        let is = j::at(info.value(), &["spec", "unschedulable"]) == true;
        if is == wanted {
            tell(cx, info.value(), &format!("already {verb}ed"), dry_run)?;
            continue;
        }
        if dry_run != DryRun::Client {
            let value = if wanted {
                Value::Bool(true)
            } else {
                Value::Null
            };
            let patch = json!({"spec": {"unschedulable": value}}).to_string();
            let patched = Helper::new(cx, info.mapping()?)
                .dry_run(dry_run.is_server())
                .patch("", &info.name, PatchType::Strategic, patch.as_bytes());
            if let Err(error) = patched {
                cx.err(&format!(
                    "error: unable to {verb} node {}: {}\n",
                    go::quote(&info.name),
                    error.text()
                ));
                continue;
            }
        }
        tell(cx, info.value(), &format!("{verb}ed"), dry_run)?;
    }
    Ok(())
}

/// `node/node-1 cordoned`
fn tell(cx: &Context, object: &Value, done: &str, dry_run: DryRun) -> Result<(), Error> {
    shared::printer(cx, done, dry_run)?.print(cx, object)
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let nodes = nodes(&cx)?;
        let dry_run = DryRun::from_flags(&cx)?;
        cordon_all(&cx, &nodes, true)?;
        let mut remaining = Vec::new();
        let mut errors = Vec::new();
        for info in &nodes {
            match drain(&cx, &info.name, dry_run).await {
                Ok(()) => tell(&cx, info.value(), "drained", dry_run)?,
                Err(error @ Error::Exit(_)) => return Err(error),
                Err(error) => {
                    cx.err(&format!(
                        "error: unable to drain node {} due to error: {}, continuing command...\n",
                        go::quote(&info.name),
                        error.text()
                    ));
                    remaining.push(&info.name);
                    errors.push(error);
                }
            }
        }
        if !remaining.is_empty() {
            cx.err("There are pending nodes to be drained:\n");
            for name in remaining {
                cx.err(&format!(" {name}\n"));
            }
        }
        // What went wrong with a single node is told line by line, without `error:`.
        let lines = match <[Error; 1]>::try_from(errors) {
            Ok([Error::Many(errors)]) => errors,
            Ok([error]) => return Err(error),
            Err(errors) => errors,
        };
        for error in &lines {
            cx.err(&format!("{}\n", error.text()));
        }
        match lines.is_empty() {
            true => Ok(()),
            false => Err(Error::Exit(1)),
        }
    })
}

async fn drain(cx: &Context, node: &str, dry_run: DryRun) -> Result<(), Error> {
    let chosen = filter::of_node(cx, node)?;
    if !chosen.errors.is_empty() {
        return Err(Error::Many(chosen.errors));
    }
    if !chosen.warnings.is_empty() {
        cx.warn(&chosen.warnings);
    }
    let full_name = |pod: &Value| format!("{}/{}", j::namespace(pod), j::name(pod));
    if dry_run == DryRun::Client {
        for pod in &chosen.pods {
            cx.out(&format!("evicting pod {} (dry run)\n", full_name(pod)));
        }
        return Ok(());
    }
    let error = match evict::all(cx, &chosen.pods, dry_run).await {
        Ok(()) => return Ok(()),
        Err(error @ Error::Exit(_)) => return Err(error),
        Err(error) => error,
    };
    let pending = filter::of_node(cx, node)?;
    if !pending.pods.is_empty() {
        cx.err(&format!(
            "There are pending pods in node {} when an error occurred: {}\n",
            go::quote(node),
            error.text()
        ));
        for pod in &pending.pods {
            cx.err(&format!("pod/{}\n", j::name(pod)));
        }
    }
    Err(error)
}
