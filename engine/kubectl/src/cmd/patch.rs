//! `kubectl patch`: sends a patch as it is, or applies it here.

use serde_json::Value;

use super::shared::{self, DryRun};
use crate::apply::patcher::apply_locally;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::rest::helper::{Helper, PatchType};
use crate::rest::mapper::Mapping;
use crate::util::{go, json as j, scheme, yaml};

/// `patch`
pub const COMMAND: Command = Command {
    name: "patch",
    usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
    no_flags_in_use: true,
    short: "Update fields of a resource",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        &[
            shared::manager("kubectl-patch"),
            shared::filename(
                "Filename, directory, or URL to files identifying the resource to update",
            ),
            Flag::bool(
                "local",
                "If true, patch will operate on the content of the file, not the server-side resource.",
            ),
            Flag::string("patch", "The patch to be applied to the resource JSON file.").short('p'),
            Flag::string(
                "patch-file",
                "A file containing a patch to be applied to the resource.",
            ),
            Flag::string(
                "subresource",
                "If specified, patch will operate on the subresource of the requested object.",
            ),
            Flag::string(
                "type",
                "The type of patch being provided; one of [json merge strategic]",
            )
            .default("strategic"),
            shared::RECORD,
        ],
    ],
    long: "Update fields of a resource using strategic merge patch, a JSON merge patch, or a JSON patch.

JSON and YAML formats are accepted.

Custom resources take no strategic merge patches.",
    example: "# Mark a node as unschedulable, with a strategic merge patch as JSON
kubectl patch node k8s-node-1 -p '{\"spec\":{\"unschedulable\":true}}'

# The same as YAML
kubectl patch node k8s-node-1 -p $'spec:\\n unschedulable: true'

# The node of a file
kubectl patch -f node.json -p '{\"spec\":{\"unschedulable\":true}}'

# A container's image; spec.containers[*].name is what its entries are merged by
kubectl patch pod valid-pod -p '{\"spec\":{\"containers\":[{\"name\":\"kubernetes-serve-hostname\",\"image\":\"new image\"}]}}'

# The same by position, with a JSON patch
kubectl patch pod valid-pod --type='json' -p='[{\"op\": \"replace\", \"path\": \"/spec/containers/0/image\", \
\"value\":\"new image\"}]'

# The number of replicas, through the subresource scale
kubectl patch deployment nginx-deployment --subresource='scale' --type='merge' -p '{\"spec\":{\"replicas\":2}}'",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn patch_type(cx: &Context) -> Result<PatchType, Error> {
    match cx.flags.str("type").to_lowercase().as_str() {
        "strategic" | "" => Ok(PatchType::Strategic),
        "merge" => Ok(PatchType::Merge),
        "json" => Ok(PatchType::Json),
        _ => Err(fail!(
            "--type must be one of [json merge strategic], not {}",
            go::quote(cx.flags.str("type"))
        )),
    }
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        let (namespace, explicit) = cx.namespace()?;
        let (text, file) = (flags.string("patch"), flags.str("patch-file"));
        let local = flags.bool("local");
        if !text.is_empty() && !file.is_empty() {
            return Err("cannot specify --patch and --patch-file together".into());
        }
        if text.is_empty() && file.is_empty() {
            return Err(
                "must specify --patch or --patch-file containing the contents of the patch".into(),
            );
        }
        if local && !cx.args.is_empty() {
            return Err("cannot specify --local and server resources".into());
        }
        if local && dry_run == DryRun::Server {
            return Err(
                "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
                    .into(),
            );
        }
        let kind = patch_type(&cx)?;
        let patch = patch(&cx, &text, file)?;
        let mut found = Builder::new(&cx)
            .continue_on_error()
            .local(local)
            .namespace(&namespace)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .subresource(flags.str("subresource"))
            .args(false, &cx.args)
            .flatten()
            .find()?;
        let mut count = 0;
        found.each(|info| {
            count += 1;
            let before = info.value();
            let after = if local || dry_run == DryRun::Client {
                let value = patch.value.as_ref().map_err(|e| fail!("{e}"))?;
                patched(before, kind, value)?
            } else {
                send(
                    &cx,
                    info.mapping()?,
                    (&info.namespace, &info.name),
                    kind,
                    &patch.text,
                    dry_run,
                )?
            };
            let done = if *before == after {
                "patched (no change)"
            } else {
                "patched"
            };
            // Upstream decides on `(dry run)` before it knows what was done, and forgets it here.
            shared::printer(&cx, done, DryRun::None)?.print(&cx, &after)
        })?;
        if count == 0 {
            return Err("no objects passed to patch".into());
        }
        Ok(())
    })
}

