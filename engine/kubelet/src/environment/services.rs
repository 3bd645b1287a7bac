//! The variables that tell a container of services (upstream's `pkg/kubelet/envvars`).

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::Service;

/// The namespace and name of the service that stands for the API server.
pub(crate) const MASTER: (&str, &str) = ("default", "kubernetes");

/// Host and port of each service with an address, in both styles that there are.
pub(crate) fn service_variables(services: &[Rc<Service>]) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    for service in services {
        let ip = service.spec.cluster_ip.as_str();
        if ip.is_empty() || ip == "None" {
            continue;
        }
        let name = variable_name(&service.metadata.name);
        env.insert(format!("{name}_SERVICE_HOST"), ip.to_owned());
        for (index, port) in service.spec.ports.iter().enumerate() {
            let number = port.port.to_string();
            if index == 0 {
                env.insert(format!("{name}_SERVICE_PORT"), number.clone());
            }
            if !port.name.is_empty() {
                let port_name = variable_name(&port.name);
                env.insert(format!("{name}_SERVICE_PORT_{port_name}"), number.clone());
            }
            let protocol = match port.protocol.as_str() {
                "" => "tcp".to_owned(),
                protocol => protocol.to_lowercase(),
            };
            let url = format!("{protocol}://{ip}:{number}");
            if index == 0 {
                env.insert(format!("{name}_PORT"), url.clone());
            }
            let prefix = format!("{name}_PORT_{number}_{}", protocol.to_uppercase());
            env.insert(format!("{prefix}_PROTO"), protocol);
            env.insert(format!("{prefix}_PORT"), number);
            env.insert(format!("{prefix}_ADDR"), ip.to_owned());
            env.insert(prefix, url);
        }
    }
    env
}

fn variable_name(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use api::core::v1::ServicePort;

    use super::*;

    #[test]
    fn a_service_has_nine_variables() {
        let mut service = Service::default();
        service.metadata.name = "my-db".into();
        service.spec.cluster_ip = "10.96.0.7".into();
        service.spec.ports = vec![ServicePort {
            name: "sql".into(),
            port: 5432,
            protocol: "TCP".into(),
            ..ServicePort::default()
        }];
        let lines: Vec<_> = service_variables(&[Rc::new(service)])
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            lines,
            [
                "MY_DB_PORT=tcp://10.96.0.7:5432",
                "MY_DB_PORT_5432_TCP=tcp://10.96.0.7:5432",
                "MY_DB_PORT_5432_TCP_ADDR=10.96.0.7",
                "MY_DB_PORT_5432_TCP_PORT=5432",
                "MY_DB_PORT_5432_TCP_PROTO=tcp",
                "MY_DB_SERVICE_HOST=10.96.0.7",
                "MY_DB_SERVICE_PORT=5432",
                "MY_DB_SERVICE_PORT_SQL=5432",
            ]
        );
    }

    #[test]
    fn headless_services_have_none() {
        let mut service = Service::default();
        service.spec.cluster_ip = "None".into();
        assert!(service_variables(&[Rc::new(service)]).is_empty());
    }
}
