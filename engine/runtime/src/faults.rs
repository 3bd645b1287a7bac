//! What faults do to a node's containers: the power goes, a process is killed, or hangs.

use std::rc::Rc;

use os::Signal;

use crate::service::Runtime;

impl Runtime {
    /// The node loses its power: everything that runs is gone, and nobody sees how.
    pub fn power_off(&self) {
        for container in self.all_containers() {
            if container.main.borrow().is_some() {
                container.lost.set(true);
                container.machine.kill_all();
            }
        }
        self.drop_sandboxes();
    }

    /// The node is back: it finds that containers have ended, and takes that for the time of their end.
    pub fn power_on(&self) {
        let now = self.sim().now();
        for container in self.all_containers() {
            if container.lost.replace(false) {
                container.status.borrow_mut().finished_at = Some(now);
                self.changed(&container.pod_uid);
            }
        }
    }

    /// The id of the container of that name that runs in a pod.
    pub fn running_container(&self, uid: &str, name: &str) -> Option<Rc<str>> {
        let status = self.pod_status(uid);
        let found = status.containers.iter().find(|container| {
            *container.name == *name && container.state == crate::ContainerState::Running
        })?;
        Some(Rc::clone(&found.id))
    }

    /// Whether the container of this id runs.
    pub fn is_running(&self, id: &str) -> bool {
        self.running(id).is_ok()
    }

    /// Sends a signal to all processes of a container, as somebody on the node would.
    pub fn signal(&self, id: &str, signal: Signal) {
        if let Ok(container) = self.running(id) {
            for process in container.machine.processes() {
                let _ = container.machine.kill(process.pid, signal);
            }
        }
    }
}
