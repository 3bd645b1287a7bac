//! Names that two runs of the same script share.
//!
//! A generated name becomes its owner's name and a number: `web-7887448d46-wbhq9` is `web-#1-#1`, the first pod of the
//! first replica set of `web`. Template hashes get the number of their replica set, revision hashes one in order of
//! appearance. Events are told apart by what they are about.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Seen;
use super::normalise::is_pull;

/// Real names and what stands for them.
#[derive(Default)]
pub(super) struct Naming {
    /// Longest first, so that a pod's name is replaced before its replica set's.
    names: Vec<(String, String)>,
    events: BTreeMap<String, String>,
}

impl Naming {
    /// Learns the names of everything that was seen.
    pub(super) fn learn(seen: &[Seen]) -> Self {
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        let mut number = |kind: &str, prefix: String| {
            let n = counts.entry((kind.to_owned(), prefix.clone())).or_default();
            *n += 1;
            format!("{prefix}-#{n}")
        };
        for event in seen.iter().filter(|event| event.verb == "ADDED") {
            let object = &event.object;
            let name = text(object, "/metadata/name");
            let labels = &object["metadata"]["labels"];
            for label in ["controller-revision-hash", "controller.kubernetes.io/hash"] {
                if let Some(hash) = labels[label].as_str() {
                    // A stateful set's label has its name in front.
                    let hash = hash.rsplit('-').next().unwrap_or(hash).to_owned();
                    names
                        .entry(hash)
                        .or_insert_with(|| number("", "revision".into()));
                }
            }
            let owner = text(object, "/metadata/ownerReferences/0/name");
            let generated = matches!(kind(object), "ReplicaSet" | "EndpointSlice")
                || object["metadata"]["generateName"].is_string();
            if owner.is_empty() || !generated || is_ordinal(name, owner) {
                continue;
            }
            let owner = names
                .get(owner)
                .cloned()
                .unwrap_or_else(|| owner.to_owned());
            let canonical = names
                .entry(name.to_owned())
                .or_insert_with(|| number(kind(object), owner))
                .clone();
            if kind(object) == "ReplicaSet"
                && let Some(hash) = labels["pod-template-hash"].as_str()
            {
                let n = canonical.rsplit('-').next().unwrap_or_default();
                names.entry(hash.to_owned()).or_insert_with(|| n.to_owned());
            }
        }
        let mut learnt = Self {
            names: names.into_iter().collect(),
            events: BTreeMap::new(),
        };
        learnt
            .names
            .sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        learnt.learn_events(seen);
        learnt
    }

    fn learn_events(&mut self, seen: &[Seen]) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for event in seen.iter().filter(|event| event.verb == "ADDED") {
            let object = &event.object;
            let name = text(object, "/metadata/name");
            if kind(object) != "Event" || self.events.contains_key(name) {
                continue;
            }
            let mut about = format!(
                "{} {} {}",
                text(object, "/involvedObject/kind"),
                self.apply(text(object, "/involvedObject/name")),
                text(object, "/reason"),
            );
            let part = text(object, "/involvedObject/fieldPath");
            if !part.is_empty() {
                about = format!("{about} {part}");
            }
            if !is_pull(object) {
                let n = counts.entry(about.clone()).or_default();
                *n += 1;
                about = format!("{about} #{n}");
            }
            self.events.insert(name.to_owned(), about);
        }
    }

    /// The name with generated parts replaced, wherever they stand in a text.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (name, canonical) in &self.names {
            if out.contains(name) {
                out = out.replace(name, canonical);
            }
        }
        out
    }

    /// What an object is called on both sides.
    pub(super) fn key(&self, object: &Value) -> String {
        let name = text(object, "/metadata/name");
        let canonical = match self.events.get(name) {
            Some(about) if kind(object) == "Event" => about.clone(),
            _ => self.apply(name),
        };
        format!("{}/{canonical}", kind(object))
    }
}

/// `db-0` of `db`.
fn is_ordinal(name: &str, owner: &str) -> bool {
    let rest = name.strip_prefix(owner).and_then(|r| r.strip_prefix('-'));
    rest.is_some_and(|rest| rest.len() < 3 && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// The object's kind.
pub(super) fn kind(object: &Value) -> &str {
    text(object, "/kind")
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn added(object: Value) -> Seen {
        Seen {
            t: 0.0,
            verb: "ADDED".into(),
            object,
        }
    }

    #[test]
    fn generated_names_become_their_owners_and_a_number() {
        let seen = [
            added(
                json!({"kind": "ReplicaSet", "metadata": {"name": "web-7887448d46",
                "labels": {"pod-template-hash": "7887448d46"}, "ownerReferences": [{"name": "web"}]}}),
            ),
            added(
                json!({"kind": "Pod", "metadata": {"name": "web-7887448d46-wbhq9", "generateName": "web-7887448d46-",
                "ownerReferences": [{"name": "web-7887448d46"}]}}),
            ),
            added(
                json!({"kind": "Pod", "metadata": {"name": "db-0", "generateName": "db-",
                "ownerReferences": [{"name": "db"}]}}),
            ),
            added(
                json!({"kind": "Event", "metadata": {"name": "web-7887448d46-wbhq9.18ea"}, "reason": "Pulled",
                "involvedObject": {"kind": "Pod", "name": "web-7887448d46-wbhq9"}}),
            ),
        ];
        let naming = Naming::learn(&seen);
        assert_eq!(naming.key(&seen[0].object), "ReplicaSet/web-#1");
        assert_eq!(naming.key(&seen[1].object), "Pod/web-#1-#1");
        assert_eq!(naming.key(&seen[2].object), "Pod/db-0");
        assert_eq!(naming.key(&seen[3].object), "Event/Pod web-#1-#1 Pulled");
        assert_eq!(
            naming.apply("Created pod: web-7887448d46-wbhq9"),
            "Created pod: web-#1-#1"
        );
        assert_eq!(naming.apply("7887448d46"), "#1");
    }
}
