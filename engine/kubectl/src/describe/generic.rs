//! A description of any object, from its fields alone: custom resources, and kinds that have no page of their own.

use api::core::v1::Event;
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Value, codec};

use super::events::events as event_table;
use super::page::Page;

/// Fields that the page's head has already shown, or that are not for people.
const SKIPPED: &[&str] = &[
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];

/// All fields of the object, in order, with labels made of their names.
pub(crate) fn generic(object: &Value, events: Option<&[Event]>, now: i64) -> String {
    let meta: ObjectMeta = codec::from_value(&object["metadata"]).unwrap_or_default();
    let mut page = Page::new(now);
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    fields(&mut page, 0, object, "");
    if let Some(events) = events {
        event_table(&mut page, events);
    }
    page.finish()
}

fn fields(page: &mut Page, level: usize, content: &Value, prefix: &str) {
    let Some(map) = content.as_object() else {
        return;
    };
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    for (key, value) in entries {
        let path = format!("{prefix}.{key}");
        if SKIPPED.contains(&path.as_str()) {
            continue;
        }
        match value {
            Value::Object(_) => {
                page.line(level, &format!("{}:", label_for(key)));
                fields(page, level + 1, value, &path);
            }
            Value::Array(items) => {
                page.line(level, &format!("{}:", label_for(key)));
                for item in items {
                    if item.is_object() {
                        fields(page, level + 1, item, &path);
                    } else {
                        page.line(level + 1, &text(item));
                    }
                }
            }
            _ => page.field(level, &label_for(key), &text(value)),
        }
    }
}

/// As Go prints it.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        Value::String(text) => text.clone(),
        other => crate::util::go::display(other),
    }
}

/// `creationTimestamp` becomes `Creation Timestamp`. Names with anything but letters and dashes stay as they are.
fn label_for(field: &str) -> String {
    if field.chars().any(|c| !c.is_alphabetic() && c != '-') {
        return field.to_owned();
    }
    let words: Vec<String> = split_camel_case(field)
        .iter()
        .map(|word| capitalised(word))
        .collect();
    words.join(" ")
}

fn capitalised(word: &str) -> String {
    let upper = word.to_uppercase();
    if ["API", "URL", "UID", "GUID"].contains(&upper.as_str()) {
        return upper;
    }
    if word.to_lowercase() != word {
        return word.to_owned();
    }
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// Words begin where the kind of letter changes; the last of several capitals begins the next word (`APIServer` is `API`,
/// `Server`).
fn split_camel_case(field: &str) -> Vec<String> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Lower,
        Upper,
        Other,
    }
    let class = |c: char| match c {
        c if c.is_lowercase() => Class::Lower,
        c if c.is_uppercase() => Class::Upper,
        _ => Class::Other,
    };
    let mut runs: Vec<(Class, String)> = Vec::new();
    for c in field.chars() {
        match runs.last_mut() {
            Some((last, run)) if *last == class(c) => run.push(c),
            _ => runs.push((class(c), c.to_string())),
        }
    }
    for i in 1..runs.len() {
        if runs[i - 1].0 == Class::Upper
            && runs[i].0 == Class::Lower
            && let Some(capital) = runs[i - 1].1.pop()
        {
            runs[i].1.insert(0, capital);
        }
    }
    let mut words: Vec<String> = Vec::new();
    let mut merge = false;
    for (_, run) in runs.into_iter().filter(|(_, run)| !run.is_empty()) {
        let capital = run.chars().next().is_some_and(char::is_uppercase);
        let acronym = run.chars().count() >= 2 && run.chars().all(char::is_uppercase);
        match words.last_mut() {
            Some(last) if merge && capital => {
                last.push_str(&run);
                merge = false;
            }
            _ => {
                merge = acronym;
                words.push(run);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::label_for;

    #[test]
    fn labels_are_made_of_names() {
        for (field, want) in [
            ("metadata", "Metadata"),
            ("creationTimestamp", "Creation Timestamp"),
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("resourceVersion", "Resource Version"),
            ("podIPs", "Pod I Ps"),
            ("app.kubernetes.io/name", "app.kubernetes.io/name"),
            ("v1", "v1"),
        ] {
            assert_eq!(label_for(field), want);
        }
    }
}
