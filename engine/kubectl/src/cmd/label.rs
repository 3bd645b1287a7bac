//! `kubectl label`: changes labels, or lists them.

use apimachinery::validation;
use serde_json::Value;

use super::shared::{self, DryRun};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::helper::{Helper, PatchType};
use crate::util::pairs::{self, Changes};
use crate::util::{go, json as j, merge};

/// `label`
pub const COMMAND: Command = Command {
    name: "label",
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N \
                 [--resource-version=version]",
    no_flags_in_use: true,
    short: "Update the labels on a resource",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        shared::FIELD_SELECTOR,
        &[
            Flag::bool(
                "all",
                "Select all resources, in the namespace of the specified resource types",
            ),
            Flag::bool(
                "all-namespaces",
                "If true, check the specified action in all namespaces.",
            )
            .short('A'),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-label"),
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files identifying the resource to update the \
                 labels",
            )
            .short('f'),
            Flag::bool("list", "If true, display the labels for a given resource."),
            Flag::bool(
                "local",
                "If true, label will NOT contact api-server but run locally.",
            ),
            Flag::bool(
                "overwrite",
                "If true, allow labels to be overwritten, otherwise reject label updates that \
                 overwrite existing labels.",
            ),
            Flag::string(
                "resource-version",
                "If set, the update only succeeds when this is the current version of the \
                 object. Only for a single resource.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Update the labels on a resource.

* A label key and value must begin with a letter or number, and may contain letters, numbers, \
hyphens, dots, and underscores, up to 63 characters each.
* Optionally, the key can begin with a DNS subdomain prefix and a single '/', like \
example.com/my-app.
* If --overwrite is true, then existing labels can be overwritten, otherwise attempting to \
overwrite a label will result in an error.
* If --resource-version is specified, then updates will use this resource version, otherwise \
the existing resource-version will be used.",
    example: "# Set the label 'unhealthy' of pod 'foo' to 'true'
kubectl label pods foo unhealthy=true

# Set a label, whatever its value was
kubectl label --overwrite pods foo status=unhealthy

# Every pod of the namespace
kubectl label pods --all status=unhealthy

# The pod that a file describes
kubectl label -f pod.json status=unhealthy

# Remove the label 'bar'
kubectl label pods foo bar-",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        let (resources, pairs) = pairs::split(&cx.args, "label")?;
        let changes = parse(&pairs)?;
        let list = flags.bool("list");
        if list && !flags.str("output").is_empty() {
            return Err("--list and --output may not be specified together".into());
        }
        let local = flags.bool("local");
        check_target(&cx, &resources, local, dry_run, "pod")?;
        if changes.set.is_empty() && changes.remove.is_empty() && !list {
            return Err("at least one label update is required".into());
        }
        let mut found = shared::targets(&cx, &resources, local)?;
        let single = found.single_item_implied;
        let version = flags.string("resource-version");
        if !single && !version.is_empty() {
            return Err("--resource-version may only be used with a single resource".into());
        }
        found.each(|mut info| {
            let Some(object) = &mut info.object else {
                return Ok(());
            };
            if !version.is_empty() {
                j::remove(object, &["metadata", "resourceVersion"]);
            }
            let old = object.clone();
            let changing = dry_run != DryRun::Client && !local && !list;
            if changing {
                for label in changes
                    .remove
                    .iter()
                    .filter(|l| j::at(&old, &["metadata", "labels", l]).is_null())
                {
                    cx.out(&format!("label {} not found.\n", go::quote(label)));
                }
            }
            let operation = apply(object, &changes, flags.bool("overwrite"))?;
            if !version.is_empty() {
                j::set(object, &["metadata", "resourceVersion"], version.as_str());
            }
            if changing {
                shared::record(&cx, object);
                if operation != "not labeled" {
                    let patch = merge::diff(&old, object);
                    Helper::new(&cx, info.mapping()?)
                        .dry_run(dry_run.is_server())
                        .manager(flags.str("field-manager"))
                        .patch(
                            &info.namespace,
                            &info.name,
                            PatchType::Merge,
                            patch.to_string().as_bytes(),
                        )?;
                }
            }
            if list {
                print_list(&cx, info.value(), "labels", single);
                return Ok(());
            }
            shared::printer(&cx, operation, dry_run)?.print(&cx, info.value())
        })
    })
}

