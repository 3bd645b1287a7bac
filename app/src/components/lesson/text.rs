//! Writes a lesson's text: blocks and inlines as elements, commands as buttons that type them into the terminal.

use leptos::prelude::*;
use view::{Block, Inline};

use crate::bridge::page;
use crate::components::icon;
use crate::components::markup::Html;
use crate::state::layout::PhoneTab;

/// A run of blocks.
pub(super) fn blocks(html: &mut Html, blocks: &[Block]) {
    for text in blocks {
        block(html, text);
    }
}

fn block(html: &mut Html, block: &Block) {
    match block {
        Block::Heading { text, .. } => wrapped(html, "h3", text),
        Block::Paragraph(text) => wrapped(html, "p", text),
        Block::Code {
            text, run: true, ..
        } => {
            html.raw("<p class=\"command-block\">");
            chip(html, text);
            html.raw("</p>");
        }
        Block::Code { text, .. } => {
            html.raw("<pre class=\"scroll\" tabindex=\"0\">");
            html.text(text).raw("</pre>");
        }
        Block::List { ordered, items } => {
            let list = if *ordered { "ol" } else { "ul" };
            html.open(list, "");
            for item in items {
                html.raw("<li>");
                blocks(html, item);
                html.raw("</li>");
            }
            html.close(list);
        }
        Block::Note(text) => {
            html.raw("<div class=\"aside\">");
            blocks(html, text);
            html.raw("</div>");
        }
    }
}

fn wrapped(html: &mut Html, element: &str, text: &[Inline]) {
    html.open(element, "");
    inlines(html, text);
    html.close(element);
}

/// A run of inlines.
pub(super) fn inlines(html: &mut Html, text: &[Inline]) {
    for text in text {
        inline(html, text);
    }
}

fn inline(html: &mut Html, text: &Inline) {
    match text {
        Inline::Text(text) => drop(html.text(text)),
        Inline::Emphasis(text) => wrapped(html, "em", text),
        Inline::Strong(text) => wrapped(html, "strong", text),
        Inline::Code { text, run: true } => chip(html, text),
        Inline::Code { text, .. } => drop(html.tag("code", "", text)),
        Inline::Link { text, url } => {
            html.raw("<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"");
            html.text(url).raw("\">");
            inlines(html, text);
            html.raw("</a>");
        }
    }
}

/// A command: press it and it is typed at the prompt, for the learner to press Enter.
pub(super) fn chip(html: &mut Html, line: &str) {
    let line = line.trim_end();
    html.raw(
        "<button class=\"command\" title=\"Type it into the terminal\" data-do=\"type\" data-of=\"",
    );
    html.text(line).raw("\">").icon(icon::PROMPT);
    html.raw("<span>").text(line).raw("</span></button>");
}

/// The same as a view of its own.
pub(crate) fn command(line: &str) -> AnyView {
    let (stores, _) = page();
    let line = line.trim_end().to_owned();
    let typed = line.clone();
    let propose = move |_| {
        stores.layout.show(PhoneTab::Terminal);
        stores.terminal.propose(&typed);
    };
    view! {
        <button class="command" title="Type it into the terminal" on:click=propose>
            {icon::icon(icon::PROMPT)}
            <span>{line}</span>
        </button>
    }
    .into_any()
}
