//! `kubectl edit`: live objects in an editor; also `create --edit` and `apply edit-last-applied`.
//!
//! The file opens again, with the reasons on top, as long as the server calls what was saved invalid. Whatever cannot
//! be saved stays in the temporary file.

use std::collections::BTreeMap;

use apimachinery::patch::{self, three_way};
use serde_json::{Map, Value, json};

use super::shared;
use crate::apply::annotation::{self, LAST_APPLIED, Style};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::editor;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Info, from_text};
use crate::rest::helper::{Helper, PatchType};
use crate::rest::mapper::Mapping;
use crate::util::{go, json as j, scheme, yaml};

/// `edit`
pub const COMMAND: Command = Command {
    name: "edit",
    usage: "(RESOURCE/NAME | -f FILENAME)",
    no_flags_in_use: true,
    short: "Edit a resource on the server",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-edit"),
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files to use to edit the resource",
            )
            .short('f'),
            Flag::bool(
                "output-patch",
                "Output the patch if the resource is edited.",
            ),
            Flag::string(
                "subresource",
                "If specified, edit will operate on the subresource of the requested object.",
            ),
            Flag::bool(
                "windows-line-endings",
                "Defaults to the line ending native to your platform.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Edit a resource from the default editor.

Any object that the command line tools can get can be edited. The editor is the one that \
KUBE_EDITOR or EDITOR name, or else 'vi'. If its command line has quotes, the shell named by \
SHELL reads it, or else '/bin/bash'.

Several objects can be edited at once; changes are applied one after the other. Files can be \
named, too, if they are saved versions of objects.

Objects are edited in the API version in which they are asked for. To edit in another one, name \
resource, version and group.

The default format is YAML. To edit in JSON, specify \"-o json\".

If something goes wrong with an update, a temporary file keeps what was edited. Most of the \
time somebody else changed the object on the server meanwhile; then the changes have to be made \
again on the newer version.",
    example: "# Edit the service named 'registry'
kubectl edit svc/registry

# Use another editor
KUBE_EDITOR=\"nano\" kubectl edit svc/registry

# Edit the job 'myjob' in JSON, in version v1
kubectl edit job.v1.batch/myjob -o json

# Edit the deployment 'mydeployment' in YAML, and keep the configuration in its annotation
kubectl edit deployment/mydeployment -o yaml --save-config

# Edit the status of the deployment 'mydeployment'
kubectl edit deployment mydeployment --subresource='status'",
    action: Action::Run(run_edit),
    ..Command::DEFAULT
};

/// What is done with what was edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Live objects are patched.
    Live,
    /// Objects are created.
    Create,
    /// The annotation of the last apply is changed.
    LastApplied,
}

fn run_edit(cx: Context) -> Running {
    Box::pin(async move { run(&cx, Mode::Live).await })
}

/// Edits what the command line names.
pub async fn run(cx: &Context, mode: Mode) -> Result<(), Error> {
    let (namespace, explicit) = cx.namespace()?;
    let mut builder = Builder::new(cx)
        .continue_on_error()
        .namespace(&namespace)
        .filenames(explicit, &FilenameOptions::from_flags(cx))
        .flatten();
    if mode != Mode::Create {
        builder = builder.args(true, &cx.args).latest();
    }
    if mode == Mode::Live {
        builder = builder.subresource(cx.flags.str("subresource"));
    }
    let mut found = builder.find()?;
    let validation = shared::validation(cx)?;
    let session = |infos| Session {
        cx,
        mode,
        validation,
        namespace: namespace.clone(),
        infos,
        managed_fields: BTreeMap::new(),
    };
    if mode == Mode::Create {
        // One after the other, as they are created.
        while let Some(info) = found.next() {
            session(vec![info?]).run().await?;
        }
        return Ok(());
    }
    let (infos, result) = found.infos();
    result?;
    if mode == Mode::Live {
        if infos.is_empty() {
            return Err("edit cancelled, no objects found".into());
        }
        return session(infos).run().await;
    }
    let mut configurations = Vec::new();
    for info in &infos {
        if let Some(text) = annotation::original(info.value()) {
            configurations.extend(from_text(cx, text, "edited-file")?.into_iter().next());
        }
    }
    if configurations.is_empty() {
        return Err("no last-applied-configuration annotation found on resources, to create the annotation, use \
                    command `kubectl apply set-last-applied --create-annotation`"
            .into());
    }
    session(configurations).run().await
}

