//! What tools that read files or the standard input have in common.

use os::{Bytes, Errno, File, LineReader, OpenFlags, Proc};

/// Something to read: a file, or the standard input.
pub(crate) struct Source {
    /// As it was named; `-` for the standard input.
    pub(crate) name: String,
    pub(crate) file: File,
}

impl Source {
    /// Reads it line by line.
    pub(crate) fn lines(&self, proc: &Proc) -> LineReader {
        LineReader::new(proc, self.file.clone())
    }

    /// All of it; what is held is charged to the process's memory.
    pub(crate) async fn read(&self, proc: &Proc) -> Result<Vec<u8>, Errno> {
        let mut all = Vec::new();
        loop {
            let data = proc.read_file_from(&self.file, 65_536).await?;
            if data.is_empty() {
                return Ok(all);
            }
            proc.charge(data.len() as u64).await;
            all.extend_from_slice(&data);
        }
    }
}

/// How a tool says that it cannot open a file.
pub(crate) fn cannot_open(proc: &Proc, tool: &str, name: &str, error: Errno) -> String {
    let text = error.text();
    if proc.is_busybox() {
        return match tool {
            "cat" | "tail" | "sed" | "cut" | "tac" | "tee" => {
                format!("{tool}: can't open '{name}': {text}\n")
            }
            _ => format!("{tool}: {name}: {text}\n"),
        };
    }
    match tool {
        "head" | "tail" | "split" => format!("{tool}: cannot open '{name}' for reading: {text}\n"),
        "sort" => format!("{tool}: cannot read: {name}: {text}\n"),
        "sed" => format!("{tool}: can't read {name}: {text}\n"),
        "tac" => format!("{tool}: failed to open '{name}' for reading: {text}\n"),
        _ => format!("{tool}: {name}: {text}\n"),
    }
}

/// Writes to standard output; the error is the status to end with, and [`super::lost`] says why.
pub(crate) async fn written(proc: &Proc, data: impl Into<Bytes>) -> Result<(), i32> {
    proc.write(1, data).await.map_err(|_| 1)
}

/// Opens the named files, or the standard input if there are none. Complains of those that cannot be opened; the
/// flag tells whether there were any.
pub(crate) async fn open_sources(proc: &Proc, tool: &str, names: &[String]) -> (Vec<Source>, bool) {
    let stdin = ["-".to_owned()];
    let names = if names.is_empty() { &stdin[..] } else { names };
    let mut sources = Vec::new();
    let mut failed = false;
    for name in names {
        let opened = if name == "-" {
            proc.fd(0)
        } else {
            proc.open(name, OpenFlags::READ).and_then(|file| {
                let directory = proc.vfs().is_dir(&proc.cred(), &proc.absolute(name));
                if directory {
                    Err(Errno::EISDIR)
                } else {
                    Ok(file)
                }
            })
        };
        match opened {
            Ok(file) => sources.push(Source {
                name: name.clone(),
                file,
            }),
            Err(error) => {
                failed = true;
                let text = match (tool, error) {
                    ("head", Errno::EISDIR) => {
                        format!("head: error reading '{name}': Is a directory\n")
                    }
                    ("tail", Errno::EISDIR) => {
                        format!("tail: error reading '{name}': Is a directory\n")
                    }
                    ("sed", Errno::EISDIR) => {
                        format!("sed: couldn't edit {name}: not a regular file\n")
                    }
                    ("sort", Errno::EISDIR) => {
                        format!("sort: read failed: {name}: Is a directory\n")
                    }
                    _ => cannot_open(proc, tool, name, error),
                };
                proc.eprint(text).await;
            }
        }
    }
    (sources, failed)
}
