//! Whatever comes in, nothing panics, and what is accepted goes round.
//!
//! The input is the documentation's manifests, changed at random: values swapped for others, keys gone or moved, texts with
//! characters that end badly. Cases come from a seed, so a failure comes again; `PROPERTY_CASES` asks for more of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use apimachinery::managed_fields::Set;
use apimachinery::patch::{json_patch, merge, strategic};
use apimachinery::{Value, codec, yaml};
use apiserver::handler::{Request, handle};
use apiserver::{ApiServer, Config};
use serde_json::{Map, json};
use sim::{Rng, Sim, Time};

/// What the fuzzer calls with inputs of its own.
#[path = "../../../fuzz/src/apiserver.rs"]
#[expect(unreachable_pub, reason = "the fuzzer has a crate of its own")]
mod fuzzed;

/// So many in every run.
const CASES: usize = 400;

#[expect(
    clippy::disallowed_methods,
    reason = "a test may be told to try harder"
)]
fn cases() -> usize {
    let given = std::env::var("PROPERTY_CASES").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(CASES)
}

fn rng(stream: &str) -> Rng {
    Sim::new(7, Time::from_secs(1_800_000_000)).rng(stream)
}

fn pick<'a, T>(rng: &mut Rng, from: &'a [T]) -> &'a T {
    &from[rng.below(from.len() as u64) as usize]
}

/// Texts that are at the edge of something.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "-",
    "a-b",
    "a.b",
    "a/b",
    "/",
    "..",
    "ä",
    "日本",
    "\u{0}",
    "\u{feff}",
    "0",
    "-1",
    "1e3",
    "1Gi",
    "1.5m",
    "9223372036854775808",
    "null",
    "true",
    "yes",
    "2026-01-01T00:00:00Z",
    "10.0.0.1",
    "::1",
    "80",
    "http",
    "*",
    "5%",
    "$(X)",
    "a=b,c!=d",
    "in (a,b)",
    "x in",
    "{\"a\":1}",
    "- a\n- b",
    "\t",
    "a\nb",
    "é\u{301}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé",
];

fn text(rng: &mut Rng) -> String {
    let mut text = (*pick(rng, TEXTS)).to_owned();
    if rng.below(3) == 0 {
        let more = pick(rng, TEXTS);
        text.push_str(more);
    }
    text
}

fn scalar(rng: &mut Rng) -> Value {
    const NUMBERS: &[i64] = &[
        0,
        1,
        -1,
        80,
        65_536,
        i32::MAX as i64 + 1,
        i64::MAX,
        i64::MIN,
    ];
    match rng.below(6) {
        0 => Value::Null,
        1 => (rng.below(2) == 0).into(),
        2 => (*pick(rng, NUMBERS)).into(),
        3 => json!(1.5),
        _ => text(rng).into(),
    }
}

fn value(rng: &mut Rng, depth: usize) -> Value {
    match rng.below(if depth == 0 { 4 } else { 6 }) {
        4 => (0..rng.below(3)).map(|_| value(rng, depth - 1)).collect(),
        5 => {
            let entries = (0..rng.below(3)).map(|_| (text(rng), value(rng, depth - 1)));
            Value::Object(entries.collect())
        }
        _ => scalar(rng),
    }
}

/// Changes something somewhere.
fn mutate(rng: &mut Rng, target: &mut Value) {
    let deeper = rng.below(4) != 0;
    match target {
        Value::Object(map) if deeper && !map.is_empty() => {
            let keys: Vec<String> = map.keys().cloned().collect();
            let key = pick(rng, &keys);
            match rng.below(8) {
                0 => drop(map.remove(key)),
                1 => drop(map.insert(text(rng), value(rng, 1))),
                _ => mutate(rng, &mut map[key.as_str()]),
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let at = rng.below(items.len() as u64) as usize;
            match rng.below(6) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => mutate(rng, &mut items[at]),
            }
        }
        other => *other = value(rng, 2),
    }
}

