//! Field ownership, as recorded from a real cluster (`kubectl apply --server-side` and friends).

use api::apps::v1::Deployment;
use api::core::v1::{ConfigMap, Pod, Service};
use apimachinery::managed_fields::{FieldManager, Set, Type};
use apimachinery::meta::v1::ManagedFieldsEntry;
use apimachinery::reflect::StructSchema;
use apimachinery::{GroupVersionKind, Shared, Status, Time, Value, codec};
use serde_json::json;

type Entries = Vec<Shared<ManagedFieldsEntry>>;

/// An object with its entries, and a clock.
struct Object {
    fields: FieldManager<'static>,
    value: Value,
    entries: Entries,
    now: i64,
}

impl Object {
    fn new(schema: &'static StructSchema, api_version: &str) -> Self {
        let gvk = GroupVersionKind::from_api_version(api_version, schema.name);
        let fields = FieldManager {
            ty: Type::Struct(schema),
            gvk,
            subresource: "".into(),
            ignored: Set::new(),
            empty: json!({"metadata": {}}),
        };
        Self {
            fields,
            value: json!({"metadata": {}}),
            entries: Vec::new(),
            now: 0,
        }
    }

    fn config(&self, mut config: Value) -> Value {
        config["apiVersion"] = self.fields.gvk.api_version().as_str().into();
        config["kind"] = self.fields.gvk.kind.as_str().into();
        config["metadata"]["name"] = "x".into();
        config
    }

    fn stored(&mut self, value: Value, entries: Entries) {
        self.value = value;
        self.value["metadata"]["uid"] = "1".into();
        self.entries = entries;
    }

    fn apply(&mut self, manager: &str, force: bool, config: Value) -> Result<(), Status> {
        self.now += 1;
        let config = self.config(config);
        let applied = self.fields.apply(
            &self.value,
            &self.entries,
            &config,
            manager,
            force,
            Time::from_unix(self.now),
        )?;
        let value = applied.object.unwrap_or_else(|| self.value.clone());
        self.stored(value, applied.managed_fields);
        Ok(())
    }

    fn update(&mut self, manager: &str, new: Value) {
        self.now += 1;
        let new = self.config(new);
        let is_new = self.value["metadata"]["uid"].is_null();
        let entries = self.fields.update(
            self.fields.compare(&self.value, &new),
            is_new,
            &self.entries,
            &[],
            manager,
            Time::from_unix(self.now),
        );
        self.stored(new, entries);
    }

    /// `manager operation fields`, one line each.
    fn owners(&self) -> Vec<String> {
        let line = |entry: &Shared<ManagedFieldsEntry>| {
            let fields = entry.fields_v1.as_ref().unwrap().as_json().into_owned();
            format!("{} {} {fields}", entry.manager, entry.operation)
        };
        self.entries.iter().map(line).collect()
    }
}

