//! `kubectl auth reconcile`: makes roles and bindings grant at least (or exactly) what files say.

use serde_json::{Value, json};

use super::super::shared::{self, DryRun};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Info};
use crate::rest::helper::Helper;
use crate::rest::mapper::Mapping;
use crate::util::{go, json as j};

pub(super) const COMMAND: Command = Command {
    name: "reconcile",
    usage: "-f FILENAME",
    no_flags_in_use: true,
    short: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
    long: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects.

What is missing is created, the namespace of a namespaced object too.

Roles that exist get the permissions of the input added; with --remove-extra-permissions, others are taken away.

Bindings that exist get the subjects of the input added; with --remove-extra-subjects, others are taken away.

For RBAC resources this is better than 'apply', because it knows how rules and subjects add up.",
    example: "# Reconcile the RBAC resources of a file
kubectl auth reconcile -f my-rbac-rules.yaml",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        &[
            shared::filename(
                "Filename, directory, or URL to files identifying the resource to reconcile.",
            ),
            Flag::bool(
                "remove-extra-permissions",
                "If true, removes extra permissions added to roles",
            ),
            Flag::bool(
                "remove-extra-subjects",
                "If true, removes extra subjects added to rolebindings",
            ),
        ],
    ],
    action: Action::Run(run),
    ..Command::DEFAULT
};

const API_VERSION: &str = "rbac.authorization.k8s.io/v1";
/// Objects with this annotation say that they want to be left alone.
const AUTO_UPDATE: &str = "rbac.authorization.kubernetes.io/autoupdate";

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let files = FilenameOptions::from_flags(&cx);
        files.require()?;
        if !cx.args.is_empty() {
            return Err("no arguments are allowed".into());
        }
        let dry_run = DryRun::from_flags(&cx)?;
        if dry_run == DryRun::Server {
            return Err("--dry-run=server for command reconcile is not supported yet".into());
        }
        let (namespace, explicit) = cx.namespace()?;
        let mut found = Builder::new(&cx)
            .local(true)
            .continue_on_error()
            .namespace(&namespace)
            .filenames(explicit, &files)
            .flatten()
            .find()?;
        let mapper = cx.mapper()?;
        found.each(|info| {
            let kind = j::kind(info.value()).to_owned();
            let is_role = matches!(kind.as_str(), "Role" | "ClusterRole");
            let is_binding = matches!(kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
            if j::group(info.value()) != "rbac.authorization.k8s.io" || !(is_role || is_binding) {
                return Ok(());
            }
            if j::text(info.value(), &["apiVersion"]) != API_VERSION {
                return Err(fail!("only {API_VERSION} is supported: not {kind}"));
            }
            let mapping = mapper.kind(API_VERSION, &kind)?;
            let work = Work {
                cx: &cx,
                mapping: &mapping,
                namespace: if mapping.namespaced {
                    info.namespace.clone()
                } else {
                    String::new()
                },
                dry_run,
                list: if is_role { ROLE } else { BINDING },
                remove_extra: cx.flags.bool(if is_role {
                    "remove-extra-permissions"
                } else {
                    "remove-extra-subjects"
                }),
            };
            work.reconcile(&info)
        })
    })
}

/// What adds up in an object: the list's field, and what its elements are called.
#[derive(Clone, Copy)]
struct List {
    field: &'static str,
    words: &'static str,
}

const ROLE: List = List {
    field: "rules",
    words: "rules",
};
const BINDING: List = List {
    field: "subjects",
    words: "subjects",
};

struct Work<'a> {
    cx: &'a Context,
    mapping: &'a Mapping,
    namespace: String,
    dry_run: DryRun,
    list: List,
    remove_extra: bool,
}

/// What has to be done to an object, and what becomes of it.
struct Plan {
    operation: &'static str,
    object: Value,
    missing: Vec<Value>,
    extra: Vec<Value>,
}

