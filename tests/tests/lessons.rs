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
    let texts = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let library = Library::from_files(texts).unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", errors.join("\n"))
    });
    assert!(
        !library.lessons().is_empty(),
        "there is no lesson in {}",
        folder.display()
    );
    let mut wrong = Vec::new();
    for lesson in library.lessons() {
        for finding in lessons::check(lesson) {
            wrong.push(format!(
                "{} {}: {}",
                lesson.id, finding.step, finding.message
            ));
        }
    }
    println!("checked {} lessons", library.lessons().len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
