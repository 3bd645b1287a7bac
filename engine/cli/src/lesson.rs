//! `tabernetes lesson`: what lesson authors use.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;
use cluster::lessons::{self, Finding};
use lesson::Library;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check that every lesson is valid, unsolved at its start and solved by its solution
    Check {
        /// Folder of lessons
        #[arg(default_value = "lessons")]
        dir: PathBuf,
    },
}

pub(crate) fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Check { dir } => check(dir),
    }
}

fn check(dir: &Path) -> Result<ExitCode> {
    let mut files = Vec::new();
    read(dir, dir, &mut files).with_context(|| format!("reading {}", dir.display()))?;
    let library = match Library::from_files(
        files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    ) {
        Ok(library) => library,
        Err(errors) => {
            errors.iter().for_each(|error| println!("{error}"));
            println!("{} lesson files are wrong", errors.len());
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut wrong = 0;
    for lesson in library.lessons() {
        let findings = lessons::check(lesson);
        println!(
            "{} {} ({} steps)",
            if findings.is_empty() {
                "ok   "
            } else {
                "WRONG"
            },
            lesson.id,
            lesson.data.steps.len()
        );
        for Finding { step, message } in &findings {
            println!("      {step}: {message}");
        }
        wrong += usize::from(!findings.is_empty());
    }
    println!("{} lessons, {wrong} wrong", library.lessons().len());
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// All text files below `folder`, by their path relative to `root`.
fn read(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            read(root, &path, files)?;
        } else {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("reading {}", path.display()))?;
            let name = path
                .strip_prefix(root)?
                .iter()
                .map(|part| part.to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            files.push((name, text));
        }
    }
    Ok(())
}
