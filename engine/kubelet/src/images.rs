//! Images on the node: whether one has to be pulled, waiting for one's turn, and backing off after failures.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Container, Pod};
use runtime::{Credentials, Reference, Registry, Resolved};
use sim::futures_util::future::join;
use sim::{Time, oneshot};

use crate::Uid;
use crate::backoff::Backoff;
use crate::kubelet::Kubelet;
use crate::kuberuntime::StartError;

/// Pulls of the node: one at a time, in order; failed ones wait.
#[derive(Default)]
pub(crate) struct ImageManager {
    backoff: RefCell<Backoff>,
    /// What the last pull of an image for a pod failed with.
    failures: RefCell<BTreeMap<String, String>>,
    busy: Cell<bool>,
    queue: RefCell<VecDeque<oneshot::Sender<()>>>,
    /// The image that each container waits for.
    wanted: RefCell<BTreeMap<(Uid, String), String>>,
}

/// The right to pull, until it is dropped.
struct Turn<'a>(&'a ImageManager);

impl ImageManager {
    async fn turn(&self) -> Turn<'_> {
        while self.busy.get() {
            let (sender, receiver) = oneshot::channel();
            self.queue.borrow_mut().push_back(sender);
            // Woken by whoever had the turn before; an error means the same.
            let _ = receiver.await;
        }
        self.busy.set(true);
        Turn(self)
    }

    /// The image that a container waits for.
    pub(crate) fn wanted(&self, uid: &str, container: &str) -> Option<String> {
        let key = (Uid::from(uid), container.to_owned());
        self.wanted.borrow().get(&key).cloned()
    }

    /// The pods that wait for an image.
    fn waiting_for(&self, image: &str) -> Vec<Uid> {
        let wanted = self.wanted.borrow();
        let waiting = wanted.iter().filter(|(_, wanted)| *wanted == image);
        waiting.map(|((uid, _), _)| uid.clone()).collect()
    }

    /// When an image that could not be pulled for a pod may be tried again.
    pub(crate) fn retry_at(&self, uid: &str, image: &str) -> Option<Time> {
        let reference = Reference::parse(image).ok()?;
        self.backoff.borrow().until(&format!("{uid}_{reference}"))
    }

    /// Forgets a pod.
    pub(crate) fn forget(&self, uid: &str) {
        let prefix = format!("{uid}_");
        self.backoff.borrow_mut().forget_prefix(&prefix);
        self.failures
            .borrow_mut()
            .retain(|key, _| !key.starts_with(&prefix));
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.busy.set(false);
        let mut queue = self.0.queue.borrow_mut();
        while let Some(next) = queue.pop_front() {
            if next.send(()).is_ok() {
                break;
            }
        }
    }
}

impl Kubelet {
    /// The image of a container, pulled if its policy says so. Events tell what happens.
    pub(crate) async fn ensure_image(
        &self,
        pod: &Rc<Pod>,
        container: &Container,
    ) -> Result<Resolved, StartError> {
        let say = |type_: &str, reason: &str, message: &str| {
            self.container_event(pod, &container.name, type_, reason, message);
        };
        let (image, policy) = (&container.image, &container.image_pull_policy);
        self.ensure(pod, &container.name, (image, policy), &say)
            .await
    }

    /// The images that a container mounts as volumes.
    pub(crate) async fn ensure_image_volumes(
        &self,
        pod: &Rc<Pod>,
        container: &Container,
    ) -> Result<(), StartError> {
        for volume in &pod.spec.volumes {
            let mut mounts = container.volume_mounts.iter();
            if let Some(source) = &volume.image
                && mounts.any(|mount| mount.name == volume.name)
            {
                let say = |type_: &str, reason: &str, message: &str| {
                    self.pod_event(pod, type_, reason, message);
                };
                let image = (source.reference.as_str(), source.pull_policy.as_str());
                self.ensure(pod, &container.name, image, &say).await?;
            }
        }
        Ok(())
    }

