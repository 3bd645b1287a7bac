//! Server-side apply, and what an object needs that was applied by the client before: its fields change hands.

use apimachinery::managed_fields::Set;
use serde_json::{Value, json};

use super::annotation::{LAST_APPLIED, original};
use crate::cmd::shared::DryRun;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Info;
use crate::rest::helper::{Helper, PatchType};
use crate::util::json as j;

/// The manager of server-side apply, unless another is named.
pub const MANAGER: &str = "kubectl";
const ANNOTATION_MANAGER: &str = "kubectl-last-applied";
const TRIES: usize = 5;

/// How configurations are applied.
pub struct ServerSide<'a> {
    /// The run.
    pub cx: &'a Context,
    /// Manager of the fields.
    pub manager: String,
    /// Whether fields of other managers are taken over.
    pub force: bool,
    /// Subresource, or empty.
    pub subresource: String,
    /// Treatment of unknown fields.
    pub validation: &'static str,
    /// Trial or not.
    pub dry_run: DryRun,
}

impl ServerSide<'_> {
    fn helper<'b>(&'b self, info: &'b Info) -> Result<Helper<'b>, Error> {
        Ok(Helper::new(self.cx, info.mapping()?)
            .dry_run(self.dry_run.is_server())
            .manager(&self.manager)
            .validation(self.validation))
    }

    /// Applies one object; afterwards it holds what the server made of it.
    pub fn apply(&self, info: &mut Info) -> Result<(), Error> {
        let configuration = j::compact_escaped(info.value()) + "\n";
        let (namespace, name) = (info.namespace.clone(), info.name.clone());
        let send = |info: &Info| {
            self.helper(info)?
                .force(self.force)
                .subresource(&self.subresource)
                .patch(
                    &namespace,
                    &name,
                    PatchType::Apply,
                    configuration.as_bytes(),
                )
        };
        let applied = send(info).map_err(explain)?;
        info.refresh(applied);
        let warn = |what: &str, error: &Error| {
            self.cx.err(&format!(
                "Warning: {what}. This is non-fatal and will be retried next time you apply. Error: {}\n",
                error.text()
            ));
        };
        if let Err(error) = self.keep_annotation(info) {
            warn(
                "failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply",
                &error,
            );
            return Ok(());
        }
        match self.migrate(info) {
            Err(error) => warn(
                "server rejected managed fields migration to Server-Side Apply",
                &error,
            ),
            Ok(false) => {}
            // Only now can fields go that the configuration no longer has.
            Ok(true) => match send(info) {
                Ok(object) => info.refresh(object),
                Err(error) => warn(
                    "failed to re-apply configuration after performing Server-Side Apply migration",
                    &error,
                ),
            },
        }
        Ok(())
    }

    /// Gives the annotation of earlier client-side applies a manager of its own, so that it stays.
    fn keep_annotation(&self, info: &mut Info) -> Result<(), Error> {
        let object = info.value();
        let Some(text) = original(object).filter(|_| self.manager == MANAGER) else {
            return Ok(());
        };
        if owners(object, "Apply").next().is_some() {
            return Ok(());
        }
        let mut only = json!({
            "apiVersion": info.mapping()?.api_version(),
            "kind": info.mapping()?.kind,
            "metadata": {"name": info.name, "annotations": {LAST_APPLIED: text}},
        });
        if !info.namespace.is_empty() {
            only["metadata"]["namespace"] = info.namespace.as_str().into();
        }
        let patched = self.helper(info)?.manager(ANNOTATION_MANAGER).patch(
            &info.namespace,
            &info.name,
            PatchType::Apply,
            (j::compact_escaped(&only) + "\n").as_bytes(),
        )?;
        info.refresh(patched);
        Ok(())
    }

    /// Hands the fields of client-side apply over to this manager. Whether there were any.
    fn migrate(&self, info: &mut Info) -> Result<bool, Error> {
        let managers: Vec<String> = owners(info.value(), "Update")
            .map(|entry| j::text(entry, &["manager"]).to_owned())
            .collect();
        let mut last = None;
        for _ in 0..TRIES {
            let Some(fields) = upgraded(info.value(), &managers, &self.manager) else {
                return Ok(false);
            };
            let patch = json!([
                {"op": "replace", "path": "/metadata/managedFields", "value": fields},
                {"op": "replace", "path": "/metadata/resourceVersion",
                 "value": j::text(info.value(), &["metadata", "resourceVersion"])},
            ]);
            let result = self.helper(info)?.patch(
                &info.namespace,
                &info.name,
                PatchType::Json,
                patch.to_string().as_bytes(),
            );
            match result {
                Ok(object) => {
                    info.refresh(object);
                    return Ok(true);
                }
                Err(error) if error.has_reason("Conflict") => last = Some(error),
                Err(error) => return Err(error),
            }
            info.get(self.cx, false, false)?;
        }
        last.map_or(Ok(false), Err)
    }
}

fn explain(error: Error) -> Error {
    match error.status() {
        Some(status) if status.code == 415 => fail!(
            "Server-side apply not available on the server: ({})",
            error.text()
        ),
        Some(status) if status.reason == "Conflict" => fail!(
            "{}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts",
            error.text()
        ),
        _ => error,
    }
}

/// Entries of managers that own the annotation by this operation.
fn owners<'a>(object: &'a Value, operation: &'a str) -> impl Iterator<Item = &'a Value> {
    let field = format!("f:{LAST_APPLIED}");
    j::list(object, &["metadata", "managedFields"])
        .iter()
        .filter(move |entry| {
            let owned = j::at(entry, &["fieldsV1", "f:metadata", "f:annotations", &field]);
            j::text(entry, &["operation"]) == operation && !owned.is_null()
        })
}

/// The managed fields after `managers` (that update) gave theirs to `applier`; `None` if nothing changes.
fn upgraded(object: &Value, managers: &[String], applier: &str) -> Option<Vec<Value>> {
    let before = j::list(object, &["metadata", "managedFields"]);
    let mut entries = before.to_vec();
    let is = |entry: &Value, name: &str, operation: &str| {
        j::text(entry, &["manager"]) == name
            && j::text(entry, &["operation"]) == operation
            && j::text(entry, &["subresource"]).is_empty()
    };
    let updates = |entry: &Value| managers.iter().any(|m| is(entry, m, "Update"));
    let at = match entries.iter().position(|e| is(e, applier, "Apply")) {
        Some(at) => at,
        None => {
            let at = entries.iter().position(updates)?;
            j::set(&mut entries[at], &["manager"], applier);
            j::set(&mut entries[at], &["operation"], "Apply");
            at
        }
    };
    let mut owned = Set::from_value(j::at(&entries[at], &["fieldsV1"]))?;
    for entry in entries.iter().filter(|e| updates(e)) {
        owned = owned.union(&Set::from_value(j::at(entry, &["fieldsV1"]))?);
    }
    j::set(&mut entries[at], &["fieldsV1"], owned.to_value());
    entries.retain(|e| !updates(e));
    (entries.as_slice() != before).then_some(entries)
}
