//! The lessons' files beside the page: the list, and a lesson's own.

use js_sys::Array;
use view::{LessonCard, LessonSource};
use wasm_bindgen::prelude::*;

use super::module::message;

#[wasm_bindgen(module = "/src/interop/browser.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = lessonList)]
    async fn lesson_list(language: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = lessonFiles)]
    async fn lesson_files(name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = followLessons)]
    fn follow_lessons(changed: &JsValue);

    #[wasm_bindgen(js_name = whenIdle)]
    async fn when_idle();

    #[wasm_bindgen(js_name = pause)]
    async fn wait(milliseconds: u32);
}

/// Returns when the browser has nothing better to do.
pub async fn idle() {
    when_idle().await;
}

/// Returns after so many milliseconds.
pub async fn pause(milliseconds: u32) {
    wait(milliseconds).await;
}

/// All lessons by track and order, with titles in this language where they have it.
pub async fn list(language: &str) -> Result<Vec<LessonCard>, String> {
    let rows = lesson_list(language)
        .await
        .map_err(|error| message(&error))?;
    Ok(rows_of(rows).map(card).collect())
}

/// Calls `changed` with the id of each lesson whose author saves it, where `cargo xtask serve` tells.
pub fn follow(changed: impl Fn(String) + 'static) {
    let changed = Closure::<dyn Fn(String)>::new(changed);
    follow_lessons(&changed.into_js_value());
}

/// The name of a lesson's file.
fn file(card: &LessonCard, language: &str) -> String {
    if language != "en" && card.languages.iter().any(|known| known == language) {
        return format!("{}.{language}", card.id);
    }
    card.id.clone()
}

/// A lesson's files, with its words in this language if it has them.
pub async fn files(card: &LessonCard, language: &str) -> Result<LessonSource, String> {
    let rows = lesson_files(&file(card, language))
        .await
        .map_err(|error| message(&error))?;
    Ok(LessonSource {
        id: card.id.clone(),
        track: card.track.clone(),
        language: language.into(),
        files: rows_of(rows)
            .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
            .collect(),
    })
}

fn card(row: Vec<String>) -> LessonCard {
    let mut row = row.into_iter();
    let mut next = || row.next().unwrap_or_default();
    LessonCard {
        id: next(),
        track: next(),
        title: next(),
        summary: next(),
        minutes: next().parse().unwrap_or(5),
        steps: next().parse().unwrap_or(0),
        languages: row.collect(),
    }
}

/// An array of arrays of strings.
fn rows_of(rows: JsValue) -> impl Iterator<Item = Vec<String>> {
    let rows = rows.dyn_into::<Array>().unwrap_or_default();
    (0..rows.length()).map(move |at| {
        let row = rows.get(at).dyn_into::<Array>().unwrap_or_default();
        row.iter().filter_map(|text| text.as_string()).collect()
    })
}
