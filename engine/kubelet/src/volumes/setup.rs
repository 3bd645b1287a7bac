//! Making a volume of each kind.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{EmptyDirVolumeSource, HostPathVolumeSource, PersistentVolume, Pod, Volume};
use apimachinery::Quantity;
use component_helpers::csi::csi_volume;
use os::{Cred, Fs, Vfs};
use runtime::Reference;

use super::config::mode;
use super::csi::not_registered;
use super::payload::{self, Payloads};
use super::{Mounted, NotMounted};
use crate::kubelet::Kubelet;

/// The annotation of volumes that were made for a claim.
const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";
/// How much the node's own file system holds.
const HOST_LIMIT: u64 = 256 << 20;

/// The contents of persistent volumes. They outlive pods and nodes, so they are the cluster's, not a node's.
#[derive(Default)]
pub struct Storage(RefCell<BTreeMap<String, Fs>>);

impl Storage {
    /// The files of a persistent volume.
    pub fn volume(&self, name: &str, now: i64) -> Fs {
        let mut volumes = self.0.borrow_mut();
        volumes
            .entry(name.to_owned())
            .or_insert_with(|| Fs::new("ext4", now))
            .clone()
    }

    /// Throws the files of a persistent volume away.
    pub fn delete(&self, name: &str) {
        self.0.borrow_mut().remove(name);
    }
}

fn whole(fs: Fs, read_only: bool) -> Mounted {
    Mounted {
        fs,
        root: String::new(),
        read_only,
        projected: false,
        in_memory: false,
    }
}

impl Kubelet {
    /// Makes a volume. The error says why it is not there.
    pub(super) fn set_up_volume(&self, pod: &Pod, volume: &Volume) -> Result<Mounted, NotMounted> {
        if let Some(source) = &volume.persistent_volume_claim {
            return self.claim_volume(pod, &source.claim_name, source.read_only);
        }
        if volume.ephemeral.is_some() {
            let claim = format!("{}-{}", pod.metadata.name, volume.name);
            return self.claim_volume(pod, &claim, false);
        }
        self.plain_volume(pod, volume)
            .map_err(|why| NotMounted::set_up(&volume.name, why))
    }

    /// Makes a volume that is described in the pod.
    fn plain_volume(&self, pod: &Pod, volume: &Volume) -> Result<Mounted, String> {
        if let Some(files) = self.projected_volume(pod, volume, None) {
            let (mut files, shared) = (files?, self.runtime().shared());
            payload::share(&mut files, &shared.contents);
            let made = payload::make(files, fs_group(pod), self.sim().now(), &shared.shelf);
            let fs = made.map_err(|errno| errno.text().to_lowercase())?;
            self.watch_tokens(&pod.metadata.uid, volume);
            return Ok(Mounted {
                projected: true,
                ..whole(fs, true)
            });
        }
        if let Some(source) = &volume.empty_dir {
            return Ok(Mounted {
                in_memory: source.medium == "Memory",
                ..whole(self.empty_dir(pod, source), false)
            });
        }
        if let Some(source) = &volume.host_path {
            return self.host_path(source);
        }
        if volume.image.is_some() {
            // Its files are there as soon as the image is, which is seen to when a container starts.
            return Ok(whole(
                Fs::new("overlay", self.sim().now().as_micros()),
                true,
            ));
        }
        if let Some(source) = &volume.csi {
            return Err(format!(
                "kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: {}",
                not_registered(&source.driver)
            ));
        }
        Err("this kind of volume is not supported on this node".to_owned())
    }

    /// The files of a volume that is an image.
    pub(super) fn image_volume(&self, pod: &Pod, name: &str) -> Option<Fs> {
        let volume = pod.spec.volumes.iter().find(|volume| volume.name == name)?;
        let reference = Reference::parse(&volume.image.as_ref()?.reference).ok()?;
        let image = self.runtime().image(&reference)?;
        Some(self.runtime().image_files(&image))
    }

    /// Writes the files of a volume anew if they have changed. What cannot be had now stays as it was, and so do tokens
    /// unless new ones are wanted.
    pub(super) fn refresh_volume(&self, pod: &Pod, volume: &Volume, fs: &Fs, new_tokens: bool) {
        let keep = (!new_tokens).then_some(fs);
        if let Some(Ok(files)) = self.projected_volume(pod, volume, keep) {
            let _ = payload::write(fs, &files, fs_group(pod), self.sim().now());
        }
    }

