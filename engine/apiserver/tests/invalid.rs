//! Objects with mistakes, and what the server says about them: `invalid.yaml` holds both; `warnings.yaml` holds objects
//! that are allowed, and what the server warns of.

use apimachinery::{Value, yaml};
use apiserver::handler::{Request, handle};
use apiserver::{ApiServer, Config};
use sim::{Sim, Time};

/// Where an object of this kind is made.
fn place(server: &ApiServer, object: &Value) -> String {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let version = text("apiVersion");
    let (group, short) = version.split_once('/').unwrap_or(("", version));
    let registry = server.registry();
    let served = registry.find_kind(group, short, text("kind"));
    let names = &served
        .unwrap_or_else(|| panic!("no such kind: {object}"))
        .names;
    let root = if group.is_empty() { "api" } else { "apis" };
    let namespace = if names.namespaced {
        "namespaces/default/"
    } else {
        ""
    };
    format!("/{root}/{version}/{namespace}{}", names.plural)
}

/// What is said about an object, as comments.
fn complaints(server: &ApiServer, object: &Value) -> String {
    let request = Request::post(place(server, object), object.clone()).with_query("dryRun", "All");
    let answer = handle(server, &request).to_value().unwrap_or_default();
    let causes = answer.pointer("/details/causes").and_then(Value::as_array);
    let Some(causes) = causes else {
        return format!("#= {} {}\n", answer["code"], answer["message"]);
    };
    let mut out = String::new();
    for cause in causes {
        let text = |key: &str| cause[key].as_str().unwrap_or_default();
        let message = text("message").replace('\n', "\\n");
        out += &format!("#= {}: {message}\n", text("field"));
    }
    out
}

/// What is warned of when an object is made, as comments.
fn warnings(server: &ApiServer, object: &Value) -> String {
    let request = Request::post(place(server, object), object.clone()).with_query("dryRun", "All");
    let answer = handle(server, &request);
    assert_eq!(answer.code, 201, "{:?}", answer.to_value());
    let lines = answer.warnings.iter();
    lines.map(|text| format!("#= {text}\n")).collect()
}

/// Objects in a file, with what is said about each.
fn check(file: &str, said: fn(&ApiServer, &Value) -> String) {
    let path = format!("{}/tests/{file}", env!("CARGO_MANIFEST_DIR"));
    let wanted = std::fs::read_to_string(&path).unwrap();
    let server = ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    );
    let account = serde_json::json!({ "metadata": { "name": "default" } });
    let made = handle(
        &server,
        &Request::post("/api/v1/namespaces/default/serviceaccounts", account),
    );
    assert_eq!(made.code, 201);
    let mut got = Vec::new();
    for block in wanted.split("---\n") {
        let mut text: String = block
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("#="))
            .collect();
        let object = yaml::parse(&text).unwrap();
        text += &said(&server, &object);
        got.push(text);
    }
    let got = got.join("---\n");
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(path, got).unwrap();
    }
    for (wanted, got) in wanted.split("---\n").zip(got.split("---\n")) {
        assert_eq!(got, wanted);
    }
}

#[test]
fn mistakes_are_named_as_upstream_names_them() {
    check("invalid.yaml", complaints);
}

#[test]
fn what_is_unlikely_to_be_meant_is_warned_of() {
    check("warnings.yaml", warnings);
}
