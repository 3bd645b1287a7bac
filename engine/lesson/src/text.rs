//! The words of a lesson: `text.md`.
//!
//! One file holds every word of a lesson, so that a translator has one file to translate. Headings carry what joins
//! them to `lesson.yaml`: `{#id}` names a section, `{.class}` says what a part of it is.
//!
//! ```markdown
//! # Your first Pod
//! One sentence for the list of lessons.
//!
//! What comes before the first step …
//!
//! ## Create a Pod {#create}
//! What to do, and why.
//! ### Checks {.checks}
//! - `created` **A Pod named example-pod exists.** There is none yet: has the command been run?
//! ### Hint {.hint}
//! ### Watch the map {.watch}
//!
//! ## In production {#production}
//! ## What you learned {#learned}
//! ## Questions {#questions}
//! ### Why is there no …?
//! - [ ] An answer. Why it is not so.
//! - [x] The right answer. Why it is so.
//! ## Go on reading {#links}
//! ```

use std::collections::BTreeMap;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};
use view::{Block, Inline};

use crate::markdown::{blocks, ends_heading, inlines, plain};

/// How deep lists, quotations and emphasis may be nested.
const DEEPEST: i32 = 16;

/// The words of a lesson in one language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// The lesson's title.
    pub title: String,
    /// One sentence for the list of lessons: the first paragraph.
    pub summary: String,
    /// What comes before the first step.
    pub intro: Vec<Block>,
    /// The steps by id.
    pub steps: BTreeMap<String, StepText>,
    /// What is different, or the same, on a production cluster.
    pub production: Vec<Block>,
    /// What was learned.
    pub learned: Vec<Block>,
    /// Questions with explained answers.
    pub questions: Vec<Question>,
    /// Where to go on reading.
    pub links: Vec<Block>,
}

/// The words of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepText {
    /// A short line in the imperative.
    pub title: String,
    /// What to do and why.
    pub body: Vec<Block>,
    /// Hints, the gentlest first.
    pub hints: Vec<Vec<Block>>,
    /// What to watch on the map.
    pub watch: Vec<Block>,
    /// The checks by id.
    pub checks: BTreeMap<String, CheckText>,
}

/// The words of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckText {
    /// What must be so.
    pub label: String,
    /// What is said while it is not so: why, and what to look at.
    pub why: String,
}

/// A question and its answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// The question.
    pub question: String,
    /// Answers: whether it is right, and its text with the explanation.
    pub answers: Vec<(bool, Vec<Inline>)>,
}

/// A heading with what follows it up to the next heading of any level.
struct Section<'a> {
    level: HeadingLevel,
    id: Option<String>,
    class: Option<String>,
    title: String,
    events: Vec<Event<'a>>,
}

impl Text {
    /// Reads a `text.md`.
    ///
    /// # Errors
    /// A sentence that says what is missing or not understood, and in which section.
    pub fn parse(markdown: &str) -> Result<Self, String> {
        let mut sections = split(markdown)?.into_iter();
        let first = sections.next().filter(|s| s.level == HeadingLevel::H1);
        let Some(first) = first else {
            return Err("text.md must begin with `# Title`".into());
        };
        let mut text = Self {
            title: first.title.clone(),
            ..Self::default()
        };
        let mut intro = first.blocks()?;
        if !matches!(intro.first(), Some(Block::Paragraph(_))) {
            return Err("a paragraph with the lesson's summary must follow its title".into());
        }
        if let Block::Paragraph(summary) = intro.remove(0) {
            text.summary = plain(&summary);
        }
        text.intro = intro;
        let mut open: Option<String> = None;
        for section in sections {
            match section.level {
                HeadingLevel::H2 => open = Some(text.section(section)?),
                HeadingLevel::H3 => text.part(open.as_deref(), section)?,
                level => {
                    return Err(format!(
                        "{:?}: a heading of level {level} has no meaning here",
                        section.title
                    ));
                }
            }
        }
        Ok(text)
    }

    /// The same in another language: what that leaves out stays as it is here. Says what it has that belongs to nothing.
    #[must_use]
    pub fn translated(mut self, other: Self) -> (Self, Vec<String>) {
        let mut strange = Vec::new();
        self.title = other.title;
        self.summary = other.summary;
        keep(&mut self.intro, other.intro);
        for (id, words) in other.steps {
            let Some(step) = self.steps.get_mut(&id) else {
                strange.push(format!("the section {{#{id}}} is not in the English text"));
                continue;
            };
            step.title = words.title;
            keep(&mut step.body, words.body);
            keep(&mut step.hints, words.hints);
            keep(&mut step.watch, words.watch);
            for (check, words) in words.checks {
                match step.checks.get_mut(&check) {
                    Some(known) => *known = words,
                    None => strange.push(format!(
                        "the check {check:?} of step {id:?} is not in the English text"
                    )),
                }
            }
        }
        keep(&mut self.production, other.production);
        keep(&mut self.learned, other.learned);
        keep(&mut self.questions, other.questions);
        keep(&mut self.links, other.links);
        (self, strange)
    }

