//! Printers behind `-o`: JSON, YAML, names, templates, custom columns and tables.
//!
//! A [`Printer`] is chosen from the flags ([`PrintFlags`]) and prints one object or list at a time. Objects are JSON
//! values; those that kubectl itself built are printed in the order of Go's structs, those from the server with sorted
//! keys, as the real one does.

pub mod columns;
pub mod kyaml;
pub mod sort;
pub mod table;

use std::borrow::Cow;

use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::jsonpath::JsonPath;
use crate::util::template::Template;
use crate::util::{go, json as j, typed, yaml};

/// Which printers a command offers beside JSON, YAML and templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Names and `pod/x created`.
    Names,
    /// Those of `get`: names, custom columns, wide tables.
    Get,
}

/// What the flags `-o`, `--template` and their like ask for.
#[derive(Debug, Clone)]
pub struct PrintFlags {
    /// `-o`
    pub output: String,
    /// Whether `-o` was given.
    pub output_set: bool,
    /// `--template`
    pub template: String,
    /// `--allow-missing-template-keys`
    pub allow_missing: bool,
    /// `--show-managed-fields`
    pub show_managed_fields: bool,
    /// `--no-headers`, for custom columns
    pub no_headers: bool,
    offer: Offer,
}

enum How {
    Json,
    Yaml {
        printed: bool,
    },
    KYaml,
    Name {
        operation: Option<String>,
    },
    JsonPath {
        path: Box<JsonPath>,
        raw: String,
        as_json: bool,
    },
    Template {
        template: Box<Template>,
        raw: String,
    },
    Columns(columns::CustomColumns),
}

/// A printer.
pub struct Printer {
    how: How,
    omit_managed_fields: bool,
    typed: bool,
    sort_by: String,
}

const JSON_FORMATS: [&str; 3] = ["json", "kyaml", "yaml"];
const JSONPATH_FORMATS: [&str; 3] = ["jsonpath", "jsonpath-as-json", "jsonpath-file"];
const TEMPLATE_FORMATS: [&str; 4] = [
    "go-template",
    "go-template-file",
    "template",
    "templatefile",
];
const COLUMN_FORMATS: [&str; 2] = ["custom-columns", "custom-columns-file"];

impl PrintFlags {
    /// Reads the flags.
    pub fn new(cx: &Context, offer: Offer) -> PrintFlags {
        let flags = &cx.flags;
        PrintFlags {
            output: flags.string("output"),
            output_set: flags.changed("output"),
            template: flags.string("template"),
            allow_missing: flags.lookup("allow-missing-template-keys").is_none()
                || flags.bool("allow-missing-template-keys"),
            show_managed_fields: flags.bool("show-managed-fields"),
            no_headers: flags.bool("no-headers"),
            offer,
        }
    }

    /// The format asked for; `--template` alone means a Go template.
    pub fn format(&self) -> &str {
        if !self.template.is_empty() && !self.output_set {
            "go-template"
        } else {
            &self.output
        }
    }

    /// Whether no format was asked for, or the one called so.
    pub fn is_human(&self) -> bool {
        (self.output.is_empty() && self.template.is_empty()) || self.output == "wide"
    }

    /// The error for a format nobody knows.
    pub fn no_printer(&self) -> Error {
        let mut formats: Vec<&str> = [
            &JSON_FORMATS[..],
            &JSONPATH_FORMATS,
            &TEMPLATE_FORMATS,
            &["name"],
        ]
        .concat();
        if self.offer == Offer::Get {
            formats.extend(COLUMN_FORMATS);
            formats.push("wide");
        }
        formats.sort_unstable();
        fail!(
            "unable to match a printer suitable for the output format {}, allowed formats are: {}",
            go::quote(&self.output),
            formats.join(",")
        )
    }

