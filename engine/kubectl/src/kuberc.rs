//! The user's preferences: `~/.kube/kuberc`, with aliases of commands and defaults of their flags.
//!
//! They change the command line before it is looked at: [`Preferences::apply`]. The commands that show and write the file are in
//! [`crate::cmd::kuberc`]. Credential plugins, about which the file may also speak, do not exist here.

use serde_json::{Value, json};

use crate::cli::FlagSet;
use crate::cli::command::{self, find, flags_of};
use crate::cmd::ROOT;
use crate::host::{FileError, Host, Streams};
use crate::util::{go, json as j, yaml};

/// `apiVersion` of files that are written.
pub const API_VERSION: &str = "kubectl.config.k8s.io/v1beta1";

/// Which file holds the preferences, and whether the user named it; `None` where they are switched off.
pub fn file(host: &dyn Host, named: &str) -> Result<Option<(String, bool)>, String> {
    let variable = host.env("KUBERC").unwrap_or_default();
    if variable == "off" {
        return match named {
            "" => Ok(None),
            _ => Err(
                "disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive"
                    .to_owned(),
            ),
        };
    }
    Ok(Some(match (named, variable.as_str()) {
        ("", "") => {
            let home = host.env("HOME").unwrap_or_else(|| "/root".to_owned());
            (format!("{home}/.kube/kuberc"), false)
        }
        ("", variable) => (variable.to_owned(), true),
        (named, _) => (named.to_owned(), true),
    }))
}

/// `--kuberc` among arguments that nobody has parsed yet.
fn named(args: &[String]) -> Result<String, String> {
    let mut words = args.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--kuberc") {
            Some("") => words.next().map(String::as_str),
            Some(rest) => rest.strip_prefix('='),
            None => continue,
        };
        return match value {
            None | Some("") => Err("kuberc file is not found".to_owned()),
            Some(value) => Ok(value.to_owned()),
        };
    }
    Ok(String::new())
}

/// A file's preferences; `null` if it says nothing.
fn decode(text: &str, file: &str) -> Result<Value, String> {
    let mut documents = 0;
    for document in yaml::stream(text) {
        let Ok(value) = document else {
            documents += 1;
            continue;
        };
        if value.is_null() {
            continue;
        }
        documents += 1;
        let api_version = j::text(&value, &["apiVersion"]);
        if j::kind(&value) == "Preference" && api_version.starts_with("kubectl.config.k8s.io/") {
            return Ok(value);
        }
    }
    match documents {
        0 => Ok(Value::Null),
        _ => Err(format!(
            "no valid preferences found in {file}, use --v=5 to see details"
        )),
    }
}

/// Preferences of the first version with the words of the second: overrides are called defaults, flags options.
fn newer(mut preferences: Value) -> Value {
    if !j::text(&preferences, &["apiVersion"]).ends_with("/v1alpha1") {
        return preferences;
    }
    if let Some(overrides) = j::remove(&mut preferences, &["overrides"]) {
        j::set(&mut preferences, &["defaults"], overrides);
    }
    for list in ["aliases", "defaults"] {
        let entries = preferences.get_mut(list).and_then(Value::as_array_mut);
        for entry in entries.into_iter().flatten() {
            if let Some(flags) = j::remove(entry, &["flags"]) {
                j::set(entry, &["options"], flags);
            }
        }
    }
    preferences
}

/// A command line after the preferences.
pub struct Preferences {
    /// The words after `kubectl`.
    pub args: Vec<String>,
    /// Flags with values that were not given, for the command that the words call.
    pub flags: Vec<(String, String)>,
    /// What a flag that cannot be set is called in the complaint.
    complaint: String,
}

impl Preferences {
    /// Applies the user's preferences to a command line.
    pub fn apply(host: &dyn Host, streams: &Streams, args: &[String]) -> Result<Self, String> {
        let mut out = Preferences {
            args: args.to_vec(),
            flags: Vec::new(),
            complaint: String::new(),
        };
        let disabled = host.env("KUBECTL_KUBERC").is_some_and(|v| v == "false");
        if args.is_empty() || disabled {
            return Ok(out);
        }
        let wrapped = |error: String| format!("kuberc error {error}");
        let Some((path, explicit)) = file(host, &named(args)?).map_err(wrapped)? else {
            return Ok(out);
        };
        let read = host
            .read_file(&path)
            .map_err(|error| (error == FileError::NotFound, error.of("open", &path).text()))
            .and_then(|bytes| {
                decode(&String::from_utf8_lossy(&bytes), &path).map_err(|e| (false, e))
            });
        let preferences = match read {
            Ok(preferences) => preferences,
            Err((_, error)) if explicit => return Err(format!("kuberc error kuberc: {error}")),
            Err((true, _)) => return Ok(out),
            Err((false, error)) => {
                streams.err(&format!(
                    "kuberc: no preferences loaded from {path}: {error}"
                ));
                return Ok(out);
            }
        };
        let preferences = newer(preferences);
        check(&preferences)?;
        out.alias(streams, j::list(&preferences, &["aliases"]))?;
        out.defaults(streams, j::list(&preferences, &["defaults"]))?;
        Ok(out)
    }

