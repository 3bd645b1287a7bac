//! `kubectl taint`: changes the taints of nodes.

use std::fmt::Display;

use apimachinery::validation;
use serde_json::{Value, json};

use super::set::{patch, typed};
use super::shared::{self, DryRun};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Builder;
use crate::rest::helper::{Helper, PatchType};
use crate::util::{go, json as j};

/// `taint`
pub const COMMAND: Command = Command {
    name: "taint",
    usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
    no_flags_in_use: true,
    short: "Update the taints on one or more nodes",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SELECTOR,
        &[
            Flag::bool("all", "Select all nodes in the cluster"),
            shared::manager("kubectl-taint"),
            Flag::bool(
                "overwrite",
                "If true, allow taints to be overwritten, otherwise reject taint updates that overwrite existing taints.",
            ),
        ],
    ],
    long: "Update the taints on one or more nodes.

A taint is a key, a value, and an effect: key=value:effect. The key and the value are as those of labels; the value may \
be left out. The effect is NoSchedule, PreferNoSchedule or NoExecute. Only nodes can have taints.",
    example: "# A taint of the node 'foo'; one with that key and effect gets the new value
kubectl taint nodes foo dedicated=special-user:NoSchedule

# Remove the taint with that key and effect
kubectl taint nodes foo dedicated:NoSchedule-

# Remove all taints with that key
kubectl taint nodes foo dedicated-

# Of the nodes with a label
kubectl taint node -l myLabel=X dedicated=foo:PreferNoSchedule

# A taint without a value
kubectl taint nodes foo bar:NoSchedule",
    action: Action::Run(run),
    ..Command::DEFAULT
};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Taint {
    key: String,
    value: String,
    effect: String,
}

impl Display for Taint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (key, value, effect) = (&self.key, &self.value, &self.effect);
        match (effect.is_empty(), value.is_empty()) {
            (true, true) => write!(f, "{key}"),
            (true, false) => write!(f, "{key}={value}:"),
            (false, true) => write!(f, "{key}:{effect}"),
            (false, false) => write!(f, "{key}={value}:{effect}"),
        }
    }
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let (namespace, _) = cx.namespace()?;
        let mapper = cx.mapper()?;
        let dry_run = DryRun::from_flags(&cx)?;
        let validation = shared::validation(&cx)?;
        let is_taint = |arg: &String| arg.contains(['=', ':']) || arg.ends_with('-');
        let at = cx.args.iter().position(is_taint).unwrap_or(cx.args.len());
        let (resources, specs) = cx.args.split_at(at);
        if let Some(late) = specs.iter().find(|s| !is_taint(s)) {
            return Err(fail!(
                "all resources must be specified before taint changes: {late}"
            ));
        }
        let [kind, names @ ..] = resources else {
            return Err("one or more resources must be specified as <resource> <name>".into());
        };
        if specs.is_empty() {
            return Err("at least one taint update is required".into());
        }
        let (add, remove) = parse_all(specs).map_err(|e| cx.usage_error(e.text()))?;
        let (all, selector) = (flags.bool("all"), flags.str("selector"));
        let mut builder = Builder::new(&cx).continue_on_error().namespace(&namespace);
        if !selector.is_empty() {
            builder = builder.label_selector(selector).resource_types(&["node"]);
        }
        if all {
            builder = builder.select_all(true).resource_types(&["node"]);
        } else if selector.is_empty() && !names.is_empty() {
            builder = builder.resource_names("node", names);
        }
        let kind = kind.to_lowercase();
        let unknown = |_| Error::NoResource {
            resource: kind.clone(),
            group: String::new(),
            version: String::new(),
        };
        if mapper.resource(&kind).map_err(unknown)?.kind != "Node" {
            return Err(fail!(
                "invalid resource type {kind}, only node types are supported"
            ));
        }
        check(&add, &remove)?;
        if all && !selector.is_empty() {
            return Err("setting 'all' parameter with a non empty selector is prohibited".into());
        }
        if !all && selector.is_empty() && names.is_empty() {
            return Err(
                "at least one resource name must be specified since 'all' parameter is not set"
                    .into(),
            );
        }
        builder.flatten().latest().find()?.each(|info| {
            let before = typed(info.value());
            let mut after = before.clone();
            let done = update(&mut after, &add, &remove, flags.bool("overwrite"))?;
            // It does not tell a trial from the real thing.
            let mut printer = shared::printer(&cx, done, DryRun::None)?;
            if dry_run == DryRun::Client {
                return printer.print(&cx, &after);
            }
            let patched = Helper::new(&cx, info.mapping()?)
                .dry_run(dry_run.is_server())
                .manager(flags.str("field-manager"))
                .validation(validation)
                .patch(
                    &info.namespace,
                    &info.name,
                    PatchType::Strategic,
                    patch(&before, &after)?.to_string().as_bytes(),
                )?;
            printer.print(&cx, &patched)
        })
    })
}

