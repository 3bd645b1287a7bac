//! Which definitions are valid.

use std::collections::BTreeSet;

use api::apiextensions::v1::{
    CustomResourceDefinition, CustomResourceDefinitionVersion, CustomResourceSubresourceScale,
    JSONSchemaProps,
};
use apimachinery::validation::{Complaints, is_dns1035_label, is_dns1123_subdomain};

use super::{schema_rules, structural};
use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::internal::Internal;

/// What the definition of a group of Kubernetes' own must say.
const APPROVED: &str = "api-approved.kubernetes.io";
/// How many fields lists may be narrowed by.
const SELECTABLE_MAX: usize = 8;
const COLUMN_TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
const COLUMN_FORMATS: [&str; 8] = [
    "byte",
    "date",
    "date-time",
    "double",
    "float",
    "int32",
    "int64",
    "password",
];

/// What the versions may have in common. Upstream's internal form has it once for all of them then, and its errors say so.
struct Common {
    schema: bool,
    subresources: bool,
    columns: bool,
    selectable: bool,
}

impl Common {
    fn of(versions: &[CustomResourceDefinitionVersion]) -> Self {
        let same = |f: fn(&V, &V) -> bool| versions.windows(2).all(|pair| f(&pair[0], &pair[1]));
        type V = CustomResourceDefinitionVersion;
        Self {
            schema: same(|a, b| a.schema == b.schema),
            subresources: same(|a, b| a.subresources == b.subresources),
            columns: same(|a, b| a.additional_printer_columns == b.additional_printer_columns),
            selectable: same(|a, b| a.selectable_fields == b.selectable_fields),
        }
    }
}

fn schema_of(version: &CustomResourceDefinitionVersion) -> Option<&JSONSchemaProps> {
    version.schema.as_ref()?.open_apiv3_schema.as_deref()
}

/// Several complaints about one value, in one error.
fn invalid_joined(path: &Path<'_>, value: &str, complaints: Complaints, errors: &mut Errors) {
    if !complaints.is_empty() {
        errors.invalid(path, value, complaints.join(","));
    }
}

pub(super) fn validate(crd: &CustomResourceDefinition, errors: &mut Errors) {
    let spec = &crd.spec;
    let wanted = format!("{}.{}", spec.names.plural, spec.group);
    if crd.metadata.name != wanted {
        let text = "must be spec.names.plural+\".\"+spec.group";
        let metadata = Path::new("metadata");
        errors.invalid(&metadata.child("name"), crd.metadata.name.as_str(), text);
    }
    let path = Path::new("spec");
    let group = path.child("group");
    let complaints = is_dns1123_subdomain(&spec.group);
    if spec.group.is_empty() {
        errors.required(&group, "");
    } else if !complaints.is_empty() {
        invalid_joined(&group, &spec.group, complaints, errors);
    } else if !spec.group.contains('.') {
        let text = "should be a domain with at least one dot";
        errors.invalid(&group, spec.group.as_str(), text);
    }
    let scope = path.child("scope");
    match spec.scope.as_str() {
        "" => errors.required(&scope, ""),
        "Cluster" | "Namespaced" => {}
        other => errors.not_supported(&scope, other, &["Cluster", "Namespaced"]),
    }
    let common = Common::of(&spec.versions);
    validate_versions(crd, &common, &path, errors);
    validate_names(crd, &path.child("names"), errors);
    if let Some(first) = spec.versions.first() {
        validate_parts(
            first,
            (
                common.schema,
                common.subresources,
                common.columns,
                common.selectable,
            ),
            (
                &path.child("validation"),
                &path.child("subresources"),
                &path.child("additionalPrinterColumns"),
                &path.child("selectableFields"),
            ),
            errors,
        );
    }
    if let Some(conversion) = &spec.conversion
        && conversion.strategy != "None"
    {
        // Webhooks would need a server to call; there is none that would answer.
        let path = path.child("conversion");
        errors.not_supported(
            &path.child("strategy"),
            conversion.strategy.as_str(),
            &["None"],
        );
    }
    if spec.preserve_unknown_fields {
        let text = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
        errors.invalid(&path.child("preserveUnknownFields"), true, text);
    }
}