impl Work<'_> {
    fn reconcile(&self, info: &Info) -> Result<(), Error> {
        let helper = Helper::new(self.cx, self.mapping);
        let expected = info.value();
        let live = match helper.get(&self.namespace, &info.name) {
            Ok(live) => live,
            Err(error) if error.is_not_found() => Value::Null,
            Err(error) => return Err(error),
        };
        let mut plan = self.plan(expected, &live);
        let protected = j::text(&live, &["metadata", "annotations", AUTO_UPDATE]) == "false";
        if self.dry_run == DryRun::None && !protected {
            match plan.operation {
                "create" => plan.object = self.create(&helper, &plan.object)?,
                "update" => {
                    plan.object = helper.replace(&self.namespace, &info.name, &plan.object)?;
                }
                "recreate" => {
                    helper.delete(&self.namespace, &info.name, json!({}))?;
                    plan.object = self.create(&helper, &plan.object)?;
                }
                _ => {}
            }
        }
        self.tell(&plan, protected)
    }

    fn create(&self, helper: &Helper<'_>, object: &Value) -> Result<Value, Error> {
        if !self.namespace.is_empty() {
            let namespaces = "/api/v1/namespaces";
            let client = self.cx.client()?;
            let there = client.get(self.cx, &format!("{namespaces}/{}", self.namespace));
            if there.is_err_and(|error| error.is_not_found()) {
                let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}});
                let request = crate::transport::Request::new("POST", namespaces)
                    .json("application/json", &body);
                client.json(self.cx, request)?;
            }
        }
        helper.create(&self.namespace, object)
    }

    fn plan(&self, expected: &Value, live: &Value) -> Plan {
        let field = self.list.field;
        let wanted = j::list(expected, &[field]);
        let is_role = field == ROLE.field;
        if live.is_null() {
            return Plan {
                operation: "create",
                object: expected.clone(),
                missing: wanted.to_vec(),
                extra: Vec::new(),
            };
        }
        if !is_role && j::at(expected, &["roleRef"]) != j::at(live, &["roleRef"]) {
            return Plan {
                operation: "recreate",
                object: expected.clone(),
                missing: Vec::new(),
                extra: Vec::new(),
            };
        }
        let mut object = live.clone();
        let mut changed = false;
        for map in ["labels", "annotations"] {
            for (key, value) in j::entries(expected, &["metadata", map]) {
                if j::text(live, &["metadata", map, key]) != value {
                    j::set(&mut object, &["metadata", map, key], value);
                    changed = true;
                }
            }
        }
        let has = j::list(live, &[field]);
        let (mut missing, mut extra) = if is_role {
            (uncovered(has, wanted), uncovered(wanted, has))
        } else {
            let not_in = |some: &[Value], all: &[Value]| {
                some.iter().filter(|s| !all.contains(s)).cloned().collect()
            };
            (not_in(wanted, has), not_in(has, wanted))
        };
        let aggregated = |object: &Value| !j::at(object, &["aggregationRule"]).is_null();
        if is_role && aggregated(expected) {
            missing.clear();
            if aggregated(live) {
                extra.clear();
            } else {
                j::set(
                    &mut object,
                    &["aggregationRule"],
                    j::at(expected, &["aggregationRule"]).clone(),
                );
                changed = true;
            }
        }
        if !self.remove_extra && !missing.is_empty() {
            let all: Vec<Value> = has.iter().chain(&missing).cloned().collect();
            j::set(&mut object, &[field], all);
            changed = true;
        } else if self.remove_extra && !(missing.is_empty() && extra.is_empty()) {
            j::set(&mut object, &[field], wanted.to_vec());
            changed = true;
        }
        Plan {
            operation: if changed { "update" } else { "" },
            object,
            missing,
            extra,
        }
    }

    fn tell(&self, plan: &Plan, protected: bool) -> Result<(), Error> {
        let mut object = plan.object.clone();
        j::set(&mut object, &["apiVersion"], API_VERSION);
        j::set(&mut object, &["kind"], self.mapping.kind.as_str());
        shared::printer(self.cx, "reconciled", self.dry_run)?
            .typed()
            .print(self.cx, &object)?;
        if plan.operation.is_empty() {
            return Ok(());
        }
        let caveat = if protected {
            ", but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)"
        } else {
            ""
        };
        let operation = plan.operation;
        self.cx
            .err(&format!("\treconciliation required {operation}{caveat}\n"));
        let words = self.list.words;
        let list = |title: String, items: &[Value]| {
            if !items.is_empty() {
                self.cx.err(&format!("\t{title}:\n"));
            }
            for item in items {
                self.cx.err(&format!("\t\t{}\n", spelt(item)));
            }
        };
        list(format!("missing {words} added"), &plan.missing);
        if self.remove_extra {
            list(format!("extra {words} removed"), &plan.extra);
        }
        Ok(())
    }
}

