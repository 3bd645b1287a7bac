//! A `meta.k8s.io/v1` Table.

use apimachinery::{Str, Value, codec};
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

impl Table {
    /// The table as JSON.
    pub fn to_value(&self) -> Value {
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
        json!({
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "columnDefinitions": columns,
            "rows": self.rows.iter().map(|row| self.row_value(row)).collect::<Vec<_>>(),
        })
    }

    fn row_value(&self, row: &Row) -> Value {
        let mut out = Map::new();
        out.insert(
            "cells".into(),
            row.cells.0.iter().map(super::Cell::to_value).collect(),
        );
        match self.include {
            IncludeObject::None => {}
            IncludeObject::Metadata => {
                out.insert(
                    "object".into(),
                    json!({
                        "kind": "PartialObjectMetadata",
                        "apiVersion": "meta.k8s.io/v1",
                        "metadata": codec::to_value(row.object.meta()),
                    }),
                );
            }
            IncludeObject::Object => {
                out.insert("object".into(), self.served.encode(&*row.object));
            }
        }
        Value::Object(out)
    }
}
