//! What goes where an argument stands, command by command.

use super::script::{EXPOSED, ROLLED_OUT, SCALABLE, WITH_PODS};
use super::source::Source;
use super::{Answer, Choice};

/// Suggestions for an argument of the command at `path`.
pub(super) fn complete(source: &Source, path: &str, current: &str) -> Answer {
    let args = &source.0.args;
    let named = |list: Vec<String>| {
        let fresh = list.into_iter().filter(|name| !args.contains(name));
        Answer::Choices(fresh.map(Choice::new).collect())
    };
    let first = |list: Vec<String>| match args.is_empty() {
        true => named(list),
        false => Answer::Choices(Vec::new()),
    };
    match path {
        "get"
        | "describe"
        | "delete"
        | "edit"
        | "label"
        | "annotate"
        | "patch"
        | "wait"
        | "set env"
        | "set image"
        | "set resources"
        | "set selector"
        | "set serviceaccount"
        | "set subject"
        | "apply view-last-applied"
        | "apply edit-last-applied" => type_and_name(source, &[], current),
        "expose" => type_and_name(source, EXPOSED, current),
        "scale" | "autoscale" => type_and_name(source, SCALABLE, current),
        "taint" => type_and_name(source, &["node"], current),
        path if path.starts_with("rollout ") => type_and_name(source, ROLLED_OUT, current),
        "logs" | "attach" | "exec" | "debug" => match args.as_slice() {
            [] => pods(source, current),
            [pod] if path == "logs" => named(source.containers(pod)),
            _ => Answer::Choices(Vec::new()),
        },
        "port-forward" => match args.as_slice() {
            [] => pods(source, current),
            [target] => Answer::Choices(ports(source, target)),
            _ => Answer::Choices(Vec::new()),
        },
        "cp" => match current {
            text if text.contains(['/', '.']) => Answer::Files,
            _ => {
                let pods = source.names("pods").into_iter();
                let pods = pods.map(|pod| Choice::new(format!("{pod}:")).open());
                let choices: Vec<Choice> = pods.filter(|c| c.word.starts_with(current)).collect();
                match choices.is_empty() {
                    true => Answer::Files,
                    false => Answer::Choices(choices),
                }
            }
        },
        "cordon" | "uncordon" | "drain" => named(source.names("nodes")),
        "top node" => first(source.names("nodes")),
        "top pod" => first(source.names("pods")),
        "certificate approve" | "certificate deny" => {
            named(source.names("certificatesigningrequests"))
        }
        "explain" => match args.is_empty() {
            true => Answer::Choices(types(source, current, &[])),
            false => Answer::Choices(Vec::new()),
        },
        "auth can-i" => match args.as_slice() {
            [] => Answer::Choices(
                [
                    "create", "delete", "get", "list", "patch", "update", "watch",
                ]
                .map(Choice::new)
                .into(),
            ),
            [_] => Answer::Choices(types(source, current, &[])),
            _ => Answer::Choices(Vec::new()),
        },
        "config use-context"
        | "config delete-context"
        | "config rename-context"
        | "config set-context" => first(source.entries("contexts")),
        "config get-contexts" => named(source.entries("contexts")),
        "config delete-cluster" | "config set-cluster" => first(source.entries("clusters")),
        "config delete-user" | "config set-credentials" => first(source.entries("users")),
        "completion" => first(
            ["bash", "fish", "powershell", "zsh"]
                .map(str::to_owned)
                .into(),
        ),
        "kustomize" => Answer::Files,
        "create token" => first(source.names("serviceaccounts")),
        _ => Answer::Choices(Vec::new()),
    }
}

/// Types by name, or one of `allowed`. After a comma, the next of several.
pub(super) fn types(source: &Source, current: &str, allowed: &[&str]) -> Vec<Choice> {
    if !allowed.is_empty() {
        return allowed.iter().map(|name| Choice::new(*name)).collect();
    }
    let at = current.rfind(',').map_or(0, |at| at + 1);
    let (before, part) = current.split_at(at);
    let resources = source.resources();
    let mut choices = Vec::new();
    for resource in &resources {
        let dot = if resource.group.is_empty() { "" } else { "." };
        let name = format!("{}{dot}{}", resource.name, resource.group);
        if name.starts_with(part) {
            choices.push(Choice::new(format!("{before}{name}")).about(&resource.kind));
        }
    }
    if !choices.is_empty() {
        return choices;
    }
    // Short names come in when no full name begins so: `svc`, `cm`.
    for resource in &resources {
        for short in resource.short_names.iter().filter(|s| s.starts_with(part)) {
            choices.push(Choice::new(format!("{before}{short}")).about(&resource.kind));
        }
    }
    choices
}

/// `TYPE NAME…` or `TYPE/NAME…`.
pub(super) fn type_and_name(source: &Source, allowed: &[&str], current: &str) -> Answer {
    let args = &source.0.args;
    // `--for` takes the one form that has a slash.
    let choices = match (args.first(), current.split_once('/')) {
        (_, Some((kind, _))) => {
            let names = source.names(kind).into_iter();
            let words = names.map(|name| format!("{kind}/{name}"));
            words
                .filter(|w| !args.contains(w))
                .map(Choice::new)
                .collect()
        }
        (Some(kind), None) if !kind.contains('/') => {
            let names = source.names(kind).into_iter();
            names
                .filter(|name| !args[1..].contains(name))
                .map(Choice::new)
                .collect()
        }
        (Some(_), None) => types(source, current, allowed)
            .into_iter()
            .map(|choice| Choice::new(choice.word + "/").open())
            .collect(),
        (None, None) => types(source, current, allowed),
    };
    Answer::Choices(choices)
}

/// Pods, and types that have some.
fn pods(source: &Source, current: &str) -> Answer {
    if current.contains('/') {
        return type_and_name(source, &[], current);
    }
    let mut choices: Vec<Choice> = source.names("pods").into_iter().map(Choice::new).collect();
    let kinds = WITH_PODS.iter().filter(|kind| kind.starts_with(current));
    choices.extend(kinds.map(|kind| Choice::new(format!("{kind}/")).open()));
    Answer::Choices(choices)
}

/// Ports of a pod's containers, here and there the same.
fn ports(source: &Source, target: &str) -> Vec<Choice> {
    use crate::util::json as j;
    let pod = source.pod(target).unwrap_or_default();
    j::list(&pod, &["spec", "containers"])
        .iter()
        .flat_map(|container| j::list(container, &["ports"]))
        .map(|port| j::int(port, &["containerPort"]))
        .map(|port| Choice::new(format!("{port}:{port}")))
        .collect()
}
