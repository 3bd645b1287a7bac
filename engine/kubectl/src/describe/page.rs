//! The text of a description while it is being written: levels of indentation, labelled values, aligned columns.

use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Map, Quantity, Str, Time};

use crate::util::tabwriter::TabWriter;

/// What is longer is broken into lines of its own, and cut.
const MAX_ANNOTATION: usize = 140;
/// The annotation that `kubectl apply` keeps for itself is not shown.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A description that is being written. Text after a tab is aligned with its neighbours.
pub(crate) struct Page {
    columns: TabWriter,
    done: String,
    /// Now, in microseconds since the epoch: what ages are counted from.
    now: i64,
    aligned: bool,
}

impl Page {
    /// An empty page, written at `now` (microseconds since the epoch).
    pub(crate) fn new(now: i64) -> Self {
        Self {
            columns: TabWriter::describe(),
            done: String::new(),
            now,
            aligned: true,
        }
    }

    /// An empty page whose tabs stay tabs.
    pub(crate) fn unaligned(now: i64) -> Self {
        Self {
            aligned: false,
            ..Self::new(now)
        }
    }

    /// The finished text.
    pub(crate) fn finish(mut self) -> String {
        self.align();
        self.done
    }

    /// Aligns what was written so far by itself; what follows has columns of its own.
    pub(crate) fn align(&mut self) {
        let text = match self.aligned {
            true => self.columns.flush(),
            false => self.columns.take(),
        };
        self.done.push_str(&text);
    }

    /// Text as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.columns.push(text);
    }

    /// A line at a level of indentation.
    pub(crate) fn line(&mut self, level: usize, text: &str) {
        for _ in 0..level {
            self.columns.push("  ");
        }
        self.columns.push(text);
        self.columns.push("\n");
    }

    /// `Label:  value`.
    pub(crate) fn field(&mut self, level: usize, label: &str, value: &str) {
        self.line(level, &format!("{label}:\t{value}"));
    }

    /// `Label:  value`, if there is a value.
    pub(crate) fn field_if(&mut self, level: usize, label: &str, value: &str) {
        if !value.is_empty() {
            self.field(level, label, value);
        }
    }

    /// `Label:` and one item a line beside it; `<none>` without any.
    pub(crate) fn items(&mut self, level: usize, label: &str, items: &[String]) {
        if items.is_empty() {
            self.field(level, label, "<none>");
        }
        for (i, item) in items.iter().enumerate() {
            if i == 0 {
                self.field(level, label, item);
            } else {
                self.line(level, &format!("\t{item}"));
            }
        }
    }

    /// `key=value` a line.
    pub(crate) fn labels(&mut self, level: usize, label: &str, labels: &Map<Str, Str>) {
        let items: Vec<String> = labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        self.items(level, label, &items);
    }

    /// `key: value` a line; what is long or has several lines stands under its key.
    pub(crate) fn annotations(&mut self, label: &str, annotations: &Map<Str, Str>) {
        let mut lines = Vec::new();
        for (key, value) in annotations
            .iter()
            .filter(|(key, _)| key.as_str() != LAST_APPLIED)
        {
            let value = value.strip_suffix('\n').unwrap_or(value);
            if value.len() + key.len() + 2 <= MAX_ANNOTATION && !value.contains('\n') {
                lines.push(format!("{key}: {value}"));
                continue;
            }
            lines.push(format!("{key}:"));
            lines.extend(
                value
                    .split('\n')
                    .map(|line| format!("  {}", shorten(line, MAX_ANNOTATION - 2))),
            );
        }
        self.items(0, label, &lines);
    }

    /// Name, namespace, labels and annotations.
    pub(crate) fn head(&mut self, meta: &ObjectMeta) {
        self.field(0, "Name", &meta.name);
        self.field_if(0, "Namespace", &meta.namespace);
        self.labels(0, "Labels", &meta.labels);
        self.annotations("Annotations", &meta.annotations);
    }

    /// A list of resources, one a line.
    pub(crate) fn quantities(&mut self, level: usize, label: &str, list: &Map<Str, Quantity>) {
        if !list.is_empty() {
            self.line(level, &format!("{label}:"));
        }
        for (name, quantity) in list {
            self.field(level + 1, name, quantity.as_str());
        }
    }

    /// How long ago that was.
    pub(crate) fn since(&self, time: Time) -> String {
        if time.is_zero() {
            return "<unknown>".into();
        }
        self.since_micros(time.unix_micros())
    }

    /// How long ago that was, from microseconds since the epoch.
    pub(crate) fn since_micros(&self, micros: i64) -> String {
        crate::util::time::human(self.now - micros)
    }
}

/// At most that many bytes, and dots for what is missing.
fn shorten(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most)
        .rev()
        .find(|i| text.is_char_boundary(*i))
        .unwrap_or(0);
    format!("{}...", &text[..end])
}

/// `Mon, 02 Jan 2006 15:04:05 +0000`; Go's zero time where there is none.
pub(crate) fn date(time: Time) -> String {
    if time.is_zero() {
        return "Mon, 01 Jan 0001 00:00:00 +0000".into();
    }
    crate::util::time::long(time.unix_micros())
}

/// As Go prints a yes or no in these pages.
pub(crate) fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The text, or `<none>`.
pub(crate) fn or_none(text: &str) -> &str {
    if text.is_empty() { "<none>" } else { text }
}

/// `Kind/name` of the controlling owner.
pub(crate) fn controller(meta: &ObjectMeta) -> Option<String> {
    let owner = meta
        .owner_references
        .iter()
        .find(|owner| owner.controller == Some(true))?;
    Some(format!("{}/{}", owner.kind, owner.name))
}
