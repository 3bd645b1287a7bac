//! How custom resources behave: as their definition says, and otherwise as all others.

use std::borrow::Cow;
use std::rc::Rc;

use api::apiextensions::v1::{
    CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps,
};
use apimachinery::codec::{self, DecodeError, StrictError};
use apimachinery::meta::v1::DeleteOptions;
use apimachinery::{DynamicObject, GroupVersionKind, Object, Str, Time, Value};

use super::{json_path, schema, schema_check};
use crate::context::Context;
use crate::printers::{Cell, Cells, Column, PrintOptions, age, name_and_age};
use crate::registry::{AnyStrategy, Names, Replicas, Verbs, VersionCodec};
use crate::storage::Packing;
use crate::validation::content::{NameRule, name_is_dns_subdomain};
use crate::validation::field::Errors;

/// One version of a custom resource.
pub(super) struct CustomStrategy {
    /// The definition that it comes from.
    pub(super) crd: Rc<CustomResourceDefinition>,
    version: usize,
    columns: Vec<Column>,
}

impl CustomStrategy {
    /// The strategy of the version at a place in the list of versions.
    pub(super) fn new(crd: &Rc<CustomResourceDefinition>, version: usize) -> Self {
        let own = crd
            .spec
            .versions
            .get(version)
            .map_or(&[][..], |v| &v.additional_printer_columns);
        let mut columns = vec![Column::NAME];
        if own.is_empty() {
            columns.push(Column {
                ty: "date".into(),
                ..Column::AGE
            });
        }
        columns.extend(own.iter().map(|column| Column {
            name: Cow::Owned(column.name.to_string()),
            ty: Cow::Owned(column.type_.to_string()),
            format: Cow::Owned(column.format.to_string()),
            description: Cow::Owned(column.description.to_string()),
            priority: column.priority,
        }));
        Self {
            crd: crd.clone(),
            version,
            columns,
        }
    }

    fn version(&self) -> Option<&CustomResourceDefinitionVersion> {
        self.crd.spec.versions.get(self.version)
    }

    fn schema(&self) -> Option<&JSONSchemaProps> {
        self.version().and_then(schema_of)
    }

    fn scale(&self) -> Option<(&Str, &Str, Option<&Str>)> {
        let scale = self.version()?.subresources.as_ref()?.scale.as_ref()?;
        Some((
            &scale.spec_replicas_path,
            &scale.status_replicas_path,
            scale.label_selector_path.as_ref(),
        ))
    }

    fn check(&self, object: &dyn Object, errors: &mut Errors) {
        if let (Some(schema), Some(object)) =
            (self.schema(), object.downcast_ref::<DynamicObject>())
        {
            let content = Value::Object((*object.content).clone());
            schema_check::validate(schema, &content, errors);
            schema_check::validate_lists(schema, &content, "", errors);
        }
    }
}

pub(super) fn schema_of(version: &CustomResourceDefinitionVersion) -> Option<&JSONSchemaProps> {
    version.schema.as_ref()?.open_apiv3_schema.as_deref()
}

/// The names of a version.
pub(super) fn names_of(crd: &CustomResourceDefinition, version: &Str) -> Names {
    let names = &crd.spec.names;
    Names {
        group: crd.spec.group.clone(),
        version: version.clone(),
        kind: names.kind.clone(),
        plural: names.plural.clone(),
        singular: names.singular.clone(),
        short: names.short_names.clone(),
        categories: names.categories.clone(),
        namespaced: crd.spec.scope == "Namespaced",
    }
}

/// Between the JSON of a version and what is stored, which says the storage version.
pub(super) fn version_codec(
    crd: &Rc<CustomResourceDefinition>,
    version: &CustomResourceDefinitionVersion,
    stored: GroupVersionKind,
) -> VersionCodec {
    let shown = names_of(crd, &version.name).gvk();
    let schema = version
        .schema
        .as_ref()
        .and_then(|s| s.open_apiv3_schema.clone());
    let openapi = schema.as_ref().map(|schema| {
        let mut document = codec::to_value(&**schema);
        if document["properties"].is_null() {
            document["properties"] = serde_json::json!({});
        }
        document["properties"]["metadata"] = serde_json::json!({ "type": "object" });
        Rc::new(document)
    });
    let encode = move |object: &dyn Object| {
        let mut value = object.to_value();
        value["apiVersion"] = shown.api_version().as_str().into();
        value
    };
    let decode = move |value: &Value, _converting: bool| {
        let mut value = value.clone();
        let mut unknown = Vec::new();
        if let Some(schema) = &schema {
            schema::prune(schema, &mut value, "", &mut unknown);
            schema::default(schema, &mut value);
        }
        let mut object = DynamicObject::from_value(&value)?;
        object.gvk = stored.clone();
        let unknown = unknown
            .into_iter()
            .map(|field| Str::from(format!("unknown field \"{field}\"")));
        Ok::<(Box<dyn Object>, StrictError), DecodeError>((
            Box::new(object),
            StrictError(unknown.collect()),
        ))
    };
    VersionCodec::dynamic(openapi, Box::new(encode), Box::new(decode))
}

