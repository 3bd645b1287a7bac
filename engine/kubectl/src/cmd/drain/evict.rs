//! Evicts pods all at once, again and again where a budget does not allow it yet, and waits until they are gone.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};

use super::filter::is_skipped;
use super::tell;
use crate::cmd::shared::DryRun;
use crate::context::Context;
use crate::error::{Error, Status};
use crate::fail;
use crate::pods;
use crate::rest::helper::Helper;
use crate::transport::Request;
use crate::util::{go, json as j, time};

/// How long to wait before an eviction is tried again.
const RETRY: i64 = 5_000_000;

/// Takes all pods away.
pub(super) async fn all(cx: &Context, pods: &[Value], dry_run: DryRun) -> Result<(), Error> {
    let deadline = match cx.flags.duration("timeout") {
        0 => i64::MAX,
        timeout => cx.host.now() + timeout,
    };
    if cx.flags.bool("disable-eviction") {
        return delete_all(cx, pods, dry_run, deadline).await;
    }
    // Go's scheduler starts with the last of them.
    let (last, others) = pods.split_at(pods.len().saturating_sub(1));
    let mut running: FuturesUnordered<_> = others
        .iter()
        .chain(last)
        .map(|pod| one(cx, pod, dry_run, deadline))
        .collect();
    let mut errors = Vec::new();
    while let Some(result) = running.next().await {
        match result {
            Err(error @ Error::Exit(_)) => return Err(error),
            Err(error) => errors.push(error),
            Ok(()) => {}
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Error::Many(errors)),
    }
}

fn options(cx: &Context, dry_run: DryRun) -> Value {
    let mut options = json!({});
    if cx.flags.int("grace-period") >= 0 {
        options["gracePeriodSeconds"] = cx.flags.int("grace-period").into();
    }
    if dry_run.is_server() {
        options["dryRun"] = json!(["All"]);
    }
    options
}

fn evict(cx: &Context, namespace: &str, name: &str, dry_run: DryRun) -> Result<(), Error> {
    let path = format!("{}/{name}/eviction", pods::mapping().path(namespace));
    let eviction = json!({
        "apiVersion": "policy/v1", "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
        "deleteOptions": options(cx, dry_run),
    });
    let request = Request::new("POST", path).json("application/json", &eviction);
    cx.client()?.json(cx, request).map(|_| ())
}

/// Whether the namespace is on its way out, and takes no evictions.
fn is_terminating(status: &Status) -> bool {
    let causes = status.details.as_ref().map(|d| j::list(d, &["causes"]));
    status.reason == "Forbidden"
        && causes
            .unwrap_or_default()
            .iter()
            .any(|c| j::text(c, &["reason"]) == "NamespaceTerminating")
}

async fn one(cx: &Context, pod: &Value, dry_run: DryRun, deadline: i64) -> Result<(), Error> {
    let (namespace, name) = (j::namespace(pod), j::name(pod));
    let suffix = if dry_run.is_server() {
        " (server dry run)"
    } else {
        ""
    };
    let subject = format!("pods/{} -n {}", go::quote(name), go::quote(namespace));
    let mut pod = pod.clone();
    loop {
        cx.out(&format!("evicting pod {namespace}/{name}{suffix}\n"));
        if cx.host.now() >= deadline {
            return Err(fail!(
                "error when evicting {subject}: global timeout reached: {}",
                time::go_duration(cx.flags.duration("timeout"))
            ));
        }
        let Err(error) = evict(cx, namespace, name, dry_run) else {
            break;
        };
        let deleting = !j::text(&pod, &["metadata", "deletionTimestamp"]).is_empty();
        let again = match error.status() {
            Some(status) if status.is_not_found() => return Ok(()),
            Some(status) if status.reason == "TooManyRequests" => format!("evicting {subject}"),
            Some(status) if is_terminating(status) && deleting => break,
            Some(status) if is_terminating(status) => format!(
                "evicting pod {} from terminating namespace {}",
                go::quote(name),
                go::quote(namespace)
            ),
            _ => return Err(fail!("error when evicting {subject}: {}", error.text())),
        };
        cx.err(&format!(
            "error when {again} (will retry after 5s): {}\n",
            error.text()
        ));
        cx.flush().await?;
        cx.host.sleep(RETRY).await;
        if let Ok(fresh) = Helper::new(cx, &pods::mapping()).get(namespace, name) {
            pod = fresh;
        }
    }
    if dry_run.is_server() {
        return Ok(());
    }
    wait(cx, vec![pod], "evicted", deadline).await.map_err(|e| {
        fail!(
            "error when waiting for pod {} in namespace {} to terminate: {}",
            go::quote(name),
            go::quote(namespace),
            e.text()
        )
    })
}

async fn delete_all(
    cx: &Context,
    pods: &[Value],
    dry_run: DryRun,
    deadline: i64,
) -> Result<(), Error> {
    let mapping = pods::mapping();
    let helper = Helper::new(cx, &mapping);
    for pod in pods {
        match helper.delete(j::namespace(pod), j::name(pod), options(cx, dry_run)) {
            Err(error) if !error.is_not_found() => return Err(error),
            _ => {}
        }
    }
    wait(cx, pods.to_vec(), "deleted", deadline).await
}

/// Looks every second whether pods are gone, or others are there under their names.
async fn wait(cx: &Context, pods: Vec<Value>, done: &str, deadline: i64) -> Result<(), Error> {
    let mapping = pods::mapping();
    let helper = Helper::new(cx, &mapping);
    let mut pending = pods;
    loop {
        let mut left = Vec::new();
        for pod in pending {
            let uid = j::text(&pod, &["metadata", "uid"]);
            match helper.get(j::namespace(&pod), j::name(&pod)) {
                Ok(live) if j::text(&live, &["metadata", "uid"]) == uid => {
                    if is_skipped(cx, &live) {
                        cx.out(&format!(
                            "pod {} has DeletionTimestamp older than {} seconds, skipping\n",
                            go::quote(j::name(&pod)),
                            cx.flags.int("skip-wait-for-delete-timeout")
                        ));
                    } else {
                        left.push(pod);
                    }
                }
                Err(error) if !error.is_not_found() => {
                    let failed = match done {
                        "evicted" => "eviction failed",
                        _ => "deletion failed",
                    };
                    tell(cx, &pod, failed, DryRun::None)?;
                    return Err(error);
                }
                _ => tell(cx, &pod, done, DryRun::None)?,
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        pending = left;
        cx.flush().await?;
        let wait = (deadline - cx.host.now()).clamp(0, 1_000_000);
        cx.host.sleep(wait).await;
        if cx.host.now() >= deadline {
            return Err("context deadline exceeded".into());
        }
    }
}
