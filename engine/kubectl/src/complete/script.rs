//! `kubectl __complete` and `__completeNoDesc`: what completion scripts ask, answered as cobra does: a suggestion a line,
//! then the directive that says what the shell should do beside.
//!
//! These are upstream's suggestions and nothing more; the Tab key of this playground knows more ([`super::complete`]).

use std::rc::Rc;

use super::source::Source;
use crate::cli::command::{Found, find, flags_of, path_text};
use crate::cli::{Command, Flag, FlagSet, global, parse};
use crate::cmd::{ROOT, api_resources};
use crate::context::Context;
use crate::host::{Host, Streams};
use crate::util::json as j;
use crate::{Kubectl, Outcome};

/// What the shell should do beside.
const DEFAULT: u8 = 0;
const NO_SPACE: u8 = 2;
const NO_FILES: u8 = 4;
const EXTENSIONS: u8 = 8;

/// Types whose objects have pods, in upstream's order.
pub(super) const WITH_PODS: [&str; 8] = [
    "daemonsets",
    "deployments",
    "pods",
    "jobs",
    "replicasets",
    "replicationcontrollers",
    "services",
    "statefulsets",
];
pub(super) const SCALABLE: &[&str] = &[
    "deployment",
    "replicaset",
    "replicationcontroller",
    "statefulset",
];
pub(super) const EXPOSED: &[&str] = &[
    "pod",
    "service",
    "replicationcontroller",
    "deployment",
    "replicaset",
];
pub(super) const ROLLED_OUT: &[&str] = &["deployment", "daemonset", "statefulset"];
const WITH_IMAGES: &[&str] = &[
    "daemonsets",
    "deployments",
    "pods",
    "cronjobs",
    "replicasets",
    "replicationcontrollers",
    "statefulsets",
];

/// Suggestions, each with a description behind a tab or none, and the directive.
type Answer = (Vec<String>, u8);

/// Whether the words call this command: it may stand behind flags. Gives the words without it, and whether descriptions
/// are wanted.
pub(crate) fn called(args: &[String]) -> Option<(Vec<String>, bool)> {
    let at = args.iter().position(|arg| !arg.starts_with('-'))?;
    let described = match args[at].as_str() {
        "__complete" => true,
        "__completeNoDesc" => false,
        _ => return None,
    };
    let mut rest = args.to_vec();
    rest.remove(at);
    Some((rest, described))
}

/// Runs it.
pub(crate) async fn run(
    kubectl: &Kubectl,
    host: Rc<dyn Host>,
    words: &[String],
    described: bool,
) -> Outcome {
    let streams = Streams::new(Rc::clone(&host));
    let Some((current, before)) = words.split_last() else {
        let text = "error: requires at least 1 arg(s), only received 0\n";
        streams.err(text);
        let _ = streams.flush().await;
        return Outcome {
            code: 1,
            error: text.to_owned(),
        };
    };
    if let [first, _, ..] = words
        && !first.starts_with('-')
        && !ROOT.commands.iter().any(|command| command.name == first)
    {
        streams.err("[Debug] Cleared global flags for plugin completion\n");
    }
    let (found, directive) = match answer(kubectl, host, before, current) {
        Ok(answer) => answer,
        Err(text) => {
            streams.err(&format!("[Debug] [Error] {text}\n"));
            (Vec::new(), DEFAULT)
        }
    };
    for line in found {
        let line = line.lines().next().unwrap_or_default();
        let line = match described {
            true => line,
            false => line.split('\t').next().unwrap_or_default(),
        };
        streams.out(&format!("{}\n", line.trim()));
    }
    streams.out(&format!(":{directive}\n"));
    let names = [
        (NO_SPACE, "ShellCompDirectiveNoSpace"),
        (NO_FILES, "ShellCompDirectiveNoFileComp"),
        (EXTENSIONS, "ShellCompDirectiveFilterFileExt"),
    ];
    let names = names.iter().filter(|(bit, _)| directive & bit != 0);
    let names: Vec<&str> = names.map(|(_, name)| *name).collect();
    let names = match names.is_empty() {
        true => "ShellCompDirectiveDefault".to_owned(),
        false => names.join(", "),
    };
    streams.err(&format!("Completion ended with directive: {names}\n"));
    let _ = streams.flush().await;
    Outcome {
        code: 0,
        error: String::new(),
    }
}

/// A word and what it is.
fn with(word: &str, about: &str) -> String {
    format!("{word}\t{about}")
}

/// Words that begin so.
fn begun<'a>(words: impl IntoIterator<Item = &'a str>, current: &str) -> Vec<String> {
    let words = words.into_iter().filter(|word| word.starts_with(current));
    words.map(str::to_owned).collect()
}

