//! Our side: the in-process shell.

use anyhow::{Result, bail};
use cluster::{Cluster, Config};
use sim::Time;

use super::plan::Group;
use super::{Done, real};

/// Runs a group in a fresh cluster, each command at its time.
///
/// # Errors
/// When the files cannot be copied, or a command takes longer than it may.
pub fn play(group: &Group) -> Result<Vec<Done>> {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    if let Some(files) = &group.files {
        cluster.copy_in(files)?;
    }
    let mut clock = cluster.now().as_micros();
    let mut out = Vec::new();
    for step in &group.steps {
        clock += real::micros(step.wait);
        cluster.run_until(Time::from_micros(clock));
        let finished = cluster.run(&step.cmd);
        clock += real::slot(step);
        // What changes nothing has no time of its own.
        if !step.still && cluster.now().as_micros() > clock {
            bail!(
                "{}: {:?} took {} s too long",
                group.name,
                step.cmd,
                (cluster.now().as_micros() - clock) / 1_000_000
            );
        }
        out.push(Done {
            stdout: finished.stdout,
            stderr: finished.stderr,
            exit: finished.exit,
        });
    }
    Ok(out)
}
