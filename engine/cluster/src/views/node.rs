//! A node: a panel of the map.

use api::core::v1::{Node, Taint};
use view::NodeView;

use super::{resources, time};

/// The node's panel; `status` is its STATUS column.
pub(crate) fn node_view(node: &Node, status: String) -> NodeView {
    let conditions = &node.status.conditions;
    let is_true = |name: &str| {
        conditions
            .iter()
            .any(|c| c.type_ == name && c.status == "True")
    };
    let pressure = conditions
        .iter()
        .filter(|c| c.status == "True" && c.type_.ends_with("Pressure"))
        .map(|c| c.type_.to_string())
        .collect();
    let address = node
        .status
        .addresses
        .iter()
        .find(|a| a.type_ == "InternalIP");
    NodeView {
        uid: node.metadata.uid.to_string(),
        name: node.metadata.name.to_string(),
        status,
        ready: is_true("Ready"),
        schedulable: !node.spec.unschedulable,
        taints: node.spec.taints.iter().map(taint).collect(),
        pressure,
        address: address.map(|a| a.address.to_string()).unwrap_or_default(),
        version: node.status.node_info.kubelet_version.to_string(),
        allocatable: resources(&node.status.allocatable),
        created: time(node.metadata.creation_timestamp),
    }
}

/// A taint as kubectl prints it: `key=value:Effect`, without what is empty.
fn taint(taint: &Taint) -> String {
    let value = if taint.value.is_empty() {
        String::new()
    } else {
        format!("={}", taint.value)
    };
    format!("{}{value}:{}", taint.key, taint.effect)
}

#[cfg(test)]
mod tests {
    use api::core::v1::NodeCondition;

    use super::*;

    #[test]
    fn pressure_and_taints_are_named() {
        let mut node = Node::default();
        for (type_, status) in [
            ("MemoryPressure", "True"),
            ("DiskPressure", "False"),
            ("Ready", "True"),
        ] {
            node.status.conditions.push(NodeCondition {
                type_: type_.into(),
                status: status.into(),
                ..Default::default()
            });
        }
        node.spec.taints.push(Taint {
            key: "a".into(),
            value: "b".into(),
            effect: "NoSchedule".into(),
            ..Default::default()
        });
        node.spec.taints.push(Taint {
            key: "c".into(),
            effect: "NoExecute".into(),
            ..Default::default()
        });
        let view = node_view(&node, "Ready".into());
        assert!(view.ready);
        assert_eq!(view.pressure, ["MemoryPressure"]);
        assert_eq!(view.taints, ["a=b:NoSchedule", "c:NoExecute"]);
    }
}