#[test]
fn ownership_moves_as_recorded() {
    let mut cm = Object::new(ConfigMap::SCHEMA, "v1");
    cm.apply("kubectl", false, json!({"data": {"a": "1", "b": "1"}}))
        .unwrap();
    assert_eq!(
        cm.owners(),
        [r#"kubectl Apply {"f:data":{"f:a":{},"f:b":{}}}"#]
    );
    let before = cm.entries.clone();
    cm.apply("kubectl", false, json!({"data": {"a": "1", "b": "1"}}))
        .unwrap();
    assert_eq!(
        cm.entries, before,
        "an apply that changes nothing leaves the time alone"
    );

    let status = cm
        .apply("other", false, json!({"data": {"a": "2"}}))
        .unwrap_err();
    assert_eq!(
        status.to_string(),
        r#"Apply failed with 1 conflict: conflict with "kubectl": .data.a"#
    );
    assert_eq!(
        codec::to_value(&status)["details"]["causes"],
        json!([{"reason": "FieldManagerConflict", "message": "conflict with \"kubectl\"", "field": ".data.a"}])
    );
    cm.apply("other", true, json!({"data": {"a": "2"}}))
        .unwrap();
    assert_eq!(cm.value["data"], json!({"a": "2", "b": "1"}));
    let status = cm
        .apply("kubectl", false, json!({"data": {"a": "1", "b": "1"}}))
        .unwrap_err();
    assert_eq!(
        status.to_string(),
        r#"Apply failed with 1 conflict: conflict with "other": .data.a"#
    );

    cm.update("kubectl-patch", json!({"data": {"a": "2", "b": "9"}}));
    assert_eq!(
        cm.owners(),
        [
            r#"other Apply {"f:data":{"f:a":{}}}"#,
            r#"kubectl-patch Update {"f:data":{"f:b":{}}}"#
        ]
    );
    let status = cm
        .apply("kubectl", false, json!({"data": {"a": "1", "b": "1"}}))
        .unwrap_err();
    assert_eq!(
        status.to_string(),
        "Apply failed with 2 conflicts: conflicts with \"kubectl-patch\" using v1:\n- .data.b\nconflicts with \"other\":\n- .data.a"
    );
}

#[test]
fn what_is_applied_no_more_goes() {
    let mut web = Object::new(Deployment::SCHEMA, "apps/v1");
    let containers =
        |list: Value| json!({"spec": {"replicas": 2, "template": {"spec": {"containers": list}}}});
    web.apply("a", false, containers(json!([{"name": "x", "image": "1", "ports": [{"containerPort": 80}]}, {"name": "y", "image": "1"}])))
        .unwrap();
    web.update("b", {
        let mut new = web.value.clone();
        new["spec"]["template"]["spec"]["containers"][0]["args"] = json!(["set", "by", "b"]);
        new["metadata"]["labels"] = json!({"extra": "kept"});
        new
    });
    web.apply("a", false, containers(json!([{"name": "x", "image": "2"}])))
        .unwrap();
    assert_eq!(
        web.value["spec"],
        json!({"replicas": 2, "template": {"spec": {"containers": [{"name": "x", "image": "2", "args": ["set", "by", "b"]}]}}})
    );
    assert_eq!(web.value["metadata"]["labels"], json!({"extra": "kept"}));
    web.apply(
        "a",
        false,
        json!({"spec": {"template": {"spec": {"containers": [{"name": "x", "image": "2"}]}}}}),
    )
    .unwrap();
    assert_eq!(web.value["spec"].get("replicas"), None);
    assert_eq!(
        web.owners(),
        [
            r#"a Apply {"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"x\"}":{".":{},"f:image":{},"f:name":{}}}}}}}"#,
            r#"b Update {"f:metadata":{"f:labels":{".":{},"f:extra":{}}},"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"x\"}":{"f:args":{}}}}}}}"#,
        ]
    );
}

#[test]
fn lists_merge_by_their_keys() {
    let mut svc = Object::new(Service::SCHEMA, "v1");
    svc.apply(
        "a",
        false,
        json!({"spec": {"ports": [{"port": 80, "name": "web"}, {"port": 53, "protocol": "UDP"}]}}),
    )
    .unwrap();
    svc.apply(
        "b",
        false,
        json!({"spec": {"ports": [{"port": 443, "protocol": "TCP"}]}}),
    )
    .unwrap();
    assert_eq!(
        svc.value["spec"]["ports"],
        json!([{"port": 80, "name": "web"}, {"port": 53, "protocol": "UDP"}, {"port": 443, "protocol": "TCP"}])
    );
    assert!(
        svc.owners()[0].contains(r#"k:{\"port\":80,\"protocol\":\"TCP\"}"#),
        "{:?}",
        svc.owners()
    );
}

#[test]
fn configurations_must_fit() {
    let mut pod = Object::new(Pod::SCHEMA, "v1");
    let mut refuse = |spec: Value, text: &str| {
        let status = pod
            .apply(
                "kubectl",
                false,
                json!({"metadata": {"namespace": "default"}, "spec": spec}),
            )
            .unwrap_err();
        let prefix = "failed to create typed patch object (default/x; /v1, Kind=Pod): ";
        assert_eq!(status.to_string(), format!("{prefix}{text}"));
    };
    refuse(
        json!({"volumes": [{"name": "tmp-volume", "emptyDir": {"mode": 448}}]}),
        r#".spec.volumes[name="tmp-volume"].emptyDir.mode: field not declared in schema"#,
    );
    refuse(
        json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"weight": 5}]}}}),
        ".spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution: expected map, got &{[map[weight:5]]}",
    );
    refuse(
        json!({"affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"labelSelector": {}}]}}}),
        ".spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].labelSelector: field not declared in schema",
    );
    refuse(
        json!({"containers": [{"name": "a"}, {"name": "a"}]}),
        r#".spec.containers: duplicate entries for key [name="a"]"#,
    );
    refuse(
        json!({"hostNetwork": "yes"}),
        ".spec.hostNetwork: expected boolean, got &{yes}",
    );
}

#[test]
fn custom_resources_merge_by_their_schema() {
    let schema: &'static Value = Box::leak(Box::new(json!({
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "spec": {"type": "object", "properties": {
                "list": {"type": "array", "items": {"type": "string"}},
                "set": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
            }},
        },
    })));
    let mut cr = Object::new(Pod::SCHEMA, "x.io/v1");
    cr.fields.ty = Type::Schema(schema);
    cr.fields.gvk = GroupVersionKind::new("x.io", "v1", "Thing");
    cr.apply("a", false, json!({"spec": {"set": ["x"], "list": ["x"]}}))
        .unwrap();
    cr.apply("b", false, json!({"spec": {"set": ["y"]}}))
        .unwrap();
    assert_eq!(cr.value["spec"], json!({"set": ["x", "y"], "list": ["x"]}));
    let status = cr
        .apply("b", false, json!({"spec": {"list": ["y"]}}))
        .unwrap_err();
    assert_eq!(
        status.to_string(),
        r#"Apply failed with 1 conflict: conflict with "a": .spec.list"#
    );
}

#[test]
fn old_updaters_are_merged() {
    let mut cm = Object::new(ConfigMap::SCHEMA, "v1");
    for i in 0..15 {
        let mut new = cm.value.clone();
        new["data"][format!("k{i}")] = "1".into();
        cm.update(&format!("m{i}"), new);
    }
    assert_eq!(cm.entries.len(), 10);
    assert_eq!(cm.entries[0].manager, "ancient-changes");
}
