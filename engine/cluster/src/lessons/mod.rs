//! Lessons in a cluster: the world they check, and what is set up for them.
//!
//! Not here: playing one to see that it is right ([`mod@check`]), and what the page shows of it.

use api::core::v1::Pod;
use apimachinery::{Kind, Value};
use apiserver::handler::{self, Request};
use lesson::{Lesson, RanCommand, Session, Setup, World};
use view::{FromEngine, TrafficView};

use crate::Cluster;

mod check;

pub use check::{Finding, check, check_text};

/// The cluster and the terminal as a lesson's checks see them.
pub(crate) struct ClusterWorld<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) commands: &'a [RanCommand],
}

impl World for ClusterWorld<'_> {
    fn now(&self) -> i64 {
        self.cluster.now().as_micros()
    }

    fn list(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Vec<Value> {
        let group = if api_version.contains('/') {
            format!("/apis/{api_version}")
        } else {
            format!("/api/{api_version}")
        };
        let Some((plural, namespaced)) = self.resource(api_version, kind) else {
            return Vec::new();
        };
        let path = match namespace {
            Some(namespace) if namespaced => format!("{group}/namespaces/{namespace}/{plural}"),
            _ => format!("{group}/{plural}"),
        };
        let answer = handler::handle(self.cluster.server(), &Request::get(path)).to_value();
        match answer.map(|mut list| list["items"].take()) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    fn commands(&self) -> &[RanCommand] {
        self.commands
    }

    fn traffic(&self) -> Option<Vec<TrafficView>> {
        Some(self.cluster.traffic().views())
    }
}

impl ClusterWorld<'_> {
    /// The resource of a kind, and whether it lives in namespaces: from discovery, so custom resources are found too.
    fn resource(&self, api_version: &str, kind: &str) -> Option<(String, bool)> {
        if kind == Pod::KIND && api_version == Pod::API_VERSION {
            return Some((Pod::PLURAL.to_owned(), true));
        }
        let path = if api_version.contains('/') {
            format!("/apis/{api_version}")
        } else {
            format!("/api/{api_version}")
        };
        let found = handler::handle(self.cluster.server(), &Request::get(path)).to_value()?;
        let resources = found["resources"].as_array()?;
        let matches = |r: &&Value| {
            r["kind"] == kind && r["name"].as_str().is_some_and(|name| !name.contains('/'))
        };
        let resource = resources.iter().find(matches)?;
        Some((
            resource["name"].as_str()?.to_owned(),
            resource["namespaced"].as_bool()?,
        ))
    }
}

/// Lays out a lesson's files and does its set-up. What an earlier lesson broke or sent ends.
///
/// # Errors
/// What went wrong, in a sentence.
pub(crate) fn begin(cluster: &mut Cluster, lesson: &Lesson) -> Result<(), String> {
    cluster.heal_all();
    cluster.traffic().clear();
    for (path, text) in &lesson.files {
        cluster.write_file(path, text.as_bytes())?;
    }
    prepare(cluster, lesson, &lesson.data.setup)
}

/// Does the set-up of a lesson's current step, out of the learner's sight.
pub(crate) fn begin_step(cluster: &mut Cluster, session: &mut Session, out: &mut Vec<FromEngine>) {
    let lesson = session.lesson();
    let Some(step) = lesson.data.steps.get(session.current()) else {
        return;
    };
    if let Err(why) = prepare(cluster, lesson, &step.setup) {
        out.push(FromEngine::Trouble(format!(
            "The set-up of the step {:?} went wrong: {why}",
            step.id
        )));
    }
    out.extend(pace(&step.setup));
    session.begun(cluster.now().as_micros());
}

/// The speed that a set-up asks for.
pub(crate) fn pace(setup: &Setup) -> Option<FromEngine> {
    setup.speed.map(FromEngine::Pace)
}

/// Does a set-up.
fn prepare(cluster: &mut Cluster, lesson: &Lesson, setup: &Setup) -> Result<(), String> {
    for name in &setup.apply {
        let found = lesson.manifests.iter().find(|(path, _)| path == name);
        let (_, text) = found.ok_or_else(|| format!("there is no file setup/{name}"))?;
        run(
            cluster,
            &format!("kubectl apply -f - <<'END-OF-SETUP'\n{text}\nEND-OF-SETUP\n"),
        )?;
    }
    for line in &setup.run {
        run(cluster, line)?;
    }
    if setup.heal {
        cluster.heal_all();
    }
    for fault in &setup.faults {
        run(cluster, &format!("fault {fault}"))?;
    }
    if setup.stop_traffic {
        cluster.traffic().stop(None);
    }
    for spec in &setup.traffic {
        cluster.traffic().start(spec.clone())?;
    }
    Ok(())
}

fn run(cluster: &mut Cluster, line: &str) -> Result<(), String> {
    let done = cluster.run(line);
    if done.exit == 0 {
        return Ok(());
    }
    let first = line.lines().next().unwrap_or_default();
    Err(format!("{first:?} failed: {}", done.stderr.trim()))
}
