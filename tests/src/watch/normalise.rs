//! Takes out of an object what no two runs share, and the times, which are compared apart.
//!
//! - UIDs, resource versions, IP addresses, node ports, container and image ids, names of nodes;
//! - the random names of service account volumes and of events;
//! - how long an image pull took, and the image's size. As events with different messages are different events, also
//!   how often each of these messages came: see [`is_pull`];
//! - the order of endpoints;
//! - what kubectl notes for itself, and managed fields.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fancy_regex::Regex;
use serde_json::{Map, Value};

use super::naming::Naming;

static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            "<uid>",
        ),
        (r"\b(containerd|docker)://[0-9a-f]{64}", "<container>"),
        (r"^(\S+@)?sha256:[0-9a-f]{64}$", "<image>"),
        (r"\b[0-9a-f]{64}\b", "<id>"),
        (r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", "<ip>"),
        (r"\bnode-\d+\b", "<node>"),
        (r"\bdefault-scheduler-[\w-]+\b", "default-scheduler-<host>"),
        (r"\bkube-api-access-\w{5}\b", "kube-api-access-*"),
        (
            r"in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes",
            "in <pull>",
        ),
    ]
    .into_iter()
    .map(|(pattern, to)| (Regex::new(pattern).expect("a constant pattern"), to))
    .collect()
});

/// Fields whose value is different in every run, by name.
const MASKED: [&str; 4] = ["resourceVersion", "nodePort", "managedFields", "uid"];
/// Annotations that are not part of the object.
const ANNOTATIONS: [&str; 1] = ["kubectl.kubernetes.io/last-applied-configuration"];

/// One side's masks.
pub(super) struct Masks<'a> {
    naming: &'a Naming,
    /// When the script began, in seconds since 1970.
    start: f64,
}

/// An object without what differs.
pub(super) struct Normal {
    /// What is compared as it is.
    pub(super) value: Value,
    /// The times in it by path, in seconds since the start of the script.
    pub(super) times: BTreeMap<String, f64>,
}

impl<'a> Masks<'a> {
    pub(super) fn new(naming: &'a Naming, start: f64) -> Self {
        Self { naming, start }
    }

    /// The normal form of an object.
    pub(super) fn object(&self, object: &Value) -> Normal {
        let mut value = object.clone();
        if let Some(metadata) = value["metadata"].as_object_mut() {
            if object["kind"] == "Event" {
                metadata.remove("name");
            }
            if let Some(annotations) = metadata
                .get_mut("annotations")
                .and_then(Value::as_object_mut)
            {
                for name in ANNOTATIONS {
                    annotations.remove(name);
                }
                if annotations.is_empty() {
                    metadata.remove("annotations");
                }
            }
        }
        if is_pull(object) {
            value["count"] = Value::Null;
            value["firstTimestamp"] = Value::Null;
        }
        if let Some(endpoints) = value.get_mut("endpoints").and_then(Value::as_array_mut) {
            endpoints.sort_by_key(|endpoint| {
                self.naming
                    .apply(&endpoint["targetRef"]["name"].to_string())
            });
        }
        let mut times = BTreeMap::new();
        self.visit(&mut value, "", &mut times);
        Normal { value, times }
    }

    fn visit(&self, value: &mut Value, path: &str, times: &mut BTreeMap<String, f64>) {
        match value {
            Value::Object(map) => {
                mask(map);
                for (name, value) in map.iter_mut() {
                    self.visit(value, &format!("{path}.{name}"), times);
                }
            }
            Value::Array(items) => {
                for (i, value) in items.iter_mut().enumerate() {
                    self.visit(value, &format!("{path}[{i}]"), times);
                }
            }
            Value::String(text) => match seconds(text) {
                Some(time) => {
                    times.insert(path.to_owned(), time - self.start);
                    *text = "<time>".into();
                }
                None => *text = self.text(text),
            },
            _ => {}
        }
    }

    fn text(&self, text: &str) -> String {
        let mut out = self.naming.apply(text);
        for (rule, to) in RULES.iter() {
            if rule.is_match(&out).unwrap_or(false) {
                out = rule.replace_all(&out, *to).into_owned();
            }
        }
        out
    }
}

/// Whether it is an event that says how long an image pull took. All of a container count as one object.
pub(super) fn is_pull(object: &Value) -> bool {
    object["kind"] == "Event" && object["reason"] == "Pulled"
}

fn mask(map: &mut Map<String, Value>) {
    for name in MASKED {
        map.remove(name);
    }
}

/// Seconds since 1970 of an RFC 3339 time in UTC.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.split(':');
    let (hour, minute) = (time.next()?, time.next()?);
    let (hour, minute) = (hour.parse::<i64>().ok()?, minute.parse::<i64>().ok()?);
    let second: f64 = time.next()?.parse().ok()?;
    // Days since 1970: years that begin in March have the leap day at their end.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let whole = (days * 86_400 + hour * 3_600 + minute * 60) as f64;
    Some(whole + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0.0));
        assert_eq!(seconds("2026-11-22T17:53:50Z"), Some(1_795_370_030.0));
        assert_eq!(seconds("2024-02-29T00:00:00.5Z"), Some(1_709_164_800.5));
        assert_eq!(seconds("web"), None);
    }
}
