//! Groups of command lines, as written in `tests/differential/*.txt`.
//!
//! A line is a command; `«a|b»` in it stands for each of the alternatives, and a line with several of them for every
//! combination. A here-document belongs to its command. Lines with `#` are comments, those with `%` say how to run:
//!
//! | directive | meaning |
//! |---|---|
//! | `%wait SECONDS` | virtual time passes before the next command |
//! | `%flow SECONDS` | the next command needs virtual time: at most so much |
//! | `%still` | what follows changes nothing and may run in any order, all at one moment |
//! | `%end` | no longer |
//! | `%include FILE` | the lines of another file beside it |

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its line.
    pub cmd: String,
    /// Seconds that pass before it.
    pub wait: u64,
    /// Seconds that it may take.
    pub flow: Option<u64>,
    /// Whether it changes nothing.
    pub still: bool,
}

/// The commands of one file, run in one cluster.
#[derive(Clone, Debug)]
pub struct Group {
    /// The file's name without its ending.
    pub name: String,
    /// The commands in order.
    pub steps: Vec<Step>,
    /// A folder of files for the home folder, if there is one.
    pub files: Option<PathBuf>,
}

/// More commands than this from one line are a mistake.
const MOST: usize = 2000;

impl Group {
    /// Reads a file; files for its commands are in the folder `files` beside it.
    ///
    /// # Errors
    /// When it cannot be read or has an unknown directive.
    pub fn load(path: &Path) -> Result<Group> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let files = path.with_file_name("files");
        Ok(Group {
            name: path
                .file_stem()
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default(),
            steps: parse(&included(&text, path)?)
                .with_context(|| format!("in {}", path.display()))?,
            files: files.is_dir().then_some(files),
        })
    }
}

/// The groups of a folder, or of one file.
///
/// # Errors
/// When a file cannot be read, or is no plan.
pub fn groups(path: &Path) -> Result<Vec<Group>> {
    if path.is_file() {
        return Ok(vec![Group::load(path)?]);
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)
        .with_context(|| format!("reading {}", path.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|file| {
        let plan = file.extension().is_some_and(|ending| ending == "txt");
        plan && !file.ends_with("misses.txt") && !file.ends_with("limits.txt")
    });
    files.sort();
    files.iter().map(|file| Group::load(file)).collect()
}

/// The text with what its `%include` lines name.
fn included(text: &str, path: &Path) -> Result<String> {
    let mut out = String::new();
    for line in text.lines() {
        match line.strip_prefix("%include ") {
            Some(name) => {
                let path = path.with_file_name(name);
                out.push_str(
                    &std::fs::read_to_string(&path)
                        .with_context(|| format!("reading {}", path.display()))?,
                );
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    Ok(out)
}

fn parse(text: &str) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let (mut wait, mut flow, mut still) = (0, None, false);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(directive) = line.strip_prefix('%') {
            let (word, value) = directive.split_once(' ').unwrap_or((directive, "0"));
            let seconds: u64 = value.trim().parse().with_context(|| line.to_owned())?;
            match word {
                "wait" => wait += seconds,
                "flow" => flow = Some(seconds),
                "still" => still = true,
                "end" => still = false,
                _ => bail!("unknown directive {line:?}"),
            }
            continue;
        }
        let mut command = line.to_owned();
        if let Some(end) = crate::transcript::here_document(line) {
            for body in lines.by_ref() {
                command.push('\n');
                command.push_str(body);
                if body == end {
                    break;
                }
            }
        }
        for cmd in alternatives(&command)? {
            steps.push(Step {
                cmd,
                wait: std::mem::take(&mut wait),
                flow,
                still,
            });
        }
        flow = None;
    }
    Ok(steps)
}

/// Every line that `«a|b»` makes of one.
fn alternatives(line: &str) -> Result<Vec<String>> {
    let mut out = vec![String::new()];
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('«') {
        let (choices, after) = after
            .split_once('»')
            .with_context(|| format!("« without » in {line:?}"))?;
        rest = after;
        let choices: Vec<&str> = choices.split('|').collect();
        out = out
            .iter()
            .flat_map(|done| {
                choices
                    .iter()
                    .map(move |choice| format!("{done}{before}{choice}"))
            })
            .collect();
        if out.len() > MOST {
            bail!("{line:?} makes more than {MOST} commands");
        }
    }
    Ok(out.iter().map(|done| format!("{done}{rest}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_commands() {
        let steps =
            parse("# c\n%wait 5\n%still\nget «a|b» -o «x|»\n%end\n%flow 9\nz <<E\nb\nE\nq\n");
        let steps = steps.expect("a plan");
        let cmds: Vec<&str> = steps.iter().map(|step| step.cmd.as_str()).collect();
        assert_eq!(
            cmds,
            [
                "get a -o x",
                "get a -o ",
                "get b -o x",
                "get b -o ",
                "z <<E\nb\nE",
                "q"
            ]
        );
        assert_eq!((steps[0].wait, steps[1].wait), (5, 0));
        assert_eq!((steps[4].flow, steps[5].flow), (Some(9), None));
        assert!(steps[3].still && !steps[4].still);
    }
}
