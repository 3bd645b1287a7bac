//! `kubectl expose`: makes a service for what a pod, a controller or another service has.

use serde_json::Value;

use super::create::builtin;
use super::shared::{self, DryRun};
use crate::apply::annotation::{self, Style};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::generate::{self, Service};
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::rest::helper::Helper;
use crate::util::json as j;
use crate::util::print::kind_text;

/// `expose`
pub const COMMAND: Command = Command {
    name: "expose",
    usage: "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] \
            [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] \
            [--type=type]",
    no_flags_in_use: true,
    short: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SAVE_CONFIG,
        shared::OVERRIDES,
        &[
            Flag::string(
                "cluster-ip",
                "ClusterIP of the service. Empty for one that is chosen, 'None' for a headless service.",
            ),
            Flag::string(
                "external-ip",
                "Another IP address at which the service is to be reached; Kubernetes does not manage it.",
            ),
            shared::manager("kubectl-expose"),
            shared::filename(
                "Filename, directory, or URL to files identifying the resource to expose a service",
            ),
            Flag::string("labels", "Labels to apply to the service created by this call.").short('l'),
            Flag::string(
                "load-balancer-ip",
                "IP to assign to the LoadBalancer. If empty, the provider chooses one.",
            ),
            Flag::string("name", "The name for the newly created object."),
            Flag::string(
                "port",
                "The port that the service should serve on. Copied from the resource being exposed, if unspecified",
            ),
            Flag::string(
                "protocol",
                "The network protocol for the service to be created. Default is 'TCP'.",
            ),
            Flag::string(
                "selector",
                "The labels of the pods behind the service. If empty, those that the exposed resource selects.",
            ),
            Flag::string(
                "session-affinity",
                "If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'",
            ),
            Flag::string(
                "target-port",
                "Name or number for the port on the container that the service should direct traffic to. Optional.",
            ),
            Flag::string(
                "type",
                "Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Expose a resource as a new Kubernetes service.

Looks up a deployment, service, replica set, replication controller or pod by name and uses the selector for that \
resource as the selector for a new service on the specified port. A deployment or replica set can only be exposed if \
its selector has nothing but labels (matchLabels). Without --port, the resource's own ports are taken, all of them.

Possible resources include (case insensitive):

pod (po), service (svc), replicationcontroller (rc), deployment (deploy), replicaset (rs)",
    example: "# A service for a replicated nginx, on port 80, for containers that listen on port 8000
kubectl expose rc nginx --port=80 --target-port=8000

# For what a file names
kubectl expose -f nginx-controller.yaml --port=80 --target-port=8000

# For a pod, under another name
kubectl expose pod valid-pod --port=444 --name=frontend

# A second service beside one that is there
kubectl expose service nginx --port=443 --target-port=8443 --name=nginx-https

# A UDP port
kubectl expose rc streamer --port=4100 --protocol=UDP --name=video-stream

# For a replica set
kubectl expose rs nginx --port=80 --target-port=8000

# For a deployment
kubectl expose deployment nginx --port=80 --target-port=8000",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let dry_run = DryRun::from_flags(&cx)?;
        let mut printer = shared::printer(&cx, "exposed", dry_run)?.typed();
        let (namespace, explicit) = cx.namespace()?;
        let mut found = Builder::new(&cx)
            .continue_on_error()
            .namespace(&namespace)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .args(false, &cx.args)
            .flatten()
            .find()?;
        let mut first = First::default();
        found.each(|info| {
            let service = service(&cx, info.value(), &mut first)?.generate()?;
            let mut service = generate::overridden(&cx, service)?;
            shared::record(&cx, &mut service);
            if dry_run == DryRun::Client {
                if explicit {
                    j::set(&mut service, &["metadata", "namespace"], namespace.as_str());
                }
                return printer.print(&cx, &service);
            }
            annotation::update(&mut service, cx.flags.bool("save-config"), Style::Typed);
            let created = Helper::new(&cx, &builtin(&service)?)
                .dry_run(dry_run.is_server())
                .manager(cx.flags.str("field-manager"))
                .create(&namespace, &service)?;
            printer.print(&cx, &created)
        })
    })
}

/// What the first object has said of selector, ports and labels: as upstream, it stands for those that follow, too.
#[derive(Default)]
struct First {
    selector: String,
    ports: String,
    labels: String,
}

