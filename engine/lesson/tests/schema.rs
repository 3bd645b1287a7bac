//! `lessons/lesson.schema.json`, by which editors complete and explain `lesson.yaml`, accepts what is read here and nothing
//! else: a lesson with every field in it is spoilt in one place after the other, and both say the same each time.

use std::collections::BTreeSet;

use lesson::Lesson;
use serde_json::{Value, json};
use view::LessonSource;

const SCHEMA: &str = include_str!("../../../lessons/lesson.schema.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("JSON")
}

/// A lesson with every field that there is.
fn whole() -> Value {
    let setup = json!({
        "apply": ["a.yml"], "run": ["true"], "heal": true, "faults": ["node-down node-2"], "stopTraffic": false, "speed": 2,
        "traffic": [{ "url": "http://web", "rate": 3, "from": "client", "namespace": "shop", "host": "shop.test" }],
    });
    json!({
        "minutes": 5,
        "needs": ["metrics-server"],
        "setup": setup,
        "steps": [{
            "id": "one",
            "setup": setup,
            "playground": true,
            "needs": ["three-workers", "default-storage-class"],
            "checks": [
                { "id": "a", "forSeconds": 3, "object": {
                    "apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "web", "selector": "app=web",
                    "expect": [{ "path": "{.status.phase}", "operator": "equals", "value": "Running" }],
                    "conditions": [{ "type": "Ready", "status": "True", "reason": "Good" }],
                    "count": 1, "atLeast": 1, "atMost": 2, "all": false,
                } },
                { "id": "b", "event": {
                    "reason": "BackOff", "kind": "Pod", "name": "web", "namespace": "shop", "message": "back", "atLeast": 2,
                } },
                { "id": "c", "command": {
                    "program": "kubectl", "verb": "get", "resource": ["pods"], "name": "web", "flag": ["-o"],
                    "contains": "wide", "output": ["Running"], "exit": 0,
                } },
                { "id": "d", "traffic": { "url": "http://web", "atLeast": 99.5, "atMost": 100, "requests": 10 } },
            ],
            "solution": ["true"],
            "alternatives": [["true"]],
            "wrong": [["false"]],
        }],
    })
}

/// The words that belong to it, whatever has become of it.
fn words(lesson: &Value) -> String {
    let mut text = String::from("# A\n\nB.\n\n");
    for step in lesson["steps"].as_array().into_iter().flatten() {
        let id = step["id"].as_str().unwrap_or("none");
        text.push_str(&format!("## S {{#{id}}}\n\n### Hint {{.hint}}\n\nH.\n\n"));
        let checks = step["checks"].as_array().into_iter().flatten();
        let ids: Vec<&str> = checks.filter_map(|check| check["id"].as_str()).collect();
        if !ids.is_empty() {
            text.push_str("### Checks {.checks}\n\n");
        }
        ids.iter()
            .for_each(|id| text.push_str(&format!("- `{id}` **So.** Not yet.\n")));
        text.push('\n');
    }
    text.push_str("## P {#production}\n\nP.\n\n## L {#learned}\n\nL.\n\n## Q {#questions}\n\n### Q?\n\n- [x] Yes.\n");
    text
}

/// What is wrong with it, read as any lesson.
fn read(lesson: &Value) -> Vec<String> {
    let files = [
        ("lesson.yaml", lesson.to_string()),
        ("text.md", words(lesson)),
        ("setup/a.yml", String::new()),
        ("setup/x", String::new()),
    ];
    let source = LessonSource {
        id: "own/it".into(),
        files: files.map(|(path, text)| (path.to_owned(), text)).into(),
        ..LessonSource::default()
    };
    match Lesson::read(&source) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

/// Whether the schema accepts a value: as much of JSON Schema as ours uses.
fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str() {
        let place = name.strip_prefix('#').expect("a place in the same file");
        return accepts(root, root.pointer(place).expect("it is there"), value);
    }
    let kind = match schema["type"].as_str() {
        None => true,
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some(other) => panic!("what is a {other}?"),
    };
    let number = value.as_f64();
    let limit = |name: &str, fits: fn(f64, f64) -> bool| match (schema[name].as_f64(), number) {
        (Some(limit), Some(number)) => fits(number, limit),
        _ => true,
    };
    let least = |name: &str, size: Option<usize>| match (schema[name].as_u64(), size) {
        (Some(least), Some(size)) => size as u64 >= least,
        _ => true,
    };
    let has = |names: &Value| {
        let names = names.as_array().into_iter().flatten();
        names
            .filter_map(Value::as_str)
            .all(|name| value.get(name).is_some())
    };
    let is_id = |text: &str| {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !text.is_empty() && text.chars().all(good)
    };
    kind && schema["enum"]
        .as_array()
        .is_none_or(|all| all.contains(value))
        && limit("minimum", |number, limit| number >= limit)
        && limit("maximum", |number, limit| number <= limit)
        && least("minItems", value.as_array().map(Vec::len))
        && least("minLength", value.as_str().map(str::len))
        && match schema["pattern"].as_str() {
            None => true,
            Some("^[a-z0-9-]+$") => value.as_str().is_none_or(is_id),
            Some(other) => panic!("this test does not know the pattern {other}"),
        }
        && has(&schema["required"])
        && schema["oneOf"].as_array().is_none_or(|all| {
            let fitting = all.iter().filter(|one| has(&one["required"]));
            fitting.count() == 1
        })
        && value.as_array().is_none_or(|items| {
            let of = &schema["items"];
            items.iter().all(|item| accepts(root, of, item))
        })
        && value.as_object().is_none_or(|fields| {
            let known = &schema["properties"];
            fields.iter().all(|(name, field)| match known.get(name) {
                Some(of) => accepts(root, of, field),
                None => schema["additionalProperties"] != false,
            })
        })
}

