//! `kubectl rollout history`

use super::revisions::{self, Revision};
use super::{FILENAME, check_target, find};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::describe;
use crate::error::Error;
use crate::fail;
use crate::util::tabwriter::TabWriter;

pub(super) const COMMAND: Command = Command {
    name: "history",
    usage: "(TYPE NAME | TYPE/NAME) [flags]",
    no_flags_in_use: true,
    short: "View rollout history",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::SELECTOR,
        &[
            FILENAME,
            Flag::int(
                "revision",
                "0",
                "See the details, including podTemplate of the revision specified",
            ),
        ],
    ],
    long: "View previous rollout revisions and configurations.",
    example: "# The revisions of a deployment
kubectl rollout history deployment/abc

# The third one of a daemon set
kubectl rollout history daemonset/abc --revision=3",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        check_target(&cx)?;
        let wanted = cx.flags.int("revision");
        if wanted < 0 {
            return Err(fail!("revision must be a positive integer: {wanted}"));
        }
        let whole = !cx.flags.str("output").is_empty() || !cx.flags.str("template").is_empty();
        let mut printer = shared::printer(&cx, "", DryRun::None)?.typed();
        find(&cx)?.each(|info| {
            revisions::check_kind(info.mapping()?, "history", "history viewer")?;
            let all = revisions::of(&cx, &info)?;
            if !whole {
                let text = view(&cx, &all, wanted)?;
                let with = match wanted {
                    0 => String::new(),
                    wanted => format!("with revision #{wanted}"),
                };
                let operation = format!("{with}\n{text}");
                return shared::printer(&cx, &operation, DryRun::None)?.print(&cx, info.value());
            }
            if wanted > 0 && !all.contains_key(&wanted) {
                return Err("unable to find the specified revision".into());
            }
            for (number, revision) in &all {
                if wanted == 0 || wanted == *number {
                    printer.print(&cx, &revision.object)?;
                }
            }
            Ok(())
        })
    })
}

fn view(
    cx: &Context,
    all: &std::collections::BTreeMap<i64, Revision>,
    wanted: i64,
) -> Result<String, Error> {
    if all.is_empty() {
        return Ok("No rollout history found.".to_owned());
    }
    if wanted > 0 {
        let revision = all
            .get(&wanted)
            .ok_or("unable to find the specified revision")?;
        return describe::pod_template(&revision.template(), cx.host.now());
    }
    let mut table = TabWriter::new(0, 2);
    table.push("REVISION\tCHANGE-CAUSE\n");
    for (number, revision) in all {
        let cause = match revision.cause.as_str() {
            "" => "<none>",
            cause => cause,
        };
        table.push(&format!("{number}\t{cause}\n"));
    }
    Ok(table.flush())
}
