//! `patches`, and the older `patchesStrategicMerge` and `patchesJson6902`

use serde_json::Value;

use super::load::{self, Loader};
use super::{Resource, id};
use crate::error::Error;
use crate::fail;
use crate::resource::selects;
use crate::util::{json as j, merge, scheme, yaml};

/// Applies the patches of a kustomization.
pub(super) fn run(
    loader: &Loader<'_>,
    kustomization: &Value,
    resources: &mut Vec<Resource>,
) -> Result<(), Error> {
    for entry in j::list(kustomization, &["patchesStrategicMerge"]) {
        let text = entry.as_str().unwrap_or_default();
        let patches = match text.contains('\n') {
            true => load::parse(text, "patch")?,
            false => loader.documents(text)?,
        };
        for patch in patches {
            strategic(resources, None, &patch)?;
        }
    }
    for entry in j::list(kustomization, &["patches"]) {
        apply(loader, resources, entry)?;
    }
    for entry in j::list(kustomization, &["patchesJson6902"]) {
        apply(loader, resources, entry)?;
    }
    Ok(())
}

fn apply(loader: &Loader<'_>, resources: &mut Vec<Resource>, entry: &Value) -> Result<(), Error> {
    let (path, inline) = (j::text(entry, &["path"]), j::text(entry, &["patch"]));
    let text = match (path, inline) {
        ("", "") => return Err("must specify one of patch and path in\npatch".into()),
        ("", inline) => inline.to_owned(),
        (path, "") => {
            let bytes = loader
                .read(path)
                .map_err(|e| fail!("unable to get file content: {}", e.text()))?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => return Err("patch and path can't be set at the same time\npatch".into()),
    };
    let target = Some(j::at(entry, &["target"])).filter(|t| !t.is_null());
    for document in yaml::stream(&text) {
        let patch =
            document.map_err(|e| fail!("unable to parse SM or JSON patch from [{text}]: {e}"))?;
        if patch.is_array() {
            let target = target.ok_or("must specify a target for JSON patch")?;
            json_patch(resources, target, &patch)?;
        } else if !patch.is_null() {
            strategic(resources, target, &patch)?;
        }
    }
    Ok(())
}

fn json_patch(resources: &mut [Resource], target: &Value, patch: &Value) -> Result<(), Error> {
    for resource in resources.iter_mut().filter(|r| is_target(r, target)) {
        let value = std::mem::take(&mut resource.value);
        resource.value = apimachinery::patch::json_patch::apply(value, patch)
            .map_err(|e| fail!("{}", e.text()))?;
    }
    Ok(())
}

fn strategic(
    resources: &mut Vec<Resource>,
    target: Option<&Value>,
    patch: &Value,
) -> Result<(), Error> {
    let chosen: Vec<usize> = (0..resources.len())
        .filter(|i| match target {
            Some(target) => is_target(&resources[*i], target),
            None => is_same(&resources[*i], patch),
        })
        .collect();
    if chosen.is_empty() && target.is_none() {
        let id = id(patch);
        return Err(fail!(
            "no resource matches strategic merge patch \"{id}\": no matches for Id {id}; failed to find unique target for \
             patch {id}"
        ));
    }
    if j::text(patch, &["$patch"]) == "delete" {
        let mut index = 0;
        resources.retain(|_| {
            index += 1;
            !chosen.contains(&(index - 1))
        });
        return Ok(());
    }
    for index in chosen {
        let value = &mut resources[index].value;
        let identity = (j::kind(value).to_owned(), j::name(value).to_owned());
        let namespace = j::at(value, &["metadata", "namespace"]).clone();
        *value = merged(value, patch)?;
        // A patch names its target; it does not rename it.
        j::set(value, &["kind"], identity.0);
        j::set(value, &["metadata", "name"], identity.1);
        if !namespace.is_null() {
            j::set(value, &["metadata", "namespace"], namespace);
        }
    }
    Ok(())
}

fn merged(value: &Value, patch: &Value) -> Result<Value, Error> {
    let schema = scheme::schema_for(j::text(value, &["apiVersion"]), j::kind(value));
    let (Some(schema), Value::Object(document), Value::Object(changes)) = (schema, value, patch)
    else {
        let mut value = value.clone();
        merge::apply(&mut value, patch);
        return Ok(value);
    };
    apimachinery::patch::strategic::apply(document.clone(), changes.clone(), schema)
        .map(Value::Object)
        .map_err(|e| fail!("{}", e.text()))
}

/// Whether a patch without a target means this resource.
fn is_same(resource: &Resource, patch: &Value) -> bool {
    let value = &resource.value;
    let namespace = j::namespace(patch);
    j::group(value) == j::group(patch)
        && j::kind(value) == j::kind(patch)
        && resource.names.iter().any(|(name, own)| {
            name == j::name(patch) && (own == namespace || namespace.is_empty() || own.is_empty())
        })
}

fn is_target(resource: &Resource, target: &Value) -> bool {
    let value = &resource.value;
    let api_version = j::text(value, &["apiVersion"]);
    let version = api_version.rsplit('/').next().unwrap_or(api_version);
    let fits = |field: &str, text: &str| {
        let pattern = j::text(target, &[field]);
        pattern.is_empty() || pattern_fits(pattern, text)
    };
    let named = |field: &str, of: fn(&(String, String)) -> &str| {
        resource.names.iter().any(|id| fits(field, of(id)))
    };
    let annotated = j::text(target, &["annotationSelector"]);
    let labels =
        |path: &str| serde_json::json!({"metadata": {"labels": j::at(value, &["metadata", path])}});
    let selector = j::text(target, &["labelSelector"]);
    fits("group", j::group(value))
        && fits("version", version)
        && fits("kind", j::kind(value))
        && named("name", |id| &id.0)
        && named("namespace", |id| &id.1)
        && (selector.is_empty() || selects(selector, &labels("labels")))
        && (annotated.is_empty() || selects(annotated, &labels("annotations")))
}

/// Regular expressions as people write them here: alternatives, and `.*` for anything.
fn pattern_fits(pattern: &str, text: &str) -> bool {
    let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
    let bare = pattern
        .strip_prefix('(')
        .and_then(|p| p.strip_suffix(')'))
        .unwrap_or(pattern);
    bare.split('|').any(|alternative| {
        let glob = alternative.replace(".*", "*").replace("\\.", ".");
        crate::resource::files::matches(&glob, text)
    })
}
