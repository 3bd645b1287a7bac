//! Every lesson under `lessons/`: valid, unsolved at its start, solved by its solution and by its alternatives, not by what
//! it warns of; its words fit into its minutes, and the commands in them run and print what they say; no two are alike. As
//! `tabernetes lesson check` does.
//!
//! `LESSONS=FOLDER` checks another folder of lessons.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use cluster::lessons;
use lesson::Library;

#[test]
fn every_lesson_can_be_played() {
    let folder = std::env::var_os("LESSONS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons"),
        PathBuf::from,
    );
    let mut files = Vec::new();
    read(&folder, &folder, &mut files).unwrap_or_else(|error| panic!("{error:#}"));
    let library = match library(&files) {
        Ok(library) => library,
        Err(errors) => panic!("{}", errors.join("\n")),
    };
    let count = library.lessons().len();
    assert!(count > 0, "there is no lesson");
    let alike = library.alike();
    assert!(alike.is_empty(), "too much alike: {alike:?}");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| check(&files, &next)))
            .collect();
        let parts = parts.into_iter();
        parts
            .flat_map(|part| part.join().expect("a part of the lessons is checked"))
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn library(files: &[(String, String)]) -> Result<Library, Vec<String>> {
    let texts = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    Library::from_files(texts).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

/// What is wrong with the lessons that nobody else has taken yet.
fn check(files: &[(String, String)], next: &AtomicUsize) -> Vec<String> {
    let Ok(library) = library(files) else {
        return Vec::new();
    };
    let mut wrong = Vec::new();
    while let Some(lesson) = library.lessons().get(next.fetch_add(1, Ordering::Relaxed)) {
        let mut findings = lessons::check(lesson);
        findings.extend(lessons::check_text(lesson));
        let findings = findings.into_iter();
        wrong.extend(
            findings.map(|finding| format!("{} {}: {}", lesson.id, finding.step, finding.message)),
        );
    }
    wrong
}

/// All files below `folder`, by their path relative to `root`.
fn read(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            read(root, &path, files)?;
        } else {
            let text =
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let name = path
                .strip_prefix(root)?
                .to_string_lossy()
                .replace('\\', "/");
            files.push((name, text));
        }
    }
    Ok(())
}
