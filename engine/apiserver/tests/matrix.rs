//! What is served, as a table in `docs/api.md`: kinds, verbs and subresources, from the server's own discovery. The test
//! fails when the file says something else; `BLESS=1` writes it anew.

use std::fmt::Write as _;

use apiserver::handler::{Request, handle};
use apiserver::{ApiServer, Config};
use serde_json::{Value, json};
use sim::{Sim, Time};

const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const HEAD: &str = "# The API that is served

Generated from the server's discovery by `BLESS=1 cargo test -p apiserver --test matrix`; a test compares the two.

Every resource that can be read is also served as a table, as its metadata alone, in JSON and in YAML, with selectors, in
pieces (`limit`, `continue`) and at a revision. Writes take `dryRun`, `fieldManager` and `fieldValidation`; PATCH takes JSON
patches, merge patches, strategic merge patches (not for custom resources) and server-side apply. Custom resources are
served as their definitions say, with `status` and `scale`.

**rw** stands for create, delete, deletecollection, get, list, patch, update and watch; **gpu** for get, patch and update.
";

fn get(server: &ApiServer, path: &str) -> Value {
    let response = handle(server, &Request::get(path).with_accept(ACCEPT));
    response.to_value().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn words(value: &Value) -> String {
    let words: Vec<&str> = list(value).filter_map(Value::as_str).collect();
    words.join(", ")
}

fn verbs(value: &Value) -> String {
    match words(value).as_str() {
        "create, delete, deletecollection, get, list, patch, update, watch" => "rw".into(),
        "get, patch, update" => "gpu".into(),
        other => other.to_owned(),
    }
}

/// What cannot be read from discovery.
fn note(server: &ApiServer, path: &str, resource: &Value) -> String {
    let all = words(&resource["verbs"]);
    if !all.contains("create") || !all.contains("get") {
        return String::new();
    }
    let kind = &resource["responseKind"];
    let (group, version) = (kind["group"].as_str(), kind["version"].as_str());
    let api_version = match (group.unwrap_or_default(), version.unwrap_or_default()) {
        ("", version) => version.to_owned(),
        (group, version) => format!("{group}/{version}"),
    };
    let object =
        json!({ "apiVersion": api_version, "kind": kind["kind"], "metadata": { "name": "a" } });
    let response = handle(server, &Request::post(path, object));
    let message = response.error().map(|status| status.message.to_string());
    match message {
        Some(message) if response.code == 501 => {
            let why = message.split_once(": ").map_or("", |(_, why)| why);
            format!("cannot be made: {why}")
        }
        _ => String::new(),
    }
}

fn document() -> String {
    let server = ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    );
    let mut out = HEAD.to_owned();
    let (core, others) = (get(&server, "/api"), get(&server, "/apis"));
    for group in list(&core["items"]).chain(list(&others["items"])) {
        let name = group["metadata"]["name"].as_str().unwrap_or_default();
        for version in list(&group["versions"]) {
            let number = version["version"].as_str().unwrap_or_default();
            let (title, path) = match name {
                "" => (number.to_owned(), format!("/api/{number}")),
                _ => (format!("{name}/{number}"), format!("/apis/{name}/{number}")),
            };
            let _ = write!(
                out,
                "\n## {title}\n\n| kind | resource | short | namespaced | verbs | subresources |\n|---|---|---|---|---|---|\n"
            );
            for resource in list(&version["resources"]) {
                row(&mut out, &server, &path, resource);
            }
        }
    }
    out
}

fn row(out: &mut String, server: &ApiServer, path: &str, resource: &Value) {
    let text = |key: &str| resource[key].as_str().unwrap_or_default();
    let namespaced = text("scope") == "Namespaced";
    let subs = list(&resource["subresources"]).map(|sub| {
        let name = sub["subresource"].as_str().unwrap_or_default();
        format!("{name} ({})", verbs(&sub["verbs"]))
    });
    let subs: Vec<String> = subs.collect();
    let at = if namespaced {
        format!("{path}/namespaces/default/{}", text("resource"))
    } else {
        format!("{path}/{}", text("resource"))
    };
    let mut can = verbs(&resource["verbs"]);
    let note = note(server, &at, resource);
    if !note.is_empty() {
        can = format!("{can}; {note}");
    }
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {can} | {} |",
        resource["responseKind"]["kind"]
            .as_str()
            .unwrap_or_default(),
        text("resource"),
        words(&resource["shortNames"]),
        if namespaced { "yes" } else { "no" },
        subs.join(", ")
    );
}

#[test]
fn the_documentation_says_what_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api.md");
    let wanted = document();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &wanted).expect("the file can be written");
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    for (number, (wanted, found)) in wanted.lines().zip(found.lines()).enumerate() {
        assert_eq!(
            found,
            wanted,
            "docs/api.md, line {}; BLESS=1 writes it anew",
            number + 1
        );
    }
    assert_eq!(
        found.lines().count(),
        wanted.lines().count(),
        "docs/api.md; BLESS=1 writes it anew"
    );
}
