//! Lessons in a cluster: the world they check, and playing one to see that it is right.

use api::core::v1::Pod;
use apimachinery::{Kind, Value};
use apiserver::ApiServer;
use apiserver::handler::{self, Request};
use lesson::{Lesson, RanCommand, Seen, Session, World};
use sim::Time;

use crate::{Cluster, Config};

/// How long a step's solution may take to show: two minutes of virtual time.
const PATIENCE: i64 = 120_000_000;
/// How long a wrong way is watched: it must not become right by waiting.
const WATCHED: i64 = 15_000_000;

/// Something wrong with a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The step's id, or `setup`.
    pub step: String,
    /// What is wrong.
    pub message: String,
}

/// The cluster and the terminal as a lesson's checks see them.
pub(crate) struct ClusterWorld<'a> {
    pub(crate) server: &'a ApiServer,
    pub(crate) commands: &'a [RanCommand],
}

impl World for ClusterWorld<'_> {
    fn now(&self) -> i64 {
        self.server.sim().now().as_micros()
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
        let answer = handler::handle(self.server, &Request::get(path)).to_value();
        match answer.map(|mut list| list["items"].take()) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    fn commands(&self) -> &[RanCommand] {
        self.commands
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
        let found = handler::handle(self.server, &Request::get(path)).to_value()?;
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

/// Plays a lesson in fresh clusters: every step unsolved at its start, solved by its solution and by each alternative,
/// and still open after each wrong way. Empty when all is well.
pub fn check(lesson: &Lesson) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, step) in lesson.data.steps.iter().enumerate() {
        let mut report = |message: String| {
            findings.push(Finding {
                step: step.id.clone(),
                message,
            })
        };
        let mut ways = vec![("its solution".to_owned(), &step.solution)];
        ways.extend(
            step.alternatives
                .iter()
                .enumerate()
                .map(|(i, way)| (format!("alternative {}", i + 1), way)),
        );
        for (name, way) in ways {
            match Play::up_to(lesson, index) {
                Err(message) => {
                    return vec![Finding {
                        step: "setup".into(),
                        message,
                    }];
                }
                Ok(mut play) => {
                    if !play.solves(index, way) {
                        report(format!("not solved by {name}: {}", play.open_checks(index)));
                    }
                }
            }
        }
        for (i, way) in step.wrong.iter().enumerate() {
            if let Ok(mut play) = Play::up_to(lesson, index)
                && play.is_solved_by_wrong_way(index, way)
            {
                report(format!("solved by wrong way {}", i + 1));
            }
        }
    }
    findings
}

/// A lesson that is being played.
struct Play {
    cluster: Cluster,
    session: Session,
    commands: Vec<RanCommand>,
}

impl Play {
    /// Begins the lesson and does all steps before `index` by their solutions.
    fn up_to(lesson: &Lesson, index: usize) -> Result<Self, String> {
        let mut cluster = Cluster::new(Config::default());
        cluster.settle();
        for (path, text) in &lesson.files {
            cluster.write_file(path, text.as_bytes())?;
        }
        for line in &lesson.data.setup.run {
            let done = cluster.run(line);
            if done.exit != 0 {
                return Err(format!("{line:?} failed: {}", done.stderr.trim()));
            }
        }
        let session = Session::new(lesson.clone(), cluster.now().as_micros());
        let mut play = Self {
            cluster,
            session,
            commands: Vec::new(),
        };
        play.update();
        for (i, step) in lesson.data.steps.iter().enumerate().take(index) {
            if play.session.current() > i {
                return Err(format!(
                    "step {:?} is solved before anything was done",
                    step.id
                ));
            }
            if !play.solves(i, &step.solution) {
                return Err(format!(
                    "step {:?} is not solved by its solution: {}",
                    step.id,
                    play.open_checks(i)
                ));
            }
        }
        if play.session.current() > index {
            return Err(format!(
                "step {:?} is solved before anything was done",
                lesson.data.steps[index].id
            ));
        }
        Ok(play)
    }

    fn update(&mut self) {
        let world = ClusterWorld {
            server: self.cluster.server(),
            commands: &self.commands,
        };
        if self.session.update(&world) == Seen::StepDone {
            self.session.complete_step(self.cluster.now().as_micros());
        }
    }

    fn run(&mut self, way: &[String]) {
        for line in way {
            let at = self.cluster.now().as_micros();
            let done = self.cluster.run_line(line);
            self.commands.push(RanCommand {
                line: line.clone(),
                exit: done.exit,
                at,
            });
            self.update();
        }
    }

    /// Runs the commands; whether the step is done soon after.
    fn solves(&mut self, index: usize, way: &[String]) -> bool {
        self.run(way);
        self.wait(index, PATIENCE)
    }

    fn is_solved_by_wrong_way(&mut self, index: usize, way: &[String]) -> bool {
        self.run(way);
        self.wait(index, WATCHED)
    }

    /// Lets time pass, a quarter of a second at a time, until the step is done; whether it is.
    fn wait(&mut self, index: usize, patience: i64) -> bool {
        let until = self.cluster.now().as_micros() + patience;
        while self.session.current() <= index && self.cluster.now().as_micros() < until {
            let next = Time::from_micros(self.cluster.now().as_micros() + 250_000);
            self.cluster.run_until(next);
            self.update();
        }
        self.session.current() > index
    }

    /// The checks of a step that do not hold, in words.
    fn open_checks(&self, index: usize) -> String {
        let Some(step) = self.session.progress().steps.get(index) else {
            return String::new();
        };
        let open: Vec<String> = step
            .checks
            .iter()
            .filter(|c| !c.passed)
            .map(|c| format!("{} {}", c.label, c.why))
            .collect();
        open.join("; ")
    }
}
