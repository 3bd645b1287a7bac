//! `kubectl create clusterrole`

use serde_json::{Map, Value, json};

use super::super::shared;
use super::Generator;
use super::role::Rule;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;

pub(super) const COMMAND: Command = Command {
    name: "clusterrole",
    usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] \
                 [--dry-run=server|client|none]",
    no_flags_in_use: true,
    short: "Create a cluster role",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::pairs(
                "aggregation-rule",
                "An aggregation label selector for combining ClusterRoles.",
            ),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::slice(
                "non-resource-url",
                "A partial url that user should have access to.",
            ),
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
    long: "Create a cluster role.",
    example: "# A cluster role that may look at pods
kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods

# One for paths that are no resources
kubectl create clusterrole foo --verb=get --non-resource-url=/logs/*

# One that gathers others by a label
kubectl create clusterrole monitoring \
--aggregation-rule=\"rbac.example.com/aggregate-to-monitoring=true\"",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let rule = Rule::from_flags(&cx);
        let mut urls: Vec<String> = Vec::new();
        for url in cx.flags.strings("non-resource-url") {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        let generator = Generator::new(&cx)?;
        let mapper = cx.mapper()?;
        let aggregation = cx.flags.strings("aggregation-rule");
        let mut object = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": generator.name},
        });
        if aggregation.is_empty() {
            check(&cx, &rule, &urls, &mapper)?;
            object["rules"] = rule.policy_rules(&mapper, &urls).into();
        } else {
            if !(urls.is_empty()
                && rule.verbs.is_empty()
                && rule.resources.is_empty()
                && rule.names.is_empty())
            {
                return Err(
                    "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames".into(),
                );
            }
            let labels: Map<String, Value> = aggregation
                .iter()
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| (key.to_owned(), value.into()))
                .collect();
            object["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": labels}]});
            object["rules"] = Value::Null;
        }
        generator.create(&cx, object, "")
    })
}

fn check(
    cx: &Context,
    rule: &Rule,
    urls: &[String],
    mapper: &crate::rest::mapper::Mapper,
) -> Result<(), Error> {
    if rule.verbs.is_empty() {
        return Err("at least one verb must be specified".into());
    }
    if rule.resources.is_empty() && urls.is_empty() {
        return Err("one of resource or nonResourceURL must be specified".into());
    }
    if !rule.resources.is_empty() {
        rule.warn_about_verbs(cx);
        rule.check_resources(mapper)?;
    }
    const VERBS: &[&str] = &[
        "*", "get", "post", "put", "delete", "patch", "head", "options",
    ];
    if !urls.is_empty()
        && let Some(verb) = rule.verbs.iter().find(|v| !VERBS.contains(&v.as_str()))
    {
        return Err(fail!("invalid verb: '{verb}' for nonResourceURL"));
    }
    for url in urls.iter().filter(|u| *u != "*") {
        if !url.starts_with('/') {
            return Err("nonResourceURL should start with /".into());
        }
        if url[..url.len() - 1].contains('*') {
            return Err(
                "nonResourceURL only supports wildcard matches when '*' is at the end".into(),
            );
        }
    }
    Ok(())
}