/// All places in a value, as JSON pointers.
fn places(value: &Value, here: &str, out: &mut Vec<String>) {
    out.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, &format!("{here}/{name}"), out);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                places(item, &format!("{here}/{at}"), out);
            }
        }
        _ => {}
    }
}

#[test]
fn the_schema_and_what_is_read_are_the_same() {
    let (schema, whole) = (schema(), whole());
    assert_eq!(read(&whole), [] as [&str; 0]);
    let mut all = Vec::new();
    places(&whole, "", &mut all);
    let instead = [
        json!("x"),
        json!(""),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(99),
        json!(true),
        json!([]),
        json!({}),
        json!(["x"]),
    ];
    let (mut compared, mut other) = (0, Vec::new());
    let mut same = |spoilt: &Value, what: &str| {
        let errors = read(spoilt);
        if accepts(&schema, &schema, spoilt) != errors.is_empty() {
            other.push(format!("{what}: the schema says otherwise than {errors:?}"));
        }
        compared += 1;
    };
    same(&whole, "the whole");
    // What a value means depends on its operator, which no schema can say.
    for place in all.iter().filter(|place| !place.ends_with("/value")) {
        for value in &instead {
            let mut spoilt = whole.clone();
            *spoilt.pointer_mut(place).expect("it is there") = value.clone();
            same(&spoilt, &format!("{value} at {place}"));
        }
        let mut more = whole.clone();
        if let Some(Value::Object(fields)) = more.pointer_mut(place) {
            fields.insert("strange".into(), json!(1));
            same(&more, &format!("one more field in {place}"));
        }
        let (above, name) = place.rsplit_once('/').unwrap_or_default();
        let mut less = whole.clone();
        if let Some(Value::Object(fields)) = less.pointer_mut(above)
            && fields.remove(name).is_some()
        {
            same(&less, &format!("without {place}"));
        }
    }
    let names = |place: &str| schema.pointer(place).and_then(Value::as_array).cloned();
    for need in names("/$defs/need/enum").expect("names") {
        let mut all = whole.clone();
        all["needs"] = json!([need]);
        same(&all, &format!("the need {need}"));
    }
    for operator in names("/$defs/expectation/properties/operator/enum").expect("names") {
        let mut all = whole.clone();
        let value = if operator == "in" {
            json!(["5"])
        } else {
            json!("5")
        };
        let expect = json!([{ "path": "{.spec.replicas}", "operator": operator, "value": value }]);
        all["steps"][0]["checks"][0]["object"]["expect"] = expect;
        same(&all, &format!("the operator {operator}"));
    }
    assert!(other.is_empty(), "{}", other.join("\n"));
    assert!(compared > 800, "{compared}");
}

#[test]
fn every_field_of_the_schema_is_explained_and_tried() {
    let (schema, whole) = (schema(), whole());
    let mut used = Vec::new();
    places(&whole, "", &mut used);
    let used: BTreeSet<&str> = used
        .iter()
        .filter_map(|place| place.rsplit('/').next())
        .collect();
    let objects = schema["$defs"].as_object().expect("definitions");
    for (place, object) in objects
        .iter()
        .map(|(name, object)| (name.as_str(), object))
        .chain([("lesson.yaml", &schema)])
    {
        for (name, field) in object["properties"].as_object().into_iter().flatten() {
            let told = field["description"].is_string() || field["$ref"].is_string();
            assert!(told, "{place}: {name} is not explained");
            assert!(used.contains(name.as_str()), "{place}: {name} is not tried");
        }
    }
}

#[test]
fn the_schema_accepts_every_lesson() {
    let schema = schema();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
    let mut count = 0;
    for track in std::fs::read_dir(&folder).expect("lessons").flatten() {
        let Ok(lessons) = std::fs::read_dir(track.path()) else {
            continue;
        };
        for lesson in lessons.flatten() {
            let Ok(text) = std::fs::read_to_string(lesson.path().join("lesson.yaml")) else {
                continue;
            };
            let value = apimachinery::yaml::parse(&text).expect("YAML");
            assert!(accepts(&schema, &schema, &value), "{:?}", lesson.path());
            count += 1;
        }
    }
    assert!(count >= 40, "{count}");
}
