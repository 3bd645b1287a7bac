//! The list of built-in kinds. A new kind is a folder and a line here.

use super::{
    Registry, apiextensions, apiregistration, apps, autoscaling, batch, certificates, coordination,
    core, discovery, events, flowcontrol, networking, node, policy, rbac, reviews, scheduling,
    storage, unsimulated,
};

/// Adds every built-in kind.
pub(super) fn register(registry: &mut Registry) {
    registry.add(apps::controllerrevision::ControllerRevisionStrategy);
    registry.add(apps::daemonset::DaemonSetStrategy);
    registry.add(apps::deployment::DeploymentStrategy);
    registry.add(apps::replicaset::ReplicaSetStrategy);
    registry.add(apps::statefulset::StatefulSetStrategy);
    registry.add(batch::cronjob::CronJobStrategy);
    registry.add(batch::job::JobStrategy);
    registry.add(certificates::CertificateSigningRequestStrategy);
    registry.add(coordination::lease::LeaseStrategy);
    registry.add(core::binding::BindingStrategy);
    registry.add(core::componentstatus::ComponentStatusStrategy);
    registry.add(core::configmap::ConfigMapStrategy);
    registry.add(core::endpoints::EndpointsStrategy);
    registry.add(core::event::EventStrategy);
    registry.add(core::limitrange::LimitRangeStrategy);
    registry.add(core::namespace::NamespaceStrategy);
    registry.add(core::node::NodeStrategy);
    registry.add(core::persistentvolume::PersistentVolumeStrategy);
    registry.add(core::persistentvolumeclaim::PersistentVolumeClaimStrategy);
    registry.add(core::pod::PodStrategy);
    registry.add(core::podtemplate::PodTemplateStrategy);
    registry.add(core::replicationcontroller::ReplicationControllerStrategy);
    registry.add(core::resourcequota::ResourceQuotaStrategy);
    registry.add(core::secret::SecretStrategy);
    registry.add(core::service::ServiceStrategy);
    registry.add(core::serviceaccount::ServiceAccountStrategy);
    registry.add(policy::poddisruptionbudget::PodDisruptionBudgetStrategy);
    registry.add(scheduling::priorityclass::PriorityClassStrategy);
    registry.add(storage::csi::CSIDriverStrategy);
    registry.add(storage::csi::CSINodeStrategy);
    registry.add(storage::csi::CSIStorageCapacityStrategy);
    registry.add(storage::storageclass::StorageClassStrategy);
    registry.add(storage::volumeattachment::VolumeAttachmentStrategy);
    registry.add(storage::volumeattributesclass::VolumeAttributesClassStrategy);
    registry.add(discovery::endpointslice::EndpointSliceStrategy);
    registry.add(rbac::ClusterRoleBindingStrategy);
    registry.add(rbac::ClusterRoleStrategy);
    registry.add(rbac::RoleBindingStrategy);
    registry.add(rbac::RoleStrategy);
    registry.add(networking::ingress::IngressStrategy);
    registry.add(networking::ingressclass::IngressClassStrategy);
    registry.add(networking::ipaddress::IPAddressStrategy);
    registry.add(networking::ipaddress::ServiceCIDRStrategy);
    registry.add(networking::networkpolicy::NetworkPolicyStrategy);
    registry.add(node::RuntimeClassStrategy);
    registry.add(flowcontrol::FlowSchemaStrategy);
    registry.add(flowcontrol::PriorityLevelConfigurationStrategy);
    registry.add(apiregistration::APIServiceStrategy);
    registry.add(apiextensions::CustomResourceDefinitionStrategy);
    autoscaling::register(registry);
    events::register(registry);
    reviews::register(registry);
    unsimulated::register(registry);
}
