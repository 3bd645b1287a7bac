//! The list of built-in kinds. A new kind is a folder and a line here.

use super::{Registry, apps, core, scheduling};

/// Adds every built-in kind.
pub(super) fn register(registry: &mut Registry) {
    registry.add(apps::controllerrevision::ControllerRevisionStrategy);
    registry.add(apps::daemonset::DaemonSetStrategy);
    registry.add(apps::deployment::DeploymentStrategy);
    registry.add(apps::replicaset::ReplicaSetStrategy);
    registry.add(apps::statefulset::StatefulSetStrategy);
    registry.add(core::configmap::ConfigMapStrategy);
    registry.add(core::event::EventStrategy);
    registry.add(core::namespace::NamespaceStrategy);
    registry.add(core::node::NodeStrategy);
    registry.add(core::persistentvolume::PersistentVolumeStrategy);
    registry.add(core::persistentvolumeclaim::PersistentVolumeClaimStrategy);
    registry.add(core::pod::PodStrategy);
    registry.add(core::podtemplate::PodTemplateStrategy);
    registry.add(core::serviceaccount::ServiceAccountStrategy);
    registry.add(scheduling::priorityclass::PriorityClassStrategy);
}
