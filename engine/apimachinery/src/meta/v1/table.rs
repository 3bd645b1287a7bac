//! `Table`: lists as people see them, made by the server.

use super::ListMeta;
use crate::{Raw, Str};

crate::api_struct! {
    /// A list as rows and columns.
    pub struct Table("v1.Table", kind "meta.k8s.io/v1" "Table") {
        metadata: ListMeta = "metadata" omitempty,
        column_definitions: Vec<TableColumnDefinition> = "columnDefinitions",
        rows: Vec<TableRow> = "rows",
    }

    /// A column.
    pub struct TableColumnDefinition("v1.TableColumnDefinition") {
        name: Str = "name",
        type_: Str = "type",
        format: Str = "format",
        description: Str = "description",
        priority: i32 = "priority",
    }

    /// A row.
    pub struct TableRow("v1.TableRow") {
        cells: Vec<Raw> = "cells",
        conditions: Vec<TableRowCondition> = "conditions" omitempty,
        object: Raw = "object" omitempty,
    }

    /// A mark on a row, such as `Completed`.
    pub struct TableRowCondition("v1.TableRowCondition") {
        type_: Str = "type",
        status: Str = "status" go("v1.ConditionStatus"),
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }
}
