//! `kubectl port-forward`: listens on ports of this machine and carries what comes to ports of a pod.
//!
//! ```text
//!   curl ── localhost:8080 ── Listener ── Socket ⇄ Session ── API server ── kubelet ── the pod's port
//! ```
//!
//! Every connection has a session of its own. One that fails ends the command, as upstream.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::host::{Listener, Socket, Wait};
use crate::pods;
use crate::remote;
use crate::resource::Builder;
use crate::rest::helper::Helper;
use crate::transport::{Frame, Session};
use crate::util::{json as j, klog};

/// `port-forward`
pub const COMMAND: Command = Command {
    name: "port-forward",
    usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    no_flags_in_use: true,
    short: "Forward one or more local ports to a pod",
    flags: &[
        shared::POD_RUNNING_TIMEOUT,
        &[Flag::slice(
            "address",
            "Addresses to listen on (comma separated). Only accepts IP addresses or localhost as a \
             value. When localhost is supplied, kubectl will try to bind on both 127.0.0.1 and ::1 \
             and will fail if neither of these addresses are available to bind.",
        )
        .default("[localhost]")],
    ],
    long: "Forward one or more local ports to a pod.

Something like deployment/mydeployment stands for one of its pods; without a type, a pod is meant.

Of several pods one is chosen by itself. Forwarding ends with that pod, and the command must be run again to go on.",
    example: "# Ports 5000 and 6000 of this machine lead to the same ports of a pod
kubectl port-forward pod/mypod 5000 6000

# The same, to a pod of a deployment
kubectl port-forward deployment/mydeployment 5000 6000

# Port 8443 leads to the target of the port \"https\" of a service, in one of its pods
kubectl port-forward service/myservice 8443:https

# Port 8888 leads to port 5000 of a pod
kubectl port-forward pod/mypod 8888:5000

# The same for all addresses of this machine
kubectl port-forward --address 0.0.0.0 pod/mypod 8888:5000

# The same for localhost and one more address
kubectl port-forward --address localhost,10.19.21.23 pod/mypod 8888:5000

# Any free port leads to port 5000 of a pod
kubectl port-forward pod/mypod :5000",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// A port here, and where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Forward {
    /// 0 for any free one.
    local: u16,
    remote: u16,
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let (name, ports) = match cx.args.split_first() {
            Some((name, ports)) if !ports.is_empty() => (name, ports),
            _ => {
                return Err(
                    cx.usage_error("TYPE/NAME and list of ports are required for port-forward")
                );
            }
        };
        let (namespace, _) = cx.namespace()?;
        let timeout = shared::running_timeout(&cx).map_err(|e| cx.usage_error(e.text()))?;
        let (mut infos, result) = Builder::new(&cx)
            .continue_on_error()
            .namespace(&namespace)
            .resource_names("pods", std::slice::from_ref(name))
            .find()?
            .infos();
        result?;
        if infos.len() != 1 {
            return Err("expected a single resource".into());
        }
        let object = infos.swap_remove(0).object.unwrap_or_default();
        let pod = pods::attachable(&cx, &object, timeout).await?;
        let forwards = resolve(ports, &object, &pod)?;
        let mapping = pods::mapping();
        let pod = Helper::new(&cx, &mapping).get(j::namespace(&pod), j::name(&pod))?;
        let phase = j::text(&pod, &["status", "phase"]);
        if phase != "Running" {
            return Err(fail!(
                "unable to forward port because pod is not running. Current status={phase}"
            ));
        }
        let listeners = listen(&cx, &forwards)?;
        cx.flush().await?;
        match select(pin!(serve(&cx, &pod, &listeners)), cx.host.interrupted()).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Ok(()),
        }
    })
}

/// `8080:http` in numbers.
fn resolve(ports: &[String], object: &Value, pod: &Value) -> Result<Vec<Forward>, Error> {
    let is_service = (j::group(object), j::kind(object)) == ("", "Service");
    let mut forwards = Vec::new();
    for port in ports {
        let mut parts = port.split(':');
        let (local, remote) = match (parts.next(), parts.next(), parts.next()) {
            (Some(local), Some(remote), None) => (local, remote),
            _ => (port.as_str(), port.as_str()),
        };
        let (mut local, mut number) = (local.to_owned(), remote.to_owned());
        if is_service {
            let same = local == remote;
            let found = service_port(object, remote)?;
            if found.protocol == "UDP" {
                return Err(udp(remote));
            }
            if same && remote.parse::<u16>().is_err() {
                local = found.port.to_string();
            }
            number = target_port(object, pod, found.port)?.to_string();
        } else {
            if remote.is_empty() {
                return Err("remote port cannot be empty".into());
            }
            if remote.parse::<i64>().is_err() {
                let found = container_port(pod, remote)?;
                if local == remote {
                    local = found.to_string();
                }
                number = found.to_string();
            }
            if only_udp(pod, &number) {
                return Err(udp(remote));
            }
        }
        forwards.push(Forward {
            local: parse("local", &local)?,
            remote: match parse("remote", &number)? {
                0 => return Err("remote port must be > 0".into()),
                remote => remote,
            },
        });
    }
    Ok(forwards)
}

