//! `kubectl create quota`

use apimachinery::Quantity;
use serde_json::{Map, Value, json};

use super::super::shared;
use super::Generator;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "quota",
    usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] \
                 [--dry-run=server|client|none]",
    no_flags_in_use: true,
    aliases: &["resourcequota"],
    short: "Create a quota with the specified name",
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
                "hard",
                "A comma-delimited set of resource=quantity pairs that define a hard limit.",
            ),
            Flag::string(
                "scopes",
                "A comma-delimited set of quota scopes that must all match each object \
                 tracked by the quota.",
            ),
        ],
    ],
    long: "Create a resource quota with the specified name, hard limits, and optional \
scopes.",
    example: "# A limit on CPU, memory and pods
kubectl create quota my-quota --hard=cpu=1,memory=1G,pods=2

# One that counts pods of best effort only
kubectl create quota best-effort --hard=pods=100 --scopes=BestEffort",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let mut object = json!({
            "apiVersion": "v1", "kind": "ResourceQuota",
            "metadata": {"name": generator.name}, "spec": {}, "status": {},
        });
        let hard = resource_list(cx.flags.str("hard"))?;
        if !hard.is_empty() {
            j::set(&mut object, &["spec", "hard"], hard);
        }
        let scopes = cx.flags.str("scopes");
        if !scopes.is_empty() {
            let scopes: Vec<&str> = scopes.split(',').collect();
            if scopes.contains(&"") {
                return Err("invalid resource quota scope \"\"".into());
            }
            j::set(&mut object, &["spec", "scopes"], json!(scopes));
        }
        generator.create(&cx, object, "failed to create quota: ")
    })
}

/// `cpu=1,memory=1G` as a map.
pub(super) fn resource_list(spec: &str) -> Result<Map<String, Value>, Error> {
    let mut list = Map::new();
    for statement in spec.split(',').filter(|_| !spec.is_empty()) {
        let parts: Vec<&str> = statement.split('=').collect();
        let [name, amount] = parts.as_slice() else {
            return Err(fail!(
                "Invalid argument syntax {statement}, expected <resource>=<value>"
            ));
        };
        let quantity = Quantity::parse(amount)?;
        list.insert((*name).to_owned(), quantity.to_text().as_str().into());
    }
    Ok(list)
}
