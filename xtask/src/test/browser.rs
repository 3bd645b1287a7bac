//! End-to-end tests: Node drives headless Chromium over the served release build.
//!
//! The tests are `tests/browser/*.test.mjs`. Here the site is built and served twice by one server, at `/` and below
//! `/some/sub/`, and its addresses handed over in the environment.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{Context, Suite, never_absent};
use crate::process::Cmd;
use crate::serve::http::{Mount, Server};
use crate::setup::{self, Browser};
use crate::{build, project};

/// The page in a browser.
pub(super) const SUITE: Suite = Suite {
    name: "browser",
    about: "the built page, end to end in headless Chromium",
    absent: never_absent,
    run,
};

fn run(context: &Context) -> Result<()> {
    let site = Site::start()?;
    let files = test_files(&context.args)?;
    context
        .prepare(site.node())
        .args(["--test", "--test-reporter=spec"])
        .args(files)
        .run()
}

/// The built page, being served, and a browser for it.
pub(crate) struct Site {
    browser: Browser,
    port: u16,
}

impl Site {
    /// Builds and serves until this program ends.
    pub(crate) fn start() -> Result<Self> {
        let browser = setup::for_browser()?;
        build::run()?;
        let server = Server::bind(0).context("no free port on 127.0.0.1")?;
        let port = server.port();
        let mounts = ["/", "/some/sub/"].map(|prefix| Mount {
            prefix: prefix.to_string(),
            folder: project::dist(),
        });
        std::thread::spawn(move || server.run(&mounts, None));
        Ok(Self { browser, port })
    }

    /// `node` with everything in its environment that `tests/browser/support` asks for.
    pub(crate) fn node(&self) -> Cmd {
        let root = format!("http://127.0.0.1:{}/", self.port);
        Cmd::new("node")
            .env("SITE_URL", &root)
            .env("SITE_SUB_URL", format!("{root}some/sub/"))
            .env("CHROME", &self.browser.chrome)
            .env("CHROME_FLAGS", setup::CHROMIUM_FLAGS.join(" "))
            .env("SCREENSHOTS", project::target().join("screenshots"))
    }
}

/// All test files, or those whose names contain one of the arguments.
fn test_files(wanted: &[String]) -> Result<Vec<PathBuf>> {
    let folder = project::path("tests/browser");
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let is_wanted = wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
        if name.ends_with(".test.mjs") && is_wanted {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("no file in tests/browser matches {wanted:?}");
    }
    Ok(files)
}
