//! The engine: what is needed until the first prompt, and the rest.
//!
//! Which functions those are is not written down anywhere; it is found out at each build. The worker is rehearsed in
//! Node.js with a module that notes its calls (`instrument.rs`, `rehearsal.mjs`), and what was called before the first
//! prompt stays (`cut.rs`), with the data that it can reach (`data.rs`). Then the two halves are rehearsed with the same
//! messages, and must say the same, byte for byte, as the whole did. A function that the rehearsal did not call, but a
//! browser does, costs a request in between and nothing else.
//!
//! The page knows nothing of it: `app/worker` has the rest loaded, see its `rest.rs` and `worker_loader.js`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use view::{Boot, ToEngine, wire};

use crate::process::Cmd;
use crate::project;

use super::data::{self, Data};
use super::linker::Linked;
use super::module::Module;
use super::{cut, instrument, linked, optimise, scratch, write};

/// The worker's module as wasm-bindgen leaves it, and its script.
const MODULE: &str = "worker_bg.wasm";
const GLUE: &str = "worker.js";

/// The second module, as `app/worker/worker_loader.js` names it.
pub(super) const REST: &str = "worker_rest.wasm";

/// The function that has the second module loaded; `app/worker` exports it.
const LOAD: &str = "load_rest_now";

/// How wasm-opt treats the first half: at higher levels it becomes shorter, and larger when it is compressed.
const FIRST: &str = "-O1";

/// Cuts the worker's module in a freshly built site.
pub(super) fn apply(staging: &Path) -> Result<()> {
    let path = staging.join(MODULE);
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let module = Module::parse(&bytes).context("the engine's module is not understood")?;
    // What the linker left for the cut is of no use to a browser, whether the cut succeeds or not.
    write(&path, &module.without_custom_sections())?;
    let folder = scratch()?;
    let noting = folder.join("noting.wasm");
    write(&noting, &instrument::instrument(&module)?)?;
    let mut all = runs()?;
    let played = all.len();
    all.extend(starts()?);
    let mut whole = rehearse(staging, &noting, None, &all)?;
    whole.said.truncate(played);
    let load = module
        .exported(LOAD)
        .with_context(|| format!("the module exports no function {LOAD}"))?;
    let mut early = early_functions(&module, &whole.early)?;
    early.insert(load);
    let late = Data::of(&Linked::read(&linked("engine", "worker")?)?).late(&module, &early)?;
    let (first, second) = cut::cut(&module, &early, load, &late)?;
    let halves = [folder.join("first.wasm"), folder.join("second.wasm")];
    optimise(&first, FIRST, &halves[0])?;
    write(&halves[1], &second)?;
    let cut = rehearse(staging, &halves[0], Some(&halves[1]), &all[..played])?;
    ensure!(
        whole.said == cut.said,
        "the engine's two halves do not say what the whole says: {:?}, {:?}",
        whole.said,
        cut.said
    );
    println!(
        "build: {} of the engine's {} functions are needed until the first prompt: {} KiB of {} KiB, {} KiB of them data",
        early.len(),
        module.bodies.len(),
        first.len() / 1024,
        (first.len() + second.len()) / 1024,
        data::size(&module, &late) / 1024,
    );
    fs::copy(&halves[0], &path).with_context(|| format!("cannot write {}", path.display()))?;
    write(&staging.join(REST), &second)
}

/// What a rehearsal tells.
struct Rehearsal {
    early: Vec<String>,
    said: Vec<String>,
}

fn rehearse(
    staging: &Path,
    module: &Path,
    rest: Option<&Path>,
    runs: &[Value],
) -> Result<Rehearsal> {
    let task = json!({
        "glue": staging.join(GLUE),
        "module": module,
        "rest": rest,
        "runs": runs,
    });
    let script = project::path("xtask/src/build/split/rehearsal.mjs");
    let text = Cmd::new("node").arg(script).arg(task.to_string()).read()?;
    let told: Value = serde_json::from_str(&text).context("the rehearsal printed no JSON")?;
    let strings = |name: &str| -> Vec<String> {
        let list = told[name].as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(String::from).collect()
    };
    Ok(Rehearsal {
        early: strings("early"),
        said: strings("said"),
    })
}

/// Starts beyond those that are played: how collections grow and divide depends on the names that a seed gives, and a
/// function that one start in a hundred calls is needed early, too.
const STARTS: u64 = 24;

/// More starts and nothing after them.
fn starts() -> Result<Vec<Value>> {
    (1..=STARTS)
        .map(|number| {
            let seed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11;
            let date = 1_767_225_600_000 + number * 86_399_123;
            let before = before(seed, 100, 30);
            Ok(json!({ "date": date, "before": hex(&before)?, "meanwhile": [], "after": [] }))
        })
        .collect()
}

/// What the page says until the first prompt.
fn before(seed: u64, columns: u16, rows: u16) -> [ToEngine; 3] {
    // It tells the terminal's size when it knows it, which may be before the engine is asked to start.
    let resize = ToEngine::Resize {
        columns: columns + 1,
        rows,
    };
    let boot = Boot {
        seed,
        nodes: 3,
        columns,
        rows,
        ..Boot::default()
    };
    [resize.clone(), ToEngine::Boot(boot), resize]
}

/// What is played: seeds, dates and sizes that differ, so that what depends on them is called in one run or another.
fn runs() -> Result<Vec<Value>> {
    let starts = [
        (1, 1_767_225_600_000_u64, 80, 24),
        (8_123_456_789, 1_772_323_199_000, 132, 50),
        (4_611_686_018_427, 1_795_392_000_000, 40, 12),
    ];
    starts
        .into_iter()
        .map(|(seed, date, columns, rows)| {
            let before = before(seed, columns, rows);
            let line = |line: &str| ToEngine::Line(line.to_string());
            // Long enough that what holds them has to grow.
            let mut meanwhile = vec![ToEngine::Drawn(80); 20];
            meanwhile.push(ToEngine::Resize { columns, rows });
            meanwhile.push(line("kubectl get pods"));
            let after = [
                "kubectl create -f example-pod.yml && sleep 5",
                "kubectl get pods -o wide",
                "kubectl describe pod example-pod | grep -c :",
                "for i in 1 2 3; do echo $((i * 7)) | base64; done; kubectl pods",
                "kubectl get pod example-pod -o yaml",
                "kubectl delete -f example-pod.yml",
            ]
            .map(line);
            Ok(json!({
                "date": date,
                "before": hex(&before)?,
                "meanwhile": hex(&meanwhile)?,
                "after": hex(&after)?,
            }))
        })
        .collect()
}

fn hex(messages: &[ToEngine]) -> Result<Vec<String>> {
    messages
        .iter()
        .map(|message| {
            let bytes = wire::encode(message)?;
            Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
        })
        .collect()
}

/// The numbers of the functions whose variables were set.
fn early_functions(module: &Module<'_>, names: &[String]) -> Result<BTreeSet<u32>> {
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let early: BTreeSet<u32> = module
        .own()
        .enumerate()
        .filter(|(number, _)| names.contains(instrument::variable(*number).as_str()))
        .map(|(_, function)| function)
        .collect();
    ensure!(
        !early.is_empty() && early.len() < module.bodies.len(),
        "the rehearsal called {} of {} functions",
        early.len(),
        module.bodies.len()
    );
    Ok(early)
}
