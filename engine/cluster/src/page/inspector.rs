//! The inspector's panes: what `kubectl describe`, `get -o yaml` and `logs` say of the selected object, kept up to date.
//!
//! The panes are made by kubectl itself, run out of sight. It only reads, so that looking changes nothing: neither the
//! cluster nor its journal.

use sim::Time;
use view::{FromEngine, Inspected, InspectedBody, ObjectRef, Pane, Selection};

use super::why;
use crate::Cluster;
use crate::workstation::Running;

/// How often a pane is made again while its object does not change: ages in it do.
const REFRESH: i64 = 1_000_000;

/// What the page looks at.
#[derive(Default)]
pub(super) struct Inspector {
    selection: Option<Selection>,
    object: ObjectRef,
    running: Option<Running>,
    made: Option<Time>,
    sent: Option<InspectedBody>,
}

impl Inspector {
    /// The page looks at something else, or at nothing.
    pub(super) fn select(&mut self, selection: Option<Selection>) {
        *self = Self {
            selection,
            ..Self::default()
        };
    }

    /// Begins or ends the making of the pane, and sends it when it has changed.
    pub(super) fn collect(
        &mut self,
        cluster: &Cluster,
        find: impl Fn(&str) -> Option<ObjectRef>,
        out: &mut Vec<FromEngine>,
    ) {
        let Some(selection) = self.selection.clone() else {
            return;
        };
        let body = match find(&selection.uid) {
            None if self.sent.is_some() => InspectedBody::Gone,
            None => InspectedBody::Error("there is no such object any more".into()),
            Some(object) => {
                self.object = object;
                match self.body(cluster, &selection) {
                    Some(body) => body,
                    None => return,
                }
            }
        };
        if self.sent.as_ref() != Some(&body) {
            self.sent = Some(body.clone());
            out.push(FromEngine::Inspected(Inspected {
                selection,
                object: self.object.clone(),
                body,
            }));
        }
    }

    /// The pane, if it is finished.
    fn body(&mut self, cluster: &Cluster, selection: &Selection) -> Option<InspectedBody> {
        if selection.pane == Pane::Why {
            return Some(InspectedBody::Why {
                steps: why::steps(cluster, &self.object),
                placement: why::placement(cluster, &self.object).map(Box::new),
            });
        }
        let Some(running) = self.running.take() else {
            let due = self
                .made
                .is_none_or(|made| cluster.now().as_micros() - made.as_micros() >= REFRESH);
            if due {
                self.made = Some(cluster.now());
                self.running = cluster
                    .workstation()
                    .start(&command(&self.object, &selection.pane))
                    .ok();
            }
            return None;
        };
        if !running.is_over() {
            self.running = Some(running);
            return None;
        }
        let done = running.finish();
        Some(if done.exit == 0 {
            InspectedBody::Text(done.stdout)
        } else {
            InspectedBody::Error(done.stderr)
        })
    }
}

/// The command line whose output the pane shows. Names of API objects need no quoting.
fn command(object: &ObjectRef, pane: &Pane) -> String {
    let kind = object.kind.to_lowercase();
    let name = &object.name;
    let scope = if object.namespace.is_empty() {
        String::new()
    } else {
        format!(" -n {}", object.namespace)
    };
    match pane {
        Pane::Describe | Pane::Why => format!("kubectl describe {kind} {name}{scope}"),
        Pane::Yaml => format!("kubectl get {kind} {name}{scope} -o yaml"),
        Pane::Logs {
            container,
            previous,
        } => {
            let container = if container.is_empty() {
                String::new()
            } else {
                format!(" -c {container}")
            };
            let previous = if *previous { " --previous" } else { "" };
            format!("kubectl logs {name}{scope}{container}{previous} --tail=500")
        }
    }
}