    /// The files of a volume whose files come from the API; `None` for other kinds.
    fn projected_volume(
        &self,
        pod: &Pod,
        volume: &Volume,
        keep: Option<&Fs>,
    ) -> Option<Result<Payloads, String>> {
        if let Some(s) = &volume.config_map {
            let mode = mode(s.default_mode);
            return Some(self.config_map_files(pod, &s.name, &s.items, mode, s.optional));
        }
        if let Some(s) = &volume.secret {
            let mode = mode(s.default_mode);
            return Some(self.secret_files(pod, &s.secret_name, &s.items, mode, s.optional));
        }
        if let Some(s) = &volume.downward_api {
            return Some(self.downward_files(pod, &s.items, mode(s.default_mode)));
        }
        if let Some(s) = &volume.projected {
            return Some(self.projected_files(pod, &s.sources, mode(s.default_mode), keep));
        }
        None
    }

    /// An empty directory that everybody may write to, and that belongs to the pod's group if it has one.
    fn empty_dir(&self, pod: &Pod, source: &EmptyDirVolumeSource) -> Fs {
        let now = self.sim().now().as_micros();
        let kind = if source.medium == "Memory" {
            "tmpfs"
        } else {
            "ext4"
        };
        let fs = Fs::new(kind, now);
        let vfs = Vfs::new(fs.clone());
        let root = Cred::root(now);
        let group = fs_group(pod);
        let mode = if group.is_some() { 0o2777 } else { 0o777 };
        // The root of a new file system can be changed.
        let _ = vfs.chown(&root, "/", None, group);
        let _ = vfs.chmod(&root, "/", mode);
        if source.medium == "Memory"
            && let Some(limit) = memory_volume_size(pod, source)
        {
            fs.set_limit(limit);
        }
        fs
    }

    /// The node's own files, as far as pods and people can see them.
    pub fn disk(&self) -> Fs {
        let now = self.sim().now().as_micros();
        let fs = self
            .volumes()
            .host
            .borrow_mut()
            .get_or_insert_with(|| host_files(now))
            .clone();
        self.watch_manifests(&fs);
        fs
    }

    /// Takes a disk that was there before the node was one.
    pub fn set_disk(&self, disk: &Fs) {
        *self.volumes().host.borrow_mut() = Some(disk.clone());
        self.watch_manifests(disk);
    }

    /// Says who wants to know when a pod is to see all of the node's disk: until then, the files that it has beside those
    /// of pods need not be there.
    pub fn set_root_observer(&self, observer: impl Fn() + 'static) {
        *self.volumes().root_observer.borrow_mut() = Some(Rc::new(observer));
    }

    /// A directory or file of the node, if it is what the pod says it is.
    fn host_path(&self, source: &HostPathVolumeSource) -> Result<Mounted, String> {
        let now = self.sim().now().as_micros();
        let fs = self.disk();
        let vfs = Vfs::new(fs.clone());
        let root = Cred::root(now);
        let path = os::path::clean(&source.path);
        let observer = self.volumes().root_observer.borrow().clone();
        if let Some(observer) = observer.filter(|_| path == "/") {
            observer();
        }
        let kind = source.type_.as_deref().unwrap_or_default();
        let failed = |what: &str| format!("hostPath type check failed: {path} is not {what}");
        let found = vfs.stat(&root, &path).ok();
        match (kind, &found) {
            ("DirectoryOrCreate" | "", None) => {
                vfs.mkdir_all(&root, &path, 0o755)
                    .map_err(|errno| errno.text().to_lowercase())?;
            }
            ("FileOrCreate", None) => {
                vfs.write_file(&root, &path, b"")
                    .map_err(|errno| errno.text().to_lowercase())?;
            }
            ("Directory" | "DirectoryOrCreate", Some(found)) if !found.inode.is_dir() => {
                return Err(failed("a directory"));
            }
            ("File" | "FileOrCreate", Some(found)) if found.inode.is_dir() => {
                return Err(failed("a file"));
            }
            ("Directory", None) => return Err(failed("a directory")),
            ("File", None) => return Err(failed("a file")),
            ("Socket", _) => return Err(failed("a socket file")),
            ("CharDevice", _) => return Err(failed("a character device")),
            ("BlockDevice", _) => return Err(failed("a block device")),
            _ => {}
        }
        Ok(Mounted {
            root: path.trim_start_matches('/').to_owned(),
            ..whole(fs, false)
        })
    }

