//! The open lesson: its words for the page, its set-up, its progress.

use lesson::{Lesson, RanCommand, Seen, Session};
use view::{FromEngine, LessonSource, LessonView, Question, StepView, TrafficView};

use crate::Cluster;
use crate::lessons::{self, ClusterWorld};

/// The open lesson.
#[derive(Default)]
pub(super) struct LessonPane {
    open: Option<Session>,
    /// The title of its track.
    track: String,
    /// The page has not been told of it yet.
    fresh: bool,
    /// The traffic as the page knows it, and when it was told.
    traffic: Vec<TrafficView>,
    traffic_told: i64,
}

impl LessonPane {
    /// When to look again though nothing has happened: a check must hold for a while.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.open.as_ref()?.next_due()
    }

    /// Begins a lesson: its files are laid out, its set-up is run.
    pub(super) fn open(
        &mut self,
        cluster: &mut Cluster,
        source: &LessonSource,
        out: &mut Vec<FromEngine>,
    ) {
        let lesson = match Lesson::read(source) {
            Ok(lesson) => lesson,
            Err(errors) => {
                let errors = errors.iter().map(ToString::to_string).collect();
                let id = source.id.clone();
                return out.push(FromEngine::LessonRefused { id, errors });
            }
        };
        if let Err(why) = lessons::begin(cluster, &lesson) {
            out.push(FromEngine::Trouble(format!(
                "The lesson's set-up went wrong: {why}"
            )));
        }
        out.extend(lessons::pace(&lesson.data.setup));
        self.track.clone_from(&source.track);
        let mut session = Session::new(lesson, cluster.now().as_micros());
        lessons::begin_step(cluster, &mut session, out);
        self.open = Some(session);
        self.fresh = true;
    }

    /// Takes other files for the open lesson: a language, or what its author has changed.
    pub(super) fn reload(
        &mut self,
        cluster: &mut Cluster,
        source: &LessonSource,
        out: &mut Vec<FromEngine>,
    ) {
        let Some(session) = &mut self.open else {
            return self.open(cluster, source, out);
        };
        if session.lesson().id != source.id {
            return self.open(cluster, source, out);
        }
        match Lesson::read(source) {
            Ok(lesson) => {
                session.replace(lesson, cluster.now().as_micros());
                self.track.clone_from(&source.track);
                self.fresh = true;
            }
            Err(errors) => {
                let errors = errors.iter().map(ToString::to_string).collect();
                let id = source.id.clone();
                out.push(FromEngine::LessonRefused { id, errors });
            }
        }
    }

    /// What is being sent, if it has changed and a second is over since it was last told.
    pub(super) fn traffic(&mut self, cluster: &Cluster, out: &mut Vec<FromEngine>) {
        let now = cluster.now().as_micros();
        let due = now - self.traffic_told >= 1_000_000 || now < self.traffic_told;
        let views = cluster.traffic().views();
        let begun = views.len() != self.traffic.len();
        if (due || begun) && views != self.traffic {
            self.traffic_told = now;
            self.traffic.clone_from(&views);
            out.push(FromEngine::Traffic(views));
        }
    }

    /// Leaves the lesson.
    pub(super) fn close(&mut self, out: &mut Vec<FromEngine>) {
        self.open = None;
        out.push(FromEngine::Lesson(None));
    }

    /// Tells the page of a lesson that was opened, and ticks what is so; whether the current step is done.
    pub(super) fn update(
        &mut self,
        cluster: &Cluster,
        commands: &[RanCommand],
        out: &mut Vec<FromEngine>,
    ) -> bool {
        let Some(session) = &mut self.open else {
            return false;
        };
        let seen = session.update(&ClusterWorld { cluster, commands });
        let fresh = std::mem::take(&mut self.fresh);
        if fresh {
            let view = view(session.lesson(), &self.track);
            out.push(FromEngine::Lesson(Some(Box::new(view))));
        }
        if fresh || seen != Seen::Same {
            out.push(FromEngine::Progress(session.progress().clone()));
        }
        seen == Seen::StepDone
    }

    /// Does the current step by its solution, in a shell of its own and out of sight, and goes on.
    pub(super) fn skip_step(&mut self, cluster: &mut Cluster, out: &mut Vec<FromEngine>) {
        let Some(session) = &mut self.open else {
            return;
        };
        if let Some(step) = session.lesson().data.steps.get(session.current()) {
            for line in &step.solution {
                cluster.run(line);
            }
        }
        session.skip(cluster.now().as_micros());
        lessons::begin_step(cluster, session, out);
        if !self.fresh {
            out.push(FromEngine::Progress(session.progress().clone()));
        }
    }

    /// The current step is done: the next one begins.
    pub(super) fn complete_step(&mut self, cluster: &mut Cluster, out: &mut Vec<FromEngine>) {
        if let Some(session) = &mut self.open {
            session.complete_step(cluster.now().as_micros());
            lessons::begin_step(cluster, session, out);
            if !self.fresh {
                out.push(FromEngine::Progress(session.progress().clone()));
            }
        }
    }
}

/// A lesson's words for the page.
fn view(lesson: &Lesson, track: &str) -> LessonView {
    let steps = lesson.data.steps.iter().map(|step| {
        let words = lesson.text.steps.get(&step.id).cloned().unwrap_or_default();
        StepView {
            id: step.id.clone(),
            title: words.title,
            text: words.body,
            watch: words.watch,
            hints: words.hints,
            solution: step.solution.clone(),
        }
    });
    let questions = lesson.text.questions.iter().map(|question| Question {
        question: question.question.clone(),
        answers: question.answers.clone(),
    });
    LessonView {
        card: lesson.card(track),
        intro: lesson.text.intro.clone(),
        steps: steps.collect(),
        learned: lesson.text.learned.clone(),
        production: lesson.text.production.clone(),
        questions: questions.collect(),
        links: lesson.text.links.clone(),
    }
}