/// What is under a top-level key.
fn part<'a>(object: &'a dyn Object, key: &str) -> Option<&'a Value> {
    object.downcast_ref::<DynamicObject>()?.content.get(key)
}

fn put(object: &mut dyn Object, key: &str, value: Option<Value>) {
    let Some(object) = object.downcast_mut::<DynamicObject>() else {
        return;
    };
    let content = Rc::make_mut(&mut object.content);
    match value {
        Some(value) => {
            content.insert(key.to_owned(), value);
        }
        None => {
            content.remove(key);
        }
    }
}

impl AnyStrategy for CustomStrategy {
    fn name_rule(&self) -> NameRule {
        name_is_dns_subdomain
    }
    fn deprecation(&self) -> Option<&'static str> {
        None
    }
    fn verbs(&self) -> Verbs {
        Verbs::All
    }
    fn before_use(&self, _cx: &Context) {}
    fn unsimulated(&self) -> Option<&'static str> {
        None
    }
    fn qualified_finalizers(&self) -> bool {
        true
    }
    fn default(&self, _object: &mut dyn Object) {}
    fn share(&self, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (
            new.downcast_mut::<DynamicObject>(),
            old.downcast_ref::<DynamicObject>(),
        ) && new.content == old.content
        {
            new.content = old.content.clone();
        }
    }
    fn prepare_for_create(&self, _cx: &Context, object: &mut dyn Object) {
        if self.has_status() {
            put(object, "status", None);
        }
        object.meta_mut().generation = 1;
    }
    fn validate(&self, _cx: &Context, object: &dyn Object, errors: &mut Errors) {
        self.check(object, errors);
    }
    fn warnings_on_create(&self, _: &Context, _: &dyn Object, warnings: &mut Vec<String>) {
        if let Some(version) = self.version().filter(|version| version.deprecated) {
            let gvk = names_of(&self.crd, &version.name).gvk();
            let text = version
                .deprecation_warning
                .as_ref()
                .map(ToString::to_string);
            warnings.push(
                text.unwrap_or_else(|| format!("{} {} is deprecated", gvk.api_version(), gvk.kind)),
            );
        }
    }
    fn canonicalize(&self, _object: &mut dyn Object) {}
    fn begin_create(&self, _: &Context, _: &mut dyn Object) -> Result<(), Errors> {
        Ok(())
    }
    fn begin_update(&self, _: &Context, _: &mut dyn Object, _: &dyn Object) -> Result<(), Errors> {
        Ok(())
    }
    fn allow_create_on_update(&self) -> bool {
        false
    }
    fn allow_unconditional_update(&self) -> bool {
        false
    }
    fn prepare_for_update(&self, _cx: &Context, new: &mut dyn Object, old: &dyn Object) {
        if self.has_status() {
            put(new, "status", part(old, "status").cloned());
        }
        let same = match (
            new.downcast_ref::<DynamicObject>(),
            old.downcast_ref::<DynamicObject>(),
        ) {
            (Some(new), Some(old)) => new.content == old.content,
            _ => false,
        };
        let before = old.meta().generation;
        new.meta_mut().generation = if same { before } else { before + 1 };
    }
    fn validate_update(
        &self,
        _cx: &Context,
        new: &dyn Object,
        _: &dyn Object,
        errors: &mut Errors,
    ) {
        self.check(new, errors);
    }
    fn warnings_on_update(&self, _: &Context, _: &dyn Object, _: &dyn Object, _: &mut Vec<String>) {
    }
    fn has_status(&self) -> bool {
        let subresources = self
            .version()
            .and_then(|version| version.subresources.as_ref());
        subresources.is_some_and(|subresources| subresources.status.is_some())
    }
    fn prepare_for_status_update(&self, _cx: &Context, new: &mut dyn Object, old: &dyn Object) {
        let status = part(new, "status").cloned();
        if let (Some(new), Some(old)) = (
            new.downcast_mut::<DynamicObject>(),
            old.downcast_ref::<DynamicObject>(),
        ) {
            new.content = old.content.clone();
            new.metadata.generation = old.metadata.generation;
            new.metadata.labels = old.metadata.labels.clone();
            new.metadata.annotations = old.metadata.annotations.clone();
        }
        put(new, "status", status);
    }
    fn validate_status_update(
        &self,
        _: &Context,
        new: &dyn Object,
        _: &dyn Object,
        errors: &mut Errors,
    ) {
        self.check(new, errors);
    }
    fn replicas(&self, object: &dyn Object) -> Option<Replicas> {
        let (desired, actual, selector) = self.scale()?;
        let value = object.to_value();
        let number = |path: &Str| {
            let found = json_path::find(&value, path).and_then(Value::as_i64);
            found
                .and_then(|number| i32::try_from(number).ok())
                .unwrap_or_default()
        };
        let text = |path: &Str| {
            json_path::find(&value, path)
                .and_then(Value::as_str)
                .map(Str::from)
        };
        Some(Replicas {
            desired: number(desired),
            actual: number(actual),
            selector: selector.and_then(text).unwrap_or_default(),
        })
    }
    fn set_replicas(&self, object: &mut dyn Object, replicas: i32) {
        let Some((path, _, _)) = self.scale() else {
            return;
        };
        let mut fields = path.split('.').filter(|field| !field.is_empty());
        let Some(top) = fields.next() else {
            return;
        };
        let mut root = part(object, top).cloned().unwrap_or(Value::Null);
        let mut place = &mut root;
        for field in fields {
            if !place.is_object() {
                *place = Value::Object(serde_json::Map::new());
            }
            place = &mut place[field];
        }
        *place = replicas.into();
        put(object, top, Some(root));
    }
    fn has_scale(&self) -> bool {
        self.scale().is_some()
    }
    fn subresources(&self) -> &'static [&'static str] {
        &[]
    }
    fn prepare_for_subresource_update(
        &self,
        _: &Context,
        _: &str,
        _: &mut dyn Object,
        _: &dyn Object,
    ) {
    }
    fn validate_subresource_update(
        &self,
        _: &Context,
        _: &str,
        _: &dyn Object,
        _: &dyn Object,
        _: &mut Errors,
    ) {
    }
    fn deletes_gracefully(&self) -> bool {
        false
    }
    fn check_graceful_delete(&self, _: &dyn Object, _: &mut DeleteOptions) -> bool {
        false
    }
    fn begin_delete(&self, _: &Context, _: &mut dyn Object) {}
    fn is_ending(&self) -> bool {
        self.crd.metadata.is_deleting()
    }
    fn holds_on(&self, _: &dyn Object) -> bool {
        false
    }
    fn packing(&self) -> Option<&'static dyn Packing> {
        None
    }
    fn lifetime_seconds(&self) -> Option<u64> {
        None
    }
    fn orphans_by_default(&self) -> bool {
        false
    }
    fn returns_deleted_object(&self) -> bool {
        false
    }
    fn selects_by(&self, label: &str) -> bool {
        let fields = self.version().map_or(&[][..], |v| &v.selectable_fields);
        let mut paths = fields.iter().map(|field| &field.json_path);
        paths.any(|path| path.strip_prefix('.') == Some(label))
    }
    fn selects_by_metadata_only(&self) -> bool {
        false
    }
    fn field_value(&self, object: &dyn Object, label: &str) -> Str {
        // The paths of such fields are simple: names, joined by dots.
        let mut names = label.split('.');
        let first = names.next().unwrap_or_default();
        let found = object.downcast_ref::<DynamicObject>();
        let found = found.and_then(|object| object.content.get(first));
        match found.and_then(|value| names.try_fold(value, |value, name| value.get(name))) {
            Some(Value::String(text)) => text.as_str().into(),
            Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string().into(),
            _ => Str::new(),
        }
    }
    fn columns(&self) -> Cow<'static, [Column]> {
        self.columns.clone().into()
    }
    fn row(&self, object: &dyn Object, options: &PrintOptions) -> Cells {
        let own = self
            .version()
            .map_or(&[][..], |version| &version.additional_printer_columns);
        if own.is_empty() {
            return name_and_age(object.meta(), options);
        }
        let value = object.to_value();
        let mut cells = Cells::new().text(object.meta().name.clone());
        for column in own {
            let found = json_path::find(&value, &column.json_path);
            cells.0.push(cell(&column.type_, found, options));
        }
        cells
    }
}

fn cell(type_: &str, found: Option<&Value>, options: &PrintOptions) -> Cell {
    match (type_, found) {
        (_, None | Some(Value::Null)) => Cell::Json(Value::Null),
        ("date", Some(Value::String(text))) => match Time::parse(text) {
            Ok(time) => Cell::Text(age(time, options)),
            Err(_) => Cell::Text("<invalid>".into()),
        },
        ("string", Some(Value::String(text))) => Cell::Text(text.as_str().into()),
        ("string", Some(other)) => Cell::Text(other.to_string().into()),
        ("integer", Some(value)) => value
            .as_i64()
            .map_or(Cell::Json(Value::Null), Cell::Integer),
        (_, Some(value)) => Cell::Json(value.clone()),
    }
}
