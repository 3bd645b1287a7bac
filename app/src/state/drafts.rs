//! What is written in the editor and not saved yet, and which files are open there: kept in the browser, so that a
//! reload loses none of it. Saved files are the cluster's affair.

use crate::interop::remember;

const DRAFT: &str = "draft:";
const OPEN: &str = "open-files";

fn name(path: &str) -> String {
    format!("{DRAFT}{path}")
}

/// The unsaved text of this file.
pub fn get(path: &str) -> Option<String> {
    remember::get(&name(path))
}

/// Keeps an unsaved text.
pub fn keep(path: &str, text: &str) {
    remember::set(&name(path), text);
}

/// It is saved, or given up.
pub fn forget(path: &str) {
    remember::forget(&name(path));
}

/// Nothing of what there was is wanted any more.
pub fn forget_all() {
    remember::forget_all(DRAFT);
    remember::forget(OPEN);
}

/// Notes which files are open, the one in front first.
pub fn note_open(paths: &[String]) {
    remember::set(OPEN, &paths.join("\n"));
}

/// The files that were open, the one in front first.
pub fn open_files() -> Vec<String> {
    let list = remember::get(OPEN).unwrap_or_default();
    list.lines().map(str::to_owned).collect()
}
