//! `tabernetes lesson check`: plays every lesson and says what is wrong with it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use cluster::lessons::{self, Finding};
use lesson::Lesson;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Folder of lessons, of a track, or of one lesson
    #[arg(default_value = "lessons")]
    dir: PathBuf,
    /// Only lessons whose name contains this, such as `pods/` or `02-rolling`
    #[arg(long, value_name = "PART")]
    only: Option<String>,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let Some(library) = super::library(&options.dir, &super::files(&options.dir)?)? else {
        return Ok(ExitCode::FAILURE);
    };
    let wanted = |lesson: &&Lesson| {
        let only = options.only.as_deref();
        only.is_none_or(|part| lesson.id.contains(part))
    };
    let chosen: Vec<&Lesson> = library.lessons().iter().filter(wanted).collect();
    if chosen.is_empty() {
        bail!("no lesson is called like that");
    }
    let mut wrong = 0;
    for lesson in &chosen {
        let mut findings = lessons::check(lesson);
        findings.extend(lessons::check_text(lesson));
        let verdict = if findings.is_empty() {
            "ok   "
        } else {
            "WRONG"
        };
        let languages: String = lesson.languages.iter().map(|l| format!(", {l}")).collect();
        println!(
            "{verdict} {} ({} steps{languages})",
            lesson.id,
            lesson.data.steps.len()
        );
        for Finding { step, message } in &findings {
            println!("      {step}: {}", message.replace('\n', "\n        "));
        }
        wrong += usize::from(!findings.is_empty());
    }
    let alike = library.alike();
    for (one, other, why) in &alike {
        println!("ALIKE {one} and {other}: {why}");
    }
    println!(
        "{} lessons, {wrong} wrong, {} alike",
        chosen.len(),
        alike.len()
    );
    Ok(if wrong == 0 && alike.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
