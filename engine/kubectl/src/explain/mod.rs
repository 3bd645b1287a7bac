//! What `kubectl explain` prints about a resource and its fields, out of the server's OpenAPI v3 documents.
//!
//! [`render`] walks a document from a resource along a path of fields and writes the description and the fields of where
//! it ends. Schemas are JSON values, `$ref`s are followed when met, and a type that contains itself ends there.

mod fields;
mod old;
mod schema;

use serde_json::Value;

use crate::cli::help::wrap;
use crate::rest::mapper::Mapping;
use crate::util::json as j;
use schema::Document;

/// What is to be explained.
pub struct Subject<'a> {
    /// The resource.
    pub mapping: &'a Mapping,
    /// Path of fields inside it.
    pub fields: &'a [String],
    /// Whether fields of fields are listed, too.
    pub recursive: bool,
    /// Whether the older layout is wanted.
    pub old: bool,
}

/// The text; with an error, as far as it went and the reason.
pub fn render(document: &Value, subject: &Subject) -> Result<String, (String, String)> {
    let document = Document(document);
    let mut out = String::new();
    let Some(gvk) = document.kind_of(subject.mapping) else {
        let gvr = subject.mapping.resource_text();
        return Err((
            out,
            format!("error: GVR ({gvr}) not found in OpenAPI schema"),
        ));
    };
    let group = j::text(gvk, &["group"]);
    if subject.old {
        let Some(schema) = document.schema_of(gvk) else {
            let wanted = crate::util::go::quote(&subject.mapping.gvk_text());
            return Err((out, format!("error: couldn't find resource for {wanted}")));
        };
        return old::render(&document, schema, j::kind(gvk), subject)
            .map_err(|why| (String::new(), format!("error: {why}")));
    }
    if !group.is_empty() {
        out.push_str(&format!("GROUP:      {group}\n"));
    }
    let (kind, version) = (j::kind(gvk), j::text(gvk, &["version"]));
    out.push_str(&format!("KIND:       {kind}\nVERSION:    {version}\n\n"));
    let Some(schema) = document.schema_of(gvk) else {
        let reason = format!(
            "error: GVK {} not found in OpenAPI schema",
            crate::util::go::display(gvk)
        );
        return Err((out, reason));
    };
    match place(&document, schema, subject.fields, subject.recursive, &[]) {
        Some(text) => out.push_str(&text),
        None => {
            let field = subject.fields.last().map_or("", String::as_str);
            return Err((out, format!("error: field \"{field}\" does not exist")));
        }
    }
    out.push('\n');
    Ok(out)
}

/// Follows the path from a schema; `None` where it has no such field.
fn place(
    document: &Document,
    schema: &Value,
    path: &[String],
    recursive: bool,
    seen: &[&str],
) -> Option<String> {
    let reference = j::text(schema, &["$ref"]);
    let resolved = document.resolve(schema);
    let Some((first, rest)) = path.split_first() else {
        let mut out = String::from("DESCRIPTION:\n");
        let mut about = String::new();
        document.describe(resolved, &mut about, 0);
        let about = if about.is_empty() { "<empty>" } else { &about };
        out.push_str(&indent(&wrap(about, 76), 4));
        out.push('\n');
        let fields = fields::list(document, resolved, recursive);
        if !fields.is_empty() {
            out.push_str("FIELDS:\n");
            out.push_str(&fields);
        }
        return Some(out);
    };
    if !reference.is_empty() && seen.contains(&reference) {
        return None;
    }
    if let Some(inner) = resolved.get("properties").and_then(|p| p.get(first)) {
        let mut out = String::new();
        if rest.is_empty() {
            out.push_str(&format!("FIELD: {first} <{}>\n", document.type_name(inner)));
            out.push_str(&fields::values(inner));
            out.push_str("\n\n");
        }
        out.push_str(&place(document, inner, rest, recursive, &[])?);
        return Some(out);
    }
    let mut seen = seen.to_vec();
    seen.push(reference);
    if let Some(items) = resolved.get("items") {
        return place(document, items, path, recursive, &seen);
    }
    if let Some(values) = schema::map_values(resolved) {
        return place(document, values, path, recursive, &seen);
    }
    j::list(resolved, &["allOf"])
        .iter()
        .find_map(|part| place(document, part, path, recursive, &seen))
}

/// Every line moved right.
fn indent(text: &str, amount: usize) -> String {
    let pad = " ".repeat(amount);
    format!("{pad}{}", text.replace('\n', &format!("\n{pad}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document() -> Value {
        let gvk = json!({"group": "", "kind": "Pod", "version": "v1"});
        json!({
            "paths": {"/api/v1/pods": {"get": {"x-kubernetes-group-version-kind": gvk}}},
            "components": {"schemas": {
                "io.k8s.Pod": {
                    "description": "Pod is a pod.", "type": "object", "x-kubernetes-group-version-kind": [gvk],
                    "required": ["kind"],
                    "properties": {
                        "kind": {"type": "string", "description": "The kind."},
                        "spec": {"description": "Its spec.", "allOf": [{"$ref": "#/components/schemas/io.k8s.PodSpec"}]},
                    },
                },
                "io.k8s.PodSpec": {
                    "description": "PodSpec says how.", "type": "object",
                    "properties": {
                        "policy": {"type": "string", "enum": ["Always", "Never", ""]},
                        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                        "pods": {"type": "array", "items": {"$ref": "#/components/schemas/io.k8s.PodSpec"}},
                    },
                },
            }},
        })
    }

    fn explain(path: &[&str], recursive: bool) -> Result<String, (String, String)> {
        let mapping = Mapping {
            group: String::new(),
            version: "v1".into(),
            resource: "pods".into(),
            kind: "Pod".into(),
            namespaced: true,
        };
        let fields: Vec<String> = path.iter().map(|p| (*p).to_owned()).collect();
        let subject = Subject {
            mapping: &mapping,
            fields: &fields,
            recursive,
            old: false,
        };
        render(&document(), &subject)
    }

    #[test]
    fn layouts() {
        assert_eq!(
            explain(&[], false).unwrap(),
            "KIND:       Pod\nVERSION:    v1\n\nDESCRIPTION:\n    Pod is a pod.\n    \nFIELDS:\n  kind\t<string> \
             -required-\n    The kind.\n\n  spec\t<PodSpec>\n    Its spec.\n\n\n"
        );
        assert_eq!(
            explain(&[], true)
                .unwrap()
                .split_once("FIELDS:\n")
                .unwrap()
                .1,
            "  kind\t<string> -required-\n  spec\t<PodSpec>\n    labels\t<map[string]string>\n    pods\t<[]PodSpec>\n    \
             policy\t<string>\n    enum: Always, Never, \"\"\n\n"
        );
        assert_eq!(
            explain(&["spec", "policy"], false).unwrap(),
            "KIND:       Pod\nVERSION:    v1\n\nFIELD: policy <string>\nENUM:\n    Always\n    Never\n    \
             \"\"\n\nDESCRIPTION:\n    <empty>\n\n"
        );
        assert!(
            explain(&["spec", "pods", "labels"], false)
                .unwrap()
                .contains("FIELD: labels <map[string]string>\n\n\nDESCRIPTION:\n")
        );
        assert_eq!(
            explain(&["spec", "foo"], false).unwrap_err(),
            (
                "KIND:       Pod\nVERSION:    v1\n\n".to_owned(),
                "error: field \"foo\" does not exist".to_owned()
            )
        );
    }
}
