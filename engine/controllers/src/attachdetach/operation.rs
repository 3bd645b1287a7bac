//! Attaching and detaching one volume: what is under way, how it ends, when it is tried again.

use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{AttachedVolume, Node, Pod};
use api::meta::v1::ObjectMeta;
use api::storage::v1::{VolumeAttachment, VolumeAttachmentSpec};
use apimachinery::{Status, Str};
use client::Delete;
use client::events::{NORMAL, WARNING};
use component_helpers::csi::CsiVolume;
use sim::Time;

use super::{Controller, Key};
use crate::worker;

/// How long a driver's attacher has for its work.
const TIMEOUT: Duration = Duration::from_secs(120);
/// How long until what has failed is tried again, the first time; then twice as long.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// No longer than this.
const LAST_RETRY: Duration = Duration::from_secs(122);
/// A node that does not say that it is done with a volume is waited for no longer than this.
const UNMOUNT: Duration = Duration::from_secs(360);
/// Retries double no further.
const MOST_FAILURES: u32 = 16;

/// A volume that is attached to a node, or is to be.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    csi: CsiVolume,
    state: State,
    /// How often attaching has failed, one after the other.
    failures: u32,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The attacher has until then.
    Attaching(Time),
    /// It has failed, and is tried again then.
    Failed(Time),
    /// It is attached.
    Attached,
    /// Nobody uses it since then.
    Unused(Time),
}

impl Attachment {
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.state, State::Attaching(_))
    }
}

impl Controller {
    fn keep(&self, key: &Key, attachment: Attachment) {
        self.attachments
            .borrow_mut()
            .insert(key.clone(), attachment);
    }

    /// Asks the driver's attacher to attach a volume.
    pub(super) fn attach(&self, key: &Key, csi: &CsiVolume, failures: u32) -> Result<(), Status> {
        let name = csi.attachment_name(&key.node);
        if self.made.get("", &name).is_none() {
            let mut wanted = VolumeAttachment {
                metadata: ObjectMeta::named("", &name),
                ..VolumeAttachment::default()
            };
            let mut spec = VolumeAttachmentSpec {
                attacher: csi.driver.as_str().into(),
                node_name: key.node.clone(),
                ..VolumeAttachmentSpec::default()
            };
            spec.source.persistent_volume_name = Some(key.volume.clone());
            wanted.spec = spec.into();
            match self.client.create(wanted) {
                Err(error) if !error.is_already_exists() => return Err(error),
                _ => {}
            }
        }
        let attachment = Attachment {
            csi: csi.clone(),
            state: State::Attaching(self.now() + TIMEOUT),
            failures,
        };
        self.keep(key, attachment);
        self.queue.add_after(key.clone(), TIMEOUT);
        Ok(())
    }

    /// Looks how attaching has gone.
    pub(super) fn look(
        &self,
        key: &Key,
        known: Attachment,
        users: &[Rc<Pod>],
    ) -> Result<(), Status> {
        let State::Attaching(due) = known.state else {
            return Ok(());
        };
        let made = self.made.get("", &known.csi.attachment_name(&key.node));
        let status = made.as_ref().map(|made| &made.status);
        if status.is_some_and(|status| status.attached) {
            return self.attached(key, known, users);
        }
        let failed = status.and_then(|status| status.attach_error.as_ref());
        if let Some(error) = failed {
            self.failed(key, known, users, &error.message);
        } else if self.now() >= due {
            let CsiVolume { driver, handle } = &known.csi;
            let why = format!(
                "timed out waiting for external-attacher of {driver} CSI driver to attach volume {handle}"
            );
            self.failed(key, known, users, &why);
        }
        Ok(())
    }

    fn attached(&self, key: &Key, known: Attachment, users: &[Rc<Pod>]) -> Result<(), Status> {
        let name: Str = known.csi.unique_name().into();
        let written = self.client.patch_status::<Node>("", &key.node, |node| {
            let attached = &mut node.status.volumes_attached;
            if !attached.iter().any(|known| known.name == name) {
                attached.push(AttachedVolume {
                    name: name.clone(),
                    device_path: Str::default(),
                });
            }
        });
        worker::ignore_not_found(written)?;
        let text = format!("AttachVolume.Attach succeeded for volume {:?} ", key.volume);
        for pod in users {
            self.recorder
                .event(&**pod, NORMAL, "SuccessfulAttachVolume", &text);
        }
        self.keep(
            key,
            Attachment {
                state: State::Attached,
                failures: 0,
                ..known
            },
        );
        self.queue.add(key.clone());
        Ok(())
    }

    fn failed(&self, key: &Key, known: Attachment, users: &[Rc<Pod>], why: &str) {
        let text = format!(
            "AttachVolume.Attach failed for volume {:?} : {why}",
            key.volume
        );
        for pod in users {
            self.recorder
                .event(&**pod, WARNING, "FailedAttachVolume", &text);
        }
        let wait = (FIRST_RETRY * 2_u32.pow(known.failures.min(MOST_FAILURES))).min(LAST_RETRY);
        let failed = Attachment {
            state: State::Failed(self.now() + wait),
            failures: known.failures + 1,
            ..known
        };
        self.keep(key, failed);
        self.queue.add_after(key.clone(), wait);
        // Others may have waited for the end of this.
        self.look_at_others(key);
    }

    /// Tries again what has failed, when it is time.
    pub(super) fn retry(&self, key: &Key, known: Attachment) -> Result<(), Status> {
        match known.state {
            State::Failed(due) if self.now() >= due => self.attach(key, &known.csi, known.failures),
            State::Unused(_) => {
                // Somebody uses it again.
                let state = State::Attached;
                self.keep(key, Attachment { state, ..known });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Detaches a volume that nobody uses, as soon as its node has it no more in use.
    pub(super) fn detach(&self, key: &Key, known: Attachment) -> Result<(), Status> {
        let now = self.now();
        let since = match known.state {
            State::Unused(since) => since,
            _ => now,
        };
        let name = known.csi.unique_name();
        let node = self.nodes.get("", &key.node);
        let in_use = node.is_some_and(|node| {
            let mut used = node.status.volumes_in_use.iter();
            used.any(|used| **used == *name)
        });
        if in_use && now < since + UNMOUNT {
            let state = State::Unused(since);
            self.keep(key, Attachment { state, ..known });
            self.queue
                .add_after(key.clone(), (since + UNMOUNT).since(now));
            return Ok(());
        }
        let written = self.client.patch_status::<Node>("", &key.node, |node| {
            let attached = &mut node.status.volumes_attached;
            attached.retain(|known| *known.name != *name);
        });
        worker::ignore_not_found(written)?;
        let made = known.csi.attachment_name(&key.node);
        let deleted = self
            .client
            .delete::<VolumeAttachment>("", &made, &Delete::default());
        worker::ignore_not_found(deleted)?;
        self.attachments.borrow_mut().remove(key);
        self.look_at_others(key);
        Ok(())
    }

    /// Looks again at the pods on other nodes that use the same volume.
    fn look_at_others(&self, key: &Key) {
        let Some(volume) = self.caches.volumes.get("", &key.volume) else {
            return;
        };
        for pod in self.caches.users(&volume, None) {
            if pod.spec.node_name != key.node {
                self.queue.add(Key {
                    volume: key.volume.clone(),
                    node: pod.spec.node_name.clone(),
                });
            }
        }
    }

    pub(super) fn now(&self) -> Time {
        self.client.sim().now()
    }
}
