//! Label selectors as objects hold them.

use apimachinery::labels::{Operator, Selector};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::fail;
use crate::util::go;
use crate::util::json as j;

/// `a=b,c in (d,e)` as a `LabelSelector` (`metav1.ParseToLabelSelector`).
pub fn to_label_selector(text: &str) -> Result<Value, Error> {
    let parsed = Selector::parse(text).map_err(|e| {
        fail!(
            "couldn't parse the selector string {}: {e}",
            go::quote(text)
        )
    })?;
    let mut labels = Map::new();
    let mut expressions = Vec::new();
    for requirement in parsed.requirements().unwrap_or_default() {
        let values: Vec<&str> = requirement.values.iter().map(|v| v.as_str()).collect();
        let operator = match requirement.operator {
            Operator::Equals | Operator::DoubleEquals | Operator::In => {
                if let ([value], Operator::Equals | Operator::DoubleEquals) =
                    (values.as_slice(), requirement.operator)
                {
                    labels.insert(requirement.key.to_string(), (*value).into());
                    continue;
                }
                "In"
            }
            Operator::NotEquals | Operator::NotIn => "NotIn",
            Operator::Exists => "Exists",
            Operator::DoesNotExist => "DoesNotExist",
            Operator::GreaterThan => {
                return Err(fail!("\"gt\" isn't supported in label selectors"));
            }
            Operator::LessThan => return Err(fail!("\"lt\" isn't supported in label selectors")),
        };
        let mut expression = json!({"key": requirement.key.as_str(), "operator": operator});
        if !values.is_empty() {
            expression["values"] = json!(values);
        }
        expressions.push(expression);
    }
    let mut selector = json!({});
    if !labels.is_empty() {
        selector["matchLabels"] = labels.into();
    }
    if !expressions.is_empty() {
        selector["matchExpressions"] = expressions.into();
    }
    Ok(selector)
}

/// A `LabelSelector` as text for requests: `a=b,c in (d,e)`.
pub fn from_label_selector(selector: &Value) -> String {
    let mut parts: Vec<String> = j::entries(selector, &["matchLabels"])
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    for expression in j::list(selector, &["matchExpressions"]) {
        let key = j::text(expression, &["key"]);
        let mut values: Vec<&str> = j::list(expression, &["values"])
            .iter()
            .filter_map(Value::as_str)
            .collect();
        values.sort_unstable();
        let values = values.join(",");
        parts.push(match j::text(expression, &["operator"]) {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            _ => format!("!{key}"),
        });
    }
    parts.join(",")
}

/// A `LabelSelector` as `describe` shows it.
pub fn format_label_selector(selector: &Value) -> String {
    match selector {
        Value::Null => "<none>".to_owned(),
        selector => match from_label_selector(selector).as_str() {
            "" => "<none>".to_owned(),
            text => text.to_owned(),
        },
    }
}
