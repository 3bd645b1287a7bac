//! The pages that a server has about itself.

use apiserver::handler::{Request, ResponseBody, handle};
use serde_json::{Value, json};

use super::{check, get, server};

#[test]
fn pages_about_the_server_itself() {
    let json_page = "application/json;as=Statusz;g=config.k8s.io;v=v1beta1,text/plain";
    let old_page = "application/json;as=Flagz;g=config.k8s.io;v=v1alpha1";
    let server = server();
    let text = |request: &Request| match handle(&server, request).body {
        ResponseBody::Text(text) => text,
        _ => String::new(),
    };
    let status = text(&get("/statusz"));
    for part in [
        "\napiserver statusz\nWarning: This endpoint is not meant to be machine parseable",
        "\nStarted: Fri Jan 15 08:00:00 UTC 2027\nUp: 0 hr 00 min 00 sec\n",
        "\nBinary version: 1.36.2\nEmulation version: 1.36\nPaths: /flagz /healthz /livez /metrics",
    ] {
        assert!(status.contains(part), "{part} in {status}");
    }
    assert!(text(&get("/flagz")).contains("\nservice-cluster-ip-range=10.96.0.0/16\n"));
    let issuer = text(&get("/.well-known/openid-configuration"));
    let issuer: Value = serde_json::from_str(&issuer).unwrap();
    assert_eq!(
        issuer["issuer"],
        "https://kubernetes.default.svc.cluster.local"
    );
    check(
        &server,
        &[
            (get("/openid/v1/jwks"), 200, &[("", "{\"keys\":[]}".into())]),
            (
                get("/statusz").with_accept(json_page),
                200,
                &[
                    ("/apiVersion", "config.k8s.io/v1beta1".into()),
                    ("/binaryVersion", "1.36.2".into()),
                ],
            ),
            (
                get("/flagz").with_accept(old_page),
                200,
                &[
                    ("/flags/allow-privileged", "true".into()),
                    (
                        "warnings",
                        json!(["This version of the flagz endpoint is deprecated. Please use a newer version."]),
                    ),
                ],
            ),
            (
                get("/statusz").with_accept("application/json"),
                406,
                &[(
                    "/message",
                    "only the following media types are accepted: application/json, application/yaml, text/plain".into(),
                )],
            ),
        ],
    );
}
