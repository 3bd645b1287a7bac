//! `kubectl auth can-i`: whether an action is allowed, or which ones are.

use serde_json::{Value, json};

use super::rules;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::rest::mapper::Mapping;
use crate::transport::Request;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "can-i",
    usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    no_flags_in_use: true,
    short: "Check whether an action is allowed",
    long: "Check whether an action is allowed.

VERB is a verb of the API such as 'get', 'list', 'watch', 'delete'. TYPE is a resource, in any of its names. \
NONRESOURCEURL is a path that starts with \"/\". NAME is the name of one object. Goes well with --as, which asks for \
somebody else.",
    example: "# May I create pods in all namespaces?
kubectl auth can-i create pods --all-namespaces

# May I list deployments in the current namespace?
kubectl auth can-i list deployments.apps

# May this service account list pods in another namespace?
kubectl auth can-i list pods --as=system:serviceaccount:dev:foo -n prod

# May I do everything here?
kubectl auth can-i '*' '*'

# May I get the job \"bar\"?
kubectl auth can-i list jobs.batch/bar -n foo

# May I read logs of pods?
kubectl auth can-i get pods --subresource=log

# May I get this path?
kubectl auth can-i get /logs/

# All that I may do in a namespace
kubectl auth can-i --list --namespace=foo",
    flags: &[&[
        Flag::bool(
            "all-namespaces",
            "If true, check the specified action in all namespaces.",
        )
        .short('A'),
        Flag::bool("list", "If true, prints all allowed actions."),
        Flag::bool(
            "no-headers",
            "If true, prints allowed actions without headers",
        ),
        Flag::bool(
            "quiet",
            "If true, suppress output and just return the exit code.",
        )
        .short('q'),
        Flag::string(
            "subresource",
            "SubResource such as pod/log or deployment/scale",
        ),
    ]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

const RESOURCE_VERBS: [&str; 16] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "*",
    "approve",
    "sign",
    "escalate",
    "attest",
];
const PATH_VERBS: [&str; 8] = [
    "get", "put", "post", "head", "options", "delete", "patch", "*",
];

/// What is asked about.
enum Object {
    Path(String),
    Resource {
        resource: String,
        group: String,
        name: String,
        /// As discovery knows it.
        known: Option<Mapping>,
    },
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        if cx.flags.bool("list") {
            return list(&cx);
        }
        let [verb, what] = cx.args.as_slice() else {
            return Err(
                "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i \
                 -h' for help and examples."
                    .into(),
            );
        };
        let object = object(&cx, what)?;
        let namespace = namespace(&cx)?;
        validate(&cx, verb, &object)?;
        if cx.flags.bool("no-headers") {
            return Err("--no-headers cannot be set without --list specified".into());
        }
        let spec = match object {
            Object::Path(path) => json!({"nonResourceAttributes": {"path": path, "verb": verb}}),
            Object::Resource {
                resource,
                group,
                name,
                ..
            } => {
                let mut attributes = json!({"verb": verb, "resource": resource});
                let sub = cx.flags.str("subresource");
                for (key, text) in [
                    ("namespace", namespace.as_str()),
                    ("group", &group),
                    ("subresource", sub),
                    ("name", &name),
                ] {
                    if !text.is_empty() {
                        attributes[key] = json!(text);
                    }
                }
                json!({"resourceAttributes": attributes})
            }
        };
        let review = post(
            &cx,
            "SelfSubjectAccessReview",
            "selfsubjectaccessreviews",
            spec,
        )?;
        answer(&cx, j::at(&review, &["status"]))
    })
}

fn answer(cx: &Context, status: &Value) -> Result<(), Error> {
    let allowed = j::at(status, &["allowed"]).as_bool().unwrap_or(false);
    if !cx.flags.bool("quiet") {
        let mut text = if allowed { "yes" } else { "no" }.to_owned();
        for key in ["reason", "evaluationError"] {
            let more = j::text(status, &[key]);
            if !allowed && !more.is_empty() {
                text.push_str(&format!(" - {more}"));
            }
        }
        cx.out(&(text + "\n"));
    }
    if allowed { Ok(()) } else { Err(Error::Exit(1)) }
}

