//! `kubectl apply`: creates what is not there, and patches what is.

mod edit;
mod set;
mod view;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::delete;
use super::shared::{self, DryRun};
use crate::apply::annotation::{self, Style};
use crate::apply::applyset::ApplySet;
use crate::apply::patcher::{Patcher, delete_options, warn_if_deleting};
use crate::apply::prune::{self, Prune};
use crate::apply::server_side::{self, ServerSide};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Info};
use crate::rest::helper::Helper;
use crate::rest::mapper::Mapping;
use crate::util::{go, json as j};

/// `apply`
pub const COMMAND: Command = Command {
    name: "apply",
    usage: "(-f FILENAME | -k DIRECTORY)",
    no_flags_in_use: true,
    short: "Apply a configuration to a resource by file name or stdin",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SELECTOR,
        &[
            Flag::bool(
                "all",
                "Select all resources in the namespace of the specified resource types.",
            ),
            Flag::string(
                "cascade",
                "Must be \"background\", \"orphan\", or \"foreground\". What happens to \
                 objects owned by the deleted one, such as the pods of a ReplicaSet. Defaults \
                 to background.",
            )
            .default("background")
            .no_value("background"),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-client-side-apply"),
            Flag::slice(
                "filename",
                "The files that contain the configurations to apply.",
            )
            .short('f'),
            Flag::bool(
                "force",
                "If true, remove the object from the API at once, without waiting for a \
                 graceful end. What it stood for may go on running.",
            ),
            Flag::bool(
                "force-conflicts",
                "If true, server-side apply will force the changes against conflicts.",
            ),
            Flag::int(
                "grace-period",
                "-1",
                "Seconds the resource gets to end by itself. Ignored if negative; 1 means at \
                 once; 0 only together with --force.",
            ),
            Flag::bool(
                "openapi-patch",
                "If true, calculate patches with the server's OpenAPI schema where it has \
                 one, else with the types built in.",
            )
            .default("true"),
            Flag::bool(
                "overwrite",
                "Where the live object and the new configuration disagree, take the value of \
                 the configuration.",
            )
            .default("true"),
            Flag::bool(
                "prune",
                "Delete objects that were made by apply or create --save-config and are no \
                 longer in the configuration. Needs -l or --all.",
            ),
            Flag::array(
                "prune-allowlist",
                "Overwrite the default allowlist with <group/version/kind> for --prune",
            ),
            Flag::bool(
                "server-side",
                "If true, apply runs in the server instead of the client.",
            ),
            // Only there with KUBECTL_APPLYSET=true.
            Flag::string(
                "applyset",
                "The set of objects to prune in: a Secret, or [RESOURCE][.GROUP]/NAME.",
            )
            .hidden(),
            Flag::string(
                "subresource",
                "If specified, apply will operate on the subresource of the requested object. \
                  Only allowed when using --server-side.",
            ),
            Flag::duration(
                "timeout",
                "0s",
                "The length of time to wait before giving up on a delete, zero means \
                 determine a timeout from the size of the object",
            ),
            Flag::bool(
                "wait",
                "If true, wait for resources to be gone before returning. This waits for \
                 finalizers.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Apply a configuration to a resource by file name or stdin. The resource must \
have a name; it is created if it does not exist yet. For later applies to work, always create \
the resource with either 'apply' or 'create --save-config'.

JSON and YAML formats are accepted.

Alpha: --prune is not complete. Use it only if you know what it does and does not do. See \
https://issues.k8s.io/34274.",
    example: "# Apply the configuration in pod.json to a pod
kubectl apply -f ./pod.json

# Apply resources of a folder with a kustomization.yaml
kubectl apply -k dir/

# Apply the JSON passed into stdin to a pod
cat pod.json | kubectl apply -f -

# Apply all files that end with '.json'
kubectl apply -f '*.json'

# Apply what has the label app=nginx in manifest.yaml, and delete everything else with that \
label (alpha)
kubectl apply --prune -f manifest.yaml -l app=nginx

# Apply manifest.yaml, and delete all config maps that it does not have (alpha)
kubectl apply --prune -f manifest.yaml --all --prune-allowlist=core/v1/ConfigMap",
    commands: &[&view::COMMAND, &set::COMMAND, &edit::COMMAND],
    action: Action::Run(run),
    ..Command::DEFAULT
};

const CLIENT_SIDE_MANAGER: &str = "kubectl-client-side-apply";

struct Options {
    files: FilenameOptions,
    server_side: bool,
    force_conflicts: bool,
    dry_run: DryRun,
    manager: String,
    cascade: &'static str,
    force: bool,
    grace_period: i64,
    validation: &'static str,
    prune: bool,
    allowlist: Vec<Mapping>,
    apply_set: Option<ApplySet>,
    /// Whether objects are printed, rather than a line about each.
    print_objects: bool,
}

impl Options {
    fn from_flags(cx: &Context) -> Result<Options, Error> {
        let flags = &cx.flags;
        if !cx.args.is_empty() {
            return Err(cx.usage_error(format!("Unexpected args: {}", go::slice(&cx.args))));
        }
        let set = flags.str("applyset");
        if flags.changed("applyset") && cx.host.env("KUBECTL_APPLYSET").as_deref() != Some("true") {
            return Err("unknown flag: --applyset\nSee 'kubectl apply --help' for usage.".into());
        }
        let server_side = flags.bool("server-side");
        let dry_run = DryRun::from_flags(cx)?;
        cx.selected()?;
        let manager = match (flags.changed("field-manager"), server_side) {
            (true, _) => flags.string("field-manager"),
            (false, true) => server_side::MANAGER.to_owned(),
            (false, false) => CLIENT_SIDE_MANAGER.to_owned(),
        };
        let cascade = delete::cascade(cx, flags.str("cascade"))?;
        let files = FilenameOptions::from_flags(cx);
        files.require()?;
        let validation = shared::validation(cx)?;
        let apply_set = match set {
            "" => None,
            set => Some(ApplySet::new(cx, &cx.mapper()?, set)?),
        };
        let allowlist = match flags.bool("prune") {
            true => prune::allowlist(&cx.mapper()?, &flags.strings("prune-allowlist"))?,
            false => Vec::new(),
        };
        Ok(Options {
            files,
            server_side,
            force_conflicts: flags.bool("force-conflicts"),
            dry_run,
            manager,
            cascade,
            force: flags.bool("force"),
            grace_period: flags.int("grace-period"),
            validation,
            prune: flags.bool("prune"),
            allowlist,
            apply_set,
            print_objects: !matches!(flags.str("output"), "" | "name"),
        })
    }

    fn validate(&self, cx: &Context) -> Result<(), Error> {
        let all = cx.flags.bool("all");
        let selector = !cx.flags.str("selector").is_empty();
        let set = self.apply_set.is_some();
        let first = [
            (
                self.force_conflicts && !self.server_side,
                "--force-conflicts only works with --server-side",
            ),
            (
                self.dry_run == DryRun::Client && self.server_side,
                "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
            ),
            (
                self.server_side && self.force,
                "--force cannot be used with --server-side",
            ),
            (
                self.dry_run == DryRun::Server && self.force,
                "--dry-run=server cannot be used with --force",
            ),
            (
                all && selector,
                "cannot set --all and --selector at the same time",
            ),
            (set && !self.prune, "--applyset requires --prune"),
        ];
        let then = [
            (
                self.prune && self.force,
                "--force cannot be used with --prune",
            ),
            (set && all, "--all is incompatible with --applyset"),
            (
                set && selector,
                "--selector is incompatible with --applyset",
            ),
            (
                set && !self.allowlist.is_empty(),
                "--prune-allowlist is incompatible with --applyset",
            ),
            (
                self.prune && !set && !all && !selector,
                "all resources selected for prune without explicitly passing --all. To prune all resources, pass the \
                 --all flag. If you did not mean to prune all resources, specify a label selector",
            ),
            (
                self.prune && !set && self.server_side,
                "--prune is in alpha and doesn't currently work on objects created by server-side apply",
            ),
            (
                !cx.flags.str("subresource").is_empty() && !self.server_side,
                "--subresource can only be specified for --server-side",
            ),
        ];
        let check = |checks: &[(bool, &str)]| match checks.iter().find(|(bad, _)| *bad) {
            Some((_, message)) => Err(Error::from(*message)),
            None => Ok(()),
        };
        check(&first)?;
        if let Some(set) = &self.apply_set {
            set.validate(cx)?;
        }
        check(&then)
    }
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let mut options = Options::from_flags(&cx)?;
        options.validate(&cx)?;
        let (namespace, explicit) = cx.namespace()?;
        let (mut infos, result) = Builder::new(&cx)
            .validate(options.validation == "Strict")
            .continue_on_error()
            .namespace(&namespace)
            .filenames(explicit, &options.files)
            .label_selector(cx.flags.str("selector"))
            .flatten()
            .find()?
            .infos();
        let mut errors = Vec::new();
        if let Err(error) = result {
            errors.push(error);
        }
        if infos.is_empty() && errors.is_empty() {
            return Err("no objects passed to apply".into());
        }
        if let Some(set) = &mut options.apply_set {
            set.label(&mut infos)?;
            set.before(
                &cx,
                &cx.mapper()?,
                &infos,
                options.dry_run,
                options.validation,
            )?;
        }
        let mut namespaces = BTreeSet::new();
        if explicit {
            namespaces.insert(namespace);
        }
        let mut uids = BTreeSet::new();
        for info in &mut infos {
            if info.namespaced() {
                namespaces.insert(info.namespace.clone());
            }
            if let Err(error) = apply_one(&cx, &options, info).await {
                errors.push(error);
            }
            uids.insert(j::text(info.value(), &["metadata", "uid"]).to_owned());
        }
        Error::check(errors)?;
        if options.print_objects {
            print_objects(&cx, &options, &infos)?;
        }
        if !options.prune {
            return Ok(());
        }
        if let Some(set) = &options.apply_set {
            let (cascade, grace_period) = (options.cascade, options.grace_period);
            return set.prune(
                &cx,
                &uids,
                cascade,
                grace_period,
                options.dry_run,
                options.validation,
            );
        }
        let prune = Prune {
            cx: &cx,
            allowlist: options.allowlist,
            namespaces,
            uids,
            cascade: options.cascade,
            grace_period: options.grace_period,
            dry_run: options.dry_run,
        };
        prune.run()
    })
}

