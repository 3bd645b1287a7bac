//! One run of a cluster from a seed, as text: every link of its causal trace, every event, every object at its end.
//!
//! `cargo xtask test determinism` writes the text of a native run to a file, compiles it into `tests/wasm.rs`, and lets
//! that compare it, byte for byte, with a run of the same code as wasm. A difference means that something other than
//! the seed and the script had a say: a hash map's order, the wall clock, the width of `usize`, a float's rounding.
//!
//! It stands on the API server and what reacts to it; it does not judge whether the cluster behaves as Kubernetes.

use std::fmt::Write as _;
use std::time::Duration;

use api::core::v1::{Container, Event, Node, NodeCondition, Pod, ServiceAccount};
use apimachinery::Quantity;
use apimachinery::codec::to_json;
use apimachinery::meta::v1::{ListOptions, ObjectMeta};
use apiserver::{ApiServer, Config};
use client::{Client, Delete, Informers};
use scheduler::Scheduler;
use sim::{Rng, Sim, Time};

/// The seed that native and wasm runs are compared with.
pub const SEED: u64 = 2026;

/// Steps of the script.
const STEPS: usize = 300;

/// Most work that one step may cause.
const BUDGET: u64 = 1_000_000;

/// Runs the script and tells everything that happened.
pub fn run(seed: u64) -> String {
    let sim = Sim::new(seed, Time::from_secs(1_800_000_000));
    let client = Client::new(ApiServer::new(sim.clone(), Config::default()));
    let informers = Informers::new(&client);
    let _scheduler = Scheduler::start(&client, &informers);
    let mut text = String::new();
    let mut note = |what: &str, result: Result<(), String>| {
        if let Err(error) = result {
            let _ = writeln!(text, "{what}: {error}");
        }
    };
    note(
        "account",
        create(
            &client,
            ServiceAccount {
                metadata: ObjectMeta::named("default", "default"),
                ..ServiceAccount::default()
            },
        ),
    );
    for name in ["node-1", "node-2", "node-3"] {
        note(name, add_node(&client, name));
    }
    let mut rng = sim.rng("script");
    for step in 0..STEPS {
        note(&format!("step {step}"), act(&client, &mut rng, step));
        let until = sim.now() + Duration::from_millis(rng.below(2_000));
        sim.run_until(until, &mut { BUDGET });
    }
    tell(&client, &mut text);
    text
}

/// One step: usually a new pod, sometimes the end of an old one.
fn act(client: &Client, rng: &mut Rng, step: usize) -> Result<(), String> {
    if step > 10 && rng.below(3) == 0 {
        let name = format!("pod-{}", rng.below(step as u64));
        return client
            .delete::<Pod>("default", &name, &Delete::default())
            .map(drop)
            .map_err(|status| status.message.to_string());
    }
    let mut container = Container {
        name: "main".into(),
        image: "nginx".into(),
        ..Container::default()
    };
    let milli_cpu = 50 * (1 + rng.below(20));
    container
        .resources
        .requests
        .insert("cpu", quantity(&format!("{milli_cpu}m")));
    let mut pod = Pod {
        metadata: ObjectMeta::named("default", format!("pod-{step}")),
        ..Pod::default()
    };
    pod.spec.containers.push(container);
    create(client, pod)
}

fn add_node(client: &Client, name: &str) -> Result<(), String> {
    create(
        client,
        Node {
            metadata: ObjectMeta::named("", name),
            ..Node::default()
        },
    )?;
    client
        .patch_status::<Node>("", name, |node| {
            for (resource, amount) in [("cpu", "8"), ("memory", "16Gi"), ("pods", "110")] {
                node.status.allocatable.insert(resource, quantity(amount));
                node.status.capacity.insert(resource, quantity(amount));
            }
            node.status.conditions.push(NodeCondition {
                type_: "Ready".into(),
                status: "True".into(),
                ..NodeCondition::default()
            });
        })
        .map_err(|status| status.message.to_string())?;
    client
        .patch::<Node>("", name, |node| node.spec.taints.clear())
        .map(drop)
        .map_err(|status| status.message.to_string())
}

fn create<K: apimachinery::Kind>(client: &Client, object: K) -> Result<(), String> {
    client
        .create(object)
        .map(drop)
        .map_err(|status| status.message.to_string())
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap_or_default()
}

fn tell(client: &Client, text: &mut String) {
    for link in client.sim().trace().iter() {
        let _ = writeln!(text, "{link}");
    }
    list::<Event>(client, text);
    list::<Node>(client, text);
    list::<Pod>(client, text);
    let _ = writeln!(text, "digest {:016x}", client.sim().trace().digest());
}

fn list<K: apimachinery::Kind>(client: &Client, text: &mut String) {
    match client.list::<K>("", &ListOptions::default()) {
        Ok(list) => {
            for item in &list.items {
                let _ = writeln!(text, "{}", to_json(item.as_ref()));
            }
        }
        Err(status) => {
            let _ = writeln!(text, "{}: {}", K::PLURAL, status.message);
        }
    }
}

/// Where two texts part, for people; `None` if they are equal.
pub fn first_difference(native: &str, wasm: &str) -> Option<String> {
    if native == wasm {
        return None;
    }
    let pairs = native.lines().zip(wasm.lines());
    let line = pairs.take_while(|(a, b)| a == b).count();
    let show = |text: &str| text.lines().nth(line).unwrap_or("(ended)").to_string();
    Some(format!(
        "from line {} on:\n native: {}\n   wasm: {}",
        line + 1,
        show(native),
        show(wasm)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_history() {
        let (one, again, other) = (run(1), run(1), run(2));
        assert_eq!(first_difference(&one, &again), None);
        assert_ne!(one, other, "the seed has no say");
        assert!(
            one.contains("Successfully assigned"),
            "nothing was scheduled:\n{one}"
        );
    }

    #[test]
    fn a_difference_is_shown() {
        let shown = first_difference("a\nb\n", "a\nc\n").unwrap_or_default();
        assert_eq!(shown, "from line 2 on:\n native: b\n   wasm: c");
        assert!(first_difference("a\n", "a\nb\n").is_some_and(|shown| shown.contains("(ended)")));
    }
}
