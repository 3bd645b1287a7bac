//! `kubectl set env`: changes or lists environment variables of pod templates.

mod list;

use serde_json::{Map, Value, json};

use super::{Changes, check_local, containers, find, pod_spec};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::{go, json as j};

pub(super) const COMMAND: Command = Command {
    name: "env",
    usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    no_flags_in_use: true,
    short: "Update environment variables on a pod template",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        &[
            shared::ALL,
            Flag::string(
                "containers",
                "The names of containers in the selected pod templates to change - may use wildcards",
            )
            .default("*")
            .short('c'),
            Flag::array(
                "env",
                "Specify a key-value pair for an environment variable to set into each container.",
            )
            .short('e'),
            shared::manager("kubectl-set"),
            shared::filename(
                "Filename, directory, or URL to files the resource to update the env",
            ),
            Flag::string(
                "from",
                "The name of a resource from which to inject environment variables",
            ),
            Flag::slice(
                "keys",
                "Comma-separated list of keys to import from specified resource",
            ),
            Flag::bool(
                "list",
                "If true, show the variables, with the changes, rather than change anything.",
            ),
            Flag::bool(
                "local",
                "If true, set env will NOT contact api-server but run locally.",
            ),
            Flag::bool(
                "overwrite",
                "If true, allow environment to be overwritten, otherwise reject updates that overwrite existing \
                 environment.",
            )
            .default("true"),
            Flag::string("prefix", "Prefix to append to variable names"),
            Flag::bool(
                "resolve",
                "If true, show secret or configmap references when listing variables",
            ),
        ],
    ],
    long: "Update environment variables on a pod template.

Lists the variables of pods and pod templates, adds, changes or removes some, in all containers or in those whose names \
fit a wildcard.

With \"--env -\", variables are read from standard input in the usual syntax.

Possible resources include (case insensitive):

pod (po), replicationcontroller (rc), deployment (deploy), daemonset (ds), statefulset (sts), cronjob (cj), \
replicaset (rs)",
    example: "# A new variable for a deployment
kubectl set env deployment/registry STORAGE_DIR=/local

# Its variables
kubectl set env deployment/sample-build --list

# Those of all pods
kubectl set env pods --all --list

# Only print what would become of it
kubectl set env deployment/sample-build STORAGE_DIR=/data -o yaml --dry-run=client

# All keys of a secret
kubectl set env --from=secret/mysecret deployment/myapp

# All keys of a config map, with a prefix
kubectl set env --from=configmap/myconfigmap --prefix=MYSQL_ deployment/myapp

# Some of its keys
kubectl set env --keys=my-example-key --from=configmap/myconfigmap deployment/myapp

# Remove ENV from the container c1 of all deployments
kubectl set env deployments --all --containers=\"c1\" ENV-

# Some variables of this shell
env | grep RAILS_ | kubectl set env -e - deployment/registry",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        super::check_all_and_selector(&cx)?;
        let Some((resources, words)) = split(&cx.args) else {
            return Err(fail!(
                "all resources must be specified before environment changes: {}",
                cx.args.join(" ")
            ));
        };
        let dry_run = DryRun::from_flags(&cx)?;
        shared::printer(&cx, "env updated", dry_run)?;
        check_local(&cx, dry_run)?;
        if flags.strings("filename").is_empty() && resources.is_empty() {
            return Err(
                "one or more resources must be specified as <resource> <name> or <resource>/<name>"
                    .into(),
            );
        }
        if flags.bool("list") && !flags.str("output").is_empty() {
            return Err("--list and --output may not be specified together".into());
        }
        let (from, keys) = (flags.string("from"), flags.strings("keys"));
        if !keys.is_empty() && from.is_empty() {
            return Err(
                "when specifying --keys, a configmap or secret must be provided with --from".into(),
            );
        }
        let mut words_of_flags = flags.strings("env");
        words_of_flags.extend(words);
        if words_of_flags.iter().any(|w| w == "-") {
            cx.load_stdin().await?;
        }
        let (mut set, remove) = parse(&cx, &words_of_flags)?;
        if !from.is_empty() {
            for info in find(&cx, &[from])? {
                imported(&cx, info.value(), &keys, &mut set)?;
            }
        }
        let prefix = flags.str("prefix");
        for variable in set.iter_mut().filter(|_| !prefix.is_empty()) {
            let name = format!("{prefix}{}", j::text(variable, &["name"]));
            j::set(variable, &["name"], name);
        }
        let infos = find(&cx, &resources)?;
        let update = Update {
            set,
            remove,
            pattern: flags.str("containers"),
            overwrite: flags.bool("overwrite"),
        };
        if flags.bool("list") {
            for info in infos {
                let mut object = super::typed(info.value());
                // Upstream ignores what goes wrong here.
                if update.apply(&cx, &mut object).is_ok() {
                    list::show(&cx, &object, update.pattern)?;
                }
            }
            return Ok(());
        }
        let changes = Changes {
            cx: &cx,
            dry_run,
            done: "env updated",
            failed: "failed to patch env update to pod template: ",
            skip_unchanged: true,
            errors: Vec::new(),
        };
        changes.make(infos, &mut |object, _| {
            update.apply(&cx, object)?;
            Ok(true)
        })
    })
}

