//! `kubectl create job`

use serde_json::{Value, json};

use super::super::shared;
use super::Generator;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Builder;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "job",
    usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
    no_flags_in_use: true,
    short: "Create a job with the specified name",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::string(
                "from",
                "The name of the resource to create a Job from (only CronJob is supported).",
            ),
            Flag::string("image", "Image name to run."),
        ],
    ],
    long: "Create a job with the specified name.",
    example: "# A job
kubectl create job my-job --image=busybox

# A job with a command
kubectl create job my-job --image=busybox -- date

# A job from a cron job, right now
kubectl create job test-job --from=cronjob/a-cronjob",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let (image, from) = (cx.flags.str("image"), cx.flags.str("from"));
        if image.is_empty() == from.is_empty() {
            return Err("either --image or --from must be specified".into());
        }
        if !generator.command.is_empty() && !from.is_empty() {
            return Err("cannot specify --from and command".into());
        }
        let object = if from.is_empty() {
            let container = container(&generator.name, image, &generator.command);
            json!({
                "apiVersion": "batch/v1", "kind": "Job",
                "metadata": {"name": generator.name},
                "spec": {"template": {"metadata": {}, "spec": {"containers": [container], "restartPolicy": "Never"}}},
                "status": {},
            })
        } else {
            from_cron_job(&cx, &generator, from)?
        };
        generator.create(&cx, object, "failed to create job: ")
    })
}

/// The one container of a job.
pub(super) fn container(name: &str, image: &str, command: &[String]) -> Value {
    let mut container = json!({"name": name, "image": image, "resources": {}});
    if !command.is_empty() {
        j::set(&mut container, &["command"], json!(command));
    }
    container
}

fn from_cron_job(cx: &Context, generator: &Generator, from: &str) -> Result<Value, Error> {
    let mut found = Builder::new(cx)
        .namespace(&generator.namespace)
        .args(false, &[from.to_owned()])
        .flatten()
        .latest()
        .find()?;
    let (infos, result) = found.infos();
    result?;
    let [info] = infos.as_slice() else {
        return Err("from must be an existing cronjob".into());
    };
    let cron_job = info.value();
    if j::kind(cron_job) != "CronJob" {
        let version = j::text(cron_job, &["apiVersion"])
            .rsplit('/')
            .next()
            .unwrap_or_default();
        return Err(fail!(
            "unknown object type *{version}.{}",
            j::kind(cron_job)
        ));
    }
    let template = j::at(cron_job, &["spec", "jobTemplate"]);
    let mut annotations = json!({"cronjob.kubernetes.io/instantiate": "manual"});
    for (key, value) in j::entries(template, &["metadata", "annotations"]) {
        annotations[key] = value.into();
    }
    let mut object = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {
            "name": generator.name,
            "annotations": annotations,
            "ownerReferences": [{
                "apiVersion": "batch/v1", "kind": "CronJob", "name": j::name(cron_job),
                "uid": j::text(cron_job, &["metadata", "uid"]), "controller": true,
            }],
        },
        "spec": j::at(template, &["spec"]).clone(),
        "status": {},
    });
    let labels = j::at(template, &["metadata", "labels"]);
    if labels.is_object() {
        j::set(&mut object, &["metadata", "labels"], labels.clone());
    }
    Ok(object)
}
