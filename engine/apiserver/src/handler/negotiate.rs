//! In which form a client wants its answer. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/endpoints/handlers/negotiation`.

use apimachinery::Status;

use super::request::Request;
use super::response::Shape;
use crate::printers::IncludeObject;
use crate::registry::Names;

/// The shape that the `Accept` header asks for.
///
/// # Errors
/// 406 when nothing on offer is accepted, 400 for a bad `includeObject`.
pub(super) fn shape(request: &Request) -> Result<Shape, Status> {
    let accept = request.accept.trim();
    if accept.is_empty() {
        return Ok(Shape::Object);
    }
    for clause in accept.split(',') {
        let mut parts = clause.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        if !matches!(
            media,
            "application/json" | "application/yaml" | "application/*" | "*/*" | "text/plain"
        ) {
            continue;
        }
        let (mut kind, mut group, mut version) = ("", "", "");
        for part in parts {
            match part.split_once('=') {
                Some(("as", value)) => kind = value,
                Some(("g", value)) => group = value,
                Some(("v", value)) => version = value,
                _ => {}
            }
        }
        match (kind, group, version) {
            ("", _, _) => return Ok(Shape::Object),
            ("Table", "meta.k8s.io", "v1" | "v1beta1") => {
                return Ok(Shape::Table(include_object(request)?));
            }
            ("PartialObjectMetadata", "meta.k8s.io", "v1" | "v1beta1") => {
                return Ok(Shape::PartialMetadata { list: false });
            }
            ("PartialObjectMetadataList", "meta.k8s.io", "v1" | "v1beta1") => {
                return Ok(Shape::PartialMetadata { list: true });
            }
            _ => {}
        }
    }
    Err(Status::not_acceptable(
        "only the following media types are accepted: application/json, application/yaml",
    ))
}

/// Changes come as JSON only.
///
/// # Errors
/// 406 where YAML is wanted first.
pub(super) fn stream(request: &Request) -> Result<(), Status> {
    let clauses = request.accept.split(',');
    let first = clauses
        .map(|clause| clause.split(';').next().unwrap_or_default().trim())
        .find(|media| {
            matches!(
                *media,
                "application/json" | "application/*" | "*/*" | "application/yaml"
            )
        });
    if first == Some("application/yaml") {
        return Err(Status::not_acceptable(
            "only the following media types are accepted: application/json;stream=watch",
        ));
    }
    Ok(())
}

fn include_object(request: &Request) -> Result<IncludeObject, Status> {
    match request.param("includeObject") {
        "" | "Metadata" => Ok(IncludeObject::Metadata),
        "None" => Ok(IncludeObject::None),
        "Object" => Ok(IncludeObject::Object),
        other => {
            let mut errors = crate::validation::field::Errors::new();
            let path = crate::validation::field::Path::new("includeObject");
            errors.invalid(
                &path,
                other,
                "must be 'Metadata', 'Object', 'None', or empty",
            );
            let kind = apimachinery::GroupKind::new("meta.k8s.io", "TableOptions");
            Err(Status::invalid(&kind, "", &errors.into_list()))
        }
    }
}

/// Whether the metadata that is asked for can be had: that of a list of a list, that of an object of an object.
///
/// # Errors
/// 406 with the name that Go has for what there is.
pub(super) fn check_metadata(names: &Names, shape: Shape, is_list: bool) -> Result<(), Status> {
    let Shape::PartialMetadata { list } = shape else {
        return Ok(());
    };
    if list == is_list {
        return Ok(());
    }
    let package = match names.group.split('.').next() {
        Some("" | "events") | None => "core",
        Some(first) => first,
    };
    let kind = &names.kind;
    Err(Status::not_acceptable(if is_list {
        format!(
            "you requested PartialObjectMetadata, but the requested object is a list (*{package}.{kind}List)"
        )
    } else {
        format!(
            "you requested PartialObjectMetadataList, but the requested object is not a list (*{package}.{kind})"
        )
    }))
}
