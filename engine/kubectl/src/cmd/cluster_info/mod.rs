//! `kubectl cluster-info`: where the control plane and the cluster's own services are.

mod dump;

use serde_json::Value;

use crate::cli::{Action, Command, Running};
use crate::context::Context;
use crate::error::Error;
use crate::resource::Builder;
use crate::util::json as j;

/// `cluster-info`
pub const COMMAND: Command = Command {
    name: "cluster-info",
    short: "Display cluster information",
    long: "Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To \
           further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.",
    example: "# Where the control plane answers\nkubectl cluster-info",
    commands: &[&dump::COMMAND],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let host = cx.selected()?.target.server;
        let namespace = match cx.flags.str("namespace") {
            "" => "kube-system".to_owned(),
            name => name.to_owned(),
        };
        let result = services(&cx, &namespace).map(|services| {
            cx.out(&line("Kubernetes control plane", &host));
            for service in &services {
                let name = match j::text(service, &["metadata", "labels", "kubernetes.io/name"]) {
                    "" => j::name(service),
                    name => name,
                };
                cx.out(&line(name, &link(&host, service)));
            }
        });
        cx.out(
            "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n",
        );
        result
    })
}

fn services(cx: &Context, namespace: &str) -> Result<Vec<Value>, Error> {
    let mut found = Builder::new(cx)
        .namespace(namespace)
        .label_selector("kubernetes.io/cluster-service=true")
        .args(false, &["services".to_owned()])
        .latest()
        .flatten()
        .find()?;
    let (infos, result) = found.infos();
    result?;
    Ok(infos.iter().map(|info| info.value().clone()).collect())
}

/// On a terminal these are green and yellow.
fn line(name: &str, link: &str) -> String {
    format!("{name} is running at {link}\n")
}

fn link(host: &str, service: &Value) -> String {
    let ports = j::list(service, &["spec", "ports"]);
    if let Some(ingress) = j::list(service, &["status", "loadBalancer", "ingress"]).first() {
        let address = match j::text(ingress, &["ip"]) {
            "" => j::text(ingress, &["hostname"]),
            ip => ip,
        };
        return ports
            .iter()
            .map(|port| format!("http://{address}:{} ", j::int(port, &["port"])))
            .collect();
    }
    let mut name = j::name(service).to_owned();
    if let Some(port) = ports.first() {
        let port_name = j::text(port, &["name"]);
        if port_name == "https" || j::int(port, &["port"]) == 443 {
            name = format!("https:{name}:{port_name}");
        } else if !port_name.is_empty() {
            name = format!("{name}:{port_name}");
        }
    }
    format!(
        "{host}/api/v1/namespaces/{}/services/{name}/proxy",
        j::namespace(service)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn links() {
        let service = |name: &str, port: i64| {
            json!({"metadata": {"name": "dns", "namespace": "kube-system"},
                "spec": {"ports": [{"name": name, "port": port}]}})
        };
        for (name, port, expected) in [
            (
                "dns",
                53,
                "h/api/v1/namespaces/kube-system/services/dns:dns/proxy",
            ),
            ("", 80, "h/api/v1/namespaces/kube-system/services/dns/proxy"),
            (
                "",
                443,
                "h/api/v1/namespaces/kube-system/services/https:dns:/proxy",
            ),
        ] {
            assert_eq!(link("h", &service(name, port)), expected);
        }
        let mut service = service("web", 80);
        service["status"] = json!({"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}});
        assert_eq!(link("h", &service), "http://1.2.3.4:80 ");
    }
}
