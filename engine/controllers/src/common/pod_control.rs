//! Makes and deletes pods for a controller's object, and tells about it (`RealPodControl`).

use std::rc::Rc;

use api::core::v1::{Pod, PodTemplateSpec};
use apimachinery::meta::v1::{ObjectMeta, OwnerReference};
use apimachinery::{Object, Status, Str};
use client::events::{EventRecorder, NORMAL, WARNING};
use client::{Client, Delete};

/// Makes and deletes pods as one controller.
#[derive(Clone)]
pub(crate) struct PodControl {
    pub(crate) client: Client,
    pub(crate) recorder: EventRecorder,
}

/// A pod as the template describes it, without a name.
pub(crate) fn pod_from_template(
    template: &PodTemplateSpec,
    parent: &ObjectMeta,
    owner: OwnerReference,
) -> Pod {
    let described = &template.metadata;
    Pod {
        metadata: ObjectMeta {
            namespace: parent.namespace.clone(),
            generate_name: format!("{}-", parent.name).into(),
            labels: described.labels.clone(),
            annotations: described.annotations.clone(),
            finalizers: described.finalizers.clone(),
            owner_references: vec![owner],
            ..ObjectMeta::default()
        },
        spec: template.spec.clone(),
        ..Pod::default()
    }
}

impl PodControl {
    pub(crate) fn new(client: &Client, component: &str) -> Self {
        Self {
            client: client.clone(),
            recorder: EventRecorder::new(client, component, ""),
        }
    }

    /// Makes a pod and tells about it on `parent`.
    ///
    /// # Errors
    /// What the server says against it, which is told on `parent`, too.
    pub(crate) fn create(&self, parent: &dyn Object, pod: Pod) -> Result<Rc<Pod>, Status> {
        match self.client.create(pod) {
            Ok(pod) => {
                let message = format!("Created pod: {}", pod.metadata.name);
                self.recorder
                    .event(parent, NORMAL, "SuccessfulCreate", &message);
                Ok(pod)
            }
            Err(status) => {
                if !is_namespace_terminating(&status) {
                    let message = format!("Error creating: {}", status.message);
                    self.recorder
                        .event(parent, WARNING, "FailedCreate", &message);
                }
                Err(status)
            }
        }
    }

    /// Deletes a pod and tells about it on `parent`.
    ///
    /// # Errors
    /// What the server says against it; a pod that is gone already is no error.
    pub(crate) fn delete(
        &self,
        parent: &dyn Object,
        namespace: &str,
        name: &Str,
    ) -> Result<(), Status> {
        match self
            .client
            .delete::<Pod>(namespace, name, &Delete::default())
        {
            Ok(_) => {
                let message = format!("Deleted pod: {name}");
                self.recorder
                    .event(parent, NORMAL, "SuccessfulDelete", &message);
                Ok(())
            }
            Err(status) if status.is_not_found() => Ok(()),
            Err(status) => {
                let message = format!("Error deleting: {}", status.message);
                self.recorder
                    .event(parent, WARNING, "FailedDelete", &message);
                Err(status)
            }
        }
    }

    /// Calls `create` up to `count` times, in batches of 1, 2, 4, …: if the first pod is refused, so would the others
    /// be. How many calls succeeded, and the first error.
    pub(crate) fn slow_start(
        count: usize,
        mut create: impl FnMut(usize) -> Result<(), Status>,
    ) -> (usize, Option<Status>) {
        let (mut done, mut tried, mut batch) = (0, 0, 1);
        while tried < count {
            let mut error = None;
            for index in tried..count.min(tried + batch) {
                match create(index) {
                    Ok(()) => done += 1,
                    Err(status) => drop(error.get_or_insert(status)),
                }
            }
            tried += batch;
            batch *= 2;
            if error.is_some() {
                return (done, error);
            }
        }
        (done, None)
    }
}

/// Whether a write was refused because its namespace is going away, which is nothing to talk about.
pub(crate) fn is_namespace_terminating(status: &Status) -> bool {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes
        .clone()
        .any(|cause| cause.type_ == "NamespaceTerminating")
}