fn udp(port: &str) -> Error {
    fail!("UDP protocol is not supported for {port}")
}

fn parse(which: &str, text: &str) -> Result<u16, Error> {
    if text.is_empty() && which == "local" {
        return Ok(0);
    }
    text.parse().map_err(|_| {
        let reason = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            "value out of range"
        } else {
            "invalid syntax"
        };
        fail!(
            "error parsing {which} port '{text}': strconv.ParseUint: parsing {}: {reason}",
            crate::util::go::quote(text)
        )
    })
}

struct ServicePort {
    port: i64,
    protocol: String,
}

fn service_port(service: &Value, wanted: &str) -> Result<ServicePort, Error> {
    let number = wanted.parse::<i64>();
    let ports = j::list(service, &["spec", "ports"]);
    let found = ports.iter().find(|p| match number {
        Ok(number) => j::int(p, &["port"]) == number,
        Err(_) => j::text(p, &["name"]) == wanted,
    });
    match (found, number) {
        (Some(found), _) => Ok(ServicePort {
            port: j::int(found, &["port"]),
            protocol: j::text(found, &["protocol"]).to_owned(),
        }),
        (None, Ok(number)) => Err(no_service_port(service, number)),
        (None, Err(_)) => Err(fail!(
            "Service '{}' does not have a named port '{wanted}'",
            j::name(service)
        )),
    }
}

fn no_service_port(service: &Value, number: i64) -> Error {
    fail!(
        "Service {} does not have a service port {number}",
        j::name(service)
    )
}

fn target_port(service: &Value, pod: &Value, port: i64) -> Result<i64, Error> {
    let ports = j::list(service, &["spec", "ports"]);
    let Some(found) = ports.iter().find(|p| j::int(p, &["port"]) == port) else {
        return Err(no_service_port(service, port));
    };
    if j::text(service, &["spec", "clusterIP"]) == "None" {
        return Ok(port);
    }
    match j::at(found, &["targetPort"]) {
        Value::String(name) => container_port(pod, name),
        target => Ok(target.as_i64().filter(|t| *t != 0).unwrap_or(port)),
    }
}

fn container_port(pod: &Value, name: &str) -> Result<i64, Error> {
    let containers = ["containers", "initContainers"]
        .iter()
        .flat_map(|list| j::list(pod, &["spec", list]));
    let found = containers
        .flat_map(|c| j::list(c, &["ports"]))
        .find(|p| j::text(p, &["name"]) == name);
    found
        .map(|p| j::int(p, &["containerPort"]))
        .ok_or_else(|| fail!("Pod '{}' does not have a named port '{name}'", j::name(pod)))
}

fn only_udp(pod: &Value, number: &str) -> bool {
    let of = |protocol: &str| {
        j::list(pod, &["spec", "containers"])
            .iter()
            .flat_map(|c| j::list(c, &["ports"]))
            .any(|p| {
                j::text(p, &["protocol"]) == protocol
                    && j::int(p, &["containerPort"]).to_string() == number
            })
    };
    of("UDP") && !of("TCP")
}

/// A port that is listened on.
struct Open {
    listener: Box<dyn Listener>,
    forward: Forward,
}

fn listen(cx: &Context, forwards: &[Forward]) -> Result<Vec<Open>, Error> {
    let mut open = Vec::new();
    let addresses = cx.flags.strings("address");
    for forward in forwards {
        for address in &addresses {
            let shown: &[&str] = match address.as_str() {
                "localhost" => &["127.0.0.1", "[::1]"],
                address => &[address],
            };
            let bound = match address.parse::<std::net::IpAddr>() {
                Err(_) if address != "localhost" => {
                    return Err(fail!("{address} is not a valid IP"));
                }
                _ => cx.host.listen(shown[0], forward.local),
            };
            match bound {
                Ok(listener) => {
                    let port = listener.port();
                    for address in shown {
                        let remote = forward.remote;
                        cx.out(&format!("Forwarding from {address}:{port} -> {remote}\n"));
                    }
                    open.push(Open {
                        listener,
                        forward: Forward {
                            local: port,
                            ..*forward
                        },
                    });
                }
                Err(why) => {
                    let reasons: Vec<String> = shown
                        .iter()
                        .map(|address| {
                            let family = if address.contains("::") { "tcp6" } else { "tcp4" };
                            format!(
                                "unable to create listener: Error listen {family} {address}:{}: bind: {why}",
                                forward.local
                            )
                        })
                        .collect();
                    cx.err(&format!(
                        "Unable to listen on port {}: Listeners failed to create with the following errors: [{}]\n",
                        forward.local,
                        reasons.join(" ")
                    ));
                }
            }
        }
    }
    if open.is_empty() {
        let all: Vec<String> = forwards
            .iter()
            .map(|f| format!("{{{} {}}}", f.local, f.remote))
            .collect();
        return Err(fail!(
            "unable to listen on any of the requested ports: [{}]",
            all.join(" ")
        ));
    }
    Ok(open)
}

