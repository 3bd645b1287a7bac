//! What can be taken of a lesson on a cluster that is not the playground's, decided and said before it begins.
//!
//! | a lesson | on this cluster |
//! |---|---|
//! | names `node-1` | one of its own nodes stands for it |
//! | names more nodes than there are | the steps that do so are skipped |
//! | `needs` what is not there | it is skipped, or the steps are |
//! | has steps of the playground's own | these are skipped |
//! | closes or taints nodes | a warning |

use std::collections::{BTreeMap, BTreeSet};

use lesson::{Lesson, Need, Step};
use serde_json::Value;
use view::LessonSource;

use super::stand::{Stand, words};
use super::{OWN, nodes};

/// Said of a lesson of which nothing can be done on another cluster.
pub(super) const PLAYGROUND_ONLY: &str =
    "All of this lesson needs the playground; there is nothing to do on another cluster.";

/// How a lesson is taken.
pub(super) struct Plan {
    /// The lesson, with the names of this cluster's nodes.
    pub(super) lesson: Lesson,
    /// What is to be said before it begins, a sentence each.
    pub(super) said: Vec<String>,
    /// Steps that are skipped, by id, and what they need.
    pub(super) skipped: BTreeMap<String, String>,
    /// It changes nodes in a way that others notice.
    pub(super) touches_nodes: bool,
}

impl Plan {
    /// Whether anything is left to do.
    pub(super) fn is_empty(&self) -> bool {
        self.skipped.len() == self.lesson.data.steps.len()
    }
}

/// What the playground alone can do in a step, if anything.
pub(super) fn playground(step: &Step) -> Option<&'static str> {
    let is_own = |line: &String| OWN.contains(&line.split(' ').next().unwrap_or_default());
    let own = step.playground
        || step.setup.needs_playground()
        || step.checks.iter().any(|check| check.traffic.is_some())
        || step.solution.iter().any(is_own);
    own.then_some("the playground")
}

/// Makes the plan for a lesson, given as its files (by their path below the lesson's folder).
///
/// # Errors
/// What is wrong with the files; names of nodes cannot make it so unless they are no names.
pub(super) fn plan(
    lesson: &Lesson,
    files: &[(String, String)],
    stand: &Stand,
) -> anyhow::Result<Plan> {
    let names = names(files, stand);
    let mut stands = None;
    let lesson = if names.is_empty() {
        lesson.clone()
    } else {
        let pairs = names.iter().enumerate().map(|(at, (number, name))| {
            let stands = if at == 0 { " stands" } else { "" };
            format!("{name}{stands} for {}", nodes::name(*number))
        });
        let pairs: Vec<String> = pairs.collect();
        stands = Some(format!("On this cluster {}.", pairs.join(", ")));
        renamed(lesson, files, &names)?
    };
    let missing = |needs: &[Need]| {
        let missing = needs.iter().filter(|need| stand.lacks.contains(need));
        missing.copied().collect::<Vec<Need>>()
    };
    let all = missing(&lesson.data.needs);
    let mut skipped = BTreeMap::new();
    for (index, step) in lesson.data.steps.iter().enumerate() {
        let lacks: BTreeSet<Need> = all.iter().copied().chain(missing(&step.needs)).collect();
        let known =
            |number: u32| names.contains_key(&number) || stand.nodes.contains(&nodes::name(number));
        let why = if let Some(own) = playground(step) {
            own.to_owned()
        } else if !lacks.is_empty() {
            lacks
                .iter()
                .map(|need| words(*need))
                .collect::<Vec<_>>()
                .join(" and ")
        } else if !named_by_step(files, index).into_iter().all(known) {
            let missing = named_by_step(files, index).into_iter();
            more_nodes(missing.filter(|number| !known(*number)).count())
        } else {
            continue;
        };
        skipped.insert(step.id.clone(), why);
    }
    let whole = skipped.len() == lesson.data.steps.len();
    let mut said: Vec<String> = stands.into_iter().filter(|_| !whole).collect();
    for why in skipped.values().collect::<BTreeSet<_>>() {
        let of: Vec<&str> = lesson
            .data
            .steps
            .iter()
            .filter(|step| skipped.get(&step.id) == Some(why))
            .map(|step| step.id.as_str())
            .collect();
        said.push(match (why.as_str(), whole) {
            ("the playground", true) if of.len() == skipped.len() => {
                PLAYGROUND_ONLY.into()
            }
            ("the playground", _) => format!("Skipped, for only the playground can do it: {}.", of.join(", ")),
            (why, true) if of.len() == skipped.len() => {
                format!("This lesson needs {why}, and this cluster has not; there is nothing to do here.")
            }
            (why, _) => format!("This cluster lacks {why}; skipped: {}.", of.join(", ")),
        });
    }
    if lesson.data.needs.contains(&Need::NetworkPolicies) {
        said.push(
            "Whether the network of this cluster enforces NetworkPolicies cannot be seen from outside; \
             where it does not, nobody is kept out."
                .into(),
        );
    }
    let left = |step: &&Step| !skipped.contains_key(&step.id);
    let touches_nodes = !whole
        && (lesson.data.setup.run.iter().any(|line| closes(line))
            || lesson.data.steps.iter().filter(left).any(|step| {
                step.setup
                    .run
                    .iter()
                    .chain(&step.solution)
                    .any(|line| closes(line))
            }));
    if touches_nodes {
        said.push(
            "Take care: this lesson closes, taints or empties nodes of this cluster, for everybody who uses it. \
             At its end they are open again; Pods that had to leave are not brought back."
                .into(),
        );
    }
    Ok(Plan {
        lesson,
        said,
        skipped,
        touches_nodes,
    })
}

