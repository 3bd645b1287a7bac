//! `wasm-bindgen-test`s of the page's components, in headless Chromium.

use anyhow::Result;

use super::{Context, Suite, never_absent};
use crate::setup::{self, cargo_tools};
use crate::versions::{self, WASM_TARGET};

/// Components in a browser.
pub(super) const SUITE: Suite = Suite {
    name: "wasm",
    about: "the page's components, as wasm in headless Chromium",
    absent: never_absent,
    run,
};

fn run(context: &Context) -> Result<()> {
    let tools = setup::for_wasm_tests()?;
    let browser = setup::for_browser()?;
    let runner = cargo_tools::bin(&versions::WASM_BINDGEN).join("wasm-bindgen-test-runner");
    let cmd = tools
        .wasm
        .cargo()
        .args(["test", "-p", "app", "--target", WASM_TARGET])
        .args(&context.args)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", &browser.driver)
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            browser.webdriver_json()?,
        )
        // A first start of Chromium on a busy machine takes longer than the default of 20 s.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    context.prepare(cmd).run()
}
