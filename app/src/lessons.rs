//! Lessons on their way from the site to the engine: the list, a lesson that is opened, and the others meanwhile, so
//! that they open with the network off, too.
//!
//! Nothing of it is fetched before the first prompt is shown. What fails is said and does no harm: the list is tried
//! again until it comes, a lesson when it is asked for again.

use std::sync::Arc;

use leptos::task::spawn_local;
use view::{LessonCard, LessonSource, LessonView, ToEngine};

use crate::bridge::Bridge;
use crate::interop::lessons;
use crate::state::notices::Weight;

/// Milliseconds until the list of lessons is asked for again; twice as many after each failure.
const AGAIN: u32 = 2_000;
/// The longest of these times.
const AT_MOST: u32 = 60_000;
/// Milliseconds after which the other lessons are fetched: the rest of the engine goes first.
const LATER: u32 = 3_000;

impl Bridge {
    /// Fetches the list of lessons in the chosen language, and the lessons themselves when there is nothing else to do.
    pub fn load_lessons(self) {
        let store = self.stores().lesson;
        spawn_local(async move {
            let language = store.language.get_untracked();
            let mut wait = AGAIN;
            let cards = loop {
                match lessons::list(&language).await {
                    Ok(cards) => break cards,
                    Err(error) => {
                        let text = format!(
                            "The list of lessons could not be loaded ({error}). It is tried again until it comes; \
                             the terminal works without it."
                        );
                        self.stores().notices.show(Weight::Trouble, text);
                        lessons::pause(wait).await;
                        wait = (2 * wait).min(AT_MOST);
                    }
                }
            };
            // Another language was chosen meanwhile: its list is on its way.
            if store.language.with_untracked(|now| *now != language) {
                return;
            }
            store.cards.set(cards.clone());
            lessons::pause(LATER).await;
            for card in cards {
                lessons::idle().await;
                // Whoever opens it will hear why it does not come.
                let _ = self.lesson_source(&card).await;
            }
        });
    }

    /// Begins a lesson of the list.
    pub fn open_lesson(self, id: &str) {
        self.with_files(id, Bridge::begin_lesson);
    }

    /// Takes the open lesson's words in the language that is chosen now. What has been done stays done.
    pub(crate) fn reread_lesson(self) {
        let open = self.stores().lesson.open.get_untracked();
        if let Some(open) = open {
            self.with_files(&open.card.id, |bridge, source| {
                bridge.send(ToEngine::ReloadLesson(source));
            });
        }
    }

    /// Takes what authors save while the page is open.
    pub(crate) fn follow_authors(self) {
        lessons::follow(move |id| {
            let store = self.stores().lesson;
            store
                .sources
                .quietly(|all| all.retain(|source| source.id != id));
            let is_it = |open: &Option<Arc<LessonView>>| {
                open.as_ref().is_some_and(|open| open.card.id == id)
            };
            if store.open.with_untracked(is_it) {
                self.reread_lesson();
            }
        });
    }

    /// Does something with the files of a lesson of the list, once they are here.
    fn with_files(self, id: &str, then: fn(Bridge, LessonSource)) {
        let store = self.stores().lesson;
        let found = |cards: &Vec<LessonCard>| cards.iter().find(|card| card.id == id).cloned();
        let Some(card) = store.cards.with_untracked(found) else {
            return;
        };
        spawn_local(async move {
            match self.lesson_source(&card).await {
                Ok(source) => then(self, (*source).clone()),
                Err(error) => {
                    let text = format!(
                        "The lesson “{}” could not be loaded ({error}). Open it again when the network is back; \
                         your cluster is as it was.",
                        card.title
                    );
                    self.stores().notices.show(Weight::Trouble, text);
                }
            }
        });
    }

    /// A lesson's files, fetched once.
    async fn lesson_source(self, card: &LessonCard) -> Result<Arc<LessonSource>, String> {
        let store = self.stores().lesson;
        let language = store.language.get_untracked();
        let is_it =
            |source: &&Arc<LessonSource>| source.id == card.id && source.language == language;
        let known = store
            .sources
            .with_untracked(|all| all.iter().find(is_it).cloned());
        if let Some(source) = known {
            return Ok(source);
        }
        let source = Arc::new(lessons::files(card, &language).await?);
        store.sources.quietly(|all| all.push(source.clone()));
        Ok(source)
    }
}
