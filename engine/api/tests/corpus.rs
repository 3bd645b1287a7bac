//! Manifests and answers of a real cluster go through the structs without loss.

use apimachinery::{GroupVersionKind, Value, codec, yaml};
use std::path::Path;

/// Reads a typed object and writes it back; `None` for kinds without a struct.
fn through_struct(value: &Value) -> Option<Value> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let gvk = GroupVersionKind::from_api_version(text("apiVersion"), text("kind"));
    let mut object = (api::kinds::find(&gvk)?.new)();
    let strict =
        codec::decode_into(object.reflect_mut()?, value).unwrap_or_else(|e| panic!("{gvk}: {e}"));
    assert!(strict.0.is_empty(), "{gvk}: {strict}");
    Some(object.to_value())
}

#[test]
fn answers_of_the_server_come_back_byte_for_byte() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let Ok(expected) = std::fs::read_to_string(dir.join("expected.jsonl")) else {
        return;
    };
    let (mut documents, mut kinds) = (0, std::collections::BTreeSet::new());
    for line in expected.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let stdout = record["create"]["stdout"].as_str().unwrap_or_default();
        for document in yaml::documents(stdout).map(Result::unwrap) {
            let value = yaml::parse(&document).unwrap();
            assert_eq!(yaml::to_yaml(&value), document, "{}", record["file"]);
            let items = match value["kind"].as_str() {
                Some("List") => value["items"].as_array().unwrap().clone(),
                _ => vec![value],
            };
            for item in items {
                let Some(back) = through_struct(&item) else {
                    continue;
                };
                assert_eq!(
                    yaml::to_yaml(&back),
                    yaml::to_yaml(&item),
                    "{}",
                    record["file"]
                );
                kinds.insert(item["kind"].to_string());
                documents += 1;
            }
        }
    }
    println!("{documents} objects of {} kinds: {kinds:?}", kinds.len());
    assert!(documents > 250);
}