    /// The printer for what the flags ask for. `operation` is what a success is called (`created`).
    pub fn printer(&self, cx: &Context, operation: &str) -> Result<Printer, Error> {
        let format = self.format();
        let lower = format.to_lowercase();
        let omit = !self.show_managed_fields;
        let printer = |how, omit_managed_fields| {
            Ok(Printer {
                how,
                omit_managed_fields,
                typed: false,
                sort_by: String::new(),
            })
        };
        match lower.as_str() {
            "json" => return printer(How::Json, omit),
            "yaml" => return printer(How::Yaml { printed: false }, omit),
            "kyaml" => return printer(How::KYaml, omit),
            "name" => return printer(How::Name { operation: None }, false),
            "" if self.offer == Offer::Names => {
                return printer(
                    How::Name {
                        operation: Some(operation.to_owned()),
                    },
                    false,
                );
            }
            _ => {}
        }
        let (name, argument) = self.template_argument(format);
        if JSONPATH_FORMATS.contains(&name) {
            let raw = self.template_text(cx, argument, name == "jsonpath-file")?;
            let path =
                JsonPath::parse(&raw).map_err(|e| fail!("error parsing jsonpath {raw}, {e}"))?;
            let path = Box::new(path.allow_missing(self.allow_missing));
            return printer(
                How::JsonPath {
                    path,
                    raw,
                    as_json: name == "jsonpath-as-json",
                },
                false,
            );
        }
        if TEMPLATE_FORMATS.contains(&name) {
            let raw = self.template_text(cx, argument, name.ends_with("file"))?;
            let template =
                Template::parse(&raw).map_err(|e| fail!("error parsing template {raw}, {e}"))?;
            let template = Box::new(template.allow_missing(self.allow_missing));
            return printer(How::Template { template, raw }, false);
        }
        if self.offer == Offer::Get && COLUMN_FORMATS.contains(&name) {
            if argument.is_empty() {
                return Err("custom-columns format specified but no custom columns given".into());
            }
            let columns = if name == "custom-columns-file" {
                let bytes = cx.host.read_file(argument).map_err(|e| {
                    fail!(
                        "error reading template {argument}, {}\n",
                        e.of("open", argument).text()
                    )
                })?;
                columns::CustomColumns::from_file(&String::from_utf8_lossy(&bytes))?
            } else {
                columns::CustomColumns::from_spec(argument, self.no_headers)?
            };
            return printer(How::Columns(columns), false);
        }
        Err(self.no_printer())
    }