/// The patch: its text as JSON, and its value, if it is one.
struct Patch {
    text: String,
    value: Result<Value, String>,
}

/// The patch as JSON. What looks like JSON is taken as it is; the server will say if it is none.
fn patch(cx: &Context, text: &str, file: &str) -> Result<Patch, Error> {
    let text = if file.is_empty() {
        text.to_owned()
    } else {
        let bytes = cx
            .host
            .read_file(file)
            .map_err(|e| fail!("unable to read patch file: {}", e.of("open", file).text()))?;
        String::from_utf8_lossy(&bytes).into_owned()
    };
    if text.trim_start().starts_with('{') {
        let value = serde_json::from_str(&text).map_err(|e| e.to_string());
        return Ok(Patch { text, value });
    }
    let value = yaml::parse(&text).map_err(|reason| {
        fail!(
            "unable to parse {}: {reason}",
            go::quote(cx.flags.str("patch"))
        )
    })?;
    Ok(Patch {
        text: j::compact_escaped(&value),
        value: Ok(value),
    })
}

fn send(
    cx: &Context,
    mapping: &Mapping,
    (namespace, name): (&str, &str),
    kind: PatchType,
    patch: &str,
    dry_run: DryRun,
) -> Result<Value, Error> {
    let helper = Helper::new(cx, mapping)
        .dry_run(dry_run.is_server())
        .manager(cx.flags.str("field-manager"))
        .subresource(cx.flags.str("subresource"));
    let patched = helper.patch(namespace, name, kind, patch.as_bytes());
    let patched = patched.map_err(|error| match error.has_reason("UnsupportedMediaType") {
        true => fail!(
            "{} is not supported by {}: {}",
            kind.content_type(),
            mapping.gvk_text(),
            error.text()
        ),
        false => error,
    })?;
    let Some(cause) = shared::change_cause(cx) else {
        return Ok(patched);
    };
    let note =
        serde_json::json!({"metadata": {"annotations": {"kubernetes.io/change-cause": cause}}});
    let recorded = helper.patch(
        namespace,
        name,
        PatchType::Merge,
        note.to_string().as_bytes(),
    );
    // A note that cannot be taken is no reason to fail.
    Ok(recorded.unwrap_or(patched))
}

/// What a patch makes of an object.
fn patched(object: &Value, kind: PatchType, patch: &Value) -> Result<Value, Error> {
    let (api_version, name) = (j::text(object, &["apiVersion"]), j::kind(object));
    match kind {
        PatchType::Json => apimachinery::patch::json_patch::apply(object.clone(), patch)
            .map_err(|e| fail!("{}", e.text())),
        PatchType::Strategic if scheme::schema_for(api_version, name).is_none() => {
            let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
            Err(fail!(
                "strategic merge patch is not supported for {group}/{version}, Kind={name} locally, try --type merge"
            ))
        }
        PatchType::Strategic if !patch.is_object() => Err("invalid JSON document".into()),
        PatchType::Strategic => {
            apply_locally(&super::create::builtin(object)?, object, patch.clone())
        }
        _ => Ok(apimachinery::patch::merge::apply(object.clone(), patch)),
    }
}
