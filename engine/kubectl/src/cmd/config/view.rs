//! `kubectl config view`

use apimachinery::codec;
use serde_json::Value;

use super::super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::kubeconfig::types::Config;
use crate::util::print::{Offer, PrintFlags};
use crate::util::{go, json as j};

pub(super) const COMMAND: Command = Command {
    name: "view",
    short: "Display merged kubeconfig settings or a specified kubeconfig file",
    long: "Display merged kubeconfig settings or a specified kubeconfig file.

You can use --output jsonpath={...} to extract specific values using a jsonpath expression.",
    example: "# The kubeconfig, all files together
kubectl config view

# With certificates and secrets
kubectl config view --raw

# The password of one user
kubectl config view -o jsonpath='{.users[?(@.name == \"e2e\")].user.password}'",
    flags: &[
        shared::TEMPLATE,
        &[
            Flag::bool(
                "flatten",
                "Flatten the resulting kubeconfig file into self-contained output (useful for creating portable \
                 kubeconfig files)",
            ),
            Flag::bool("merge", "Merge the full hierarchy of kubeconfig files").default("true"),
            Flag::bool(
                "minify",
                "Remove all information not used by current-context from the output",
            ),
            shared::OUTPUT.default("yaml"),
            Flag::bool("raw", "Display raw byte data and sensitive data"),
        ],
    ],
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// Entries of certificates and keys, left out unless asked for.
const DATA: [&str; 3] = [
    "certificate-authority-data",
    "client-certificate-data",
    "client-key-data",
];

fn run(cx: Context) -> Running {
    Box::pin(async move {
        if !cx.args.is_empty() {
            let args = go::slice(&cx.args);
            return Err(cx.usage_error(format!("unexpected arguments: {args}")));
        }
        let mut printer = PrintFlags::new(&cx, Offer::Names).printer(&cx, "")?.typed();
        let explicit = !cx.flags.str("kubeconfig").is_empty();
        if !cx.flags.bool("merge") && !explicit {
            return Err("if merge==false a precise file must be specified".into());
        }
        let (_, mut config) = super::starting(&cx)?;
        if cx.flags.bool("minify") {
            if !cx.flags.str("context").is_empty() {
                config.current_context = cx.flags.str("context").into();
            }
            minify(&mut config)?;
        }
        if cx.flags.bool("flatten") {
            flatten(&cx, &mut config)?;
        }
        let mut value = codec::to_value(&config);
        if !cx.flags.bool("flatten") && !cx.flags.bool("raw") {
            redact(&mut value);
        }
        printer.print(&cx, &value)
    })
}

/// Keeps what the current context uses.
fn minify(config: &mut Config) -> Result<(), Error> {
    let name = config.current_context.clone();
    if name.is_empty() {
        return Err("current-context must exist in order to minify".into());
    }
    config.contexts.retain(|c| c.name == name);
    let Some(context) = config.contexts.first().map(|c| c.context.clone()) else {
        return Err(fail!("cannot locate context {name}"));
    };
    config.users.retain(|u| u.name == context.user);
    config.clusters.retain(|c| c.name == context.cluster);
    if !context.user.is_empty() && config.users.is_empty() {
        return Err(fail!("cannot locate user {}", context.user));
    }
    if !context.cluster.is_empty() && config.clusters.is_empty() {
        return Err(fail!("cannot locate cluster {}", context.cluster));
    }
    Ok(())
}

/// Puts the files that the entries name into the entries.
fn flatten(cx: &Context, config: &mut Config) -> Result<(), Error> {
    let read = |path: &str| {
        cx.host
            .read_file(path)
            .map_err(|error| error.of("open", path))
    };
    for entry in &mut config.users {
        let user = &mut entry.user;
        if !user.client_certificate.is_empty() {
            user.client_certificate_data = read(&user.client_certificate)?.into();
            user.client_certificate = Default::default();
        }
        if !user.client_key.is_empty() {
            user.client_key_data = read(&user.client_key)?.into();
            user.client_key = Default::default();
        }
    }
    for entry in &mut config.clusters {
        let cluster = &mut entry.cluster;
        if !cluster.certificate_authority.is_empty() {
            cluster.certificate_authority_data = read(&cluster.certificate_authority)?.into();
            cluster.certificate_authority = Default::default();
        }
    }
    Ok(())
}

/// Hides secrets, and shortens certificates.
fn redact(config: &mut Value) {
    for (list, inner) in [("clusters", "cluster"), ("users", "user")] {
        let entries = config.get_mut(list).and_then(Value::as_array_mut);
        for entry in entries.into_iter().flatten() {
            for key in DATA {
                if !j::text(entry, &[inner, key]).is_empty() {
                    j::set(entry, &[inner, key], "DATA+OMITTED");
                }
            }
            for key in ["token", "password"] {
                if !j::text(entry, &[inner, key]).is_empty() {
                    j::set(entry, &[inner, key], "REDACTED");
                }
            }
        }
    }
}
