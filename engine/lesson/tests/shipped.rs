//! What every lesson of this project has beyond what any lesson needs: three to seven steps, ways that are wrong, something to
//! watch, questions, and where to go on reading.

use std::path::Path;

use lesson::Library;

fn read(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            read(root, &path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(root).expect("it is below");
            files.push((name.to_string_lossy().into_owned(), text));
        }
    }
}

#[test]
fn lessons_have_a_goal_steps_checks_hints_questions_and_links() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
    let mut files = Vec::new();
    read(&root, &root, &mut files);
    let library = Library::from_files(files.iter().map(|(p, t)| (p.as_str(), t.as_str())));
    let library = library.expect("all can be read");
    let lessons = library.lessons();
    assert!(lessons.len() >= 40, "{}", lessons.len());
    let mut lacks = Vec::new();
    for lesson in lessons {
        let (data, text) = (&lesson.data, &lesson.text);
        let warns = data.steps.iter().all(|step| !step.wrong.is_empty());
        let other = data.steps.iter().any(|step| !step.alternatives.is_empty());
        let watches = text.steps.values().any(|step| !step.watch.is_empty());
        let explained = text
            .questions
            .iter()
            .all(|question| question.answers.len() >= 2);
        for (what, has) in [
            ("3 to 7 steps", (3..=7).contains(&data.steps.len())),
            ("five minutes", data.minutes == 5),
            ("a wrong way for each step", warns),
            ("another way for some step", other),
            ("an introduction", !text.intro.is_empty()),
            ("something to watch", watches),
            ("two questions", text.questions.len() >= 2 && explained),
            ("links", !text.links.is_empty()),
        ] {
            if !has {
                lacks.push(format!("{} lacks {what}", lesson.id));
            }
        }
    }
    assert!(lacks.is_empty(), "{}", lacks.join("\n"));
    let translated = lessons.iter().filter(|lesson| !lesson.languages.is_empty());
    assert!(
        translated.count() >= 2,
        "two lessons are in another language, too"
    );
}
