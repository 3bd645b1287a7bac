//! What clients over HTTP rely on, as tables of requests and what their answers hold.

mod custom_resources;
mod pages;

use apiserver::handler::{Method, Request, RequestBody, ResponseBody, handle};
use apiserver::{ApiServer, Config};
use serde_json::{Value, json};
use sim::{Sim, Time};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

fn server() -> ApiServer {
    ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    )
}

fn map(name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": { "a": "1" } })
}

/// A request, the code of its answer, and what the answer holds at some JSON pointers.
type Step<'a> = (Request, u16, &'a [(&'a str, Value)]);

/// Sends requests in order.
fn check(server: &ApiServer, steps: &[Step<'_>]) {
    for (request, code, wanted) in steps {
        let about = format!(
            "{} {} {:?}",
            request.method.as_str(),
            request.path,
            request.query
        );
        let response = handle(server, request);
        let value = response.to_value().unwrap_or_else(|| match &response.body {
            ResponseBody::Text(text) => Value::from(text.as_str()),
            _ => Value::Null,
        });
        assert_eq!(response.code, *code, "{about}: {value}");
        for (pointer, wanted) in *wanted {
            let found = match *pointer {
                "warnings" => Value::from(response.warnings.clone()),
                pointer => value.pointer(pointer).cloned().unwrap_or_default(),
            };
            assert_eq!(found, *wanted, "{about}: {pointer} of {value}");
        }
    }
}

fn get(path: &str) -> Request {
    Request::get(path)
}

#[test]
fn discovery_and_health() {
    let aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    check(
        &server(),
        &[
            (get("/version"), 200, &[("/gitVersion", "v1.36.2".into())]),
            (get("/healthz"), 200, &[("", "ok".into())]),
            (get("/livez/ping"), 200, &[("", "ok".into())]),
            (get("/livez/nosuch"), 404, &[]),
            (get("/api"), 200, &[("/kind", "APIVersions".into())]),
            (get("/apis"), 200, &[("/kind", "APIGroupList".into())]),
            (
                get("/apis/apps"),
                200,
                &[("/preferredVersion/groupVersion", "apps/v1".into())],
            ),
            // Where no group is, nobody answers with a Status.
            (
                get("/apis/nosuch"),
                404,
                &[("", "404 page not found\n".into())],
            ),
            (
                get("/apis/nosuch.io/v1/things"),
                404,
                &[("", "404 page not found\n".into())],
            ),
            (
                get("/apis/apps/v1/things"),
                404,
                &[("/reason", "NotFound".into())],
            ),
            (get("/api/v1"), 200, &[("/kind", "APIResourceList".into())]),
            (
                get("/api").with_accept(aggregated),
                200,
                &[
                    ("/kind", "APIGroupDiscoveryList".into()),
                    ("/items/0/versions/0/version", "v1".into()),
                ],
            ),
        ],
    );
    let response = handle(&server(), &get("/apis").with_accept(aggregated));
    let value = response.to_value().unwrap();
    let apps = value["items"].as_array().unwrap().iter();
    let apps = apps
        .clone()
        .find(|group| group["metadata"]["name"] == "apps")
        .unwrap();
    let resources = apps["versions"][0]["resources"].as_array().unwrap();
    let deployments = resources
        .iter()
        .find(|r| r["resource"] == "deployments")
        .unwrap();
    assert_eq!(deployments["shortNames"], json!(["deploy"]));
    assert_eq!(deployments["categories"], json!(["all"]));
    assert_eq!(deployments["scope"], "Namespaced");
    let subs: Vec<&Value> = deployments["subresources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sub| &sub["subresource"])
        .collect();
    assert_eq!(subs.last().copied(), Some(&Value::from("status")));
    let verbose = handle(&server(), &get("/readyz").with_query("verbose", ""));
    let ResponseBody::Text(text) = verbose.body else {
        panic!("readyz gives text");
    };
    assert!(
        text.starts_with("[+]ping ok\n") && text.ends_with("readyz check passed\n"),
        "{text}"
    );
    let ResponseBody::Text(text) = handle(&server(), &get("/metrics")).body else {
        panic!("metrics are text");
    };
    assert!(
        text.contains("apiserver_resource_objects{group=\"\",resource=\"namespaces\"} 4"),
        "{text}"
    );
}

#[test]
fn lists_come_in_pieces() {
    let server = server();
    for name in ["a", "b", "c"] {
        check(&server, &[(Request::post(MAPS, map(name)), 201, &[])]);
    }
    let first = handle(&server, &get(MAPS).with_query("limit", "2"));
    let first = first.to_value().unwrap();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert_eq!(first["metadata"]["remainingItemCount"], 1);
    let token = first["metadata"]["continue"].as_str().unwrap().to_owned();
    // What is written in between is not seen.
    check(&server, &[(Request::post(MAPS, map("bb")), 201, &[])]);
    let revision = first["metadata"]["resourceVersion"].clone();
    check(
        &server,
        &[
            (
                get(MAPS)
                    .with_query("limit", "2")
                    .with_query("continue", token.as_str()),
                200,
                &[
                    ("/items/0/metadata/name", "c".into()),
                    ("/items/1", Value::Null),
                    ("/metadata/continue", Value::Null),
                    ("/metadata/resourceVersion", revision.clone()),
                ],
            ),
            (
                get(MAPS).with_query("continue", "!!"),
                400,
                &[(
                    "/message",
                    "continue key is not valid: illegal base64 data at input byte 0".into(),
                )],
            ),
            (get(MAPS).with_query("limit", "x"), 400, &[]),
            (
                get(MAPS)
                    .with_query("resourceVersion", revision.as_str().unwrap())
                    .with_query("resourceVersionMatch", "Exact"),
                200,
                &[("/items/3", Value::Null)],
            ),
            (
                get(MAPS).with_query("resourceVersionMatch", "Exact"),
                422,
                &[("/details/causes/0/field", "resourceVersionMatch".into())],
            ),
            (
                get(MAPS).with_query("resourceVersion", "999999"),
                504,
                &[("/reason", "Timeout".into())],
            ),
        ],
    );
    server.compact();
    check(
        &server,
        &[(
            get(MAPS)
                .with_query("limit", "2")
                .with_query("continue", token.as_str()),
            410,
            &[("/reason", "Expired".into())],
        )],
    );
}

#[test]
fn watches_begin_where_they_are_told() {
    let server = server();
    check(&server, &[(Request::post(MAPS, map("a")), 201, &[])]);
    let events = |request: Request| {
        let response = handle(&server, &request.with_query("watch", "true"));
        let ResponseBody::Watch(mut stream) = response.body else {
            panic!("no watch, but {:?}", response.to_value());
        };
        let mut seen = Vec::new();
        while let Some(message) = stream.try_next() {
            let value = message.to_value();
            let what = match value["object"]["metadata"]["name"].as_str() {
                Some(name) => name.to_owned(),
                None => value["object"]["code"].to_string(),
            };
            seen.push(format!("{} {what}", message.event));
        }
        seen
    };
    let list = handle(&server, &get(MAPS)).to_value().unwrap();
    let revision = list["metadata"]["resourceVersion"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(events(get(MAPS)), ["ADDED a"]);
    assert_eq!(
        events(get(MAPS).with_query("resourceVersion", "0")),
        ["ADDED a"]
    );
    assert!(events(get(MAPS).with_query("resourceVersion", &revision)).is_empty());
    check(&server, &[(Request::post(MAPS, map("b")), 201, &[])]);
    check(&server, &[(Request::delete(format!("{MAPS}/a")), 200, &[])]);
    assert_eq!(
        events(get(MAPS).with_query("resourceVersion", &revision)),
        ["ADDED b", "DELETED a"]
    );
    let initial = get(MAPS)
        .with_query("sendInitialEvents", "true")
        .with_query("allowWatchBookmarks", "true")
        .with_query("resourceVersionMatch", "NotOlderThan");
    let seen = events(initial);
    assert_eq!(seen.first().map(String::as_str), Some("ADDED b"));
    assert!(
        seen.last().is_some_and(|last| last.starts_with("BOOKMARK")),
        "{seen:?}"
    );
    server.compact();
    assert_eq!(
        events(get(MAPS).with_query("resourceVersion", &revision)),
        ["ERROR 410"]
    );
}

#[test]
fn dry_runs_leave_no_trace() {
    let server = server();
    let one = format!("{MAPS}/a");
    let dry = |request: Request| request.with_query("dryRun", "All");
    check(
        &server,
        &[
            (dry(Request::post(MAPS, map("a"))), 201, &[("/metadata/name", "a".into())]),
            (get(&one), 404, &[]),
            (Request::post(MAPS, map("a")), 201, &[]),
            (
                dry(Request::patch(&one, "application/merge-patch+json", json!({"data": {"b": "2"}}))),
                200,
                &[("/data/b", "2".into())],
            ),
            (dry(Request::delete(&one)), 200, &[]),
            (get(&one), 200, &[("/data/b", Value::Null)]),
            (
                Request::post(MAPS, map("b")).with_query("dryRun", "Some"),
                422,
                &[(
                    "/message",
                    "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported values: \"All\"".into(),
                )],
            ),
        ],
    );
}

#[test]
fn fields_that_a_kind_does_not_have() {
    let server = server();
    let mut unknown = map("a");
    unknown["dta"] = json!({});
    let with = |how: &str| {
        Request::post(MAPS, unknown.clone())
            .with_query("fieldValidation", how)
            .with_query("dryRun", "All")
    };
    let mut twice = Request::post(MAPS, Value::Null).with_query("fieldValidation", "Strict");
    twice.content_type = "application/yaml".into();
    twice.body = RequestBody::Text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\ndata: {}\n".into(),
    );
    check(
        &server,
        &[
            (
                twice,
                400,
                &[(
                    "/message",
                    "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 5: key \"data\" already set in map".into(),
                )],
            ),
            (
                with("Strict"),
                400,
                &[(
                    "/message",
                    "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dta\"".into(),
                )],
            ),
            (with("Warn"), 201, &[("warnings", json!(["unknown field \"dta\""]))]),
            (with(""), 201, &[("warnings", json!(["unknown field \"dta\""]))]),
            (with("Ignore"), 201, &[("warnings", json!([]))]),
            (
                with("Perhaps"),
                422,
                &[("/details/causes/0/field", "fieldValidation".into())],
            ),
        ],
    );
}

#[test]
fn deletions_heed_their_options() {
    let server = server();
    let one = format!("{MAPS}/a");
    let with = |options: Value| Request {
        body: apiserver::handler::RequestBody::Json(options),
        ..Request::delete(&one)
    };
    let labelled = |name: &str| {
        let mut map = map(name);
        map["metadata"]["labels"] = json!({"app": "x"});
        map
    };
    check(
        &server,
        &[
            (Request::post(MAPS, map("a")), 201, &[]),
            (
                with(json!({"preconditions": {"uid": "nonsense"}})),
                409,
                &[("/reason", "Conflict".into())],
            ),
            (with(json!({"propagationPolicy": "Sometimes"})), 422, &[]),
            (
                with(json!({"propagationPolicy": "Foreground"})),
                200,
                &[("/metadata/finalizers/0", "foregroundDeletion".into())],
            ),
            (
                get(&one),
                200,
                &[("/metadata/deletionGracePeriodSeconds", 0.into())],
            ),
            (Request::post(MAPS, labelled("x")), 201, &[]),
            (Request::post(MAPS, labelled("y")), 201, &[]),
            (Request::post(MAPS, map("z")), 201, &[]),
            (
                Request::delete(MAPS).with_query("labelSelector", "app=x"),
                200,
                &[
                    ("/items/1/metadata/name", "y".into()),
                    ("/kind", "ConfigMapList".into()),
                ],
            ),
            (get(MAPS), 200, &[("/items/1/metadata/name", "z".into())]),
        ],
    );
}

#[test]
fn names_are_generated() {
    let server = server();
    let mut nameless = map("");
    nameless["metadata"] = json!({ "generateName": "web-" });
    let made = handle(&server, &Request::post(MAPS, nameless))
        .to_value()
        .unwrap();
    let name = made["metadata"]["name"].as_str().unwrap();
    assert!(name.starts_with("web-") && name.len() == 9, "{name}");
    check(
        &server,
        &[(
            Request::post(MAPS, map("")),
            422,
            &[(
                "/details/causes/0/message",
                "Required value: name or generateName is required".into(),
            )],
        )],
    );
}

#[test]
fn writes_note_their_managers() {
    let server = server();
    let one = format!("{MAPS}/a");
    let apply = |who: &str, data: Value| {
        let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data});
        Request::patch(&one, "application/apply-patch+yaml", config).with_query("fieldManager", who)
    };
    let scale = Request::patch(
        "/apis/apps/v1/namespaces/default/deployments/web/scale",
        "application/merge-patch+json",
        json!({"spec": {"replicas": 3}}),
    );
    let deployment = json!({
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"a": "b"}},
            "template": {
                "metadata": {"labels": {"a": "b"}},
                "spec": {"containers": [{"name": "c", "image": "i"}]},
            },
        },
    });
    check(
        &server,
        &[
            (apply("one", json!({"a": "1"})), 201, &[("/metadata/managedFields/0/operation", "Apply".into())]),
            (
                apply("two", json!({"a": "2"})),
                409,
                &[
                    ("/message", "Apply failed with 1 conflict: conflict with \"one\": .data.a".into()),
                    ("/details/causes/0/reason", "FieldManagerConflict".into()),
                ],
            ),
            (apply("two", json!({"b": "2"})).with_query("dryRun", "All"), 200, &[("/data/b", "2".into())]),
            (get(&one), 200, &[("/metadata/managedFields/1", Value::Null)]),
            (
                apply("two", json!({"a": "2"})).with_query("force", "true"),
                200,
                &[
                    ("/metadata/managedFields/0/manager", "two".into()),
                    ("/metadata/managedFields/1", Value::Null),
                ],
            ),
            (apply("", json!({})), 422, &[("/details/causes/0/field", "fieldManager".into())]),
            (
                apply("two", json!([1])),
                500,
                &[(
                    "/message",
                    "failed to create typed patch object (/a; /v1, Kind=ConfigMap): .data: expected map, got &{[1]}".into(),
                )],
            ),
            // To change nothing is to write nothing.
            (apply("two", json!({"a": "2"})), 200, &[]),
            (
                Request::post("/apis/apps/v1/namespaces/default/deployments", deployment)
                    .with_user_agent("curl/8.0"),
                201,
                &[
                    ("/metadata/managedFields/0/manager", "curl".into()),
                    ("/metadata/managedFields/0/operation", "Update".into()),
                    ("/metadata/managedFields/0/apiVersion", "apps/v1".into()),
                    ("/metadata/managedFields/0/fieldsV1/f:spec/f:replicas", json!({})),
                ],
            ),
            (scale.with_query("fieldManager", "scaler"), 200, &[]),
            (
                get("/apis/apps/v1/namespaces/default/deployments/web"),
                200,
                &[
                    ("/metadata/managedFields/0/fieldsV1/f:spec/f:replicas", Value::Null),
                    ("/metadata/managedFields/1/manager", "scaler".into()),
                    ("/metadata/managedFields/1/subresource", "scale".into()),
                    ("/metadata/managedFields/1/fieldsV1", json!({"f:spec": {"f:replicas": {}}})),
                ],
            ),
        ],
    );
    let revision = |server: &ApiServer| {
        handle(server, &get(&one)).to_value().unwrap()["metadata"]["resourceVersion"].clone()
    };
    let before = revision(&server);
    check(&server, &[(apply("two", json!({"a": "2"})), 200, &[])]);
    assert_eq!(revision(&server), before);
}

