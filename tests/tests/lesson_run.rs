//! `tabernetes lesson run` on a cluster behind the real API: every lesson that needs nothing of the playground, its solution
//! typed by the real kubectl v1.36, to its end; and whatever it made is gone afterwards.
//!
//! A lesson gets a server of its own, at [`SPEED`]; a few are taken at once. `LESSON_RUN=PART` takes only lessons whose name
//! contains that, and shows what their learners saw.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::Command as Process;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use lesson::{Lesson, Need};
use tabernetes_tests::learner::{Learner, folder, library};
use tabernetes_tests::serve::{Server, binary, kubectl};

/// How many virtual seconds pass in a real one.
const SPEED: f64 = 8.0;
/// How many lessons are taken at once: most of the time they wait.
const AT_ONCE: usize = 5;
/// What a lesson may leave on nodes: nothing.
const NODES: &str = "kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.labels} {.spec.taints} {.spec.unschedulable}{\"\\n\"}{end}'";
/// Namespaces that are not on their way out.
const NAMESPACES: &str =
    "kubectl get namespaces --no-headers | grep -v Terminating | cut -d' ' -f1";

fn real_kubectl() -> Result<PathBuf> {
    kubectl()
        .context("no kubectl v1.36: `cargo xtask setup` installs it, or say KUBECTL=/path/to/it")
}

/// Whether nothing of it can be done on another cluster.
fn is_of_the_playground(lesson: &Lesson) -> bool {
    lesson.data.steps.iter().all(|step| step.playground)
}