/// The documents of the documentation's manifests.
fn manifests() -> Vec<Value> {
    fn read(folder: &std::path::Path, out: &mut Vec<Value>) {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if path.is_dir() {
                read(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "yaml") {
                let text = std::fs::read_to_string(path).unwrap();
                out.extend(yaml::decode_stream(&text).into_iter().flatten());
            }
        }
    }
    let mut out = Vec::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/k8s-docs");
    read(std::path::Path::new(folder), &mut out);
    out.retain(|value| value["kind"].is_string());
    assert!(out.len() > 250, "{}", out.len());
    out
}

/// Runs a case; a panic names its input.
fn hold(input: &Value, case: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(case)).is_err() {
        panic!("with {input}");
    }
}

/// Where objects of this kind are made.
fn place(server: &ApiServer, object: &Value) -> Option<String> {
    let version = object["apiVersion"].as_str()?;
    let (group, short) = version.split_once('/').unwrap_or(("", version));
    let names = server
        .registry()
        .find_kind(group, short, object["kind"].as_str()?)?
        .names
        .clone();
    let root = match group {
        "" => "/api/v1".to_owned(),
        _ => format!("/apis/{version}"),
    };
    Some(match names.namespaced {
        true => format!("{root}/namespaces/default/{}", names.plural),
        false => format!("{root}/{}", names.plural),
    })
}

#[test]
fn objects_are_refused_or_go_round() {
    let server = ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    );
    let (manifests, mut rng) = (manifests(), rng("objects"));
    let mut accepted = 0;
    for _ in 0..cases() * 3 {
        let mut object = pick(&mut rng, &manifests).clone();
        let Some(path) = place(&server, &object) else {
            continue;
        };
        for _ in 0..rng.below(3) {
            mutate(&mut rng, &mut object);
        }
        if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
            metadata.remove("namespace");
        }
        hold(&object.clone(), || {
            let dry = |body: Value| {
                let request = Request::post(path.as_str(), body).with_query("dryRun", "All");
                handle(&server, &request)
            };
            let first = dry(object.clone());
            let Some(made) = first.to_value().filter(|_| first.code == 201) else {
                return;
            };
            accepted += 1;
            // Defaults change nothing when they are filled in once more.
            let again = dry(made.clone()).to_value().unwrap();
            let bare = |mut value: Value| {
                let metadata = value["metadata"].as_object_mut().unwrap();
                metadata.retain(|key, _| !matches!(key.as_str(), "uid" | "managedFields"));
                if let Value::Object(spec) = &mut value["spec"] {
                    // Taken anew each time, or with a random name.
                    spec.retain(|key, _| {
                        !matches!(
                            key.as_str(),
                            "clusterIP" | "clusterIPs" | "ports" | "volumes"
                        )
                    });
                }
                value
            };
            let job = made["kind"] == "Job";
            assert!(
                job || bare(made.clone()) == bare(again.clone()),
                "{made}\nthen {again}"
            );
            // Text and back.
            let text = codec::json::compact(&made);
            assert_eq!(codec::json::parse(&text).unwrap(), made);
            assert_eq!(yaml::parse(&yaml::to_yaml(&made)).unwrap(), made);
        });
    }
    assert!(accepted > cases() / 4, "only {accepted} were accepted");
}