/// What `label` and `annotate` ask of their target.
pub(super) fn check_target(
    cx: &Context,
    resources: &[String],
    local: bool,
    dry_run: DryRun,
    example: &str,
) -> Result<(), Error> {
    let flags = &cx.flags;
    let no_files = flags.strings("filename").is_empty() && flags.str("kustomize").is_empty();
    if flags.bool("all") && !flags.str("selector").is_empty() {
        return Err("cannot set --all and --selector at the same time".into());
    }
    if flags.bool("all") && !flags.str("field-selector").is_empty() {
        return Err("cannot set --all and --field-selector at the same time".into());
    }
    if !local {
        if resources.is_empty() && no_files {
            return Err(
                "one or more resources must be specified as <resource> <name> or <resource>/<name>"
                    .into(),
            );
        }
        return Ok(());
    }
    if dry_run == DryRun::Server {
        return Err(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?".into(),
        );
    }
    if !resources.is_empty() {
        return Err(fail!(
            "can only use local files by -f {example}.yaml or --filename={example}.json when --local=true is set"
        ));
    }
    if no_files {
        return Err(fail!(
            "one or more files must be specified as -f {example}.yaml or --filename={example}.json"
        ));
    }
    Ok(())
}

/// One `key=value` a line.
pub(super) fn print_list(cx: &Context, object: &Value, what: &str, single: bool) {
    let indent = if single { "" } else { " " };
    if !single {
        cx.out(&format!(
            "Listing {what} for {}.{}/{}:\n",
            j::kind(object),
            j::group(object),
            j::name(object)
        ));
    }
    for (key, value) in j::entries(object, &["metadata", what]) {
        cx.out(&format!("{indent}{key}={value}\n"));
    }
}

fn parse(pairs: &[String]) -> Result<Changes, Error> {
    let mut changes = Changes::default();
    for pair in pairs {
        if pair.contains('=') {
            let parts: Vec<&str> = pair.split('=').collect();
            let [key, value] = parts.as_slice() else {
                return Err(fail!("invalid label spec: {pair}"));
            };
            let complaints = validation::is_label_value(value);
            if !complaints.is_empty() {
                let complaints: Vec<&str> = complaints.iter().map(|c| c.as_ref()).collect();
                return Err(fail!(
                    "invalid label value: {}: {}",
                    go::quote(pair),
                    complaints.join(";")
                ));
            }
            changes.set.insert((*key).to_owned(), (*value).to_owned());
        } else if let Some(key) = pair.strip_suffix('-') {
            changes.remove.push(key.to_owned());
        } else {
            return Err(fail!("unknown label spec: {pair}"));
        }
    }
    if changes
        .remove
        .iter()
        .any(|key| changes.set.contains_key(key))
    {
        return Err("can not both modify and remove a label in the same command".into());
    }
    Ok(changes)
}

/// Changes the labels of an object; says what was done.
fn apply(object: &mut Value, changes: &Changes, overwrite: bool) -> Result<&'static str, Error> {
    let labels = j::object_mut(object, &["metadata", "labels"]);
    if !overwrite {
        let mut errors = Vec::new();
        for (key, value) in &changes.set {
            if let Some(current) = labels
                .get(key)
                .and_then(Value::as_str)
                .filter(|c| c != value)
            {
                errors.push(fail!(
                    "'{key}' already has a value ({current}), and --overwrite is false"
                ));
            }
        }
        Error::check(errors)?;
    }
    let (mut added, mut removed) = (false, false);
    for (key, value) in &changes.set {
        added |= labels
            .insert(key.clone(), value.as_str().into())
            .as_ref()
            .and_then(Value::as_str)
            != Some(value);
    }
    for key in &changes.remove {
        removed |= labels.remove(key).is_some();
    }
    if labels.is_empty() {
        j::remove(object, &["metadata", "labels"]);
    }
    Ok(match (added, removed) {
        (true, true) => "modified",
        (true, false) => "labeled",
        (false, true) => "unlabeled",
        (false, false) => "not labeled",
    })
}
