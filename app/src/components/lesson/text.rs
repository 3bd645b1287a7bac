//! Draws a lesson's text: blocks and inlines as elements, commands as buttons that type them into the terminal.

use leptos::prelude::*;
use view::{Block, Inline};

use crate::bridge::page;
use crate::components::icon;
use crate::state::layout::PhoneTab;

/// A run of blocks.
pub(super) fn blocks(blocks: &[Block]) -> AnyView {
    blocks
        .iter()
        .map(block)
        .collect::<Vec<AnyView>>()
        .into_any()
}

fn block(block: &Block) -> AnyView {
    match block {
        Block::Heading { text, .. } => view! { <h3>{inlines(text)}</h3> }.into_any(),
        Block::Paragraph(text) => view! { <p>{inlines(text)}</p> }.into_any(),
        Block::Code {
            text, run: true, ..
        } => view! { <p class="command-block">{command(text)}</p> }.into_any(),
        Block::Code { text, .. } => {
            view! { <pre class="scroll" tabindex="0">{text.clone()}</pre> }.into_any()
        }
        Block::List { ordered, items } => {
            let items = items
                .iter()
                .map(|item| view! { <li>{blocks(item)}</li> }.into_any());
            let items: Vec<AnyView> = items.collect();
            if *ordered {
                view! { <ol>{items}</ol> }.into_any()
            } else {
                view! { <ul>{items}</ul> }.into_any()
            }
        }
        Block::Note(text) => view! { <div class="aside">{blocks(text)}</div> }.into_any(),
    }
}

fn inlines(text: &[Inline]) -> AnyView {
    text.iter().map(inline).collect::<Vec<AnyView>>().into_any()
}

fn inline(text: &Inline) -> AnyView {
    match text {
        Inline::Text(text) => text.clone().into_any(),
        Inline::Emphasis(text) => view! { <em>{inlines(text)}</em> }.into_any(),
        Inline::Strong(text) => view! { <strong>{inlines(text)}</strong> }.into_any(),
        Inline::Code { text, run: true } => command(text),
        Inline::Code { text, .. } => view! { <code>{text.clone()}</code> }.into_any(),
        Inline::Link { text, url } => view! {
            <a href=url.clone() target="_blank" rel="noopener noreferrer">
                {inlines(text)}
            </a>
        }
        .into_any(),
    }
}

/// A command: press it and it is typed at the prompt, for the learner to press Enter.
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
