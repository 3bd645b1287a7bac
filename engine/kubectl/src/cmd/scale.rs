//! `kubectl scale`: sets the number of replicas through the subresource `scale`.

use serde_json::{Value, json};

use super::shared::{self, DryRun};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Info};
use crate::rest::helper::{Helper, PatchType};
use crate::util::{go, json as j};

/// `scale`
pub const COMMAND: Command = Command {
    name: "scale",
    usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
    no_flags_in_use: true,
    short: "Set a new size for a deployment, replica set, or replication controller",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        &[
            shared::ALL,
            Flag::int(
                "current-replicas",
                "-1",
                "Scale only if this is the current size. -1 (default) for no condition.",
            ),
            shared::filename(
                "Filename, directory, or URL to files identifying the resource to set a new size",
            ),
            Flag::int("replicas", "0", "The new desired number of replicas. Required.").required(),
            Flag::string(
                "resource-version",
                "Scale only if this is the current version of the resource.",
            ),
            Flag::duration(
                "timeout",
                "0s",
                "The length of time to wait until the new size is reached, zero means don't wait. Other values need a \
                 unit (e.g. 1s, 2m, 3h).",
            ),
            shared::RECORD,
        ],
    ],
    long: "Set a new size for a deployment, replica set, replication controller, or stateful set.

With --current-replicas or --resource-version, the new size is set only if what they say is true at that moment.",
    example: "# Three replicas of the replica set 'foo'
kubectl scale --replicas=3 rs/foo

# Of what a file names
kubectl scale --replicas=3 -f foo.yaml

# From two to three only
kubectl scale --current-replicas=2 --replicas=3 deployment/mysql

# Several at once
kubectl scale --replicas=5 rc/example1 rc/example2 rc/example3

# A stateful set
kubectl scale --replicas=3 statefulset/web",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        let mut printer = shared::printer(&cx, "scaled", dry_run)?;
        let (namespace, explicit) = cx.namespace()?;
        let replicas = flags.int("replicas");
        if replicas < 0 {
            return Err(
                "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
                    .into(),
            );
        }
        if flags.int("current-replicas") < -1 {
            return Err("The --current-replicas must specify an integer of -1 or greater".into());
        }
        let (mut infos, result) = Builder::new(&cx)
            .continue_on_error()
            .namespace(&namespace)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .label_selector(flags.str("selector"))
            .args(flags.bool("all"), &cx.args)
            .flatten()
            .find()?
            .infos();
        if !flags.str("resource-version").is_empty() && infos.len() > 1 {
            return Err("cannot use --resource-version with multiple resources".into());
        }
        if infos.is_empty() {
            result?;
            return Err("no objects passed to scale".into());
        }
        for info in &mut infos {
            let mut actual = replicas;
            if dry_run != DryRun::Client {
                actual = scale(&cx, info, replicas, dry_run).await?;
                if flags.duration("timeout") != 0 && dry_run == DryRun::None {
                    wait(&cx, info, replicas).await?;
                }
            }
            if let Some(object) = &mut info.object
                && matches!(j::group(object), "apps" | "")
            {
                j::set(object, &["spec", "replicas"], actual);
            }
            if let (Some(cause), DryRun::None) = (shared::change_cause(&cx), dry_run) {
                let patch =
                    json!({"metadata": {"annotations": {"kubernetes.io/change-cause": cause}}});
                let helper = Helper::new(&cx, info.mapping()?);
                // A note that cannot be taken is no reason to fail.
                let _ = helper.patch(
                    &info.namespace,
                    &info.name,
                    PatchType::Merge,
                    patch.to_string().as_bytes(),
                );
            }
            printer.print(&cx, info.value())?;
        }
        result
    })
}

/// Sets the size, and tries again when somebody else was faster; the size as the server has it.
async fn scale(cx: &Context, info: &Info, replicas: i64, dry_run: DryRun) -> Result<i64, Error> {
    const MINUTES: usize = 5;
    let mut last = Err("timed out waiting for the condition".into());
    for attempt in 0..MINUTES * 60 {
        if attempt > 0 {
            cx.flush().await?;
            cx.host.sleep(1_000_000).await;
        }
        last = scale_once(cx, info, replicas, dry_run);
        if !matches!(&last, Err(error) if error.has_reason("Conflict")) {
            break;
        }
    }
    last
}

fn scale_once(cx: &Context, info: &Info, replicas: i64, dry_run: DryRun) -> Result<i64, Error> {
    let helper = Helper::new(cx, info.mapping()?)
        .subresource("scale")
        .dry_run(dry_run.is_server());
    let (size, version) = (
        cx.flags.int("current-replicas"),
        cx.flags.str("resource-version"),
    );
    let answer = if size == -1 && version.is_empty() {
        let patch = json!({"spec": {"replicas": replicas}}).to_string();
        helper.patch(
            &info.namespace,
            &info.name,
            PatchType::Merge,
            patch.as_bytes(),
        )?
    } else {
        let mut scale = helper.get(&info.namespace, &info.name)?;
        let now = j::int(&scale, &["spec", "replicas"]);
        if size != -1 && now != size {
            return Err(fail!("Expected replicas to be {size}, was {now}"));
        }
        let now = j::text(&scale, &["metadata", "resourceVersion"]);
        if !version.is_empty() && now != version {
            return Err(fail!(
                "Expected resource version to be {version}, was {now}"
            ));
        }
        j::set(&mut scale, &["spec", "replicas"], replicas);
        helper.replace(&info.namespace, &info.name, &scale)?
    };
    Ok(j::int(&answer, &["spec", "replicas"]))
}

/// Waits until as many replicas are there as wanted, or somebody wants another number.
async fn wait(cx: &Context, info: &Info, replicas: i64) -> Result<(), Error> {
    let helper = Helper::new(cx, info.mapping()?).subresource("scale");
    let deadline = cx.host.now() + cx.flags.duration("timeout");
    let reached = |scale: &Value| {
        j::int(scale, &["spec", "replicas"]) != replicas
            || j::int(scale, &["status", "replicas"]) == replicas
    };
    loop {
        if reached(&helper.get(&info.namespace, &info.name)?) {
            return Ok(());
        }
        cx.flush().await?;
        let left = deadline - cx.host.now();
        cx.host.sleep(left.clamp(0, 1_000_000)).await;
        if cx.host.now() >= deadline {
            return Err(fail!(
                "timed out waiting for {} to be synced",
                go::quote(&info.name)
            ));
        }
    }
}
