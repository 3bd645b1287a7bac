//! What could stand at the cursor of a `kubectl` command line: commands, flags and their values, resource types, names.
//!
//! The words are read as far as they go, mistakes and all; what they lead to comes from the tables of [`crate::cmd`] and
//! from the server. It only reads, so that pressing Tab changes nothing.
//!
//! Not here: files, which the shell knows (an empty answer leaves the word to it), and how candidates are shown.

use serde_json::Value;

use crate::Kubectl;
use crate::cli::command::{Command, find, flags_of};
use crate::cli::{Flag, FlagSet};
use crate::cmd::ROOT;
use crate::host::Host;
use crate::kubeconfig::{self, Store};
use crate::transport::{Body, Request, Transport};
use crate::util::json as j;

/// Something that could stand at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The whole word.
    pub word: String,
    /// A few words about it; may be empty.
    pub about: String,
    /// Nothing belongs behind it but a space.
    pub complete: bool,
}

impl Candidate {
    fn new(word: impl Into<String>) -> Candidate {
        Candidate {
            word: word.into(),
            about: String::new(),
            complete: true,
        }
    }
}

/// What a command's arguments are.
#[derive(Clone, Copy)]
enum Args {
    /// A type, then names of objects of it; or `TYPE/NAME`.
    Objects,
    /// Types alone.
    Types,
    /// Names of objects of one type.
    Of(&'static str),
    /// Something else.
    Other,
}

fn args_of(command: &Command, parent: &str) -> Args {
    match (parent, command.name) {
        ("top", "pod") => Args::Of("pods"),
        ("top", "node") | (_, "cordon" | "uncordon" | "drain") => Args::Of("nodes"),
        (_, "logs" | "exec" | "attach" | "port-forward" | "debug") => Args::Of("pods"),
        (_, "explain") => Args::Types,
        (
            _,
            "get" | "describe" | "delete" | "edit" | "label" | "annotate" | "patch" | "scale"
            | "wait" | "autoscale" | "expose" | "taint" | "events",
        )
        | ("rollout" | "set", _) => Args::Objects,
        _ => Args::Other,
    }
}

impl Kubectl {
    /// Candidates for the last of the words behind `kubectl`, which may be empty.
    pub fn complete(&self, host: &dyn Host, words: &[String]) -> Vec<Candidate> {
        let Some((current, before)) = words.split_last() else {
            return Vec::new();
        };
        let Ok(found) = find(&ROOT, before) else {
            return Vec::new();
        };
        let command = found.command();
        let parent = found.path.iter().rev().nth(1).map_or("", |c| c.name);
        let line = Line::read(flags_of(&found.path), &found.rest);
        let asking = Asking::new(self, host, &line.flags);
        let all = if let Some(flag) = line.open {
            flag_values(flag, "", &line, asking.as_ref())
        } else if let Some((name, _)) = current.split_once('=')
            && let Some(flag) = name.strip_prefix("--").and_then(|n| line.flags.lookup(n))
        {
            flag_values(flag, &format!("{name}="), &line, asking.as_ref())
        } else if current.starts_with('-') {
            flag_names(&line.flags)
        } else if line.args.is_empty() && !command.commands.is_empty() {
            let shown = command.commands.iter().filter(|c| !c.hidden);
            let named = shown.map(|c| Candidate {
                about: c.short.into(),
                ..Candidate::new(c.name)
            });
            named.collect()
        } else {
            let args = args_of(command, parent);
            asking.map_or_else(Vec::new, |ask| arguments(args, &line, current, &ask))
        };
        let mut all: Vec<Candidate> = all
            .into_iter()
            .filter(|c| c.word.starts_with(current.as_str()))
            .collect();
        all.sort();
        all.dedup();
        all
    }
}

/// The words before the cursor, as far as they can be understood.
struct Line {
    flags: FlagSet,
    args: Vec<String>,
    /// The flag whose value comes next.
    open: Option<&'static Flag>,
}

impl Line {
    fn read(mut flags: FlagSet, words: &[String]) -> Line {
        let mut args = Vec::new();
        let mut open: Option<&'static Flag> = None;
        for word in words {
            if let Some(flag) = open.take() {
                // A value that is not one is the parser's affair, later.
                let _ = flags.set(flag.name, word);
                continue;
            }
            let Some(rest) = word.strip_prefix('-') else {
                args.push(word.clone());
                continue;
            };
            let (flag, value) = match rest.strip_prefix('-') {
                Some(long) => {
                    let (name, value) = long
                        .split_once('=')
                        .map_or((long, None), |(name, value)| (name, Some(value)));
                    (flags.lookup(name), value)
                }
                None => {
                    let mut letters = rest.chars();
                    let flag = letters.next().and_then(|letter| flags.lookup_short(letter));
                    let value = letters.as_str();
                    (flag, (!value.is_empty()).then_some(value))
                }
            };
            let Some(flag) = flag else { continue };
            match (value, flag.no_value) {
                (Some(value), _) => drop(flags.set(flag.name, value.trim_start_matches('='))),
                (None, Some(value)) => drop(flags.set(flag.name, value)),
                (None, None) => open = Some(flag),
            }
        }
        Line { flags, args, open }
    }
}

/// A server to ask, and the namespace to ask about.
struct Asking {
    transport: std::rc::Rc<dyn Transport>,
    namespace: String,
    contexts: Vec<String>,
}

/// A type of objects that the server serves.
struct Resource {
    /// `pods`, `deployments.apps`.
    full_name: String,
    /// All words that mean it.
    names: Vec<String>,
    root: String,
    plural: String,
    namespaced: bool,
}

impl Asking {
    fn new(kubectl: &Kubectl, host: &dyn Host, flags: &FlagSet) -> Option<Asking> {
        let config = Store::load(host, flags).ok()?.merged();
        let selected = kubeconfig::target(&config, flags).ok()?;
        let (namespace, _) = kubeconfig::namespace(&config, flags).ok()?;
        Some(Asking {
            transport: kubectl.dialer.dial(&selected.target).ok()?,
            namespace,
            contexts: config.contexts.iter().map(|c| c.name.to_string()).collect(),
        })
    }