/// Which of this cluster's nodes stand for the playground's; empty if they are called the same.
fn names(files: &[(String, String)], stand: &Stand) -> BTreeMap<u32, String> {
    // What is done comes first; what is only spoken of gets what is left.
    let (spoken, done): (Vec<_>, Vec<_>) =
        files.iter().partition(|(path, _)| path.ends_with(".md"));
    let numbers = |files: &[&(String, String)]| -> BTreeSet<u32> {
        files
            .iter()
            .flat_map(|(_, text)| nodes::named(text))
            .collect()
    };
    let (done, spoken) = (numbers(&done), numbers(&spoken));
    if done
        .iter()
        .all(|number| stand.nodes.contains(&nodes::name(*number)))
    {
        return BTreeMap::new();
    }
    let rest = spoken.difference(&done);
    let all = done.iter().chain(rest).copied();
    all.zip(stand.workers.iter().cloned()).collect()
}

/// The lesson with other names of nodes.
fn renamed(
    lesson: &Lesson,
    files: &[(String, String)],
    names: &BTreeMap<u32, String>,
) -> anyhow::Result<Lesson> {
    let files = files.iter();
    let source = LessonSource {
        id: lesson.id.clone(),
        files: files
            .map(|(path, text)| (path.clone(), nodes::rename(text, names)))
            .collect(),
        ..LessonSource::default()
    };
    Lesson::read(&source).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(
            "with the names of this cluster's nodes: {}",
            errors.join("; ")
        )
    })
}

/// The playground's nodes that a step cannot do without: those of its set-up, checks and solution.
fn named_by_step(files: &[(String, String)], index: usize) -> Vec<u32> {
    let data = files.iter().find(|(path, _)| path == "lesson.yaml");
    let data = data.and_then(|(_, text)| apimachinery::yaml::parse(text).ok());
    let Some(step) = data.as_ref().and_then(|data| data["steps"].get(index)) else {
        return Vec::new();
    };
    let parts = ["setup", "checks", "solution"].map(|part| step.get(part).unwrap_or(&Value::Null));
    nodes::named(&Value::from(parts.map(Value::clone).to_vec()).to_string())
}

fn more_nodes(count: usize) -> String {
    match count {
        1 => "one more node that takes Pods".into(),
        count => format!("{count} more nodes that take Pods"),
    }
}

