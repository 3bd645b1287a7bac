//! The open lesson: its words for the page, its set-up, its progress.

use lesson::{Lesson, Library, RanCommand, Session};
use view::{Block, FromEngine, Inline, LessonCard, LessonView, StepView};

use crate::Cluster;
use crate::lessons::ClusterWorld;

/// The library and the open lesson.
pub(super) struct LessonPane {
    library: Library,
    open: Option<Session>,
    /// The page has not been told of the progress yet.
    fresh: bool,
}

impl Default for LessonPane {
    fn default() -> Self {
        // A build whose tests passed has lessons that can be read; without any, the list is empty.
        Self {
            library: lesson::bundled().unwrap_or_default(),
            open: None,
            fresh: false,
        }
    }
}

impl LessonPane {
    /// All lessons, for the list.
    pub(super) fn cards(&self) -> Vec<LessonCard> {
        self.library
            .lessons()
            .iter()
            .map(|lesson| self.library.card(lesson))
            .collect()
    }

    /// When to look again though nothing has happened: a check must hold for a while.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.open.as_ref()?.next_due()
    }

    /// Begins a lesson: its files are laid out, its set-up is run.
    pub(super) fn open(&mut self, cluster: &mut Cluster, id: &str, out: &mut Vec<FromEngine>) {
        let Some(lesson) = self.library.get(id) else {
            return;
        };
        for (path, text) in &lesson.files {
            // The home folder of a learner who filled their disk: the lesson will say that the file is missing.
            let _ = cluster.write_file(path, text.as_bytes());
        }
        for line in &lesson.data.setup.run {
            cluster.run(line);
        }
        out.push(FromEngine::Lesson(Some(Box::new(self.view(lesson)))));
        self.open = Some(Session::new(lesson.clone(), cluster.now().as_micros()));
        self.fresh = true;
    }

    /// Leaves the lesson.
    pub(super) fn close(&mut self, out: &mut Vec<FromEngine>) {
        self.open = None;
        out.push(FromEngine::Lesson(None));
    }

    /// Ticks what is done.
    pub(super) fn update(
        &mut self,
        cluster: &Cluster,
        commands: &[RanCommand],
        out: &mut Vec<FromEngine>,
    ) {
        let Some(session) = &mut self.open else {
            return;
        };
        let changed = session.update(&ClusterWorld {
            server: cluster.server(),
            commands,
        });
        if changed || std::mem::take(&mut self.fresh) {
            out.push(FromEngine::Progress(session.progress().clone()));
        }
    }

    fn view(&self, lesson: &Lesson) -> LessonView {
        let steps = lesson.data.steps.iter().map(|step| {
            let words = lesson.text.steps.get(&step.id).cloned().unwrap_or_default();
            let mut text = words.body;
            if !words.watch.is_empty() {
                text.push(Block::Note(words.watch));
            }
            StepView {
                id: step.id.clone(),
                title: words.title,
                text,
                hints: words.hints,
                solution: step.solution.clone(),
            }
        });
        LessonView {
            card: self.library.card(lesson),
            intro: lesson.text.intro.clone(),
            steps: steps.collect(),
            outro: outro(lesson),
            next: self.library.after(&lesson.id).map(|next| next.id.clone()),
        }
    }
}

/// What was learned, what is different in production, questions, and where to go on.
fn outro(lesson: &Lesson) -> Vec<Block> {
    let heading = |text: &str| Block::Heading {
        level: 1,
        text: vec![Inline::Text(text.to_owned())],
    };
    let text = &lesson.text;
    let mut out = vec![heading("What you learned")];
    out.extend(text.learned.iter().cloned());
    out.push(heading("In production"));
    out.extend(text.production.iter().cloned());
    out.push(heading("Questions"));
    for question in &text.questions {
        out.push(Block::Heading {
            level: 2,
            text: vec![Inline::Text(question.question.clone())],
        });
        let items = question.answers.iter().map(|(right, words)| {
            let mark = Inline::Strong(vec![Inline::Text(
                if *right { "Right: " } else { "Not so: " }.to_owned(),
            )]);
            vec![Block::Paragraph(
                std::iter::once(mark).chain(words.iter().cloned()).collect(),
            )]
        });
        out.push(Block::List {
            ordered: false,
            items: items.collect(),
        });
    }
    if !text.links.is_empty() {
        out.push(heading("Go on reading"));
        out.extend(text.links.iter().cloned());
    }
    out
}
