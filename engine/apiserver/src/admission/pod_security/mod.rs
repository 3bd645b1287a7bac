//! PodSecurity: the Pod Security Standards, by labels of the namespace. `enforce` refuses pods, `warn` warns about pods and
//! what makes pods; `audit` would go into an audit log, which there is none of. Upstream's room is
//! `k8s.io/pod-security-admission`.

mod checks;

use api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use api::batch::v1::{CronJob, Job};
use api::core::v1::{Namespace, Pod, PodSpec, PodTemplate, PodTemplateSpec, ReplicationController};
use apimachinery::{Map, Object, Status, Str};

use super::{Attributes, Operation, Plugin, lookup, lookup_all};
use crate::validation::field::{Errors, Path};

const PREFIX: &str = "pod-security.kubernetes.io/";
/// How many pods of a namespace are looked at when its level changes.
const LOOK_AT: usize = 3000;

/// How much pods may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Privileged,
    Baseline,
    Restricted,
}

impl Level {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "privileged" => Some(Self::Privileged),
            "baseline" => Some(Self::Baseline),
            "restricted" => Some(Self::Restricted),
            _ => None,
        }
    }
}

/// A level of a namespace, and as it is shown: `baseline:latest`.
fn policy(namespace: &Namespace, mode: &str) -> (Level, String) {
    let label = |name: String| {
        namespace
            .metadata
            .labels
            .get(name.as_str())
            .map(|v| v.as_str())
    };
    let text = label(format!("{PREFIX}{mode}")).unwrap_or("privileged");
    let version = label(format!("{PREFIX}{mode}-version")).unwrap_or("latest");
    // What nobody understands is taken as the strictest, as upstream does.
    let level = Level::parse(text).unwrap_or(Level::Restricted);
    (level, format!("{text}:{version}"))
}

/// The plugin.
pub(super) struct PodSecurity;

impl Plugin for PodSecurity {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        let create = attributes.operation == Operation::Create;
        let update = attributes.operation == Operation::Update;
        let (Some(object), true) = (object, create || update) else {
            return Ok(());
        };
        if attributes.is("", "namespaces") {
            return check_namespace(attributes, object);
        }
        let debugging = update && attributes.subresource == "ephemeralcontainers";
        if !attributes.subresource.is_empty() && !debugging {
            return Ok(());
        }
        let Some((annotations, spec)) = spec_of(object) else {
            return Ok(());
        };
        let pod = object.downcast_ref::<Pod>().is_some();
        if pod && !create && !debugging {
            // What a pod may do cannot be changed later, except by debugging it.
            return Ok(());
        }
        let Some(namespace) = lookup::<Namespace>(attributes.cx, "", attributes.namespace) else {
            return Ok(());
        };
        if pod {
            let (level, shown) = policy(&namespace, "enforce");
            let found = checks::evaluate(level, annotations, spec);
            if !found.is_empty() {
                let because = format!("violates PodSecurity \"{shown}\": {}", details(&found));
                return Err(attributes.forbidden(Some(object), &because));
            }
        }
        let (level, shown) = policy(&namespace, "warn");
        let found = checks::evaluate(level, annotations, spec);
        if !found.is_empty() {
            attributes.cx.warn(format!(
                "would violate PodSecurity \"{shown}\": {}",
                details(&found)
            ));
        }
        Ok(())
    }
}

