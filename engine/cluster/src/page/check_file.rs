//! What is wrong with a manifest that is being written: the YAML reader's and the API server's own words, on their line.

use apimachinery::{Value, yaml};
use apiserver::handler::{self, Method, Request, RequestBody};
use view::{Diagnostic, Severity};

use crate::Cluster;

/// Texts beyond this size are not checked while they are written.
const MAX_TEXT: usize = 256 * 1024;
/// How many documents of a file are checked.
const MAX_DOCUMENTS: usize = 50;

/// Everything found, in the text's order.
pub(super) fn check(cluster: &Cluster, text: &str) -> Vec<Diagnostic> {
    if text.len() > MAX_TEXT {
        return Vec::new();
    }
    let mut out = Vec::new();
    for document in documents(text).into_iter().take(MAX_DOCUMENTS) {
        match yaml::parse_strict(document.text) {
            Err(error) => {
                let (line, column) = error.position.unwrap_or((1, 1));
                out.push(diagnostic(
                    document.line + line - 1,
                    column,
                    without_line(&error.message).to_owned(),
                ));
            }
            Ok(Value::Null) => {}
            Ok(object) => out.extend(ask(cluster, &object, &document)),
        }
    }
    out
}

/// `yaml: line 8: could not find …` without its beginning: the mark stands on the line, and the reader's own count is
/// often one less.
fn without_line(message: &str) -> &str {
    let rest = message.strip_prefix("yaml: ").unwrap_or(message);
    match rest
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((number, what)) if number.bytes().all(|b| b.is_ascii_digit()) => what,
        _ => rest,
    }
}

/// A document of a file, and the line it begins at.
struct Document<'a> {
    line: usize,
    text: &'a str,
}

fn documents(text: &str) -> Vec<Document<'_>> {
    let mut out = Vec::new();
    let (mut start, mut line, mut first) = (0, 1, 1);
    let mut at = 0;
    for piece in text.split_inclusive('\n') {
        at += piece.len();
        line += 1;
        if piece.trim_end() == "---" {
            out.push(Document {
                line: first,
                text: &text[start..at - piece.len()],
            });
            (start, first) = (at, line);
        }
    }
    out.push(Document {
        line: first,
        text: &text[start..],
    });
    out
}

/// What the API server says to the object, without making it.
fn ask(cluster: &Cluster, object: &Value, document: &Document<'_>) -> Vec<Diagnostic> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let here = |path: &str, message: String| {
        let line = line_of(document.text, path);
        diagnostic(document.line + line - 1, 1, message)
    };
    if api_version.is_empty() || kind.is_empty() {
        let (field, other) = if kind.is_empty() {
            ("kind", "apiVersion")
        } else {
            ("apiVersion", "kind")
        };
        return vec![here(other, format!("{field} not set"))];
    }
    let root = if api_version.contains('/') {
        "/apis"
    } else {
        "/api"
    };
    let found = handler::handle(
        cluster.server(),
        &Request::get(format!("{root}/{api_version}")),
    )
    .to_value();
    let resources = found.as_ref().and_then(|list| list["resources"].as_array());
    let resource = resources
        .into_iter()
        .flatten()
        .find(|r| r["kind"] == kind.as_str() && !text(&r["name"]).contains('/'));
    let Some(resource) = resource else {
        return vec![here(
            "kind",
            format!("no matches for kind {kind:?} in version {api_version:?}"),
        )];
    };
    let mut namespace = text(&object["metadata"]["namespace"]);
    if namespace.is_empty() {
        namespace = "default".into();
    }
    let name = text(&resource["name"]);
    let path = match resource["namespaced"].as_bool() {
        Some(true) => format!("{root}/{api_version}/namespaces/{namespace}/{name}"),
        _ => format!("{root}/{api_version}/{name}"),
    };
    let mut request = Request::new(Method::Post, path)
        .with_query("dryRun", "All")
        .with_query("fieldValidation", "Strict");
    request.body = RequestBody::Json(object.clone());
    let answer = handler::handle(cluster.server(), &request);
    let mut out: Vec<Diagnostic> = Vec::new();
    for warning in &answer.warnings {
        out.push(Diagnostic {
            severity: Severity::Warning,
            ..here("kind", warning.clone())
        });
    }
    let Some(status) = answer.error() else {
        return out;
    };
    // That it exists already is no mistake in the file.
    if matches!(
        status.reason.as_str(),
        "AlreadyExists" | "NotFound" | "Forbidden"
    ) {
        return out;
    }
    let causes = status
        .details
        .as_ref()
        .map(|details| details.causes.as_slice())
        .unwrap_or_default();
    if causes.is_empty() {
        out.extend(
            split_strict(&status.message)
                .into_iter()
                .map(|(path, message)| here(&path, message)),
        );
    }
    for cause in causes {
        out.push(here(
            &cause.field,
            format!("{}: {}", cause.field, cause.message),
        ));
    }
    out
}