fn validate_versions(
    crd: &CustomResourceDefinition,
    common: &Common,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = &crd.spec.versions;
    let versions = path.child("versions");
    if !common.schema || list.iter().all(|version| schema_of(version).is_none()) {
        for (i, _) in (0..)
            .zip(list)
            .filter(|(_, version)| schema_of(version).is_none())
        {
            let version = versions.index(i);
            let schema = version.child("schema");
            errors.required(&schema.child("openAPIV3Schema"), "");
        }
    }
    for (i, version) in list.iter().enumerate() {
        let path = versions.index(i);
        let complaints = is_dns1035_label(&version.name);
        invalid_joined(&path.child("name"), &version.name, complaints, errors);
        if let Some(warning) = &version.deprecation_warning {
            let at = path.child("deprecationWarning");
            let text = match warning.len() {
                _ if !version.deprecated => "can only be set for deprecated versions",
                0 => "must not be an empty string",
                257.. => "must be <= 256 characters long",
                _ => "",
            };
            if !text.is_empty() {
                errors.invalid(&at, warning, text);
            }
        }
        validate_parts(
            version,
            (
                !common.schema,
                !common.subresources,
                !common.columns,
                !common.selectable,
            ),
            (
                &path.child("schema"),
                &path.child("subresources"),
                &path.child("additionalPrinterColumns"),
                &path.child("selectableFields"),
            ),
            errors,
        );
    }
    let shown = || Verbatim(shown(list, common));
    let unique = (1..list.len()).all(|i| list[..i].iter().all(|other| other.name != list[i].name));
    if !unique {
        errors.invalid(&versions, shown(), "must contain unique version names");
    }
    if list.iter().filter(|version| version.storage).count() != 1 {
        let text = "must have exactly one version marked as storage version";
        errors.invalid(&versions, shown(), text);
    }
}

/// Checks the parts of a version that are wanted: schema, subresources, columns, fields to select by; each where errors say that it is.
fn validate_parts(
    version: &CustomResourceDefinitionVersion,
    wanted: (bool, bool, bool, bool),
    paths: (&Path<'_>, &Path<'_>, &Path<'_>, &Path<'_>),
    errors: &mut Errors,
) {
    if let Some(root) = schema_of(version).filter(|_| wanted.0) {
        let path = paths.0.child("openAPIV3Schema");
        let subresources = version.subresources.as_ref();
        if subresources.is_some_and(|sub| sub.status.is_some()) {
            validate_root(root, paths.0, errors);
        }
        if root.nullable {
            let text = "nullable cannot be true at the root";
            errors.forbidden(&paths.0.child("openAPIV3Schema.nullable"), text);
        }
        schema_rules::validate(root, &path, errors);
    }
    if let Some(scale) = version.subresources.as_ref().filter(|_| wanted.1)
        && let Some(scale) = &scale.scale
    {
        validate_scale(scale, paths.1, errors);
    }
    if let Some(root) = schema_of(version).filter(|_| wanted.3) {
        validate_selectable(version, root, paths.3, errors);
    }
    if !wanted.2 {
        return;
    }
    for (i, column) in version.additional_printer_columns.iter().enumerate() {
        let path = paths.2.index(i);
        if column.name.is_empty() {
            errors.required(&path.child("name"), "");
        }
        let type_ = column.type_.as_str();
        let text = || format!("must be one of {}", COLUMN_TYPES.join(","));
        if type_.is_empty() {
            errors.required(&path.child("type"), text());
        } else if !COLUMN_TYPES.contains(&type_) {
            errors.invalid(&path.child("type"), type_, text());
        }
        let format = column.format.as_str();
        if !format.is_empty() && !COLUMN_FORMATS.contains(&format) {
            let text = format!("must be one of {}", COLUMN_FORMATS.join(","));
            errors.invalid(&path.child("format"), format, text);
        }
        if column.json_path.is_empty() {
            errors.required(&path.child("JSONPath"), "");
        } else if !column.json_path.starts_with('.') {
            let text = "must be a simple json path starting with .";
            errors.invalid(&path.child("JSONPath"), column.json_path.as_str(), text);
        }
    }
}

/// With a status of its own, an object's schema is looked at in parts, so that some rules about the whole would be lost.
fn validate_root(root: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    // As JSON and as upstream's error names them.
    const ALLOWED: [(&str, &str); 22] = [
        ("description", "Description"),
        ("type", "Type"),
        ("format", "Format"),
        ("title", "Title"),
        ("maximum", "Maximum"),
        ("exclusiveMaximum", "ExclusiveMaximum"),
        ("minimum", "Minimum"),
        ("exclusiveMinimum", "ExclusiveMinimum"),
        ("maxLength", "MaxLength"),
        ("minLength", "MinLength"),
        ("pattern", "Pattern"),
        ("maxItems", "MaxItems"),
        ("minItems", "MinItems"),
        ("uniqueItems", "UniqueItems"),
        ("multipleOf", "MultipleOf"),
        ("required", "Required"),
        ("items", "Items"),
        ("properties", "Properties"),
        ("externalDocs", "ExternalDocs"),
        ("example", "Example"),
        (
            "x-kubernetes-preserve-unknown-fields",
            "XPreserveUnknownFields",
        ),
        ("x-kubernetes-validations", "XValidations"),
    ];
    if !matches!(root.type_.as_str(), "" | "object") {
        let text = "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled";
        let at = path.child("openAPIV3Schema.type");
        return errors.invalid(&at, root.type_.as_str(), text);
    }
    let given = apimachinery::codec::to_value(root);
    let mut given = given
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys());
    if given.any(|field| !ALLOWED.iter().any(|(json, _)| json == field)) {
        let names = ALLOWED.map(|(_, name)| name).join(" ");
        let text = format!(
            "only [{names}] fields are allowed at the root of the schema if the status subresource is enabled"
        );
        let shown = Verbatim(Internal::of(root).compact());
        errors.invalid(&path.child("openAPIV3Schema"), shown, text);
    }
}

