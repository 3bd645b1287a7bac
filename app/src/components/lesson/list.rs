//! The list of lessons by track: to search in, with what has been done. In the lesson's pane, and over the whole page
//! as its home.

use leptos::prelude::*;
use view::LessonCard;

use crate::bridge::page;
use crate::components::icon;
use crate::components::markup::{Html, markup};
use crate::interop::media;
use crate::state::Stores;
use crate::state::lesson::LessonStore;

/// All lessons, to choose from.
pub(super) fn lessons() -> AnyView {
    let (stores, bridge) = page();
    let store = stores.lesson;
    let search = NodeRef::<leptos::html::Input>::new();
    search.on_load(move |input| {
        if stores.layout.home.get_untracked() && !media::matches(media::TOUCH) {
            let _ = input.focus();
        }
    });
    let press = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter"
            && let Some(card) = found(store).first()
        {
            stores.layout.home.put(false);
            bridge.open_lesson(&card.id);
        }
    };
    view! {
        {markup(move |html| head(html, stores))}
        <div class="pane-body scroll lesson-body" tabindex="0">
            <div class="home">
                {markup(move |html| welcome(html, stores))}
                <label class="search">
                    {icon::icon(icon::SEARCH)}
                    <span class="unseen">"Search in the lessons"</span>
                    <input
                        type="search"
                        placeholder="Search in the lessons"
                        autocomplete="off"
                        spellcheck="false"
                        node_ref=search
                        prop:value=store.search.get_untracked()
                        on:input=move |event| store.search.put(event_target_value(&event))
                        on:keydown=press
                    />
                </label>
                {markup(move |html| tracks(html, stores))}
            </div>
        </div>
    }
    .into_any()
}

fn head(html: &mut Html, stores: Stores) {
    html.raw(
        "<div class=\"pane-head\"><h2 class=\"eyebrow\">Lessons</h2><span class=\"grow\"></span>",
    );
    if stores.layout.home.get() {
        html.button(
            "button quiet",
            "back",
            "",
            icon::CLOSE,
            "Back to the cluster",
        );
    } else {
        html.button("button quiet wide-only", "home", "", icon::MAP, "Browse");
    }
    html.raw("</div>");
}

/// What it is, how far one has come, and how to go on.
fn welcome(html: &mut Html, stores: Stores) {
    let store = stores.lesson;
    html.raw("<div class=\"welcome\"><h1>Learn Kubernetes five minutes at a time</h1><p class=\"prose\">");
    html.raw("A whole cluster runs in this tab. Take a lesson, or just type into the terminal: nothing can break.</p>");
    let (done, minutes, all) = store.cards.with(|cards| {
        let finished = cards.iter().filter(|card| store.was_finished(&card.id));
        let (count, minutes) = finished.fold((0, 0), |(n, sum), card| (n + 1, sum + card.minutes));
        (count, minutes, cards.len())
    });
    if done > 0 {
        html.raw("<div class=\"done-bar\"><span class=\"done-track\"><i style=\"width:");
        html.number(i64::from(done) * 100 / (all.max(1) as i64));
        html.raw("%\"></i></span><p>");
        html.number(done.into()).raw(" of ").number(all as i64);
        html.raw(" lessons, ").number(minutes.into());
        html.raw(" minutes</p></div>");
    }
    let next = store.open.with(|open| match open {
        Some(open) if !store.is_finished() => {
            Some(("Go on: ", open.card.title.clone(), String::new()))
        }
        _ => store.cards.with(|cards| {
            let card = cards.iter().find(|card| !store.was_finished(&card.id))?;
            let word = if done > 0 { "Next: " } else { "Begin: " };
            Some((word, card.title.clone(), card.id.clone()))
        }),
    });
    html.raw("<p class=\"lesson-acts\">");
    if let Some((word, title, id)) = next {
        let act = if id.is_empty() { "back" } else { "lesson" };
        html.act("button primary", act, &id);
        html.raw(word)
            .text(&title)
            .icon(icon::RIGHT)
            .raw("</button>");
    }
    if store.open.with(Option::is_some) || stores.layout.home.get() {
        html.button("button", "free", "", icon::PROMPT, "Free play");
    }
    html.raw("</p></div>");
}

/// The lessons in which every searched word occurs.
fn found(store: LessonStore) -> Vec<LessonCard> {
    let wanted = store.search.get().to_ascii_lowercase();
    let fits = |card: &&LessonCard| {
        let text = format!("{} {} {} {}", card.track, card.title, card.summary, card.id);
        let text = text.to_ascii_lowercase();
        wanted.split_whitespace().all(|word| text.contains(word))
    };
    store
        .cards
        .with(|cards| cards.iter().filter(fits).cloned().collect())
}

fn tracks(html: &mut Html, stores: Stores) {
    let store = stores.lesson;
    if store.cards.with(Vec::is_empty) {
        html.tag("p", "empty", "The list of lessons is on its way…");
        return;
    }
    let cards = found(store);
    if cards.is_empty() {
        html.tag("p", "empty", "No lesson has all of these words in it.");
    }
    let open = store
        .open
        .with(|open| open.as_ref().map(|open| open.card.id.clone()));
    let mut rest = cards.as_slice();
    while let Some(first) = rest.first() {
        let length = rest.iter().take_while(|card| card.track == first.track);
        let (track, others) = rest.split_at(length.count());
        rest = others;
        let done = track
            .iter()
            .filter(|card| store.was_finished(&card.id))
            .count();
        html.raw("<section class=\"track\"><h2><span>")
            .text(&first.track);
        html.raw("</span><small>");
        html.number(done as i64).raw("/").number(track.len() as i64);
        html.raw("</small></h2><div class=\"cards\">");
        for card in track {
            let is_open = open.as_deref() == Some(card.id.as_str());
            draw(html, card, store.was_finished(&card.id), is_open);
        }
        html.raw("</div></section>");
    }
    html.raw("<p class=\"lesson-acts own-lessons\">");
    html.button(
        "button quiet",
        "open-folder",
        "",
        icon::FOLDER,
        "Open a lesson's folder",
    );
    html.button(
        "button quiet",
        "open-files",
        "",
        icon::FILE,
        "Open its files",
    );
    html.raw("</p>");
}

fn draw(html: &mut Html, card: &LessonCard, done: bool, open: bool) {
    html.raw("<button class=\"card");
    for (so, class) in [(done, " done"), (open, " open")] {
        if so {
            html.raw(class);
        }
    }
    html.raw("\" data-do=\"lesson\" data-of=\"").text(&card.id);
    html.raw("\" data-lesson=\"").text(&card.id).raw("\">");
    html.raw("<span class=\"card-title\">").text(&card.title);
    html.raw("</span>");
    html.tag("span", "card-text", &card.summary);
    html.raw("<span class=\"card-facts\">");
    if done {
        html.raw("<b>").icon(icon::CHECK).raw("Done</b>");
    } else if open {
        html.raw("<b>Open</b>");
    }
    html.number(card.minutes.into()).raw(" min · ");
    html.number(card.steps.into()).raw(" steps");
    for language in card.languages.iter().skip(1) {
        html.raw(" · ").text(language);
    }
    html.raw("</span></button>");
}
