//! `kubectl create role`

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::shared;
use super::Generator;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::mapper::Mapper;

pub(super) const COMMAND: Command = Command {
    name: "role",
    usage: "NAME --verb=verb --resource=resource.group/subresource \
                 [--resource-name=resourcename] [--dry-run=server|client|none]",
    no_flags_in_use: true,
    short: "Create a role with single rule",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::slice("resource", "Resource that the rule applies to"),
            Flag::array(
                "resource-name",
                "Resource in the white list that the rule applies to, repeat this flag for \
                 multiple items",
            ),
            Flag::slice(
                "verb",
                "Verb that applies to the resources contained in the rule",
            ),
        ],
    ],
    long: "Create a role with single rule.",
    example: "# A role that may look at pods
kubectl create role pod-reader --verb=get --verb=list --verb=watch --resource=pods

# Only at these two pods
kubectl create role pod-reader --verb=get --resource=pods --resource-name=readablepod \
--resource-name=anotherpod

# A resource with its API group
kubectl create role foo --verb=get,list,watch --resource=rs.apps

# A subresource
kubectl create role foo --verb=get,list,watch --resource=pods,pods/status",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let rule = Rule::from_flags(&cx);
        let generator = Generator::new(&cx)?;
        let mapper = cx.mapper()?;
        if rule.verbs.is_empty() {
            return Err("at least one verb must be specified".into());
        }
        rule.warn_about_verbs(&cx);
        if rule.resources.is_empty() {
            return Err("at least one resource must be specified".into());
        }
        rule.check_resources(&mapper)?;
        let object = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": {"name": generator.name},
            "rules": rule.policy_rules(&mapper, &[]),
        });
        generator.create(&cx, object, "")
    })
}

/// What `--verb`, `--resource` and `--resource-name` say.
pub(super) struct Rule {
    pub(super) verbs: Vec<String>,
    /// Resource, group and subresource.
    pub(super) resources: Vec<(String, String, String)>,
    pub(super) names: Vec<String>,
}

const VERBS: &[&str] = &[
    "*",
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
];

/// Verbs that only these resources have.
const SPECIAL: &[(&str, &[(&str, &str)])] = &[
    (
        "use",
        &[
            ("policy", "podsecuritypolicies"),
            ("extensions", "podsecuritypolicies"),
        ],
    ),
    (
        "bind",
        &[
            ("rbac.authorization.k8s.io", "roles"),
            ("rbac.authorization.k8s.io", "clusterroles"),
        ],
    ),
    (
        "escalate",
        &[
            ("rbac.authorization.k8s.io", "roles"),
            ("rbac.authorization.k8s.io", "clusterroles"),
        ],
    ),
    (
        "impersonate",
        &[
            ("", "users"),
            ("", "serviceaccounts"),
            ("", "groups"),
            ("authentication.k8s.io", "userextras"),
        ],
    ),
];

fn unique(items: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}

impl Rule {
    pub(super) fn from_flags(cx: &Context) -> Rule {
        let mut verbs = unique(cx.flags.strings("verb"));
        if verbs.iter().any(|v| v == "*") {
            verbs = vec!["*".to_owned()];
        }
        let mut resources = Vec::new();
        for given in cx.flags.strings("resource") {
            let (full, subresource) = given.split_once('/').unwrap_or((&given, ""));
            let (resource, group) = full.split_once('.').unwrap_or((full, ""));
            if given == "*" {
                resources = vec![("*".to_owned(), String::new(), String::new())];
                break;
            }
            resources.push((
                resource.to_owned(),
                group.to_owned(),
                subresource.to_owned(),
            ));
        }
        Rule {
            verbs,
            resources,
            names: unique(cx.flags.strings("resource-name")),
        }
    }

    pub(super) fn warn_about_verbs(&self, cx: &Context) {
        for verb in self.verbs.iter().filter(|v| !VERBS.contains(&v.as_str())) {
            cx.err(&format!(
                "Warning: '{verb}' is not a standard resource verb\n"
            ));
        }
    }

    pub(super) fn check_resources(&self, mapper: &Mapper) -> Result<(), Error> {
        for (name, group, _) in &self.resources {
            if name.is_empty() {
                return Err("resource must be specified if apiGroup/subresource specified".into());
            }
            if name == "*" {
                return Ok(());
            }
            let found = mapper.resource_type(name, group, "");
            let (resource, group) = match &found {
                Ok(mapping) => (mapping.resource.as_str(), mapping.group.as_str()),
                Err(_) => (name.as_str(), group.as_str()),
            };
            let mut special = false;
            for verb in &self.verbs {
                let Some((_, allowed)) = SPECIAL.iter().find(|(v, _)| v == verb) else {
                    continue;
                };
                if !allowed.contains(&(group, resource)) {
                    return Err(fail!(
                        "can not perform '{verb}' on '{resource}' in group '{group}'"
                    ));
                }
                special = true;
            }
            if let Err(error) = found
                && !special
            {
                return Err(error);
            }
        }
        Ok(())
    }

    pub(super) fn policy_rules(&self, mapper: &Mapper, urls: &[String]) -> Vec<Value> {
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, group, subresource) in &self.resources {
            let (mut resource, group) = match mapper.resource_type(name, group, "") {
                Ok(mapping) => (mapping.resource, mapping.group),
                Err(_) => (name.clone(), group.clone()),
            };
            if !subresource.is_empty() {
                resource = format!("{resource}/{subresource}");
            }
            let list = groups.entry(group).or_default();
            if !list.contains(&resource) {
                list.push(resource);
            }
        }
        let mut rules = Vec::new();
        for (group, resources) in groups {
            let mut rule =
                json!({"apiGroups": [group], "resources": resources, "verbs": self.verbs});
            if !self.names.is_empty() {
                rule["resourceNames"] = json!(self.names);
            }
            rules.push(rule);
        }
        if !urls.is_empty() {
            rules.push(json!({"nonResourceURLs": urls, "verbs": self.verbs}));
        }
        rules
    }
}