/// `strict decoding error: unknown field "spec.x", unknown field "spec.y"`: each with its path.
fn split_strict(message: &str) -> Vec<(String, String)> {
    let Some((_, errors)) = message.split_once("strict decoding error: ") else {
        return vec![("kind".into(), message.to_owned())];
    };
    errors
        .split(", ")
        .map(|error| {
            let path = error.split('"').nth(1).unwrap_or_default();
            (path.to_owned(), error.to_owned())
        })
        .collect()
}

fn diagnostic(line: usize, column: usize, message: String) -> Diagnostic {
    let line = u32::try_from(line).unwrap_or(1);
    let column = u32::try_from(column).unwrap_or(1);
    Diagnostic {
        line,
        column,
        end_line: line,
        end_column: 0,
        severity: Severity::Error,
        message,
    }
}

/// The line of a field path such as `spec.containers[1].image`, by indentation; the deepest part that is there.
fn line_of(text: &str, path: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let (mut best, mut from, mut to) = (1, 0, lines.len());
    for part in parts(path) {
        let found = match &part {
            Part::Key(key) => find_key(&lines[from..to], key),
            Part::Index(index) => find_item(&lines[from..to], *index),
        };
        let Some((at, end)) = found else { break };
        best = from + at + 1;
        // An item's first key stands on the line of its dash; a key's children begin below it.
        (from, to) = match part {
            Part::Key(_) => (from + at + 1, from + end),
            Part::Index(_) => (from + at, from + end),
        };
    }
    best
}

enum Part {
    Key(String),
    Index(usize),
}

fn parts(path: &str) -> Vec<Part> {
    let mut out = Vec::new();
    for piece in path.split(['.', '[']) {
        match piece.strip_suffix(']') {
            Some(index) => match index.parse() {
                Ok(index) => out.push(Part::Index(index)),
                Err(_) => out.push(Part::Key(index.trim_matches('"').to_owned())),
            },
            None if piece.is_empty() => {}
            None => out.push(Part::Key(piece.to_owned())),
        }
    }
    out
}

/// Blanks and dashes before the first word.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// The line of a key at the outermost level of a block, and where what belongs to it ends.
fn find_key(block: &[&str], key: &str) -> Option<(usize, usize)> {
    let level = block
        .iter()
        .find(|line| is_content(line))
        .map(|line| indent(line))?;
    let is_key = |line: &str| {
        let line = line.trim_start_matches([' ', '-']);
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    let at = block
        .iter()
        .position(|line| is_content(line) && indent(line) == level && is_key(line))?;
    // A list may stand at its key's own level; its lines begin with a dash.
    let ends = |line: &&str| {
        is_content(line) && indent(line) <= level && !line.trim_start().starts_with('-')
    };
    let end = block[at + 1..]
        .iter()
        .position(ends)
        .map_or(block.len(), |n| at + 1 + n);
    Some((at, end))
}

/// The line of the n-th item of a list, and where it ends.
fn find_item(block: &[&str], index: usize) -> Option<(usize, usize)> {
    let first = block
        .iter()
        .find(|line| line.trim_start().starts_with('-'))?;
    let dash = first.len() - first.trim_start().len();
    let starts = |line: &str| {
        line.trim_start().starts_with('-') && line.len() - line.trim_start().len() == dash
    };
    let mut items = block
        .iter()
        .enumerate()
        .filter(|(_, line)| starts(line))
        .map(|(i, _)| i);
    let at = items.nth(index)?;
    Some((at, items.next().unwrap_or(block.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: web\n      image: nginx\n    - name: side\n      imag: busybox\n      ports:\n      - containerPort: 80\n";

    #[test]
    fn a_path_leads_to_its_line() {
        for (path, want) in [
            ("kind", 2),
            ("metadata.name", 4),
            ("spec.containers[0].image", 8),
            ("spec.containers[1].imag", 10),
            ("spec.containers[1].name", 9),
            ("spec.containers[1].ports[0].containerPort", 12),
            ("spec.containers[1].image", 9),
            ("nonsense", 1),
        ] {
            assert_eq!(line_of(POD, path), want, "{path}");
        }
    }

    #[test]
    fn a_message_loses_the_line_it_names() {
        for (message, want) in [
            (
                "yaml: line 8: mapping values are not allowed",
                "mapping values are not allowed",
            ),
            (
                "yaml: control characters are not allowed",
                "control characters are not allowed",
            ),
            ("line up: now", "line up: now"),
        ] {
            assert_eq!(without_line(message), want);
        }
    }

    #[test]
    fn documents_know_their_first_line() {
        let found = documents("a: 1\n---\nb: 2\n---\nc: 3\n");
        let lines: Vec<usize> = found.iter().map(|d| d.line).collect();
        assert_eq!(lines, [1, 3, 5]);
        assert_eq!(found[1].text, "b: 2\n");
    }
}