/// The flag whose value is the word at the cursor, what was said before it, and the word.
type InFlag<'a> = (Option<&'static Flag>, &'a [String], &'a str);

/// Whether the word at the cursor is the value of a flag.
fn in_flag<'a>(set: &FlagSet, before: &'a [String], current: &'a str) -> InFlag<'a> {
    let lookup = |name: &str| match name.chars().count() {
        1 => name
            .chars()
            .next()
            .and_then(|short| set.lookup_short(short)),
        _ => set.lookup(name),
    };
    if current.starts_with('-') {
        let Some((name, value)) = current.split_once('=') else {
            return (None, before, current);
        };
        let name = name.strip_prefix("--").unwrap_or_else(|| {
            let last = name.chars().next_back().map_or(0, char::len_utf8);
            &name[name.len() - last..]
        });
        return match lookup(name) {
            Some(flag) => (Some(flag), before, value),
            None => (None, before, current),
        };
    }
    let Some((last, rest)) = before.split_last().filter(|(last, _)| !last.contains('=')) else {
        return (None, before, current);
    };
    let name = match last.strip_prefix("--") {
        Some(name) => name,
        None if last.starts_with('-') => {
            let len = last.chars().next_back().map_or(0, char::len_utf8);
            &last[last.len() - len..]
        }
        None => "",
    };
    match lookup(name).filter(|flag| !name.is_empty() && flag.no_value.is_none()) {
        Some(flag) => (Some(flag), rest, current),
        None => (None, before, current),
    }
}

fn answer(
    kubectl: &Kubectl,
    host: Rc<dyn Host>,
    before: &[String],
    current: &str,
) -> Result<Answer, String> {
    let Ok(found) = find(&ROOT, before) else {
        let words = crate::util::go::slice(before);
        return Err(format!("unable to find a command for arguments: {words}"));
    };
    let set = flags_of(&found.path);
    let (flag, said, current) = in_flag(&set, &found.rest, current);
    let parsed = parse::parse(set.clone(), said).map_err(|message| {
        let words = crate::util::go::slice(said);
        format!("Error while parsing flags from args {words}: {message}")
    })?;
    // Behind `--` there are no flags any more.
    let flags_end = parsed.dash.is_some();
    let cx = Context::new(
        found.path.clone(),
        before.to_vec(),
        parsed,
        host,
        Rc::clone(&kubectl.dialer),
        Rc::clone(&kubectl.cache),
    );
    if cx.flags.bool("help") {
        return Ok((Vec::new(), NO_FILES));
    }
    let source = Source(&cx);
    if let Some(flag) = flag.filter(|_| !flags_end) {
        return Ok(value(&source, &found, flag, current));
    }
    if current.starts_with('-') && !current.contains('=') && !flags_end {
        let missing = required(&found, &cx, current);
        let names = match missing.is_empty() {
            true => flags(&found, &cx, current),
            false => missing,
        };
        return Ok((names, NO_FILES));
    }
    let command = found.command();
    let mut directive = DEFAULT;
    let mut words = Vec::new();
    let own_flag = |flag: &Flag| cx.flags.changed(flag.name);
    if cx.args.is_empty() && !command.flags.iter().copied().flatten().any(own_flag) {
        let names = subcommands(command, current);
        if !command.commands.is_empty() {
            directive = NO_FILES;
        }
        words.extend(names);
    }
    words.extend(required(&found, &cx, current));
    let path = path_text(&found.path);
    if path == "kubectl completion" {
        if cx.args.is_empty() {
            words.extend(begun(["powershell", "bash", "zsh", "fish"], current));
            directive = NO_FILES;
        }
        return Ok((words, directive));
    }
    if let Some((more, told)) = arguments(
        &source,
        path.strip_prefix("kubectl ").unwrap_or(""),
        current,
    ) {
        words.extend(more);
        directive = told;
    }
    Ok((words, directive))
}

fn subcommands(command: &Command, current: &str) -> Vec<String> {
    let all = command.sorted_commands().into_iter();
    // `alpha` holds nothing, so it is not available.
    all.filter(|c| !c.hidden && c.name != "alpha" && c.name.starts_with(current))
        .map(|c| with(c.name, c.short))
        .collect()
}

/// A flag's names that begin so.
fn names_of(flag: &Flag, current: &str, found: &Found) -> Vec<String> {
    let help = format!("help for {}", found.command().name);
    let about = if flag.name == "help" {
        &help
    } else {
        flag.usage
    };
    let long = format!("--{}", flag.name);
    let short = flag.short.map(|short| format!("-{short}"));
    let names = std::iter::once(long).chain(short);
    names
        .filter(|name| name.starts_with(current))
        .map(|name| with(&name, about))
        .collect()
}

