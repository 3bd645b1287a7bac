//! `kubectl set image`

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Changes, check_local, find, pod_spec};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::{go, json as j, pairs};

pub(super) const COMMAND: Command = Command {
    name: "image",
    usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
    no_flags_in_use: true,
    short: "Update the image of a pod template",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        &[
            shared::ALL,
            shared::manager("kubectl-set"),
            shared::filename(
                "Filename, directory, or URL to files identifying the resource to get from a server.",
            ),
            Flag::bool(
                "local",
                "If true, set image will NOT contact api-server but run locally.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Update existing container image(s) of resources.

Possible resources include (case insensitive):

pod (po), replicationcontroller (rc), deployment (deploy), daemonset (ds), statefulset (sts), cronjob (cj), \
replicaset (rs)",
    example: "# The containers nginx and busybox of a deployment
kubectl set image deployment/nginx busybox=busybox nginx=nginx:1.9.1

# The container nginx of all deployments and replication controllers
kubectl set image deployments,rc nginx=nginx:1.9.1 --all

# All containers of a daemon set
kubectl set image daemonset abc *=nginx:1.9.1

# Only print what becomes of a file
kubectl set image -f path/to/file.yaml nginx=nginx:1.9.1 --local -o yaml",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        shared::printer(&cx, "image updated", dry_run)?;
        let (resources, changes) = pairs::split(&cx.args, "image")?;
        let invalid: Vec<&str> = changes
            .iter()
            .map(String::as_str)
            .filter(|pair| !pair.contains('='))
            .collect();
        if !invalid.is_empty() {
            return Err(fail!("invalid image format: {}", invalid.join(", ")));
        }
        let images = pairs::parse(&changes, "image")?.set;
        let infos = find(&cx, &resources)?;
        let mut errors = Vec::new();
        let mut wrong = |bad: bool, message: &str| {
            if bad {
                errors.push(Error::from(message));
            }
        };
        wrong(
            flags.bool("all") && !flags.str("selector").is_empty(),
            "cannot set --all and --selector at the same time",
        );
        wrong(
            resources.is_empty()
                && flags.strings("filename").is_empty()
                && flags.str("kustomize").is_empty(),
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        );
        wrong(images.is_empty(), "at least one image update is required");
        wrong(
            images.len() > 1 && images.contains_key("*"),
            "all containers are already specified by *, but saw more than one container_name=container_image pairs",
        );
        if let Err(error) = check_local(&cx, dry_run) {
            errors.push(error);
        }
        Error::check(errors)?;
        let changes = Changes {
            cx: &cx,
            dry_run,
            done: "image updated",
            failed: "failed to patch image update to pod template: ",
            skip_unchanged: true,
            errors: Vec::new(),
        };
        changes.make(infos, &mut |object, errors| {
            set(object, &images, errors)?;
            shared::record(&cx, object);
            Ok(true)
        })
    })
}

fn set(
    object: &mut Value,
    images: &BTreeMap<String, String>,
    errors: &mut Vec<Error>,
) -> Result<(), Error> {
    let spec = pod_spec(object)?;
    for (name, image) in images {
        let mut found = false;
        for list in ["initContainers", "containers"] {
            let items = spec.get_mut(list).and_then(Value::as_array_mut);
            for container in items.into_iter().flatten() {
                if name != "*" && j::text(container, &["name"]) != name {
                    continue;
                }
                found = true;
                if image.is_empty() {
                    j::remove(container, &["image"]);
                } else {
                    j::set(container, &["image"], image.as_str());
                }
            }
        }
        if !found {
            errors.push(fail!(
                "error: unable to find container named {}",
                go::quote(name)
            ));
        }
    }
    Ok(())
}
