//! Lesson text, already parsed: a small tree of blocks and inlines.
//!
//! The engine reads a lesson's Markdown and the page draws this tree as elements. There is no HTML in it, so a lesson
//! from anywhere can never bring markup or script of its own into the page.

use serde::{Deserialize, Serialize};

/// A block of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// A heading inside a lesson: 1 is the largest one below the lesson's title.
    Heading {
        /// 1 to 3.
        level: u8,
        /// Its text.
        text: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A fenced block.
    Code {
        /// For example `yaml`; empty if none was given.
        language: String,
        /// The text, with line breaks.
        text: String,
        /// Whether it is a command to run: gets a button that types it into the terminal.
        run: bool,
    },
    /// A list; every item is blocks.
    List {
        /// Numbered.
        ordered: bool,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A block quote: shown as a note beside the text.
    Note(Vec<Block>),
}

/// A piece of text in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inline {
    /// Plain.
    Text(String),
    /// Emphasised.
    Emphasis(Vec<Inline>),
    /// Strong.
    Strong(Vec<Inline>),
    /// Code in the line.
    Code {
        /// The text.
        text: String,
        /// Whether it is a command to run: gets a button that types it into the terminal.
        run: bool,
    },
    /// A link to another site or page; always opened in a new tab.
    Link {
        /// What is shown.
        text: Vec<Inline>,
        /// An `https:` address.
        url: String,
    },
}
