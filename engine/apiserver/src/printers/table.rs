//! A `meta.k8s.io/v1` Table.

use apimachinery::{Object, Str, Value, codec};
use serde_json::{Map, json};

use super::{Cells, Column};
use crate::registry::Served;
use crate::storage::Obj;

/// How much of each object a table carries along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IncludeObject {
    /// Nothing.
    None,
    /// Kind and metadata (what kubectl asks for, by asking for nothing).
    #[default]
    Metadata,
    /// The whole object.
    Object,
}

/// One row.
#[derive(Clone)]
pub struct Row {
    /// One cell a column.
    pub cells: Cells,
    /// The object it shows.
    pub object: Obj,
}

/// A table of objects.
#[derive(Clone)]
pub struct Table {
    /// The columns.
    pub columns: std::borrow::Cow<'static, [Column]>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The revision the table is of.
    pub resource_version: Str,
    /// Where the next page begins; empty on the last one.
    pub continue_token: Str,
    /// How many objects the next pages hold.
    pub remaining: Option<i64>,
    /// How much of the objects goes into JSON.
    pub include: IncludeObject,
    /// The resource, for the JSON of its objects.
    pub served: Served,
}

/// A JSON object of these fields. (`json!` would copy them.)
pub(crate) fn fields<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let named = fields.map(|(name, value)| (name.to_owned(), value));
    Value::Object(named.into_iter().collect())
}

/// The part of an object's metadata that printers look at.
fn printed_metadata(object: &dyn Object) -> Value {
    let meta = object.meta();
    let text = |text: &Str| Value::from(text.as_str());
    let mut out = Map::new();
    out.insert("name".into(), text(&meta.name));
    if !meta.namespace.is_empty() {
        out.insert("namespace".into(), text(&meta.namespace));
    }
    out.insert("uid".into(), text(&meta.uid));
    out.insert("resourceVersion".into(), text(&meta.resource_version));
    if !meta.labels.is_empty() {
        let labels = meta.labels.iter();
        let labels = labels.map(|(key, value)| (key.to_string(), text(value)));
        out.insert("labels".into(), Value::Object(labels.collect()));
    }
    Value::Object(out)
}

impl Table {
    /// Has only the cells in its JSON, unless whole objects were asked for.
    pub fn leave_objects_out(&mut self) {
        if self.include == IncludeObject::Metadata {
            self.include = IncludeObject::None;
        }
    }

    /// The table as JSON.
    pub fn to_value(&self) -> Value {
        self.with_rows(self.rows.iter().map(|row| self.row_value(row)).collect())
    }

    /// The table as JSON for a printer in this program: of metadata there is no more than is printed.
    pub fn to_printed_value(&self) -> Value {
        if self.include != IncludeObject::Metadata {
            return self.to_value();
        }
        let rows = self.rows.iter().map(|row| {
            let object = fields([
                ("kind", "PartialObjectMetadata".into()),
                ("apiVersion", "meta.k8s.io/v1".into()),
                ("metadata", printed_metadata(&*row.object)),
            ]);
            fields([("cells", cells(row)), ("object", object)])
        });
        self.with_rows(rows.collect())
    }

    fn with_rows(&self, rows: Vec<Value>) -> Value {
        let columns: Vec<Value> = self
            .columns
            .iter()
            .map(|column| {
                json!({
                    "name": column.name,
                    "type": column.ty,
                    "format": column.format,
                    "description": column.description,
                    "priority": column.priority,
                })
            })
            .collect();
        let mut metadata = Map::new();
        if !self.continue_token.is_empty() {
            metadata.insert("continue".into(), self.continue_token.as_str().into());
        }
        if let Some(remaining) = self.remaining {
            metadata.insert("remainingItemCount".into(), remaining.into());
        }
        if !self.resource_version.is_empty() {
            metadata.insert(
                "resourceVersion".into(),
                self.resource_version.as_str().into(),
            );
        }
        fields([
            ("kind", "Table".into()),
            ("apiVersion", "meta.k8s.io/v1".into()),
            ("metadata", Value::Object(metadata)),
            ("columnDefinitions", Value::Array(columns)),
            ("rows", Value::Array(rows)),
        ])
    }

    fn row_value(&self, row: &Row) -> Value {
        let mut out = Map::new();
        out.insert("cells".into(), cells(row));
        match self.include {
            IncludeObject::None => {}
            IncludeObject::Metadata => {
                out.insert(
                    "object".into(),
                    fields([
                        ("kind", "PartialObjectMetadata".into()),
                        ("apiVersion", "meta.k8s.io/v1".into()),
                        ("metadata", codec::to_value(row.object.meta())),
                    ]),
                );
            }
            IncludeObject::Object => {
                out.insert("object".into(), self.served.encode(&*row.object));
            }
        }
        Value::Object(out)
    }
}

fn cells(row: &Row) -> Value {
    row.cells.0.iter().map(super::Cell::to_value).collect()
}
