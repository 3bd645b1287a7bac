//! The kinds that few look at: certificate requests, flow control, API services, addresses, bindings, and those that are
//! served without anybody doing their work; and `scale` by server-side apply.

use apiserver::handler::{Request, Response, handle};
use apiserver::{ApiServer, Config, User};
use serde_json::{Value, json};
use sim::{Sim, Time};
use std::rc::Rc;

fn server() -> ApiServer {
    ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    )
}

fn ask(server: &ApiServer, request: &Request, code: u16) -> (Value, Response) {
    let response = handle(server, request);
    let value = response.to_value().unwrap_or_default();
    assert_eq!(response.code, code, "{}: {value}", request.path);
    (value, response)
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().into_iter().flatten();
    items
        .filter_map(|item| item["metadata"]["name"].as_str())
        .collect()
}

fn apply(path: &str, manager: &str, config: Value) -> Request {
    Request::patch(path, "application/apply-patch+yaml", config).with_query("fieldManager", manager)
}

/// `openssl req -new -key ec.key -subj /CN=jane`
const REQUEST: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISk1IRUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWFtRnVaVEJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSApBMElBQk42SXJYbzBNd1F0TGJhdy9XUWY4ZDAvdytHcnF6SFl4STNDRkw4S1FvSmhYZzN1RyszdzJnb1Z0RjNRCmo5NmY1M3k0Q1ZlOXBTSi9KWXYxWHBxQ3NweWdBREFLQmdncWhrak9QUVFEQWdOSUFEQkZBaUVBb0lmeGdBOUcKMUJEUkFZU0l5MGVGcVJWZG1ZL01ZeUk5NE9DQmNodHQ3eDRDSUdtR1VVMWR5eU5mWXFaMGZ0bStkR3VhTTlTUgprenV2TXZ2Q0ovRGVDYUZJCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=";

