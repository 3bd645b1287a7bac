//! The lessons beside the page: `lessons/index.json`, and a file for each lesson and language.
//!
//! ```text
//!   lessons/index.json              tracks and cards: what the list shows
//!   lessons/pods/01-first-pod.json  the lesson's files, {path: text}, as the engine reads them
//!   lessons/pods/01-first-pod.de.json  the same with its words in German
//! ```
//!
//! Nothing is understood here beyond what the list shows: the engine reads a lesson when it is opened, and `tabernetes
//! lesson check` says what is wrong with it. It takes no time, so it is done at every build, whatever else has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use crate::project;

/// The language of a lesson's own folder.
const FIRST_LANGUAGE: &str = "en";

/// Text files by path, with forward slashes.
pub(crate) type Files = BTreeMap<String, String>;

/// Writes this project's lessons into a site.
pub(crate) fn write(site: &Path) -> Result<()> {
    write_from(&project::path("lessons"), site)
}

/// Writes lessons into a site, where somebody may be reading: what is the same is left alone.
pub(crate) fn write_from(lessons: &Path, site: &Path) -> Result<()> {
    let folder = site.join("lessons");
    let assets = assets(&read(lessons)?)?;
    let there = read(&folder).unwrap_or_default();
    for (name, text) in &assets {
        let path = folder.join(name);
        if there.get(name) != Some(text) {
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    for name in there.keys().filter(|name| !assets.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    Ok(())
}

/// All text files below a folder. What is not text is no lesson's, and left out.
pub(crate) fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?
        {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                files.insert(name, text);
            }
        }
    }
    Ok(files)
}

/// What the site has of these lessons, by path below its `lessons/`.
pub(crate) fn assets(files: &Files) -> Result<Files> {
    let mut out = Files::new();
    let mut tracks = Vec::new();
    let mut cards = Vec::new();
    for (path, text) in files {
        match path.split('/').collect::<Vec<_>>().as_slice() {
            [id, "track.yaml"] => {
                let mut track = yaml(path, text)?;
                track["id"] = json!(id);
                tracks.push(track);
            }
            [track, slug, "lesson.yaml"] => {
                let id = format!("{track}/{slug}");
                let own = below(files, &format!("{id}/"));
                let (card, languages) = card(&id, track, &own)?;
                cards.push(card);
                out.extend(languages.iter().map(|language| {
                    let name = match language.as_str() {
                        FIRST_LANGUAGE => format!("{id}.json"),
                        other => format!("{id}.{other}.json"),
                    };
                    (name, json!(in_language(&own, language)).to_string())
                }));
            }
            _ => {}
        }
    }
    tracks.sort_by_key(|track| track["order"].as_i64());
    let place = |card: &Value| tracks.iter().position(|track| track["id"] == card["track"]);
    cards.sort_by_cached_key(|card| (place(card), card["id"].to_string()));
    let index = json!({ "tracks": tracks, "lessons": cards });
    out.insert("index.json".into(), index.to_string());
    Ok(out)
}

/// The files below a folder, by their path in it.
fn below(files: &Files, folder: &str) -> Files {
    let files = files.range(folder.to_string()..);
    files
        .map_while(|(path, text)| Some((path.strip_prefix(folder)?.to_string(), text.clone())))
        .collect()
}

/// What the list shows of a lesson, and its languages.
fn card(id: &str, track: &str, files: &Files) -> Result<(Value, Vec<String>)> {
    let data = yaml(&format!("{id}/lesson.yaml"), &files["lesson.yaml"])?;
    let english = files
        .get("text.md")
        .map_or(("", String::new()), |t| head(t));
    let mut languages = vec![FIRST_LANGUAGE.to_string()];
    let mut words = serde_json::Map::new();
    for (path, text) in files {
        if let Some((language, "text.md")) = path.split_once('/') {
            let (title, summary) = head(text);
            words.insert(
                language.into(),
                json!({ "title": title, "summary": summary }),
            );
            languages.push(language.to_string());
        }
    }
    let card = json!({
        "id": id,
        "track": track,
        "title": english.0,
        "summary": english.1,
        "minutes": data["minutes"].as_u64().unwrap_or(5),
        "steps": data["steps"].as_array().map_or(0, Vec::len),
        "languages": languages,
        "words": words,
    });
    Ok((card, languages))
}

/// A lesson's files without the words of other languages than this one and English.
fn in_language<'a>(files: &'a Files, language: &str) -> BTreeMap<&'a str, &'a str> {
    let foreign = |path: &str| match path.split_once('/') {
        Some((folder, "text.md")) => folder != language,
        _ => false,
    };
    let files = files.iter().filter(|(path, _)| !foreign(path));
    files
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect()
}

/// A text's title and its first paragraph, without marks.
fn head(text: &str) -> (&str, String) {
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
    let title = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches('#')
        .trim();
    let paragraph: Vec<&str> = lines
        .map(str::trim)
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    (title, paragraph.join(" ").replace(['*', '`'], ""))
}

fn yaml(path: &str, text: &str) -> Result<Value> {
    apimachinery::yaml::parse(text).map_err(|error| anyhow!("lessons/{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_and_a_file_for_each_language() {
        let files = [
            ("README.md", "# How to write one"),
            ("b/track.yaml", "title: Second\norder: 2\n"),
            ("b/01-x/lesson.yaml", "steps: [{id: a}, {id: b}]"),
            ("b/01-x/text.md", "# X\n\nAbout *x*,\nand `y`.\n\nMore.\n"),
            ("b/01-x/de/text.md", "# Das X\n\nVom X.\n"),
            ("b/01-x/files/pod.yml", "kind: Pod"),
            (
                "a/track.yaml",
                "title: First\norder: 1\ntitles: {de: Erste}\n",
            ),
            ("a/01-y/lesson.yaml", "minutes: 3\nsteps: []"),
            ("a/01-y/text.md", "# Y\n"),
        ];
        let files = files.map(|(path, text)| (path.to_string(), text.to_string()));
        let assets = assets(&files.into()).unwrap();
        let names: Vec<&str> = assets.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["a/01-y.json", "b/01-x.de.json", "b/01-x.json", "index.json"]
        );
        let index: Value = serde_json::from_str(&assets["index.json"]).unwrap();
        assert_eq!(index["tracks"][0]["titles"]["de"], "Erste");
        assert_eq!(index["lessons"][0]["id"], "a/01-y");
        let card = &index["lessons"][1];
        assert_eq!(card["summary"], "About x, and y.");
        assert_eq!(card["steps"], 2);
        assert_eq!(card["minutes"], 5);
        assert_eq!(card["languages"], json!(["en", "de"]));
        assert_eq!(card["words"]["de"]["title"], "Das X");
        let german: Value = serde_json::from_str(&assets["b/01-x.de.json"]).unwrap();
        assert_eq!(german["de/text.md"], "# Das X\n\nVom X.\n");
        assert_eq!(german["files/pod.yml"], "kind: Pod");
        let english: Value = serde_json::from_str(&assets["b/01-x.json"]).unwrap();
        assert_eq!(english["de/text.md"], Value::Null);
    }
}
