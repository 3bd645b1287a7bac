//! Decoding: the error texts of Go's decoder, unknown fields, and what is written back.

use api::core::v1::{ConfigMap, Pod};
use apimachinery::meta::v1::PartialObjectMetadata;
use apimachinery::reflect::Reflect;
use apimachinery::{Value, codec};
use serde_json::json;

fn refuse<T: Reflect + Default + std::fmt::Debug>(value: Value, text: &str) {
    assert_eq!(
        codec::from_value::<T>(&value).unwrap_err().to_string(),
        text
    );
}

#[test]
fn wrong_types_are_told_as_go_tells_them() {
    refuse::<Pod>(
        json!({"spec": {"containers": [{"name": "c", "ports": [{"containerPort": "eighty"}]}]}}),
        "json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32",
    );
    refuse::<PartialObjectMetadata>(
        json!({"metadata": {"labels": {"a": true}}}),
        "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
    );
    refuse::<Pod>(
        json!({"spec": {"containers": {"name": "c"}}}),
        "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
    );
    refuse::<ConfigMap>(
        json!({"data": {"a": 1}}),
        "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
    );
    refuse::<Pod>(
        json!({"spec": {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": []}}}}),
        "json: cannot unmarshal array into Go struct field NodeAffinity.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution of type v1.NodeSelector",
    );
    refuse::<Pod>(
        json!({"spec": {"restartPolicy": 1}}),
        "json: cannot unmarshal number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy",
    );
    refuse::<Pod>(
        json!([]),
        "json: cannot unmarshal array into Go value of type v1.Pod",
    );
    refuse::<Pod>(
        json!({"spec": {"containers": [{"resources": {"limits": {"cpu": "lots"}}}]}}),
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
}

#[test]
fn conversions_have_texts_of_their_own() {
    for (value, text) in [
        (
            json!({"spec": {"replicas": "three"}}),
            "unrecognized type: int32",
        ),
        (json!({"spec": {"paused": 1}}), "unrecognized type: bool"),
        (
            json!({"metadata": {"name": 1}}),
            "cannot convert int64 to string",
        ),
        (
            json!({"spec": {"template": {"spec": {"containers": {}}}}}),
            "cannot restore slice from map",
        ),
        (json!({"spec": []}), "cannot restore struct from: slice"),
    ] {
        let error =
            codec::convert_into(&mut api::apps::v1::Deployment::default(), &value).unwrap_err();
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn unknown_fields_are_listed_with_their_paths() {
    let value = json!({
        "apiVersion": "v1", "kind": "Pod",
        "spec": {"containers": [{"name": "c", "imagepullpolicy": "Always", "port": 80}], "x": 1},
        "metadata": {"annotations": {"any": "thing"}},
    });
    let (_, strict) = codec::from_value_strict::<Pod>(&value).unwrap();
    assert_eq!(
        strict.to_string(),
        "strict decoding error: unknown field \"spec.containers[0].imagepullpolicy\", \
         unknown field \"spec.containers[0].port\", unknown field \"spec.x\""
    );
}

#[test]
fn empty_parts_are_written_as_go_writes_them() {
    assert_eq!(
        codec::to_json(&api::apps::v1::Deployment::default()),
        concat!(
            r#"{"kind":"Deployment","apiVersion":"apps/v1","metadata":{},"spec":{"selector":null,"#,
            r#""template":{"metadata":{},"spec":{"containers":null}},"strategy":{}},"status":{}}"#
        )
    );
}