fn details(found: &[checks::Violation]) -> String {
    let parts = found.iter().map(|v| match v.detail.as_str() {
        "" => v.reason.to_owned(),
        detail => format!("{} ({detail})", v.reason),
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// The pod in whatever makes pods, and its annotations.
fn spec_of(object: &dyn Object) -> Option<(&Map<Str, Str>, &PodSpec)> {
    macro_rules! template {
        ($($kind:ty),*) => {
            $(if let Some(object) = object.downcast_ref::<$kind>() {
                return Some(parts(&object.spec.template));
            })*
        };
    }
    if let Some(pod) = object.downcast_ref::<Pod>() {
        return Some((&pod.metadata.annotations, &pod.spec));
    }
    template!(Deployment, ReplicaSet, StatefulSet, DaemonSet, Job);
    if let Some(job) = object.downcast_ref::<CronJob>() {
        return Some(parts(&job.spec.job_template.spec.template));
    }
    if let Some(template) = object.downcast_ref::<PodTemplate>() {
        return Some(parts(&template.template));
    }
    let controller = object.downcast_ref::<ReplicationController>()?;
    controller.spec.template.as_deref().map(parts)
}

fn parts(template: &PodTemplateSpec) -> (&Map<Str, Str>, &PodSpec) {
    (&template.metadata.annotations, &template.spec)
}

/// The labels must be understood; and whoever raises the level is told which pods are in its way.
fn check_namespace(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    let Some(new) = object.downcast_ref::<Namespace>() else {
        return Ok(());
    };
    let old = attributes
        .old
        .and_then(|old| old.downcast_ref::<Namespace>());
    let mut errors = Errors::new();
    for mode in ["enforce", "audit", "warn"] {
        check_label(new, &format!("{PREFIX}{mode}"), &mut errors, &|value| {
            (Level::parse(value).is_none())
                .then_some("must be one of privileged, baseline, restricted")
        });
        check_label(
            new,
            &format!("{PREFIX}{mode}-version"),
            &mut errors,
            &|value| {
                let minor = value
                    .strip_prefix("v1.")
                    .and_then(|minor| minor.parse::<u32>().ok());
                (value != "latest" && minor.is_none()).then_some("must be \"latest\" or \"v1.x\"")
            },
        );
    }
    let same = |old: &Namespace| {
        let labels = |of: &Namespace| -> Vec<(String, String)> {
            let ours = of
                .metadata
                .labels
                .iter()
                .filter(|(name, _)| name.starts_with(PREFIX));
            ours.map(|(name, value)| (name.to_string(), value.to_string()))
                .collect()
        };
        labels(old) == labels(new)
    };
    if old.is_some_and(same) {
        return Ok(());
    }
    if !errors.is_empty() {
        let kind = attributes.resource.names.group_kind();
        return Err(Status::invalid(
            &kind,
            &new.metadata.name,
            &errors.into_list(),
        ));
    }
    if let Some(old) = old
        && attributes.subresource.is_empty()
    {
        let (level, shown) = policy(new, "enforce");
        if level > policy(old, "enforce").0 {
            warn_of_pods(attributes, level, &shown);
        }
    }
    Ok(())
}

fn check_label(
    namespace: &Namespace,
    label: &str,
    errors: &mut Errors,
    problem: &dyn Fn(&str) -> Option<&'static str>,
) {
    let Some(value) = namespace.metadata.labels.get(label) else {
        return;
    };
    if let Some(text) = problem(value) {
        let metadata = Path::new("metadata");
        let labels = metadata.child("labels");
        errors.invalid(&labels.key(label), value.as_str(), text);
    }
}

fn warn_of_pods(attributes: &Attributes<'_>, level: Level, shown: &str) {
    // The reasons, and which pods have them.
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for pod in lookup_all::<Pod>(attributes.cx, attributes.name)
        .iter()
        .take(LOOK_AT)
    {
        let found = checks::evaluate(level, &pod.metadata.annotations, &pod.spec);
        if found.is_empty() {
            continue;
        }
        let reasons: Vec<&str> = found.iter().map(|v| v.reason).collect();
        let reasons = reasons.join(", ");
        let name = pod.metadata.name.to_string();
        match groups.iter_mut().find(|(known, _)| *known == reasons) {
            Some((_, pods)) => pods.push(name),
            None => groups.push((reasons, vec![name])),
        }
    }
    if groups.is_empty() {
        return;
    }
    let name = attributes.name;
    attributes.cx.warn(format!(
        "existing pods in namespace \"{name}\" violate the new PodSecurity enforce level \"{shown}\""
    ));
    for (reasons, pods) in groups {
        let first = pods.first().cloned().unwrap_or_default();
        let others = match pods.len() {
            0 | 1 => String::new(),
            2 => " (and 1 other pod)".to_owned(),
            many => format!(" (and {} other pods)", many - 1),
        };
        attributes.cx.warn(format!("{first}{others}: {reasons}"));
    }
}
