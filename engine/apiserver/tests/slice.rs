//! The first slice through the server: namespaces, config maps and pods, typed and over the handler.

use std::rc::Rc;

use api::core::v1::{Binding, ConfigMap, Event, Namespace, Node, Pod, ServiceAccount};
use apimachinery::meta::v1::{DeleteOptions, ListOptions, ObjectMeta};
use apimachinery::watch;
use apiserver::handler::{Request, ResponseBody, handle};
use apiserver::{ApiServer, Config, Context, User};
use serde_json::{Value, json};
use sim::{Sim, Time};

/// A server on which the controllers have made the default service account.
fn server() -> ApiServer {
    let server = ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    );
    let metadata = ObjectMeta::named("default", "default");
    context(&server)
        .create(ServiceAccount {
            metadata,
            ..ServiceAccount::default()
        })
        .unwrap();
    server
}

fn context(server: &ApiServer) -> Context {
    Context::new(
        server.clone(),
        Rc::new(User::admin()),
        "kubectl/v1.36.2".into(),
    )
}

fn ask(server: &ApiServer, request: &Request) -> (u16, Value) {
    let response = handle(server, request);
    (response.code, response.to_value().unwrap_or_default())
}

fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "labels": { "app": name } },
        "spec": { "containers": [{ "name": "web", "image": "nginx" }] },
    })
}

const PODS: &str = "/api/v1/namespaces/default/pods";

#[test]
fn creates_defaults_and_shows_a_pod() {
    let server = server();
    let (code, made) = ask(&server, &Request::post(PODS, pod("web")));
    assert_eq!(code, 201, "{made}");
    assert_eq!(made["metadata"]["namespace"], "default");
    assert_eq!(made["metadata"]["generation"], 1);
    assert_eq!(made["spec"]["containers"][0]["imagePullPolicy"], "Always");
    assert_eq!(
        made["status"],
        json!({ "phase": "Pending", "qosClass": "BestEffort" })
    );

    let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    let (code, table) = ask(&server, &Request::get(PODS).with_accept(table));
    assert_eq!(code, 200);
    assert_eq!(
        table["rows"][0]["cells"].as_array().unwrap()[..5],
        ["web", "0/1", "Pending", "0", "0s"].map(Value::from)
    );

    let (code, again) = ask(&server, &Request::post(PODS, pod("web")));
    assert_eq!(
        (code, again["message"].as_str()),
        (409, Some("pods \"web\" already exists"))
    );
}

#[test]
fn answers_mistakes_as_upstream() {
    let server = server();
    let get = |path: &str| ask(&server, &Request::get(path)).1["message"].clone();
    assert_eq!(
        get("/api/v1/namespaces/default/pods/x"),
        "pods \"x\" not found"
    );
    assert_eq!(
        get("/api/v1/foos"),
        "the server could not find the requested resource"
    );
    let (_, answer) = ask(
        &server,
        &Request::get(PODS).with_query("fieldSelector", "spec.foo=bar"),
    );
    assert_eq!(answer["message"], "field label not supported: spec.foo");
    let (_, answer) = ask(
        &server,
        &Request::post("/api/v1/namespaces/nosuch/pods", pod("web")),
    );
    assert_eq!(answer["message"], "namespaces \"nosuch\" not found");
    let (_, answer) = ask(&server, &Request::delete("/api/v1/namespaces/default"));
    assert_eq!(
        answer["message"],
        "namespaces \"default\" is forbidden: this namespace may not be deleted"
    );
    let (_, answer) = ask(
        &server,
        &Request::post("/api/v1/namespaces", json!({ "metadata": { "name": "A" } })),
    );
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .starts_with("Namespace \"A\" is invalid: metadata.name: Invalid value")
    );
    let mut unknown = pod("web");
    unknown["spec"]["containers"][0]["port"] = json!(80);
    let strict = Request::post(PODS, unknown).with_query("fieldValidation", "Strict");
    assert_eq!(
        ask(&server, &strict).1["message"],
        "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown field \
         \"spec.containers[0].port\""
    );
}

#[test]
fn updates_compare_and_swap() {
    let server = server();
    let cx = context(&server);
    let mut map = ConfigMap::default();
    map.metadata.name = "a".into();
    map.metadata.namespace = "default".into();
    let made = cx.create(map).unwrap();
    let mut next = (*made).clone();
    next.data.insert("k", "v");
    let updated = cx.update(next.clone()).unwrap();
    assert_ne!(
        updated.metadata.resource_version,
        made.metadata.resource_version
    );
    assert_eq!(
        cx.update(next.clone()).unwrap_err().message,
        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to \
         the latest version and try again"
    );
    // Without a version, and without a change: nothing is written.
    next.metadata.resource_version = "".into();
    let same = cx.update(next).unwrap();
    assert!(Rc::ptr_eq(&same, &updated));
}

