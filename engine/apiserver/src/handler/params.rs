//! Query parameters as options.

use apimachinery::meta::v1::{DeleteOptions, ListOptions, Preconditions};
use apimachinery::{Status, Str, Value, codec};

use super::decode;
use super::request::{Request, RequestBody};
use crate::registry::options::WriteOptions;

/// The options of create, update and patch.
pub(super) fn write_options(request: &Request) -> WriteOptions {
    WriteOptions {
        dry_run: request
            .params("dryRun")
            .filter(|value| !value.is_empty())
            .map(Str::from)
            .collect(),
        field_manager: request.param("fieldManager").into(),
        field_validation: request.param("fieldValidation").into(),
        force: match request.param("force") {
            "" => None,
            value => Some(value != "0" && !value.eq_ignore_ascii_case("false")),
        },
    }
}

/// The options of list and watch.
///
/// # Errors
/// When a number is none.
pub(super) fn list_options(request: &Request) -> Result<ListOptions, Status> {
    Ok(ListOptions {
        label_selector: request.param("labelSelector").into(),
        field_selector: request.param("fieldSelector").into(),
        watch: request.flag("watch"),
        allow_watch_bookmarks: request.flag("allowWatchBookmarks"),
        resource_version: request.param("resourceVersion").into(),
        resource_version_match: request.param("resourceVersionMatch").into(),
        timeout_seconds: number(request, "timeoutSeconds")?,
        limit: number(request, "limit")?.unwrap_or(0),
        continue_: request.param("continue").into(),
        send_initial_events: request
            .query
            .iter()
            .any(|(name, _)| name == "sendInitialEvents")
            .then(|| request.flag("sendInitialEvents")),
        shard_selector: Str::new(),
    })
}

/// The options of delete: the body if there is one, else the query.
///
/// # Errors
/// When they cannot be read.
pub(super) fn delete_options(request: &Request) -> Result<DeleteOptions, Status> {
    if !matches!(request.body, RequestBody::Empty) {
        let (value, _) = decode::body(request).map_err(|status| unreadable(request, status))?;
        if !value.is_null() {
            check_kind(&value)?;
            return codec::from_value(&value).map_err(|error| Status::bad_request(error.0));
        }
    }
    let text = |key: &str| {
        Some(request.param(key))
            .filter(|value| !value.is_empty())
            .map(Str::from)
    };
    let preconditions = Preconditions {
        uid: text("preconditions.uid"),
        resource_version: text("preconditions.resourceVersion"),
    };
    Ok(DeleteOptions {
        grace_period_seconds: number(request, "gracePeriodSeconds")?,
        preconditions: (preconditions != Preconditions::default()).then_some(preconditions),
        orphan_dependents: text("orphanDependents").map(|value| value == "true"),
        propagation_policy: text("propagationPolicy"),
        dry_run: request.params("dryRun").map(Str::from).collect(),
        ..DeleteOptions::default()
    })
}

fn number(request: &Request, key: &str) -> Result<Option<i64>, Status> {
    match request.param(key) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            let quoted = apimachinery::gotext::quote(text);
            Status::bad_request(format!(
                "strconv.ParseInt: parsing {quoted}: invalid syntax"
            ))
        }),
    }
}

/// What cannot be read has no kind, either.
fn unreadable(request: &Request, status: Status) -> Status {
    let yaml = request.content_type.starts_with("application/yaml");
    if status.code != 400 || yaml {
        return status;
    }
    Status::bad_request(format!(
        "couldn't get version/kind; json parse error: {}",
        status.message
    ))
}

/// A body that says what it is must be options of delete, of whichever group.
fn check_kind(value: &Value) -> Result<(), Status> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (kind, version) = (text("kind"), text("apiVersion"));
    if matches!(kind, "" | "DeleteOptions") {
        return Ok(());
    }
    let version = if version.is_empty() { "v1" } else { version };
    Err(Status::bad_request(format!(
        "no kind {} is registered for version {} in scheme \"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"",
        apimachinery::gotext::quote(kind),
        apimachinery::gotext::quote(version)
    )))
}