#[test]
fn certificate_requests_are_decided_by_those_who_may() {
    let server = server();
    let path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    let request = |request: &str, usages: Value| {
        json!({
            "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
            "metadata": { "name": "jane" },
            "spec": { "request": request, "signerName": "kubernetes.io/kube-apiserver-client", "usages": usages },
        })
    };
    let (wrong, _) = ask(
        &server,
        &Request::post(path, request("aGVsbG8=", json!([]))),
        422,
    );
    let text = wrong["message"].as_str().unwrap_or_default();
    assert!(
        text.contains("PEM block type must be CERTIFICATE REQUEST"),
        "{text}"
    );
    assert!(text.contains("spec.usages: Required value"), "{text}");

    let post = Request::post(path, request(REQUEST, json!(["client auth"])));
    let (made, _) = ask(&server, &post, 201);
    assert_eq!(made["spec"]["username"], "kubernetes-admin");
    let one = format!("{path}/jane");
    let table =
        Request::get(one.as_str()).with_accept("application/json;as=Table;v=v1;g=meta.k8s.io");
    let condition = |server: &ApiServer| {
        let (table, _) = ask(server, &table, 200);
        table["rows"][0]["cells"][5].clone()
    };
    assert_eq!(condition(&server), "Pending");
    let mut approved = made.clone();
    approved["status"]["conditions"] =
        json!([{ "type": "Approved", "status": "True", "reason": "KubectlApprove" }]);
    // Only the door for decisions lets one in.
    ask(&server, &Request::put(one.as_str(), approved.clone()), 200);
    assert_eq!(condition(&server), "Pending");
    let door = format!("{one}/approval");
    let jane = Rc::new(User {
        name: "jane".into(),
        groups: vec!["system:authenticated".into()],
        ..User::default()
    });
    ask(
        &server,
        &Request::put(door.as_str(), approved.clone()).with_user(jane),
        403,
    );
    let (after, _) = ask(&server, &Request::put(door.as_str(), approved), 200);
    assert!(
        after["status"]["conditions"][0]["lastUpdateTime"].is_string(),
        "{after}"
    );
    assert_eq!(condition(&server), "Approved");
    // Signing is another right, and what nobody may ask for is refused at once.
    let mut signed = after;
    signed["status"]["certificate"] = "aGVsbG8=".into();
    let status = format!("{one}/status");
    let role = |verb: &str| {
        json!({ "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": { "name": verb }, "rules": [
            { "apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests/status"], "verbs": ["update"] },
            { "apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "verbs": [verb] } ] })
    };
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    for (verb, code) in [("approve", 403), ("sign", 200)] {
        ask(
            &server,
            &Request::post(format!("{rbac}/clusterroles"), role(verb)),
            201,
        );
        let binding = json!({ "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": { "name": verb }, "subjects": [{ "kind": "User", "name": verb, "apiGroup": "rbac.authorization.k8s.io" }],
            "roleRef": { "kind": "ClusterRole", "name": verb, "apiGroup": "rbac.authorization.k8s.io" } });
        ask(
            &server,
            &Request::post(format!("{rbac}/clusterrolebindings"), binding),
            201,
        );
        let user = Rc::new(User {
            name: verb.into(),
            ..User::default()
        });
        let put = Request::put(status.as_str(), signed.clone()).with_user(user);
        let (answer, _) = ask(&server, &put, code);
        let refused = "certificatesigningrequests.certificates.k8s.io \"jane\" is forbidden: user not permitted to sign requests with signerName \"kubernetes.io/kube-apiserver-client\"";
        assert_eq!(answer["message"] == refused, code == 403, "{answer}");
    }
}

#[test]
fn flow_control_is_there_from_the_start() {
    let server = server();
    let group = "/apis/flowcontrol.apiserver.k8s.io/v1";
    let (schemas, _) = ask(&server, &Request::get(format!("{group}/flowschemas")), 200);
    assert_eq!(names(&schemas).len(), 11);
    assert_eq!(
        schemas["items"][0]["metadata"]["creationTimestamp"],
        "2027-01-15T08:00:00Z"
    );
    let (levels, _) = ask(
        &server,
        &Request::get(format!("{group}/prioritylevelconfigurations")),
        200,
    );
    assert_eq!(
        names(&levels),
        [
            "catch-all",
            "exempt",
            "global-default",
            "leader-election",
            "node-high",
            "system",
            "workload-high",
            "workload-low"
        ]
    );
    // They come back.
    ask(
        &server,
        &Request::delete(format!("{group}/flowschemas/probes")),
        200,
    );
    ask(
        &server,
        &Request::get(format!("{group}/flowschemas/probes")),
        200,
    );
}

#[test]
fn api_services_follow_what_is_served() {
    let server = server();
    let path = "/apis/apiregistration.k8s.io/v1/apiservices";
    let (list, _) = ask(&server, &Request::get(path), 200);
    let all = names(&list);
    assert!(all.contains(&"v1.") && all.contains(&"v1.apps"), "{all:?}");
    let foreign = json!({
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": { "name": "v1.shop.example.com" },
        "spec": {
            "group": "shop.example.com", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 10,
            "service": { "name": "shop", "namespace": "default" },
        },
    });
    let (refused, _) = ask(&server, &Request::post(path, foreign), 422);
    let text = refused["message"].as_str().unwrap_or_default();
    assert!(text.contains("no aggregation"), "{text}");
}

#[test]
fn services_have_addresses_with_names() {
    let server = server();
    let path = "/apis/networking.k8s.io/v1/ipaddresses";
    let service = |name: &str, spec: Value| json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": name }, "spec": spec });
    let services = "/api/v1/namespaces/default/services";
    let spec = json!({ "ports": [{ "port": 80 }] });
    let (made, _) = ask(&server, &Request::post(services, service("web", spec)), 201);
    let address = made["spec"]["clusterIP"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let (list, _) = ask(&server, &Request::get(path), 200);
    assert_eq!(names(&list).len(), 2);
    let (one, _) = ask(&server, &Request::get(format!("{path}/{address}")), 200);
    assert_eq!(one["spec"]["parentRef"]["name"], "web");
    ask(&server, &Request::delete(format!("{services}/web")), 200);
    ask(&server, &Request::get(format!("{path}/{address}")), 404);
    let (cidr, _) = ask(
        &server,
        &Request::get("/apis/networking.k8s.io/v1/servicecidrs/kubernetes"),
        200,
    );
    assert_eq!(cidr["spec"]["cidrs"][0], "10.96.0.0/16");
    assert_eq!(cidr["status"]["conditions"][0]["type"], "Ready");
}

#[test]
fn what_nobody_does_is_refused() {
    let server = server();
    for (group, plural, kind) in [
        (
            "admissionregistration.k8s.io",
            "validatingadmissionpolicies",
            "ValidatingAdmissionPolicy",
        ),
        ("resource.k8s.io", "deviceclasses", "DeviceClass"),
    ] {
        let path = format!("/apis/{group}/v1/{plural}");
        let (list, _) = ask(&server, &Request::get(path.as_str()), 200);
        assert!(names(&list).is_empty());
        let object = json!({ "apiVersion": format!("{group}/v1"), "kind": kind, "metadata": { "name": "a" } });
        let (refused, _) = ask(&server, &Request::post(path, object), 501);
        let text = refused["message"].as_str().unwrap_or_default();
        assert!(
            text.starts_with(&format!("{plural}.{group} cannot be made: ")),
            "{text}"
        );
    }
}

#[test]
fn bindings_by_themselves() {
    let server = server();
    let pods = "/api/v1/namespaces/default/pods";
    let account =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "default" } });
    ask(
        &server,
        &Request::post("/api/v1/namespaces/default/serviceaccounts", account),
        201,
    );
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "a" },
        "spec": { "containers": [{ "name": "a", "image": "nginx" }] },
    });
    ask(&server, &Request::post(pods, pod), 201);
    let binding = json!({
        "apiVersion": "v1", "kind": "Binding", "metadata": { "name": "a" },
        "target": { "apiVersion": "v1", "kind": "Node", "name": "node-1" },
    });
    ask(
        &server,
        &Request::post("/api/v1/namespaces/default/bindings", binding),
        201,
    );
    let (pod, _) = ask(&server, &Request::get(format!("{pods}/a")), 200);
    assert_eq!(pod["spec"]["nodeName"], "node-1");
    // Nobody runs it here.
    ask(&server, &Request::get(format!("{pods}/a/proxy/")), 500);
    ask(&server, &Request::get(format!("{pods}/b:80/proxy/")), 404);
}