#[test]
fn every_lesson_can_be_taken_on_another_cluster() {
    let library = library().unwrap_or_else(|error| panic!("{error:#}"));
    let part = std::env::var("LESSON_RUN").ok();
    let lessons = library.lessons().iter();
    let chosen = lessons.filter(|lesson| {
        !is_of_the_playground(lesson) && part.as_ref().is_none_or(|part| lesson.id.contains(part))
    });
    let queue: Mutex<VecDeque<&Lesson>> = Mutex::new(chosen.collect());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().ok().and_then(|mut queue| queue.pop_front());
                    let Some(lesson) = next else { break };
                    let start = Instant::now();
                    let mut outcome = take(lesson, part.is_some());
                    // Real programs share a real machine: what comes a second too late there may be in time the next time.
                    if let Err(error) = &outcome {
                        println!("{}: once more, for: {error:#}", lesson.id);
                        outcome = take(lesson, part.is_some());
                    }
                    println!("{} {:.0} s", lesson.id, start.elapsed().as_secs_f64());
                    if let (Err(error), Ok(mut failed)) = (outcome, failed.lock()) {
                        failed.push(format!("{}: {error:#}", lesson.id));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_default();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// What has to be installed in a cluster for it, as `tabernetes serve` takes it.
fn addons(lesson: &Lesson) -> Vec<&'static str> {
    let needs = lesson.data.needs.iter();
    let addons = needs.filter_map(|need| match need {
        Need::MetricsServer => Some("--addon=metrics-server"),
        Need::IngressController => Some("--addon=ingress"),
        _ => None,
    });
    addons.collect()
}

/// Takes a lesson by its solution.
fn take(lesson: &Lesson, shown: bool) -> Result<()> {
    let name = format!("lesson-{}", lesson.id.replace('/', "-"));
    let addons = addons(lesson);
    let server = Server::start_with(SPEED, &addons, &name, &real_kubectl()?)?;
    let before = (server.run(NODES)?.stdout, server.run(NAMESPACES)?.stdout);
    let mut learner = Learner::begin(server.program(binary()?), &lesson.id)?;
    let outcome = learner.follow(lesson, str::to_owned);
    if shown || outcome.is_err() {
        println!("{}", learner.seen());
    }
    outcome?;
    let after = (server.run(NODES)?.stdout, server.run(NAMESPACES)?.stdout);
    ensure!(
        before == after,
        "left behind: {after:?}, where there was {before:?}"
    );
    Ok(())
}

#[test]
fn what_the_lesson_made_goes_when_it_is_interrupted() {
    interrupt().unwrap_or_else(|error| panic!("{error:#}"));
}

fn interrupt() -> Result<()> {
    let server = Server::start_at(SPEED, "interrupted", &real_kubectl()?, None)?;
    let mut learner = Learner::begin(server.program(binary()?), "pods/02-two-containers")?;
    learner.wait_for("## 1. ")?;
    learner.type_line("kubectl apply -f news.yml")?;
    learner.wait_for("pod/news created")?;
    let there = server.run(NAMESPACES)?.stdout;
    ensure!(there.contains("lesson-pods-02-two-containers"), "{there}");
    let pid = learner.child.id().to_string();
    Process::new("kill").args(["-INT", &pid]).status()?;
    learner.wait_for("Not finished.")?;
    ensure!(!learner.end()?, "it says that all went well");
    let there = server.run(NAMESPACES)?.stdout;
    ensure!(!there.contains("lesson-"), "{there}");
    Ok(())
}

#[test]
fn a_lesson_of_the_playground_alone_is_named_as_such() {
    let check = || -> Result<()> {
        let library = library()?;
        let mut own = library
            .lessons()
            .iter()
            .filter(|lesson| is_of_the_playground(lesson));
        let lesson = own.next().context("there is none")?;
        let done = Process::new(binary()?)
            .args(["lesson", "run", &lesson.id, "--dir"])
            .arg(folder())
            .output()?;
        let said = String::from_utf8_lossy(&done.stdout);
        ensure!(
            done.status.success() && said.contains("needs the playground"),
            "{said}"
        );
        Ok(())
    };
    check().unwrap_or_else(|error| panic!("{error:#}"));
}

#[test]
fn other_names_of_nodes_take_the_place_of_the_lessons() {
    let check = || -> Result<()> {
        let library = library()?;
        let lesson = library
            .get("workloads/06-daemonset")
            .context("there is that lesson")?;
        let server = Server::start_with(SPEED, &["--nodes=4"], "other-nodes", &real_kubectl()?)?;
        // Here are node-2, node-3 and node-4, as elsewhere any other names.
        let gone = "kubectl wait --for=create node/node-1 --timeout=60s && \
                    kubectl wait --for=condition=Ready node/node-1 --timeout=60s && \
                    kubectl delete node node-1";
        let gone = server.run(gone)?;
        ensure!(gone.exit == 0, "{}", gone.stderr);
        let mut learner = Learner::begin(server.program(binary()?), &lesson.id)?;
        let here = |line: &str| {
            let mut line = line.to_owned();
            for number in [3, 2, 1] {
                line = line.replace(&format!("node-{number}"), &format!("node-{}", number + 1));
            }
            line
        };
        let outcome = learner.follow(lesson, here);
        let seen = learner.seen();
        outcome.context(seen.clone())?;
        let said =
            "On this cluster node-2 stands for node-1, node-3 for node-2, node-4 for node-3.";
        ensure!(seen.contains(said), "{seen}");
        let labels = server.run("kubectl get nodes -l disk -o name")?.stdout;
        ensure!(labels.is_empty(), "left behind: {labels}");
        Ok(())
    };
    check().unwrap_or_else(|error| panic!("{error:#}"));
}

#[test]
fn what_a_cluster_lacks_is_said_before_anything_is_done() {
    let check = || -> Result<()> {
        let server = Server::start_with(SPEED, &["--nodes=1"], "lacking", &real_kubectl()?)?;
        for (lesson, says) in [
            (
                "networking/06-ingress",
                "needs an ingress controller with a default class, and this cluster has not",
            ),
            (
                "workloads/10-autoscaling",
                "needs a metrics server, and this cluster has not",
            ),
            (
                "scheduling/03-spreading",
                "needs at least three nodes that take Pods, and this cluster has not",
            ),
        ] {
            let mut learner = Learner::begin(server.program(binary()?), lesson)?;
            ensure!(
                learner.end()?,
                "{lesson}: it says that something went wrong"
            );
            let seen = learner.seen();
            ensure!(seen.contains(says), "{lesson}: {seen}");
            ensure!(!seen.contains("## 1."), "{lesson}: {seen}");
        }
        let there = server.run(NAMESPACES)?.stdout;
        ensure!(!there.contains("lesson-"), "{there}");
        Ok(())
    };
    check().unwrap_or_else(|error| panic!("{error:#}"));
}

#[test]
fn the_page_downloads_no_client_for_real_clusters() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let tree = Process::new(cargo)
        .args([
            "tree",
            "--offline",
            "--package",
            "worker",
            "--edges",
            "normal",
        ])
        .args(["--prefix", "none", "--target", "wasm32-unknown-unknown"])
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&tree.stdout);
    assert!(tree.contains("cluster v"), "{tree}");
    let strange = [
        "kube v",
        "kube-client v",
        "k8s-openapi v",
        "tokio v",
        "rustls v",
    ];
    assert!(!strange.iter().any(|name| tree.contains(name)), "{tree}");
}
