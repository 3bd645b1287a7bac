//! `kubectl certificate`: approves or denies certificate signing requests.

use serde_json::{Value, json};

use super::shared::{self, DryRun};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::rest::helper::Helper;
use crate::util::{go, json as j, time};

/// `certificate`
pub const COMMAND: Command = Command {
    name: "certificate",
    usage: "SUBCOMMAND",
    no_flags_in_use: true,
    short: "Modify certificate resources",
    long: "Modify certificate resources.",
    commands: &[&APPROVE, &DENY],
    action: Action::Help,
    ..Command::DEFAULT
};

const FILENAME: Flag =
    shared::filename("Filename, directory, or URL to files identifying the resource to update");

const APPROVE: Command = Command {
    name: "approve",
    usage: "(-f FILENAME | NAME)",
    no_flags_in_use: true,
    short: "Approve a certificate signing request",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        &[
            FILENAME,
            Flag::bool("force", "Update the CSR even if it is already approved."),
        ],
    ],
    long: "Approve a certificate signing request.

Approving tells the signer to issue a certificate with the attributes that were asked for.

SECURITY NOTICE: whoever holds the certificate can be, to the cluster, whom it names. Read the request before you \
approve it, and be sure of who made it.",
    example: "# Approve the request 'csr-sqgzp'
kubectl certificate approve csr-sqgzp",
    action: Action::Run(|cx| decide(cx, &APPROVED)),
    ..Command::DEFAULT
};

const DENY: Command = Command {
    name: "deny",
    usage: "(-f FILENAME | NAME)",
    no_flags_in_use: true,
    short: "Deny a certificate signing request",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        &[
            FILENAME,
            Flag::bool("force", "Update the CSR even if it is already denied."),
        ],
    ],
    long: "Deny a certificate signing request.

Denying tells the signer not to issue a certificate.",
    example: "# Deny the request 'csr-sqgzp'
kubectl certificate deny csr-sqgzp",
    action: Action::Run(|cx| decide(cx, &DENIED)),
    ..Command::DEFAULT
};

/// A decision: the condition it sets, and the one that stands against it.
struct Decision {
    condition: &'static str,
    against: &'static str,
    reason: &'static str,
    message: &'static str,
    done: &'static str,
}

static APPROVED: Decision = Decision {
    condition: "Approved",
    against: "Denied",
    reason: "KubectlApprove",
    message: "This CSR was approved by kubectl certificate approve.",
    done: "approved",
};

static DENIED: Decision = Decision {
    condition: "Denied",
    against: "Approved",
    reason: "KubectlDeny",
    message: "This CSR was denied by kubectl certificate deny.",
    done: "denied",
};

fn decide(cx: Context, decision: &'static Decision) -> Running {
    Box::pin(async move {
        let mut printer = shared::printer(&cx, decision.done, DryRun::None)?.typed();
        let files = FilenameOptions::from_flags(&cx);
        if cx.args.is_empty() && files.is_empty() {
            return Err("one or more CSRs must be specified as <name> or -f <filename>".into());
        }
        let mut count = 0;
        let mut found = Builder::new(&cx)
            .continue_on_error()
            .filenames(false, &files)
            .resource_names("certificatesigningrequests", &cx.args)
            .flatten()
            .latest()
            .find()?;
        found.each(|mut info| {
            let mut object = info.value().clone();
            let known = set(&mut object, decision, &time::rfc3339(cx.host.now()))?;
            if !known || cx.flags.bool("force") {
                let updated = Helper::new(&cx, info.mapping()?)
                    .subresource("approval")
                    .replace(&info.namespace, &info.name, &object)?;
                info.object = Some(updated);
            }
            count += 1;
            printer.print(&cx, info.value())
        })?;
        if count == 0 {
            cx.err("No resources found\n");
        }
        Ok(())
    })
}

/// Adds the condition; whether it was there already.
fn set(object: &mut Value, decision: &Decision, now: &str) -> Result<bool, Error> {
    let mut conditions = j::list(object, &["status", "conditions"]).to_vec();
    for condition in &conditions {
        match j::text(condition, &["type"]) {
            kind if kind == decision.against => {
                return Err(fail!(
                    "certificate signing request {} is already {kind}",
                    go::quote(j::name(object))
                ));
            }
            kind if kind == decision.condition => return Ok(true),
            _ => {}
        }
    }
    conditions.push(json!({
        "type": decision.condition, "status": "True", "reason": decision.reason,
        "message": decision.message, "lastUpdateTime": now,
    }));
    j::set(object, &["status", "conditions"], conditions);
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions() {
        let mut object = json!({"metadata": {"name": "csr"}});
        assert_eq!(set(&mut object, &APPROVED, "now"), Ok(false));
        assert_eq!(set(&mut object, &APPROVED, "now"), Ok(true));
        assert_eq!(
            set(&mut object, &DENIED, "now").unwrap_err().text(),
            "certificate signing request \"csr\" is already Approved"
        );
    }
}