#[test]
fn requests_are_counted() {
    let server = server();
    handle(&server, &get(MAPS));
    handle(&server, &get(MAPS));
    handle(&server, &get("/api/v1/nosuch"));
    let ResponseBody::Text(text) = handle(&server, &get("/metrics")).body else {
        panic!("metrics are text");
    };
    let counted: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("apiserver_request_total"))
        .collect();
    assert_eq!(
        counted,
        [
            "apiserver_request_total{code=\"200\",component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"configmaps\",scope=\"namespace\",subresource=\"\",verb=\"LIST\",version=\"v1\"} 2"
        ]
    );
}

#[test]
fn components_say_how_they_are() {
    let server = server();
    let down = |name: &str| name != "scheduler";
    server.set_component_check(std::rc::Rc::new(down));
    check(
        &server,
        &[
            (
                get("/api/v1/componentstatuses"),
                200,
                &[
                    ("/items/0/metadata/name", "controller-manager".into()),
                    ("/items/0/conditions/0/status", "True".into()),
                    ("/items/1/conditions/0/status", "False".into()),
                ],
            ),
            (
                get("/api/v1/componentstatuses/etcd-0"),
                200,
                &[("/conditions/0/message", "ok".into())],
            ),
            (
                get("/api/v1/componentstatuses/a"),
                500,
                &[("/message", "Component not found: a".into())],
            ),
        ],
    );
}