/// What the flags and the exposed object say of the service.
fn service(cx: &Context, object: &Value, first: &mut First) -> Result<Service, Error> {
    let flags = &cx.flags;
    let (group, kind) = (j::group(object), j::kind(object));
    let template = match (group, kind) {
        ("", "Pod") => Some(j::at(object, &["spec"])),
        ("", "Service") => None,
        ("", "ReplicationController") | ("apps", "Deployment" | "ReplicaSet") => {
            Some(j::at(object, &["spec", "template", "spec"]))
        }
        _ => {
            let name = match group {
                "" => kind.to_owned(),
                group => format!("{kind}.{group}"),
            };
            return Err(fail!("cannot expose a {name}"));
        }
    };
    let selector = match flags.str("selector") {
        "" if !first.selector.is_empty() => first.selector.clone(),
        "" => selector(object).map_err(|reason| {
            fail!("couldn't retrieve selectors via --selector flag or introspection: {reason}")
        })?,
        selector => selector.to_owned(),
    };
    let known = match template {
        Some(spec) => container_ports(spec),
        None => ports(j::list(object, &["spec", "ports"]), "port"),
    };
    let mut numbers: Vec<&str> = Vec::new();
    for (port, _) in &known {
        if !numbers.contains(&port.as_str()) {
            numbers.push(port);
        }
    }
    let cluster_ip = flags.string("cluster-ip");
    first.selector.clone_from(&selector);
    let ports = match (flags.str("port"), numbers.is_empty()) {
        ("", _) if !first.ports.is_empty() => first.ports.clone(),
        ("", true) if cluster_ip != "None" => {
            return Err("couldn't find port via --port flag or introspection".into());
        }
        ("", _) => numbers.join(","),
        (port, _) => port.to_owned(),
    };
    first.ports.clone_from(&ports);
    let labels = match flags.str("labels") {
        "" if !first.labels.is_empty() => first.labels.clone(),
        "" => joined(object, &["metadata", "labels"]),
        labels => labels.to_owned(),
    };
    first.labels.clone_from(&labels);
    let name = match flags.str("name") {
        "" => j::name(object).chars().take(63).collect(),
        name => name.to_owned(),
    };
    Ok(Service {
        name,
        selector,
        ports: Some(ports),
        protocols: known,
        protocol: flags.string("protocol"),
        target_port: flags.string("target-port"),
        labels,
        external_ip: flags.string("external-ip"),
        load_balancer_ip: flags.string("load-balancer-ip"),
        kind: flags.string("type"),
        session_affinity: flags.string("session-affinity"),
        cluster_ip,
    })
}

/// `a=b,c=d`
fn joined(object: &Value, path: &[&str]) -> String {
    let pairs = j::entries(object, path).into_iter();
    let pairs: Vec<String> = pairs.map(|(k, v)| format!("{k}={v}")).collect();
    pairs.join(",")
}

/// The labels that an object's pods have for certain.
fn selector(object: &Value) -> Result<String, String> {
    let kind = j::kind(object);
    match kind {
        "ReplicationController" => Ok(joined(object, &["spec", "selector"])),
        "Pod" => match joined(object, &["metadata", "labels"]).as_str() {
            "" => Err("the pod has no labels and cannot be exposed".to_owned()),
            labels => Ok(labels.to_owned()),
        },
        "Service" => match j::at(object, &["spec", "selector"]) {
            Value::Null => Err("the service has no pod selector set".to_owned()),
            _ => Ok(joined(object, &["spec", "selector"])),
        },
        _ => {
            let labels = joined(object, &["spec", "selector", "matchLabels"]);
            if labels.is_empty() {
                return Err(format!(
                    "invalid {}: no selectors, therefore cannot be exposed",
                    kind_text(kind, "")
                ));
            }
            let expressions = j::list(object, &["spec", "selector", "matchExpressions"]);
            if expressions.is_empty() {
                return Ok(labels);
            }
            let shown: Vec<String> = expressions
                .iter()
                .map(|e| {
                    let values: Vec<&str> = j::list(e, &["values"])
                        .iter()
                        .filter_map(Value::as_str)
                        .collect();
                    format!(
                        "{{Key:{} Operator:{} Values:[{}]}}",
                        j::text(e, &["key"]),
                        j::text(e, &["operator"]),
                        values.join(" ")
                    )
                })
                .collect();
            Err(format!(
                "couldn't convert expressions - \"[{}]\" to map-based selector format",
                shown.join(" ")
            ))
        }
    }
}

/// Ports and their protocols.
fn ports(entries: &[Value], field: &str) -> Vec<(String, String)> {
    let pair = |entry: &Value| {
        let protocol = match j::text(entry, &["protocol"]) {
            "" => "TCP",
            protocol => protocol,
        };
        (j::int(entry, &[field]).to_string(), protocol.to_owned())
    };
    entries.iter().map(pair).collect()
}

fn container_ports(spec: &Value) -> Vec<(String, String)> {
    let containers = j::list(spec, &["containers"]).iter();
    containers
        .flat_map(|c| ports(j::list(c, &["ports"]), "containerPort"))
        .collect()
}
