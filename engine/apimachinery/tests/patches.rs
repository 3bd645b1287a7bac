//! Patches. Results and texts were taken from kubectl v1.36.

use apimachinery::meta::v1::ObjectMeta;
use apimachinery::patch::{json_patch, merge, strategic, three_way};
use apimachinery::{Map, Quantity, Str, Value};
use serde_json::json;

#[test]
fn json_patches() {
    let document = json!({"data": {"l": "x"}, "list": [1, 2]});
    for (patch, result) in [
        (
            json!([{"op": "add", "path": "/data/m", "value": 1}]),
            Ok(json!({"data": {"l": "x", "m": 1}, "list": [1, 2]})),
        ),
        (
            json!([{"op": "add", "path": "/list/-", "value": 3}]),
            Ok(json!({"data": {"l": "x"}, "list": [1, 2, 3]})),
        ),
        (
            json!([{"op": "add", "path": "/list/0", "value": 3}]),
            Ok(json!({"data": {"l": "x"}, "list": [3, 1, 2]})),
        ),
        (
            json!([{"op": "remove", "path": "/list/-1"}]),
            Ok(json!({"data": {"l": "x"}, "list": [1]})),
        ),
        (
            json!([{"op": "move", "from": "/data/l", "path": "/data/a~1b"}]),
            Ok(json!({"data": {"a/b": "x"}, "list": [1, 2]})),
        ),
        (
            json!([{"op": "copy", "from": "/data/l", "path": "/k"}]),
            Ok(json!({"data": {"l": "x"}, "list": [1, 2], "k": "x"})),
        ),
        (
            json!([{"op": "test", "path": "/data/l", "value": "y"}]),
            Err("testing value /data/l failed: test failed"),
        ),
        (
            json!([{"op": "remove", "path": "/data/nosuch"}]),
            Err(
                "error in remove for path: '/data/nosuch': Unable to remove nonexistent key: nosuch: missing value",
            ),
        ),
        (
            json!([{"op": "add", "path": "/spec/a/b", "value": 1}]),
            Err("add operation does not apply: doc is missing path: \"/spec/a/b\": missing value"),
        ),
        (
            json!([{"op": "foo", "path": "/data/m"}]),
            Err("Unexpected kind: foo"),
        ),
        (
            json!({"op": "foo"}),
            Err("json: cannot unmarshal object into Go value of type jsonpatch.Patch"),
        ),
    ] {
        let got =
            json_patch::apply(document.clone(), &patch).map_err(|error| error.text().to_string());
        assert_eq!(got, result.map_err(str::to_owned), "{patch}");
    }
}

#[test]
fn merge_patches() {
    let (a, b) = (
        json!({"a": 1, "b": {"c": 1, "d": 2}, "e": [1]}),
        json!({"a": 2, "b": {"d": 2}, "e": [2], "f": 1}),
    );
    let patch = merge::create(a.as_object().unwrap(), b.as_object().unwrap());
    assert_eq!(
        Value::Object(patch.clone()),
        json!({"a": 2, "b": {"c": null}, "e": [2], "f": 1})
    );
    assert_eq!(merge::apply(a, &Value::Object(patch)), b);
}

apimachinery::api_struct! {
    /// A container.
    pub struct Container("v1.Container") {
        name: Str = "name",
        image: Str = "image" omitempty,
        args: Vec<Str> = "args" omitempty,
        env: Vec<EnvVar> = "env" omitempty merge("name"),
        limits: Map<Str, Quantity> = "limits" omitempty,
    }

    /// A variable.
    pub struct EnvVar("v1.EnvVar") {
        name: Str = "name",
        value: Str = "value" omitempty,
    }

    /// A strategy.
    pub struct Rollout("v1.Rollout") {
        type_: Str = "type" omitempty,
        rolling_update: Option<EnvVar> = "rollingUpdate" omitempty,
    }

    /// A workload.
    pub struct Web("v1.Web", kind "v1" "Web") {
        metadata: ObjectMeta = "metadata" omitempty,
        replicas: i32 = "replicas" omitempty,
        containers: Vec<Container> = "containers" merge("name"),
        strategy: Rollout = "strategy" omitempty retain_keys,
        selector: Option<EnvVar> = "selector" omitempty replace,
    }
}

type Object = serde_json::Map<String, Value>;

fn object(value: Value) -> Object {
    value.as_object().cloned().unwrap()
}

fn applied(document: Value, patch: Value) -> Result<Value, String> {
    strategic::apply(object(document), object(patch), Web::SCHEMA)
        .map(Value::Object)
        .map_err(|error| error.to_string())
}