fn namespace(cx: &Context) -> Result<String, Error> {
    if cx.flags.bool("all-namespaces") {
        return Ok(String::new());
    }
    Ok(cx.namespace()?.0)
}

fn object(cx: &Context, what: &str) -> Result<Object, Error> {
    if what.starts_with('/') {
        return Ok(Object::Path(what.to_owned()));
    }
    let (kind, name) = what.split_once('/').unwrap_or((what, ""));
    let unknown = |resource: &str| Object::Resource {
        resource: resource.to_owned(),
        group: String::new(),
        name: name.to_owned(),
        known: None,
    };
    if kind == "*" {
        return Ok(unknown(kind));
    }
    let lower = kind.to_lowercase();
    match cx.mapper()?.resource(&lower) {
        Ok(mapping) => Ok(Object::Resource {
            resource: mapping.resource.clone(),
            group: mapping.group.clone(),
            name: name.to_owned(),
            known: Some(mapping),
        }),
        Err(error @ Error::Connection { .. }) => Err(error),
        Err(_) => {
            // Users and groups are no resources, but can be impersonated.
            if !matches!(lower.as_str(), "users" | "groups") {
                cx.warn(&match lower.split_once('.') {
                    None => format!("the server doesn't have a resource type '{lower}'\n"),
                    Some((resource, group)) => format!(
                        "the server doesn't have a resource type '{resource}' in group '{group}'\n"
                    ),
                });
            }
            Ok(unknown(kind))
        }
    }
}

fn validate(cx: &Context, verb: &str, object: &Object) -> Result<(), Error> {
    let odd_verb = || cx.warn(&format!("verb '{verb}' is not a known verb\n"));
    match object {
        Object::Path(_) => {
            if !cx.flags.str("subresource").is_empty() {
                return Err("--subresource can not be used with NonResourceURL".into());
            }
            if !PATH_VERBS.contains(&verb) {
                odd_verb();
            }
        }
        Object::Resource { known, .. } if !cx.flags.bool("all-namespaces") => {
            if let Some(mapping) = known.as_ref().filter(|m| !m.namespaced) {
                let group = match mapping.group.as_str() {
                    "" => String::new(),
                    group => format!(" in group '{group}'"),
                };
                cx.warn(&format!(
                    "resource '{}' is not namespace scoped{group}\n",
                    mapping.resource
                ));
            }
            if !RESOURCE_VERBS.contains(&verb) {
                odd_verb();
            }
        }
        Object::Resource { .. } => {}
    }
    Ok(())
}

fn post(cx: &Context, kind: &str, resource: &str, spec: Value) -> Result<Value, Error> {
    let body = json!({"kind": kind, "apiVersion": "authorization.k8s.io/v1", "metadata": {}, "spec": spec,
        "status": {"allowed": false}});
    let path = format!("/apis/authorization.k8s.io/v1/{resource}");
    let request = Request::new("POST", path).json("application/json", &body);
    cx.client()?.json(cx, request)
}

fn list(cx: &Context) -> Result<(), Error> {
    if !cx.args.is_empty() {
        return Err("list option must be specified with no arguments".into());
    }
    let namespace = namespace(cx)?;
    let flags = &cx.flags;
    if flags.bool("quiet") || flags.bool("all-namespaces") || !flags.str("subresource").is_empty() {
        return Err(
            "list option can't be specified with neither quiet, all-namespaces nor subresource options".into(),
        );
    }
    let body = json!({"kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {},
        "spec": {"namespace": namespace},
        "status": {"resourceRules": null, "nonResourceRules": null, "incomplete": false}});
    let request = Request::new(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    )
    .json("application/json", &body);
    let review = cx.client()?.json(cx, request)?;
    let status = j::at(&review, &["status"]);
    if j::at(status, &["incomplete"]) == &Value::Bool(true) {
        cx.warn(&format!(
            "the list may be incomplete: {}",
            j::text(status, &["evaluationError"])
        ));
    }
    cx.out(&rules::table(status, flags.bool("no-headers")));
    Ok(())
}