type Accepted<'a> = Wait<'a, (Box<dyn Socket>, &'a Open)>;

fn accept(open: &Open) -> Accepted<'_> {
    Box::pin(async move { (open.listener.accept().await, open) })
}

/// Takes connections until one fails.
async fn serve(cx: &Context, pod: &Value, open: &[Open]) -> Result<(), Error> {
    let mut accepting: FuturesUnordered<Accepted<'_>> = open.iter().map(accept).collect();
    let mut carried: FuturesUnordered<Wait<'_, Result<(), (Forward, String)>>> =
        FuturesUnordered::new();
    loop {
        let accepted = {
            let ended = async {
                match carried.next().await {
                    Some(result) => result,
                    None => std::future::pending().await,
                }
            };
            match select(pin!(accepting.next()), pin!(ended)).await {
                Either::Left((accepted, _)) => accepted,
                Either::Right((Ok(()), _)) => None,
                Either::Right((Err((forward, why)), _)) => return Err(lost(cx, forward, &why)),
            }
        };
        if let Some((socket, from)) = accepted {
            cx.out(&format!("Handling connection for {}\n", from.forward.local));
            cx.flush().await?;
            accepting.push(accept(from));
            let forward = from.forward;
            carried.push(Box::pin(async move {
                let done = carry(cx, pod, forward.remote, &*socket).await;
                done.map_err(|why| (forward, why))
            }));
        }
    }
}

/// A connection that failed takes the others with it.
fn lost(cx: &Context, forward: Forward, why: &str) -> Error {
    let (local, remote) = (forward.local, forward.remote);
    let text = format!("an error occurred forwarding {local} -> {remote}: {why}");
    let text = format!("\"Unhandled Error\" err={}", crate::util::go::quote(&text));
    klog::line(cx, 'E', "portforward.go:494", &text);
    "lost connection to pod".into()
}

/// Carries one connection.
async fn carry(cx: &Context, pod: &Value, port: u16, socket: &dyn Socket) -> Result<(), String> {
    let request = remote::request(pod, "portforward").param("ports", port.to_string());
    let session: Rc<dyn Session> = remote::connect(cx, request).map_err(|e| e.text())?;
    let failure = RefCell::new(None);
    let back = async {
        while let Some(frame) = session.next().await {
            match frame {
                Frame::Out(bytes) => {
                    if socket.write(&bytes).await.is_err() {
                        return;
                    }
                }
                Frame::Err(_) => {}
                Frame::End(result) => {
                    *failure.borrow_mut() = result.err();
                    return;
                }
            }
        }
    };
    let forth = async {
        loop {
            let bytes = socket.read().await;
            if bytes.is_empty() || session.send(&bytes).await.is_err() {
                break;
            }
        }
        session.close_input();
        std::future::pending::<()>().await;
    };
    select(pin!(back), pin!(forth)).await;
    socket.finish();
    failure.take().map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ports_are_resolved() {
        let pod = json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p"}, "spec": {"containers": [{"ports": [
            {"name": "http", "containerPort": 8080, "protocol": "TCP"}, {"name": "dns", "containerPort": 53, "protocol": "UDP"}]}]}});
        let service = json!({"kind": "Service", "apiVersion": "v1", "metadata": {"name": "s"}, "spec": {"clusterIP": "10.96.0.9",
            "ports": [{"name": "web", "port": 80, "targetPort": "http", "protocol": "TCP"}, {"name": "alt", "port": 81, "targetPort": 9090, "protocol": "TCP"}]}});
        for (object, port, want) in [
            (&pod, "80", Ok((80, 80))),
            (&pod, "8000:80", Ok((8000, 80))),
            (&pod, ":80", Ok((0, 80))),
            (&pod, "http", Ok((8080, 8080))),
            (&pod, "9000:http", Ok((9000, 8080))),
            (
                &pod,
                "nosuch",
                Err("Pod 'p' does not have a named port 'nosuch'"),
            ),
            (&pod, "dns", Err("UDP protocol is not supported for dns")),
            (&pod, "8080:", Err("remote port cannot be empty")),
            (
                &pod,
                "x:80",
                Err(
                    "error parsing local port 'x': strconv.ParseUint: parsing \"x\": invalid syntax",
                ),
            ),
            (
                &pod,
                "1:70000",
                Err(
                    "error parsing remote port '70000': strconv.ParseUint: parsing \"70000\": value out of range",
                ),
            ),
            (&pod, "1:0", Err("remote port must be > 0")),
            (&service, "80", Ok((80, 8080))),
            (&service, "web", Ok((80, 8080))),
            (&service, "8888:alt", Ok((8888, 9090))),
            (
                &service,
                "82",
                Err("Service s does not have a service port 82"),
            ),
            (
                &service,
                "x",
                Err("Service 's' does not have a named port 'x'"),
            ),
        ] {
            let got = resolve(&[port.to_owned()], object, &pod);
            let got = got.map(|f| (f[0].local, f[0].remote)).map_err(|e| e.text());
            assert_eq!(got, want.map_err(str::to_owned), "{port}");
        }
    }
}
