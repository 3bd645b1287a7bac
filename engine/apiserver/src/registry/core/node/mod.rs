//! Node: a machine that runs pods.

pub(crate) mod labels;
mod printer;
mod validation;

use api::core::v1::Node;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::field::Errors;

/// The strategy.
pub(crate) struct NodeStrategy;

impl Strategy for NodeStrategy {
    type Kind = Node;

    fn default(&self, node: &mut Node) {
        if node.status.allocatable.is_empty() && !node.status.capacity.is_empty() {
            node.status.allocatable = node.status.capacity.clone();
        }
        // The older field holds the first of the newer one.
        if node.spec.pod_cidrs.is_empty() && !node.spec.pod_cidr.is_empty() {
            let cidr = node.spec.pod_cidr.clone();
            node.spec.pod_cidrs = vec![cidr];
        } else if node.spec.pod_cidr.is_empty()
            && let Some(first) = node.spec.pod_cidrs.first().cloned()
        {
            node.spec.pod_cidr = first;
        }
    }

    fn share(&self, new: &mut Node, old: &Node) {
        if new.spec == old.spec {
            new.spec = old.spec.clone();
        }
        if new.status == old.status {
            new.status = old.status.clone();
        }
    }

    fn validate(&self, _cx: &Context, node: &Node, errors: &mut Errors) {
        validation::validate(node, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, node: &Node, out: &mut Vec<String>) {
        warn(node, out);
    }

    fn warnings_on_update(&self, _cx: &Context, new: &Node, _old: &Node, out: &mut Vec<String>) {
        warn(new, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut Node, old: &Node) {
        new.status = old.status.clone();
    }

    fn validate_update(&self, _cx: &Context, new: &Node, old: &Node, errors: &mut Errors) {
        validation::validate_update(new, old, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut Node, old: &Node) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(&self, _cx: &Context, new: &Node, old: &Node, errors: &mut Errors) {
        validation::validate_update(new, old, errors);
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["spec.unschedulable"]
    }

    fn field_value(&self, node: &Node, _label: &str) -> apimachinery::Str {
        if node.spec.unschedulable {
            "true".into()
        } else {
            "false".into()
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        printer::COLUMNS.into()
    }

    fn row(&self, node: &Node, options: &PrintOptions) -> Cells {
        printer::row(node, options)
    }
}

fn warn(node: &Node, out: &mut Vec<String>) {
    if node.spec.config_source.is_some() {
        out.push("spec.configSource: the feature is removed".to_owned());
    }
    if !node.spec.external_id.is_empty() {
        let text = "spec.externalID: this field is deprecated, and is unused by Kubernetes";
        out.push(text.to_owned());
    }
}
