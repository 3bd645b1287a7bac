//! Chromium and its driver, which the wasm and end-to-end tests run in.
//!
//! `CHROME` and `CHROMEDRIVER` name other ones. The two must be of one major version: the driver refuses any other.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::system;
use crate::process::{Cmd, which};
use crate::project;
use crate::versions::CHROMIUM_MIN_MAJOR;

/// A browser that tests can drive.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    /// The browser itself.
    pub(crate) chrome: PathBuf,
    /// Its WebDriver server.
    pub(crate) driver: PathBuf,
}

/// What Chromium needs to run unattended, as root, in a container, without asking the network for anything.
pub(crate) const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

impl Browser {
    /// Writes the file that tells `wasm-bindgen-test-runner` how to start the browser.
    pub(crate) fn webdriver_json(&self) -> Result<PathBuf> {
        let path = project::target().join("webdriver.json");
        fs::create_dir_all(project::target())?;
        let text = json!({
            "goog:chromeOptions": { "binary": self.chrome, "args": FLAGS }
        });
        fs::write(&path, text.to_string())
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// Finds or installs browser and driver.
pub(super) fn ensure() -> Result<Browser> {
    if find().is_none() {
        system::apt_install(
            &["chromium", "chromium-driver"],
            "Chromium and its driver, for tests in a browser",
            "1 to 3 minutes",
        )?;
    }
    let Some(browser) = find() else {
        bail!("no Chromium and chromedriver found; set CHROME and CHROMEDRIVER to their paths");
    };
    let (chrome, driver) = (major(&browser.chrome)?, major(&browser.driver)?);
    if chrome != driver {
        bail!(
            "{} is version {chrome}, but {} is {driver}; install matching ones or set CHROME and CHROMEDRIVER",
            browser.chrome.display(),
            browser.driver.display()
        );
    }
    if chrome < CHROMIUM_MIN_MAJOR {
        bail!(
            "Chromium {chrome} is too old for the tests: {CHROMIUM_MIN_MAJOR} or newer is needed"
        );
    }
    Ok(browser)
}

fn find() -> Option<Browser> {
    let chrome = from_env("CHROME").or_else(|| {
        [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ]
        .iter()
        .find_map(|name| which(name))
    })?;
    let driver = from_env("CHROMEDRIVER").or_else(|| which("chromedriver"))?;
    Some(Browser { chrome, driver })
}

fn from_env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

/// The major version that a program says it has ("Chromium 131.0.6778.85 …", "ChromeDriver 131.0…").
fn major(program: &Path) -> Result<u32> {
    let text = Cmd::new(program).arg("--version").read()?;
    text.split_whitespace()
        .find_map(|word| word.split('.').next()?.parse().ok())
        .with_context(|| format!("{} does not say its version: {text:?}", program.display()))
}
