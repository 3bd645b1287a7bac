//! rustfmt's default style, everywhere.

use super::{Suite, never_absent};

/// `cargo fmt --check`; blessing formats.
pub(super) const SUITE: Suite = Suite {
    name: "fmt",
    about: "code is formatted",
    absent: never_absent,
    run: |context| {
        context.no_args()?;
        let cmd = context.cargo().args(["fmt", "--all"]);
        let cmd = if context.bless {
            cmd
        } else {
            cmd.arg("--check")
        };
        cmd.hint("`cargo fmt --all` mends it.").run()
    },
};
