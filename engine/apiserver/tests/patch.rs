//! Patches as clients send them, with the answers that a real server gave to the same.

use apimachinery::Value;
use apiserver::handler::{self, Request, Response};
use apiserver::{ApiServer, Config};
use serde_json::json;
use sim::Sim;

const PATH: &str = "/apis/apps/v1/namespaces/default/deployments/web";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const MERGE: &str = "application/merge-patch+json";
const JSON: &str = "application/json-patch+json";

fn server() -> ApiServer {
    let server = ApiServer::new(
        Sim::new(7, sim::Time::from_secs(1_800_000_000)),
        Config::default(),
    );
    let deployment = json!({
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "nginx", "image": "nginx"}]},
            },
        },
    });
    let path = "/apis/apps/v1/namespaces/default/deployments";
    let response = handler::handle(&server, &Request::post(path, deployment));
    assert_eq!(response.code, 201, "{}", response.to_value().unwrap());
    server
}

fn patch(server: &ApiServer, kind: &str, body: Value) -> Response {
    handler::handle(server, &Request::patch(PATH, kind, body))
}

fn message(response: &Response) -> String {
    response.to_value().unwrap()["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn changes_what_it_names() {
    let server = server();
    let patched = patch(&server, STRATEGIC, json!({"spec": {"replicas": 2}}));
    assert_eq!(patched.code, 200);
    assert_eq!(patched.to_value().unwrap()["spec"]["replicas"], 2);
    let again = patch(&server, STRATEGIC, json!({"spec": {"replicas": 2}}));
    assert_eq!(
        again.to_value().unwrap()["metadata"]["resourceVersion"],
        patched.to_value().unwrap()["metadata"]["resourceVersion"]
    );
    let body = json!({"spec": {"template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.24"}]}}}});
    let merged = patch(&server, MERGE, body);
    assert_eq!(
        merged.to_value().unwrap()["spec"]["template"]["spec"]["containers"][0]["image"],
        "nginx:1.24"
    );
    let operations = json!([
        {"op": "replace", "path": "/spec/replicas", "value": 3},
        {"op": "add", "path": "/metadata/labels", "value": {"x": "y"}},
    ]);
    let patched = patch(&server, JSON, operations).to_value().unwrap();
    assert_eq!(patched["spec"]["replicas"], 3);
    assert_eq!(patched["metadata"]["labels"]["x"], "y");
    assert_eq!(patched["metadata"]["generation"], 4);
}

#[test]
fn refuses_as_upstream_does() {
    let server = server();
    for (kind, body, code, text) in [
        (
            JSON,
            json!([{"op": "test", "path": "/spec/replicas", "value": 9}]),
            422,
            "the server rejected our request due to an error in our request",
        ),
        (
            JSON,
            json!({"op": "test"}),
            400,
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        ),
        (
            STRATEGIC,
            json!({"spec": {"replicas": "three"}}),
            422,
            "\"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:three]]\": unrecognized type: int32",
        ),
        (
            STRATEGIC,
            json!({"spec": {"template": {"spec": {"containers": [{"name": "nginx", "$patch": "delete"}]}}}}),
            422,
            "Deployment.apps \"web\" is invalid: spec.template.spec.containers: Required value",
        ),
        (
            MERGE,
            json!({"metadata": {"name": "other"}}),
            400,
            "the name of the object (other) does not match the name on the URL (web)",
        ),
    ] {
        let response = patch(&server, kind, body);
        assert_eq!(message(&response).trim(), text);
        assert_eq!(response.code, code, "{text}");
    }
}

#[test]
fn warns_of_unknown_fields() {
    let server = server();
    let response = patch(&server, STRATEGIC, json!({"spec": {"replica": 3}}));
    assert_eq!(response.warnings, ["unknown field \"spec.replica\""]);
}
