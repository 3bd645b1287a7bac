//! `tabernetes lesson new`: a small lesson that is right as it stands, to be changed into one's own.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The track's folder and the lesson's name, such as `networking/two-services`
    name: String,
    /// Folder of lessons
    #[arg(long, default_value = "lessons")]
    dir: PathBuf,
}

const DATA: &str = "\
# yaml-language-server: $schema=../../lesson.schema.json
# What the lesson does; its words are in text.md. The format is described in lessons/README.md.
minutes: 5
setup:
  run:
    - kubectl create configmap greeting --from-literal=text=hello
steps:
  - id: change
    checks:
      - id: changed
        object:
          kind: ConfigMap
          name: greeting
          expect:
            - { path: \"{.data.text}\", value: goodbye }
    solution:
      - kubectl patch configmap greeting -p '{\"data\":{\"text\":\"goodbye\"}}'
    alternatives:
      - - kubectl create configmap greeting --from-literal=text=goodbye --dry-run=client -o yaml | kubectl apply -f -
    wrong:
      - [kubectl create configmap greeting --from-literal=text=goodbye]
";

const TEXT: &str = "\
# TITLE

One sentence for the list of lessons.

What the reader should know before the first step.

## Change the greeting {#change}

What to do, and why:

```sh
kubectl get configmap greeting
```

```output
NAME DATA AGE
greeting 1 …
```

### Checks {.checks}

- `changed` **The ConfigMap greeting says goodbye.** It still says something else.

### Watch the map {.watch}

What to look at while it happens.

### Hint {.hint}

A gentle one: which command changes a field of an object?

### Hint {.hint}

All of it: `$ kubectl patch configmap greeting -p '{\"data\":{\"text\":\"goodbye\"}}'`.

## In production {#production}

What is different there, or the same.

## What you learned {#learned}

In a few lines.

## Questions {#questions}

### What would you ask a colleague who has just done this?

- [ ] A wrong answer. And why it is wrong.
- [x] The right answer. And why it is right.
";

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let Some((track, name)) = options.name.split_once('/') else {
        bail!("a lesson is called TRACK/NAME, such as networking/two-services");
    };
    let plain = |text: &str| {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !text.is_empty() && text.chars().all(good)
    };
    ensure!(
        plain(track) && plain(name),
        "names are of lower-case letters, digits and dashes"
    );
    let folder = options.dir.join(track);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let about_track = folder.join("track.yaml");
    if !about_track.exists() {
        let order = fs::read_dir(&options.dir)?.count();
        fs::write(
            &about_track,
            format!("title: {}\norder: {order}\n", title(track)),
        )?;
    }
    let slug = numbered(&folder, name)?;
    let folder = folder.join(&slug);
    ensure!(!folder.exists(), "{} is there already", folder.display());
    fs::create_dir(&folder)?;
    let words = slug.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    fs::write(folder.join("lesson.yaml"), DATA)?;
    fs::write(folder.join("text.md"), TEXT.replace("TITLE", &title(words)))?;
    println!("{}", folder.join("lesson.yaml").display());
    println!("{}", folder.join("text.md").display());
    println!(
        "It is a whole lesson already. Change it into yours, and check it with\n  tabernetes lesson check {} --only {slug}",
        options.dir.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// The name with the number after the last lesson's, unless it has one.
fn numbered(folder: &std::path::Path, name: &str) -> Result<String> {
    let number = |name: &str| name.split('-').next().and_then(|n| n.parse::<u32>().ok());
    if number(name).is_some() {
        return Ok(name.to_owned());
    }
    let mut last = 0;
    for entry in fs::read_dir(folder)? {
        last = last.max(number(&entry?.file_name().to_string_lossy()).unwrap_or(0));
    }
    Ok(format!("{:02}-{name}", last + 1))
}

fn title(name: &str) -> String {
    let text = name.replace('-', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