/// Whether a line does something to a node that others notice.
fn closes(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(
        words.as_slice(),
        ["kubectl", "taint" | "cordon" | "drain", ..] | ["kubectl", "delete", "node" | "nodes", ..]
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use lesson::Library;
    use serde_json::json;

    use super::*;

    /// The lessons of this project.
    fn files() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
        crate::lesson::files(&folder).expect("they can be read")
    }

    fn own(files: &[(String, String)], id: &str) -> Vec<(String, String)> {
        let own = files.iter().filter_map(|(path, text)| {
            let path = path.strip_prefix(id)?.strip_prefix('/')?;
            Some((path.to_owned(), text.clone()))
        });
        own.collect()
    }

    fn node(name: &str, cpu: &str, control_plane: bool) -> Value {
        let mut node = json!({ "metadata": { "name": name, "labels": {} }, "status": { "allocatable": { "cpu": cpu } } });
        if control_plane {
            node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"] = json!("");
            node["spec"] = json!({ "taints": [{ "key": "x", "effect": "NoSchedule" }] });
        }
        node
    }

    fn all_missing() -> BTreeSet<Need> {
        [
            Need::DefaultStorageClass,
            Need::IngressController,
            Need::MetricsServer,
        ]
        .into()
    }

    /// The plans of all lessons on a cluster.
    fn plans(stand: &Stand) -> BTreeMap<String, Plan> {
        let files = files();
        let library = Library::from_files(files.iter().map(|(p, t)| (p.as_str(), t.as_str())));
        let library = library.expect("the lessons are right");
        let lessons = library.lessons().iter();
        lessons
            .map(|lesson| {
                let plan = plan(lesson, &own(&files, &lesson.id), stand);
                (lesson.id.clone(), plan.expect("it can be planned"))
            })
            .collect()
    }

    #[test]
    fn nothing_is_renamed_or_missing_where_the_lessons_come_from() {
        let nodes = ["node-1", "node-2", "node-3"].map(|name| node(name, "8", false));
        for (id, plan) in plans(&Stand::of(&nodes, BTreeSet::new())) {
            let own = plan.skipped.values().all(|why| why == "the playground");
            assert!(own, "{id}: {:?}", plan.skipped);
            assert!(
                !plan.said.iter().any(|said| said.starts_with("On this")),
                "{id}"
            );
        }
    }

    #[test]
    fn a_kubeadm_cluster_with_other_names_and_without_add_ons_hears_what_it_lacks() {
        let nodes = [
            node("cp", "4", true),
            node("ash", "4", false),
            node("birch", "4", false),
            node("cedar", "4", false),
        ];
        let plans = plans(&Stand::of(&nodes, all_missing()));
        for (id, plan) in &plans {
            // Whatever is left names none of the playground's nodes.
            for step in &plan.lesson.data.steps {
                if plan.skipped.contains_key(&step.id) {
                    continue;
                }
                let lines = step.solution.join("\n");
                assert_eq!(nodes::named(&lines), [0; 0], "{id} {}: {lines}", step.id);
            }
            assert!(plan.skipped.is_empty() || !plan.said.is_empty(), "{id}");
        }
        let said = |id: &str| plans[id].said.join(" ");
        assert_eq!(
            said("workloads/10-autoscaling"),
            "This lesson needs a metrics server, and this cluster has not; there is nothing to do here."
        );
        assert_eq!(
            said("networking/06-ingress"),
            "This lesson needs an ingress controller with a default class, and this cluster has not; there is nothing to do here."
        );
        assert_eq!(said("scheduling/06-node-dies"), PLAYGROUND_ONLY);
        assert_eq!(
            said("scheduling/04-priority"),
            "This lesson needs nodes of 8 CPUs, and this cluster has not; there is nothing to do here."
        );
        assert_eq!(
            said("workloads/06-daemonset"),
            "On this cluster ash stands for node-1, birch for node-2, cedar for node-3."
        );
        assert!(said("scheduling/05-drain").contains("ash stands for node-2."));
        assert!(said("scheduling/05-drain").contains("Take care: "));
        assert!(said("networking/05-network-policy").contains("cannot be seen from outside"));
        assert!(said("configuration/03-storage").contains("a default StorageClass"));
        let drain = &plans["scheduling/05-drain"].lesson;
        assert_eq!(drain.data.steps[0].solution[0], "kubectl cordon ash");
        assert!(plans["scheduling/02-placement"].touches_nodes);
        assert!(!plans["pods/01-first-pod"].touches_nodes);
    }

    #[test]
    fn on_a_single_node_steps_that_want_more_are_skipped_and_named() {
        let one = node("minikube", "4", false);
        let plans = plans(&Stand::of(&[one], BTreeSet::new()));
        let daemonset = &plans["workloads/06-daemonset"];
        assert_eq!(
            daemonset.said,
            [
                "On this cluster minikube stands for node-1.",
                "This cluster lacks one more node that takes Pods; skipped: more."
            ]
        );
        assert!(plans["scheduling/03-spreading"].is_empty());
        assert!(plans["pods/05-phases"].skipped.is_empty());
    }
}
