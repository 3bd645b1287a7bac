//! `pods/exec`, `pods/attach` and `pods/portforward`: conversations that the pod's node holds.

use apimachinery::{Status, Str};

use super::log::{container, no_node, pod};
use crate::handler::{Call, ExecRequest, Response, ResponseBody};

/// Opens a conversation.
pub(super) fn connect(call: &Call<'_>) -> Result<Response, Status> {
    let pod = pod(call)?;
    let request = call.request;
    let unscheduled = || {
        Status::bad_request(format!(
            "pod {} does not have a host assigned",
            pod.metadata.name
        ))
    };
    if call.route.subresource == "portforward" {
        if pod.spec.node_name.is_empty() {
            return Err(unscheduled());
        }
        if request.param("ports").is_empty() {
            // Over SPDY each stream names its port; only whether there may be any is asked.
            return Ok(Response::new(101, ResponseBody::Text(String::new())));
        }
        let port = request.param("ports").parse::<u16>().map_err(|_| {
            let quoted = apimachinery::gotext::quote(request.param("ports"));
            Status::bad_request(format!("unable to parse {quoted} as a port"))
        })?;
        let node = call
            .cx
            .server
            .node(&pod.spec.node_name)
            .ok_or_else(|| no_node(&pod.spec.node_name))?;
        let session = node.port_forward(&pod, port)?;
        return Ok(Response::new(101, ResponseBody::Session(Box::new(session))));
    }
    let wanted = ExecRequest {
        container: container(&pod, request.param("container"))?,
        command: request.params("command").map(Str::from).collect(),
        stdin: request.flag("stdin"),
        stdout: request.flag("stdout"),
        stderr: request.flag("stderr"),
        tty: request.flag("tty"),
    };
    if pod.spec.node_name.is_empty() {
        return Err(unscheduled());
    }
    let node = call
        .cx
        .server
        .node(&pod.spec.node_name)
        .ok_or_else(|| no_node(&pod.spec.node_name))?;
    let session = match call.route.subresource.as_str() {
        "exec" if wanted.command.is_empty() => {
            return Err(Status::bad_request(
                "you must specify at least 1 command for the container",
            ));
        }
        "exec" => node.exec(&pod, &wanted)?,
        _ => node.attach(&pod, &wanted)?,
    };
    Ok(Response::new(101, ResponseBody::Session(Box::new(session))))
}
