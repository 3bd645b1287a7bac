//! Prints the tables that the server makes (`meta.k8s.io/v1 Table`), and a name and age where it made none.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::util::go;
use crate::util::json as j;
use crate::util::tabwriter::TabWriter;

/// How to print a table.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// Microseconds since 1970, for ages.
    pub now: i64,
    /// Kind and group put before names; used with `with_kind`.
    pub kind: String,
    /// Put the kind before names.
    pub with_kind: bool,
    /// Leave the headers out.
    pub no_headers: bool,
    /// Print columns of every priority.
    pub wide: bool,
    /// Put the namespace first.
    pub with_namespace: bool,
    /// Labels printed as columns.
    pub column_labels: Vec<String>,
    /// Print all labels last.
    pub show_labels: bool,
}

/// A printer that prints headers when the columns change.
#[derive(Debug, Clone, Default)]
pub struct TablePrinter {
    /// How.
    pub options: TableOptions,
    last_columns: Value,
    printed_headers: bool,
    /// Whether plain objects were printed before.
    plain: bool,
}

/// A column: its header, and whether only wide output has it.
struct Column {
    name: String,
    hidden: bool,
}

impl TablePrinter {
    /// A printer with these options.
    pub fn new(options: TableOptions) -> TablePrinter {
        TablePrinter {
            options,
            ..TablePrinter::default()
        }
    }

    /// Prints a table or any other object.
    pub fn print(&mut self, object: &Value, event: Option<&str>, out: &mut TabWriter) {
        if j::kind(object) == "Table" {
            self.table(object, event, out);
        } else {
            self.plain(object, event, out);
        }
    }

    fn table(&mut self, table: &Value, event: Option<&str>, out: &mut TabWriter) {
        let own = j::at(table, &["columnDefinitions"]);
        let own_empty = own.as_array().is_none_or(Vec::is_empty);
        let mut no_headers = self.options.no_headers;
        if self.printed_headers && (own_empty || *own == self.last_columns) {
            no_headers = true;
        }
        if !own_empty && *own != self.last_columns {
            self.last_columns = own.clone();
            self.printed_headers = false;
        }
        let rows = j::list(table, &["rows"]);
        self.printed_headers |= !rows.is_empty();
        let definitions = self.last_columns.as_array().map_or(&[][..], Vec::as_slice);

        let mut columns: Vec<Column> = Vec::with_capacity(definitions.len() + 3);
        let plain = |name: &str| Column {
            name: name.to_owned(),
            hidden: false,
        };
        columns.extend(event.map(|_| plain("Event")));
        if self.options.with_namespace {
            columns.push(plain("Namespace"));
        }
        let mut name_column = None;
        for (i, definition) in definitions.iter().enumerate() {
            let text = |key: &str| j::text(definition, &[key]);
            if name_column.is_none() && text("format") == "name" && text("type") == "string" {
                name_column = Some(i);
            }
            let hidden = j::int(definition, &["priority"]) != 0 && !self.options.wide;
            columns.push(Column {
                name: text("name").to_owned(),
                hidden,
            });
        }
        columns.extend(
            label_headers(&self.options.column_labels)
                .iter()
                .map(|h| plain(h)),
        );
        if self.options.show_labels {
            columns.push(plain("Labels"));
        }
        if !no_headers && !rows.is_empty() {
            let names: Vec<String> = columns
                .iter()
                .filter(|c| !c.hidden)
                .map(|c| c.name.to_uppercase())
                .collect();
            out.push(&(names.join("\t") + "\n"));
        }
        let name_column =
            name_column.filter(|_| self.options.with_kind && !self.options.kind.is_empty());
        let mut cells = Vec::with_capacity(columns.len());
        for row in rows {
            cells.clear();
            self.cells(row, event, name_column, definitions.len(), &mut cells);
            let shown = cells.iter().zip(&columns);
            let mut shown = shown.filter(|(_, column)| !column.hidden);
            if let Some((cell, _)) = shown.next() {
                out.push(cell);
            }
            for (cell, _) in shown {
                out.push("\t");
                out.push(cell);
            }
            out.push("\n");
        }
    }

