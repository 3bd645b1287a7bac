//! `lessons/lesson.schema.json`, by which editors complete and explain `lesson.yaml`, names the fields that are read.

use std::collections::BTreeSet;

use lesson::{
    Check, CommandPattern, Condition, Data, EventCheck, Expectation, ObjectCheck, Setup, Step,
    TrafficCheck,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../lessons/lesson.schema.json");

/// The fields of a type, as its own complaint about an unknown one lists them.
fn fields<T: DeserializeOwned>() -> BTreeSet<String> {
    let error = match serde_json::from_value::<T>(json!({ "?": 0 })) {
        Ok(_) => panic!("an unknown field is an error"),
        Err(error) => error.to_string(),
    };
    let (_, expected) = error.split_once("expected").expect("the fields are listed");
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_schema_has_every_field_and_no_other() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let of = |definition: &Value| -> BTreeSet<String> {
        let properties = definition["properties"].as_object().expect("properties");
        properties.keys().cloned().collect()
    };
    let named = |name: &str| of(&schema["$defs"][name]);
    for (name, in_schema, read) in [
        ("lesson.yaml", of(&schema), fields::<Data>()),
        ("setup", named("setup"), fields::<Setup>()),
        (
            "trafficSpec",
            named("trafficSpec"),
            fields::<view::TrafficSpec>(),
        ),
        ("step", named("step"), fields::<Step>()),
        ("check", named("check"), fields::<Check>()),
        ("objectCheck", named("objectCheck"), fields::<ObjectCheck>()),
        ("expectation", named("expectation"), fields::<Expectation>()),
        ("condition", named("condition"), fields::<Condition>()),
        ("eventCheck", named("eventCheck"), fields::<EventCheck>()),
        (
            "trafficCheck",
            named("trafficCheck"),
            fields::<TrafficCheck>(),
        ),
        ("command", named("command"), fields::<CommandPattern>()),
    ] {
        assert_eq!(in_schema, read, "{name}");
    }
}