    async fn ensure(
        &self,
        pod: &Rc<Pod>,
        container: &str,
        (wanted, policy): (&str, &str),
        say: &dyn Fn(&str, &str, &str),
    ) -> Result<Resolved, StartError> {
        let reference = match Reference::parse(wanted) {
            Ok(reference) => reference,
            Err(error) => {
                let message = format!(
                    "Failed to apply default image tag \"{wanted}\": couldn't parse image name \"{wanted}\": {error}"
                );
                say("Warning", "InspectFailed", &message);
                return Err(StartError::new("InvalidImageName", message));
            }
        };
        let shown = self.pull_credentials(pod, &reference);
        let present = self.runtime().image(&reference);
        let admitted = Registry::admits(&reference, &shown);
        if present.is_some() && !admitted && policy == "Never" {
            let message = format!(
                "Container image \"{wanted}\" is present with pull policy of Never but does not have the proper credentials \
                 to access the image"
            );
            say("Warning", "ErrImageNeverPull", &message);
            return Err(StartError::new("ErrImageNeverPull", message));
        }
        match (policy, present.filter(|_| admitted)) {
            ("Always", _) | (_, None) if policy != "Never" => {}
            (_, Some(image)) => {
                let message = format!(
                    "Container image \"{wanted}\" already present on machine and can be accessed by the pod"
                );
                say("Normal", "Pulled", &message);
                return Ok(image);
            }
            (_, None) => {
                let message = format!(
                    "Container image \"{wanted}\" is not present with pull policy of Never"
                );
                say("Warning", "ErrImageNeverPull", &message);
                return Err(StartError::new("ErrImageNeverPull", message));
            }
        }
        let key = (Uid::from(pod.metadata.uid.as_str()), container.to_owned());
        let waits_for = reference.to_string();
        let images = self.images();
        images.wanted.borrow_mut().insert(key.clone(), waits_for);
        self.progress_changed(&key.0);
        let pulled = self.pull(pod, wanted, (&reference, &shown), say).await;
        images.wanted.borrow_mut().remove(&key);
        self.progress_changed(&key.0);
        pulled
    }

    async fn pull(
        &self,
        pod: &Rc<Pod>,
        wanted: &str,
        (reference, shown): (&Reference, &[Credentials]),
        say: &dyn Fn(&str, &str, &str),
    ) -> Result<Resolved, StartError> {
        let images = self.images();
        let key = format!("{}_{reference}", pod.metadata.uid);
        let now = self.sim().now();
        if images.backoff.borrow().is_waiting(&key, now) {
            let message = format!("Back-off pulling image \"{wanted}\"");
            say("Normal", "BackOff", &message);
            let message = match images.failures.borrow().get(&key) {
                Some(failure) => format!("{message}: {failure}"),
                None => message,
            };
            let mut error = StartError::new("ImagePullBackOff", message);
            error.until = images.backoff.borrow().until(&key);
            return Err(error);
        }
        images.failures.borrow_mut().remove(&key);
        say("Normal", "Pulling", &format!("Pulling image \"{wanted}\""));
        let asked = self.sim().now();
        let turn = images.turn().await;
        let began = self.sim().now();
        let known = self.runtime().image(reference).is_some();
        let pull = self.runtime().pull_image(reference, shown);
        let (pulled, ()) = join(pull, async { self.pull_changed(pod, reference, known) }).await;
        self.pull_changed(pod, reference, known);
        drop(turn);
        if !known && pulled.is_ok() {
            self.node_changed();
            self.wake_image_gc();
        }
        let now = self.sim().now();
        match pulled {
            Ok(image) => {
                let message = format!(
                    "Successfully pulled image \"{wanted}\" in {} ({} including waiting). Image size: {} bytes.",
                    milliseconds(began, now),
                    milliseconds(asked, now),
                    image.image.size
                );
                say("Normal", "Pulled", &message);
                images.backoff.borrow_mut().forget(&key);
                Ok(image)
            }
            Err(error) => {
                let message = format!("Failed to pull image \"{wanted}\": {error}");
                say("Warning", "Failed", &message);
                images.backoff.borrow_mut().next(&key, now, now);
                let failure = format!("ErrImagePull: {error}");
                images.failures.borrow_mut().insert(key, failure);
                Err(StartError::new("ErrImagePull", error.to_string()))
            }
        }
    }
}

impl Kubelet {
    /// A pull for a pod began or ended. All that wait for the image see it, unless the image is there: then it is only
    /// asked for again, which takes no time to speak of.
    fn pull_changed(&self, pod: &Pod, reference: &Reference, known: bool) {
        if known {
            return self.progress_changed(&pod.metadata.uid);
        }
        for uid in self.images().waiting_for(&reference.to_string()) {
            self.progress_changed(&uid);
        }
    }
}

/// The time between two instants as Go prints it, cut to milliseconds.
fn milliseconds(from: Time, to: Time) -> String {
    let passed = Duration::from_millis(u64::try_from(to.since(from).as_millis()).unwrap_or(0));
    apimachinery::time::format_go_duration(i64::try_from(passed.as_nanos()).unwrap_or(i64::MAX))
        .to_string()
}