    fn get(&self, path: &str) -> Option<Value> {
        match self.transport.send(Request::new("GET", path)).body {
            Body::Json(value) => Some(value),
            _ => None,
        }
    }

    fn resources(&self) -> Vec<Resource> {
        let mut roots = vec!["/api/v1".to_owned()];
        let groups = self.get("/apis").unwrap_or_default();
        for group in items(&groups, "groups") {
            let version = j::text(group, &["preferredVersion", "groupVersion"]);
            roots.push(format!("/apis/{version}"));
        }
        let mut out = Vec::new();
        for root in roots {
            let list = self.get(&root).unwrap_or_default();
            let group = root
                .split('/')
                .nth(2)
                .filter(|_| root.starts_with("/apis/"));
            for resource in items(&list, "resources") {
                let plural = j::text(resource, &["name"]).to_owned();
                let lists = items(resource, "verbs").any(|verb| verb == "list");
                if plural.contains('/') || !lists {
                    continue;
                }
                let full_name = group.map_or_else(|| plural.clone(), |g| format!("{plural}.{g}"));
                let mut names = vec![full_name.clone(), plural.clone()];
                names.push(j::text(resource, &["singularName"]).to_owned());
                names.extend(
                    items(resource, "shortNames").filter_map(|n| n.as_str().map(str::to_owned)),
                );
                out.push(Resource {
                    full_name,
                    names,
                    root: root.clone(),
                    plural,
                    namespaced: resource["namespaced"] == true,
                });
            }
        }
        out
    }

