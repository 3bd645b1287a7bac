//! Whether a check holds.

use std::borrow::Cow;

use apimachinery::labels::{Labels, Selector};
use kubectl::util::jsonpath::JsonPath;
use serde_json::Value;

use crate::{Check, Expectation, ObjectCheck, Operator, World};

/// Whether a check holds, and what was found if not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it holds now.
    pub holds: bool,
    /// What there is instead, in a few words; may be empty.
    pub found: String,
}

impl Check {
    /// Looks whether it holds; commands count that were run at `since` (microseconds) or later.
    pub fn evaluate(&self, world: &dyn World, since: i64) -> Outcome {
        if let Some(object) = &self.object {
            return object.evaluate(world);
        }
        let Some(pattern) = &self.command else {
            return Outcome::default();
        };
        let mut tried = world
            .commands()
            .iter()
            .filter(|c| c.at >= since && pattern.matches(&c.line))
            .peekable();
        let any = tried.peek().is_some();
        let holds = tried.any(|command| command.exit == 0);
        let found = if any && !holds {
            "that command ended with an error".into()
        } else {
            String::new()
        };
        Outcome { holds, found }
    }
}

impl ObjectCheck {
    fn evaluate(&self, world: &dyn World) -> Outcome {
        let namespace = (self.namespace != "*").then_some(self.namespace.as_str());
        let selector = self
            .selector
            .as_deref()
            .and_then(|s| Selector::parse(s).ok());
        let selected: Vec<Value> = world
            .list(&self.api_version, &self.kind, namespace)
            .into_iter()
            .filter(|object| {
                self.name
                    .as_deref()
                    .is_none_or(|name| object["metadata"]["name"] == name)
            })
            .filter(|object| {
                selector
                    .as_ref()
                    .is_none_or(|s| s.matches(&labels_of(object)))
            })
            .collect();
        let fitting = selected
            .iter()
            .filter(|object| self.expect.iter().all(|e| e.fits(object)))
            .count();
        let holds = self.count.map_or(fitting > 0, |count| fitting == count);
        let found = if holds {
            String::new()
        } else {
            self.describe(&selected, fitting)
        };
        Outcome { holds, found }
    }

    /// What was found instead: the values of the first object that does not fit, or how many fit.
    fn describe(&self, selected: &[Value], fitting: usize) -> String {
        let misfit = selected.iter().find_map(|object| {
            let expectation = self.expect.iter().find(|e| !e.fits(object))?;
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            Some(format!(
                "{} {name} has {}",
                self.kind,
                expectation.found(object)
            ))
        });
        match (misfit, self.count) {
            (Some(misfit), None | Some(1..)) => misfit,
            (_, Some(count)) if fitting != count && !selected.is_empty() => {
                format!("{fitting} now, not {count}")
            }
            _ => String::new(),
        }
    }

    /// The first thing wrong with its paths or its selector.
    pub(crate) fn invalid_path(&self) -> Option<String> {
        if let Some(error) = self
            .selector
            .as_deref()
            .and_then(|s| Selector::parse(s).err())
        {
            return Some(format!("selector: {error}"));
        }
        self.expect.iter().find_map(|e| {
            JsonPath::parse_relaxed(&e.path)
                .err()
                .map(|error| format!("{}: {error}", e.path))
        })
    }
}

impl Expectation {
    fn values(&self, object: &Value) -> Vec<Value> {
        let Ok(path) = JsonPath::parse_relaxed(&self.path) else {
            return Vec::new();
        };
        let path = path.allow_missing(true);
        let found = path.find(object).unwrap_or_default();
        found.into_iter().flatten().map(Cow::into_owned).collect()
    }

    fn fits(&self, object: &Value) -> bool {
        let values = self.values(object);
        match self.operator {
            Operator::Equals => values.contains(&self.value),
            Operator::NotEquals => !values.contains(&self.value),
            Operator::Exists => !values.is_empty(),
            Operator::Absent => values.is_empty(),
            Operator::Contains => {
                let part = self.value.as_str().unwrap_or_default();
                values
                    .iter()
                    .any(|v| v.as_str().is_some_and(|text| text.contains(part)))
            }
            Operator::Greater => values.iter().any(|v| v.as_f64() > self.value.as_f64()),
            Operator::Less => values
                .iter()
                .any(|v| v.as_f64().is_some_and(|n| Some(n) < self.value.as_f64())),
        }
    }

    fn found(&self, object: &Value) -> String {
        let values = self.values(object);
        let path = self.path.trim_matches(['{', '}']);
        match values.as_slice() {
            [] => format!("no {path}"),
            [one] => format!("{path} {one}"),
            many => format!("{path} {}", Value::from(many.to_vec())),
        }
    }
}

fn labels_of(object: &Value) -> Labels {
    let labels = object["metadata"]["labels"].as_object();
    labels
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str().into(), value.as_str()?.into())))
        .collect()
}