#[test]
fn methods_and_paths_that_nobody_serves() {
    let asks = |method, path: &str| Request::new(method, path);
    let named = json!({ "metadata": { "name": "a", "resourceVersion": "5" } });
    let text = |text: &str| [("/message", Value::from(text))];
    let refused = "the server does not allow this method on the requested resource";
    let unknown = "the server could not find the requested resource";
    check(
        &server(),
        &[
            (asks(Method::Head, MAPS), 405, &text(refused)),
            (asks(Method::Options, MAPS), 405, &text(refused)),
            (asks(Method::Head, "/api"), 405, &text(refused)),
            (asks(Method::Head, "/healthz"), 200, &[]),
            (
                asks(Method::Delete, "/api/v1/configmaps"),
                405,
                &text(refused),
            ),
            (
                asks(Method::Post, "/api/v1/configmaps"),
                405,
                &text(refused),
            ),
            (
                get("/api/v1/namespaces/default/status/more"),
                404,
                &text(unknown),
            ),
            (
                get(MAPS).with_query("sendInitialEvents", "true"),
                422,
                &text(
                    "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list",
                ),
            ),
            (
                get(MAPS)
                    .with_query("watch", "1")
                    .with_accept("application/yaml"),
                406,
                &text("only the following media types are accepted: application/json;stream=watch"),
            ),
            (
                Request::post(MAPS, named),
                500,
                &text("resourceVersion should not be set on objects to be created"),
            ),
        ],
    );
}

