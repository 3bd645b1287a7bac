//! What the kubelet asks the runtime for.

use std::rc::Rc;

use os::Fs;

use crate::registry::Resolved;

/// A sandbox: the part of a pod that its containers share.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// The pod's UID.
    pub uid: Rc<str>,
    /// The pod's name.
    pub name: Rc<str>,
    /// The pod's namespace.
    pub namespace: Rc<str>,
    /// How many sandboxes the pod has had before.
    pub attempt: u32,
    /// The host name that its containers see.
    pub hostname: String,
    /// It uses the node's network.
    pub host_network: bool,
    /// Ports of the node that lead to ports of the pod.
    pub host_ports: Vec<(u16, u16)>,
}

/// Who runs a container's programs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunAs {
    /// User; the image's when not said.
    pub uid: Option<u32>,
    /// Group; that of the user, or the image's, when not said.
    pub gid: Option<u32>,
    /// Further groups.
    pub groups: Vec<u32>,
}

/// A volume, or a part of one, as a container sees it.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Where.
    pub path: String,
    /// What.
    pub fs: Fs,
    /// Which directory or file of it; empty for all of it.
    pub sub_path: String,
    /// Writing is refused.
    pub read_only: bool,
    /// Its files count as memory.
    pub in_memory: bool,
}

/// A container to be created.
#[derive(Clone, Debug)]
pub struct ContainerConfig {
    /// Its name in the pod.
    pub name: Rc<str>,
    /// How often it was started before.
    pub attempt: u32,
    /// Its image, which must be on the node.
    pub image: Resolved,
    /// What to run instead of the image's entrypoint and command; empty for these.
    pub command: Vec<String>,
    /// Arguments instead of the image's command; empty for these.
    pub args: Vec<String>,
    /// Environment, beside the image's; later entries win.
    pub env: Vec<(String, String)>,
    /// Where to run it; empty for the image's.
    pub working_dir: String,
    /// Volumes.
    pub mounts: Vec<Mount>,
    /// Files that the kubelet writes into it, such as `/etc/hosts`.
    pub files: Vec<(&'static str, Rc<str>)>,
    /// Who runs it.
    pub run_as: RunAs,
    /// Its own files cannot be changed.
    pub read_only_root: bool,
    /// It has a terminal.
    pub tty: bool,
    /// Its standard input can be fed by attaching.
    pub stdin: bool,
    /// Its standard input ends with the first who attached.
    pub stdin_once: bool,
    /// Its share of the processors, in thousandths of one.
    pub cpu_limit: Option<u32>,
    /// Bytes its processes may hold; more, and it is killed.
    pub memory_limit: Option<u64>,
    /// How willingly the kernel ends its processes when the node has no memory left, -1000 to 1000.
    pub oom_score_adj: i16,
    /// The kubelet's fingerprint of the spec it was made from.
    pub hash: u64,
    /// Where it leaves its last words.
    pub termination_message_path: String,
    /// The end of its log stands in for missing last words, if it failed.
    pub termination_message_from_log: bool,
}
