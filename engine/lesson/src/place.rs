//! Reads `lesson.yaml` and `track.yaml`, and says where a mistake in them is.
//!
//! What the YAML reader itself does not understand comes with a line. What is no mistake of YAML (an unknown field, a text
//! where a number belongs) is known only once all is read, and has lost its line by then; it is found again here.

use apimachinery::yaml;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Check, Step};

/// Stands in for a key, to see whether it is the one that is complained about.
const MARK: &str = "is-it-this-one";

/// Reads YAML as the cluster does, so that an author meets one dialect only.
pub(crate) fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    read(text).map_err(
        |error| match line(text, &error, |text| read::<T>(text).err()) {
            Some(line) => format!("line {line}: {error}"),
            None => match step(text) {
                Some((line, place)) => format!("line {line}: {place}: {error}"),
                None => error,
            },
        },
    )
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value = yaml::parse_strict(text).map_err(|e| e.to_string())?;
    let list =
        strange_list(&value, "the file").map(|name| format!("{name}: a list, where fields belong"));
    let read = serde_json::from_value(value).map_err(|e| e.to_string())?;
    list.map_or(Ok(read), Err)
}

/// Fields that are lists.
const LISTS: [&str; 16] = [
    "alternatives",
    "apply",
    "checks",
    "conditions",
    "expect",
    "faults",
    "flag",
    "needs",
    "output",
    "resource",
    "run",
    "solution",
    "steps",
    "traffic",
    "value",
    "wrong",
];
/// Those of them that are lists of things with fields.
const OF_THINGS: [&str; 5] = ["checks", "conditions", "expect", "steps", "traffic"];

/// A list where fields belong. The derived readers would take its items for the fields, in their order.
fn strange_list<'a>(value: &'a Value, name: &'a str) -> Option<&'a str> {
    match value {
        Value::Array(items) => {
            let strange = !LISTS.contains(&name)
                || OF_THINGS.contains(&name) && items.iter().any(Value::is_array);
            let inner = || items.iter().find_map(|item| of_fields(item, name));
            strange.then_some(name).or_else(inner)
        }
        other => of_fields(other, name),
    }
}

fn of_fields<'a>(value: &'a Value, name: &'a str) -> Option<&'a str> {
    let mut fields = value.as_object()?.iter();
    fields.find_map(|(field, value)| match field.as_str() {
        // Whatever it is compared with.
        "value" => None,
        // A check has one, a set-up has several.
        "traffic" if name == "checks" && value.is_array() => Some("traffic"),
        field => strange_list(value, field),
    })
}

/// The line of an unknown field: of all keys of that name the one for which the complaint changes when it is renamed.
fn line(text: &str, error: &str, complaint: impl Fn(&str) -> Option<String>) -> Option<usize> {
    let (key, _) = error.strip_prefix("unknown field `")?.split_once('`')?;
    let mut places = text.match_indices(key);
    let (at, _) = places.find(|(at, _)| {
        let (before, after) = (&text[..*at], &text[at + key.len()..]);
        let is_key = after.trim_start_matches(['"', '\'', ' ']).starts_with(':');
        is_key
            && complaint(&format!("{before}{MARK}{after}"))
                .is_some_and(|error| error.contains(MARK))
    })?;
    Some(line_at(text, at))
}

/// The step, and the check in it, that cannot be read: the line that its id is on, and its name.
fn step(text: &str) -> Option<(usize, String)> {
    let value = yaml::parse_strict(text).ok()?;
    let wrong = |step: &&Value| serde_json::from_value::<Step>((*step).clone()).is_err();
    let step = value["steps"].as_array()?.iter().find(wrong)?;
    let id = step["id"].as_str()?;
    let at = text.find(&format!("id: {id}"))?;
    let wrong = |check: &&Value| serde_json::from_value::<Check>((*check).clone()).is_err();
    let check = step["checks"]
        .as_array()
        .and_then(|all| all.iter().find(wrong));
    match check.and_then(|check| check["id"].as_str()) {
        Some(check) => {
            let within = text[at..].find(&format!("id: {check}")).unwrap_or(0);
            Some((
                line_at(text, at + within),
                format!("step {id:?}, check {check:?}"),
            ))
        }
        None => Some((line_at(text, at), format!("step {id:?}"))),
    }
}

fn line_at(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