#[test]
fn ends_of_jobs() {
    let jobs = "/apis/batch/v1/namespaces/default/jobs";
    let server = server();
    let pod = json!({ "restartPolicy": "Never", "containers": [{ "name": "c", "image": "i" }] });
    let job = json!({ "metadata": { "name": "a" }, "spec": { "template": { "spec": pod } } });
    assert_eq!(handle(&server, &Request::post(jobs, job)).code, 201);
    let complete = json!([{ "type": "Complete", "status": "True" }]);
    for (status, wanted) in [
        (
            json!({ "conditions": complete }),
            "[status.completionTime: Required value: completionTime is required for Complete jobs, status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition, status.startTime: Required value: startTime is required for finished job]",
        ),
        (
            json!({ "active": 1, "ready": 2 }),
            "status.ready: Invalid value: 2: cannot set more ready pods than active",
        ),
        (
            json!({ "completedIndexes": "0" }),
            "status.completedIndexes: Invalid value: \"0\": cannot set non-empty completedIndexes when non-indexed completion mode",
        ),
    ] {
        let mut request = Request::new(Method::Patch, format!("{jobs}/a/status"));
        request.content_type = "application/merge-patch+json".into();
        request.body = RequestBody::Json(json!({ "status": status }));
        let answer = handle(&server, &request).to_value().unwrap_or_default();
        let wanted = format!("Job.batch \"a\" is invalid: {wanted}");
        assert_eq!(answer["message"], wanted, "{status}");
    }
}

#[test]
fn metadata_of_lists_and_of_objects_are_two_things() {
    let one = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    let list = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    let default = "/api/v1/namespaces/default";
    let refused = |text: &str| Value::from(text);
    check(
        &server(),
        &[
            (
                get("/api/v1/namespaces").with_accept(list),
                200,
                &[("/kind", "PartialObjectMetadataList".into())],
            ),
            (
                get("/api/v1/namespaces").with_accept(one),
                406,
                &[(
                    "/message",
                    refused(
                        "you requested PartialObjectMetadata, but the requested object is a list (*core.NamespaceList)",
                    ),
                )],
            ),
            (
                get(default).with_accept(list),
                406,
                &[(
                    "/message",
                    refused(
                        "you requested PartialObjectMetadataList, but the requested object is not a list (*core.Namespace)",
                    ),
                )],
            ),
        ],
    );
}
