//! From a container's `volumeMounts` to what the runtime mounts.

use api::core::v1::{Container, Pod};
use os::{Cred, Fs, Vfs};
use runtime::Mount;

use crate::environment::expand;
use crate::kubelet::Kubelet;

impl Kubelet {
    /// What a container sees of the pod's volumes. The error is what the container then waits for.
    pub(crate) fn mounts(
        &self,
        pod: &Pod,
        container: &Container,
        env: &[(String, String)],
    ) -> Result<Vec<Mount>, String> {
        let mut mounts = Vec::with_capacity(container.volume_mounts.len());
        for mount in &container.volume_mounts {
            let Some(volume) = self.volumes().get(&pod.metadata.uid, &mount.name) else {
                return Err(format!(
                    "cannot find volume \"{}\" to mount into container \"{}\"",
                    mount.name, container.name
                ));
            };
            let sub_path = if mount.sub_path_expr.is_empty() {
                mount.sub_path.to_string()
            } else {
                let lookup = |name: &str| {
                    let found = env.iter().find(|(known, _)| known == name);
                    found.map(|(_, value)| value.clone())
                };
                expand(&mount.sub_path_expr, lookup)
            };
            let mut fs = self.image_volume(pod, &mount.name).unwrap_or(volume.fs);
            let mut part = volume.root;
            if !sub_path.is_empty() {
                part = os::path::join(&part, &sub_path);
                if volume.projected {
                    // A part of such a volume does not follow later changes.
                    fs = Fs::from_tree("tmpfs", fs.snapshot());
                } else {
                    self.make_sub_path(&fs, &part);
                }
            }
            mounts.push(Mount {
                path: mount.mount_path.to_string(),
                fs,
                sub_path: part,
                read_only: mount.read_only || volume.read_only,
                in_memory: volume.in_memory,
            });
        }
        Ok(mounts)
    }

    /// A part of a volume that is not there is made as a directory.
    fn make_sub_path(&self, fs: &Fs, part: &str) {
        let vfs = Vfs::new(fs.clone());
        let root = Cred::root(self.sim().now().as_micros());
        let path = os::path::clean(&format!("/{part}"));
        if !vfs.exists(&root, &path) {
            // If it cannot be made, mounting it says so.
            let _ = vfs.mkdir_all(&root, &path, 0o755);
        }
    }
}
