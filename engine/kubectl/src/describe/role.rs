//! `kubectl describe role` and its kin: rules taken apart to one resource a line, and bindings. None shows events.

use std::collections::BTreeMap;

use api::rbac::v1::{PolicyRule, RoleRef, Subject};
use apimachinery::Str;
use apimachinery::meta::v1::ObjectMeta;

use super::about::About;
use crate::error::Error;
use crate::util::go;

/// A role of a namespace or of the cluster.
pub(crate) fn role(
    meta: &ObjectMeta,
    rules: &[PolicyRule],
    about: &About<'_>,
) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.line(0, "PolicyRule:");
    page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    page.line(1, "---------\t-----------------\t--------------\t-----");
    for row in rows(rules) {
        let cells = format!(
            "{}\t{}\t{}\t{}",
            row.resource_text(),
            go::slice(row.url.as_slice()),
            go::slice(row.name.as_slice()),
            go::slice(&row.verbs)
        );
        page.line(1, &cells);
    }
    Ok(page.finish())
}

/// A binding in a namespace or of the cluster.
pub(crate) fn binding(
    meta: &ObjectMeta,
    role: &RoleRef,
    subjects: &[Subject],
    about: &About<'_>,
) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.line(0, "Role:");
    page.field(1, "Kind", &role.kind);
    page.field(1, "Name", &role.name);
    page.line(0, "Subjects:");
    page.line(1, "Kind\tName\tNamespace");
    page.line(1, "----\t----\t---------");
    for s in subjects {
        page.line(1, &format!("{}\t{}\t{}", s.kind, s.name, s.namespace));
    }
    Ok(page.finish())
}

/// What may be done with one resource, one named object of it, or one URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    group: Str,
    resource: Option<Str>,
    name: Option<Str>,
    url: Option<Str>,
    verbs: Vec<Str>,
}

impl Row {
    /// `deployments.apps/scale`
    fn resource_text(&self) -> String {
        let Some(resource) = &self.resource else {
            return String::new();
        };
        let (plural, subresource) = match resource.split_once('/') {
            Some((plural, subresource)) => (plural, format!("/{subresource}")),
            None => (&**resource, String::new()),
        };
        let dot = if self.group.is_empty() { "" } else { "." };
        format!("{plural}{dot}{}{subresource}", self.group)
    }

    /// What rows are sorted by: Go's text of the rule.
    fn sort_key(&self) -> String {
        let groups = match &self.resource {
            Some(_) => std::slice::from_ref(&self.group),
            None => &[],
        };
        format!(
            "{}{}{}{}{}",
            go::slice(&self.verbs) + ",",
            go::slice(groups) + ",",
            go::slice(self.resource.as_slice()) + ",",
            go::slice(self.name.as_slice()) + ",",
            go::slice(self.url.as_slice())
        )
    }
}

/// Rules taken apart; verbs for the same thing are put together, but for URLs.
fn rows(rules: &[PolicyRule]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut known: BTreeMap<(Str, Str, Option<Str>), usize> = BTreeMap::new();
    for rule in rules {
        let names: Vec<Option<Str>> = match rule.resource_names.is_empty() {
            true => vec![None],
            false => rule.resource_names.iter().cloned().map(Some).collect(),
        };
        for group in &rule.api_groups {
            for resource in &rule.resources {
                for (verb, name) in rule
                    .verbs
                    .iter()
                    .flat_map(|verb| names.iter().map(move |name| (verb, name)))
                {
                    let key = (group.clone(), resource.clone(), name.clone());
                    let at = *known.entry(key).or_insert(rows.len());
                    if at == rows.len() {
                        rows.push(Row {
                            group: group.clone(),
                            resource: Some(resource.clone()),
                            name: name.clone(),
                            ..Row::default()
                        });
                    }
                    if let Some(row) = rows.get_mut(at)
                        && !row.verbs.contains(verb)
                    {
                        row.verbs.push(verb.clone());
                    }
                }
            }
        }
        for url in &rule.non_resource_urls {
            rows.extend(rule.verbs.iter().map(|verb| Row {
                url: Some(url.clone()),
                verbs: vec![verb.clone()],
                ..Row::default()
            }));
        }
    }
    rows.sort_by_cached_key(Row::sort_key);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_taken_apart_and_sorted() {
        let rule = |groups: &[&str], resources: &[&str], verbs: &[&str], urls: &[&str]| {
            let strs = |texts: &[&str]| texts.iter().map(|t| Str::from(*t)).collect::<Vec<_>>();
            PolicyRule {
                api_groups: strs(groups),
                resources: strs(resources),
                verbs: strs(verbs),
                non_resource_urls: strs(urls),
                ..PolicyRule::default()
            }
        };
        let rules = [
            rule(
                &["apps"],
                &["deployments", "deployments/scale"],
                &["get"],
                &[],
            ),
            rule(&["apps"], &["deployments"], &["get", "list"], &[]),
            rule(&[""], &["pods"], &["get"], &[]),
            rule(&[], &[], &["get", "post"], &["/healthz"]),
        ];
        let texts: Vec<String> = rows(&rules)
            .iter()
            .map(|row| {
                format!(
                    "{} {} {}",
                    row.resource_text(),
                    go::slice(row.url.as_slice()),
                    go::slice(&row.verbs)
                )
            })
            .collect();
        assert_eq!(
            texts,
            [
                "deployments.apps [] [get list]",
                " [/healthz] [get]",
                "pods [] [get]",
                "deployments.apps/scale [] [get]",
                " [/healthz] [post]",
            ]
        );
    }
}
