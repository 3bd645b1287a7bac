//! `kubectl create`: objects from files, and the generators below it, a file each.

mod clusterrole;
mod clusterrolebinding;
mod configmap;
mod cronjob;
mod deployment;
pub(crate) mod hash;
mod ingress;
mod job;
mod namespace;
mod poddisruptionbudget;
mod priorityclass;
mod quota;
mod role;
mod rolebinding;
mod secret;
pub mod service;
mod serviceaccount;
pub mod sources;
mod token;

use apimachinery::GroupVersionKind;
use serde_json::Value;

use super::shared::{self, DryRun};
use crate::apply::annotation;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::rest::helper::Helper;
use crate::rest::mapper::Mapping;
use crate::util::json as j;
use crate::util::print::Printer;

/// `create`
pub const COMMAND: Command = Command {
    name: "create",
    usage: "-f FILENAME",
    no_flags_in_use: true,
    short: "Create a resource from a file or from stdin",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        shared::SELECTOR,
        &[
            Flag::bool("edit", "Edit the API resource before creating"),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files to use to create the resource",
            )
            .short('f'),
            Flag::string(
                "raw",
                "Raw URI to POST to the server.  Uses the transport specified by the \
                 kubeconfig file.",
            ),
            Flag::bool(
                "windows-line-endings",
                "Only relevant if --edit=true. Defaults to the line ending native to your \
                 platform.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Create a resource from a file or from stdin.

JSON and YAML formats are accepted.",
    example: "# Create a pod using the data in pod.json
kubectl create -f ./pod.json

# Create a pod based on the JSON passed into stdin
cat pod.json | kubectl create -f -

# Edit the data in registry.yaml in JSON then create the resource using the edited data
kubectl create -f registry.yaml --edit -o json",
    commands: &[
        &namespace::COMMAND,
        &quota::COMMAND,
        &secret::COMMAND,
        &configmap::COMMAND,
        &serviceaccount::COMMAND,
        &service::COMMAND,
        &deployment::COMMAND,
        &clusterrole::COMMAND,
        &clusterrolebinding::COMMAND,
        &role::COMMAND,
        &rolebinding::COMMAND,
        &poddisruptionbudget::COMMAND,
        &priorityclass::COMMAND,
        &job::COMMAND,
        &cronjob::COMMAND,
        &ingress::COMMAND,
        &token::COMMAND,
    ],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let files = FilenameOptions::from_flags(&cx);
        if !cx.args.is_empty() {
            return Err(cx.usage_error(format!(
                "Unexpected args: {}",
                crate::util::go::slice(&cx.args)
            )));
        }
        if files.is_empty() {
            // Upstream shows the help here, but only after the complaint.
            return Err("must specify one of -f and -k".into());
        }
        let dry_run = DryRun::from_flags(&cx)?;
        let validation = shared::validation(&cx)?;
        let mut printer = shared::printer(&cx, "created", dry_run)?;
        let raw = cx.flags.string("raw");
        if !raw.is_empty() {
            return post_raw(&cx, &raw, &files);
        }
        if cx.flags.bool("edit") {
            return super::edit::run(&cx, super::edit::Mode::Create).await;
        }
        let (namespace, explicit) = cx.namespace()?;
        let mut found = Builder::new(&cx)
            .continue_on_error()
            .namespace(&namespace)
            .validate(validation == "Strict")
            .filenames(explicit, &files)
            .label_selector(cx.flags.str("selector"))
            .flatten()
            .find()?;
        let mut count = 0;
        found.each(|mut info| {
            let Some(object) = &mut info.object else {
                return Ok(());
            };
            annotation::update(
                object,
                cx.flags.bool("save-config"),
                annotation::Style::Dynamic,
            );
            shared::record(&cx, object);
            if dry_run != DryRun::Client {
                let mapping = info.mapping()?.clone();
                let created = Helper::new(&cx, &mapping)
                    .dry_run(dry_run.is_server())
                    .manager(cx.flags.str("field-manager"))
                    .validation(validation)
                    .create(&info.namespace, &without_version(info.value()))
                    .map_err(|e| e.while_doing("creating", &info.source))?;
                info.refresh(created);
            }
            count += 1;
            printer.print(&cx, info.value())
        })?;
        if count == 0 {
            return Err("no objects passed to create".into());
        }
        Ok(())
    })
}

/// The object as a new one: without a version it had elsewhere.
pub fn without_version(object: &Value) -> Value {
    let mut object = object.clone();
    j::remove(&mut object, &["metadata", "resourceVersion"]);
    object
}