/// Fields that lists can be narrowed by.
fn validate_selectable(
    version: &CustomResourceDefinitionVersion,
    root: &JSONSchemaProps,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let fields = &version.selectable_fields;
    for (i, field) in fields.iter().enumerate() {
        let item = path.index(i);
        let at = item.child("jsonPath");
        let given = field.json_path.as_str();
        if given.is_empty() {
            errors.required(&at, "");
            continue;
        }
        let mut found = given.strip_prefix('.').map(|_| root);
        for name in given.split('.').skip(1) {
            found = found.and_then(|schema| schema.properties.get(name));
        }
        let metadata = given.starts_with(".metadata.");
        let Some(found) = found.or_else(|| metadata.then_some(root)) else {
            let text = "is an invalid path: does not refer to a valid field";
            errors.invalid(&at, given, text);
            continue;
        };
        if metadata {
            errors.invalid(&at, given, "must not point to fields in metadata");
        }
        if !metadata && !matches!(found.type_.as_str(), "string" | "boolean" | "integer") {
            let text = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
            errors.invalid(&at, given, text);
        }
        if fields[..i].iter().any(|other| other.json_path == given) {
            errors.duplicate(&at, given);
        }
    }
    if fields.len() > SELECTABLE_MAX {
        errors.too_many(path, fields.len(), SELECTABLE_MAX);
    }
}

fn validate_scale(scale: &CustomResourceSubresourceScale, path: &Path<'_>, errors: &mut Errors) {
    let paths = [
        (
            "scale.specReplicasPath",
            Some(&scale.spec_replicas_path),
            &[".spec."][..],
            ".spec",
        ),
        (
            "scale.statusReplicasPath",
            Some(&scale.status_replicas_path),
            &[".status."],
            ".status",
        ),
        (
            "scale.labelSelectorPath",
            scale.label_selector_path.as_ref(),
            &[".spec.", ".status."],
            "either .spec or .status",
        ),
    ];
    for (field, value, roots, where_) in paths {
        let Some(value) = value else { continue };
        let at = path.child(field);
        if value.is_empty() {
            errors.required(&at, "");
        } else if !value.starts_with('.') {
            errors.invalid(&at, value, "must be a simple json path starting with .");
        } else if value[1..]
            .split('.')
            .any(|part| part.is_empty() || part.contains('['))
        {
            errors.invalid(&at, value, "must be a json path in the dot notation");
        } else if !roots.iter().any(|root| value.starts_with(root)) {
            errors.invalid(&at, value, format!("should be a json path under {where_}"));
        }
    }
}

fn validate_names(crd: &CustomResourceDefinition, names: &Path<'_>, errors: &mut Errors) {
    let given = &crd.spec.names;
    for (field, name) in [
        ("plural", &given.plural),
        ("singular", &given.singular),
        ("kind", &given.kind),
        ("listKind", &given.list_kind),
    ] {
        if name.is_empty() {
            errors.required(&names.child(field), "");
        }
    }
    for (field, name) in [("plural", &given.plural), ("singular", &given.singular)] {
        if !name.is_empty() {
            invalid_joined(&names.child(field), name, is_dns1035_label(name), errors);
        }
    }
    for (field, name) in [("kind", &given.kind), ("listKind", &given.list_kind)] {
        let complaints = is_dns1035_label(&name.to_lowercase());
        if !name.is_empty() && !complaints.is_empty() {
            let text = complaints.join(",");
            let text = format!("may have mixed case, but should otherwise match: {text}");
            errors.invalid(&names.child(field), name, text);
        }
    }
    let short = names.child("shortNames");
    for (i, name) in given.short_names.iter().enumerate() {
        invalid_joined(&short.index(i), name, is_dns1035_label(name), errors);
    }
    if !given.kind.is_empty() && given.kind == given.list_kind {
        let text = "kind and listKind may not be the same";
        errors.invalid(&names.child("listKind"), given.list_kind.as_str(), text);
    }
    let categories = names.child("categories");
    for (i, name) in given.categories.iter().enumerate() {
        invalid_joined(&categories.index(i), name, is_dns1035_label(name), errors);
    }
}

