//! The patch of a client-side apply: made from three configurations, sent, and tried again when somebody else was faster.

use apimachinery::patch::{self, three_way};
use serde_json::{Map, Value, json};

use super::annotation;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::helper::{Helper, PatchType};
use crate::rest::mapper::Mapping;
use crate::util::{json as j, scheme};

/// How many times a patch is tried again after a conflict.
const RETRIES: usize = 5;

/// How objects are patched.
pub struct Patcher<'a> {
    /// The run.
    pub cx: &'a Context,
    /// The object's type.
    pub mapping: &'a Mapping,
    /// Requests.
    pub helper: Helper<'a>,
    /// Whether the new configuration wins over what others changed.
    pub overwrite: bool,
    /// Whether to delete and create what cannot be patched.
    pub force: bool,
    /// Options for that deletion.
    pub delete_options: Value,
    /// How long that deletion may take.
    pub timeout: i64,
}

/// What became of an object.
pub struct Patched {
    /// The patch as it was sent.
    pub text: String,
    /// The object now.
    pub object: Value,
}

/// A patch that did not work, as far as it got.
pub struct Failed {
    /// The patch, or nothing if there is none.
    pub text: String,
    /// Why.
    pub error: Error,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        Failed {
            text: String::new(),
            error,
        }
    }
}

impl Patcher<'_> {
    /// Makes the live object fit a configuration (which carries itself as annotation).
    pub async fn patch(
        &self,
        current: &Value,
        modified: &Value,
        source: &str,
    ) -> Result<Patched, Failed> {
        let (namespace, name) = (
            j::namespace(current).to_owned(),
            j::name(current).to_owned(),
        );
        let mut result = self.try_patch(current, modified, Some((&namespace, &name)));
        let mut tries = 0;
        let mut live = current.clone();
        while tries < RETRIES
            && matches!(&result, Err(failed) if failed.error.has_reason("Conflict"))
        {
            tries += 1;
            if tries > 1 {
                self.cx.flush().await?;
                self.cx.host.sleep(1_000_000).await;
            }
            live = self.helper.get(&namespace, &name)?;
            result = self.try_patch(&live, modified, Some((&namespace, &name)));
        }
        let failed = match result {
            Ok(patched) => return Ok(patched),
            Err(failed) => failed,
        };
        let hopeless = failed.error.has_reason("Conflict") || failed.error.has_reason("Invalid");
        if self.force && hopeless {
            let text = j::compact_escaped(modified);
            return match self
                .delete_and_create(&live, modified, &namespace, &name)
                .await
            {
                Ok(object) => Ok(Patched { text, object }),
                Err(error) => Err(Failed { text, error }),
            };
        }
        Err(Failed {
            error: failed.error.while_doing("patching", source),
            ..failed
        })
    }

    /// Does the same to a copy, without the server.
    pub fn patch_local(&self, current: &Value, modified: &Value) -> Result<Patched, Failed> {
        self.try_patch(current, modified, None)
    }

    fn try_patch(
        &self,
        current: &Value,
        modified: &Value,
        target: Option<(&str, &str)>,
    ) -> Result<Patched, Failed> {
        let (kind, patch) = create(self.mapping, current, modified, self.overwrite)?;
        let text = j::compact_escaped(&patch);
        if patch.as_object().is_some_and(Map::is_empty) {
            return Ok(Patched {
                text,
                object: current.clone(),
            });
        }
        let result = match target {
            Some((namespace, name)) => self.helper.patch(namespace, name, kind, text.as_bytes()),
            None => apply_locally(self.mapping, current, patch),
        };
        match result {
            Ok(object) => Ok(Patched { text, object }),
            Err(error) => Err(Failed { text, error }),
        }
    }

    async fn delete_and_create(
        &self,
        original: &Value,
        modified: &Value,
        namespace: &str,
        name: &str,
    ) -> Result<Value, Error> {
        self.helper
            .delete(namespace, name, self.delete_options.clone())?;
        let deadline = self.cx.host.now() + self.timeout;
        loop {
            match self.helper.get(namespace, name) {
                Err(error) if error.is_not_found() => break,
                Err(error) => return Err(error),
                Ok(_) => {}
            }
            if self.cx.host.now() >= deadline {
                return Err("context deadline exceeded".into());
            }
            self.cx.flush().await?;
            self.cx.host.sleep(1_000_000).await;
        }
        let error = match self.helper.create(namespace, modified) {
            Ok(created) => return Ok(created),
            Err(error) => error,
        };
        let mut old = original.clone();
        j::remove(&mut old, &["metadata", "resourceVersion"]);
        match self.helper.create(namespace, &old) {
            Ok(_) => Err(error),
            Err(second) => Err(fail!(
                "An error occurred force-replacing the existing object with the newly provided one:\n\n{}.\n\n\
                 Additionally, an error occurred attempting to restore the original object:\n\n{}",
                error.text(),
                second.text()
            )),
        }
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// The patch that makes a live object fit a configuration, given what was applied last.
pub fn create(
    mapping: &Mapping,
    current: &Value,
    modified: &Value,
    overwrite: bool,
) -> Result<(PatchType, Value), Error> {
    let text = annotation::original(current).unwrap_or_default();
    let original = match text {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or(Value::Null),
    };
    let configurations = (object(&original), object(modified), object(current));
    let schema = scheme::schema_for(&mapping.api_version(), &mapping.kind);
    let (kind, patch) = match schema {
        Some(schema) => {
            let (original, modified, current) = &configurations;
            let patch = three_way::strategic(original, modified, current, schema, overwrite);
            (PatchType::Strategic, patch)
        }
        None => {
            let (original, modified, current) = &configurations;
            (
                PatchType::Merge,
                three_way::merge(original, modified, current),
            )
        }
    };
    let explain = |reason: &str| {
        fail!(
            "creating patch with:\noriginal:\n{text}\nmodified:\n{}\ncurrent:\n{}\nfor: {reason}",
            j::compact_escaped(modified) + "\n",
            j::compact_escaped(current) + "\n"
        )
    };
    let patch = patch.map_err(|e| explain(e.text()))?;
    if schema.is_none()
        && three_way::require_unchanged(&patch, &["apiVersion", "kind", "metadata.name"]).is_err()
    {
        return Err(explain(
            "At least one of apiVersion, kind and name was changed",
        ));
    }
    Ok((kind, Value::Object(patch)))
}

/// What a patch makes of an object.
pub fn apply_locally(mapping: &Mapping, current: &Value, patch: Value) -> Result<Value, Error> {
    let schema = scheme::schema_for(&mapping.api_version(), &mapping.kind);
    match schema {
        Some(schema) => patch::strategic::apply(object(current), object(&patch), schema)
            .map(Value::Object)
            .map_err(|e| fail!("applying patch locally: {}", e.text())),
        None => Ok(patch::merge::apply(current.clone(), &patch)),
    }
}

/// `DeleteOptions` of a grace period (negative for none) and a policy.
pub fn delete_options(policy: &str, grace_period: i64) -> Value {
    let mut options = json!({"propagationPolicy": policy});
    if grace_period >= 0 {
        options["gracePeriodSeconds"] = grace_period.into();
    }
    options
}

/// An object that is on its way out takes no changes that last.
pub fn warn_if_deleting(cx: &Context, object: &Value) {
    if !j::text(object, &["metadata", "deletionTimestamp"]).is_empty() {
        cx.err(&format!(
            "Warning: Detected changes to resource {} which is currently being deleted.\n",
            j::name(object)
        ));
    }
}