/// No taint may be both set and removed.
fn check(add: &[Taint], remove: &[Taint]) -> Result<(), Error> {
    let mut conflicts = Vec::new();
    for new in add {
        let gone = remove
            .iter()
            .filter(|r| r.key == new.key && (r.effect.is_empty() || r.effect == new.effect));
        conflicts.extend(gone.map(|r| format!("{}={}", r.key, r.effect)));
    }
    if conflicts.is_empty() {
        return Ok(());
    }
    Err(fail!(
        "can not both modify and remove the following taint(s) in the same command: {}",
        conflicts.join(", ")
    ))
}

/// Taints to set and to remove.
fn parse_all(specs: &[String]) -> Result<(Vec<Taint>, Vec<Taint>), Error> {
    let (mut add, mut remove): (Vec<Taint>, Vec<Taint>) = (Vec::new(), Vec::new());
    for spec in specs {
        if let Some(spec) = spec.strip_suffix('-') {
            let taint = parse(spec)?;
            remove.push(Taint {
                value: String::new(),
                ..taint
            });
            continue;
        }
        let taint = parse(spec)?;
        if taint.effect.is_empty() {
            return Err(fail!("invalid taint spec: {spec}"));
        }
        if add
            .iter()
            .any(|t| (&t.key, &t.effect) == (&taint.key, &taint.effect))
        {
            return Err(fail!(
                "duplicated taints with the same key and effect: {{{} {} {} <nil>}}",
                taint.key,
                taint.value,
                taint.effect
            ));
        }
        add.push(taint);
    }
    Ok((add, remove))
}

/// `key=value:effect`, `key:effect` or `key`
fn parse(spec: &str) -> Result<Taint, Error> {
    let invalid = |reasons: &str| fail!("invalid taint spec: {spec}{reasons}");
    let joined = |complaints: Vec<&str>| format!(", {}", complaints.join("; "));
    let (mut value, mut effect) = ("", "");
    let key = match spec.split(':').collect::<Vec<_>>()[..] {
        [key] => key,
        [pair, text] => {
            effect = text;
            if !matches!(effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute") {
                return Err(fail!(
                    "invalid taint effect: {effect}, unsupported taint effect"
                ));
            }
            match pair.split('=').collect::<Vec<_>>()[..] {
                [key] => key,
                [key, text] => {
                    value = text;
                    let complaints = validation::is_label_value(value);
                    if !complaints.is_empty() {
                        let complaints = complaints.iter().map(|c| c.as_ref()).collect();
                        return Err(invalid(&joined(complaints)));
                    }
                    key
                }
                _ => return Err(invalid("")),
            }
        }
        _ => return Err(invalid("")),
    };
    let complaints = validation::is_qualified_name(key);
    if !complaints.is_empty() {
        return Err(invalid(&joined(
            complaints.iter().map(|c| c.as_ref()).collect(),
        )));
    }
    Ok(Taint {
        key: key.to_owned(),
        value: value.to_owned(),
        effect: effect.to_owned(),
    })
}

/// Changes the taints of a node; says what was done.
fn update(
    node: &mut Value,
    add: &[Taint],
    remove: &[Taint],
    overwrite: bool,
) -> Result<&'static str, Error> {
    let name = j::name(node).to_owned();
    let old = j::list(node, &["spec", "taints"]).to_vec();
    let same = |taint: &Taint, value: &Value| {
        taint.key == j::text(value, &["key"]) && taint.effect == j::text(value, &["effect"])
    };
    if !overwrite {
        let known: Vec<&str> = add
            .iter()
            .filter(|t| old.iter().any(|o| same(t, o)))
            .map(|t| t.key.as_str())
            .collect();
        if !known.is_empty() {
            return Err(fail!(
                "node {name} already has {} taint(s) with same effect(s) and --overwrite is false",
                known.join(",")
            ));
        }
    }
    let mut taints: Vec<Value> = Vec::new();
    for taint in add {
        let mut value = json!({"key": taint.key, "effect": taint.effect});
        if !taint.value.is_empty() {
            value["value"] = taint.value.as_str().into();
        }
        taints.push(value);
    }
    for value in &old {
        if !add.iter().any(|t| same(t, value)) {
            taints.push(value.clone());
        }
    }
    let added = taints.len() != old.len();
    let mut errors = Vec::new();
    let mut removed = false;
    for taint in remove {
        let before = taints.len();
        taints.retain(|value| match taint.effect.is_empty() {
            true => taint.key != j::text(value, &["key"]),
            false => !same(taint, value),
        });
        removed = taints.len() != before;
        if !removed {
            errors.push(fail!("taint {} not found", go::quote(&taint.to_string())));
        }
    }
    Error::check(errors)?;
    if taints.is_empty() {
        j::remove(node, &["spec", "taints"]);
    } else {
        j::set(node, &["spec", "taints"], taints);
    }
    Ok(match (added, removed) {
        _ if overwrite => "modified",
        (true, true) => "modified",
        (true, false) => "tainted",
        _ => "untainted",
    })
}