fn print_objects(cx: &Context, options: &Options, infos: &[Info]) -> Result<(), Error> {
    let mut printer = shared::printer(cx, "", options.dry_run)?;
    match infos {
        [] => Ok(()),
        [info] => printer.print(cx, info.value()),
        infos => {
            let items: Vec<Value> = infos.iter().map(|i| i.value().clone()).collect();
            let list = json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": items});
            printer.typed().print(cx, &list)
        }
    }
}

fn tell(cx: &Context, options: &Options, info: &Info, done: &str) -> Result<(), Error> {
    if options.print_objects {
        return Ok(());
    }
    shared::printer(cx, done, options.dry_run)?.print(cx, info.value())
}

async fn apply_one(cx: &Context, options: &Options, info: &mut Info) -> Result<(), Error> {
    if let Some(object) = &mut info.object {
        shared::record(cx, object);
    }
    let generated = j::text(info.value(), &["metadata", "generateName"]);
    if info.name.is_empty() && !generated.is_empty() {
        return Err(fail!(
            "from {generated}: cannot use generate name with apply"
        ));
    }
    if options.server_side {
        let server_side = ServerSide {
            cx,
            manager: options.manager.clone(),
            force: options.force_conflicts,
            subresource: cx.flags.string("subresource"),
            validation: options.validation,
            dry_run: options.dry_run,
        };
        server_side.apply(info)?;
        warn_if_deleting(cx, info.value());
        return tell(cx, options, info, "serverside-applied");
    }
    let mut modified = info.value().clone();
    annotation::set(&mut modified, Style::Dynamic);
    let retrieving = format!(
        "retrieving current configuration of:\n{}\nfrom server for:",
        info.describe()
    );
    match info.get(cx, false, false) {
        Ok(()) => patch_one(cx, options, info, &modified).await,
        Err(error) if error.is_not_found() => create_one(cx, options, info, modified),
        Err(error) => Err(error.while_doing(&retrieving, &info.source)),
    }
}