const HEADER: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
";
const LAST_APPLIED_HEADER: &str =
    "# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
";
const REWRITTEN: &str = "At least one of apiVersion, kind and name was changed";

/// Some objects in an editor.
struct Session<'a> {
    cx: &'a Context,
    mode: Mode,
    validation: &'static str,
    namespace: String,
    infos: Vec<Info>,
    /// Managed fields that the file does not show, by UID.
    managed_fields: BTreeMap<String, Value>,
}

/// What went wrong with what was saved.
#[derive(Default)]
struct Problems {
    /// For the top of the file: a sentence and its details.
    reasons: Vec<(String, Vec<String>)>,
    retryable: bool,
    gone: bool,
    invalid: bool,
}

fn uid(object: &Value) -> String {
    j::text(object, &["metadata", "uid"]).to_owned()
}

impl Session<'_> {
    async fn run(mut self) -> Result<(), Error> {
        let output = self.cx.flags.str("output");
        if !matches!(output, "" | "json" | "yaml" | "kyaml") {
            return Err(fail!(
                "unable to match a printer suitable for the output format {}, allowed formats are: json,kyaml,yaml",
                go::quote(output)
            ));
        }
        let json = self.cx.flags.str("output") == "json";
        let suffix = if json { ".json" } else { ".yaml" };
        let mut problems = Problems::default();
        let (mut original, mut edited, mut file) = (String::new(), String::new(), String::new());
        let mut again = false;
        loop {
            let mut text = if json {
                String::new()
            } else {
                self.header(&problems)
            };
            if again {
                text.push_str(&editor::without_comments(&edited));
            } else {
                self.hide_managed_fields();
                let value = self.shown();
                text.push_str(&match json {
                    true => j::pretty_escaped(&value) + "\n",
                    false => yaml::emit(&value),
                });
                if self.cx.flags.bool("windows-line-endings") {
                    text = text.replace('\n', "\r\n");
                }
                original.clone_from(&text);
            }
            let (path, now) = match editor::open(self.cx, suffix, &text).await {
                Ok(opened) => opened,
                Err(error) => return Err(self.keep(&file, error)),
            };
            if again && editor::meaning(&edited) == editor::meaning(&now) {
                return Err(self.keep(&path, "Edit cancelled, no valid changes were saved.".into()));
            }
            if !file.is_empty() {
                let _ = self.cx.host.remove(&file);
            }
            (edited, file) = (now, path);
            if self.validation == "Strict"
                && let Err(reason) = self.looks_like_objects(&edited)
            {
                problems = Problems::default();
                let info = &self.infos[0];
                let subject = format!(
                    "{} {}",
                    info.mapping()?.group_resource(),
                    go::quote(&info.name)
                );
                let detail = format!(
                    "<nil>: Invalid value: \"The edited file failed validation\": {reason}"
                );
                self.cx.err(&format!("error: {subject} is invalid\n"));
                problems
                    .reasons
                    .push((format!("{subject} was not valid"), vec![detail]));
                again = true;
                continue;
            }
            if editor::meaning(&original) == editor::meaning(&edited) {
                return self.cancel(&file, "Edit cancelled, no changes made.");
            }
            if !editor::has_content(&edited) {
                return self.cancel(&file, "Edit cancelled, saved file was empty.");
            }
            problems = Problems::default();
            let updated = match from_text(self.cx, &edited, "edited-file") {
                Ok(updated) => updated,
                Err(error) => {
                    let reason = format!("The edited file had a syntax error: {}", error.text());
                    problems.reasons.push((reason, Vec::new()));
                    again = true;
                    continue;
                }
            };
            if let Err(error) = self.save(updated, &mut problems) {
                return Err(self.keep(&file, error));
            }
            if problems.retryable {
                self.cx.err(&format!(
                    "You can run `kubectl replace -f {file}` to try this update again.\n"
                ));
                return Err(Error::Exit(1));
            }
            if problems.gone {
                self.cx.err(&format!(
                    "The edits you made on deleted resources have been saved to {}\n",
                    go::quote(&file)
                ));
                return Err(Error::Exit(1));
            }
            if !problems.invalid {
                let _ = self.cx.host.remove(&file);
                return Ok(());
            }
            again = true;
        }
    }

    /// Whether what was saved can be read, and says of what kind it is.
    fn looks_like_objects(&self, text: &str) -> Result<(), String> {
        let value = yaml::parse(&editor::without_comments(text))?;
        crate::resource::problems(&value).map_err(|problems| problems.join(", "))
    }

    fn header(&self, problems: &Problems) -> String {
        let mut text = match self.mode {
            Mode::LastApplied => LAST_APPLIED_HEADER.to_owned(),
            _ => HEADER.to_owned(),
        };
        for (head, details) in &problems.reasons {
            let colon = if details.is_empty() { "" } else { ":" };
            text.push_str(&format!("# {}{colon}\n", commented(head)));
            for detail in details {
                text.push_str(&format!("# * {}\n", commented(detail)));
            }
            text.push_str("#\n");
        }
        text
    }

    fn hide_managed_fields(&mut self) {
        self.managed_fields.clear();
        for object in self.infos.iter_mut().filter_map(|i| i.object.as_mut()) {
            if let Some(fields) = j::remove(object, &["metadata", "managedFields"]) {
                self.managed_fields.insert(uid(object), fields);
            }
        }
    }

    fn shown(&self) -> Value {
        match &self.infos[..] {
            [info] => info.value().clone(),
            infos => {
                let items: Vec<Value> = infos.iter().map(|i| i.value().clone()).collect();
                json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": items})
            }
        }
    }

    /// Says where the changes are, before the error.
    fn keep(&self, file: &str, error: Error) -> Error {
        if !file.is_empty() && self.cx.host.stat(file).is_ok() {
            self.cx.err(&format!(
                "A copy of your changes has been stored to {}\n",
                go::quote(file)
            ));
        }
        error
    }

    fn cancel(&self, file: &str, message: &str) -> Result<(), Error> {
        let _ = self.cx.host.remove(file);
        self.cx.err(&format!("{message}\n"));
        Ok(())
    }

    fn save(&mut self, mut updated: Vec<Info>, problems: &mut Problems) -> Result<(), Error> {
        for info in updated.iter_mut().chain(self.infos.iter_mut()) {
            if let Some(object) = &mut info.object
                && let Some(fields) = self.managed_fields.get(&uid(object))
            {
                j::set(object, &["metadata", "managedFields"], fields.clone());
            }
        }
        for info in &mut updated {
            self.require_namespace(info)?;
            if let Some(object) = &mut info.object {
                if self.mode != Mode::LastApplied && self.cx.flags.bool("save-config") {
                    annotation::update(object, true, Style::Dynamic);
                }
                shared::record(self.cx, object);
            }
        }
        for info in updated {
            match self.mode {
                Mode::Create => self.create(info)?,
                _ => self.update(info, problems)?,
            }
        }
        Ok(())
    }

    fn require_namespace(&self, info: &mut Info) -> Result<(), Error> {
        if !info.namespaced() {
            return Ok(());
        }
        if info.namespace.is_empty() {
            info.namespace.clone_from(&self.namespace);
            if let Some(object) = &mut info.object {
                j::set(object, &["metadata", "namespace"], self.namespace.as_str());
            }
            return Ok(());
        }
        if info.namespace == self.namespace {
            return Ok(());
        }
        Err(fail!(
            "the namespace from the provided object {} does not match the namespace {}. You must pass \
             '--namespace={}' to perform this operation.",
            go::quote(&info.namespace),
            go::quote(&self.namespace),
            info.namespace
        ))
    }

    fn helper<'b>(&'b self, mapping: &'b Mapping) -> Helper<'b> {
        Helper::new(self.cx, mapping)
            .manager(self.cx.flags.str("field-manager"))
            .validation(self.validation)
    }

    fn tell(&self, object: &Value, what: &str) -> Result<(), Error> {
        shared::printer(self.cx, what, shared::DryRun::None)?.print(self.cx, object)
    }

    fn create(&self, info: Info) -> Result<(), Error> {
        let object = super::create::without_version(info.value());
        let created = self
            .helper(info.mapping()?)
            .create(&info.namespace, &object)?;
        self.tell(&created, "created")
    }

    fn update(&self, info: Info, problems: &mut Problems) -> Result<(), Error> {
        let object = info.value();
        let before = self.infos.iter().find(|i| uid(i.value()) == uid(object));
        let Some(before) = before else {
            return Err(fail!(
                "no original object found for &unstructured.Unstructured{{Object:{}}}",
                go::syntax(object)
            ));
        };
        if before.value() == object {
            return self.tell(object, "skipped");
        }
        let mapping = info.mapping()?;
        if self.mode == Mode::LastApplied {
            let text = j::compact_escaped(object) + "\n";
            let patch = json!({"metadata": {"annotations": {LAST_APPLIED: text}}});
            let body = j::compact_escaped(&patch);
            self.helper(mapping).patch(
                &self.namespace,
                &info.name,
                PatchType::Merge,
                body.as_bytes(),
            )?;
            return self.tell(object, "edited");
        }
        let (kind, patch) = difference(mapping, before.value(), object)?;
        let body = j::compact_escaped(&patch);
        if self.cx.flags.bool("output-patch") {
            self.cx.out(&format!("Patch: {body}\n"));
        }
        let result = self
            .helper(mapping)
            .subresource(self.cx.flags.str("subresource"))
            .patch(&info.namespace, &info.name, kind, body.as_bytes());
        match result {
            Ok(object) => self.tell(&object, "edited"),
            Err(error) => {
                self.cx.err(&problems.add(&error, mapping, &info.name));
                Ok(())
            }
        }
    }
}