/// A rule or subject as Go prints its struct.
fn spelt(item: &Value) -> String {
    let lists = |key: &str| go::display(&Value::Array(j::list(item, &[key]).to_vec()));
    if item.get("verbs").is_some() {
        return format!(
            "{{Verbs:{} APIGroups:{} Resources:{} ResourceNames:{} NonResourceURLs:{}}}",
            lists("verbs"),
            lists("apiGroups"),
            lists("resources"),
            lists("resourceNames"),
            lists("nonResourceURLs")
        );
    }
    format!(
        "{{Kind:{} APIGroup:{} Name:{} Namespace:{}}}",
        j::text(item, &["kind"]),
        j::text(item, &["apiGroup"]),
        j::text(item, &["name"]),
        j::text(item, &["namespace"])
    )
}

/// The single permissions of `rules` that `owned` does not grant.
fn uncovered(owned: &[Value], rules: &[Value]) -> Vec<Value> {
    let mut out = Vec::new();
    for rule in rules.iter().flat_map(single) {
        if !owned.iter().any(|owner| covers(owner, &rule)) {
            out.push(rule);
        }
    }
    out
}

fn texts(rule: &Value, key: &str) -> Vec<String> {
    let items = j::list(rule, &[key]).iter();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A rule as rules of one permission each.
fn single(rule: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    let names = texts(rule, "resourceNames");
    for group in texts(rule, "apiGroups") {
        for resource in texts(rule, "resources") {
            for verb in texts(rule, "verbs") {
                let one = json!({"verbs": [verb], "apiGroups": [group], "resources": [resource]});
                if names.is_empty() {
                    out.push(one);
                    continue;
                }
                for name in &names {
                    let mut one = one.clone();
                    j::set(&mut one, &["resourceNames"], vec![name.clone()]);
                    out.push(one);
                }
            }
        }
    }
    for url in texts(rule, "nonResourceURLs") {
        for verb in texts(rule, "verbs") {
            out.push(json!({"verbs": [verb], "nonResourceURLs": [url]}));
        }
    }
    out
}

fn covers(owner: &Value, one: &Value) -> bool {
    let any = |key: &str| {
        let (has, wanted) = (texts(owner, key), texts(one, key));
        has.iter().any(|h| h == "*") || wanted.iter().all(|w| has.contains(w))
    };
    if !any("verbs") {
        return false;
    }
    if let Some(url) = texts(one, "nonResourceURLs").first() {
        return texts(owner, "nonResourceURLs")
            .iter()
            .any(|has| has == url || has.strip_suffix('*').is_some_and(|p| url.starts_with(p)));
    }
    let resources = texts(owner, "resources");
    let resource = texts(one, "resources").pop().unwrap_or_default();
    let part = resource
        .split_once('/')
        .map(|(_, part)| format!("*/{part}"));
    let names = texts(owner, "resourceNames");
    let wanted = texts(one, "resourceNames");
    any("apiGroups")
        && (any("resources") || part.is_some_and(|part| resources.contains(&part)))
        && (names.is_empty() || (!wanted.is_empty() && wanted.iter().all(|w| names.contains(w))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_cover_each_other() {
        let rule = |verbs: &[&str], resources: &[&str], names: &[&str]| json!({"verbs": verbs, "apiGroups": [""], "resources": resources, "resourceNames": names});
        for (owned, asked, left) in [
            (
                rule(&["get"], &["pods"], &[]),
                rule(&["get"], &["pods"], &[]),
                0,
            ),
            (
                rule(&["get"], &["pods"], &[]),
                rule(&["get", "list"], &["pods", "nodes"], &[]),
                3,
            ),
            (
                rule(&["*"], &["*"], &[]),
                rule(&["get", "list"], &["pods"], &["a"]),
                0,
            ),
            (
                rule(&["get"], &["pods"], &["a"]),
                rule(&["get"], &["pods"], &[]),
                1,
            ),
            (
                rule(&["get"], &["*/log"], &[]),
                rule(&["get"], &["pods/log"], &[]),
                0,
            ),
        ] {
            assert_eq!(
                uncovered(std::slice::from_ref(&owned), std::slice::from_ref(&asked)).len(),
                left,
                "{owned} {asked}"
            );
        }
    }
}
