//! Names every script, module and style sheet by its content, so that a browser may keep it for ever.
//!
//! `app.js` becomes `app-1f3a….js`, and so on from the leaves up: a file is renamed after what it mentions has been,
//! since that changes its own content. A mention is a quoted relative path (`'./app_bg.wasm'`, `"assets/main.css"`), as
//! written by a person in `index.html` or by wasm-bindgen and esbuild in scripts. `index.html`, licences, fonts (which
//! esbuild has named already) and everything from `public/` keep their names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::project;

/// Renames the files of a built site in place.
pub(super) fn apply(site: &Path) -> Result<()> {
    let mut files = BTreeMap::new();
    read_tree(site, "", &mut files)?;
    let kept = kept_names(&files)?;
    let mut renamed = revise(files, &kept)?;
    list_for_offline(&mut renamed.files)?;
    for old in renamed.old_names() {
        fs::remove_file(site.join(old)).with_context(|| format!("cannot remove {old}"))?;
    }
    for (name, bytes) in &renamed.files {
        fs::write(site.join(name), bytes).with_context(|| format!("cannot write {name}"))?;
    }
    Ok(())
}

/// Writes into the service worker which files a visit needs; the editor it keeps when it is opened.
fn list_for_offline(files: &mut Files) -> Result<()> {
    let needed = |name: &&String| {
        let extension = name.rsplit('.').next().unwrap_or_default();
        matches!(extension, "js" | "wasm" | "css" | "woff2" | "svg" | "txt")
            && !name.starts_with("assets/editor")
            && !matches!(name.as_str(), "sw.js" | "assets/LICENSES.txt")
    };
    let names: Vec<&String> = files.keys().filter(needed).collect();
    let list = format!("const FILES = {};", serde_json::to_string(&names)?);
    let Some(worker) = files.get("sw.js") else {
        bail!("public/sw.js is missing");
    };
    const PLACE: &str = "const FILES = [];";
    let text = String::from_utf8_lossy(worker);
    if !text.contains(PLACE) {
        bail!("sw.js has no place for the list of files: {PLACE}");
    }
    let text = text.replacen(PLACE, &list, 1);
    files.insert("sw.js".into(), text.into_bytes());
    Ok(())
}

/// A site's files by path, with forward slashes.
type Files = BTreeMap<String, Vec<u8>>;

struct Revised {
    files: Files,
    /// From old to new path, renamed files only.
    names: BTreeMap<String, String>,
}

impl Revised {
    fn old_names(&self) -> impl Iterator<Item = &String> {
        self.names.keys()
    }
}

fn read_tree(dir: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_tree(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Files that came from `public/`, and wasm-bindgen's snippets: their folder is named by content already, and their paths
/// are also the names under which a module looks up its imports.
fn kept_names(files: &Files) -> Result<BTreeSet<String>> {
    let mut public = Files::new();
    let folder = project::path("public");
    if folder.is_dir() {
        read_tree(&folder, "", &mut public)?;
    }
    Ok(files
        .keys()
        .filter(|name| public.contains_key(*name) || name.starts_with("snippets/"))
        .cloned()
        .collect())
}

fn is_renamed(name: &str, kept: &BTreeSet<String>) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default();
    matches!(extension, "js" | "wasm" | "css") && !kept.contains(name)
}

fn has_mentions(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default();
    matches!(extension, "js" | "css" | "html")
}

/// Renames files and rewrites mentions, from the leaves up.
fn revise(mut files: Files, kept: &BTreeSet<String>) -> Result<Revised> {
    let targets: Vec<String> = files
        .keys()
        .filter(|name| is_renamed(name, kept))
        .cloned()
        .collect();
    let mut waiting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, bytes) in &files {
        let mut mentioned = BTreeSet::new();
        if has_mentions(name) {
            let text = String::from_utf8_lossy(bytes);
            for target in &targets {
                if target != name
                    && spellings(name, target)
                        .iter()
                        .any(|path| mentions(&text, path))
                {
                    mentioned.insert(target.clone());
                }
            }
        }
        waiting.insert(name.clone(), mentioned);
    }
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    while !waiting.is_empty() {
        let Some(name) = waiting
            .iter()
            .find(|(_, mentioned)| mentioned.is_subset(&done))
            .map(|(name, _)| name.clone())
        else {
            bail!(
                "these files mention each other in a circle, so none can be named by its content: {waiting:?}"
            );
        };
        let mentioned = waiting.remove(&name).unwrap_or_default();
        let mut bytes = files.remove(&name).unwrap_or_default();
        if !mentioned.is_empty() {
            let mut text =
                String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))?;
            for target in &mentioned {
                text = rewrite(&text, &name, target, &names[target]);
            }
            bytes = text.into_bytes();
        }
        let new_name = if is_renamed(&name, kept) {
            with_hash(&name, &bytes)
        } else {
            name.clone()
        };
        if new_name != name {
            names.insert(name.clone(), new_name.clone());
        }
        files.insert(new_name, bytes);
        done.insert(name);
    }
    Ok(Revised { files, names })
}

