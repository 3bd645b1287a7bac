//! How many pods their controllers want, all together.

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::Pod;
use api::policy::v1::PodDisruptionBudget;
use apimachinery::Str;
use apimachinery::meta::v1::{LabelSelector, OwnerReference};
use client::events::WARNING;

use super::Controller;

impl Controller {
    /// The sum of the scales of all controllers that have pods here.
    pub(super) fn expected_scale(
        &self,
        budget: &PodDisruptionBudget,
        pods: &[Rc<Pod>],
    ) -> Result<i32, String> {
        let mut scales: BTreeMap<Str, i32> = BTreeMap::new();
        let mut unmanaged = false;
        for pod in pods {
            let Some(owner) = pod.metadata.controller() else {
                unmanaged = true;
                continue;
            };
            if scales.contains_key(&owner.uid) {
                continue;
            }
            let namespace = &pod.metadata.namespace;
            let found = self.scale_of(namespace, owner);
            let (uid, scale) = found.ok_or_else(|| {
                format!(
                    "found no controllers for pod {}",
                    apimachinery::gotext::quote(&pod.metadata.name)
                )
            })?;
            scales.insert(uid, scale);
        }
        if unmanaged {
            let selector = go_text(budget.spec.selector.as_deref());
            let text = format!(
                "Pods selected by this PodDisruptionBudget (selector: {selector}) were found to be unmanaged. As a result, \
                 the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account \
                 for these pods please set \".spec.minAvailable\" field of the PDB to an integer value."
            );
            self.recorder.event(budget, WARNING, "UnmanagedPods", &text);
        }
        Ok(scales.into_values().sum())
    }

    /// The UID and the wish of the controller, or of the deployment behind it.
    fn scale_of(&self, namespace: &str, owner: &OwnerReference) -> Option<(Str, i32)> {
        let name = &owner.name;
        let same = |uid: &Str| *uid == owner.uid;
        match &*owner.kind {
            "ReplicaSet" => {
                let set = self.replica_sets.get(namespace, name);
                let set = set.filter(|set| same(&set.metadata.uid))?;
                let above = set.metadata.controller();
                if let Some(above) = above.filter(|above| above.kind == "Deployment") {
                    let deployment = self.deployments.get(namespace, &above.name)?;
                    let uid = deployment.metadata.uid.clone();
                    return Some((uid, deployment.spec.replicas.unwrap_or(1)));
                }
                Some((owner.uid.clone(), set.spec.replicas.unwrap_or(1)))
            }
            "StatefulSet" => {
                let set = self.stateful_sets.get(namespace, name);
                let set = set.filter(|set| same(&set.metadata.uid))?;
                Some((owner.uid.clone(), set.spec.replicas.unwrap_or(1)))
            }
            "ReplicationController" => {
                let set = self.replication_controllers.get(namespace, name);
                let set = set.filter(|set| same(&set.metadata.uid))?;
                Some((owner.uid.clone(), set.spec.replicas.unwrap_or(1)))
            }
            _ => None,
        }
    }
}

/// A selector as Go prints it.
fn go_text(selector: Option<&LabelSelector>) -> String {
    let Some(selector) = selector else {
        return "nil".to_owned();
    };
    let mut labels = String::new();
    for (key, value) in selector.match_labels.iter() {
        labels.push_str(&format!("{key}: {value},"));
    }
    let mut rules = String::new();
    for rule in &selector.match_expressions {
        let values: Vec<&str> = rule.values.iter().map(|value| &**value).collect();
        rules.push_str(&format!(
            "LabelSelectorRequirement{{Key:{},Operator:{},Values:[{}],}},",
            rule.key,
            rule.operator,
            values.join(" ")
        ));
    }
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{rules}}},}}"
    )
}