/// Groups that look like Kubernetes' own need somebody's word for it.
pub(super) fn validate_approval(crd: &CustomResourceDefinition, errors: &mut Errors) {
    let group = crd.spec.group.as_str();
    let own = |domain: &str| {
        let rest = group.strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if !own("k8s.io") && !own("kubernetes.io") {
        return;
    }
    let path = Path::new("metadata.annotations");
    let at = path.key(APPROVED);
    match crd.metadata.annotations.text(APPROVED) {
        "" => {
            let text = format!(
                "protected groups must have approval annotation \"{APPROVED}\", see https://github.com/kubernetes/enhancements/pull/1111"
            );
            errors.required(&at, text);
        }
        given if given.starts_with("unapproved") => {}
        given if given.contains("://") => {}
        given => {
            let text = format!(
                "protected groups must have approval annotation \"{APPROVED}\" with either a URL or a reason starting with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111"
            );
            errors.invalid(&at, given, text);
        }
    }
}

/// The versions as upstream's internal form shows them.
fn shown(versions: &[CustomResourceDefinitionVersion], common: &Common) -> String {
    let shown = versions.iter().map(|version| {
        let Internal::Struct(mut fields) = Internal::of(version) else {
            return String::new();
        };
        for (name, value) in &mut fields {
            let moved = match name.as_str() {
                "Schema" => common.schema,
                "Subresources" => common.subresources,
                "AdditionalPrinterColumns" => common.columns,
                "SelectableFields" => common.selectable,
                _ => false,
            };
            if moved {
                *value = Internal::Scalar("null".to_owned());
            }
        }
        Internal::Struct(fields).compact()
    });
    format!("[{}]", shown.collect::<Vec<_>>().join(","))
}

/// What an established definition may not change.
pub(super) fn validate_kept(
    new: &CustomResourceDefinition,
    old: &CustomResourceDefinition,
    errors: &mut Errors,
) {
    let spec = Path::new("spec");
    let mut kept = |field: &str, new: &str, old: &str| {
        if new != old {
            let path = spec.child(field);
            errors.invalid(&path, new, IMMUTABLE);
        }
    };
    kept("group", &new.spec.group, &old.spec.group);
    kept("scope", &new.spec.scope, &old.spec.scope);
    let names = spec.child("names");
    for (field, new, old) in [
        ("kind", &new.spec.names.kind, &old.spec.names.kind),
        ("plural", &new.spec.names.plural, &old.spec.names.plural),
    ] {
        if new != old {
            errors.invalid(&names.child(field), new.as_str(), IMMUTABLE);
        }
    }
}

/// Rules that nobody here can evaluate.
pub(super) fn warn_of_rules(crd: &CustomResourceDefinition, warnings: &mut Vec<String>) {
    for version in &crd.spec.versions {
        let root = version
            .schema
            .as_ref()
            .and_then(|s| s.open_apiv3_schema.as_ref());
        if root.is_some_and(|root| has_rules(root)) {
            warnings.push(format!(
                "version {}: x-kubernetes-validations are not evaluated by this server",
                version.name
            ));
        }
    }
}

fn has_rules(schema: &JSONSchemaProps) -> bool {
    !schema.x_validations.is_empty() || structural::inner(schema).into_iter().any(has_rules)
}

/// Formats of texts that upstream knows, without their dashes.
const TEXT_FORMATS: [&str; 26] = [
    "bsonobjectid",
    "byte",
    "cidr",
    "creditcard",
    "date",
    "datetime",
    "duration",
    "email",
    "hexcolor",
    "hostname",
    "ipv4",
    "ipv6",
    "isbn",
    "isbn10",
    "isbn13",
    "k8slongname",
    "k8sshortname",
    "mac",
    "password",
    "rgbcolor",
    "ssn",
    "uri",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
];

/// Formats that nobody knows and that the definition before it did not have.
pub(super) fn warn_of_formats(
    crd: &CustomResourceDefinition,
    old: Option<&CustomResourceDefinition>,
    warnings: &mut Vec<String>,
) {
    let known = old.map(unknown_formats).unwrap_or_default();
    for format in unknown_formats(crd).difference(&known) {
        let quoted = apimachinery::gotext::quote(format);
        warnings.push(format!("unrecognized format {quoted}"));
    }
}

fn unknown_formats(crd: &CustomResourceDefinition) -> BTreeSet<&str> {
    let mut out = BTreeSet::new();
    for root in crd.spec.versions.iter().filter_map(schema_of) {
        collect_unknown(root, &mut out);
    }
    out
}

fn collect_unknown<'a>(schema: &'a JSONSchemaProps, out: &mut BTreeSet<&'a str>) {
    let format = schema.format.as_str();
    let known = match schema.type_.as_str() {
        "" | "string" => TEXT_FORMATS.contains(&format.replace('-', "").as_str()),
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    };
    if !format.is_empty() && !known {
        out.insert(format);
    }
    for inner in structural::inner(schema) {
        collect_unknown(inner, out);
    }
}
