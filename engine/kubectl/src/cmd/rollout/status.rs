//! `kubectl rollout status`: watches until a rollout is done.

use serde_json::Value;

use super::{FILENAME, check_target, find};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::{shared, wait};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Info;
use crate::util::timer::WEEK;
use crate::util::{go, json as j};

pub(super) const COMMAND: Command = Command {
    name: "status",
    usage: "(TYPE NAME | TYPE/NAME) [flags]",
    no_flags_in_use: true,
    short: "Show the status of the rollout",
    flags: &[
        shared::FOLDERS,
        shared::SELECTOR,
        &[
            FILENAME,
            Flag::int(
                "revision",
                "0",
                "Pin to a specific revision for showing its status. Defaults to 0 (last revision).",
            ),
            Flag::duration(
                "timeout",
                "0s",
                "The length of time to wait before ending watch, zero means never. Any other values should contain a \
                 corresponding time unit (e.g. 1s, 2m, 3h).",
            ),
            Flag::bool(
                "watch",
                "Watch the status of the rollout until it's done.",
            )
            .default("true")
            .short('w'),
        ],
    ],
    long: "Show the status of the rollout.

The latest rollout is watched until it is done; with --watch=false it is shown once. A rollout that starts meanwhile is \
watched, too, unless --revision=N pins the revision to watch: then the command ends when another one takes its place.",
    example: "# Watch the rollout of a deployment
kubectl rollout status deployment/nginx",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        check_target(&cx)?;
        let revision = cx.flags.int("revision");
        if revision < 0 {
            return Err(fail!("revision must be a positive integer: {revision}"));
        }
        let (infos, result) = find(&cx)?.infos();
        let mut errors: Vec<Error> = result.err().into_iter().collect();
        if infos.is_empty() && errors.is_empty() {
            let (namespace, _) = cx.namespace()?;
            cx.err(&format!("No resources found in {namespace} namespace.\n"));
        }
        for info in &infos {
            match watch(&cx, info, revision).await {
                Err(error @ Error::Exit(_)) => return Err(error),
                Err(error) => errors.push(error),
                Ok(()) => {}
            }
        }
        Error::check(errors)
    })
}

/// What there is to say of an object (of this revision, if there is one), and whether its rollout is done.
type Viewer = fn(&Value, i64) -> Result<(String, bool), Error>;

async fn watch(cx: &Context, info: &Info, revision: i64) -> Result<(), Error> {
    let mapping = info.mapping()?;
    let status: Viewer = match (mapping.group.as_str(), mapping.kind.as_str()) {
        ("apps", "Deployment") => deployment,
        ("apps", "DaemonSet") => daemon_set,
        ("apps", "StatefulSet") => stateful_set,
        _ => {
            return Err(fail!(
                "no status viewer has been implemented for {}",
                super::revisions::group_kind(mapping)
            ));
        }
    };
    let timeout = match cx.flags.duration("timeout") {
        0 => WEEK,
        timeout => timeout,
    };
    let deadline = cx.host.now() + timeout;
    let met = |kind: &str, object: &Value| {
        if kind == "DELETED" {
            return Err("object has been deleted".into());
        }
        let (text, done) = status(object, revision)?;
        cx.out(&text);
        Ok(done || !cx.flags.bool("watch"))
    };
    let seen = wait::until(cx, mapping, &info.namespace, &info.name, deadline, met).await?;
    match seen {
        Some(_) => Ok(()),
        None => Err("timed out waiting for the condition".into()),
    }
}

/// Whether the controller has seen the latest specification.
fn observed(object: &Value) -> bool {
    j::int(object, &["metadata", "generation"]) <= j::int(object, &["status", "observedGeneration"])
}

fn deployment(object: &Value, revision: i64) -> Result<(String, bool), Error> {
    let name = go::quote(j::name(object));
    if revision > 0 {
        let running = super::revisions::of_annotation(object).ok_or_else(|| {
            fail!("cannot get the revision of deployment {name}: strconv.ParseInt: parsing \"\": invalid syntax")
        })?;
        if running != revision {
            return Err(fail!(
                "desired revision ({revision}) is different from the running revision ({running})"
            ));
        }
    }
    if !observed(object) {
        return Ok((
            "Waiting for deployment spec update to be observed...\n".to_owned(),
            false,
        ));
    }
    let late = |c: &&Value| j::text(c, &["type"]) == "Progressing";
    let progressing = j::list(object, &["status", "conditions"]).iter().find(late);
    if progressing.is_some_and(|c| j::text(c, &["reason"]) == "ProgressDeadlineExceeded") {
        return Err(fail!("deployment {name} exceeded its progress deadline"));
    }
    let count = |field: &str| j::int(object, &["status", field]);
    let wanted = j::int(object, &["spec", "replicas"]);
    let (updated, available) = (count("updatedReplicas"), count("availableReplicas"));
    let what = if updated < wanted {
        format!("{updated} out of {wanted} new replicas have been updated")
    } else if count("replicas") > updated {
        format!(
            "{} old replicas are pending termination",
            count("replicas") - updated
        )
    } else if available < updated {
        format!("{available} of {updated} updated replicas are available")
    } else {
        return Ok((format!("deployment {name} successfully rolled out\n"), true));
    };
    Ok((
        format!("Waiting for deployment {name} rollout to finish: {what}...\n"),
        false,
    ))
}

