//! What follows when a kubelet, or its whole machine, is started again.
//!
//! The kubelet's tasks are stopped and let go on from outside (they are a group of the simulation). What it has of its
//! pods it keeps, where a real one would look at the runtime and the API anew; both come to the same.

use crate::kubelet::Kubelet;

impl Kubelet {
    /// The way to the API server is there again: what others have written about the node meanwhile is looked at soon.
    pub fn is_back(&self) {
        self.node_changed();
        self.look_at_all_pods();
        self.show_static_pods();
    }

    fn look_at_all_pods(&self) {
        let uids: Vec<crate::Uid> = self.pods().borrow().keys().cloned().collect();
        for uid in uids {
            self.wake_pod(&uid);
        }
    }

    /// The kubelet was started again; `rebooted` if its machine was, too.
    pub fn restarted(&self, rebooted: bool) {
        // Back-offs live in the kubelet's memory only.
        self.crashes().take();
        let state = self.node_state();
        state.registered.set(false);
        self.node_event("Normal", "Starting", "Starting kubelet.");
        if rebooted {
            state.boots.set(state.boots.get() + 1);
            let name = &self.config().node;
            let id = self.boot_id();
            let message = format!("Node {name} has been rebooted, boot id: {id}");
            self.node_event("Warning", "Rebooted", &message);
        }
        state.changed.notify();
        for uid in self.runtime().pods() {
            self.pleg().note(&uid);
        }
        self.look_at_all_pods();
    }
}
