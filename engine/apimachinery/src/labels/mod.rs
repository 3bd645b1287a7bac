//! Label selectors (upstream's `pkg/labels`): reading, writing, matching.

mod parse;

use std::fmt;

use crate::field::{Error, ErrorList, Path};
use crate::gotext::quote;
use crate::meta::v1::LabelSelector;
use crate::validation::{is_label_value, is_qualified_name};
use crate::{Map, Str};

/// Labels of an object.
pub type Labels = Map<Str, Str>;

/// How a requirement compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `key=value`
    Equals,
    /// `key==value`
    DoubleEquals,
    /// `key!=value`
    NotEquals,
    /// `key in (a,b)`
    In,
    /// `key notin (a,b)`
    NotIn,
    /// `key`
    Exists,
    /// `!key`
    DoesNotExist,
    /// `key>1`
    GreaterThan,
    /// `key<1`
    LessThan,
}

/// One requirement of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The label's key.
    pub key: Str,
    /// How to compare.
    pub operator: Operator,
    /// What to compare with.
    pub values: Vec<Str>,
}

/// A label selector: all its requirements must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector(Option<Vec<Requirement>>);

impl Requirement {
    /// A checked requirement.
    ///
    /// # Errors
    /// Upstream's aggregated text.
    pub fn new(key: impl Into<Str>, operator: Operator, values: Vec<Str>) -> Result<Self, Str> {
        let key = key.into();
        let path = Path::root();
        let values_path = path.child("values");
        let mut errors = ErrorList::new();
        errors.extend(label_key_error(&key, &path.child("key")));
        let refuse = |detail: &str| {
            let shown: Vec<&str> = values.iter().map(Str::as_str).collect();
            Error::invalid(&values_path, shown, detail)
        };
        match operator {
            Operator::In | Operator::NotIn if values.is_empty() => {
                errors.push(refuse(
                    "for 'in', 'notin' operators, values set can't be empty",
                ));
            }
            Operator::Equals | Operator::DoubleEquals | Operator::NotEquals
                if values.len() != 1 =>
            {
                errors.push(refuse(
                    "exact-match compatibility requires one single value",
                ));
            }
            Operator::Exists | Operator::DoesNotExist if !values.is_empty() => {
                errors.push(refuse(
                    "values set must be empty for exists and does not exist",
                ));
            }
            Operator::GreaterThan | Operator::LessThan => {
                if values.len() != 1 {
                    errors.push(refuse(
                        "for 'Gt', 'Lt' operators, exactly one value is required",
                    ));
                }
                for (i, value) in values
                    .iter()
                    .enumerate()
                    .filter(|(_, value)| value.parse::<i64>().is_err())
                {
                    let detail = "for 'Gt', 'Lt' operators, the value must be an integer";
                    errors.push(Error::invalid(
                        &values_path.index(i),
                        value.as_str(),
                        detail,
                    ));
                }
            }
            _ => {}
        }
        for (i, value) in values.iter().enumerate() {
            let complaints = is_label_value(value);
            if !complaints.is_empty() {
                let path = values_path.index(i).key(key.clone());
                errors.push(Error::invalid(&path, value.as_str(), complaints.join("; ")));
            }
        }
        match errors.to_aggregate() {
            None => Ok(Self {
                key,
                operator,
                values,
            }),
            Some(text) => Err(text),
        }
    }

    /// The label that it asks for, if there is only one that meets it.
    pub fn exactly(&self) -> Option<(&str, &str)> {
        match (self.operator, self.values.as_slice()) {
            (Operator::In | Operator::Equals | Operator::DoubleEquals, [value]) => {
                Some((&self.key, value))
            }
            _ => None,
        }
    }

    /// Whether labels meet it.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.matches_value(labels.get(&self.key).map(Str::as_str))
    }

    fn matches_value(&self, value: Option<&str>) -> bool {
        let listed = |value| self.values.iter().any(|v| v == value);
        match self.operator {
            Operator::In | Operator::Equals | Operator::DoubleEquals => value.is_some_and(listed),
            Operator::NotIn | Operator::NotEquals => !value.is_some_and(listed),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan | Operator::LessThan => {
                let number = value.and_then(|value| value.parse::<i64>().ok());
                let bound = self
                    .values
                    .first()
                    .and_then(|value| value.parse::<i64>().ok());
                match (number, bound) {
                    (Some(number), Some(bound)) if self.operator == Operator::GreaterThan => {
                        number > bound
                    }
                    (Some(number), Some(bound)) => number < bound,
                    _ => false,
                }
            }
        }
    }
}

fn label_key_error(key: &str, path: &Path) -> Option<Error> {
    let complaints = is_qualified_name(key);
    (!complaints.is_empty()).then(|| Error::invalid(path, key, complaints.join("; ")))
}

impl Selector {
    /// Matches every object.
    pub const fn everything() -> Self {
        Self(Some(Vec::new()))
    }

    /// Matches no object.
    pub const fn nothing() -> Self {
        Self(None)
    }