    /// Names of the objects of a type, in whatever way it is written.
    fn names(&self, kind: &str) -> Vec<String> {
        let kind = kind.to_lowercase();
        let resources = self.resources();
        let Some(resource) = resources.iter().find(|r| r.names.contains(&kind)) else {
            return Vec::new();
        };
        let Resource { root, plural, .. } = resource;
        let path = if resource.namespaced {
            format!("{root}/namespaces/{}/{plural}", self.namespace)
        } else {
            format!("{root}/{plural}")
        };
        let list = self.get(&path).unwrap_or_default();
        let name = |item: &Value| j::text(item, &["metadata", "name"]).to_owned();
        items(&list, "items").map(name).collect()
    }
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn arguments(args: Args, line: &Line, current: &str, ask: &Asking) -> Vec<Candidate> {
    let used = |name: &String| !line.args.contains(name);
    let of = |kind: &str| -> Vec<Candidate> {
        let names = ask.names(kind).into_iter().filter(used);
        names.map(Candidate::new).collect()
    };
    let types = || -> Vec<Candidate> {
        let resources = ask.resources().into_iter();
        resources.map(|r| Candidate::new(r.full_name)).collect()
    };
    match args {
        Args::Other => Vec::new(),
        Args::Types if line.args.is_empty() => types(),
        Args::Types => Vec::new(),
        Args::Of(kind) if line.args.is_empty() || kind == "nodes" => of(kind),
        Args::Of(_) => Vec::new(),
        Args::Objects => match (line.args.first(), current.split_once('/')) {
            (_, Some((kind, _))) => {
                let names = ask.names(kind).into_iter();
                names
                    .map(|n| Candidate::new(format!("{kind}/{n}")))
                    .collect()
            }
            (None, None) => types(),
            (Some(kind), None) => of(kind),
        },
    }
}

fn flag_names(flags: &FlagSet) -> Vec<Candidate> {
    let shown = flags.sorted().into_iter().filter(|flag| !flag.hidden);
    let named = shown.map(|flag| Candidate {
        word: format!(
            "--{}{}",
            flag.name,
            if flag.no_value.is_none() { "=" } else { "" }
        ),
        about: String::new(),
        complete: flag.no_value.is_some(),
    });
    named.collect()
}

/// Values of a flag, each behind `prefix`.
fn flag_values(flag: &Flag, prefix: &str, line: &Line, ask: Option<&Asking>) -> Vec<Candidate> {
    let fixed: &[&str] = match flag.name {
        "output" => &[
            "json",
            "yaml",
            "name",
            "wide",
            "jsonpath=",
            "custom-columns=",
            "go-template=",
        ],
        "dry-run" => &["none", "server", "client"],
        "cascade" => &["background", "orphan", "foreground"],
        "restart" => &["Always", "OnFailure", "Never"],
        _ => &[],
    };
    let asked = match (flag.name, ask) {
        ("namespace", Some(ask)) => ask.names("namespaces"),
        ("context", Some(ask)) => ask.contexts.clone(),
        ("container", Some(ask)) => {
            let pod = line.args.last().map_or("", String::as_str);
            let pod = pod.strip_prefix("pod/").unwrap_or(pod);
            let path = format!("/api/v1/namespaces/{}/pods/{pod}", ask.namespace);
            let pod = ask.get(&path).unwrap_or_default();
            let containers = ["initContainers", "containers"]
                .into_iter()
                .flat_map(|list| items(&pod["spec"], list));
            containers
                .map(|c| j::text(c, &["name"]).to_owned())
                .collect()
        }
        _ => Vec::new(),
    };
    let fixed = fixed.iter().map(|value| (*value).to_owned());
    let values = fixed.chain(asked).map(|value| Candidate {
        complete: !value.ends_with('='),
        word: format!("{prefix}{value}"),
        about: String::new(),
    });
    values.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Line {
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let found = find(&ROOT, &words).unwrap_or_else(|message| panic!("{message}"));
        Line::read(flags_of(&found.path), &found.rest)
    }

    #[test]
    fn a_line_is_read_as_far_as_it_goes() {
        let line = read("get pods -n kube-system web -o");
        assert_eq!(line.args, ["pods", "web"]);
        assert_eq!(line.flags.str("namespace"), "kube-system");
        assert_eq!(line.open.map(|flag| flag.name), Some("output"));
        let line = read("-ndev logs web --tail=5 --nonsense -f");
        assert_eq!(line.args, ["web"]);
        assert_eq!(line.flags.str("namespace"), "dev");
        assert!(line.open.is_none() && line.flags.bool("follow"));
    }

    #[test]
    fn commands_know_what_their_arguments_are() {
        for (line, objects) in [("get", true), ("rollout status", true), ("create", false)] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let found = find(&ROOT, &words).unwrap_or_else(|message| panic!("{message}"));
            let parent = found.path.iter().rev().nth(1).map_or("", |c| c.name);
            let args = args_of(found.command(), parent);
            assert_eq!(matches!(args, Args::Objects), objects, "{line}");
        }
    }
}