    /// A section of level 2; its id.
    fn section(&mut self, section: Section<'_>) -> Result<String, String> {
        let Some(id) = section.id.clone() else {
            return Err(format!(
                "{:?}: a heading of level 2 needs an id such as {{#create}}",
                section.title
            ));
        };
        let body = section.blocks()?;
        match id.as_str() {
            "production" => self.production = body,
            "learned" => self.learned = body,
            "links" => self.links = body,
            "questions" if body.is_empty() => {}
            "questions" => return Err("questions begin with a heading of level 3 each".into()),
            _ => {
                let step = StepText {
                    title: section.title,
                    body,
                    ..StepText::default()
                };
                if self.steps.insert(id.clone(), step).is_some() {
                    return Err(format!("two sections have the id {id:?}"));
                }
            }
        }
        Ok(id)
    }

    /// A section of level 3: a part of the section of level 2 that is open.
    fn part(&mut self, open: Option<&str>, section: Section<'_>) -> Result<(), String> {
        if open == Some("questions") {
            self.questions.push(question(section)?);
            return Ok(());
        }
        let Some(step) = open.and_then(|id| self.steps.get_mut(id)) else {
            return Err(format!(
                "{:?}: this heading belongs to no step",
                section.title
            ));
        };
        match section.class.as_deref() {
            Some("hint") => step.hints.push(section.blocks()?),
            Some("watch") => step.watch = section.blocks()?,
            Some("checks") => step.checks = checks(section)?,
            _ => {
                return Err(format!(
                    "{:?}: say what it is: {{.checks}}, {{.hint}} or {{.watch}}",
                    section.title
                ));
            }
        }
        Ok(())
    }
}

/// Takes what another language has, if it has any.
fn keep<T>(place: &mut Vec<T>, other: Vec<T>) {
    if !other.is_empty() {
        *place = other;
    }
}

impl Section<'_> {
    fn blocks(&self) -> Result<Vec<Block>, String> {
        blocks(&mut self.events.iter().cloned()).map_err(|e| format!("{:?}: {e}", self.title))
    }
}

fn split(markdown: &str) -> Result<Vec<Section<'_>>, String> {
    let options = Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TASKLISTS;
    let mut sections: Vec<Section<'_>> = Vec::new();
    shape(Parser::new_ext(markdown, options))?;
    let mut events = Parser::new_ext(markdown, options);
    while let Some(event) = events.next() {
        match (event, sections.last_mut()) {
            (
                Event::Start(Tag::Heading {
                    level, id, classes, ..
                }),
                _,
            ) => {
                let title = plain(&inlines(
                    &mut events.by_ref().take_while(|e| !ends_heading(e)),
                )?);
                let class = classes.first().map(ToString::to_string);
                let id = id.map(|id| id.to_string());
                sections.push(Section {
                    level,
                    id,
                    class,
                    title,
                    events: Vec::new(),
                });
            }
            (event, Some(section)) => section.events.push(event),
            (_, None) => return Err("text.md must begin with `# Title`".into()),
        }
    }
    Ok(sections)
}

