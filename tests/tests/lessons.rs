//! Every lesson under `lessons/`: valid, unsolved at its start, solved by its solution and by its alternatives, not by what
//! it warns of. As `tabernetes lesson check` does.
//!
//! `LESSONS=FOLDER` checks another folder of lessons.

use std::path::{Path, PathBuf};

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
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                let files = &files;
                scope.spawn(move || check(files, part, threads))
            })
            .collect();
        let parts = parts.into_iter();
        parts
            .flat_map(|part| part.join().expect("a part of the lessons is checked"))
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with every `of`th lesson, beginning with number `part`.
fn check(files: &[(String, String)], part: usize, of: usize) -> Vec<String> {
    let texts = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let library = match Library::from_files(texts) {
        Ok(library) => library,
        Err(errors) if part == 0 => return errors.iter().map(ToString::to_string).collect(),
        Err(_) => return Vec::new(),
    };
    if library.lessons().is_empty() {
        return vec!["there is no lesson".to_owned()];
    }
    let lessons = library.lessons().iter().skip(part).step_by(of);
    lessons
        .flat_map(|lesson| {
            let findings = lessons::check(lesson).into_iter();
            findings.map(|finding| format!("{} {}: {}", lesson.id, finding.step, finding.message))
        })
        .collect()
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