fn helper<'a>(cx: &'a Context, options: &Options, mapping: &'a Mapping) -> Helper<'a> {
    Helper::new(cx, mapping)
        .dry_run(options.dry_run.is_server())
        .manager(&options.manager)
        .validation(options.validation)
}

fn create_one(
    cx: &Context,
    options: &Options,
    info: &mut Info,
    mut object: Value,
) -> Result<(), Error> {
    prune_nulls(&mut object);
    if options.dry_run == DryRun::Client {
        info.object = Some(object);
    } else {
        let created = helper(cx, options, info.mapping()?)
            .create(&info.namespace, &object)
            .map_err(|e| e.while_doing("creating", &info.source))?;
        info.refresh(created);
    }
    tell(cx, options, info, "created")
}

/// A null in a file means "none", which is what leaving the field out says when an object is created.
fn prune_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, v| !v.is_null());
            map.values_mut().for_each(prune_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(prune_nulls),
        _ => {}
    }
}

async fn patch_one(
    cx: &Context,
    options: &Options,
    info: &mut Info,
    modified: &Value,
) -> Result<(), Error> {
    if annotation::original(info.value()).is_none() {
        cx.err(&format!(
            "Warning: resource {} is missing the {} annotation which is required by kubectl apply. kubectl apply \
             should only be used on resources created declaratively by either kubectl create --save-config or kubectl \
             apply. The missing annotation will be patched automatically.\n",
            info.object_name(),
            annotation::LAST_APPLIED
        ));
    }
    let mapping = info.mapping()?.clone();
    let patcher = Patcher {
        cx,
        mapping: &mapping,
        helper: helper(cx, options, &mapping),
        overwrite: cx.flags.bool("overwrite"),
        force: options.force,
        delete_options: delete_options(options.cascade, options.grace_period),
        timeout: cx.flags.duration("timeout"),
    };
    let result = if options.dry_run == DryRun::Client {
        patcher.patch_local(info.value(), modified)
    } else {
        patcher.patch(info.value(), modified, &info.source).await
    };
    let patched = result.map_err(|failed| {
        let what = format!(
            "applying patch:\n{}\nto:\n{}\nfor:",
            failed.text,
            info.describe()
        );
        failed.error.while_doing(&what, &info.source)
    })?;
    info.refresh(patched.object);
    warn_if_deleting(cx, info.value());
    let done = if patched.text == "{}" {
        "unchanged"
    } else {
        "configured"
    };
    tell(cx, options, info, done)
}
