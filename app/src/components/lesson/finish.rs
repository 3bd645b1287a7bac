//! The end of a lesson: what was learned, what the cluster did, questions to try oneself on, and the next lesson.

use std::sync::Arc;

use leptos::prelude::*;
use view::{Inline, LessonView, Question};

use super::picture;
use super::text::{blocks, inlines};
use crate::bridge::page;
use crate::components::icon;
use crate::components::markup::{Html, markup};

/// What has been learned, and where to go from here.
pub(super) fn finish(lesson: Arc<LessonView>) -> AnyView {
    let (questions, end) = (lesson.clone(), lesson.clone());
    view! {
        <div class="finish">
            {markup(move |html| learned(html, &lesson))}
            {markup(move |html| ask(html, &questions.questions))}
            {markup(move |html| go_on(html, &end))}
        </div>
    }
    .into_any()
}

fn learned(html: &mut Html, lesson: &LessonView) {
    html.raw("<h2>").icon(icon::CHECK).raw("Done</h2>");
    section(html, "What you learned", &lesson.learned);
    html.raw("<h3>What the cluster did</h3>");
    // As it is at the lesson's end: what comes later is another story.
    untrack(|| picture::story(html));
    section(html, "In production", &lesson.production);
}

fn section(html: &mut Html, title: &str, text: &[view::Block]) {
    if text.is_empty() {
        return;
    }
    html.tag("h3", "", title).raw("<div class=\"prose\">");
    blocks(html, text);
    html.raw("</div>");
}

fn ask(html: &mut Html, questions: &[Question]) {
    if questions.is_empty() {
        return;
    }
    let (stores, _) = page();
    html.raw("<h3>Questions</h3>");
    stores.lesson.answers.with(|answers| {
        for (number, question) in questions.iter().enumerate() {
            let tried = answers.get(number).map(Vec::as_slice).unwrap_or_default();
            ask_one(html, number, question, tried);
        }
    });
}

/// A question: an answer that was tried says whether it is right, and why; the right one tells of all others.
fn ask_one(html: &mut Html, number: usize, question: &Question, tried: &[usize]) {
    let solved = tried.iter().any(|answer| {
        question
            .answers
            .get(*answer)
            .is_some_and(|(right, _)| *right)
    });
    html.raw("<fieldset class=\"question\"><legend>");
    html.text(&question.question).raw("</legend>");
    for (place, (right, words)) in question.answers.iter().enumerate() {
        let told = solved || tried.contains(&place);
        let (answer, why) = split(words);
        html.raw("<button class=\"answer");
        html.raw(match (told, right) {
            (false, _) => "",
            (true, true) => " right",
            (true, false) => " wrong",
        });
        html.raw("\" data-do=\"answer\" data-of=\"");
        html.number(number as i64).raw("/").number(place as i64);
        html.raw("\" aria-pressed=\"");
        html.raw(if tried.contains(&place) {
            "true"
        } else {
            "false"
        });
        html.raw("\"><span class=\"box\" aria-hidden=\"true\">");
        if told {
            html.icon(if *right { icon::CHECK } else { icon::CLOSE });
        }
        html.raw("</span><span>");
        inlines(html, &answer);
        if told {
            html.raw("<small><b>");
            html.raw(if *right { "Right." } else { "Not so." });
            html.raw("</b> ");
            inlines(html, &why);
            html.raw("</small>");
        }
        html.raw("</span></button>");
    }
    html.raw("</fieldset>");
}

/// An answer's first sentence, and what explains it.
fn split(words: &[Inline]) -> (Vec<Inline>, Vec<Inline>) {
    for (place, word) in words.iter().enumerate() {
        let Inline::Text(text) = word else { continue };
        let end = [". ", "? ", "! "]
            .iter()
            .filter_map(|end| text.find(end))
            .min();
        if let Some(end) = end {
            let (first, rest) = text.split_at(end + 1);
            let mut answer = words[..place].to_vec();
            answer.push(Inline::Text(first.into()));
            let mut why = vec![Inline::Text(rest.trim_start().into())];
            why.extend_from_slice(&words[place + 1..]);
            return (answer, why);
        }
    }
    (words.to_vec(), Vec::new())
}

fn go_on(html: &mut Html, lesson: &LessonView) {
    let (stores, _) = page();
    section(html, "Go on reading", &lesson.links);
    html.raw("<p class=\"lesson-acts\">");
    match stores.lesson.after(&lesson.card.id) {
        Some(card) => {
            html.act("button primary", "lesson", &card.id);
            html.raw("Next: ").text(&card.title);
            html.icon(icon::RIGHT).raw("</button>");
        }
        None => drop(html.tag("span", "empty", "That was the last one.")),
    }
    html.button("button quiet", "free", "", icon::PROMPT, "Free play");
    html.raw("</p>");
}
