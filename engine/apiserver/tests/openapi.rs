//! `/openapi`: the documents that clients such as `kubectl explain` read.

use apiserver::handler::{Request, handle};
use apiserver::{ApiServer, Config};
use serde_json::Value;
use sim::{Sim, Time};

const DOCS: &str = include_str!("../../../public/api-docs.txt");

fn server() -> ApiServer {
    let server = ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    );
    server.set_docs_source(std::rc::Rc::new(|| Some(DOCS.to_owned())));
    server
}

fn get(server: &ApiServer, path: &str) -> Value {
    let response = handle(server, &Request::get(path));
    assert_eq!(response.code, 200, "{path}");
    response.to_value().unwrap()
}

#[test]
fn v3_has_a_document_for_every_group_and_version() {
    let server = server();
    let index = get(&server, "/openapi/v3");
    let paths = index["paths"].as_object().unwrap();
    assert!(paths.contains_key("api/v1") && paths.contains_key("apis/apps/v1"));
    for place in paths.keys() {
        let document = get(&server, &format!("/openapi/v3/{place}"));
        let schemas = document["components"]["schemas"].as_object().unwrap();
        references(&document, &mut |name| {
            let name = name.strip_prefix("#/components/schemas/").unwrap();
            assert!(schemas.contains_key(name), "{place}: {name} is not there");
        });
    }
    assert_eq!(
        handle(&server, &Request::get("/openapi/v3/apis/no/v1")).code,
        404
    );
}

#[test]
fn v2_is_closed_under_references() {
    let server = server();
    let document = get(&server, "/openapi/v2");
    let definitions = document["definitions"].as_object().unwrap();
    references(&document, &mut |name| {
        let name = name.strip_prefix("#/definitions/").unwrap();
        assert!(definitions.contains_key(name), "{name} is not there");
    });
}

fn references(value: &Value, check: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(name) if key == "$ref" => check(name),
                    other => references(other, check),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, check)),
        _ => {}
    }
}

#[test]
fn schemas_are_upstreams() {
    let server = server();
    let document = get(&server, "/openapi/v3/apis/apps/v1");
    let schemas = &document["components"]["schemas"];
    let deployment = &schemas["io.k8s.api.apps.v1.Deployment"];
    assert_eq!(
        deployment["description"],
        "Deployment enables declarative updates for Pods and ReplicaSets."
    );
    assert_eq!(
        deployment["x-kubernetes-group-version-kind"][0]["kind"],
        "Deployment"
    );
    let spec = &schemas["io.k8s.api.apps.v1.DeploymentSpec"];
    assert_eq!(
        spec["required"],
        serde_json::json!(["selector", "template"])
    );
    let template = &spec["properties"]["template"]["allOf"][0]["$ref"];
    assert_eq!(
        template,
        "#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec"
    );
    let pod = &schemas["io.k8s.api.core.v1.PodSpec"]["properties"];
    assert_eq!(
        pod["restartPolicy"]["enum"],
        serde_json::json!(["Always", "Never", "OnFailure"])
    );
    assert_eq!(pod["containers"]["x-kubernetes-list-map-keys"][0], "name");
    assert_eq!(pod["containers"]["x-kubernetes-patch-merge-key"], "name");
    assert!(
        document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments"]["post"].is_object()
    );
}

#[test]
fn everything_served_is_documented() {
    let server = server();
    let document = get(&server, "/openapi/v2");
    let missing: Vec<&String> = document["definitions"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, schema)| !name.ends_with("List") && schema["description"].is_null())
        .map(|(name, _)| name)
        .collect();
    // Upstream itself says nothing about a few.
    assert!(missing.len() < 12, "{missing:?}");
}
