//! The small part of JSONPath that columns and scales of custom resources use: `.spec.size`, `.items[0].x`,
//! `.spec['a.b']`, `.status.conditions[?(@.type=="Ready")].status`.

use apimachinery::Value;

/// The first value that a path leads to.
pub(super) fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let mut found = vec![value];
    for step in steps(path)? {
        found = found
            .into_iter()
            .flat_map(|value| follow(value, &step))
            .collect();
    }
    found.into_iter().next()
}

enum Step {
    Field(String),
    Index(usize),
    All,
    Where(Vec<String>, String),
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path.trim().trim_start_matches('{').trim_end_matches('}');
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at_checked(end)?;
            if !name.is_empty() {
                steps.push(Step::Field(name.to_owned()));
            }
            rest = after;
        } else {
            let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(bracket(inner)?);
            rest = after;
        }
    }
    Some(steps)
}

fn bracket(inner: &str) -> Option<Step> {
    let bare = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    if inner == "*" {
        return Some(Step::All);
    }
    if let Some(filter) = inner.strip_prefix("?(@").and_then(|f| f.strip_suffix(')')) {
        let (path, wanted) = filter.split_once("==")?;
        let fields = path.trim().split('.').filter(|field| !field.is_empty());
        return Some(Step::Where(
            fields.map(str::to_owned).collect(),
            bare(wanted),
        ));
    }
    if inner.starts_with(['"', '\'']) {
        return Some(Step::Field(bare(inner)));
    }
    inner.parse().ok().map(Step::Index)
}

fn follow<'a>(value: &'a Value, step: &Step) -> Vec<&'a Value> {
    match (step, value) {
        (Step::Field(name), Value::Object(map)) => map.get(name).into_iter().collect(),
        (Step::Index(index), Value::Array(items)) => items.get(*index).into_iter().collect(),
        (Step::All, Value::Array(items)) => items.iter().collect(),
        (Step::All, Value::Object(map)) => map.values().collect(),
        (Step::Where(fields, wanted), Value::Array(items)) => {
            let is = |item: &&Value| {
                let mut found = Some(*item);
                for field in fields {
                    found = found.and_then(|value| value.get(field));
                }
                match found {
                    Some(Value::String(text)) => text == wanted,
                    Some(Value::Bool(yes)) => wanted == if *yes { "true" } else { "false" },
                    Some(Value::Number(number)) => {
                        wanted.parse() == Ok(number.as_f64().unwrap_or(f64::NAN))
                    }
                    Some(_) => false,
                    None => false,
                }
            };
            items.iter().filter(is).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn finds_values() {
        let value = serde_json::json!({
            "spec": { "size": 3, "a.b": 1, "list": [{ "x": 1 }, { "x": 2 }] },
            "status": { "conditions": [{ "type": "A", "status": "no" }, { "type": "Ready", "status": "yes" }] },
        });
        for (path, want) in [
            (".spec.size", Some("3")),
            ("{.spec.size}", Some("3")),
            (".spec['a.b']", Some("1")),
            (".spec.list[1].x", Some("2")),
            (".spec.list[*].x", Some("1")),
            (
                ".status.conditions[?(@.type==\"Ready\")].status",
                Some("\"yes\""),
            ),
            (".status.none", None),
            (".spec[", None),
        ] {
            assert_eq!(
                find(&value, path).map(ToString::to_string).as_deref(),
                want,
                "{path}"
            );
        }
    }
}