    /// The volume that a claim is bound to.
    fn claim_volume(&self, pod: &Pod, name: &str, read_only: bool) -> Result<Mounted, NotMounted> {
        let volume = self.bound_volume(&pod.metadata.namespace, name)?;
        if let Some(csi) = csi_volume(&volume.spec) {
            return Err(self.csi_volume(pod, &volume, &csi));
        }
        // What somebody made by hand is where they say it is; what was provisioned is wherever the pod is.
        let provisioned = volume.metadata.annotations.contains_key(PROVISIONED_BY);
        let now = self.sim().now().as_micros();
        let spec = &volume.spec;
        let by_hand = |source: &HostPathVolumeSource| {
            let made = self.host_path(source);
            made.map(|made| Mounted { read_only, ..made })
                .map_err(|why| NotMounted::set_up(&volume.metadata.name, why))
        };
        if let Some(source) = spec.host_path.as_deref().filter(|_| !provisioned) {
            return by_hand(source);
        }
        if let Some(source) = spec.local.as_deref().filter(|_| !provisioned) {
            let path = os::path::clean(&source.path);
            if !Vfs::new(self.disk()).exists(&Cred::root(now), &path) {
                return Err(NotMounted::Failed {
                    step: "MountVolume.NewMounter initialization failed",
                    name: volume.metadata.name.clone(),
                    why: format!("path {:?} does not exist", source.path),
                });
            }
            return by_hand(&HostPathVolumeSource {
                path: source.path.clone(),
                type_: Some("Directory".into()),
            });
        }
        let fs = self.storage().volume(&volume.metadata.name, now);
        if let Some(group) = fs_group(pod) {
            let vfs = Vfs::new(fs.clone());
            let _ = vfs.chown(&Cred::root(now), "/", None, Some(group));
            let _ = vfs.chmod(&Cred::root(now), "/", 0o2775);
        }
        Ok(whole(fs, read_only))
    }

    /// The persistent volume of a claim.
    fn bound_volume(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Rc<PersistentVolume>, NotMounted> {
        let processing = |why: &str| {
            NotMounted::NotProcessed(format!("error processing PVC {namespace}/{name}: {why}"))
        };
        let claim = self.api().claim(namespace, name).map_err(|error| {
            let why = &error.message;
            processing(&format!("failed to fetch PVC from API server: {why}"))
        })?;
        if claim.metadata.deletion_timestamp.is_some() {
            return Err(processing("PVC is being deleted"));
        }
        if claim.status.phase != "Bound" {
            return Err(processing("PVC is not bound"));
        }
        let volume = &claim.spec.volume_name;
        if volume.is_empty() {
            return Err(processing("PVC has empty pvc.Spec.VolumeName"));
        }
        self.api().volume(volume).map_err(|error| {
            let why = &error.message;
            processing(&format!(
                "failed to fetch PV {volume} from API server: {why}"
            ))
        })
    }
}

/// How much a volume in memory holds: no more than it may, nor than the pod's containers may together.
fn memory_volume_size(pod: &Pod, source: &EmptyDirVolumeSource) -> Option<u64> {
    let mut bytes = source.size_limit.as_ref().map(Quantity::value);
    let limits = pod.spec.containers.iter();
    let limits = limits.map(|container| container.resources.limits.get("memory"));
    let of_pod = limits
        .map(|limit| Some(limit?.value()))
        .sum::<Option<i64>>();
    if let Some(of_pod) = of_pod {
        bytes = Some(bytes.map_or(of_pod, |bytes| bytes.min(of_pod)));
    }
    bytes
        .filter(|bytes| *bytes > 0)
        .and_then(|bytes| u64::try_from(bytes).ok())
        .map(|bytes| bytes.min(HOST_LIMIT))
}

/// What the disk of a machine holds that is a node, or may become one.
pub fn host_files(now: i64) -> Fs {
    let fs = Fs::new("ext4", now);
    fs.set_limit(HOST_LIMIT);
    let vfs = Vfs::new(fs.clone());
    let root = Cred::root(now);
    for dir in [
        "/etc",
        crate::static_pods::MANIFESTS,
        "/var/log/pods",
        "/var/log/containers",
        "/var/lib/kubelet",
        "/run",
        "/tmp",
        "/mnt",
        "/home",
        "/opt",
        "/usr",
        "/proc",
        "/sys",
        "/dev",
        "/data",
    ] {
        // A new file system refuses nothing.
        let _ = vfs.mkdir_all(&root, dir, 0o755);
    }
    let _ = vfs.write_file(&root, "/etc/machine-id", b"");
    let _ = vfs.chmod(&root, "/tmp", 0o1777);
    fs
}

/// The group that a pod's volumes belong to.
fn fs_group(pod: &Pod) -> Option<u32> {
    let group = pod.spec.security_context.as_ref()?.fs_group?;
    u32::try_from(group).ok()
}