fn required(found: &Found, cx: &Context, current: &str) -> Vec<String> {
    let missing = |flag: &&&'static Flag| flag.required && !cx.flags.changed(flag.name);
    let all = cx.flags.sorted();
    all.iter()
        .filter(missing)
        .flat_map(|flag| names_of(flag, current, found))
        .collect()
}

/// The flags that can still be given: those of every command first.
fn flags(found: &Found, cx: &Context, current: &str) -> Vec<String> {
    let is_global = |flag: &&&'static Flag| {
        found.path.len() > 1
            && cx.flags.is_global(flag.name)
            && global::FLAGS.iter().any(|known| known.name == flag.name)
    };
    let open = |flag: &&&'static Flag| {
        !flag.hidden && (flag.kind.is_list() || !cx.flags.changed(flag.name))
    };
    let all = cx.flags.sorted();
    let inherited = all.iter().filter(is_global);
    let own = all.iter().filter(|flag| !is_global(flag));
    let names = inherited.chain(own).filter(open);
    names
        .flat_map(|flag| names_of(flag, current, found))
        .collect()
}

/// The value of a flag.
fn value(source: &Source, found: &Found, flag: &Flag, current: &str) -> Answer {
    let path = path_text(&found.path);
    let named = |list: Vec<String>| {
        let list = list.iter().map(String::as_str);
        (begun(list, current), NO_FILES)
    };
    let is_global = source.0.flags.is_global(flag.name);
    match (flag.name, path.as_str()) {
        ("filename", _) => {
            let extensions = ["json", "yaml", "yml"].map(str::to_owned);
            (extensions.into(), EXTENSIONS)
        }
        ("namespace", _) => named(source.names("namespaces")),
        ("context", _) if is_global => named(source.entries("contexts")),
        ("cluster", _) if is_global => named(source.entries("clusters")),
        ("user", _) if is_global => named(source.entries("users")),
        ("container", "kubectl exec") => match source.0.args.first() {
            Some(pod) => named(source.plain_containers(pod)),
            None => (Vec::new(), NO_FILES),
        },
        ("clusterrole", "kubectl create clusterrolebinding") => named(source.names("clusterroles")),
        ("subresource", _) => (
            ["status", "scale", "resize"].map(str::to_owned).into(),
            NO_FILES,
        ),
        ("output", "kubectl get") => {
            let formats = flag
                .usage
                .split_once("One of: (")
                .and_then(|(_, rest)| rest.split_once(')'));
            let formats = formats.map_or("", |(list, _)| list).split(", ");
            (begun(formats, current), NO_FILES)
        }
        _ => (Vec::new(), DEFAULT),
    }
}

/// What stands where an argument is; none where cobra knows nothing.
fn arguments(source: &Source, path: &str, current: &str) -> Option<Answer> {
    let args = &source.0.args;
    let named = |list: Vec<String>, only_first: bool| {
        let list = if only_first && !args.is_empty() {
            Vec::new()
        } else {
            list
        };
        Some((begun(list.iter().map(String::as_str), current), NO_FILES))
    };
    match path {
        "get"
        | "debug"
        | "annotate"
        | "label"
        | "delete"
        | "describe"
        | "edit"
        | "patch"
        | "apply edit-last-applied"
        | "apply view-last-applied" => Some(type_and_name(source, &[], true, current)),
        "expose" => Some(type_and_name(source, EXPOSED, true, current)),
        "scale" | "autoscale" => Some(type_and_name(source, SCALABLE, true, current)),
        "taint" => Some(type_and_name(source, &["node"], true, current)),
        "set image" => Some(type_and_name(source, WITH_IMAGES, false, current)),
        "rollout status" => Some(type_and_name(source, ROLLED_OUT, false, current)),
        "rollout pause" | "rollout resume" => {
            Some(type_and_name(source, &["deployment"], true, current))
        }
        "rollout history" | "rollout restart" | "rollout undo" => {
            Some(type_and_name(source, ROLLED_OUT, true, current))
        }
        "exec" | "attach" | "logs" | "port-forward" => Some(match args.as_slice() {
            [] => pods(source, current),
            [pod] if path == "logs" => {
                let names = source.plain_containers(pod);
                (begun(names.iter().map(String::as_str), current), NO_FILES)
            }
            [target] if path == "port-forward" => (ports(source, target, current), NO_FILES),
            _ => (Vec::new(), NO_FILES),
        }),
        "cordon" | "uncordon" | "drain" | "top node" => named(source.names("nodes"), true),
        "top pod" => named(source.names("pods"), true),
        "create token" => named(source.names("serviceaccounts"), true),
        "config delete-cluster" => named(source.entries("clusters"), true),
        "config delete-user" => named(source.entries("users"), true),
        "config delete-context"
        | "config rename-context"
        | "config set-context"
        | "config use-context" => named(source.entries("contexts"), true),
        "cp" => Some((copied(source, current), NO_SPACE)),
        "help" => {
            let under = find(&ROOT, args).ok()?;
            Some((subcommands(under.command(), current), NO_FILES))
        }
        _ => None,
    }
}

