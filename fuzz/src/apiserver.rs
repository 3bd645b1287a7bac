//! What the API server reads: documents, patches, selectors, quantities and field paths.

use apimachinery::labels::Selector;
use apimachinery::managed_fields::Set;
use apimachinery::patch::{json_patch, merge, strategic};
use apimachinery::{Quantity, Value, codec, fields, yaml};
use apiserver::handler::{Request, RequestBody, handle};
use apiserver::{ApiServer, Config};
use serde_json::Map;
use sim::{Sim, Time};

thread_local! {
    static SERVER: ApiServer = ApiServer::new(Sim::new(1, Time::from_secs(1_800_000_000)), Config::default());
}

/// Where objects of this kind are made.
fn place(server: &ApiServer, object: &Value) -> Option<String> {
    let version = object["apiVersion"].as_str()?;
    let (group, short) = version.split_once('/').unwrap_or(("", version));
    let registry = server.registry();
    let names = &registry
        .find_kind(group, short, object["kind"].as_str()?)?
        .names;
    let root = match group {
        "" => "/api/v1".to_owned(),
        _ => format!("/apis/{version}"),
    };
    let namespace = if names.namespaced {
        "/namespaces/default"
    } else {
        ""
    };
    Some(format!("{root}{namespace}/{}", names.plural))
}

/// A manifest, as `kubectl apply` would send it.
pub fn objects(text: &str) {
    if let Ok(value) = codec::json::parse(text) {
        let shown = codec::json::compact(&value);
        let again = codec::json::parse(&shown).expect("what was written can be read");
        assert_eq!(codec::json::compact(&again), shown);
    }
    for object in yaml::decode_stream(text).into_iter().flatten().take(4) {
        let shown = yaml::to_yaml(&object);
        let again = yaml::parse(&shown).expect("what was written can be read");
        assert_eq!(yaml::to_yaml(&again), shown);
        SERVER.with(|server| post(server, &object, text));
    }
}

fn post(server: &ApiServer, object: &Value, text: &str) {
    let Some(path) = place(server, object) else {
        return;
    };
    for (body, content_type) in [
        (RequestBody::Json(object.clone()), "application/json"),
        (RequestBody::Text(text.to_owned()), "application/yaml"),
    ] {
        for strictness in ["Strict", "Warn"] {
            let mut request = Request::post(path.as_str(), Value::Null)
                .with_query("dryRun", "All")
                .with_query("fieldValidation", strictness);
            request.body = body.clone();
            request.content_type = content_type.to_owned();
            let response = handle(server, &request);
            if response.code != 201 {
                continue;
            }
            let made = response.to_value().expect("an object");
            assert_eq!(
                codec::json::parse(&codec::json::compact(&made))
                    .ok()
                    .as_ref(),
                Some(&made)
            );
        }
    }
}

/// The type of the patch in the first line, then a document, `---`, and the patch.
pub fn patches(text: &str) {
    let Some((document, patch)) = text.split_once("\n---\n") else {
        return;
    };
    let (Ok(document), Ok(patch)) = (yaml::parse(document), yaml::parse(patch)) else {
        return;
    };
    let map =
        |value: &Value| -> Map<String, Value> { value.as_object().cloned().unwrap_or_default() };
    let _ = json_patch::apply(document.clone(), &patch);
    let once = merge::apply(document.clone(), &patch);
    assert_eq!(
        merge::apply(once.clone(), &patch),
        once,
        "a merge patch twice is one"
    );
    for schema in [
        api::core::v1::Pod::SCHEMA,
        api::core::v1::Service::SCHEMA,
        api::apps::v1::Deployment::SCHEMA,
    ] {
        let _ = strategic::apply(map(&document), map(&patch), schema);
        if let Ok(made) = strategic::create(&map(&document), &map(&patch), schema) {
            let _ = strategic::apply(map(&document), made, schema);
        }
    }
}

/// `a=b,c in (d)` and `status.phase!=Running`.
pub fn selectors(text: &str) {
    if let Ok(selector) = Selector::parse(text) {
        let shown = selector.to_string();
        let again = Selector::parse(&shown).expect("what was written can be read");
        assert_eq!(again.to_string(), shown);
    }
    if let Ok(selector) = fields::Selector::parse(text) {
        let shown = selector.to_string();
        let again = fields::Selector::parse(&shown).expect("what was written can be read");
        // Terms are sorted by the way they were written (`==` before `=`), so the order may change once.
        let shown = again.to_string();
        let again = fields::Selector::parse(&shown).expect("what was written can be read");
        assert_eq!(again.to_string(), shown);
    }
}

/// `1.5Gi`.
pub fn quantities(text: &str) {
    if let Ok(quantity) = Quantity::parse(text) {
        let again = Quantity::parse(quantity.as_str()).expect("what was written can be read");
        assert_eq!(
            (again.as_str(), again.nanos()),
            (quantity.as_str(), quantity.nanos())
        );
    }
}

/// `{"f:spec":{"k:{\"name\":\"a\"}":{}}}`, and the paths of JSON patches.
pub fn field_paths(text: &str) {
    if let Ok(value) = codec::json::parse(text)
        && let Some(set) = Set::from_value(&value)
    {
        let shown = set.to_value();
        let again = Set::from_value(&shown).expect("what was written can be read");
        assert_eq!(again.to_value(), shown);
    }
    for path in text.lines().take(8) {
        let operation = serde_json::json!([{ "op": "add", "path": path, "value": 1 }]);
        let document = serde_json::json!({ "a": { "b": [1, 2] }, "": 1 });
        let _ = json_patch::apply(document, &operation);
    }
}
