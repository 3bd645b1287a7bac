//! An author's path through the guide (`docs/lesson-guide.md`): a lesson is made, changed as the guide says, and checked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn tabernetes(args: &[&str], folder: &Path) -> (bool, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_tabernetes"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let said = [done.stdout, done.stderr].concat();
    (
        done.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// The fenced block of the guide that follows this mark.
fn block(guide: &str, mark: &str) -> String {
    let after = guide.split(mark).nth(1).expect("the guide has the mark");
    let fenced = after.split("````").nth(1).expect("a block follows it");
    let (_, text) = fenced.split_once('\n').expect("it has lines");
    text.to_owned()
}

#[test]
fn the_guide_leads_to_a_lesson_that_passes() {
    let name = format!("tabernetes-lessons-{}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(name));
    fs::create_dir_all(folder.0.join("lessons")).expect("a folder");
    let (made, said) = tabernetes(&["lesson", "new", "first/labels"], &folder.0);
    assert!(made, "{said}");
    let (good, said) = tabernetes(&["lesson", "check"], &folder.0);
    assert!(good, "the lesson that `lesson new` makes: {said}");

    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lesson-guide.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let lesson = folder.0.join("lessons/first/01-labels");
    for file in ["lesson.yaml", "text.md"] {
        fs::write(
            lesson.join(file),
            block(&guide, &format!("<!-- {file} -->")),
        )
        .expect("written");
    }
    let (good, said) = tabernetes(&["lesson", "check"], &folder.0);
    assert!(good, "the guide's lesson: {said}");
    assert!(said.contains("ok    first/01-labels (3 steps)"), "{said}");
    for folder_of in ["lessons/first", "lessons/first/01-labels"] {
        let (good, said) = tabernetes(&["lesson", "check", folder_of], &folder.0);
        assert!(good, "{folder_of}: {said}");
        assert!(said.contains("ok    first/01-labels (3 steps)"), "{said}");
    }
    let (good, said) = tabernetes(&["lesson", "check", "01-labels"], &lesson.join(".."));
    assert!(good, "{said}");

    // And what is wrong is said.
    let text = fs::read_to_string(lesson.join("text.md")).expect("text");
    fs::write(lesson.join("text.md"), text.replace("{#find}", "{#fund}")).expect("written");
    let (good, said) = tabernetes(&["lesson", "check"], &folder.0);
    assert!(!good, "{said}");
    assert!(
        said.contains(r#"first/01-labels/text.md: has no section {#find} for the step "find""#),
        "{said}"
    );
}
