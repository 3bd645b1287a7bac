//! Rules of a `SelfSubjectRulesReview` as a table: one line for each resource, its verbs together.

use serde_json::Value;

use crate::util::tabwriter::TabWriter;
use crate::util::{go, json as j};

/// A rule with one resource or one path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    verbs: Vec<String>,
    group: String,
    resource: String,
    name: Option<String>,
    path: Option<String>,
}

impl Rule {
    /// What upstream sorts by: the text of the protobuf message.
    fn key(&self) -> String {
        let one = |text: &Option<String>| text.clone().unwrap_or_default();
        match &self.path {
            Some(path) => format!(
                "&PolicyRule{{Verbs:{},APIGroups:[],Resources:[],ResourceNames:[],NonResourceURLs:[{path}],}}",
                go::slice(&self.verbs)
            ),
            None => format!(
                "&PolicyRule{{Verbs:{},APIGroups:[{}],Resources:[{}],ResourceNames:[{}],NonResourceURLs:[],}}",
                go::slice(&self.verbs),
                self.group,
                self.resource,
                one(&self.name)
            ),
        }
    }

    fn resource_text(&self) -> String {
        let (resource, sub) = match self.resource.split_once('/') {
            Some((resource, sub)) => (resource, format!("/{sub}")),
            None => (self.resource.as_str(), String::new()),
        };
        let dot = if self.group.is_empty() { "" } else { "." };
        format!("{resource}{dot}{}{sub}", self.group)
    }
}

fn texts(rule: &Value, key: &str) -> Vec<String> {
    let list = j::list(rule, &[key]).iter();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Every combination of the rules' parts, those of one resource joined again.
fn compact(status: &Value) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for rule in j::list(status, &["resourceRules"]) {
        let names: Vec<Option<String>> = match texts(rule, "resourceNames") {
            names if names.is_empty() => vec![None],
            names => names.into_iter().map(Some).collect(),
        };
        for group in texts(rule, "apiGroups") {
            for resource in texts(rule, "resources") {
                for verb in texts(rule, "verbs") {
                    for name in &names {
                        add(&mut rules, &verb, &group, &resource, name);
                    }
                }
            }
        }
    }
    for rule in j::list(status, &["nonResourceRules"]) {
        for path in texts(rule, "nonResourceURLs") {
            for verb in texts(rule, "verbs") {
                rules.push(Rule {
                    verbs: vec![verb],
                    group: String::new(),
                    resource: String::new(),
                    name: None,
                    path: Some(path.clone()),
                });
            }
        }
    }
    rules.sort_by_key(Rule::key);
    rules
}

fn add(rules: &mut Vec<Rule>, verb: &str, group: &str, resource: &str, name: &Option<String>) {
    let same = |rule: &&mut Rule| {
        rule.path.is_none()
            && rule.group == group
            && rule.resource == resource
            && rule.name == *name
    };
    match rules.iter_mut().find(same) {
        Some(rule) if rule.verbs.iter().any(|v| v == verb) => {}
        Some(rule) => rule.verbs.push(verb.to_owned()),
        None => rules.push(Rule {
            verbs: vec![verb.to_owned()],
            group: group.to_owned(),
            resource: resource.to_owned(),
            name: name.clone(),
            path: None,
        }),
    }
}

/// The table of a review's status.
pub(super) fn table(status: &Value, no_headers: bool) -> String {
    let mut out = TabWriter::table();
    if !no_headers {
        out.push("Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
    }
    for rule in compact(status) {
        let list = |text: &Option<String>| go::slice(&text.iter().collect::<Vec<_>>());
        out.push(&format!(
            "{}\t{}\t{}\t{}\n",
            rule.resource_text(),
            list(&rule.path),
            list(&rule.name),
            go::slice(&rule.verbs)
        ));
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rules_of_one_resource_join() {
        let status = json!({
            "resourceRules": [
                {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"]},
                {"verbs": ["list", "watch"], "apiGroups": [""], "resources": ["pods"]},
                {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
            ],
            "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz"]}],
        });
        assert_eq!(
            table(&status, false),
            "\
Resources                                  Non-Resource URLs   Resource Names   Verbs
selfsubjectreviews.authentication.k8s.io   []                  []               [create]
pods                                       []                  []               [get list watch]
pods/log                                   []                  []               [get list]
                                           [/healthz]          []               [get]
"
        );
    }
}