fn is_rolling(object: &Value) -> Result<(), Error> {
    if j::text(object, &["spec", "updateStrategy", "type"]) == "RollingUpdate" {
        return Ok(());
    }
    Err("rollout status is only available for RollingUpdate strategy type".into())
}

fn daemon_set(object: &Value, _: i64) -> Result<(String, bool), Error> {
    is_rolling(object)?;
    if !observed(object) {
        return Ok((
            "Waiting for daemon set spec update to be observed...\n".to_owned(),
            false,
        ));
    }
    let name = go::quote(j::name(object));
    let count = |field: &str| j::int(object, &["status", field]);
    let wanted = count("desiredNumberScheduled");
    let (updated, available) = (count("updatedNumberScheduled"), count("numberAvailable"));
    let what = if updated < wanted {
        format!("{updated} out of {wanted} new pods have been updated")
    } else if available < wanted {
        format!("{available} of {wanted} updated pods are available")
    } else {
        return Ok((format!("daemon set {name} successfully rolled out\n"), true));
    };
    Ok((
        format!("Waiting for daemon set {name} rollout to finish: {what}...\n"),
        false,
    ))
}

fn stateful_set(object: &Value, _: i64) -> Result<(String, bool), Error> {
    is_rolling(object)?;
    let count = |field: &str| j::int(object, &["status", field]);
    if count("observedGeneration") == 0 || !observed(object) {
        return Ok((
            "Waiting for statefulset spec update to be observed...\n".to_owned(),
            false,
        ));
    }
    let wanted = j::int(object, &["spec", "replicas"]);
    let ready = count("readyReplicas");
    if ready < wanted {
        return Ok((
            format!("Waiting for {} pods to be ready...\n", wanted - ready),
            false,
        ));
    }
    let updated = count("updatedReplicas");
    let rolling = j::at(object, &["spec", "updateStrategy", "rollingUpdate"]);
    if !rolling.is_null() {
        let partition = j::at(rolling, &["partition"]).as_i64();
        if let Some(partition) = partition
            && updated < wanted - partition
        {
            let text = format!(
                "Waiting for partitioned roll out to finish: {updated} out of {} new pods have been updated...\n",
                wanted - partition
            );
            return Ok((text, false));
        }
        let text =
            format!("partitioned roll out complete: {updated} new pods have been updated...\n");
        return Ok((text, true));
    }
    let (update, current) = (
        j::text(object, &["status", "updateRevision"]),
        j::text(object, &["status", "currentRevision"]),
    );
    if update != current {
        let text = format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision {update}...\n"
        );
        return Ok((text, false));
    }
    let text = format!(
        "statefulset rolling update complete {} pods at revision {current}...\n",
        count("currentReplicas")
    );
    Ok((text, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn deployments() {
        for (status, text) in [
            (
                json!({}),
                "Waiting for deployment spec update to be observed...\n",
            ),
            (
                json!({"observedGeneration": 1, "replicas": 3, "updatedReplicas": 1}),
                "Waiting for deployment \"web\" rollout to finish: 1 out of 3 new replicas have been updated...\n",
            ),
            (
                json!({"observedGeneration": 1, "replicas": 4, "updatedReplicas": 3}),
                "Waiting for deployment \"web\" rollout to finish: 1 old replicas are pending termination...\n",
            ),
            (
                json!({"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 2}),
                "Waiting for deployment \"web\" rollout to finish: 2 of 3 updated replicas are available...\n",
            ),
            (
                json!({"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}),
                "deployment \"web\" successfully rolled out\n",
            ),
        ] {
            let object = json!({"metadata": {"name": "web", "generation": 1}, "spec": {"replicas": 3}, "status": status});
            assert_eq!(deployment(&object, 0).unwrap().0, text);
        }
    }

    #[test]
    fn stateful_sets() {
        let set = |spec: Value, status: Value| {
            json!({"metadata": {"name": "db", "generation": 1},
                "spec": {"replicas": 3, "updateStrategy": spec}, "status": status})
        };
        let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 1}});
        let status = json!({"observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": 2});
        assert_eq!(
            stateful_set(&set(rolling.clone(), status), 0).unwrap(),
            (
                "partitioned roll out complete: 2 new pods have been updated...\n".to_owned(),
                true
            )
        );
        let status = json!({"observedGeneration": 1, "readyReplicas": 1});
        assert_eq!(
            stateful_set(&set(rolling, status), 0).unwrap(),
            ("Waiting for 2 pods to be ready...\n".to_owned(), false)
        );
        let on_delete = set(json!({"type": "OnDelete"}), json!({}));
        assert_eq!(
            stateful_set(&on_delete, 0).unwrap_err().text(),
            "rollout status is only available for RollingUpdate strategy type"
        );
    }
}