#[test]
fn patches_fit_or_are_refused() {
    let (manifests, mut rng) = (manifests(), rng("patches"));
    let pods: Vec<&Value> = manifests.iter().filter(|m| m["kind"] == "Pod").collect();
    let schema = api::core::v1::Pod::SCHEMA;
    let map =
        |value: &Value| -> Map<String, Value> { value.as_object().cloned().unwrap_or_default() };
    for _ in 0..cases() {
        let original = (*pick(&mut rng, &pods)).clone();
        let mut modified = original.clone();
        for _ in 0..=rng.below(3) {
            mutate(&mut rng, &mut modified);
        }
        let operations: Value = (0..rng.below(4))
            .map(|_| {
                let op = pick(&mut rng, &["add", "remove", "replace", "move", "copy", "test", "x"]);
                let path = |rng: &mut Rng| {
                    format!("/{}/{}", pick(rng, &["spec", "metadata", "a~1b", ""]), text(rng))
                };
                json!({"op": op, "path": path(&mut rng), "from": path(&mut rng), "value": scalar(&mut rng)})
            })
            .collect();
        hold(&modified.clone(), || {
            let _ = strategic::apply(map(&original), map(&modified), schema);
            let _ = json_patch::apply(original.clone(), &operations);
            let _ = merge::apply(original.clone(), &modified);
            if let Ok(patch) = strategic::create(&map(&original), &map(&modified), schema) {
                let _ = strategic::apply(map(&original), patch, schema);
            }
            // A merge patch cannot say null, so that is left out.
            let mut wanted = modified.clone();
            without_nulls(&mut wanted);
            let patch = merge::create(&map(&original), &map(&wanted));
            assert_eq!(
                merge::apply(original.clone(), &Value::Object(patch)),
                Value::Object(map(&wanted))
            );
        });
    }
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

#[test]
fn applies_own_what_they_say() {
    let server = ApiServer::new(
        Sim::new(1, Time::from_secs(1_800_000_000)),
        Config::default(),
    );
    let (manifests, mut rng) = (manifests(), rng("applies"));
    for case in 0..cases() {
        let mut object = pick(&mut rng, &manifests).clone();
        let Some(path) = place(&server, &object) else {
            continue;
        };
        let name = object["metadata"]["name"]
            .as_str()
            .unwrap_or("x")
            .to_owned();
        for _ in 0..rng.below(2) {
            mutate(&mut rng, &mut object);
        }
        if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
            metadata.remove("namespace");
        }
        hold(&object.clone(), || {
            let manager = ["one", "two", "kubectl"][case % 3];
            let apply = || {
                let body = object.clone();
                let request = Request::patch(
                    format!("{path}/{name}"),
                    "application/apply-patch+yaml",
                    body,
                )
                .with_query("fieldManager", manager)
                .with_query("force", "true");
                handle(&server, &request)
            };
            let first = apply();
            let Some(made) = first.to_value().filter(|_| first.code < 300) else {
                return;
            };
            for entry in made["metadata"]["managedFields"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let fields = &entry["fieldsV1"];
                assert_eq!(Set::from_value(fields).unwrap().to_value(), *fields);
            }
            let again = apply().to_value().unwrap();
            assert_eq!(again, made, "to apply the same again changes nothing");
        });
    }
}

#[test]
fn small_languages_go_round() {
    let mut rng = rng("texts");
    for _ in 0..cases() * 10 {
        let mut input = String::new();
        for _ in 0..=rng.below(4) {
            input.push_str(&text(&mut rng));
            const BETWEEN: &[&str] = &[
                "", "=", ",", "!=", " in (", ")", "!", "\\", "k", "Mi", "e", ".",
            ];
            let more = pick(&mut rng, BETWEEN);
            input.push_str(more);
        }
        hold(&Value::from(input.as_str()), || {
            fuzzed::selectors(&input);
            fuzzed::quantities(&input);
            fuzzed::field_paths(&input);
            fuzzed::objects(&input);
        });
    }
}

/// A text with a few characters changed.
fn blur(rng: &mut Rng, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..rng.below(4) {
        if chars.is_empty() {
            break;
        }
        let at = rng.below(chars.len() as u64) as usize;
        match rng.below(3) {
            0 => drop(chars.remove(at)),
            1 => chars.insert(
                at,
                *pick(rng, &[':', ' ', '"', '\'', '[', '{', '\n', '&', 'ä']),
            ),
            _ => chars[at] = chars[rng.below(chars.len() as u64) as usize],
        }
    }
    chars.into_iter().collect()
}

#[test]
fn texts_are_refused_or_go_round() {
    let (manifests, mut rng) = (manifests(), rng("blurred"));
    for _ in 0..cases() {
        let manifest = pick(&mut rng, &manifests);
        let mut patch = manifest.clone();
        mutate(&mut rng, &mut patch);
        let document = blur(&mut rng, &yaml::to_yaml(manifest));
        let patch = blur(&mut rng, &yaml::to_yaml(&patch));
        let both = format!("{document}\n---\n{patch}");
        hold(&Value::from(both.as_str()), || {
            fuzzed::objects(&document);
            fuzzed::patches(&both);
        });
    }
}

/// What `cargo fuzz` has found.
#[test]
fn found_inputs_stay_mended() {
    fuzzed::patches("\n\n----\u{11}[-\n---\n---\n[-)---2[!,");
    fuzzed::selectors("==\u{7}!,=\u{b}");
}