#[test]
fn pods_end_gracefully() {
    let server = server();
    let cx = context(&server);
    let (_, _) = ask(&server, &Request::post(PODS, pod("web")));
    let mut watch = cx.watch::<Pod>("default", &ListOptions::default()).unwrap();
    assert!(matches!(watch.try_next(), Some(watch::Event::Added(_))));
    let mut binding = Binding::default();
    binding.target.name = "node-1".into();
    cx.bind("default", "web", &binding).unwrap();
    let twice = cx.bind("default", "web", &binding).unwrap_err();
    assert_eq!(
        twice.message,
        "Operation cannot be fulfilled on pods \"web\": pod web is already assigned to node \"node-1\""
    );
    let waiting = cx
        .delete::<Pod>("default", "web", &DeleteOptions::default())
        .unwrap();
    assert_eq!(waiting.metadata.deletion_grace_period_seconds, Some(30));
    let now = DeleteOptions {
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    cx.delete::<Pod>("default", "web", &now).unwrap();
    let events: Vec<_> = std::iter::from_fn(|| watch.try_next())
        .map(|event| event.event_type().as_str())
        .collect();
    assert_eq!(events, ["MODIFIED", "MODIFIED", "MODIFIED", "DELETED"]);
    assert!(cx.get::<Pod>("default", "web").unwrap_err().is_not_found());
}

#[test]
fn pods_get_the_zone_of_their_node() {
    const ZONE: &str = "topology.kubernetes.io/zone";
    let server = server();
    let cx = context(&server);
    let mut node = Node::default();
    node.metadata.name = "node-1".into();
    node.metadata.labels.insert(ZONE, "north");
    node.metadata.labels.insert("disk", "ssd");
    cx.create(node).unwrap();
    let _ = ask(&server, &Request::post(PODS, pod("web")));
    let mut binding = Binding::default();
    binding.target.name = "node-1".into();
    cx.bind("default", "web", &binding).unwrap();
    let web = cx.get::<Pod>("default", "web").unwrap();
    assert_eq!(web.metadata.labels.get(ZONE).unwrap(), "north");
    assert!(!web.metadata.labels.contains_key("disk"));
    // Made on its node, with a word of its own.
    let mut placed = pod("placed");
    placed["spec"]["nodeName"] = json!("node-1");
    placed["metadata"]["labels"] = json!({ ZONE: "south" });
    let (code, placed) = ask(&server, &Request::post(PODS, placed));
    assert_eq!(code, 201, "{placed}");
    assert_eq!(placed["metadata"]["labels"][ZONE], "south");
}

#[test]
fn namespaces_end_when_they_are_finalized() {
    let server = server();
    let cx = context(&server);
    let mut namespace = Namespace::default();
    namespace.metadata.name = "dev".into();
    cx.create(namespace).unwrap();
    let ending = cx
        .delete::<Namespace>("", "dev", &DeleteOptions::default())
        .unwrap();
    assert_eq!(ending.status.phase, "Terminating");
    let (_, answer) = ask(
        &server,
        &Request::post("/api/v1/namespaces/dev/pods", pod("web")),
    );
    assert_eq!(
        answer["message"],
        "pods \"web\" is forbidden: unable to create new content in namespace dev because it is being terminated"
    );
    let mut finalized = (*ending).clone();
    finalized.spec.finalizers.clear();
    cx.update_subresource(finalized, "finalize").unwrap();
    assert!(cx.get::<Namespace>("", "dev").unwrap_err().is_not_found());
}

#[test]
fn lists_page_by_page_from_one_snapshot() {
    let server = server();
    for name in ["a", "b", "c", "d", "e"] {
        ask(&server, &Request::post(PODS, pod(name)));
    }
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|item| item["metadata"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let page = |token: &str| {
        let request = Request::get(PODS)
            .with_query("limit", "2")
            .with_query("continue", token);
        ask(&server, &request)
    };
    let (_, first) = page("");
    assert_eq!(
        (
            names(&first),
            first["metadata"]["remainingItemCount"].as_i64()
        ),
        (vec!["a".into(), "b".into()], Some(3))
    );
    let token = first["metadata"]["continue"].as_str().unwrap().to_owned();
    ask(&server, &Request::delete(format!("{PODS}/c")));
    let (_, second) = page(&token);
    assert_eq!(
        names(&second),
        ["c", "d"],
        "the second page is of the same moment as the first"
    );
    server.compact();
    let (code, gone) = page(&token);
    assert_eq!(code, 410);
    let (_, rest) = page(gone["metadata"]["continue"].as_str().unwrap());
    assert_eq!(names(&rest), ["d", "e"]);
}

#[test]
fn watches_end_when_history_is_gone() {
    let server = server();
    let cx = context(&server);
    let revision = cx
        .list::<Pod>("", &ListOptions::default())
        .unwrap()
        .metadata
        .resource_version;
    let options = ListOptions {
        resource_version: revision,
        ..ListOptions::default()
    };
    ask(&server, &Request::post(PODS, pod("a")));
    let mut watch = cx.watch::<Pod>("", &options).unwrap();
    server.compact();
    match watch.try_next() {
        Some(watch::Event::Error(status)) => {
            assert_eq!((status.code, &*status.reason), (410, "Expired"))
        }
        other => panic!("{other:?}"),
    }
    assert!(watch.try_next().is_none());
}

#[test]
fn a_label_selector_makes_objects_come_and_go() {
    let server = server();
    let cx = context(&server);
    ask(&server, &Request::post(PODS, pod("web")));
    let options = ListOptions {
        label_selector: "app=web".into(),
        ..ListOptions::default()
    };
    let mut watch = cx.watch::<Pod>("default", &options).unwrap();
    let mut relabelled = (*cx.get::<Pod>("default", "web").unwrap()).clone();
    relabelled.metadata.labels.insert("app", "other");
    let changed = cx.update(relabelled).unwrap();
    let events: Vec<_> = std::iter::from_fn(|| watch.try_next()).collect();
    match events.as_slice() {
        [watch::Event::Added(_), watch::Event::Deleted(last)] => {
            assert_eq!(last.metadata.labels.text("app"), "web");
            assert_eq!(
                last.metadata.resource_version,
                changed.metadata.resource_version
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn events_go_away_within_a_minute_after_an_hour() {
    let server = server();
    let cx = context(&server);
    let mut event = Event::default();
    event.metadata.name = "e".into();
    event.metadata.namespace = "default".into();
    event.involved_object.namespace = "default".into();
    cx.create(event).unwrap();
    let sim = server.sim().clone();
    let start = sim.now();
    sim.run_until(start + std::time::Duration::from_secs(3659), &mut 1000);
    assert!(cx.get::<Event>("default", "e").is_ok());
    sim.run_until(start + std::time::Duration::from_secs(3661), &mut 1000);
    assert!(cx.get::<Event>("default", "e").is_err());
}

#[test]
fn dry_runs_write_nothing() {
    let server = server();
    let request = Request::post(PODS, pod("web")).with_query("dryRun", "All");
    let (code, made) = ask(&server, &request);
    assert_eq!(code, 201);
    assert!(made["metadata"]["uid"].is_string() && made["metadata"]["resourceVersion"].is_null());
    assert_eq!(ask(&server, &Request::get(format!("{PODS}/web"))).0, 404);
}

#[test]
fn nodes_have_no_namespace() {
    let server = server();
    let cx = context(&server);
    let mut node = Node::default();
    node.metadata.name = "node-1".into();
    cx.create(node).unwrap();
    let response = handle(&server, &Request::get("/api/v1/nodes/node-1"));
    let ResponseBody::Object(_, object) = &response.body else {
        panic!("no object")
    };
    assert_eq!(object.meta().namespace, "");
}

#[test]
fn equal_seeds_give_equal_clusters() {
    let run = || {
        let server = server();
        let named = |name: &str| {
            let mut pod = pod(name);
            pod["metadata"]["name"] = Value::Null;
            pod["metadata"]["generateName"] = "web-".into();
            pod
        };
        let made: Vec<Value> = (0..3)
            .map(|_| ask(&server, &Request::post(PODS, named("x"))).1)
            .collect();
        (made, server.sim().trace().digest())
    };
    assert_eq!(run(), run());
}

#[test]
fn admission_completes_pods() {
    let server = server();
    let (_, made) = ask(&server, &Request::post(PODS, pod("web")));
    let spec = &made["spec"];
    assert_eq!(spec["serviceAccountName"], "default");
    assert_eq!(
        (&spec["priority"], &spec["preemptionPolicy"]),
        (&json!(0), &json!("PreemptLowerPriority"))
    );
    assert_eq!(
        spec["tolerations"][1]["key"],
        "node.kubernetes.io/unreachable"
    );
    let volume = spec["volumes"][0]["name"].as_str().unwrap();
    assert!(
        volume.starts_with("kube-api-access-") && volume.len() == 21,
        "{volume}"
    );
    assert_eq!(spec["containers"][0]["volumeMounts"][0]["name"], volume);
    assert_eq!(
        spec["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"]["expirationSeconds"],
        3607
    );

    let mut robot = pod("bot");
    robot["spec"]["serviceAccountName"] = "robot".into();
    assert_eq!(
        ask(&server, &Request::post(PODS, robot)).1["message"],
        "pods \"bot\" is forbidden: error looking up service account default/robot: serviceaccount \"robot\" not found"
    );
    let mut high = pod("high");
    high["spec"]["priorityClassName"] = "high".into();
    assert_eq!(
        ask(&server, &Request::post(PODS, high)).1["message"],
        "pods \"high\" is forbidden: no PriorityClass with name high was found"
    );
}
