//! Names of flags, and what goes behind one.

use super::source::Source;
use super::{Answer, Choice};
use crate::cli::value::Kind;
use crate::cli::{Flag, FlagSet};

/// Flags that begin with a word; those that were given already and take one value only are left out.
pub(super) fn names(all: &FlagSet, given: &FlagSet, current: &str) -> Vec<Choice> {
    let mut choices = Vec::new();
    let flags = all.sorted().into_iter().filter(|f| !f.hidden);
    for flag in flags.filter(|f| f.kind.is_list() || !given.changed(f.name)) {
        let name = format!("--{}", flag.name);
        if name.starts_with(current) {
            // A value behind a flag that can stand alone goes with an equals sign.
            choices.push(match flag.no_value {
                Some(_) if flag.kind != Kind::Bool => {
                    Choice::new(name + "=").about(flag.usage).open()
                }
                _ => Choice::new(name).about(flag.usage),
            });
        }
        if let Some(short) = flag
            .short
            .filter(|_| current.len() <= 2 && !current.starts_with("--"))
        {
            let name = format!("-{short}");
            if name.starts_with(current) {
                choices.push(Choice::new(name).about(flag.usage));
            }
        }
    }
    choices
}

/// Flags with a few values of their own, by name.
const VALUES: &[(&str, &[&str])] = &[
    ("cascade", &["background", "foreground", "orphan"]),
    ("dry-run", &["client", "none", "server"]),
    ("image-pull-policy", &["Always", "IfNotPresent", "Never"]),
    ("policy", &["AllowAll", "Allowlist", "DenyAll"]),
    (
        "profile",
        &[
            "general",
            "baseline",
            "restricted",
            "netadmin",
            "sysadmin",
            "auto",
        ],
    ),
    ("restart", &["Always", "Never", "OnFailure"]),
    ("section", &["aliases", "credentialplugin", "defaults"]),
    (
        "type",
        &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"],
    ),
    ("types", &["Normal", "Warning"]),
    ("validate", &["ignore", "strict", "warn"]),
    (
        "verb",
        &[
            "create",
            "delete",
            "deletecollection",
            "get",
            "list",
            "patch",
            "update",
            "watch",
        ],
    ),
    (
        "verbs",
        &[
            "create", "delete", "get", "list", "patch", "update", "watch",
        ],
    ),
];
/// Outputs that want something more behind them.
const OPEN: &[&str] = &[
    "custom-columns",
    "custom-columns-file",
    "go-template",
    "go-template-file",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "template",
    "templatefile",
];
/// Flags whose values are names of objects of a type.
const OBJECTS: &[(&str, &str)] = &[
    ("clusterrole", "clusterroles"),
    ("namespace", "namespaces"),
    ("namespaces", "namespaces"),
    ("priority-class", "priorityclasses"),
    ("role", "roles"),
    ("serviceaccount", "serviceaccounts"),
];

/// What could be the value of a flag.
pub(super) fn values(source: &Source, flag: &Flag, current: &str) -> Answer {
    let named = |list: Vec<String>| Answer::Choices(list.into_iter().map(Choice::new).collect());
    let fixed = |list: &[&str]| Answer::Choices(list.iter().map(|w| Choice::new(*w)).collect());
    if flag.kind == Kind::Bool {
        return fixed(&["true", "false"]);
    }
    if let Some((_, kind)) = OBJECTS.iter().find(|(name, _)| *name == flag.name) {
        return named(source.names(kind));
    }
    match flag.name {
        "context" => return named(source.entries("contexts")),
        "cluster" => return named(source.entries("clusters")),
        "user" => return named(source.entries("users")),
        "container" => {
            let pod = source.0.args.first();
            return named(pod.map(|pod| source.containers(pod)).unwrap_or_default());
        }
        "output" => return Answer::Choices(outputs(flag.usage)),
        "for" if flag.usage.contains("condition") => {
            let mut choices = vec![Choice::new("create"), Choice::new("delete")];
            choices.push(Choice::new("condition=").open());
            choices.push(Choice::new("jsonpath=").open());
            return Answer::Choices(choices);
        }
        "for" => return super::args::type_and_name(source, &[], current),
        "resource" => {
            return Answer::Choices(super::args::types(source, current, &[]));
        }
        "subresource" => return fixed(&["resize", "scale", "status"]),
        "sort-by" if flag.usage.contains("cpu") => return fixed(&["cpu", "memory"]),
        "sort-by" if flag.usage.contains("'name'") => return fixed(&["kind", "name"]),
        _ => {}
    }
    match VALUES.iter().find(|(name, _)| *name == flag.name) {
        Some((_, list)) => fixed(list),
        None => Answer::Files,
    }
}

/// The formats that a flag's help lists.
fn outputs(usage: &str) -> Vec<Choice> {
    let listed = usage
        .split_once("One of: (")
        .and_then(|(_, rest)| rest.split_once(')'))
        .or_else(|| {
            usage
                .split_once('(')
                .and_then(|(_, rest)| rest.split_once(')'))
        })
        .map_or("yaml, json", |(list, _)| list);
    listed
        .split(", ")
        .map(|name| {
            if OPEN.contains(&name) {
                Choice::new(format!("{name}=")).open()
            } else {
                Choice::new(name)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_come_from_the_help() {
        let words = |usage| -> Vec<String> { outputs(usage).into_iter().map(|c| c.word).collect() };
        assert_eq!(
            words("Output format. One of: (json, wide, jsonpath)."),
            ["json", "wide", "jsonpath="]
        );
        assert_eq!(words("One of 'yaml' or 'json'."), ["yaml", "json"]);
        assert_eq!(
            words("Format in which to render the schema (plaintext, plaintext-openapiv2)"),
            ["plaintext", "plaintext-openapiv2"]
        );
    }
}