    fn cells<'r>(
        &self,
        row: &'r Value,
        event: Option<&str>,
        name_column: Option<usize>,
        width: usize,
        cells: &mut Vec<Cow<'r, str>>,
    ) {
        let object = j::at(row, &["object"]);
        cells.extend(event.map(|event| event_text(event).into()));
        if self.options.with_namespace {
            cells.push(j::namespace(object).into());
        }
        for (i, cell) in j::list(row, &["cells"]).iter().take(width).enumerate() {
            let text = cell_text(cell);
            cells.push(if name_column == Some(i) {
                format!("{}/{text}", self.options.kind).into()
            } else {
                text
            });
        }
        let with_labels = self.options.show_labels || !self.options.column_labels.is_empty();
        if with_labels && object.is_object() {
            let missing = width - j::list(row, &["cells"]).len().min(width);
            cells.extend(std::iter::repeat_n(Cow::Borrowed(""), missing));
            cells.extend(self.label_cells(object).into_iter().map(Cow::Owned));
        }
    }

    fn label_cells(&self, object: &Value) -> Vec<String> {
        let label = |key: &String| j::text(object, &["metadata", "labels", key]).to_owned();
        let mut cells: Vec<String> = self.options.column_labels.iter().map(label).collect();
        if self.options.show_labels {
            cells.push(format_labels(object));
        }
        cells
    }

    /// Name and age; for a status, what it says.
    fn plain(&mut self, object: &Value, event: Option<&str>, out: &mut TabWriter) {
        let status = j::kind(object) == "Status";
        let headers = if status {
            ["STATUS", "REASON", "MESSAGE"].as_slice()
        } else {
            &["NAME", "AGE"]
        };
        if !self.plain && !self.options.no_headers {
            let mut line: Vec<String> = event.iter().map(|_| "EVENT".to_owned()).collect();
            if self.options.with_namespace {
                line.push("NAMESPACE".to_owned());
            }
            line.extend(headers.iter().map(|h| (*h).to_owned()));
            line.extend(label_headers(&self.options.column_labels));
            if self.options.show_labels {
                line.push("LABELS".to_owned());
            }
            out.push(&(line.join("\t") + "\n"));
        }
        self.plain = true;
        let items = if j::is_list(object) {
            j::list(object, &["items"])
        } else {
            std::slice::from_ref(object)
        };
        for item in items {
            let mut line: Vec<String> = event.map(event_text).into_iter().collect();
            if self.options.with_namespace {
                line.push(j::namespace(item).to_owned());
            }
            if status {
                line.extend(
                    ["status", "reason", "message"].map(|key| j::text(item, &[key]).to_owned()),
                );
            } else {
                let name = j::name(item);
                line.push(
                    match self.options.with_kind && !self.options.kind.is_empty() {
                        true => format!("{}/{name}", self.options.kind),
                        false => name.to_owned(),
                    },
                );
                let created = j::at(item, &["metadata", "creationTimestamp"]);
                line.push(crate::util::time::age(self.options.now, created));
            }
            line.extend(self.label_cells(item));
            out.push(&(line.join("\t") + "\n"));
        }
    }
}

fn event_text(kind: &str) -> String {
    format!("{kind:8}")
}

/// A cell's text: one line, without what would move the cursor.
fn cell_text(cell: &Value) -> Cow<'_, str> {
    match cell {
        Value::Null => "".into(),
        Value::String(text) if !text.bytes().any(|byte| byte.is_ascii_control()) => text.into(),
        Value::String(text) => match text.find(['\u{c}', '\n', '\r']) {
            Some(at) => (escape_terminal(&text[..at]) + "...").into(),
            None => escape_terminal(text).into(),
        },
        other => escape_terminal(&go::display(other)).into(),
    }
}

/// Makes escape sequences visible.
pub fn escape_terminal(text: &str) -> String {
    if text.contains(['\u{1b}', '\r']) {
        return text.replace('\u{1b}', "^[").replace('\r', "\\r");
    }
    text.to_owned()
}

fn label_headers(labels: &[String]) -> Vec<String> {
    labels
        .iter()
        .map(|l| l.rsplit('/').next().unwrap_or(l).to_uppercase())
        .collect()
}

/// `a=b,c=d`, or `<none>`.
pub fn format_labels(object: &Value) -> String {
    let labels = j::entries(object, &["metadata", "labels"]);
    if labels.is_empty() {
        return "<none>".to_owned();
    }
    let pairs: Vec<String> = labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
    pairs.join(",")
}

/// A table without rows and columns, for watches that only announce.
pub fn without_rows(table: &Value) -> Value {
    let mut table = table.clone();
    j::set(&mut table, &["rows"], json!([]));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Value {
        json!({"kind": "Table", "columnDefinitions": [
            {"name": "Name", "type": "string", "format": "name", "priority": 0},
            {"name": "Ready", "type": "string", "format": "", "priority": 0},
            {"name": "Node", "type": "string", "format": "", "priority": 1},
        ], "rows": [
            {"cells": ["a", "1/1", "n1"], "object": {"metadata": {"name": "a", "namespace": "default", "labels": {"app": "x"}}}},
            {"cells": ["bb", 3, "n2"], "object": {"metadata": {"name": "bb", "namespace": "dev"}}},
        ]})
    }

    fn check(options: TableOptions, expected: &str) {
        let mut out = TabWriter::table();
        TablePrinter::new(options).print(&table(), None, &mut out);
        assert_eq!(out.flush(), expected);
    }

    #[test]
    fn options_change_columns() {
        check(
            TableOptions::default(),
            "NAME   READY\na      1/1\nbb     3\n",
        );
        check(
            TableOptions {
                wide: true,
                ..Default::default()
            },
            "NAME   READY   NODE\na      1/1     n1\nbb     3       n2\n",
        );
        check(
            TableOptions {
                no_headers: true,
                ..Default::default()
            },
            "a     1/1\nbb    3\n",
        );
        check(
            TableOptions {
                with_namespace: true,
                show_labels: true,
                ..Default::default()
            },
            "NAMESPACE   NAME   READY   LABELS\ndefault     a      1/1     app=x\ndev         bb     3       <none>\n",
        );
        check(
            TableOptions {
                with_kind: true,
                kind: "pod".into(),
                column_labels: vec!["x/app".into(), "app".into()],
                ..Default::default()
            },
            "NAME     READY   APP   APP\npod/a    1/1           x\npod/bb   3             \n",
        );
    }

    #[test]
    fn watches_print_headers_once() {
        let mut printer = TablePrinter::default();
        let mut out = TabWriter::table();
        printer.print(&table(), None, &mut out);
        let first = out.flush();
        let mut next = table();
        j::set(&mut next, &["columnDefinitions"], json!([]));
        printer.print(&next, Some("MODIFIED"), &mut out);
        assert!(first.starts_with("NAME"));
        assert!(out.flush().starts_with("MODIFIED   a "));
    }
}
