//! The files behind the kubeconfig: reading, merging, and writing each stanza back where it came from.

use apimachinery::codec;

use super::types::Config;
use crate::cli::FlagSet;
use crate::error::Error;
use crate::fail;
use crate::host::{FileError, Host};
use crate::util::yaml;

/// The kubeconfig's files and what they say.
#[derive(Debug, Clone)]
pub struct Store {
    /// Files in order of precedence; the first mention of a name wins.
    pub files: Vec<String>,
    /// Whether the one file was named by a flag.
    pub explicit: bool,
    /// What each file says; `None` where there is no such file.
    parts: Vec<Option<Config>>,
}

impl Store {
    /// Reads the files that the flags and the environment name.
    pub fn load(host: &dyn Host, flags: &FlagSet) -> Result<Store, Error> {
        let explicit = !flags.str("kubeconfig").is_empty();
        let files = if explicit {
            vec![flags.string("kubeconfig")]
        } else {
            match host.env("KUBECONFIG").filter(|v| !v.is_empty()) {
                Some(list) => {
                    let mut files: Vec<String> = Vec::new();
                    for file in list.split(':').filter(|f| !f.is_empty()) {
                        if !files.iter().any(|f| f == file) {
                            files.push(file.to_owned());
                        }
                    }
                    files
                }
                None => {
                    let home = host.env("HOME").unwrap_or_else(|| "/root".to_owned());
                    vec![format!("{home}/.kube/config")]
                }
            }
        };
        let mut store = Store {
            files,
            explicit,
            parts: Vec::new(),
        };
        let mut problems = Vec::new();
        for file in &store.files {
            store.parts.push(match read(host, file) {
                Ok(config) => config,
                Err(error) => {
                    problems.push(Error::Message(error));
                    None
                }
            });
        }
        Error::check(problems)?;
        Ok(store)
    }

    /// Fails where a file named by a flag is not there; commands that only read do.
    pub fn must_exist(&self) -> Result<(), Error> {
        match (self.explicit, self.parts.first()) {
            (true, Some(None)) => Err(FileError::NotFound.of("stat", &self.files[0])),
            _ => Ok(()),
        }
    }

    /// All files together.
    pub fn merged(&self) -> Config {
        let mut merged = Config::default();
        for part in self.parts.iter().flatten() {
            if merged.current_context.is_empty() {
                merged.current_context = part.current_context.clone();
            }
            merged.preferences.colors |= part.preferences.colors;
            for entry in &part.clusters {
                if !merged.clusters.iter().any(|c| c.name == entry.name) {
                    merged.clusters.push(entry.clone());
                }
            }
            for entry in &part.users {
                if !merged.users.iter().any(|c| c.name == entry.name) {
                    merged.users.push(entry.clone());
                }
            }
            for entry in &part.contexts {
                if !merged.contexts.iter().any(|c| c.name == entry.name) {
                    merged.contexts.push(entry.clone());
                }
            }
        }
        merged.clusters.sort_by(|a, b| a.name.cmp(&b.name));
        merged.users.sort_by(|a, b| a.name.cmp(&b.name));
        merged.contexts.sort_by(|a, b| a.name.cmp(&b.name));
        merged
    }

    /// The file that new entries go to.
    pub fn default_file(&self) -> &str {
        let existing = self.parts.iter().position(Option::is_some);
        let at = existing.unwrap_or(self.files.len().saturating_sub(1));
        self.files.get(at).map_or("", String::as_str)
    }

    /// Writes what `new` says otherwise than the files do, each entry to the file it is in.
    pub fn write(&mut self, host: &dyn Host, new: &Config) -> Result<(), Error> {
        let old = self.merged();
        if *new == old && self.parts.iter().any(Option::is_some) {
            return Ok(());
        }
        let default = self
            .files
            .iter()
            .position(|f| f == self.default_file())
            .unwrap_or(0);
        let mut parts: Vec<Config> = self
            .parts
            .iter()
            .map(|p| p.clone().unwrap_or_default())
            .collect();
        if parts.is_empty() {
            return Ok(());
        }
        if old.current_context != new.current_context {
            let holder = parts.iter().position(|p| !p.current_context.is_empty());
            parts[holder.unwrap_or(default)].current_context = new.current_context.clone();
        }
        parts[default].preferences = new.preferences.clone();
        macro_rules! sync {
            ($list:ident) => {
                for entry in &new.$list {
                    if old.$list.iter().any(|e| e == entry) {
                        continue;
                    }
                    let holder = parts
                        .iter()
                        .position(|p| p.$list.iter().any(|e| e.name == entry.name));
                    let list = &mut parts[holder.unwrap_or(default)].$list;
                    list.retain(|e| e.name != entry.name);
                    list.push(entry.clone());
                    list.sort_by(|a, b| a.name.cmp(&b.name));
                }
                for part in &mut parts {
                    part.$list.retain(|e| {
                        new.$list.iter().any(|n| n.name == e.name)
                            || !old.$list.iter().any(|o| o.name == e.name)
                    });
                }
            };
        }
        sync!(clusters);
        sync!(users);
        sync!(contexts);
        for (i, part) in parts.into_iter().enumerate() {
            let known = self.parts[i].as_ref();
            if known.is_none_or(|k| *k != part) && (known.is_some() || i == default) {
                write_file(host, &self.files[i], &part)?;
                self.parts[i] = Some(part);
            }
        }
        Ok(())
    }
}

fn read(host: &dyn Host, file: &str) -> Result<Option<Config>, String> {
    let bytes = match host.read_file(file) {
        Ok(bytes) => bytes,
        Err(FileError::NotFound) => return Ok(None),
        Err(error) => {
            let call = match error {
                FileError::IsDirectory => "read",
                _ => "open",
            };
            let reason = error.of(call, file).text();
            return Err(format!("error loading config file \"{file}\": {reason}"));
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    super::parse(&text)
        .map(Some)
        .map_err(|e| format!("error loading config file \"{file}\": {e}"))
}

fn write_file(host: &dyn Host, file: &str, config: &Config) -> Result<(), Error> {
    let text = yaml::emit(&codec::to_value(config));
    if let Some((folder, _)) = file
        .rsplit_once('/')
        .filter(|(folder, _)| !folder.is_empty())
    {
        host.make_dir(folder)
            .map_err(|e| fail!("{}", e.of("mkdir", folder).text()))?;
    }
    host.write_file(file, text.as_bytes())
        .map_err(|e| e.of("open", file))
}
