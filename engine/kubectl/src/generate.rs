//! Objects made of flags: what `run` and `expose` share.

use serde_json::{Map, Value, json};

use crate::apply::patcher::apply_locally;
use crate::cmd::create::builtin;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::json as j;

/// Labels as flags give them: `key=value,key=value`.
pub fn labels(spec: &str) -> Result<Map<String, Value>, Error> {
    if spec.is_empty() {
        return Err("no label spec passed".into());
    }
    let mut labels = Map::new();
    for pair in spec.split(',') {
        match pair.split('=').collect::<Vec<_>>()[..] {
            ["", _] => return Err("unexpected empty label key".into()),
            [key, value] => labels.insert(key.to_owned(), value.into()),
            _ => return Err(fail!("unexpected label spec: {pair}")),
        };
    }
    Ok(labels)
}

/// A number as Go's `strconv.Atoi` reads it.
pub fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| {
        let reason = match text.trim_start_matches(['+', '-']) {
            digits if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                "value out of range"
            }
            _ => "invalid syntax",
        };
        fail!(
            "strconv.Atoi: parsing {}: {reason}",
            crate::util::go::quote(text)
        )
    })
}

/// What a service is made of; empty texts mean nothing.
#[derive(Debug, Default)]
pub struct Service {
    /// Name.
    pub name: String,
    /// Selector, as labels.
    pub selector: String,
    /// Ports, separated by commas; `None` if there is no saying.
    pub ports: Option<String>,
    /// Protocols of ports, where they are not all the same.
    pub protocols: Vec<(String, String)>,
    /// Protocol of all ports.
    pub protocol: String,
    /// Port of the containers, or its name.
    pub target_port: String,
    /// Labels.
    pub labels: String,
    /// `spec.externalIPs`
    pub external_ip: String,
    /// `spec.loadBalancerIP`
    pub load_balancer_ip: String,
    /// `spec.type`
    pub kind: String,
    /// `spec.sessionAffinity`
    pub session_affinity: String,
    /// `spec.clusterIP`
    pub cluster_ip: String,
}

impl Service {
    /// The service itself.
    pub fn generate(&self) -> Result<Value, Error> {
        if self.selector.is_empty() {
            return Err("'selector' is a required parameter".into());
        }
        let mut object = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": self.name},
            "spec": {"selector": labels(&self.selector)?}, "status": {"loadBalancer": {}},
        });
        if !self.labels.is_empty() {
            j::set(&mut object, &["metadata", "labels"], labels(&self.labels)?);
        }
        if self.name.is_empty() {
            return Err("'name' is a required parameter".into());
        }
        let ports = self.ports()?;
        if !ports.is_empty() {
            j::set(&mut object, &["spec", "ports"], ports);
        }
        let mut set = |field: &str, value: &str| {
            if !value.is_empty() {
                j::set(&mut object, &["spec", field], value);
            }
        };
        set("type", &self.kind);
        set("clusterIP", &self.cluster_ip);
        if self.kind == "LoadBalancer" {
            set("loadBalancerIP", &self.load_balancer_ip);
        }
        set("sessionAffinity", &self.session_affinity);
        if !matches!(self.session_affinity.as_str(), "" | "None" | "ClientIP") {
            return Err(fail!("unknown session affinity: {}", self.session_affinity));
        }
        if !self.external_ip.is_empty() {
            j::set(
                &mut object,
                &["spec", "externalIPs"],
                json!([self.external_ip]),
            );
        }
        Ok(object)
    }

    fn ports(&self) -> Result<Vec<Value>, Error> {
        let texts: Vec<&str> = match self.ports.as_deref() {
            None if self.cluster_ip != "None" => {
                return Err("'ports' or 'port' is a required parameter".into());
            }
            None | Some("") => Vec::new(),
            Some(text) => text.split(',').collect(),
        };
        let mut ports = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            let port = number(text)?;
            let target: Value = match self.target_port.as_str() {
                "" => port.into(),
                target => target
                    .parse::<i32>()
                    .map_or_else(|_| target.into(), Value::from),
            };
            let known: Vec<&str> = self
                .protocols
                .iter()
                .filter(|(port, _)| port == text && self.protocol.is_empty())
                .map(|(_, protocol)| protocol.as_str())
                .collect();
            let several = known.len() > 1;
            let protocols = match (self.protocol.as_str(), known.is_empty()) {
                ("", true) => vec!["TCP"],
                ("", false) => known,
                (protocol, _) => vec![protocol],
            };
            for protocol in protocols {
                let mut entry = json!({"port": port, "protocol": protocol, "targetPort": target});
                if several {
                    let name = format!("port-{}-{}", i + 1, protocol.to_lowercase());
                    j::set(&mut entry, &["name"], name);
                } else if texts.len() > 1 {
                    j::set(&mut entry, &["name"], format!("port-{}", i + 1));
                }
                ports.push(entry);
            }
        }
        Ok(ports)
    }
}

/// The object with what `--overrides` changes about it.
pub fn overridden(cx: &Context, object: Value) -> Result<Value, Error> {
    let text = cx.flags.str("overrides");
    if text.is_empty() {
        return Ok(object);
    }
    let kind = cx.flags.str("override-type");
    if !matches!(kind, "" | "merge" | "json" | "strategic") {
        return Err(fail!("invalid override type: {kind}"));
    }
    let patch: Value = serde_json::from_str(text).map_err(|_| Error::from("Invalid JSON Patch"))?;
    match kind {
        "json" => apimachinery::patch::json_patch::apply(object, &patch)
            .map_err(|e| fail!("{}", e.text())),
        "strategic" => apply_locally(&builtin(&object)?, &object, patch),
        _ => Ok(apimachinery::patch::merge::apply(object, &patch)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_text() {
        assert_eq!(
            Value::Object(labels("a=b,c=").unwrap()),
            json!({"a": "b", "c": ""})
        );
        for (bad, message) in [
            ("", "no label spec passed"),
            ("a", "unexpected label spec: a"),
            ("a=b=c", "unexpected label spec: a=b=c"),
            ("=b", "unexpected empty label key"),
        ] {
            assert_eq!(labels(bad).unwrap_err().text(), message, "{bad}");
        }
    }

    #[test]
    fn services_of_many_ports() {
        let service = Service {
            name: "dns".into(),
            selector: "app=dns".into(),
            ports: Some("53,9153".into()),
            protocols: vec![("53".into(), "UDP".into())],
            ..Service::default()
        };
        let ports = &service.generate().unwrap()["spec"]["ports"];
        assert_eq!(
            *ports,
            json!([
                {"name": "port-1", "port": 53, "protocol": "UDP", "targetPort": 53},
                {"name": "port-2", "port": 9153, "protocol": "TCP", "targetPort": 9153},
            ])
        );
        assert_eq!(
            number("x").unwrap_err().text(),
            "strconv.Atoi: parsing \"x\": invalid syntax"
        );
    }
}
