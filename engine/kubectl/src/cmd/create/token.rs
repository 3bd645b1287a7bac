//! `kubectl create token`

use serde_json::json;

use super::super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::fail;
use crate::transport::Request;
use crate::util::json as j;
use crate::util::print::{Offer, PrintFlags};

pub(super) const COMMAND: Command = Command {
    name: "token",
    usage: "SERVICE_ACCOUNT_NAME",
    no_flags_in_use: true,
    short: "Request a service account token",
    flags: &[
        shared::PRINT,
        &[
            Flag::array(
                "audience",
                "Audience of the token; the API server itself if not set. May be repeated.",
            ),
            Flag::string(
                "bound-object-kind",
                "Kind of an object to bind the token to: Node, Pod or Secret. Needs \
                 --bound-object-name.",
            ),
            Flag::string(
                "bound-object-name",
                "Name of an object to bind the token to. The token will expire when the \
                 object is deleted. Requires --bound-object-kind.",
            ),
            Flag::string(
                "bound-object-uid",
                "UID of the object to bind the token to; taken from the existing object if \
                 not set.",
            ),
            Flag::duration(
                "duration",
                "0s",
                "Lifetime to ask for. If not set or 0, the server decides; it may give a \
                 token of another lifetime in any case.",
            ),
        ],
    ],
    long: "Request a service account token.",
    example: "# A token for the service account myapp of the current namespace
kubectl create token myapp

# With a lifetime of its own
kubectl create token myapp --duration 10m

# For another audience than the API server
kubectl create token myapp --audience https://example.com

# Bound to a secret: it ends with it
kubectl create token myapp --bound-object-kind Secret --bound-object-name mysecret",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let count = cx.dash.unwrap_or(cx.args.len());
        if count != 1 {
            return Err(cx.usage_error(format!("exactly one NAME is required, got {count}")));
        }
        let (namespace, _) = cx.namespace()?;
        let print = PrintFlags::new(&cx, Offer::Names);
        let mut printer = print.printer(&cx, "created")?.typed();
        let flags = &cx.flags;
        let duration = flags.duration("duration");
        if duration < 0 {
            return Err("--duration must be greater than or equal to 0".into());
        }
        if duration % 1_000_000 != 0 {
            return Err("--duration cannot be expressed in units less than seconds".into());
        }
        let audiences = flags.strings("audience");
        if audiences.iter().any(String::is_empty) {
            return Err("--audience must not be an empty string".into());
        }
        let (kind, name, uid) = (
            flags.str("bound-object-kind"),
            flags.str("bound-object-name"),
            flags.str("bound-object-uid"),
        );
        if kind.is_empty() {
            if !name.is_empty() {
                return Err(
                    "--bound-object-name can only be set if --bound-object-kind is provided".into(),
                );
            }
            if !uid.is_empty() {
                return Err(
                    "--bound-object-uid can only be set if --bound-object-kind is provided".into(),
                );
            }
        } else {
            if !["Node", "Pod", "Secret"].contains(&kind) {
                return Err("supported --bound-object-kind values are Node, Pod, Secret".into());
            }
            if name.is_empty() {
                return Err(
                    "--bound-object-name is required if --bound-object-kind is provided".into(),
                );
            }
        }
        let mut body = json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "metadata": {},
            "spec": {"audiences": audiences}, "status": {},
        });
        if duration > 0 {
            j::set(
                &mut body,
                &["spec", "expirationSeconds"],
                duration / 1_000_000,
            );
        }
        if !kind.is_empty() {
            let mut bound = json!({"kind": kind, "apiVersion": "v1", "name": name});
            if !uid.is_empty() {
                j::set(&mut bound, &["uid"], uid);
            }
            j::set(&mut body, &["spec", "boundObjectRef"], bound);
        }
        let path = format!(
            "/api/v1/namespaces/{namespace}/serviceaccounts/{}/token",
            cx.args[0]
        );
        let request = Request::new("POST", path).json("application/json", &body);
        let answer = cx
            .client()?
            .json(&cx, request)
            .map_err(|e| fail!("failed to create token: {}", e.text()))?;
        let token = j::text(&answer, &["status", "token"]);
        if token.is_empty() {
            return Err("failed to create token: no token in server response".into());
        }
        if print.output_set {
            return printer.print(&cx, &answer);
        }
        let end = if cx.host.is_terminal(crate::host::Stream::Out) {
            "\n"
        } else {
            ""
        };
        cx.out(&format!("{token}{end}"));
        Ok(())
    })
}