fn post_raw(cx: &Context, raw: &str, files: &FilenameOptions) -> Result<(), Error> {
    if cx.flags.bool("edit") {
        return Err("--raw and --edit are mutually exclusive".into());
    }
    let [file] = files.filenames.as_slice() else {
        return Err("--raw can only use a single local file or stdin".into());
    };
    if file.starts_with("http://") || file.starts_with("https://") {
        return Err("--raw cannot read from a url".into());
    }
    if files.recursive {
        return Err("--raw and --recursive are mutually exclusive".into());
    }
    if !cx.flags.str("selector").is_empty() {
        return Err("--raw and --selector (-l) are mutually exclusive".into());
    }
    if !cx.flags.str("output").is_empty() {
        return Err("--raw and --output are mutually exclusive".into());
    }
    let body = match file.as_str() {
        "-" => cx.take_stdin(),
        file => cx.host.read_file(file).map_err(|e| e.of("open", file))?,
    };
    let mut request = super::get::raw_request("POST", raw)?;
    request.content_type = Some("application/json");
    request.body = Some(body);
    let answer = cx.client()?.bytes(cx, request)?;
    cx.streams.push(crate::host::Stream::Out, &answer);
    Ok(())
}

/// What every generator reads from its flags before it builds its object.
pub(super) struct Generator {
    pub(super) name: String,
    /// What follows the name: the command of a container.
    pub(super) command: Vec<String>,
    /// The namespace of requests.
    pub(super) namespace: String,
    /// The namespace, if the user gave one: objects that are only printed name it.
    pub(super) explicit_namespace: Option<String>,
    dry_run: DryRun,
    validation: &'static str,
    printer: Printer,
}

impl Generator {
    pub(super) fn new(cx: &Context) -> Result<Generator, Error> {
        let count = cx.dash.unwrap_or(cx.args.len());
        if count != 1 {
            return Err(cx.usage_error(format!("exactly one NAME is required, got {count}")));
        }
        let (namespace, explicit) = cx.namespace()?;
        let dry_run = DryRun::from_flags(cx)?;
        Ok(Generator {
            name: cx.args[0].clone(),
            command: cx.args[1..].to_vec(),
            explicit_namespace: explicit.then(|| namespace.clone()),
            namespace,
            dry_run,
            printer: shared::printer(cx, "created", dry_run)?.typed(),
            validation: shared::validation(cx)?,
        })
    }

    /// Creates the object, or only prints it. Errors of the server start with `failed`, if there is such a text.
    pub(super) fn create(
        mut self,
        cx: &Context,
        mut object: Value,
        failed: &str,
    ) -> Result<(), Error> {
        let mapping = builtin(&object)?;
        if mapping.namespaced
            && let Some(namespace) = &self.explicit_namespace
        {
            j::set(&mut object, &["metadata", "namespace"], namespace.as_str());
        }
        annotation::update(
            &mut object,
            cx.flags.bool("save-config"),
            annotation::Style::Typed,
        );
        if self.dry_run != DryRun::Client {
            let created = Helper::new(cx, &mapping)
                .dry_run(self.dry_run.is_server())
                .manager(cx.flags.str("field-manager"))
                .validation(self.validation)
                .create(&self.namespace, &object);
            object = created.map_err(|error| match failed {
                "" => error,
                failed => fail!("{failed}{}", error.text()),
            })?;
        }
        self.printer.print(cx, &object)
    }
}

/// Where a built-in kind is in the API.
pub fn builtin(object: &Value) -> Result<Mapping, Error> {
    let gvk = GroupVersionKind::from_api_version(j::text(object, &["apiVersion"]), j::kind(object));
    match api::kinds::find(&gvk) {
        Some(entry) => Ok(Mapping {
            group: entry.info.group.to_owned(),
            version: entry.info.version.to_owned(),
            resource: entry.info.plural.to_owned(),
            kind: entry.info.kind.to_owned(),
            namespaced: entry.info.namespaced,
        }),
        None => Err(fail!(
            "no kind {} is registered for version {} in scheme \"pkg/scheme/scheme.go:28\"",
            crate::util::go::quote(j::kind(object)),
            crate::util::go::quote(j::text(object, &["apiVersion"]))
        )),
    }
}

/// Subjects of role bindings, from `--user`, `--group` and `--serviceaccount`.
fn subjects(cx: &Context) -> Result<Vec<Value>, Error> {
    const GROUP: &str = "rbac.authorization.k8s.io";
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in cx.flags.strings(flag) {
            subjects.push(serde_json::json!({"kind": kind, "apiGroup": GROUP, "name": name}));
        }
    }
    for account in cx.flags.strings("serviceaccount") {
        match account.split(':').collect::<Vec<_>>()[..] {
            [namespace, name] if !namespace.is_empty() && !name.is_empty() => {
                subjects.push(serde_json::json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
            }
            _ => return Err("serviceaccount must be <namespace>:<name>".into()),
        }
    }
    Ok(subjects)
}

/// Sets a list unless it is empty.
fn set_some(object: &mut Value, path: &[&str], items: Vec<Value>) {
    if !items.is_empty() {
        j::set(object, path, items);
    }
}
