//! `kubectl describe networkpolicy`: what it lets through, in words.

use api::networking::v1::{NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use apimachinery::labels::format_label_selector;

use super::about::About;
use super::endpoints::joined;
use super::page::{Page, or_none};
use crate::error::Error;

/// The texts of one direction.
struct Direction {
    /// Such as `ingress`.
    name: &'static str,
    /// Such as `From`.
    label: &'static str,
    /// Such as `source`.
    end: &'static str,
}

/// The policy. Its events are never shown.
pub(crate) fn network_policy(policy: &NetworkPolicy, about: &About<'_>) -> Result<String, Error> {
    let (meta, spec) = (&policy.metadata, &policy.spec);
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    let created = meta.creation_timestamp.to_rfc3339().to_string();
    let created = created.replace('T', " ").replace('Z', " +0000 UTC");
    page.field(0, "Created on", &created);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.line(0, "Spec:");
    let selector = &spec.pod_selector;
    let selected = if selector.match_labels.is_empty() && selector.match_expressions.is_empty() {
        "<none> (Allowing the specific traffic to all pods in this namespace)".to_owned()
    } else {
        format_label_selector(Some(selector)).to_string()
    };
    page.line(1, &format!("PodSelector:     {selected}"));
    let affects = |direction: &str| spec.policy_types.iter().any(|t| *t == *direction);
    let ingress = Direction {
        name: "ingress",
        label: "From",
        end: "source",
    };
    let rules = spec.ingress.iter().map(|rule| (&*rule.ports, &*rule.from));
    traffic(&mut page, &ingress, affects("Ingress"), rules.collect());
    let egress = Direction {
        name: "egress",
        label: "To",
        end: "destination",
    };
    let rules = spec.egress.iter().map(|rule| (&*rule.ports, &*rule.to));
    traffic(&mut page, &egress, affects("Egress"), rules.collect());
    let types = joined(&spec.policy_types, ", ");
    page.line(1, &format!("Policy Types: {}", or_none(&types)));
    Ok(page.finish())
}

type Rule<'a> = (&'a [NetworkPolicyPort], &'a [NetworkPolicyPeer]);

fn traffic(page: &mut Page, direction: &Direction, affected: bool, rules: Vec<Rule<'_>>) {
    let Direction { name, label, end } = direction;
    if !affected {
        page.line(1, &format!("Not affecting {name} traffic"));
        return;
    }
    page.line(1, &format!("Allowing {name} traffic:"));
    if rules.is_empty() {
        let text = format!("<none> (Selected pods are isolated for {name} connectivity)");
        page.line(2, &text);
    }
    for (i, (ports, peers)) in rules.into_iter().enumerate() {
        if i > 0 {
            page.line(2, "----------");
        }
        if ports.is_empty() {
            page.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in ports {
            let protocol = port.protocol.as_deref().unwrap_or("TCP");
            let number = port.port.as_ref();
            let number = number.map_or_else(|| "<nil>".to_owned(), ToString::to_string);
            page.line(
                2,
                &match port.end_port {
                    None => format!("To Port: {number}/{protocol}"),
                    Some(end) => format!("To Port Range: {number}-{end}/{protocol}"),
                },
            );
        }
        if peers.is_empty() {
            page.line(
                2,
                &format!("{label}: <any> (traffic not restricted by {end})"),
            );
        }
        for peer in peers {
            page.line(2, &format!("{label}:"));
            self::peer(page, peer);
        }
    }
}

fn peer(page: &mut Page, peer: &NetworkPolicyPeer) {
    for (label, selector) in [
        ("NamespaceSelector", &peer.namespace_selector),
        ("PodSelector", &peer.pod_selector),
    ] {
        if let Some(selector) = selector {
            let text = format_label_selector(Some(selector));
            page.line(3, &format!("{label}: {text}"));
        }
    }
    if let (None, None, Some(block)) =
        (&peer.namespace_selector, &peer.pod_selector, &peer.ip_block)
    {
        page.line(3, "IPBlock:");
        page.line(4, &format!("CIDR: {}", block.cidr));
        page.line(4, &format!("Except: {}", joined(&block.except, ", ")));
    }
}
