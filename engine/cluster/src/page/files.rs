//! The home folder's files, for the editor.

use std::hash::Hasher;

use os::Inode;
use view::{FileEntry, FromEngine};

use crate::Cluster;
use crate::workstation::HOME;

/// Files beyond this size are not offered to the editor.
const MAX_TEXT: u64 = 1 << 20;
/// How many files are listed.
const MAX_FILES: usize = 500;
/// How deep folders are looked into.
const MAX_DEPTH: usize = 6;

/// What the page knows of the files.
#[derive(Default)]
pub(super) struct Files {
    sent: Option<Vec<FileEntry>>,
}

impl Files {
    /// The list, if it is not what the page already has.
    pub(super) fn changed(&mut self, cluster: &Cluster) -> Option<Vec<FileEntry>> {
        let mut entries = Vec::new();
        list(cluster, HOME, 0, &mut entries);
        if self.sent.as_ref() == Some(&entries) {
            return None;
        }
        self.sent = Some(entries.clone());
        Some(entries)
    }

    /// A file's text.
    pub(super) fn read(&self, cluster: &Cluster, path: &str) -> FromEngine {
        let machine = cluster.workstation().machine();
        let text = match machine.vfs().read_file(&machine.root_cred(), path) {
            Ok(data) => {
                String::from_utf8(data.to_vec()).map_err(|_| format!("{path}: not a text file"))
            }
            Err(errno) => Err(format!("{path}: {}", errno.text())),
        };
        FromEngine::File {
            path: path.to_owned(),
            text,
        }
    }

    /// Saves a file; what went wrong is told as the answer to a read.
    pub(super) fn write(
        &self,
        cluster: &Cluster,
        path: &str,
        text: &str,
        out: &mut Vec<FromEngine>,
    ) {
        let machine = cluster.workstation().machine();
        if let Err(errno) = machine
            .vfs()
            .write_file(&machine.root_cred(), path, text.as_bytes())
        {
            let text = Err(format!("{path}: {}", errno.text()));
            out.push(FromEngine::File {
                path: path.to_owned(),
                text,
            });
        }
    }
}

/// The text files below a folder; hidden ones are left out.
fn list(cluster: &Cluster, folder: &str, depth: usize, entries: &mut Vec<FileEntry>) {
    let machine = cluster.workstation().machine();
    let cred = machine.root_cred();
    let Ok(found) = machine.vfs().read_dir(&cred, folder) else {
        return;
    };
    for (name, stat) in found {
        if name.starts_with('.') || entries.len() >= MAX_FILES {
            continue;
        }
        let path = format!("{folder}/{name}");
        if stat.inode.is_dir() {
            if depth < MAX_DEPTH {
                list(cluster, &path, depth + 1, entries);
            }
            continue;
        }
        if let Ok(data) = machine.vfs().read_file(&cred, &path)
            && is_text(&stat.inode, &data)
        {
            entries.push(FileEntry {
                path,
                bytes: stat.inode.size(),
                version: version(&data),
            });
        }
    }
}

fn is_text(inode: &Inode, data: &[u8]) -> bool {
    inode.size() <= MAX_TEXT && std::str::from_utf8(data).is_ok()
}

/// A number that is another one for another content.
fn version(data: &[u8]) -> u64 {
    // SipHash with fixed keys: the same everywhere, and it need not withstand anybody.
    #[expect(
        deprecated,
        reason = "its keys are fixed, which is what is wanted here"
    )]
    let mut hasher = std::hash::SipHasher::new();
    hasher.write(data);
    hasher.finish()
}
