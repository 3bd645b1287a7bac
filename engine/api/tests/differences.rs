//! What differs between two versions of an object is the same by its table and by its JSON: for every version of every
//! object that a watch of a real cluster saw, against the version before and against an empty object.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apimachinery::managed_fields::{FieldManager, Set, Type, compare_structs};
use apimachinery::{Object, Value, codec};

fn manager(schema: &'static apimachinery::reflect::StructSchema) -> FieldManager<'static> {
    FieldManager {
        ty: Type::Struct(schema),
        gvk: apimachinery::GroupVersionKind::default(),
        subresource: "".into(),
        ignored: Set::new(),
        empty: Value::Null,
    }
}

fn bare(object: &dyn Object) -> Value {
    let mut value = object.to_value();
    if let Some(metadata) = value["metadata"].as_object_mut() {
        metadata.remove("managedFields");
    }
    value
}

fn check(old: &dyn Object, new: &dyn Object) {
    let (Some(a), Some(b)) = (old.reflect(), new.reflect()) else {
        panic!("no table");
    };
    let by_json = manager(a.schema()).compare(&bare(old), &bare(new));
    assert_eq!(compare_structs(a, b), by_json, "{old:?}\n{new:?}");
}

fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings/watch");
    let folders = std::fs::read_dir(folder).expect("the recordings");
    let mut files: Vec<PathBuf> = folders
        .map(|entry| entry.expect("an entry").path().join("watch.jsonl"))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

#[test]
fn tables_and_json_tell_the_same_differences() {
    let mut count = 0;
    for file in recordings() {
        let text = std::fs::read_to_string(&file).expect("a recording");
        let mut last: BTreeMap<String, Box<dyn Object>> = BTreeMap::new();
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            let value = &line["object"];
            let text = |key: &str| value[key].as_str().unwrap_or_default();
            let entry = api::kinds::ENTRIES.iter().find(|entry| {
                entry.info.api_version == text("apiVersion") && entry.info.kind == text("kind")
            });
            let Some(entry) = entry else { continue };
            let mut object = (entry.new)();
            let fields = object.reflect_mut().expect("a table");
            codec::decode_into(fields, value).expect("an object");
            let empty = (entry.new)();
            let uid = object.meta().uid.to_string();
            let before = last.get(&uid).unwrap_or(&empty);
            check(&**before, &*object);
            check(&*object, &**before);
            check(&*empty, &*object);
            last.insert(uid, object);
            count += 1;
        }
    }
    assert!(count > 100, "only {count} versions were compared");
}