/// How a file may write another's path: relative to itself, with or without `./`.
fn spellings(from: &str, to: &str) -> [String; 2] {
    let from_dirs: Vec<&str> = from.split('/').collect();
    let from_dirs = &from_dirs[..from_dirs.len() - 1];
    let to_parts: Vec<&str> = to.split('/').collect();
    let common = from_dirs
        .iter()
        .zip(&to_parts[..to_parts.len() - 1])
        .take_while(|(a, b)| a == b)
        .count();
    let mut path = "../".repeat(from_dirs.len() - common);
    path.push_str(&to_parts[common..].join("/"));
    [format!("./{path}"), path]
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

fn mentions(text: &str, path: &str) -> bool {
    QUOTES
        .iter()
        .any(|quote| text.contains(&format!("{quote}{path}{quote}")))
}

fn rewrite(text: &str, from: &str, old: &str, new: &str) -> String {
    let mut text = text.to_string();
    for (old_path, new_path) in spellings(from, old).iter().zip(spellings(from, new).iter()) {
        for quote in QUOTES {
            text = text.replace(
                &format!("{quote}{old_path}{quote}"),
                &format!("{quote}{new_path}{quote}"),
            );
        }
    }
    text
}

fn with_hash(name: &str, bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("{stem}-{:016x}.{extension}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> Files {
        files
            .iter()
            .map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn a_mention_follows_its_file_and_renames_what_mentions_it() {
        let before = site(&[
            (
                "index.html",
                r#"<script src="./app.js"></script><link href="assets/main.css">"#,
            ),
            (
                "app.js",
                "new URL('app_bg.wasm', import.meta.url); import './snippets/x/inline0.js'",
            ),
            ("app_bg.wasm", "one"),
            (
                "snippets/x/inline0.js",
                "export const y = \"../../app.css\"",
            ),
            ("assets/main.css", ""),
            ("app.css", ""),
        ]);
        let mut changed = before.clone();
        changed.insert("app_bg.wasm".into(), b"two".to_vec());
        let one = revise(before, &BTreeSet::new()).unwrap();
        let two = revise(changed, &BTreeSet::new()).unwrap();
        for revised in [&one, &two] {
            let index = String::from_utf8(revised.files["index.html"].clone()).unwrap();
            assert!(
                index.contains(&format!("\"./{}\"", revised.names["app.js"])),
                "{index}"
            );
            assert!(
                index.contains(&format!("\"{}\"", revised.names["assets/main.css"])),
                "{index}"
            );
            let app = String::from_utf8(revised.files[&revised.names["app.js"]].clone()).unwrap();
            assert!(
                app.contains(&format!("'{}'", revised.names["app_bg.wasm"])),
                "{app}"
            );
            assert!(
                app.contains(&format!("'./{}'", revised.names["snippets/x/inline0.js"])),
                "{app}"
            );
            let snippet = &revised.files[&revised.names["snippets/x/inline0.js"]];
            let snippet = String::from_utf8(snippet.clone()).unwrap();
            assert!(
                snippet.contains(&format!("../../{}", revised.names["app.css"])),
                "{snippet}"
            );
        }
        assert_ne!(one.names["app.js"], two.names["app.js"]);
        assert_eq!(one.names["assets/main.css"], two.names["assets/main.css"]);
    }

    #[test]
    fn kept_files_keep_their_names() {
        let kept = BTreeSet::from(["sw.js".to_string()]);
        let revised = revise(site(&[("sw.js", ""), ("icon.svg", "")]), &kept).unwrap();
        assert_eq!(
            revised.files.keys().collect::<Vec<_>>(),
            ["icon.svg", "sw.js"]
        );
    }

    #[test]
    fn a_circle_is_refused() {
        let files = site(&[("a.js", "'./b.js'"), ("b.js", "'./a.js'")]);
        assert!(revise(files, &BTreeSet::new()).is_err());
    }
}