/// Nothing is nested deeper than a reader would follow (and than our own walk could), and headings stand for themselves.
fn shape<'a>(events: impl Iterator<Item = Event<'a>>) -> Result<(), String> {
    let mut depth = 0;
    for event in events {
        match event {
            Event::Start(Tag::Heading { .. }) if depth > 0 => {
                return Err("a heading has no place in a list or a quotation".into());
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth > DEEPEST {
            return Err(format!("is nested deeper than {DEEPEST} levels"));
        }
    }
    Ok(())
}

/// `- ` items of a code with the check's id, its label in bold, and why it does not hold yet.
fn checks(section: Section<'_>) -> Result<BTreeMap<String, CheckText>, String> {
    let mut out = BTreeMap::new();
    for block in section.blocks()? {
        let Block::List { items, .. } = block else {
            return Err(format!("{:?}: checks are a list", section.title));
        };
        for item in items {
            let Some(Block::Paragraph(words)) = item.into_iter().next() else {
                continue;
            };
            let mut words = words
                .into_iter()
                .filter(|w| !matches!(w, Inline::Text(t) if t.trim().is_empty()));
            let (Some(Inline::Code { text: id, .. }), Some(Inline::Strong(label))) =
                (words.next(), words.next())
            else {
                return Err(format!(
                    "{:?}: a check is written - `id` **what must be so** why it is not yet",
                    section.title
                ));
            };
            let why: Vec<Inline> = words.collect();
            out.insert(
                id,
                CheckText {
                    label: plain(&label),
                    why: plain(&why).trim().to_owned(),
                },
            );
        }
    }
    Ok(out)
}

/// A heading with the question and a task list with the answers.
fn question(section: Section<'_>) -> Result<Question, String> {
    let mut question = Question {
        question: section.title.clone(),
        answers: Vec::new(),
    };
    let mut events = section.events.into_iter().peekable();
    while let Some(event) = events.next() {
        if let Event::TaskListMarker(right) = event {
            question.answers.push((right, inlines(&mut events)?));
        }
    }
    if question.answers.iter().filter(|(right, _)| *right).count() != 1 {
        return Err(format!(
            "{:?}: a question has exactly one answer marked [x]",
            question.question
        ));
    }
    Ok(question)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r"# Your first Pod

What a Pod is, *briefly*.

Before we begin: `$ kubectl get pods`.

## Create it {#create}

Run this:

```sh
kubectl create -f example-pod.yml
```

### Checks {.checks}

- `created` **A Pod named example-pod exists.** There is none yet.

### Hint {.hint}

Look at the file.

### Watch the map {.watch}

A tile appears.

## What you learned {#learned}

Much.

## Questions {#questions}

### Where does it run?

- [ ] Nowhere. It is pending only for a while.
- [x] On a node. The scheduler chose it.
";

    #[test]
    fn a_text_is_read_whole() {
        let text = Text::parse(TEXT).expect("valid");
        assert_eq!(text.title, "Your first Pod");
        assert_eq!(text.summary, "What a Pod is, briefly.");
        assert_eq!(text.intro.len(), 1);
        let step = &text.steps["create"];
        assert_eq!(step.title, "Create it");
        assert!(
            matches!(&step.body[1], Block::Code { run: true, text, .. } if text == "kubectl create -f example-pod.yml\n")
        );
        assert_eq!(step.hints.len(), 1);
        assert_eq!(step.watch.len(), 1);
        let check = &step.checks["created"];
        assert_eq!(
            (check.label.as_str(), check.why.as_str()),
            ("A Pod named example-pod exists.", "There is none yet.")
        );
        assert_eq!(text.questions[0].answers.len(), 2);
        assert!(text.questions[0].answers[1].0);
    }

    #[test]
    fn another_language_falls_back_by_section() {
        let english = Text::parse(TEXT).expect("valid");
        let german = Text::parse(
            "# Dein erster Pod\n\nKurz.\n\n## Lege ihn an {#create}\n\n## Neu {#new}\n",
        );
        let (text, strange) = english.clone().translated(german.expect("valid"));
        assert_eq!(text.title, "Dein erster Pod");
        assert_eq!(text.steps["create"].title, "Lege ihn an");
        assert_eq!(text.steps["create"].body, english.steps["create"].body);
        assert_eq!(text.questions, english.questions);
        assert_eq!(strange, ["the section {#new} is not in the English text"]);
    }

    #[test]
    fn what_is_wrong_is_said_and_where() {
        for (markdown, want) in [
            ("Hello", "text.md must begin with `# Title`"),
            (
                "# A\n",
                "a paragraph with the lesson's summary must follow its title",
            ),
            (
                "# A\nb\n## C\n",
                r#""C": a heading of level 2 needs an id such as {#create}"#,
            ),
            (
                "# A\nb\n### C {.hint}\n",
                r#""C": this heading belongs to no step"#,
            ),
            ("# A\nb\n\n<b>x</b>\n", "no form for"),
            ("# A\nb [c](http://d)\n", "must be an https: address"),
            (
                "# A\nb\n## C {#c}\n## D {#c}\n",
                r#"two sections have the id "c""#,
            ),
            (
                "# A\nb\n## Q {#questions}\n### Why?\n- [ ] no\n",
                "exactly one answer",
            ),
        ] {
            let error = Text::parse(markdown).expect_err(markdown);
            assert!(error.contains(want), "{markdown:?}: {error}");
        }
    }
}