impl Problems {
    /// Takes note of an error; gives the line about it.
    fn add(&mut self, error: &Error, mapping: &Mapping, name: &str) -> String {
        let subject = format!("{} {}", mapping.group_resource(), go::quote(name));
        if error.has_reason("Invalid") {
            self.invalid = true;
            let causes = error
                .status()
                .and_then(|s| s.details.clone())
                .unwrap_or_default();
            let details = j::list(&causes, &["causes"])
                .iter()
                .map(|c| format!("{}: {}", j::text(c, &["field"]), j::text(c, &["message"])))
                .collect();
            self.reasons
                .push((format!("{subject} was not valid"), details));
            return format!("error: {subject} is invalid\n");
        }
        if error.is_not_found() {
            self.gone = true;
            return format!("error: {subject} could not be found on the server\n");
        }
        self.retryable = true;
        format!("error: {subject} could not be patched: {}\n", error.text())
    }
}

/// A reason of several lines stays a comment.
fn commented(text: &str) -> String {
    text.trim_end_matches('\n')
        .replace('\n', "\n# ")
        .replace("\n# #", "\n#")
}

/// The patch that makes `after` of `before`.
fn difference(
    mapping: &Mapping,
    before: &Value,
    after: &Value,
) -> Result<(PatchType, Value), Error> {
    let empty = Map::new();
    let (before, after) = (
        before.as_object().unwrap_or(&empty),
        after.as_object().unwrap_or(&empty),
    );
    let schema = scheme::schema_for(&mapping.api_version(), &mapping.kind);
    let (kind, patch) = match schema {
        Some(schema) => {
            let patch = patch::strategic::create(before, after, schema);
            (
                PatchType::Strategic,
                patch.map_err(|e| fail!("{}", e.text()))?,
            )
        }
        None => (PatchType::Merge, patch::merge::create(before, after)),
    };
    let fixed = ["apiVersion", "kind", "metadata.name", "managedFields"];
    three_way::require_unchanged(&patch, &fixed).map_err(|_| Error::from(REWRITTEN))?;
    Ok((kind, Value::Object(patch)))
}