    /// Splits `jsonpath=…` into its name and argument; `--template` wins as the argument.
    fn template_argument<'a>(&'a self, format: &'a str) -> (&'a str, &'a str) {
        if !self.template.is_empty() {
            return (format, &self.template);
        }
        match format.split_once('=') {
            Some((name, argument)) => (name, argument),
            None => (format, ""),
        }
    }

    fn template_text(&self, cx: &Context, argument: &str, is_file: bool) -> Result<String, Error> {
        if argument.is_empty() {
            return Err("template format specified but no template given".into());
        }
        if !is_file {
            return Ok(argument.to_owned());
        }
        let bytes = cx.host.read_file(argument).map_err(|e| {
            fail!(
                "error reading --template {argument}, {}",
                e.of("open", argument).text()
            )
        })?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Printer {
    /// For objects that kubectl built: fields in the order of Go's structs.
    #[must_use]
    pub fn typed(mut self) -> Printer {
        self.typed = true;
        self
    }

    /// With the items of lists sorted by a field.
    #[must_use]
    pub fn sorted(mut self, sort_by: &str) -> Printer {
        self.sort_by = sort_by.to_owned();
        self
    }

    /// Whether it prints `pod/x created` and the like.
    pub fn is_success(&self) -> bool {
        matches!(self.how, How::Name { operation: Some(_) })
    }

    /// Prints an object or list.
    pub fn print(&mut self, cx: &Context, object: &Value) -> Result<(), Error> {
        let text = self.render(cx, object)?;
        cx.out(&text);
        Ok(())
    }

    /// The text of an object or list. (A template that fails prints what it had.)
    pub fn render(&mut self, cx: &Context, object: &Value) -> Result<String, Error> {
        let mut object = Cow::Borrowed(object);
        if self.omit_managed_fields {
            object = Cow::Owned(omit_managed_fields(object.into_owned()));
        }
        if !self.sort_by.is_empty() && j::is_list(&object) {
            sort::sort_list(object.to_mut(), &self.sort_by)?;
        }
        let text = match &mut self.how {
            How::Json if j::text(&object, &["kind"]).is_empty() && object.get("type").is_some() => {
                let kind = j::compact_escaped(j::at(&object, &["type"]));
                format!(
                    "{{\"type\":{kind},\"object\":{}}}\n",
                    j::compact_escaped(j::at(&object, &["object"]))
                )
            }
            How::Json if self.typed => typed::json_pretty(&object) + "\n",
            How::Json => j::pretty_escaped(&object) + "\n",
            How::Yaml { printed } => {
                let separator = if std::mem::replace(printed, true) {
                    "---\n"
                } else {
                    ""
                };
                format!("{separator}{}", yaml::emit(&object))
            }
            How::KYaml => kyaml::emit(&object, self.typed),
            How::Name { operation } => names(&object, operation.as_deref())?,
            How::JsonPath { path, raw, as_json } => {
                let result = if *as_json {
                    path.execute_json(&object)
                } else {
                    path.execute(&object)
                };
                result.map_err(|error| {
                    fail!(
                        "error executing jsonpath {}: Error executing template: {error}. Printing more information for \
                         debugging the template:\n\ttemplate was:\n\t\t{raw}\n\tobject given to jsonpath engine \
                         was:\n\t\t{}\n\n\n",
                        go::quote(raw),
                        go::syntax(&object)
                    )
                })?
            }
            How::Template { template, raw } => match template.execute(&object) {
                Ok(text) => text,
                Err((written, error)) => {
                    let data = if self.typed {
                        typed::json_compact(&object)
                    } else {
                        j::compact_escaped(&object)
                    };
                    cx.out(&written);
                    cx.out(&format!(
                        "Error executing template: {error}. Printing more information for debugging the \
                         template:\n\ttemplate was:\n\t\t{raw}\n\traw data was:\n\t\t{data}\n\tobject given to \
                         template engine was:\n\t\t{}\n\n",
                        go::display(&object)
                    ));
                    return Err(fail!(
                        "error executing template {}: {error}",
                        go::quote(raw)
                    ));
                }
            },
            How::Columns(columns) => columns.print(&object)?,
        };
        Ok(text)
    }
}

/// The object, or a list's items, without `managedFields`.
fn omit_managed_fields(mut object: Value) -> Value {
    if j::is_list(&object) {
        let items = object.get_mut("items").and_then(Value::as_array_mut);
        for item in items.into_iter().flatten() {
            j::remove(item, &["metadata", "managedFields"]);
        }
    } else {
        j::remove(&mut object, &["metadata", "managedFields"]);
    }
    object
}

fn names(object: &Value, operation: Option<&str>) -> Result<String, Error> {
    if j::kind(object).is_empty() && object.get("type").is_some() {
        return names(j::at(object, &["object"]), operation);
    }
    if j::is_list(object) {
        return j::list(object, &["items"])
            .iter()
            .map(|item| names(item, operation))
            .collect();
    }
    if j::kind(object).is_empty() || j::text(object, &["apiVersion"]).is_empty() {
        return Err(
            "missing apiVersion or kind; try GetObjectKind().SetGroupVersionKind() if you know the type".into()
        );
    }
    let name = match j::name(object) {
        "" => "<unknown>",
        name => name,
    };
    let mut text = format!("{}/{name}", kind_text(j::kind(object), j::group(object)));
    if let Some(operation) = operation.filter(|o| !o.is_empty()) {
        text.push(' ');
        text.push_str(operation);
    }
    Ok(text + "\n")
}

/// `deployment.apps`, or `pod` for the core group.
pub fn kind_text(kind: &str, group: &str) -> String {
    let kind = kind.to_lowercase();
    if group.is_empty() {
        kind
    } else {
        format!("{kind}.{group}")
    }
}