#[test]
fn scale_by_server_side_apply() {
    let server = server();
    let path = "/apis/apps/v1/namespaces/default/deployments/web";
    let template = json!({
        "metadata": { "labels": { "app": "web" } },
        "spec": { "containers": [{ "name": "a", "image": "nginx" }] },
    });
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
        "spec": { "replicas": 1, "selector": { "matchLabels": { "app": "web" } }, "template": template },
    });
    ask(&server, &apply(path, "author", deployment), 201);
    let scale = |replicas: i32| {
        json!({
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": { "name": "web" },
            "spec": { "replicas": replicas },
        })
    };
    let door = format!("{path}/scale");
    let (conflict, _) = ask(&server, &apply(&door, "scaler", scale(3)), 409);
    let text = conflict["message"].as_str().unwrap_or_default();
    assert!(
        text.contains("conflict with \"author\"") && text.contains(".spec.replicas"),
        "{text}"
    );
    let forced = apply(&door, "scaler", scale(3)).with_query("force", "true");
    let (scaled, _) = ask(&server, &forced, 200);
    assert_eq!(scaled["kind"], "Scale");
    assert_eq!(scaled["spec"]["replicas"], 3);
    let (now, _) = ask(&server, &Request::get(path), 200);
    let entries = now["metadata"]["managedFields"]
        .as_array()
        .into_iter()
        .flatten();
    let mine: Vec<&Value> = entries
        .filter(|entry| entry["manager"] == "scaler")
        .collect();
    assert_eq!(mine.len(), 1, "{now}");
    assert_eq!(mine[0]["subresource"], "scale");
    assert_eq!(
        mine[0]["fieldsV1"],
        json!({ "f:spec": { "f:replicas": {} } })
    );
}

#[test]
fn controllers_have_roles() {
    let server = server();
    let path = "/apis/rbac.authorization.k8s.io/v1";
    let (roles, _) = ask(&server, &Request::get(format!("{path}/clusterroles")), 200);
    let all = names(&roles);
    assert!(
        all.contains(&"system:controller:deployment-controller"),
        "{all:?}"
    );
    let of_system = format!("{path}/namespaces/kube-system/rolebindings");
    let (bindings, _) = ask(&server, &Request::get(of_system), 200);
    assert_eq!(names(&bindings).len(), 6);
    // They count before anybody has looked.
    let server = self::server();
    let group = |name: &str| apimachinery::Str::from(name);
    let account = Rc::new(User {
        name: "system:serviceaccount:kube-system:deployment-controller".into(),
        groups: vec![
            group("system:serviceaccounts"),
            group("system:serviceaccounts:kube-system"),
            group("system:authenticated"),
        ],
        ..User::default()
    });
    let list = |path: &str| Request::get(path).with_user(account.clone());
    ask(&server, &list("/apis/apps/v1/deployments"), 200);
    ask(&server, &list("/api/v1/secrets"), 403);
}

#[test]
fn pods_are_resized_through_their_own_door() {
    let server = server();
    let pods = "/api/v1/namespaces/default/pods";
    let account =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "default" } });
    ask(
        &server,
        &Request::post("/api/v1/namespaces/default/serviceaccounts", account),
        201,
    );
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "a" },
        "spec": { "containers": [{ "name": "a", "image": "nginx", "resources": { "requests": { "cpu": "100m" } } }] },
    });
    ask(&server, &Request::post(pods, pod), 201);
    let resize = |requests: Value, limits: Value| {
        let container = json!({ "name": "a", "image": "other", "resources": { "requests": requests, "limits": limits } });
        let patch = json!({ "spec": { "containers": [container] } });
        Request::patch(
            format!("{pods}/a/resize"),
            "application/strategic-merge-patch+json",
            patch,
        )
    };
    let (now, _) = ask(&server, &resize(json!({ "cpu": "200m" }), json!({})), 200);
    assert_eq!(
        now["spec"]["containers"][0]["resources"]["requests"]["cpu"],
        "200m"
    );
    assert_eq!(now["spec"]["containers"][0]["image"], "nginx");
    assert_eq!(now["metadata"]["generation"], 2);
    let (no, _) = ask(&server, &resize(json!({ "cpu": null }), json!({})), 422);
    let text = no["message"].as_str().unwrap_or_default();
    assert!(
        text.contains("resource requests cannot be removed"),
        "{text}"
    );
    assert!(text.contains("Pod QOS Class may not change"), "{text}");
}
