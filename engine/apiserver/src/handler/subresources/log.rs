//! `pods/log`: what a container has written.

use std::rc::Rc;

use api::core::v1::{Pod, PodLogOptions};
use apimachinery::{Status, Str};

use crate::handler::{Call, Response, ResponseBody};
use crate::registry;
use crate::validation::NEGATIVE;
use crate::validation::field::{Errors, Path};

/// GET of a log.
pub(super) fn log(call: &Call<'_>) -> Result<Response, Status> {
    let pod = pod(call)?;
    let options = options(call)?;
    validate(&pod.metadata.name, &options)?;
    let container = container(&pod, &options.container)?;
    if pod.spec.node_name.is_empty() {
        // Nothing runs yet, so nothing is written.
        return Ok(Response::text(""));
    }
    let node = call
        .cx
        .server
        .node(&pod.spec.node_name)
        .ok_or_else(|| no_node(&pod.spec.node_name))?;
    let stream = node.logs(&pod, &container, &options)?;
    Ok(Response::new(200, ResponseBody::Log(stream)))
}

/// The pod of the URL.
pub(super) fn pod(call: &Call<'_>) -> Result<Rc<Pod>, Status> {
    let object = registry::list::get(
        call.cx,
        &call.served.resource,
        call.namespace(),
        &call.route.name,
    )?;
    object
        .downcast_rc()
        .ok_or_else(|| Status::internal_error("pods hold something that is no pod"))
}

pub(super) fn no_node(node: &str) -> Status {
    Status::internal_error(&format!("node {node} does not answer"))
}

fn options(call: &Call<'_>) -> Result<PodLogOptions, Status> {
    let request = call.request;
    let number = |key: &str| match request.param(key) {
        "" => Ok(None),
        text => text.parse::<i64>().map(Some).map_err(|_| {
            let quoted = apimachinery::gotext::quote(text);
            Status::bad_request(format!(
                "strconv.ParseInt: parsing {quoted}: invalid syntax"
            ))
        }),
    };
    let since_time = match request.param("sinceTime") {
        "" => None,
        text => Some(apimachinery::Time::parse(text).map_err(Status::bad_request)?),
    };
    Ok(PodLogOptions {
        container: request.param("container").into(),
        follow: request.flag("follow"),
        previous: request.flag("previous"),
        since_seconds: number("sinceSeconds")?,
        since_time,
        timestamps: request.flag("timestamps"),
        tail_lines: number("tailLines")?,
        limit_bytes: number("limitBytes")?,
        ..PodLogOptions::default()
    })
}

/// What upstream says of options that make no sense.
fn validate(pod: &str, options: &PodLogOptions) -> Result<(), Status> {
    let mut errors = Errors::new();
    const POSITIVE: &str = "must be greater than 0";
    if let Some(lines) = options.tail_lines.filter(|lines| *lines < 0) {
        errors.invalid(&Path::new("tailLines"), lines, NEGATIVE);
    }
    if let Some(bytes) = options.limit_bytes.filter(|bytes| *bytes < 1) {
        errors.invalid(&Path::new("limitBytes"), bytes, POSITIVE);
    }
    match (options.since_seconds, &options.since_time) {
        (Some(_), Some(_)) => errors.forbidden(
            &Path::new(""),
            "at most one of `sinceTime` or `sinceSeconds` may be specified",
        ),
        (Some(seconds), None) if seconds < 1 => {
            errors.invalid(&Path::new("sinceSeconds"), seconds, POSITIVE);
        }
        _ => {}
    }
    if errors.is_empty() {
        return Ok(());
    }
    let kind = apimachinery::GroupKind::new("", "PodLogOptions");
    Err(Status::invalid(&kind, pod, &errors.into_list()))
}

/// The container to look at: the one asked for, or the only one there is.
pub(super) fn container(pod: &Pod, wanted: &str) -> Result<Str, Status> {
    let spec = &pod.spec;
    let names =
        |of: &[api::core::v1::Container]| of.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    let containers = names(&spec.containers);
    let init = names(&spec.init_containers);
    let ephemeral: Vec<Str> = spec
        .ephemeral_containers
        .iter()
        .map(|c| c.name.clone())
        .collect();
    if wanted.is_empty() {
        if let ([only], true, true) = (containers.as_slice(), init.is_empty(), ephemeral.is_empty())
        {
            return Ok(only.clone());
        }
        let mut text = format!(
            "a container name must be specified for pod {}, choose one of: {}",
            pod.metadata.name,
            listed(&containers)
        );
        if !init.is_empty() {
            text.push_str(&format!(
                " or one of the init containers: {}",
                listed(&init)
            ));
        }
        if !ephemeral.is_empty() {
            text.push_str(&format!(
                " or one of the ephemeral containers: {}",
                listed(&ephemeral)
            ));
        }
        return Err(Status::bad_request(text));
    }
    if containers
        .iter()
        .chain(&init)
        .chain(&ephemeral)
        .any(|name| name == wanted)
    {
        return Ok(wanted.into());
    }
    Err(Status::bad_request(format!(
        "container {wanted} is not valid for pod {}",
        pod.metadata.name
    )))
}

/// `[a b]`, as Go prints a list.
fn listed(names: &[Str]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    format!("[{}]", names.join(" "))
}
