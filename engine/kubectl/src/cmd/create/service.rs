//! `kubectl create service` with its types.

use apimachinery::validation;
use serde_json::{Value, json};

use super::super::shared;
use super::{Generator, set_some};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::go;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "service",
    aliases: &["svc"],
    short: "Create a service using a specified subcommand",
    long: "Create a service using a specified subcommand.",
    commands: &[&CLUSTER_IP, &NODE_PORT, &LOAD_BALANCER, &EXTERNAL_NAME],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};

const CLUSTER_IP: Command = Command {
    name: "clusterip",
    usage: "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
    no_flags_in_use: true,
    short: "Create a ClusterIP service",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "clusterip",
                "Assign your own ClusterIP or set to 'None' for a 'headless' service (no \
                 loadbalancing).",
            ),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::slice(
                "tcp",
                "Port pairs can be specified as '<port>:<targetPort>'.",
            ),
        ],
    ],
    long: "Create a ClusterIP service with the specified name.",
    example: "# A service named my-cs
kubectl create service clusterip my-cs --tcp=5678:8080

# A headless one
kubectl create service clusterip my-cs --clusterip=\"None\"",
    action: Action::Run(cluster_ip),
    ..Command::DEFAULT
};

const NODE_PORT: Command = Command {
    name: "nodeport",
    usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    no_flags_in_use: true,
    short: "Create a NodePort service",
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
            Flag::int(
                "node-port",
                "0",
                "Port used to expose the service on each node in a cluster.",
            ),
            Flag::slice(
                "tcp",
                "Port pairs can be specified as '<port>:<targetPort>'.",
            ),
        ],
    ],
    long: "Create a NodePort service with the specified name.",
    example: "# A service named my-ns\nkubectl create service nodeport my-ns --tcp=5678:8080",
    action: Action::Run(node_port),
    ..Command::DEFAULT
};

const LOAD_BALANCER: Command = Command {
    name: "loadbalancer",
    usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    no_flags_in_use: true,
    short: "Create a LoadBalancer service",
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
            Flag::slice(
                "tcp",
                "Port pairs can be specified as '<port>:<targetPort>'.",
            ),
        ],
    ],
    long: "Create a LoadBalancer service with the specified name.",
    example: "# A service named my-lbs\nkubectl create service loadbalancer my-lbs \
--tcp=5678:8080",
    action: Action::Run(load_balancer),
    ..Command::DEFAULT
};

const EXTERNAL_NAME: Command = Command {
    name: "externalname",
    usage: "NAME --external-name external.name [--dry-run=server|client|none]",
    no_flags_in_use: true,
    short: "Create an ExternalName service",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string("external-name", "External name of service").required(),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::slice(
                "tcp",
                "Port pairs can be specified as '<port>:<targetPort>'.",
            ),
        ],
    ],
    long: "Create an ExternalName service with the specified name.

It points at an address outside of the cluster, so that programs can use a service's name for \
something that is not there.",
    example: "# A service named my-ns\nkubectl create service externalname my-ns \
--external-name bar.com",
    action: Action::Run(external_name),
    ..Command::DEFAULT
};

fn cluster_ip(cx: Context) -> Running {
    Box::pin(async move { create(&cx, "ClusterIP") })
}

fn node_port(cx: Context) -> Running {
    Box::pin(async move { create(&cx, "NodePort") })
}

fn load_balancer(cx: Context) -> Running {
    Box::pin(async move { create(&cx, "LoadBalancer") })
}

fn external_name(cx: Context) -> Running {
    Box::pin(async move { create(&cx, "ExternalName") })
}

fn create(cx: &Context, kind: &str) -> Result<(), Error> {
    let generator = Generator::new(cx)?;
    let flags = &cx.flags;
    let (tcp, cluster_ip, external) = (
        flags.strings("tcp"),
        flags.str("clusterip"),
        flags.str("external-name"),
    );
    if cluster_ip == "None" && kind != "ClusterIP" {
        return Err("ClusterIP=None can only be used with ClusterIP service type".into());
    }
    if cluster_ip != "None" && tcp.is_empty() && kind != "ExternalName" {
        return Err("at least one tcp port specifier must be provided".into());
    }
    if kind == "ExternalName" && !validation::is_dns1123_subdomain(external).is_empty() {
        return Err(fail!("invalid service external name {external}"));
    }
    let node_port = flags.int("node-port");
    let mut ports = Vec::new();
    for pair in &tcp {
        let (port, target) = parse_ports(pair)?;
        let mut entry = json!({
            "name": pair.replace(':', "-"), "protocol": "TCP", "port": port, "targetPort": target,
        });
        if node_port != 0 {
            entry["nodePort"] = node_port.into();
        }
        ports.push(entry);
    }
    let labels = json!({"app": generator.name});
    let mut object = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": generator.name, "labels": labels},
        "spec": {"selector": labels, "type": kind},
        "status": {"loadBalancer": {}},
    });
    set_some(&mut object, &["spec", "ports"], ports);
    if !external.is_empty() {
        j::set(&mut object, &["spec", "externalName"], external);
    }
    if !cluster_ip.is_empty() {
        j::set(&mut object, &["spec", "clusterIP"], cluster_ip);
    }
    generator.create(cx, object, &format!("failed to create {kind} service: "))
}

fn parse_ports(pair: &str) -> Result<(i64, Value), Error> {
    let mut parts = pair.split(':');
    let first = parts.next().unwrap_or_default();
    let port = parse_port(first)?;
    let Some(target) = parts.next() else {
        return Ok((port, port.into()));
    };
    let complaints = match target.parse::<i64>() {
        Ok(number) => {
            let complaints = validation::is_valid_port_num(number);
            if complaints.is_empty() {
                return Ok((port, number.into()));
            }
            complaints
        }
        Err(_) => {
            let complaints = validation::is_valid_port_name(target);
            if complaints.is_empty() {
                return Ok((port, target.into()));
            }
            complaints
        }
    };
    let complaints: Vec<&str> = complaints.iter().map(|c| c.as_ref()).collect();
    Err(complaints.join(",").as_str().into())
}

/// A port between 0 and 65535, with the words of Go's parser.
pub fn parse_port(text: &str) -> Result<i64, Error> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return Err(fail!(
            "strconv.ParseUint: parsing {}: invalid syntax",
            go::quote(text)
        ));
    }
    match text.parse::<u16>() {
        Ok(port) => Ok(i64::from(port)),
        Err(_) => Err(fail!(
            "strconv.ParseUint: parsing {}: value out of range",
            go::quote(text)
        )),
    }
}
