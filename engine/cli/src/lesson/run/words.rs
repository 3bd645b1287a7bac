//! A lesson's text as a terminal can show it.

use view::{Block, Inline};

/// Prints blocks, with an empty line before each.
pub(super) fn show(blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => println!("\n{}", plain(text)),
            Block::Code { text, .. } => {
                println!();
                text.lines().for_each(|line| println!("    {line}"));
            }
            Block::List { items, .. } => items.iter().for_each(|item| show(item)),
            Block::Note(inner) => show(inner),
        }
    }
}

fn plain(text: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) => text.clone(),
        Inline::Code { text, .. } => format!("`{text}`"),
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
            plain(inner)
        }
    };
    text.iter().map(one).collect()
}
