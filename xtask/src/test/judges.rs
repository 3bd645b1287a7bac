//! The judges of the `tests` package: each is an integration test there, and a suite here that can be run alone.
//!
//! | suite | reads | another folder or file is given as an argument, or by |
//! |---|---|---|
//! | transcripts | recordings of kubectl sessions | `TRANSCRIPTS` |
//! | sessions | what people type, with what the terminal shows | `SESSIONS` |
//! | watch | recordings of object states over time | `WATCH` |
//! | scheduler-cases | placements of the real scheduler | `SCHEDULER_CASES` |
//! | corpus | the documentation's manifests | `CORPUS` |
//! | states | the documentation's workloads, and the states that their pages describe | `STATES` |
//! | containers | programs in stand-in containers, as documented examples use them | |
//! | serve | recordings of kubectl sessions, by the real kubectl | `SERVE` |
//! | clients | nothing: kube-rs against the native server, and lessons on clusters behind TLS | |
//! | differential | command lines, through our kubectl and the real one | `DIFFERENTIAL` |
//! | kubectl-docs | docs/kubectl.md against the differential test's files | |
//! | lessons | `lessons/` | `LESSONS` |
//! | lesson-run | `lessons/`, by the real kubectl on a cluster behind the real API | `LESSON_RUN`, a part of their names |
//! | properties | nothing: random clusters from seeds | |

use anyhow::{Result, bail};

use super::{Context, Suite, absent_unless};
use crate::{project, setup};

/// Recorded kubectl sessions, replayed.
pub(super) const TRANSCRIPTS: Suite = Suite {
    name: "transcripts",
    about: "recorded kubectl sessions give the same output here",
    absent: || absent_unless("tests/tests/transcripts.rs"),
    run: |context| judge(context, "transcripts", Some("TRANSCRIPTS")),
};

/// What people type in the playground.
pub(super) const SESSIONS: Suite = Suite {
    name: "sessions",
    about: "what people type, bad input too, shows what it should",
    absent: || absent_unless("tests/tests/sessions.rs"),
    run: |context| judge(context, "sessions", Some("SESSIONS")),
};

/// Recorded object states, replayed.
pub(super) const WATCH: Suite = Suite {
    name: "watch",
    about: "objects go through the recorded states",
    absent: || absent_unless("tests/tests/watch.rs"),
    run: |context| judge(context, "watch", Some("WATCH")),
};

/// Recorded placements, decided again.
pub(super) const SCHEDULER_CASES: Suite = Suite {
    name: "scheduler-cases",
    about: "the scheduler decides as the recorded one",
    absent: || absent_unless("tests/tests/scheduler_cases.rs"),
    run: |context| judge(context, "scheduler_cases", Some("SCHEDULER_CASES")),
};

/// The documentation's manifests, applied.
pub(super) const CORPUS: Suite = Suite {
    name: "corpus",
    about: "the documentation's manifests are accepted",
    absent: || absent_unless("tests/tests/corpus.rs"),
    run: |context| judge(context, "corpus", Some("CORPUS")),
};

/// The documentation's workloads, run.
pub(super) const STATES: Suite = Suite {
    name: "states",
    about: "the documentation's workloads come to the states their pages describe",
    absent: || absent_unless("tests/tests/states.rs"),
    run: |context| judge(context, "states", Some("STATES")),
};

/// Programs in containers.
pub(super) const CONTAINERS: Suite = Suite {
    name: "containers",
    about: "programs in stand-in containers do what documented examples show",
    absent: || absent_unless("tests/tests/containers.rs"),
    run: |context| judge(context, "containers", None),
};

/// The real kubectl against the native server.
pub(super) const SERVE: Suite = Suite {
    name: "serve",
    about: "the real kubectl works against the native server",
    absent: || absent_unless("tests/tests/serve.rs"),
    run: |context| {
        setup::for_serve()?;
        judge(context, "serve", Some("SERVE"))
    },
};

/// Other clients against the native server.
pub(super) const CLIENTS: Suite = Suite {
    name: "clients",
    about: "kube-rs works against the native server, and lessons on clusters behind TLS",
    absent: || absent_unless("tests/clients"),
    run: |context| {
        context.no_args()?;
        setup::for_serve()?;
        let cmd = context.cargo().args(["test", "--quiet", "-p", "clients"]);
        cmd.run()
    },
};

/// Our kubectl against the real one.
pub(super) const DIFFERENTIAL: Suite = Suite {
    name: "differential",
    about: "our kubectl answers as the real one does",
    absent: || absent_unless("tests/tests/differential.rs"),
    run: |context| {
        setup::for_serve()?;
        judge(context, "differential", Some("DIFFERENTIAL"))
    },
};

/// What docs/kubectl.md says.
pub(super) const KUBECTL_DOCS: Suite = Suite {
    name: "kubectl-docs",
    about: "docs/kubectl.md says what the tests show",
    absent: || absent_unless("tests/tests/kubectl_docs.rs"),
    run: |context| judge(context, "kubectl_docs", None),
};

/// Every lesson: valid, unsolved at its start, solved by its solution.
pub(super) const LESSONS: Suite = Suite {
    name: "lessons",
    about: "every lesson starts unsolved and is solved by its solution",
    absent: || absent_unless("tests/tests/lessons.rs"),
    run: |context| judge(context, "lessons", Some("LESSONS")),
};

/// Every lesson on a cluster that is not the playground.
pub(super) const LESSON_RUN: Suite = Suite {
    name: "lesson-run",
    about: "every lesson can be taken on another cluster, by the real kubectl",
    absent: || absent_unless("tests/tests/lesson_run.rs"),
    run: |context| {
        setup::for_serve()?;
        judge(context, "lesson_run", None)
    },
};

/// Invariants over random clusters.
pub(super) const PROPERTIES: Suite = Suite {
    name: "properties",
    about: "invariants hold over random clusters and faults",
    absent: || absent_unless("tests/tests/properties.rs"),
    run: |context| judge(context, "properties", None),
};

fn judge(context: &Context, test: &str, variable: Option<&str>) -> Result<()> {
    // With the native binary, which some judges start: the engine is compiled once for both.
    let packages = ["-p", "tabernetes-tests", "-p", "cli"];
    let mut cmd = context
        .cargo()
        .args(["test", "--quiet"])
        .args(packages)
        .args(["--test", test]);
    match (context.args.as_slice(), variable) {
        ([], _) => {}
        ([path], Some(variable)) => {
            let path = project::root().join(path);
            if !path.exists() {
                bail!("{} is not there", path.display());
            }
            cmd = cmd.env(variable, path);
        }
        (args, _) => bail!("unexpected arguments {args:?}"),
    }
    // What a judge prints ("matched M of N cases") is for the reader, passed or not.
    cmd.args(["--", "--nocapture"]).run()
}
