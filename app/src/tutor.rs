//! What a learner does with lessons beside reading them: shown solutions, steps that are skipped or begun again, free
//! play, lessons of one's own, and links that lead to a lesson.

use leptos::task::spawn_local;
use view::{LessonSource, ToEngine};

use crate::bridge::Bridge;
use crate::interop::{browser, remember};
use crate::state::layout::{HOME, PhoneTab};
use crate::state::notices::{Act, Weight};
use crate::state::{drafts, watch};

/// The language that lessons are read in, in the browser's memory.
pub(crate) const LANGUAGE: &str = "language";

impl Bridge {
    /// Follows the address: `?lesson=TRACK/ID` and `#TRACK/ID` open a lesson, `#lessons` the list; and what is open is
    /// in the address, to be kept or handed on.
    pub fn follow_address(self) {
        let stores = self.stores();
        let (layout, lesson) = (stores.layout, stores.lesson);
        let named = |text: String| Some(text).filter(|text| text.contains('/'));
        let mut wanted =
            named(browser::fragment()).or_else(|| browser::query("lesson").and_then(named));
        browser::on_fragment(move || {
            let fragment = browser::fragment();
            layout.home.put(fragment == HOME);
            if fragment == HOME {
                layout.show(PhoneTab::Lesson);
            } else if let Some(id) = named(fragment) {
                self.open_unless_open(&id);
            }
        });
        watch(move || {
            if wanted.is_some() && stores.session.is_ready() && !lesson.cards.with(Vec::is_empty) {
                if let Some(id) = wanted.take() {
                    self.open_unless_open(&id);
                }
                return;
            }
            let open = lesson
                .open
                .with(|open| open.as_ref().map(|open| open.card.id.clone()));
            if layout.home.get() {
                browser::set_fragment(HOME);
            } else if wanted.is_none() && stores.session.is_ready() {
                browser::set_fragment(&open.unwrap_or_default());
            }
        });
    }

    fn open_unless_open(self, id: &str) {
        let lesson = self.stores().lesson;
        let is_open = lesson
            .open
            .with_untracked(|open| open.as_ref().is_some_and(|open| open.card.id == id));
        if is_open {
            return;
        }
        let known = |cards: &Vec<view::LessonCard>| cards.iter().any(|card| card.id == id);
        if lesson.cards.with_untracked(known) {
            self.open_lesson(id);
        } else {
            let text = format!("There is no lesson {id}. The list has all there are.");
            self.stores().notices.show(Weight::Trouble, text);
        }
    }

    /// Hands a lesson to the engine, which begins it in a cluster of its own, or refuses it; then all stays as it is.
    pub(crate) fn begin_lesson(self, source: LessonSource) {
        let stores = self.stores();
        stores.show.stop();
        stores.layout.home.put(false);
        stores.layout.show(PhoneTab::Lesson);
        self.put_aside(&source.id);
        self.send(ToEngine::OpenLesson(source));
    }

    /// The engine has begun the lesson that was handed to it: what belongs to the cluster before is put away.
    pub(crate) fn lesson_begun(self, aside: bool) {
        let stores = self.stores();
        stores.lesson.begins_anew();
        drafts::forget_all();
        stores.files.tabs.set(Vec::new());
        stores.files.active.set(None);
        if aside {
            let text = "A lesson begins with a cluster of its own.";
            stores
                .notices
                .offer(text, "Bring mine back", Act::BringBack);
        }
    }

    /// Leaves the lesson; the cluster stays.
    pub(crate) fn free_play(self) {
        let stores = self.stores();
        if stores.lesson.open.with_untracked(Option::is_some) {
            self.send(ToEngine::CloseLesson);
        }
        stores.show.stop();
        stores.layout.home.put(false);
        stores.layout.show(PhoneTab::Terminal);
        stores.terminal.focus();
    }

    /// Types a step's solution.
    pub(crate) fn show_me(self, step: usize) {
        let stores = self.stores();
        let solution = stores.lesson.open.with_untracked(|open| {
            let step = open.as_ref()?.steps.get(step)?;
            Some(step.solution.clone())
        });
        if let Some(lines) = solution {
            stores.layout.show(PhoneTab::Terminal);
            stores.show.start(stores.terminal, &lines);
        }
    }

    /// Brings everything back to where it was when a step began.
    pub(crate) fn restart_step(self, step: u32) {
        self.stores().show.stop();
        self.stores().notices.say("The step begins again.");
        self.send(ToEngine::RestartStep(step));
    }

    /// Goes on with the next step; this one's solution is run out of sight.
    pub(crate) fn skip_step(self) {
        self.stores().show.stop();
        self.send(ToEngine::SkipStep);
    }

    /// Reads lessons in another language from now on.
    pub(crate) fn choose_language(self, language: &str) {
        let lesson = self.stores().lesson;
        lesson.language.put(language.to_owned());
        remember::set(LANGUAGE, language);
        self.load_lessons();
        self.reread_lesson();
    }

    /// Opens a lesson of the person's own, from its folder or from its files.
    pub(crate) fn open_own_lesson(self, folder: bool) {
        spawn_local(async move {
            let picked = browser::pick_files(folder).await;
            if picked.is_empty() {
                return;
            }
            // Where `lesson.yaml` lies is the lesson's folder; of several the one that is not inside of another.
            let data = |path: &&str| *path == "lesson.yaml" || path.ends_with("/lesson.yaml");
            let paths = picked.iter().map(|(path, _)| path.as_str());
            let root = paths.filter(data).min_by_key(|path| path.len());
            let notices = self.stores().notices;
            let Some(root) = root.and_then(|path| path.strip_suffix("lesson.yaml")) else {
                let text = "That is no lesson: there is no lesson.yaml in it.";
                return notices.show(Weight::Trouble, text);
            };
            let root = root.to_owned();
            let (mut files, mut strange) = (Vec::new(), Vec::new());
            for (path, text) in picked {
                match (path.strip_prefix(&root), text) {
                    (Some(path), Some(text)) => files.push((path.to_owned(), text)),
                    (Some(path), None) => strange.push(path.to_owned()),
                    (None, _) => {}
                }
            }
            if !strange.is_empty() {
                let names = strange.join(", ");
                let text = format!("Left out, for it is no text or too large: {names}");
                notices.show(Weight::Trouble, text);
            }
            if strange.iter().any(|path| path == "lesson.yaml") {
                return;
            }
            let name = root.trim_end_matches('/').rsplit('/').next();
            let name = name.filter(|name| !name.is_empty()).unwrap_or("lesson");
            self.begin_lesson(LessonSource {
                id: format!("own/{name}"),
                track: "Your own lesson".into(),
                language: self.stores().lesson.language.get_untracked(),
                files,
            });
        });
    }
}
