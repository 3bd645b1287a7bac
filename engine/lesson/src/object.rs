//! Checks over API objects: which are selected, what each must be like, and how many.

use std::borrow::Cow;
use std::cmp::Ordering;

use apimachinery::Quantity;
use apimachinery::labels::{Labels, Selector};
use kubectl::util::jsonpath::JsonPath;
use serde_json::Value;

use crate::check::Outcome;
use crate::{Condition, Expectation, ObjectCheck, Operator, World};

impl ObjectCheck {
    pub(crate) fn evaluate(&self, world: &dyn World) -> Outcome {
        let namespace = (self.namespace != "*").then_some(self.namespace.as_str());
        let selector = self
            .selector
            .as_deref()
            .and_then(|s| Selector::parse(s).ok());
        let mut selected = world.list(&self.api_version, &self.kind, namespace);
        selected.retain(|object| {
            let name = &object["metadata"]["name"];
            self.name.as_deref().is_none_or(|wanted| name == wanted)
                && selector
                    .as_ref()
                    .is_none_or(|selector| selector.matches(&labels_of(object)))
        });
        let fitting = selected.iter().filter(|object| self.fits(object)).count();
        let holds = if self.all {
            fitting == selected.len() && fitting > 0
        } else {
            let least = match (self.at_least, self.at_most, self.count) {
                (Some(least), _, _) => least,
                (None, None, None) => 1,
                _ => 0,
            };
            fitting >= least
                && self.at_most.is_none_or(|most| fitting <= most)
                && self.count.is_none_or(|count| fitting == count)
        };
        Outcome::new(holds, || self.describe(&selected, fitting))
    }

    fn fits(&self, object: &Value) -> bool {
        self.expect.iter().all(|e| e.fits(object)) && self.conditions.iter().all(|c| c.fits(object))
    }

    /// What was found instead: the values of the first object that does not fit, or how many fit.
    fn describe(&self, selected: &[Value], fitting: usize) -> String {
        let too_many = self
            .at_most
            .or(self.count)
            .is_some_and(|most| fitting > most);
        let misfit = selected.iter().find_map(|object| {
            let found = self.expect.iter().find(|e| !e.fits(object));
            let found = found.map(|e| e.found(object)).or_else(|| {
                let condition = self.conditions.iter().find(|c| !c.fits(object))?;
                Some(condition.found(object))
            })?;
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            Some(format!("{} {name} has {found}", self.kind))
        });
        match (misfit, self.count.or(self.at_least).or(self.at_most)) {
            (Some(misfit), _) if !too_many => misfit,
            (_, Some(wanted)) if !selected.is_empty() => format!("{fitting} now, not {wanted}"),
            _ => String::new(),
        }
    }

    /// The first thing wrong with its paths, its selector or its operators' values.
    pub(crate) fn nonsense(&self) -> Option<String> {
        if let Some(error) = self
            .selector
            .as_deref()
            .and_then(|s| Selector::parse(s).err())
        {
            return Some(format!("selector: {error}"));
        }
        self.expect.iter().find_map(|e| {
            if let Err(error) = JsonPath::parse_relaxed(&e.path) {
                return Some(format!("{}: {error}", e.path));
            }
            let wants = match e.operator {
                Operator::In if !e.value.is_array() => "a list",
                Operator::Contains | Operator::StartsWith if !e.value.is_string() => "a text",
                Operator::Greater | Operator::Less | Operator::AtLeast | Operator::AtMost
                    if number(&e.value).is_none() =>
                {
                    "a number or a quantity"
                }
                _ => return None,
            };
            Some(format!(
                "{}: the operator wants {wants} as its value",
                e.path
            ))
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
        let text = self.value.as_str().unwrap_or_default();
        let any_text = |fits: fn(&str, &str) -> bool| {
            values
                .iter()
                .any(|v| v.as_str().is_some_and(|value| fits(value, text)))
        };
        let any_order = |fits: fn(Ordering) -> bool| {
            values
                .iter()
                .any(|v| compare(v, &self.value).is_some_and(fits))
        };
        match self.operator {
            Operator::Equals => values.contains(&self.value),
            Operator::NotEquals => !values.contains(&self.value),
            Operator::Exists => !values.is_empty(),
            Operator::Absent => values.is_empty(),
            Operator::Contains => any_text(|value, part| value.contains(part)),
            Operator::StartsWith => any_text(|value, part| value.starts_with(part)),
            Operator::In => {
                let list = self.value.as_array();
                list.is_some_and(|list| values.iter().any(|v| list.contains(v)))
            }
            Operator::Greater => any_order(Ordering::is_gt),
            Operator::Less => any_order(Ordering::is_lt),
            Operator::AtLeast => any_order(Ordering::is_ge),
            Operator::AtMost => any_order(Ordering::is_le),
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

impl Condition {
    fn of<'a>(&self, object: &'a Value) -> Option<&'a Value> {
        let conditions = object["status"]["conditions"].as_array()?;
        conditions.iter().find(|c| c["type"] == *self.type_)
    }

    fn fits(&self, object: &Value) -> bool {
        self.of(object).is_some_and(|condition| {
            condition["status"] == *self.status
                && self
                    .reason
                    .as_deref()
                    .is_none_or(|reason| condition["reason"] == reason)
        })
    }

    fn found(&self, object: &Value) -> String {
        let Some(condition) = self.of(object) else {
            return format!("no condition {}", self.type_);
        };
        let text = |field: &str| condition[field].as_str().unwrap_or_default();
        let reason = match text("reason") {
            "" => String::new(),
            reason => format!(" ({reason})"),
        };
        format!("condition {} {}{reason}", self.type_, text("status"))
    }
}

/// A number, or a quantity, as a number.
fn number(value: &Value) -> Option<Quantity> {
    match value {
        Value::Number(number) => Quantity::parse(&number.to_string()).ok(),
        Value::String(text) => Quantity::parse(text).ok(),
        _ => None,
    }
}

fn compare(value: &Value, with: &Value) -> Option<Ordering> {
    Some(number(value)?.cmp(&number(with)?))
}

fn labels_of(object: &Value) -> Labels {
    let labels = object["metadata"]["labels"].as_object();
    labels
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str().into(), value.as_str()?.into())))
        .collect()
}
