//! `kubectl create deployment`

use serde_json::{Value, json};

use super::super::shared;
use super::Generator;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "deployment",
    usage: "NAME --image=image -- [COMMAND] [args...]",
    no_flags_in_use: true,
    aliases: &["deploy"],
    short: "Create a deployment with the specified name",
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
            Flag::slice(
                "image",
                "Image names to run. A deployment can have multiple images set for \
                 multi-container pod.",
            )
            .required(),
            Flag::int32(
                "port",
                "-1",
                "The containerPort that this deployment exposes.",
            ),
            Flag::int32(
                "replicas",
                "1",
                "Number of replicas to create. Default is 1.",
            )
            .short('r'),
        ],
    ],
    long: "Create a deployment with the specified name.",
    example: "# A deployment that runs the nginx image
kubectl create deployment my-dep --image=nginx

# With a command
kubectl create deployment my-dep --image=busybox -- date

# With three replicas and a port
kubectl create deployment my-dep --image=nginx --replicas=3 --port=80

# With two containers
kubectl create deployment my-dep --image=busybox:latest --image=nginx",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let images = cx.flags.strings("image");
        if images.len() > 1 && !generator.command.is_empty() {
            return Err("cannot specify multiple --image options and command".into());
        }
        let mut containers: Vec<Value> = images
            .iter()
            .map(|image| {
                let name = container_name(&cx, image);
                let mut container = json!({"name": name, "image": image, "resources": {}});
                if !generator.command.is_empty() {
                    j::set(&mut container, &["command"], json!(generator.command));
                }
                container
            })
            .collect();
        let port = cx.flags.int("port");
        if port >= 0
            && let Some(first) = containers.first_mut()
        {
            j::set(first, &["ports"], json!([{"containerPort": port}]));
        }
        let labels = json!({"app": generator.name});
        let object = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": generator.name, "labels": labels},
            "spec": {
                "replicas": cx.flags.int("replicas"),
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
                "strategy": {},
            },
            "status": {},
        });
        generator.create(&cx, object, "failed to create deployment: ")
    })
}

/// The last part of an image's name, fit to be a container's.
fn container_name(cx: &Context, image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    let last = last.split(':').next().unwrap_or(last);
    let last = last.split('@').next().unwrap_or(last);
    if !last.contains(['_', '.']) {
        return last.to_owned();
    }
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut number = cx.host.random();
    let mut suffix = String::new();
    for _ in 0..5 {
        suffix.push(LETTERS[(number % LETTERS.len() as u64) as usize] as char);
        number /= LETTERS.len() as u64;
    }
    format!("{}-{suffix}", last.replace(['_', '.'], "-"))
}
