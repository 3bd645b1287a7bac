//! `kubectl create cronjob`

use serde_json::json;

use super::super::shared;
use super::{Generator, job};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;

pub(super) const COMMAND: Command = Command {
    name: "cronjob",
    usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
    aliases: &["cj"],
    short: "Create a cron job with the specified name",
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
            Flag::string("image", "Image name to run.").required(),
            Flag::string(
                "restart",
                "job's restart policy. supported values: OnFailure, Never",
            ),
            Flag::string(
                "schedule",
                "A schedule in the Cron format the job should be run with.",
            )
            .required(),
        ],
    ],
    long: "Create a cron job with the specified name.",
    example: "# A cron job
kubectl create cronjob my-job --image=busybox --schedule=\"*/1 * * * *\"

# A cron job with a command
kubectl create cronjob my-job --image=busybox --schedule=\"*/1 * * * *\" -- date",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let restart = match cx.flags.str("restart") {
            "" => "OnFailure",
            restart => restart,
        };
        let container = job::container(&generator.name, cx.flags.str("image"), &generator.command);
        let object = json!({
            "apiVersion": "batch/v1", "kind": "CronJob",
            "metadata": {"name": generator.name},
            "spec": {
                "schedule": cx.flags.str("schedule"),
                "jobTemplate": {
                    "metadata": {"name": generator.name},
                    "spec": {
                        "template": {"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}},
                    },
                },
            },
            "status": {},
        });
        generator.create(&cx, object, "failed to create cronjob: ")
    })
}
