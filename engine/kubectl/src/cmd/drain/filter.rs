//! Which pods of a node a drain takes away, and what stands against it.

use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::pods;
use crate::rest::helper::{Helper, ListOptions};
use crate::rest::mapper::Mapping;
use crate::util::{json as j, time};

/// The pods of a node.
pub(super) struct Chosen {
    /// Those to take away.
    pub(super) pods: Vec<Value>,
    /// What is worth a warning.
    pub(super) warnings: String,
    /// What stands against it.
    pub(super) errors: Vec<Error>,
}

/// What is to become of a pod.
enum Fate {
    Goes,
    Stays,
    /// It goes (or stays), but with a warning.
    Warned(bool, String),
    Refused(String),
}

/// Sorts out the pods of a node.
pub(super) fn of_node(cx: &Context, node: &str) -> Result<Chosen, Error> {
    let mapping = pods::mapping();
    let list = Helper::new(cx, &mapping).list(
        "",
        &ListOptions {
            label_selector: cx.flags.string("pod-selector"),
            field_selector: format!("spec.nodeName={node}"),
            limit: 500,
            ..ListOptions::default()
        },
    )?;
    let mut going = Vec::new();
    let (mut warned, mut refused) = (Groups::default(), Groups::default());
    for pod in j::list(&list, &["items"]) {
        let mut pod = pod.clone();
        j::set(&mut pod, &["kind"], "Pod");
        j::set(&mut pod, &["apiVersion"], "v1");
        let name = format!("{}/{}", j::namespace(&pod), j::name(&pod));
        match fate(cx, &pod) {
            Fate::Goes => going.push(pod),
            Fate::Stays => {}
            Fate::Refused(reason) => refused.add(reason, name),
            Fate::Warned(goes, reason) => {
                warned.add(reason, name);
                if goes {
                    going.push(pod);
                }
            }
        }
    }
    let warnings: Vec<String> = warned.texts().collect();
    // Upstream gathers both in maps, whose order is anybody's guess; this is the one that was recorded.
    Ok(Chosen {
        pods: going,
        warnings: warnings.join("; "),
        errors: refused
            .texts()
            .rev()
            .map(|text| fail!("cannot delete {text}"))
            .collect(),
    })
}

/// Names by reason, in the order in which the reasons came up.
#[derive(Default)]
struct Groups(Vec<(String, Vec<String>)>);

impl Groups {
    fn add(&mut self, reason: String, name: String) {
        match self.0.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(name),
            None => self.0.push((reason, vec![name])),
        }
    }

    fn texts(&self) -> impl DoubleEndedIterator<Item = String> + '_ {
        self.0
            .iter()
            .map(|(reason, names)| format!("{reason}: {}", names.join(", ")))
    }
}

/// Whether a pod is on its way out for so long that nobody waits for it.
pub(super) fn is_skipped(cx: &Context, pod: &Value) -> bool {
    let limit = cx.flags.int("skip-wait-for-delete-timeout");
    let deleted = time::micros(j::at(pod, &["metadata", "deletionTimestamp"]));
    limit > 0 && deleted.is_some_and(|at| (cx.host.now() - at) / 1_000_000 > limit)
}

/// Each question can settle it; of several warnings, the last counts.
fn fate(cx: &Context, pod: &Value) -> Fate {
    if is_skipped(cx, pod) {
        return Fate::Stays;
    }
    let over = matches!(j::text(pod, &["status", "phase"]), "Succeeded" | "Failed");
    let owners = j::list(pod, &["metadata", "ownerReferences"]);
    let controller = owners.iter().find(|o| j::at(o, &["controller"]) == true);
    let mut fate = Fate::Goes;
    if let Some(owner) = controller
        && (j::text(owner, &["apiVersion"]), j::kind(owner)) == ("apps/v1", "DaemonSet")
        && !over
    {
        fate = of_daemon_set(cx, pod, j::text(owner, &["name"]));
        if !matches!(fate, Fate::Warned(true, _)) {
            return fate;
        }
    }
    let mirror = ["metadata", "annotations", "kubernetes.io/config.mirror"];
    if !j::at(pod, &mirror).is_null() {
        return Fate::Stays;
    }
    if over {
        return Fate::Goes;
    }
    let volumes = j::list(pod, &["spec", "volumes"]);
    if volumes.iter().any(|v| !j::at(v, &["emptyDir"]).is_null())
        && !cx.flags.bool("delete-emptydir-data")
    {
        return Fate::Refused(
            "Pods with local storage (use --delete-emptydir-data to override)".to_owned(),
        );
    }
    // Upstream forgets its warning about local storage here.
    match (controller, cx.flags.bool("force")) {
        (Some(_), _) => match fate {
            Fate::Warned(..) => Fate::Goes,
            fate => fate,
        },
        (None, true) => Fate::Warned(true, "deleting Pods that declare no controller".to_owned()),
        (None, false) => {
            Fate::Refused("Pods that declare no controller (use --force to override)".to_owned())
        }
    }
}

fn of_daemon_set(cx: &Context, pod: &Value, name: &str) -> Fate {
    let mapping = Mapping {
        group: "apps".to_owned(),
        version: "v1".to_owned(),
        resource: "daemonsets".to_owned(),
        kind: "DaemonSet".to_owned(),
        namespaced: true,
    };
    match Helper::new(cx, &mapping).get(j::namespace(pod), name) {
        Err(error) if error.is_not_found() && cx.flags.bool("force") => {
            Fate::Warned(true, error.text())
        }
        Err(error) => Fate::Refused(error.text()),
        Ok(_) if cx.flags.bool("ignore-daemonsets") => {
            Fate::Warned(false, "ignoring DaemonSet-managed Pods".to_owned())
        }
        Ok(_) => {
            Fate::Refused("DaemonSet-managed Pods (use --ignore-daemonsets to ignore)".to_owned())
        }
    }
}
