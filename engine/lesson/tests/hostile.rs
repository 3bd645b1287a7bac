//! Lessons from anybody's disk: whatever is in the files, reading them ends with a lesson or with sentences that say what
//! is wrong and where.

use lesson::Lesson;
use view::LessonSource;

const DATA: &str = "\
steps:
  - id: one
    checks:
      - id: there
        object: { kind: Pod, name: web }
    solution:
      - kubectl run web --image=nginx
";

const TEXT: &str = "\
# A

B.

## Do it {#one}

Now.

### Checks {.checks}

- `there` **It is there.** Not yet.

### Hint {.hint}

Do it.

## In production {#production}

The same.

## What you learned {#learned}

Much.

## Questions {#questions}

### Why?

- [x] So.
";

/// What is said about a lesson of these files; in a thread with room for what is nested as deep as YAML may be, which
/// takes much of it in a debug build.
#[expect(
    clippy::disallowed_methods,
    reason = "no part of the engine runs in it but the reading itself"
)]
fn said(files: &[(&str, String)]) -> Vec<String> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(32 << 20);
        let thread = thread.spawn_scoped(scope, || said_here(files));
        thread.expect("a thread").join().expect("it ends well")
    })
}

fn said_here(files: &[(&str, String)]) -> Vec<String> {
    let files = files.iter();
    let source = LessonSource {
        id: "own/it".into(),
        files: files
            .map(|(path, text)| ((*path).to_owned(), text.clone()))
            .collect(),
        ..LessonSource::default()
    };
    match Lesson::read(&source) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

fn with(data: &str, text: &str) -> Vec<String> {
    said(&[("lesson.yaml", data.into()), ("text.md", text.into())])
}

#[test]
fn mistakes_in_the_data_are_named_with_their_line() {
    assert_eq!(with(DATA, TEXT), [] as [&str; 0]);
    for (from, to, want) in [
        (
            "kind: Pod",
            "kindd: Pod",
            "line 5: unknown field `kindd`, expected one of",
        ),
        (
            "    solution:",
            "    solutions:",
            "line 6: unknown field `solutions`, expected one of",
        ),
        (
            "steps:",
            "stepps:",
            "line 1: unknown field `stepps`, expected one of",
        ),
        (
            "kind: Pod, ",
            "",
            "line 4: step \"one\", check \"there\": missing field `kind`",
        ),
        (
            "name: web",
            "count: many",
            "line 4: step \"one\", check \"there\": invalid type: string",
        ),
        (
            "    checks:",
            "    playground: perhaps\n    checks:",
            "line 2: step \"one\": invalid type: string",
        ),
        ("- id: one", "- id: One more", "step \"One more\" is no id"),
        ("{ kind: Pod", "{ kind: Pod", ""),
        (
            "object: { kind: Pod, name: web }",
            "object: { kind: Pod, name: web",
            "yaml: line",
        ),
        ("name: web }", "name: web, name: shop }", "line 5"),
    ] {
        let errors = with(&DATA.replace(from, to), TEXT);
        if want.is_empty() {
            assert_eq!(errors, [] as [&str; 0]);
            continue;
        }
        let first = errors.first().unwrap_or_else(|| panic!("{to} is taken"));
        assert!(first.starts_with("own/it/lesson.yaml: "), "{first}");
        assert!(first.contains(want), "{to}: {first}");
    }
}

#[test]
fn hostile_words_are_refused_and_harmless() {
    let quotes = "> ".repeat(50_000);
    let lists = "- ".repeat(50_000);
    let stars = "**a *b ".repeat(20_000);
    for (body, want) in [
        ("<script>alert(1)</script>", "no form for HTML"),
        ("a <img src=x onerror=alert(1)> b", "no form for HTML"),
        (
            "![a picture](https://elsewhere.test/a.png)",
            "no form for pictures",
        ),
        ("[a link](javascript:alert(1))", "must be an https: address"),
        ("[a link](data:text/html,x)", "must be an https: address"),
        (
            "[a link](http://elsewhere.test)",
            "must be an https: address",
        ),
        (
            "> ## A heading {#other}",
            "a heading has no place in a list or a quotation",
        ),
        (&format!("{quotes}x"), "is nested deeper than 16 levels"),
        (&format!("{lists}x"), "is nested deeper than 16 levels"),
        ("#### Deep", "a heading of level h4 has no meaning here"),
    ] {
        let errors = with(DATA, &TEXT.replace("Now.", body));
        let first = errors.first().cloned().unwrap_or_default();
        let shown: String = body.chars().take(60).collect();
        assert!(first.starts_with("own/it/text.md: "), "{shown}: {first}");
        assert!(first.contains(want), "{shown}: {first}");
        assert!(first.len() < 500, "{shown}: {} bytes", first.len());
    }
    // Whatever comes of these, it ends.
    for body in [
        stars,
        "`".repeat(100_000),
        "[".repeat(100_000),
        "\u{0}\u{1}\u{fffd}\u{202e}".repeat(10_000),
        "| a | b |\n|---|---|\n| 1 | 2 |".into(),
    ] {
        with(DATA, &TEXT.replace("Now.", &body));
    }
}

#[test]
fn what_is_too_large_or_no_lesson_at_all_is_said() {
    let large = |size: usize| "x".repeat(size);
    let files = |more: Vec<(&'static str, String)>| {
        let mut files = vec![
            ("lesson.yaml", DATA.to_owned()),
            ("text.md", TEXT.to_owned()),
        ];
        files.extend(more);
        said(&files)
    };
    assert_eq!(
        files(vec![("files/fits", large(200 << 10))]),
        [] as [&str; 0]
    );
    assert_eq!(
        files(vec![("files/dump", large(300 << 10))]),
        ["own/it/files/dump: is too large: 300 KiB, and a lesson's file has 256 at the most"]
    );
    let five = ["files/a", "files/b", "files/c", "files/d", "files/e"];
    assert_eq!(
        files(five.map(|path| (path, large(250 << 10))).into()),
        ["own/it: is too large: 1250 KiB, and a lesson has 1024 at the most"]
    );
    assert_eq!(said(&[]), ["own/it/lesson.yaml: is missing"]);
    assert_eq!(
        said(&[("lesson.yaml", DATA.into())]),
        ["own/it/text.md: is missing"]
    );
    // The manifest of something else, a picture, a bomb.
    for data in [
        "apiVersion: v1\nkind: Pod\n".to_owned(),
        "\u{fffd}PNG\r\n\u{1a}\u{0}\u{0}".into(),
        format!(
            "a: &a [x]\n{}",
            (0..40)
                .map(|i| format!(
                    "b{i}: &b{i} [*{0}, *{0}, *{0}]\n",
                    if i == 0 {
                        "a".into()
                    } else {
                        format!("b{}", i - 1)
                    }
                ))
                .collect::<String>()
        ),
        "[".repeat(100_000),
        "{a: ".repeat(50_000),
        "- ".repeat(50_000),
        String::new(),
        "steps: 5".into(),
        "steps: [1]".into(),
        "steps: [{}]".into(),
    ] {
        let errors = with(&data, TEXT);
        let shown: String = data.chars().take(40).collect();
        assert!(!errors.is_empty(), "{shown:?} is taken");
        assert!(
            errors[0].starts_with("own/it/lesson.yaml: "),
            "{shown:?}: {errors:?}"
        );
    }
}