    /// Puts a command in place of its alias.
    fn alias(&mut self, streams: &Streams, aliases: &[Value]) -> Result<(), String> {
        if find(&ROOT, &self.args).is_ok() {
            return Ok(());
        }
        let Some(at) = self.args.iter().position(|word| !word.starts_with('-')) else {
            return Ok(());
        };
        let word = self.args[at].clone();
        let Some(alias) = aliases.iter().find(|a| j::name_of(a) == word) else {
            return Ok(());
        };
        if ROOT.commands.iter().any(|c| c.name == word) {
            streams.err(&format!(
                "Warning: Setting alias {} to a built-in command is not supported\n",
                go::quote(&word)
            ));
            return Ok(());
        }
        let command = j::text(alias, &["command"]);
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        let found = find(&ROOT, &words).map_err(|_| {
            format!(
                "command {} not found to set alias {}: {}",
                go::quote(command),
                go::quote(&word),
                go::slice(&words)
            )
        })?;
        let known = flags_of(&found.path);
        self.complaint = format!("could not apply value VALUE to flag FLAG in alias {word} err: ");
        for option in j::list(alias, &["options"]) {
            let (name, value) = (j::name_of(option), j::text(option, &["default"]));
            self.preset(&known, name, value)
                .ok_or_else(|| format!("invalid alias flag {name} in alias kubectl"))?;
        }
        let texts = |key: &str| -> Vec<String> {
            let items = j::list(alias, &[key]).iter();
            items.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let tail = self.args.split_off(at + 1);
        self.args.pop();
        self.args.extend(words);
        self.args.extend(texts("prependArgs"));
        self.args.extend(tail);
        self.args.extend(texts("appendArgs"));
        Ok(())
    }

    /// Notes the defaults of the command that is called.
    fn defaults(&mut self, streams: &Streams, defaults: &[Value]) -> Result<(), String> {
        let Ok(found) = find(&ROOT, &self.args) else {
            return Ok(());
        };
        let known = flags_of(&found.path);
        for default in defaults {
            let command = j::text(default, &["command"]);
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            let Ok(meant) = find(&ROOT, &words) else {
                streams.err(&format!(
                    "Warning: command {} not found to set kuberc override\n",
                    go::quote(command)
                ));
                continue;
            };
            if meant.command().name != found.command().name {
                continue;
            }
            self.complaint = format!(
                "could not apply override value VALUE to flag FLAG in command {} err: ",
                command::path_text(&meant.path[1..])
            );
            for option in j::list(default, &["options"]) {
                let (name, value) = (j::name_of(option), j::text(option, &["default"]));
                self.preset(&known, name, value)
                    .ok_or_else(|| format!("invalid flag {name} for command {command}"))?;
            }
        }
        Ok(())
    }

    /// Notes a flag's value, unless the user gave one; `None` if the command has no such flag.
    fn preset(&mut self, known: &FlagSet, name: &str, value: &str) -> Option<()> {
        let flag = known.lookup(name)?;
        let given = self.args.iter().any(|word| {
            let long = word.strip_prefix("--").unwrap_or_default();
            let short = flag.short.is_some_and(|letter| {
                let rest = word.strip_prefix('-').unwrap_or_default();
                rest.starts_with(letter)
                    || (rest.contains(letter)
                        && !rest.is_empty()
                        && rest.chars().all(|c| c.is_ascii_alphabetic()))
            });
            short
                || long
                    .strip_prefix(flag.name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        });
        // What an alias says goes before the defaults of its command.
        if !given && !self.flags.iter().any(|(known, _)| known == name) {
            self.flags.push((name.to_owned(), value.to_owned()));
        }
        Some(())
    }

    /// Gives the flags their values.
    pub fn set(&self, flags: &mut FlagSet) -> Result<(), String> {
        for (name, value) in &self.flags {
            flags.set(name, value).map_err(|reason| {
                self.complaint.replace("VALUE", value).replace("FLAG", name) + &reason
            })?;
        }
        Ok(())
    }
}

fn check(preferences: &Value) -> Result<(), String> {
    let options = |entry: &Value| {
        let dashed = j::list(entry, &["options"])
            .iter()
            .map(j::name_of)
            .find(|name| name.starts_with('-'));
        match dashed {
            Some(name) => Err(format!(
                "flag name {name} should be in long form without dashes"
            )),
            None => Ok(()),
        }
    };
    let mut names = Vec::new();
    for alias in j::list(preferences, &["aliases"]) {
        let name = j::name_of(alias);
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphabetic()) {
            return Err("invalid alias name, can only include alphabetical characters".to_owned());
        }
        options(alias)?;
        if names.contains(&name) {
            return Err(format!("duplicate alias name {name}"));
        }
        names.push(name);
    }
    j::list(preferences, &["defaults"])
        .iter()
        .try_for_each(options)
}

/// Preferences that say nothing.
pub fn empty() -> Value {
    json!({"apiVersion": API_VERSION, "kind": "Preference", "defaults": null, "aliases": null})
}
