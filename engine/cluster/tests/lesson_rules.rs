//! Every rule of `tabernetes lesson check` can fail: a lesson that is right is spoilt in one way after the other, and each
//! time exactly that is said. That the rules do not complain about what is right, the project's own lessons show.

use cluster::lessons;
use lesson::{Lesson, Library};
use view::LessonSource;

const DATA: &str = "\
setup:
  run:
    - kubectl create configmap there
steps:
  - id: make
    checks:
      - id: made
        object: { kind: ConfigMap, name: note }
    solution:
      - kubectl create configmap note
    alternatives:
      - [kubectl create cm note --from-literal=a=b]
    wrong:
      - [kubectl create configmap other]
  - id: fill
    checks:
      - id: filled
        object: { kind: ConfigMap, name: note, expect: [{ path: \"{.data.text}\", value: hello }] }
    solution:
      - kubectl patch configmap note -p '{\"data\":{\"text\":\"hello\"}}'
    wrong:
      - [kubectl annotate configmap note text=hello]
";

const TEXT: &str = "\
# A note

Make a note.

There is one object already: `$ kubectl get configmap there`.

## Make it {#make}

```sh
kubectl create configmap note
```

```output
configmap/note created
```

```sh fails
kubectl create configmap note
```

### Checks {.checks}

- `made` **There is a note.** Not yet.

### Hint {.hint}

Run `$ kubectl create configmap note`.

## Fill it {#fill}

Now write `hello` into it.

### Checks {.checks}

- `filled` **The note says hello.** It is empty.

### Hint {.hint}

Patch it, or run `$ kubectl edit configmap note`.

## In production {#production}

The same.

## What you learned {#learned}

Much.

## Questions {#questions}

### Why?

- [ ] No.
- [x] So.
";

fn source(id: &str, data: &str, text: &str) -> LessonSource {
    LessonSource {
        id: id.into(),
        files: vec![
            ("lesson.yaml".into(), data.into()),
            ("text.md".into(), text.into()),
        ],
        ..LessonSource::default()
    }
}

/// The place of the lesson that is spoilt.
#[derive(Clone, Copy)]
enum In {
    Data,
    Text,
}
use In::{Data, Text};

fn spoilt(place: In, from: &str, to: &str) -> LessonSource {
    let known = match place {
        Data => DATA,
        Text => TEXT,
    };
    assert!(known.contains(from), "there is no {from:?} to spoil");
    match place {
        Data => source("own/it", &DATA.replacen(from, to, 1), TEXT),
        Text => source("own/it", DATA, &TEXT.replacen(from, to, 1)),
    }
}

/// What a play of it finds.
fn found(source: &LessonSource) -> Vec<String> {
    let lesson = match Lesson::read(source) {
        Ok(lesson) => lesson,
        Err(errors) => return errors.iter().map(|e| format!("unreadable: {e}")).collect(),
    };
    let mut findings = lessons::check(&lesson);
    findings.extend(lessons::check_text(&lesson));
    let findings = findings.into_iter();
    findings
        .map(|finding| format!("{}: {}", finding.step, finding.message))
        .collect()
}

#[test]
fn what_cannot_be_played_is_found() {
    assert_eq!(found(&source("own/it", DATA, TEXT)), [] as [&str; 0]);
    let long = format!("Now write `hello` into it. {}", "word ".repeat(1200));
    for (place, from, to, want) in [
        (
            Data,
            "configmap there",
            "configmap note",
            "make: is solved before anything was done",
        ),
        (
            Data,
            "- kubectl create configmap there",
            "- kubectl create nothing",
            "setup: \"kubectl create nothing\" failed: ",
        ),
        (
            Data,
            "      - kubectl create configmap note\n",
            "      - kubectl create configmap nota\n",
            "make: is not solved by its solution: There is a note.",
        ),
        (
            Data,
            "'{\"data\":{\"text\":\"hello\"}}'",
            "'{\"data\":{\"text\":\"bye\"}}'",
            "fill: is not solved by its solution: The note says hello. It is empty.",
        ),
        (
            Data,
            "[kubectl create configmap other]",
            "[kubectl create configmap other, kubectl create configmap note]",
            "make: solved by wrong way 1",
        ),
        (
            Data,
            "[kubectl create cm note --from-literal=a=b]",
            "[kubectl create cm notes]",
            "make: not solved by alternative 1: There is a note. Not yet.",
        ),
        (
            Data,
            "run:\n    - kubectl create configmap there",
            "run:\n    - kubectl create configmap there\n    - (sleep 4; kubectl create configmap note) &",
            "make: is done by waiting alone",
        ),
        (
            Text,
            "configmap/note created",
            "configmap/note made",
            "make: the text says that \"kubectl create configmap note\" prints \"configmap/note made\"; it prints:",
        ),
        (
            Text,
            "`$ kubectl get configmap there`",
            "`$ kubectl get configmap nowhere`",
            "make: the text says \"kubectl get configmap nowhere\", which fails here: ",
        ),
        (
            Text,
            "```sh fails\nkubectl create configmap note",
            "```sh fails\nkubectl get configmap note",
            "make: the text says that \"kubectl get configmap note\" fails, and it does not",
        ),
        (
            Text,
            "Run `$ kubectl create configmap note`",
            "Run `$ kubectl kreate configmap note`",
            "make: the text says \"kubectl kreate configmap note\", which does not run: ",
        ),
        (
            Text,
            "`$ kubectl get configmap there`",
            "`$ kubectx there`",
            "make: the text says \"kubectx there\", which does not run: ",
        ),
        (
            Text,
            "Now write `hello` into it.",
            long.as_str(),
            "text: takes longer than 5 minutes: ",
        ),
    ] {
        let findings = found(&spoilt(place, from, to));
        assert!(
            findings.iter().any(|finding| finding.starts_with(want)),
            "{to:?}: wanted {want:?}, found {findings:#?}"
        );
    }
}

#[test]
fn what_makes_no_sense_is_found() {
    for (place, from, to, want) in [
        (
            Data,
            "steps:",
            "stepps:",
            "lesson.yaml: line 4: unknown field `stepps`",
        ),
        (
            Data,
            "name: note }",
            "named: note }",
            "lesson.yaml: line 8: unknown field `named`",
        ),
        (
            Data,
            "id: fill\n",
            "id: make\n",
            "lesson.yaml: two steps have the id \"make\"",
        ),
        (
            Data,
            "id: make\n",
            "id: Make it\n",
            "lesson.yaml: step \"Make it\" is no id",
        ),
        (
            Data,
            "name: note }",
            "name: note, selector: \"a in\" }",
            "lesson.yaml: step \"make\", check \"made\": selector: ",
        ),
        (
            Data,
            "{.data.text}",
            "{.data.text",
            "lesson.yaml: step \"fill\", check \"filled\": {.data.text: ",
        ),
        (
            Data,
            "value: hello }",
            "operator: in, value: hello }",
            "lesson.yaml: step \"fill\", check \"filled\": {.data.text}: the operator wants a list",
        ),
        (
            Data,
            "- id: made\n",
            "- id: made\n        event: { reason: Killing }\n",
            "lesson.yaml: step \"make\", check \"made\": gives exactly one of `object`, `event`, `command` and `traffic`",
        ),
        (
            Data,
            "setup:\n",
            "setup:\n  apply: [a.yml]\n",
            "lesson.yaml: setup: there is no file setup/a.yml",
        ),
        (
            Data,
            "setup:\n",
            "minutes: 90\nsetup:\n",
            "lesson.yaml: minutes: a lesson takes 1 to 15 of them",
        ),
        (
            Data,
            "setup:\n",
            "needs: [much-money]\nsetup:\n",
            "lesson.yaml: unknown variant `much-money`",
        ),
        (Data, "steps:", "steps: [", "lesson.yaml: yaml: line "),
        (
            Text,
            "{#fill}",
            "{#full}",
            "text.md: has no section {#fill} for the step \"fill\"",
        ),
        (
            Text,
            "{#fill}",
            "{#full}",
            "text.md: the section {#full} belongs to no step of lesson.yaml",
        ),
        (
            Text,
            "### Hint {.hint}\n\nRun `$ kubectl create configmap note`.\n",
            "",
            "text.md: step \"make\" has no hint",
        ),
        (
            Text,
            "- `made` **There is a note.** Not yet.",
            "- `made` **There is a note.**",
            "text.md: check \"made\" of step \"make\" does not say why it fails",
        ),
        (
            Text,
            "- `made` **There is a note.** Not yet.",
            "- `maid` **There is a note.** Not yet.",
            "text.md: step \"make\" has no words for its check \"made\"",
        ),
        (
            Text,
            "- `made` **There is a note.** Not yet.",
            "- `maid` **There is a note.** Not yet.",
            "text.md: step \"make\" has words for \"maid\", which is none of its checks",
        ),
        (
            Text,
            "## In production {#production}\n\nThe same.\n",
            "",
            "text.md: has no section {#production}",
        ),
        (
            Text,
            "## What you learned {#learned}\n\nMuch.\n",
            "",
            "text.md: has no section {#learned}",
        ),
        (
            Text,
            "- [x] So.",
            "- [ ] So.",
            "text.md: \"Why?\": a question has exactly one answer marked [x]",
        ),
        (
            Text,
            "Much.",
            "[Much](http://elsewhere.test)",
            "text.md: \"What you learned\": a link must be an https: address",
        ),
        (
            Text,
            "Much.",
            "<b>Much</b>",
            "text.md: \"What you learned\": a lesson's text has no form for HTML",
        ),
        (
            Text,
            "### Hint {.hint}",
            "### Hint",
            "text.md: \"Hint\": say what it is: {.checks}, {.hint} or {.watch}",
        ),
    ] {
        let Err(errors) = Lesson::read(&spoilt(place, from, to)) else {
            panic!("{to:?} is taken");
        };
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let want = format!("own/it/{want}");
        assert!(
            errors.iter().any(|error| error.starts_with(&want)),
            "{to:?}: wanted {want:?}, found {errors:#?}"
        );
    }
}

#[test]
fn what_is_wrong_with_a_library_is_found() {
    let other = DATA.replace("note", "memo");
    let library = |files: &[(&str, &str)]| Library::from_files(files.iter().copied());
    let track = ("a/track.yaml", "title: A\norder: 1\n");
    let one = [("a/01-one/lesson.yaml", DATA), ("a/01-one/text.md", TEXT)];
    let other_text = TEXT.replace("note", "memo");
    let same_title = other_text.replace("# A memo", "# A note");
    let same_summary = other_text.replace("Make a memo.", "Make a note.");
    for (data, text, want) in [
        (other.as_str(), other_text.as_str(), ""),
        (other.as_str(), same_title.as_str(), "the same title"),
        (other.as_str(), same_summary.as_str(), "the same summary"),
        (
            DATA,
            other_text.as_str(),
            "2 command lines of their solutions",
        ),
    ] {
        let two = [("a/02-two/lesson.yaml", data), ("a/02-two/text.md", text)];
        let library = library(&[&[track], &one[..], &two[..]].concat()).expect("both are right");
        let alike: Vec<String> = library.alike().into_iter().map(|(.., why)| why).collect();
        let want: Vec<&str> = Some(want)
            .filter(|want| !want.is_empty())
            .into_iter()
            .collect();
        assert_eq!(alike, want);
    }
    for (files, want) in [
        (
            one.to_vec(),
            "a/track.yaml: is missing: it gives the track's title and order",
        ),
        (
            vec![("a/track.yaml", "title: A\n")],
            "a/track.yaml: missing field `order`",
        ),
        (vec![track, one[0]], "a/01-one/text.md: is missing"),
        (
            vec![
                track,
                one[0],
                one[1],
                (
                    "a/01-one/de/text.md",
                    "# Notiz\n\nEine Notiz.\n\n## Neu {#new}\n",
                ),
            ],
            "a/01-one/de/text.md: the section {#new} is not in the English text",
        ),
        (
            vec![track, one[0], one[1], ("a/01-one/de/text.md", "Notiz\n")],
            "a/01-one/de/text.md: text.md must begin with `# Title`",
        ),
    ] {
        let Err(errors) = library(&files) else {
            panic!("{want}: taken");
        };
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert!(
            errors.iter().any(|error| error == want),
            "wanted {want:?}, found {errors:#?}"
        );
    }
}