    /// Reads a selector such as `app=web,tier in (a,b),!legacy`.
    ///
    /// # Errors
    /// Upstream's text.
    pub fn parse(text: &str) -> Result<Self, Str> {
        let mut requirements = parse::parse(text)?;
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self(Some(requirements)))
    }

    /// From requirements.
    pub fn from_requirements(mut requirements: Vec<Requirement>) -> Self {
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Self(Some(requirements))
    }

    /// Every label of a set must be there with its value. An empty set matches everything. Not checked.
    pub fn from_set(labels: &Labels) -> Self {
        let requirement = |(key, value): (&Str, &Str)| Requirement {
            key: key.clone(),
            operator: Operator::Equals,
            values: vec![value.clone()],
        };
        Self(Some(labels.iter().map(requirement).collect()))
    }

    /// From the API type; `None` matches nothing, an empty selector everything.
    ///
    /// # Errors
    /// Upstream's text for a malformed selector.
    pub fn from_label_selector(selector: Option<&LabelSelector>) -> Result<Self, Str> {
        let Some(selector) = selector else {
            return Ok(Self::nothing());
        };
        let mut requirements = Vec::new();
        for (key, value) in &selector.match_labels {
            requirements.push(Requirement::new(
                key.clone(),
                Operator::Equals,
                vec![value.clone()],
            )?);
        }
        for expression in &selector.match_expressions {
            let operator = match expression.operator.as_str() {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => {
                    return Err(ecow::eco_format!(
                        "{} is not a valid label selector operator",
                        quote(other)
                    ));
                }
            };
            requirements.push(Requirement::new(
                expression.key.clone(),
                operator,
                expression.values.clone(),
            )?);
        }
        Ok(Self::from_requirements(requirements))
    }

    /// Whether labels meet all requirements.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.0
            .as_ref()
            .is_some_and(|requirements| requirements.iter().all(|r| r.matches(labels)))
    }

    /// Whether it matches everything.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_some_and(Vec::is_empty)
    }

    /// The requirements; `None` when it matches nothing.
    pub fn requirements(&self) -> Option<&[Requirement]> {
        self.0.as_deref()
    }

    /// Adds requirements.
    #[must_use]
    pub fn with(self, more: impl IntoIterator<Item = Requirement>) -> Self {
        match self.0 {
            None => Self(None),
            Some(mut requirements) => {
                requirements.extend(more);
                Self::from_requirements(requirements)
            }
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut values = self.values.clone();
        values.sort();
        let (key, values) = (&self.key, values.join(","));
        match self.operator {
            Operator::Equals => write!(f, "{key}={values}"),
            Operator::DoubleEquals => write!(f, "{key}=={values}"),
            Operator::NotEquals => write!(f, "{key}!={values}"),
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::GreaterThan => write!(f, "{key}>{values}"),
            Operator::LessThan => write!(f, "{key}<{values}"),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, requirement) in self.0.iter().flatten().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            requirement.fmt(f)?;
        }
        Ok(())
    }
}

/// The selector of an API type as people read it (`FormatLabelSelector`): `<none>` when it matches everything.
pub fn format_label_selector(selector: Option<&LabelSelector>) -> Str {
    match Selector::from_label_selector(selector) {
        Err(_) => "<error>".into(),
        Ok(selector) => {
            let text = ecow::eco_format!("{selector}");
            if text.is_empty() {
                "<none>".into()
            } else {
                text
            }
        }
    }
}

/// Labels as `a=b,c=d` (`labels.FormatLabels`): `<none>` without any.
pub fn format_labels(labels: &Labels) -> Str {
    if labels.is_empty() {
        return "<none>".into();
    }
    let pairs: Vec<Str> = labels
        .iter()
        .map(|(key, value)| ecow::eco_format!("{key}={value}"))
        .collect();
    pairs.join(",").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs
            .iter()
            .map(|(k, v)| (Str::from(*k), Str::from(*v)))
            .collect()
    }

    #[test]
    fn matches_and_prints() {
        let web = labels(&[("app", "web"), ("tier", "front"), ("n", "5")]);
        for (text, printed, matches) in [
            ("", "", true),
            ("app=web", "app=web", true),
            ("tier==front, app!=db", "app!=db,tier==front", true),
            ("app in (web , db)", "app in (db,web)", true),
            ("app notin (web)", "app notin (web)", false),
            ("!x,app", "app,!x", true),
            ("n>4", "n>4", true),
            ("n<4", "n<4", false),
            ("app=", "app=", false),
            ("in=a", "in=a", false),
        ] {
            let selector = Selector::parse(text).unwrap();
            assert_eq!(selector.to_string(), printed, "{text}");
            assert_eq!(selector.matches(&web), matches, "{text}");
        }
        assert!(!Selector::nothing().matches(&web));
    }

    #[test]
    fn refuses_as_upstream() {
        for (text, error) in [
            ("a,,b", "found ',', expected: identifier after ','"),
            (
                "a in b",
                "unable to parse requirement: found 'b' expected: '('",
            ),
            (
                "a b",
                "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
            ),
            (
                "=a",
                "found '=', expected: !, identifier, or 'end of string'",
            ),
            ("a=b c", "found 'c', expected: ',' or 'end of string'"),
            (
                "a=!",
                "unable to parse requirement: found '!', expected: identifier",
            ),
            (
                "a>x",
                "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
            ),
        ] {
            assert_eq!(Selector::parse(text).unwrap_err(), error, "{text}");
        }
    }
}
