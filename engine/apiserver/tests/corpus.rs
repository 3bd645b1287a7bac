//! The manifests of the Kubernetes documentation against what a real v1.36.2 answered to
//! `kubectl create --dry-run=server -o yaml`: the judge of defaulting and validation.
//!
//! What differs from run to run (UIDs, times, addresses, random names) is masked. Files whose kinds are not served yet
//! are counted, not judged.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use api::core::v1::{Namespace, ServiceAccount};
use api::storage::v1::StorageClass;
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{codec, yaml};
use apiserver::handler::{Request, handle};
use apiserver::{ApiServer, Config, Context, User};
use serde_json::Value;
use sim::{Sim, Time};

/// Of the files whose kinds are served, so many must match.
const REQUIRED: f64 = 0.97;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus")
}

/// A cluster as the one that answered: all the namespaces that the manifests name, a default storage class.
fn server(namespaces: &[String]) -> ApiServer {
    let server = ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    );
    let cx = Context::new(server.clone(), Rc::new(User::admin()), "test".into());
    let mut class = StorageClass {
        metadata: ObjectMeta::named("", "standard"),
        provisioner: "kubernetes.io/host-path".into(),
        ..StorageClass::default()
    };
    let annotations = &mut class.metadata.annotations;
    annotations.insert("storageclass.kubernetes.io/is-default-class", "true");
    cx.create(class).unwrap();
    for name in namespaces {
        let metadata = ObjectMeta::named("", name.as_str());
        let _ = cx.create(Namespace {
            metadata,
            ..Namespace::default()
        });
        let metadata = ObjectMeta::named(name.as_str(), "default");
        let _ = cx.create(ServiceAccount {
            metadata,
            ..ServiceAccount::default()
        });
    }
    server
}

