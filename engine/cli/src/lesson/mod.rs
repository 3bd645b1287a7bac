//! `tabernetes lesson`: what lesson authors use, and lessons on a real cluster.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use lesson::Library;

mod check;
mod new;
mod run;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check that every lesson is valid, unsolved at its start and solved by its solution
    Check(check::Options),
    /// Make a lesson to begin with
    New(new::Options),
    /// Take a lesson on a real cluster, in this terminal
    Run(run::Options),
}

pub(crate) fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Check(options) => check::run(options),
        Command::New(options) => new::run(options),
        Command::Run(options) => run::run(options),
    }
}

/// The name of the file that makes a folder a lesson, and of the one that makes it a track.
const LESSON: &str = "lesson.yaml";
const TRACK: &str = "track.yaml";

/// Reads the files of a folder of lessons, by their path in it. A track's own folder, or a lesson's, stands for itself alone.
fn files(dir: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let place = || format!("reading {}", dir.display());
    let within = dir.canonicalize().with_context(place)?;
    let above = |levels: usize| within.ancestors().nth(levels).unwrap_or(&within);
    let root = if within.join(LESSON).is_file() {
        let track = above(1).join(TRACK);
        if track.is_file() {
            take(above(2), &track, &mut files).with_context(place)?;
        }
        above(2)
    } else if within.join(TRACK).is_file() {
        above(1)
    } else {
        &within
    };
    read(root, &within, &mut files).with_context(place)?;
    Ok(files)
}

/// Reads lessons. What is wrong with them is printed, and then there are none.
fn library(dir: &Path, files: &[(String, String)]) -> Result<Option<Library>> {
    let texts = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    match Library::from_files(texts) {
        Ok(library) if library.lessons().is_empty() => {
            bail!("there is no lesson in {}", dir.display())
        }
        Ok(library) => Ok(Some(library)),
        Err(errors) => {
            errors.iter().for_each(|error| println!("{error}"));
            println!("{} mistakes in the lessons' files", errors.len());
            Ok(None)
        }
    }
}

/// All text files below `folder`, by their path relative to `root`. What begins with a dot is an editor's or a system's.
fn read(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path: PathBuf = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            read(root, &path, files)?;
        } else {
            take(root, &path, files)?;
        }
    }
    Ok(())
}

/// One file, which must be a text.
fn take(root: &Path, path: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let Ok(text) = String::from_utf8(bytes) else {
        bail!(
            "{} is no text, and a lesson has text files only",
            path.display()
        );
    };
    let name = path
        .strip_prefix(root)?
        .iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/");
    files.push((name, text));
    Ok(())
}