/// Types that can be read, as `api-resources -o name` lists them; after a comma, the next of several.
fn types(source: &Source, current: &str) -> Vec<String> {
    let at = current.rfind(',').map_or(0, |at| at + 1);
    let (before, part) = current.split_at(at);
    let Ok(mapper) = source.0.mapper() else {
        return Vec::new();
    };
    let names = api_resources::names_with(&mapper.discovery, "get").into_iter();
    let names = names.filter(|name| name.starts_with(part));
    names.map(|name| format!("{before}{name}")).collect()
}

/// `TYPE NAME…` or `TYPE/NAME…`.
fn type_and_name(source: &Source, allowed: &[&str], repeats: bool, current: &str) -> Answer {
    let args = &source.0.args;
    let listed = |current: &str| match allowed.is_empty() {
        true => types(source, current),
        false => begun(allowed.iter().copied(), current),
    };
    if let Some(kind) = args.first().filter(|first| !first.contains('/')) {
        if !repeats && args.len() > 1 {
            return (Vec::new(), NO_FILES);
        }
        let names = source.names(kind);
        let mut names = begun(names.iter().map(String::as_str), current);
        names.retain(|name| !args[1..].contains(name));
        return (names, NO_FILES);
    }
    if let Some((kind, name)) = current.split_once('/') {
        if !repeats && !args.is_empty() {
            return (Vec::new(), NO_FILES);
        }
        let names = source.names(kind);
        let names = begun(names.iter().map(String::as_str), name).into_iter();
        let words = names.map(|name| format!("{kind}/{name}"));
        return (
            words.filter(|word| !args.contains(word)).collect(),
            NO_FILES,
        );
    }
    if args.is_empty() {
        return (listed(current), NO_FILES);
    }
    if !repeats {
        return (Vec::new(), NO_FILES);
    }
    let words = listed(current).into_iter().map(|word| word + "/");
    (words.collect(), NO_FILES | NO_SPACE)
}

/// Pods, and types that have some.
fn pods(source: &Source, current: &str) -> Answer {
    if let Some((kind, name)) = current.split_once('/') {
        let names = source.names(kind);
        let names = begun(names.iter().map(String::as_str), name).into_iter();
        return (
            names.map(|name| format!("{kind}/{name}")).collect(),
            NO_FILES,
        );
    }
    let names = source.names("pods");
    let mut words = begun(names.iter().map(String::as_str), current);
    let directive = if words.is_empty() {
        NO_FILES | NO_SPACE
    } else {
        NO_FILES
    };
    words.extend(begun(WITH_PODS, current).into_iter().map(|kind| kind + "/"));
    (words, directive)
}

/// Ports of a pod's containers or of a service, with the port here before them.
fn ports(source: &Source, target: &str, current: &str) -> Vec<String> {
    let service = ["service/", "services/", "svc/"]
        .iter()
        .find_map(|kind| target.strip_prefix(kind));
    let numbers: Vec<i64> = match service {
        Some(name) => {
            let service = source.object("services", name).unwrap_or_default();
            let ports = j::list(&service, &["spec", "ports"]).iter();
            ports.map(|port| j::int(port, &["port"])).collect()
        }
        None => {
            let pod = source.pod(target).unwrap_or_default();
            let containers = j::list(&pod, &["spec", "containers"]).iter();
            let ports = containers.flat_map(|container| j::list(container, &["ports"]));
            ports.map(|port| j::int(port, &["containerPort"])).collect()
        }
    };
    let here = current.split(':').next().unwrap_or_default();
    let word = |port: i64| match here {
        "" => format!("{port}:{port}"),
        here => format!("{here}:{port}"),
    };
    let words = numbers.into_iter().map(word);
    words.filter(|word| word.starts_with(current)).collect()
}

/// The first argument of `cp`: a namespace, a pod, or a path.
fn copied(source: &Source, current: &str) -> Vec<String> {
    if !source.0.args.is_empty()
        || current.starts_with(['/', '.', '~'])
        || current.contains([':', '/'])
    {
        return Vec::new();
    }
    let mut words = Vec::new();
    for (kind, end) in [("namespaces", "/"), ("pods", ":")] {
        let names = source.names(kind);
        let names = begun(names.iter().map(String::as_str), current).into_iter();
        words.extend(names.map(|name| name + end));
    }
    if current.is_empty() {
        words.extend(["./", "/"].map(str::to_owned));
    }
    words
}