/// Hides what differs from run to run.
fn mask(value: &mut Value, path: &str) {
    match value {
        Value::Object(map) => {
            // kubectl does not print them.
            map.remove("managedFields");
            for (key, value) in map.iter_mut() {
                let path = format!("{path}.{key}");
                let volatile = matches!(
                    key.as_str(),
                    "uid"
                        | "creationTimestamp"
                        | "resourceVersion"
                        | "lastTransitionTime"
                        | "lastPhaseTransitionTime"
                        | "controller-uid"
                        | "batch.kubernetes.io/controller-uid"
                ) || path.ends_with("spec.clusterIP")
                    || path.ends_with("spec.clusterIPs")
                    || matches!(key.as_str(), "nodePort" | "healthCheckNodePort");
                if volatile {
                    *value = "masked".into();
                }
                mask(value, &path);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| mask(value, path)),
        Value::String(text) if text.starts_with("kube-api-access-") => {
            *text = "kube-api-access".into()
        }
        // Values that look alike in YAML.
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What `kubectl create` prints for an error.
fn error_text(file: &str, status: &Value) -> String {
    let reason = status["reason"].as_str().unwrap_or("");
    let message = status["message"].as_str().unwrap_or_default();
    let causes = status["details"]["causes"].as_array();
    if reason == "Invalid"
        && let Some(causes) = causes
    {
        let mut texts: Vec<String> = Vec::new();
        for cause in causes {
            let field = cause["field"].as_str().unwrap_or_default();
            let text = format!("{field}: {}", cause["message"].as_str().unwrap_or_default());
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let about = format!(
            "{} {}",
            status["details"]["kind"].as_str().unwrap_or_default(),
            { apimachinery::gotext::quote(status["details"]["name"].as_str().unwrap_or_default()) }
        );
        return match texts.as_slice() {
            [only] => format!("The {about} is invalid: {only}\n"),
            _ => format!("The {about} is invalid: \n* {}\n", texts.join("\n* ")),
        };
    }
    format!("Error from server ({reason}): error when creating \"{file}\": {message}\n")
}

enum Answer {
    /// A kind is not served.
    Unserved(String),
    /// What kubectl would print on its two outputs.
    Printed(Vec<Value>, String),
}

/// Creates every document of a file as kubectl does.
fn create(server: &ApiServer, file: &str, text: &str) -> Answer {
    let (mut made, mut errors) = (Vec::new(), String::new());
    for document in yaml::decode_stream(text) {
        let document = match document {
            Ok(document) => document,
            Err(error) => {
                errors.push_str(&format!("error: error parsing {file}: {error}\n"));
                break;
            }
        };
        if document.is_null() {
            continue;
        }
        let items = match document["items"].as_array() {
            Some(items)
                if document["kind"]
                    .as_str()
                    .is_some_and(|kind| kind.ends_with("List")) =>
            {
                items.clone()
            }
            _ => vec![document],
        };
        for item in items {
            let version = item["apiVersion"].as_str().unwrap_or_default().to_owned();
            let (group, short) = version.split_once('/').unwrap_or(("", &version));
            let kind = item["kind"].as_str().unwrap_or_default();
            let found = server
                .registry()
                .find_kind(group, short, kind)
                .map(|served| served.names.clone());
            let Some(names) = found else {
                return Answer::Unserved(format!("{version} {kind}"));
            };
            let root = if group.is_empty() {
                "/api/v1".to_owned()
            } else {
                format!("/apis/{version}")
            };
            let namespace = item["metadata"]["namespace"].as_str().unwrap_or("default");
            let path = match names.namespaced {
                true => format!("{root}/namespaces/{namespace}/{}", names.plural),
                false => format!("{root}/{}", names.plural),
            };
            let request = Request::post(path, item)
                .with_query("dryRun", "All")
                .with_query("fieldValidation", "Strict")
                .with_user_agent("kubectl/v1.36.2");
            let response = handle(server, &request);
            for warning in &response.warnings {
                errors.push_str(&format!("Warning: {warning}\n"));
            }
            let value = response.to_value().unwrap_or_default();
            if response.code >= 400 {
                errors.push_str(&error_text(file, &value));
            } else {
                made.push(value);
            }
        }
    }
    Answer::Printed(made, errors)
}

fn expected_objects(stdout: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for value in yaml::decode_stream(stdout).into_iter().flatten() {
        match value["items"].as_array() {
            Some(items) if value["kind"] == "List" => all.extend(items.iter().cloned()),
            _ if value.is_null() => {}
            _ => all.push(value),
        }
    }
    all
}

/// The first difference of two values, for the report.
fn difference(path: &str, wanted: &Value, got: &Value) -> Option<String> {
    match (wanted, got) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            keys.into_iter().find_map(|key| {
                let null = Value::Null;
                let (a, b) = (a.get(key).unwrap_or(&null), b.get(key).unwrap_or(&null));
                difference(&format!("{path}.{key}"), a, b)
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(i, (a, b))| difference(&format!("{path}[{i}]"), a, b)),
        (a, b) if a == b => None,
        (a, b) => Some(format!(
            "{path}: wanted {}, got {}",
            codec::json::compact(a),
            codec::json::compact(b)
        )),
    }
}

#[test]
fn answers_as_a_real_server() {
    let lines = fs::read_to_string(corpus().join("expected.jsonl")).expect("the corpus is there");
    let cases: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut namespaces = vec!["default".to_owned(), "kube-system".to_owned()];
    for case in &cases {
        for object in expected_objects(case["create"]["stdout"].as_str().unwrap()) {
            if let Some(namespace) = object["metadata"]["namespace"].as_str() {
                namespaces.push(namespace.to_owned());
            }
        }
    }
    namespaces.sort();
    namespaces.dedup();
    let server = server(&namespaces);
    let mut unserved: BTreeMap<String, usize> = BTreeMap::new();
    let (mut judged, mut misses) = (0, Vec::new());
    for case in &cases {
        let file = case["file"].as_str().unwrap();
        let text = fs::read_to_string(corpus().join("k8s-docs").join(file)).unwrap();
        let (mut made, errors) = match create(&server, file, &text) {
            Answer::Unserved(kind) => {
                *unserved.entry(kind).or_default() += 1;
                continue;
            }
            Answer::Printed(made, errors) => (made, errors),
        };
        judged += 1;
        let mut wanted = expected_objects(case["create"]["stdout"].as_str().unwrap());
        wanted
            .iter_mut()
            .chain(&mut made)
            .for_each(|value| mask(value, ""));
        let stderr = case["create"]["stderr"].as_str().unwrap();
        if stderr != errors {
            misses.push(format!("{file}\n  wanted {stderr:?}\n  got    {errors:?}"));
        } else if let Some(found) = difference("", &wanted.into(), &made.into()) {
            misses.push(format!("{file}: {found}"));
        }
    }
    println!("{judged} files judged, {} miss:", misses.len());
    misses.iter().for_each(|miss| println!("- {miss}"));
    println!("not served: {unserved:?}");
    #[expect(clippy::cast_precision_loss, reason = "a few hundred files")]
    let rate = 1.0 - misses.len() as f64 / judged as f64;
    assert!(rate >= REQUIRED, "{rate:.3} of the files match");
}
