//! Markdown to the page's text tree.
//!
//! A fenced block of the language `sh` and an inline code that begins with `$ ` are commands to run.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use view::{Block, Inline};

/// Turns the events of one or more blocks into text; stops at the events' end. What the tree has no form for (tables,
/// raw HTML, pictures) is an error that names it.
pub(crate) fn blocks<'a>(
    events: &mut dyn Iterator<Item = Event<'a>>,
) -> Result<Vec<Block>, String> {
    let mut out = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::End(_) => break,
            Event::Start(tag) if !is_inline(&tag) => out.push(block(tag, events)?),
            // A tight list's item has its text without a paragraph around it.
            other => return tight_item(other, events),
        }
    }
    Ok(out)
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Link { .. })
}

fn block<'a>(tag: Tag<'a>, events: &mut dyn Iterator<Item = Event<'a>>) -> Result<Block, String> {
    Ok(match tag {
        Tag::Paragraph => Block::Paragraph(inlines(events)?),
        Tag::Heading { level, .. } => Block::Heading {
            level: depth(level),
            text: inlines(events)?,
        },
        Tag::BlockQuote(_) => Block::Note(blocks(events)?),
        Tag::List(start) => Block::List {
            ordered: start.is_some(),
            items: items(events)?,
        },
        Tag::CodeBlock(kind) => {
            let language = match kind {
                CodeBlockKind::Fenced(language) => language.to_string(),
                CodeBlockKind::Indented => String::new(),
            };
            let mut text = String::new();
            for event in events {
                match event {
                    Event::Text(part) => text.push_str(&part),
                    _ => break,
                }
            }
            Block::Code {
                run: language.split_whitespace().next() == Some("sh"),
                language,
                text,
            }
        }
        Tag::HtmlBlock => return Err(no_form("HTML")),
        other => return Err(no_form(&format!("{other:?}"))),
    })
}

fn no_form(what: &str) -> String {
    format!("a lesson's text has no form for {what}")
}

/// Headings of a lesson's own text begin at level 3 of the Markdown file.
fn depth(level: HeadingLevel) -> u8 {
    (level as u8).saturating_sub(2).clamp(1, 3)
}

fn items<'a>(events: &mut dyn Iterator<Item = Event<'a>>) -> Result<Vec<Vec<Block>>, String> {
    let mut out = Vec::new();
    while let Some(Event::Start(Tag::Item)) = events.next() {
        out.push(blocks(events)?);
    }
    Ok(out)
}

fn tight_item<'a>(
    first: Event<'a>,
    events: &mut dyn Iterator<Item = Event<'a>>,
) -> Result<Vec<Block>, String> {
    let mut text = Vec::new();
    let mut rest = Vec::new();
    let mut next = Some(first);
    while let Some(event) = next {
        match event {
            Event::End(_) => break,
            Event::Start(tag) if !is_inline(&tag) => rest.push(block(tag, events)?),
            other => text.push(inline(other, events)?),
        }
        next = events.next();
    }
    let mut out = vec![Block::Paragraph(text)];
    out.extend(rest);
    Ok(out)
}

/// The inlines up to the end of the block or span that holds them.
pub(crate) fn inlines<'a>(
    events: &mut dyn Iterator<Item = Event<'a>>,
) -> Result<Vec<Inline>, String> {
    let mut out: Vec<Inline> = Vec::new();
    while let Some(event) = events.next() {
        if matches!(event, Event::End(_)) {
            break;
        }
        let inline = inline(event, events)?;
        match (out.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(more)) => before.push_str(&more),
            (_, inline) => out.push(inline),
        }
    }
    Ok(out)
}

fn inline<'a>(
    event: Event<'a>,
    events: &mut dyn Iterator<Item = Event<'a>>,
) -> Result<Inline, String> {
    Ok(match event {
        Event::Text(text) => Inline::Text(text.to_string()),
        Event::SoftBreak | Event::HardBreak => Inline::Text(" ".into()),
        Event::Code(text) => match text.strip_prefix("$ ") {
            Some(command) => Inline::Code {
                text: command.to_owned(),
                run: true,
            },
            None => Inline::Code {
                text: text.to_string(),
                run: false,
            },
        },
        Event::Start(Tag::Emphasis) => Inline::Emphasis(inlines(events)?),
        Event::Start(Tag::Strong) => Inline::Strong(inlines(events)?),
        Event::Start(Tag::Link { dest_url, .. }) => {
            if !dest_url.starts_with("https://") {
                return Err(format!(
                    "a link must be an https: address, not {dest_url:?}"
                ));
            }
            Inline::Link {
                url: dest_url.to_string(),
                text: inlines(events)?,
            }
        }
        Event::Start(Tag::Image { .. }) => return Err(no_form("pictures")),
        Event::Html(_) | Event::InlineHtml(_) => return Err(no_form("HTML")),
        other => return Err(no_form(&format!("{other:?}"))),
    })
}

/// The end of a heading's events is its own; used by the splitter to read a title as plain text.
pub(crate) fn plain(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code { text, .. } => text.clone(),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
                plain(inner)
            }
        })
        .collect()
}

/// Whether an event ends a heading.
pub(crate) fn ends_heading(event: &Event<'_>) -> bool {
    matches!(event, Event::End(TagEnd::Heading(_)))
}
