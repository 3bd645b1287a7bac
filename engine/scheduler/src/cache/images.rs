//! Which node has which image.

use std::collections::BTreeSet;

use api::core::v1::Node;
use apimachinery::Str;

use super::Cache;
use crate::framework::NodeIndex;

impl Cache {
    /// Notes the images that a node reports.
    pub(super) fn update_images(&mut self, index: NodeIndex, node: &Node) {
        let Some(info) = self.snapshot.slots[index.0].as_ref() else {
            return;
        };
        let names = node.status.images.iter().flat_map(|image| &image.names);
        let now: BTreeSet<Str> = names.cloned().collect();
        if info.images == now {
            return;
        }
        self.forget_images(index);
        for image in &node.status.images {
            for name in &image.names {
                let state = self.snapshot.images.entry(name.clone()).or_default();
                if state.nodes == 0 {
                    state.size = image.size_bytes;
                }
            }
        }
        for name in &now {
            if let Some(state) = self.snapshot.images.get_mut(name) {
                state.nodes += 1;
            }
        }
        if let Some(info) = self.snapshot.slots[index.0].as_mut() {
            info.images = now;
        }
    }

    /// Forgets the images of a node.
    pub(super) fn forget_images(&mut self, index: NodeIndex) {
        let Some(info) = self.snapshot.slots[index.0].as_mut() else {
            return;
        };
        for name in std::mem::take(&mut info.images) {
            if let Some(state) = self.snapshot.images.get_mut(&name) {
                state.nodes -= 1;
                if state.nodes == 0 {
                    self.snapshot.images.remove(&name);
                }
            }
        }
    }
}
