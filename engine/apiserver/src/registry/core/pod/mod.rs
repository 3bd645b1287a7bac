//! Pod: the containers that run together.

pub mod binding;
pub(crate) mod defaults;
mod label_keys;
mod overlaps;
mod printer;
pub(crate) mod resources;
pub(crate) mod validation;
pub(crate) mod volumes;
pub(crate) mod warnings;

use api::core::v1::Pod;
use apimachinery::meta::v1::DeleteOptions;
use apimachinery::{Shared, Str, Time};
use component_helpers::qos::qos_class;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::field::Errors;

const RESIZE: &str = "resize";

/// The strategy.
pub(crate) struct PodStrategy;

impl Strategy for PodStrategy {
    type Kind = Pod;

    fn default(&self, pod: &mut Pod) {
        defaults::default_pod(pod);
    }

    fn share(&self, new: &mut Pod, old: &Pod) {
        if new.spec == old.spec {
            new.spec = old.spec.clone();
        }
        if new.status == old.status {
            new.status = old.status.clone();
        }
    }

    fn prepare_for_create(&self, cx: &Context, pod: &mut Pod) {
        pod.metadata.generation = 1;
        pod.status = Shared::default();
        pod.status.phase = "Pending".into();
        pod.status.qos_class = qos_class(&pod.spec).into();
        note_scheduling_gates(pod, cx.now());
        label_keys::merge(pod);
        let mut of_annotations = Vec::new();
        warnings::app_armor_of_annotations(pod, &mut of_annotations);
        of_annotations.into_iter().for_each(|text| cx.warn(text));
    }

    fn validate(&self, _cx: &Context, pod: &Pod, errors: &mut Errors) {
        validation::validate_pod(pod, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, pod: &Pod, out: &mut Vec<String>) {
        warnings::of_pod(pod, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut Pod, old: &Pod) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(&self, _cx: &Context, new: &Pod, old: &Pod, errors: &mut Errors) {
        validation::validate_pod_update(new, old, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut Pod, old: &Pod) {
        new.spec = old.spec.clone();
        new.metadata.deletion_timestamp = None;
        // Only the owner of the object says who owns it.
        new.metadata.owner_references = old.metadata.owner_references.clone();
        if new.status.qos_class.is_empty() {
            new.status.qos_class = old.status.qos_class.clone();
        }
    }

    fn validate_status_update(&self, _cx: &Context, new: &Pod, old: &Pod, errors: &mut Errors) {
        validation::validate_status_update(new, old, errors);
    }

    fn subresources(&self) -> &'static [&'static str] {
        &["ephemeralcontainers", RESIZE]
    }

    fn prepare_for_subresource_update(&self, _cx: &Context, sub: &str, new: &mut Pod, old: &Pod) {
        if sub == RESIZE {
            validation::resize::keep_the_rest(new, old);
            if new.spec != old.spec {
                new.metadata.generation = old.metadata.generation + 1;
            }
            return;
        }
        // Only the ephemeral containers are taken from what was sent.
        let added = new.spec.ephemeral_containers.clone();
        let revision = new.metadata.resource_version.clone();
        let managed = new.metadata.managed_fields.clone();
        *new = old.clone();
        new.metadata.resource_version = revision;
        new.metadata.managed_fields = managed;
        new.spec.ephemeral_containers = added;
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_subresource_update(
        &self,
        _cx: &Context,
        sub: &str,
        new: &Pod,
        old: &Pod,
        errors: &mut Errors,
    ) {
        if sub == RESIZE {
            return validation::resize::validate(new, old, errors);
        }
        validation::validate_ephemeral_containers_update(new, old, errors);
    }

    fn deletes_gracefully(&self) -> bool {
        true
    }

    fn check_graceful_delete(&self, pod: &Pod, options: &mut DeleteOptions) -> bool {
        let granted = pod.spec.termination_grace_period_seconds.unwrap_or(0);
        let mut seconds = options.grace_period_seconds.unwrap_or(granted);
        // Nobody is there to wind down what is not scheduled or has ended.
        if pod.spec.node_name.is_empty() || matches!(&*pod.status.phase, "Failed" | "Succeeded") {
            seconds = 0;
        }
        if seconds < 0 {
            seconds = 1;
        }
        options.grace_period_seconds = Some(seconds);
        true
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ]
    }

    fn field_value(&self, pod: &Pod, label: &str) -> Str {
        match label {
            "spec.nodeName" => pod.spec.node_name.clone(),
            "spec.restartPolicy" => pod.spec.restart_policy.clone(),
            "spec.schedulerName" => pod.spec.scheduler_name.clone(),
            "spec.serviceAccountName" => pod.spec.service_account_name.clone(),
            "spec.hostNetwork" => pod.spec.host_network.to_string().into(),
            "status.phase" => pod.status.phase.clone(),
            "status.nominatedNodeName" => pod.status.nominated_node_name.clone(),
            _ => pod
                .status
                .pod_ips
                .first()
                .map(|ip| ip.ip.clone())
                .unwrap_or_default(),
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        printer::COLUMNS.into()
    }

    fn row(&self, pod: &Pod, options: &PrintOptions) -> Cells {
        printer::row(pod, options)
    }
}

/// A pod that waits for its gates says so at once.
fn note_scheduling_gates(pod: &mut Pod, now: Time) {
    if pod.spec.scheduling_gates.is_empty() {
        return;
    }
    pod.status.conditions.push(api::core::v1::PodCondition {
        type_: "PodScheduled".into(),
        status: "False".into(),
        last_transition_time: now,
        reason: "SchedulingGated".into(),
        message: "Scheduling is blocked due to non-empty scheduling gates".into(),
        ..Default::default()
    });
}
