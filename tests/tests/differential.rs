//! Our kubectl against the real one: the command lines of `tests/differential/`, run through both.
//!
//! At least 98 of 100 must come out the same, and each that does not must be in `misses.txt`, with its reason. The report
//! with every difference is `target/differential.txt`. `DIFFERENTIAL=FILE` runs one group and only reports; `cargo xtask
//! bless differential` writes the list of misses anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use tabernetes_tests::differential::{
    Difference, Group, Misses, compare, groups, play_ours, play_real,
};
use tabernetes_tests::serve::kubectl;

/// How many groups run at once.
const AT_ONCE: usize = 3;
/// How many of a thousand may differ.
const ALLOWED: usize = 20;
/// Fewer commands than this do not show much.
const LEAST: usize = 1000;

#[test]
fn kubectl_answers_as_the_real_one() {
    run().unwrap_or_else(|error| panic!("{error:#}"));
}

/// A group's commands with what differs.
type Compared = Vec<(String, Option<Difference>)>;

fn play(group: &Group, kubectl: &Path) -> Result<Compared> {
    let (real, ours) = std::thread::scope(|scope| {
        let real = scope.spawn(|| play_real(group, kubectl));
        let ours = play_ours(group);
        (real.join(), ours)
    });
    let real = real.map_err(|_| anyhow::anyhow!("the thread of the real side panicked"))??;
    let commands = group.steps.iter().zip(real.iter().zip(ours?));
    Ok(commands
        .map(|(step, (real, ours))| (step.cmd.clone(), compare(&step.cmd, real, &ours)))
        .collect())
}

fn run() -> Result<()> {
    let kubectl = kubectl()
        .context("no kubectl v1.36: `cargo xtask setup` installs it, or say KUBECTL=/path/to/it")?;
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = manifest.join("differential");
    let given = std::env::var_os("DIFFERENTIAL").map(PathBuf::from);
    let groups = groups(given.as_deref().unwrap_or(&folder))?;
    let queue = Mutex::new(groups.iter().collect::<Vec<_>>());
    let played = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let group = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let Some(group) = group else { break };
                    let compared = play(group, &kubectl);
                    let mut played = played.lock().unwrap_or_else(PoisonError::into_inner);
                    played.insert(group.name.clone(), compared);
                }
            });
        }
    });
    let list = folder.join("misses.txt");
    let known = Misses::read(&std::fs::read_to_string(&list).unwrap_or_default());
    let blessing = std::env::var_os("BLESS").is_some();
    let (mut report, mut total, mut new) = (String::new(), 0, Vec::new());
    let mut misses = Misses::default();
    for (name, compared) in played.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let mut compared = compared.with_context(|| name.clone())?;
        let unknown = |compared: &Compared| {
            compared
                .iter()
                .any(|(cmd, differs)| differs.is_some() && known.reason(&name, cmd).is_none())
        };
        // Real programs share a real machine: what is new must show twice.
        if given.is_none()
            && !blessing
            && unknown(&compared)
            && let Some(group) = groups.iter().find(|group| group.name == name)
        {
            for (first, second) in compared.iter_mut().zip(play(group, &kubectl)?) {
                if second.1.is_none() {
                    first.1 = None;
                }
            }
        }
        for (cmd, differs) in compared {
            total += 1;
            let Some(differs) = differs else { continue };
            let reason = known.reason(&name, &cmd);
            misses.add(&name, &cmd, reason);
            report.push_str(&format!(
                "== [{name}] {cmd}\n   {}\n   {}\n{}\n",
                differs.what,
                reason.unwrap_or("NEW"),
                differs.diff
            ));
            if reason.is_none() {
                new.push(format!(
                    "[{name}] {}",
                    cmd.lines().next().unwrap_or_default()
                ));
            }
        }
    }
    let missed = report.matches("\n== [").count() + usize::from(report.starts_with("== ["));
    let head = format!(
        "{} of {total} command lines come out the same\n",
        total - missed
    );
    std::fs::write(
        manifest.join("../target/differential.txt"),
        head.clone() + "\n" + &report,
    )?;
    print!("{head}");
    if given.is_some() {
        return Ok(());
    }
    if blessing {
        std::fs::write(&list, misses.write()).context("writing the list of misses")?;
    } else if !new.is_empty() {
        bail!(
            "these differ now (see target/differential.txt):\n{}",
            new.join("\n")
        );
    }
    if total < LEAST || missed * 1000 > total * ALLOWED {
        bail!(
            "{missed} of {total} command lines differ; at most {ALLOWED} of 1000 may, and {LEAST} must be run"
        );
    }
    Ok(())
}