#[test]
fn strategic_patches_merge_lists_by_key() {
    let web = json!({"containers": [{"name": "a", "image": "1", "env": [{"name": "X", "value": "1"}]}, {"name": "b"}]});
    assert_eq!(
        applied(
            web.clone(),
            json!({"containers": [{"name": "c"}, {"name": "a", "image": "2", "env": [{"name": "Y"}]}]})
        ),
        Ok(json!({"containers": [
            {"name": "c"},
            {"name": "a", "image": "2", "env": [{"name": "Y"}, {"name": "X", "value": "1"}]},
            {"name": "b"},
        ]}))
    );
    assert_eq!(
        applied(
            web.clone(),
            json!({"containers": [{"name": "b", "$patch": "delete"}]})
        ),
        Ok(
            json!({"containers": [{"name": "a", "image": "1", "env": [{"name": "X", "value": "1"}]}]})
        )
    );
    assert_eq!(
        applied(
            web.clone(),
            json!({"containers": [{"$patch": "replace"}, {"name": "z"}]})
        ),
        Ok(json!({"containers": [{"name": "z"}]}))
    );
    assert_eq!(
        applied(
            web.clone(),
            json!({"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]})
        ),
        Ok(
            json!({"containers": [{"name": "b"}, {"name": "a", "image": "1", "env": [{"name": "X", "value": "1"}]}]})
        )
    );
    assert_eq!(
        applied(web, json!({"containers": [{"image": "x"}]})).unwrap_err(),
        "map: map[image:x] does not contain declared merge key: name"
    );
}

#[test]
fn strategic_directives() {
    let web = json!({
        "metadata": {"finalizers": ["a/a", "b/b"], "labels": {"x": "1"}},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"name": "x"}},
    });
    assert_eq!(
        applied(
            web.clone(),
            json!({
                "metadata": {"$deleteFromPrimitiveList/finalizers": ["a/a"], "labels": {"x": null, "y": "2"}},
                "strategy": {"type": "Recreate", "$retainKeys": ["type"]},
            })
        ),
        Ok(
            json!({"metadata": {"finalizers": ["b/b"], "labels": {"y": "2"}}, "strategy": {"type": "Recreate"}})
        )
    );
    assert_eq!(
        applied(
            web.clone(),
            json!({"metadata": {"labels": {"$patch": "replace", "z": "1"}}})
        )
        .unwrap()["metadata"]["labels"],
        json!({"z": "1"})
    );
    assert_eq!(
        applied(web.clone(), json!({"strategy": {"$patch": "what"}})).unwrap_err(),
        "unknown patch type: what in map: map[$patch:what]"
    );
    assert_eq!(
        applied(
            web,
            json!({"strategy": {"$retainKeys": ["rollingUpdate"], "type": "x"}})
        )
        .unwrap_err(),
        "invalid patch format of retainKeys"
    );
}

#[test]
fn two_way_patches() {
    let a = object(json!({
        "replicas": 1, "containers": [{"name": "a", "image": "1"}, {"name": "b", "args": ["x"]}],
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"name": "x"}},
        "metadata": {"finalizers": ["a/a", "b/b"]},
    }));
    let b = object(json!({
        "containers": [{"name": "c"}, {"name": "a", "image": "2"}],
        "strategy": {"type": "Recreate"},
        "metadata": {"finalizers": ["b/b", "c/c"]},
    }));
    let patch = strategic::create(&a, &b, Web::SCHEMA).unwrap();
    assert_eq!(
        Value::Object(patch.clone()),
        json!({
            "replicas": null,
            "$setElementOrder/containers": [{"name": "c"}, {"name": "a"}],
            "containers": [{"name": "c"}, {"name": "a", "image": "2"}, {"name": "b", "$patch": "delete"}],
            "strategy": {"$retainKeys": ["type"], "type": "Recreate", "rollingUpdate": null},
            "metadata": {
                "$setElementOrder/finalizers": ["b/b", "c/c"],
                "$deleteFromPrimitiveList/finalizers": ["a/a"],
                "finalizers": ["c/c"],
            },
        })
    );
    assert_eq!(strategic::apply(a, patch, Web::SCHEMA).unwrap(), b);
}

#[test]
fn applies_keep_what_others_added() {
    let original = object(
        json!({"metadata": {"labels": {"app": "web", "old": "yes"}}, "containers": [{"name": "a", "image": "1"}, {"name": "gone"}]}),
    );
    let modified = object(
        json!({"metadata": {"labels": {"app": "web"}}, "containers": [{"name": "a", "image": "2"}]}),
    );
    let current = object(json!({
        "metadata": {"labels": {"app": "web", "old": "yes", "extra": "kept"}},
        "replicas": 5,
        "containers": [{"name": "a", "image": "1", "args": ["default"]}, {"name": "gone"}, {"name": "injected"}],
    }));
    let patch = three_way::strategic(&original, &modified, &current, Web::SCHEMA, true).unwrap();
    assert_eq!(
        Value::Object(patch.clone()),
        json!({
            "metadata": {"labels": {"old": null}},
            "$setElementOrder/containers": [{"name": "a"}],
            "containers": [{"name": "a", "image": "2"}, {"name": "gone", "$patch": "delete"}],
        })
    );
    assert_eq!(
        Value::Object(strategic::apply(current.clone(), patch, Web::SCHEMA).unwrap()),
        json!({
            "metadata": {"labels": {"app": "web", "extra": "kept"}},
            "replicas": 5,
            "containers": [{"name": "a", "image": "2", "args": ["default"]}, {"name": "injected"}],
        })
    );
    // Custom resources: lists are replaced.
    let patch = three_way::merge(&original, &modified, &current).unwrap();
    assert_eq!(
        Value::Object(patch),
        json!({"metadata": {"labels": {"old": null}}, "containers": [{"name": "a", "image": "2"}]})
    );
}

#[test]
fn preconditions() {
    let patch = object(json!({"metadata": {"name": "x"}}));
    assert!(three_way::require_unchanged(&patch, &["kind", "metadata.uid"]).is_ok());
    assert_eq!(
        three_way::require_unchanged(&patch, &["metadata.name"])
            .unwrap_err()
            .to_string(),
        "precondition failed for: map[metadata:map[name:x]]"
    );
}
