//! Custom resources and their definitions.

use apiserver::handler::{Request, handle};
use serde_json::{Value, json};

use super::{check, get, server};

/// A definition of widgets that can be selected by their color and size.
fn widgets() -> Value {
    let schema = json!({
        "type": "object",
        "properties": { "spec": { "type": "object", "properties": {
            "color": { "type": "string" },
            "size": { "type": "integer" },
        } } },
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "widgets.ex.io" },
        "spec": {
            "group": "ex.io",
            "names": { "kind": "Widget", "plural": "widgets" },
            "scope": "Namespaced",
            "versions": [{
                "name": "v1",
                "served": true,
                "storage": true,
                "subresources": { "status": {} },
                "selectableFields": [{ "jsonPath": ".spec.color" }, { "jsonPath": ".spec.size" }],
                "schema": { "openAPIV3Schema": schema },
            }],
        },
    })
}

#[test]
fn custom_resources_are_selected_by_their_fields() {
    const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const WIDGETS: &str = "/apis/ex.io/v1/namespaces/default/widgets";
    let widget = |name: &str, spec: Value| json!({ "apiVersion": "ex.io/v1", "kind": "Widget", "metadata": { "name": name }, "spec": spec });
    let untyped = json!({"metadata":{"name":"c"}});
    let red = widget("a", json!({ "color": "red", "size": 3 }));
    let blue = widget("b", json!({ "color": "blue" }));
    let by = |selector: &str| get(WIDGETS).with_query("fieldSelector", selector);
    let mut rooted = widgets();
    rooted["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["minProperties"] = 1.into();
    let server = server();
    check(
        &server,
        &[(Request::post(DEFINITIONS, widgets()), 201, &[])],
    );
    // It is served once whoever defined it has their answer.
    let sim = server.sim();
    sim.run_until(sim.now(), &mut 1000);
    check(
        &server,
        &[
            (Request::post(WIDGETS, red), 201, &[]),
            (Request::post(WIDGETS, blue), 201, &[]),
            (
                by("spec.color=red"),
                200,
                &[
                    ("/items/0/metadata/name", "a".into()),
                    ("/items/1", Value::Null),
                ],
            ),
            (
                by("spec.size!=3"),
                200,
                &[
                    ("/items/0/metadata/name", "b".into()),
                    ("/items/1", Value::Null),
                ],
            ),
            (
                by("spec.form=round"),
                400,
                &[("/message", "field label not supported: spec.form".into())],
            ),
            (
                Request::post(WIDGETS, untyped),
                400,
                &[(
                    "/message",
                    "Widget in version \"v1\" cannot be handled as a Widget: Object 'Kind' is missing in '{\"metadata\":{\"name\":\"c\"}}'".into(),
                )],
            ),
            (
                Request::post(WIDGETS, json!({ "kind": "Widget", "metadata": { "name": "c" } })),
                400,
                &[(
                    "/message",
                    "the API version in the data () does not match the expected API version (ex.io/v1)".into(),
                )],
            ),
        ],
    );
    let refused = handle(
        &server,
        &Request::post(DEFINITIONS, rooted).with_query("dryRun", "All"),
    );
    let message = refused.to_value().unwrap()["message"].to_string();
    assert!(
        message.contains("only [Description Type Format Title Maximum"),
        "{message}"
    );
    check(
        &server,
        &[(
            get("/api/v1/namespaces/default/finalize"),
            405,
            &[("/reason", "MethodNotAllowed".into())],
        )],
    );
}

#[test]
fn definitions_wait_for_their_last_object() {
    const DEFINITION: &str =
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.ex.io";
    const WIDGETS: &str = "/apis/ex.io/v1/namespaces/default/widgets";
    let widget = |name: &str, finalizers: Value| {
        json!({
            "apiVersion": "ex.io/v1",
            "kind": "Widget",
            "metadata": { "name": name, "finalizers": finalizers },
        })
    };
    let released = |path: &str| {
        Request::patch(
            path,
            "application/merge-patch+json",
            json!({ "metadata": { "finalizers": null } }),
        )
    };
    let held = format!("{WIDGETS}/held");
    let server = server();
    let sim = server.sim();
    let pass = |seconds: u64| {
        sim.run_until(
            sim.now() + std::time::Duration::from_secs(seconds),
            &mut 10_000,
        )
    };
    let (definitions, _) = DEFINITION.rsplit_once('/').unwrap();
    check(
        &server,
        &[(Request::post(definitions, widgets()), 201, &[])],
    );
    pass(0);
    check(
        &server,
        &[
            (
                Request::post(WIDGETS, widget("held", json!(["ex.io/a"]))),
                201,
                &[],
            ),
            (Request::post(WIDGETS, widget("free", json!([]))), 201, &[]),
            (
                Request::delete(DEFINITION),
                200,
                &[(
                    "/metadata/finalizers/0",
                    "customresourcecleanup.apiextensions.k8s.io".into(),
                )],
            ),
        ],
    );
    pass(1);
    check(
        &server,
        &[
            (
                get(DEFINITION),
                200,
                &[(
                    "/status/conditions/2/reason",
                    "InstanceDeletionInProgress".into(),
                )],
            ),
            (get(&format!("{WIDGETS}/free")), 404, &[]),
            (get(&held), 200, &[]),
            (
                Request::post(WIDGETS, widget("new", json!([]))),
                403,
                &[(
                    "/message",
                    "widgets.ex.io \"new\" is forbidden: create not allowed while custom resource definition is terminating".into(),
                )],
            ),
        ],
    );
    pass(61);
    check(
        &server,
        &[
            (
                get(DEFINITION),
                200,
                &[(
                    "/status/conditions/2/reason",
                    "InstanceDeletionCheck".into(),
                )],
            ),
            (released(&held), 200, &[]),
        ],
    );
    pass(1);
    check(
        &server,
        &[(get(DEFINITION), 404, &[]), (get(WIDGETS), 404, &[])],
    );
}
