//! `kubectl annotate`: changes annotations, or lists them.

use serde_json::Value;

use super::label::{check_target, print_list};
use super::shared::{self, DryRun};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::helper::{Helper, PatchType};
use crate::util::pairs::{self, Changes};
use crate::util::{json as j, merge};

/// `annotate`
pub const COMMAND: Command = Command {
    name: "annotate",
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N \
                 [--resource-version=version]",
    no_flags_in_use: true,
    short: "Update the annotations on a resource",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        shared::FIELD_SELECTOR,
        &[
            Flag::bool(
                "all",
                "Select all resources, in the namespace of the specified resource types.",
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
            .default("kubectl-annotate"),
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files identifying the resource to update the \
                 annotation",
            )
            .short('f'),
            Flag::bool(
                "list",
                "If true, display the annotations for a given resource.",
            ),
            Flag::bool(
                "local",
                "If true, annotation will NOT contact api-server but run locally.",
            ),
            Flag::bool(
                "overwrite",
                "If true, allow annotations to be overwritten, otherwise reject annotation \
                 updates that overwrite existing annotations.",
            ),
            Flag::string(
                "resource-version",
                "If set, the update only succeeds when this is the current version of the \
                 object. Only for a single resource.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Update the annotations on one or more resources.

All Kubernetes objects can carry annotations: pairs of a key and a value that may be large, may \
hold any characters, and are meant for tools rather than for selecting.

Existing annotations are only changed with --overwrite. With --resource-version, the update is \
made only if that is the object's current version.

Use \"kubectl api-resources\" for a complete list of supported resources.",
    example: "# Set the annotation 'description' of pod 'foo' to 'my frontend'
kubectl annotate pods foo description='my frontend'

# The pod that a file describes
kubectl annotate -f pod.json description='my frontend'

# Whatever its value was
kubectl annotate --overwrite pods foo description='my frontend running nginx'

# Every pod of the namespace
kubectl annotate pods --all description='my frontend running nginx'

# Remove the annotation 'description'
kubectl annotate pods foo description-",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        let mut printer = shared::printer(&cx, "annotated", dry_run)?;
        let (resources, pairs) = pairs::split(&cx.args, "annotation")?;
        let changes = pairs::parse(&pairs, "annotation")?;
        let list = flags.bool("list");
        if list && !flags.str("output").is_empty() {
            return Err("--list and --output may not be specified together".into());
        }
        let local = flags.bool("local");
        check_target(&cx, &resources, local, dry_run, "rsrc")?;
        if changes.set.is_empty() && changes.remove.is_empty() && !list {
            return Err("at least one annotation update is required".into());
        }
        let both: Vec<&str> = changes
            .remove
            .iter()
            .filter(|key| changes.set.contains_key(*key))
            .map(String::as_str)
            .collect();
        if !both.is_empty() {
            return Err(fail!(
                "can not both modify and remove the following annotation(s) in the same command: {}",
                both.join(", ")
            ));
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
            let changing = dry_run != DryRun::Client && !local && !list;
            if changing && !version.is_empty() {
                j::remove(object, &["metadata", "resourceVersion"]);
            }
            let old = object.clone();
            if changing {
                shared::record(&cx, object);
            }
            apply(object, &changes, flags.bool("overwrite"))?;
            if !version.is_empty() {
                j::set(object, &["metadata", "resourceVersion"], version.as_str());
            }
            if changing {
                let patch = merge::diff(&old, object);
                let changed = Helper::new(&cx, info.mapping()?)
                    .dry_run(dry_run.is_server())
                    .manager(flags.str("field-manager"))
                    .patch(
                        &info.namespace,
                        &info.name,
                        PatchType::Merge,
                        patch.to_string().as_bytes(),
                    )?;
                info.object = Some(changed);
            }
            if list {
                print_list(&cx, info.value(), "annotations", single);
                return Ok(());
            }
            printer.print(&cx, info.value())
        })
    })
}

fn apply(object: &mut Value, changes: &Changes, overwrite: bool) -> Result<(), Error> {
    let annotations = j::object_mut(object, &["metadata", "annotations"]);
    if !overwrite {
        let mut known = Vec::new();
        for (key, value) in changes
            .set
            .iter()
            .filter(|(key, _)| *key != "kubernetes.io/change-cause")
        {
            if let Some(current) = annotations
                .get(key)
                .and_then(Value::as_str)
                .filter(|c| c != value)
            {
                known.push(format!("'{key}' already has a value ({current})"));
            }
        }
        if !known.is_empty() {
            return Err(fail!(
                "--overwrite is false but found the following declared annotation(s): {}",
                known.join("; ")
            ));
        }
    }
    for (key, value) in &changes.set {
        annotations.insert(key.clone(), value.as_str().into());
    }
    for key in &changes.remove {
        annotations.remove(key);
    }
    if annotations.is_empty() {
        j::remove(object, &["metadata", "annotations"]);
    }
    Ok(())
}
