//! `kubectl set resources`

use apimachinery::Quantity;
use serde_json::{Map, Value};

use super::{Changes, check_all_and_selector, check_local, containers, find, pod_spec};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "resources",
    // The brackets are upstream's.
    usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
    no_flags_in_use: true,
    short: "Update resource requests/limits on objects with pod templates",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        &[
            shared::ALL,
            Flag::string(
                "containers",
                "The names of containers in the selected pod templates to change, all containers are selected by \
                 default - may use wildcards",
            )
            .default("*")
            .short('c'),
            shared::manager("kubectl-set"),
            shared::filename(
                "Filename, directory, or URL to files identifying the resource to get from a server.",
            ),
            Flag::string(
                "limits",
                "The most that each container may use. For example, 'cpu=100m,memory=256Mi'.",
            ),
            Flag::bool(
                "local",
                "If true, set resources will NOT contact api-server but run locally.",
            ),
            Flag::string(
                "requests",
                "What each container asks for. For example, 'cpu=100m,memory=256Mi'.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Specify compute resource requirements (CPU, memory) for any resource that defines a pod template. A pod that \
is scheduled is sure to get what it requests, and may use more, up to its limits.

If a limit is given and no request, the request is the limit.

Use \"kubectl api-resources\" for a complete list of supported resources.",
    example: "# Limits of the container nginx of a deployment
kubectl set resources deployment nginx -c=nginx --limits=cpu=200m,memory=512Mi

# Requests and limits of all its containers
kubectl set resources deployment nginx --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi

# None of either
kubectl set resources deployment nginx --limits=cpu=0,memory=0 --requests=cpu=0,memory=0

# Only print what becomes of a file
kubectl set resources -f path/to/file.yaml --limits=cpu=200m,memory=512Mi --local -o yaml",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        let infos = find(&cx, &cx.args)?;
        check_local(&cx, dry_run)?;
        check_all_and_selector(&cx)?;
        if flags.str("limits").is_empty() && flags.str("requests").is_empty() {
            return Err(
                "you must specify an update to requests or limits (in the form of --requests/--limits)"
                    .into(),
            );
        }
        let wanted = [
            ("limits", quantities(flags.str("limits"))?),
            ("requests", quantities(flags.str("requests"))?),
        ];
        let pattern = flags.str("containers");
        let changes = Changes {
            cx: &cx,
            dry_run,
            done: "resource requirements updated",
            failed: "failed to patch resources update to pod template ",
            skip_unchanged: true,
            errors: Vec::new(),
        };
        changes.make(infos, &mut |object, errors| {
            let spec = pod_spec(object)?;
            let mut found = false;
            for list in ["containers", "initContainers"] {
                for container in containers(spec, list, pattern) {
                    set(container, &wanted);
                    found = true;
                }
            }
            if found {
                shared::record(&cx, object);
            } else {
                errors.push(fail!("error: unable to find container named {pattern}"));
            }
            Ok(found)
        })
    })
}

fn set(container: &mut Value, wanted: &[(&str, Map<String, Value>)]) {
    for (field, quantities) in wanted {
        for (name, quantity) in quantities {
            j::set(container, &["resources", field, name], quantity.clone());
        }
    }
}

/// `cpu=100m,memory=256Mi`
fn quantities(spec: &str) -> Result<Map<String, Value>, Error> {
    let mut quantities = Map::new();
    for part in spec.split(',').filter(|_| !spec.is_empty()) {
        let [name, text] = part.split('=').collect::<Vec<_>>()[..] else {
            return Err(fail!(
                "Invalid argument syntax {part}, expected <resource>=<value>"
            ));
        };
        let quantity = Quantity::parse(text)?;
        quantities.insert(name.to_owned(), quantity.to_text().as_str().into());
    }
    Ok(quantities)
}
