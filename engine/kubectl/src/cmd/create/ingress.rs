//! `kubectl create ingress`

use apimachinery::IntOrString;
use serde_json::{Map, Value, json};

use super::super::shared;
use super::{Generator, set_some};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::fail;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "ingress",
    usage: "NAME --rule=host/path=service:port[,tls[=secret]] ",
    no_flags_in_use: true,
    aliases: &["ing"],
    short: "Create an ingress with the specified name",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::array(
                "annotation",
                "Annotation to insert in the ingress object, in the format annotation=value",
            ),
            Flag::string("class", "Ingress Class to be used"),
            Flag::string(
                "default-backend",
                "Default service for backend, in format of svcname:port",
            ),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::array(
                "rule",
                "Rule in format host/path=service:port[,tls=secretname]. A path ending in '*' \
                 gets pathType=Prefix. The tls part is optional.",
            ),
        ],
    ],
    long: "Create an ingress with the specified name.",
    example: "# Requests to foo.com/bar go to port 8080 of svc1
kubectl create ingress simple --rule=\"foo.com/bar=svc1:8080,tls=my-cert\"

# All paths of any host, with an ingress class
kubectl create ingress catch-all --class=otheringress --rule=\"/path=svc:port\"

# Two paths with prefixes
kubectl create ingress two --rule=\"foo.com/path*=svc:8080\" --rule=\"bar.com/admin*=svc2:http\"

# A default backend
kubectl create ingress default-backend --default-backend=defaultsvc:http",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// One `--rule`.
struct Rule {
    host: String,
    path: String,
    service: String,
    port: String,
    /// Present with `,tls`; the secret may be empty.
    tls: Option<String>,
}

/// `host/path=service:port[,tls[=secret]]`. As upstream, what comes behind a port is not looked at too closely.
fn parse(rule: &str) -> Option<Rule> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let (host, rest) = rule.split_once('/')?;
    let known = |c: char| word(c) || matches!(c, '*' | '.');
    let has_backend = rest.match_indices('=').any(|(at, _)| {
        let port = head(&rest[at + 1..], word).and_then(|(_, after)| after.strip_prefix(':'));
        port.and_then(|port| head(port, word)).is_some()
    });
    if !host.chars().all(known) || !has_backend {
        return None;
    }
    let parts: Vec<&str> = rule.split(',').collect();
    let tls = match parts.as_slice() {
        [_, tls] => Some(tls.split('=').nth(1).unwrap_or_default().to_owned()),
        _ => None,
    };
    let (_, main) = parts.first()?.split_once('/')?;
    let mut sides = main.split('=');
    let (path, backend) = (sides.next()?, sides.next()?);
    let mut backend = backend.split(':');
    Some(Rule {
        host: host.to_owned(),
        path: path.to_owned(),
        service: backend.next()?.to_owned(),
        port: backend.next()?.to_owned(),
        tls,
    })
}

/// A word of at least one letter, and what follows it.
fn head(text: &str, fits: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let end = text.find(|c| !fits(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let default = cx.flags.str("default-backend");
        let given = cx.flags.strings("rule");
        if default.is_empty() && given.is_empty() {
            return Err("not enough information provided: every ingress has to either specify a default-backend (which \
                        catches all traffic) or a list of rules (which catch specific paths)"
                .into());
        }
        let mut rules = Vec::new();
        for rule in &given {
            rules.push(parse(rule).ok_or_else(|| {
                fail!("rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
            })?);
        }
        let mut annotations = Map::new();
        for annotation in cx.flags.strings("annotation") {
            let Some((key, value)) = annotation.split_once('=') else {
                return Err(fail!(
                    "annotation {annotation} is invalid and should be in format key=[value]"
                ));
            };
            annotations.insert(key.to_owned(), value.into());
        }
        let mut object = json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": {"name": generator.name}, "spec": {}, "status": {"loadBalancer": {}},
        });
        if !default.is_empty() {
            let parts: Vec<&str> = default.split(':').collect();
            let [service, port] = parts.as_slice() else {
                return Err("default-backend should be in format servicename:serviceport".into());
            };
            j::set(
                &mut object,
                &["spec", "defaultBackend"],
                backend(service, port),
            );
        }
        if !annotations.is_empty() {
            j::set(&mut object, &["metadata", "annotations"], annotations);
        }
        if !cx.flags.str("class").is_empty() {
            j::set(
                &mut object,
                &["spec", "ingressClassName"],
                cx.flags.str("class"),
            );
        }
        set_some(&mut object, &["spec", "rules"], http_rules(&rules));
        set_some(&mut object, &["spec", "tls"], tls_rules(&rules));
        generator.create(&cx, object, "failed to create ingress: ")
    })
}

fn backend(service: &str, port: &str) -> Value {
    let port = match IntOrString::parse(port) {
        IntOrString::Int(number) => json!({"number": number}),
        IntOrString::Str(name) => json!({"name": name.as_str()}),
    };
    json!({"service": {"name": service, "port": port}})
}

fn http_rules(rules: &[Rule]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for rule in rules {
        let full = format!("/{}", rule.path);
        let (path, kind) = match full.strip_suffix('*') {
            Some(prefix) => (prefix, "Prefix"),
            None => (full.as_str(), "Exact"),
        };
        let entry =
            json!({"path": path, "pathType": kind, "backend": backend(&rule.service, &rule.port)});
        let known = out.iter_mut().find(|r| j::text(r, &["host"]) == rule.host);
        match known.and_then(|r| r["http"]["paths"].as_array_mut()) {
            Some(paths) => paths.push(entry),
            None => {
                let mut new = json!({"http": {"paths": [entry]}});
                if !rule.host.is_empty() {
                    j::set(&mut new, &["host"], rule.host.as_str());
                }
                out.push(new);
            }
        }
    }
    out
}

fn tls_rules(rules: &[Rule]) -> Vec<Value> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for rule in rules {
        let Some(secret) = &rule.tls else { continue };
        if seen.contains(&rule.host.as_str()) {
            continue;
        }
        seen.push(&rule.host);
        match out.iter_mut().find(|(known, _)| known == secret) {
            Some((_, hosts)) => hosts.push(rule.host.clone()),
            None if secret.is_empty() && rule.host.is_empty() => {}
            None => {
                let hosts = if rule.host.is_empty() {
                    Vec::new()
                } else {
                    vec![rule.host.clone()]
                };
                out.push((secret.clone(), hosts));
            }
        }
    }
    out.into_iter()
        .map(|(secret, hosts)| {
            let mut entry = json!({});
            if !hosts.is_empty() {
                entry["hosts"] = json!(hosts);
            }
            if !secret.is_empty() {
                entry["secretName"] = secret.into();
            }
            entry
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let rule = parse("foo.com/bar*=svc:80,tls=s").unwrap();
        assert_eq!(
            (rule.host.as_str(), rule.path.as_str(), rule.tls.as_deref()),
            ("foo.com", "bar*", Some("s"))
        );
        assert!(parse("/=svc:http").is_some());
        assert!(parse("/x=svc:80,tls").is_some());
        assert!(parse("foo.com").is_none());
        assert!(parse("foo.com/x=svc").is_none());
        let secret = |rule: &str| parse(rule).and_then(|rule| rule.tls);
        assert_eq!(secret("foo.com/x=svc:80,tlss=a").as_deref(), Some("a"));
        assert_eq!(secret("foo.com/x=svc:80,foo").as_deref(), Some(""));
        assert!(parse("foo.com/x=y=svc:80").is_none());
    }
}
