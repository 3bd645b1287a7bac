//! `kubectl set`: changes one thing about objects, mostly about their pod templates.

mod env;
mod image;
mod resources;
mod selector;
mod serviceaccount;
mod subject;

use serde_json::{Map, Value};

use super::shared::{self, DryRun};
use crate::cli::{Action, Command};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::pods;
use crate::resource::Info;
use crate::rest::helper::{Helper, PatchType};
use crate::util::{json as j, merge, scheme};

/// `set`
pub const COMMAND: Command = Command {
    name: "set",
    usage: "SUBCOMMAND",
    no_flags_in_use: true,
    short: "Set specific features on objects",
    long: "Configure application resources.

These commands help you make changes to existing application resources.",
    commands: &[
        &image::COMMAND,
        &resources::COMMAND,
        &selector::COMMAND,
        &subject::COMMAND,
        &serviceaccount::COMMAND,
        &env::COMMAND,
    ],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};

pub(crate) const LOCAL: &str =
    "error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'";

/// The objects to change.
fn find(cx: &Context, resources: &[String]) -> Result<Vec<Info>, Error> {
    let local = cx.flags.bool("local");
    if local && !resources.is_empty() {
        return Err(LOCAL.into());
    }
    let (infos, result) = shared::targets(cx, resources, local)?.infos();
    result?;
    Ok(infos)
}

fn check_all_and_selector(cx: &Context) -> Result<(), Error> {
    if cx.flags.bool("all") && !cx.flags.str("selector").is_empty() {
        return Err("cannot set --all and --selector at the same time".into());
    }
    Ok(())
}

fn check_local(cx: &Context, dry_run: DryRun) -> Result<(), Error> {
    if cx.flags.bool("local") && dry_run == DryRun::Server {
        return Err(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?".into(),
        );
    }
    Ok(())
}

/// Changes an object; may add errors, and answers whether the object is to be sent.
type Change<'a> = dyn FnMut(&mut Value, &mut Vec<Error>) -> Result<bool, Error> + 'a;

/// How changed objects are sent and told about.
struct Changes<'a> {
    cx: &'a Context,
    dry_run: DryRun,
    /// Such as `image updated`.
    done: &'static str,
    /// What an error of the server starts with.
    failed: &'static str,
    /// Whether objects that do not change are left alone.
    skip_unchanged: bool,
    errors: Vec<Error>,
}

impl Changes<'_> {
    /// Changes each object.
    fn make(mut self, infos: Vec<Info>, change: &mut Change<'_>) -> Result<(), Error> {
        let mut printer = shared::printer(self.cx, self.done, self.dry_run)?.typed();
        // What is wrong with an object as a whole is told after what is wrong with its containers.
        let mut whole = Vec::new();
        for mut info in infos {
            let local = self.cx.flags.bool("local");
            let before = typed(info.value());
            let mut after = before.clone();
            match change(&mut after, &mut self.errors) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(error) => {
                    let text = format!("error: {} {}\n", info.object_name(), error.text());
                    whole.push(text.into());
                    continue;
                }
            }
            let patch = patch(&before, &after)?;
            if self.skip_unchanged && patch.as_object().is_some_and(Map::is_empty) {
                continue;
            }
            if local || self.dry_run == DryRun::Client {
                printer.print(self.cx, &after)?;
                continue;
            }
            let changed = Helper::new(self.cx, info.mapping()?)
                .dry_run(self.dry_run.is_server())
                .manager(self.cx.flags.str("field-manager"))
                .patch(
                    &info.namespace,
                    &info.name,
                    patch_type(&before),
                    patch.to_string().as_bytes(),
                );
            match changed {
                Ok(object) => {
                    info.refresh(object);
                    printer.print(self.cx, info.value())?;
                }
                Err(error) => {
                    let text = error.text();
                    whole.push(fail!("{}{text}", self.failed));
                }
            }
        }
        self.errors.append(&mut whole);
        Error::check(self.errors)
    }
}

/// The object as kubectl's own struct would write it.
pub(super) fn typed(object: &Value) -> Value {
    scheme::normalized(object).unwrap_or_else(|| object.clone())
}

/// The kind of patch that an object takes.
pub(super) fn patch_type(object: &Value) -> PatchType {
    match scheme::schema_for(j::text(object, &["apiVersion"]), j::kind(object)) {
        Some(_) => PatchType::Strategic,
        None => PatchType::Merge,
    }
}

/// The patch that makes one object of another.
pub(super) fn patch(before: &Value, after: &Value) -> Result<Value, Error> {
    let schema = scheme::schema_for(j::text(before, &["apiVersion"]), j::kind(before));
    let (Some(schema), Value::Object(old), Value::Object(new)) = (schema, before, after) else {
        return Ok(merge::diff(before, after));
    };
    apimachinery::patch::strategic::create(old, new, schema)
        .map(Value::Object)
        .map_err(|e| fail!("{}", e.text()))
}

/// Where an object has its pods' specification.
fn spec_path(object: &Value) -> Result<&'static [&'static str], Error> {
    match (j::group(object), j::kind(object)) {
        ("", "Pod") => Ok(&["spec"]),
        ("", "ReplicationController")
        | ("apps", "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet")
        | ("batch", "Job") => Ok(&["spec", "template", "spec"]),
        ("batch", "CronJob") => Ok(&["spec", "jobTemplate", "spec", "template", "spec"]),
        _ => Err(fail!(
            "the object is not a pod or does not have a pod template: {}",
            pods::go_type(object)
        )),
    }
}

/// The specification of an object's pods.
fn pod_spec(object: &mut Value) -> Result<&mut Map<String, Value>, Error> {
    let path = spec_path(object)?;
    Ok(j::object_mut(object, path))
}

/// The containers in a pod's list `list` whose names fit a pattern.
fn containers<'a>(
    spec: &'a mut Map<String, Value>,
    list: &str,
    pattern: &'a str,
) -> impl Iterator<Item = &'a mut Value> + use<'a> {
    let items = spec.get_mut(list).and_then(Value::as_array_mut);
    items
        .into_iter()
        .flatten()
        .filter(move |c| fits(j::text(c, &["name"]), pattern))
}

/// Whether a name fits a pattern with `*` for anything.
fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut rest = rest;
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, tail)) => rest = tail,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_patterns() {
        for (name, pattern, expected) in [
            ("web", "*", true),
            ("web", "web", true),
            ("web", "we", false),
            ("web-1", "web*", true),
            ("a-web", "*web", true),
            ("a-web-b", "*web*", true),
            ("web", "x*", false),
            ("abc", "a*c", true),
        ] {
            assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
        }
    }
}