/// What is a resource and what a variable.
fn split(args: &[String]) -> Option<(Vec<String>, Vec<String>)> {
    let is_env = |arg: &String| arg.find('=').is_some_and(|at| at > 0) || arg.ends_with('-');
    let at = args.iter().position(is_env).unwrap_or(args.len());
    let (resources, words) = args.split_at(at);
    words
        .iter()
        .all(is_env)
        .then(|| (resources.to_vec(), words.to_vec()))
}

fn variable(name: &str, value: &str) -> Value {
    let mut variable = json!({"name": name});
    if !value.is_empty() {
        variable["value"] = value.into();
    }
    variable
}

/// `KEY=value`, `KEY-`, and `-` for standard input.
fn parse(cx: &Context, words: &[String]) -> Result<(Vec<Value>, Vec<String>), Error> {
    let (mut set, mut remove) = (Vec::new(), Vec::new());
    let mut named = Vec::new();
    for word in words {
        if word == "-" {
            let text = String::from_utf8_lossy(&cx.take_stdin()).into_owned();
            for line in text.lines() {
                let line = line.split('#').next().unwrap_or(line);
                if let Some((name, value)) = line.split_once('=') {
                    set.push(variable(name, value));
                }
            }
        } else if let Some((name, value)) = word.split_once('=') {
            let complaints = apimachinery::validation::is_env_var_name(name);
            if !complaints.is_empty() {
                let complaints: Vec<&str> = complaints.iter().map(|c| c.as_ref()).collect();
                return Err(fail!(
                    "{} is not a valid key name: {}",
                    go::quote(name),
                    complaints.join(";")
                ));
            }
            named.push(name);
            set.push(variable(name, value));
        } else if let Some(name) = word.strip_suffix('-') {
            remove.push(name.to_owned());
        } else {
            return Err(fail!("unknown environment variable: {word}"));
        }
    }
    if remove.iter().any(|name| named.contains(&name.as_str())) {
        return Err(
            "can not both modify and remove the same environment variable in the same command"
                .into(),
        );
    }
    Ok((set, remove))
}

/// Variables that refer to the keys of a secret or config map.
fn imported(
    cx: &Context,
    object: &Value,
    keys: &[String],
    set: &mut Vec<Value>,
) -> Result<(), Error> {
    let reference = match (j::group(object), j::kind(object)) {
        ("", "Secret") => "secretKeyRef",
        ("", "ConfigMap") => "configMapKeyRef",
        _ => return Err("unsupported resource specified in --from".into()),
    };
    for (key, _) in j::entries(object, &["data"]) {
        if !keys.is_empty() && !keys.iter().any(|k| k == key) {
            continue;
        }
        let name: String = key
            .chars()
            .map(|c| match c {
                c if c.is_ascii_alphanumeric() || c == '_' => c.to_ascii_uppercase(),
                _ => '_',
            })
            .collect();
        if name != key {
            cx.warn(&format!("key {key} transferred to {name}"));
        }
        set.push(json!({"name": name,
            "valueFrom": {reference: {"name": j::name(object), "key": key}}}));
    }
    Ok(())
}

/// What becomes of the variables.
struct Update<'a> {
    set: Vec<Value>,
    remove: Vec<String>,
    pattern: &'a str,
    overwrite: bool,
}

impl Update<'_> {
    fn apply(&self, cx: &Context, object: &mut Value) -> Result<(), Error> {
        let (kind, name) = (j::kind(object).to_owned(), j::name(object).to_owned());
        let spec = pod_spec(object)?;
        let mut found = false;
        for list in ["containers", "initContainers"] {
            for container in containers(spec, list, self.pattern) {
                found = true;
                self.change(container)?;
            }
        }
        if !found {
            cx.warn(&format!(
                "{kind}/{name} does not have any containers matching {}",
                go::quote(self.pattern)
            ));
        }
        Ok(())
    }

    fn change(&self, container: &mut Value) -> Result<(), Error> {
        let known = j::list(container, &["env"]).to_vec();
        let name = |variable: &Value| j::text(variable, &["name"]).to_owned();
        if !self.overwrite {
            for new in &self.set {
                let old = known.iter().find(|old| name(old) == name(new));
                if let Some(old) = old
                    && j::text(old, &["value"]) != j::text(new, &["value"])
                {
                    return Err(fail!(
                        "'{}' already has a value ({}), and --overwrite is false",
                        name(old),
                        j::text(old, &["value"])
                    ));
                }
            }
        }
        let mut covered = self.remove.clone();
        let mut env: Vec<Value> = Vec::new();
        for old in known {
            if covered.contains(&name(&old)) {
                continue;
            }
            match self.set.iter().find(|new| name(new) == name(&old)) {
                Some(new) => {
                    covered.push(name(new));
                    env.push(new.clone());
                }
                None => env.push(old),
            }
        }
        for new in &self.set {
            if !covered.contains(&name(new)) {
                covered.push(name(new));
                env.push(new.clone());
            }
        }
        if env.is_empty() {
            container
                .as_object_mut()
                .map(|c: &mut Map<_, _>| c.remove("env"));
        } else {
            j::set(container, &["env"], env);
        }
        Ok(())
    }
}
