//! What loading the page costs, measured in a browser: the numbers behind the size budgets and the benchmark.
//!
//! `tests/browser/measure.mjs` loads the page and prints one JSON object; here it is read. Sizes are of the bodies,
//! compressed with gzip at its best level, as static hosts serve them.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::test::Site;

/// One loaded file.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// Path below the site's address.
    pub(crate) path: String,
    /// Compressed size in bytes.
    pub(crate) gzip: u64,
    /// Was it asked for before the terminal's first prompt?
    pub(crate) before_prompt: bool,
}

impl Loaded {
    /// Is it part of the engine, which loads after the page's shell has painted?
    pub(crate) fn is_engine(&self) -> bool {
        self.path.starts_with("worker")
    }
}

/// One measurement.
#[derive(Clone, Debug)]
pub(crate) struct Measurement {
    /// Everything that was loaded until the page came to rest.
    pub(crate) loaded: Vec<Loaded>,
    /// Milliseconds from navigation to the page's first paint of its own.
    pub(crate) shell_ms: f64,
    /// Milliseconds from navigation to the terminal's first prompt, with nothing cached.
    pub(crate) prompt_ms: f64,
    /// Milliseconds from Enter to the output of `kubectl get pods`, one a run; empty if the page has no terminal.
    pub(crate) get_pods_ms: Vec<f64>,
    /// Milliseconds from a key to its letter on the screen, one a key.
    pub(crate) echo_ms: Vec<f64>,
    /// The same while a thousand pods start.
    pub(crate) busy_echo_ms: Vec<f64>,
    /// The same as `get_pods_ms` with a thousand pods.
    pub(crate) many_pods_ms: Vec<f64>,
}

impl Measurement {
    /// Takes one.
    pub(crate) fn take(site: &Site) -> Result<Self> {
        Self::run(site, &[])
    }

    /// Takes one with all there is to measure, which is some minutes' work.
    pub(crate) fn take_all(site: &Site) -> Result<Self> {
        Self::run(site, &["--many"])
    }

    fn run(site: &Site, options: &[&str]) -> Result<Self> {
        let measure = site.node().arg("tests/browser/measure.mjs");
        let text = measure.args(options).read()?;
        let json: Value = serde_json::from_str(&text)
            .with_context(|| format!("measure.mjs printed no JSON: {text}"))?;
        let loaded = json["loaded"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let loaded: Vec<Loaded> = loaded
            .iter()
            .map(|file| Loaded {
                path: file["path"].as_str().unwrap_or_default().to_string(),
                gzip: file["gzip"].as_u64().unwrap_or_default(),
                before_prompt: file["beforePrompt"].as_bool().unwrap_or_default(),
            })
            .collect();
        anyhow::ensure!(!loaded.is_empty(), "the page loaded nothing: {text}");
        let times = |name: &str| -> Vec<f64> {
            let runs = json[name].as_array().map(Vec::as_slice);
            let runs = runs.unwrap_or_default().iter();
            runs.filter_map(Value::as_f64).collect()
        };
        Ok(Self {
            loaded,
            shell_ms: json["shellMs"]
                .as_f64()
                .context("no tabernetes:shell mark")?,
            prompt_ms: json["promptMs"]
                .as_f64()
                .context("no tabernetes:prompt mark")?,
            get_pods_ms: times("getPodsMs"),
            echo_ms: times("echoMs"),
            busy_echo_ms: times("busyEchoMs"),
            many_pods_ms: times("manyPodsMs"),
        })
    }

    /// Compressed bytes of the files that `keep` picks.
    pub(crate) fn gzip(&self, keep: impl Fn(&Loaded) -> bool) -> u64 {
        self.loaded
            .iter()
            .filter(|file| keep(file))
            .map(|file| file.gzip)
            .sum()
    }
}
