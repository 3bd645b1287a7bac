//! `kubectl delete`: by files, names, selectors or all of a type; waits until the objects are gone.

use std::collections::BTreeMap;

use serde_json::json;

use super::shared::{self, DryRun};
use super::wait;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Found, Info};
use crate::rest::helper::Helper;
use crate::util::json as j;
use crate::util::timer::WEEK;

/// `delete`
pub const COMMAND: Command = Command {
    name: "delete",
    usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
    no_flags_in_use: true,
    short: "Delete resources by file names, stdin, resources and names, or by resources \
                 and label selector",
    flags: &[
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        shared::FIELD_SELECTOR,
        shared::ALL_NAMESPACES,
        &[
            Flag::bool(
                "all",
                "Delete all resources, in the namespace of the specified resource types.",
            ),
            Flag::string(
                "cascade",
                "Must be \"background\", \"orphan\", or \"foreground\". What happens to \
                 objects owned by the deleted one, such as the pods of a ReplicaSet. Defaults \
                 to background.",
            )
            .default("background")
            .no_value("background"),
            Flag::slice("filename", "containing the resource to delete.").short('f'),
            Flag::bool(
                "force",
                "If true, remove the object from the API at once, without waiting for a \
                 graceful end. What it stood for may go on running.",
            ),
            Flag::int(
                "grace-period",
                "-1",
                "Seconds the resource gets to end by itself. Ignored if negative; 1 means at \
                 once; 0 only together with --force.",
            ),
            Flag::bool(
                "ignore-not-found",
                "Treat \"resource not found\" as a successful delete. Defaults to \"true\" \
                 when --all is specified.",
            ),
            Flag::bool(
                "interactive",
                "If true, delete resource only when user confirms.",
            )
            .short('i'),
            Flag::bool(
                "now",
                "If true, resources are signaled for immediate shutdown (same as \
                 --grace-period=1).",
            ),
            Flag::string(
                "output",
                "Output mode. Use \"-o name\" for shorter output (resource/name).",
            )
            .short('o'),
            Flag::string(
                "raw",
                "Raw URI to DELETE to the server.  Uses the transport specified by the \
                 kubeconfig file.",
            ),
            Flag::duration(
                "timeout",
                "0s",
                "The length of time to wait before giving up on a delete, zero means \
                 determine a timeout from the size of the object",
            ),
            Flag::bool(
                "wait",
                "If true, wait for resources to be gone before returning. This waits for \
                 finalizers.",
            )
            .default("true"),
        ],
    ],
    suggest_for: &["rm", "remove"],
    long: "Delete resources by file names, stdin, resources and names, or by resources \
and label selector.

JSON and YAML formats are accepted. Only one way of saying what to delete may be used at a time.

Pods and some other resources end gracefully: they get some time to finish, which the flag \
--grace-period changes. With --force and a grace period of zero, the object is removed from the \
API at once, without waiting for the node to confirm that its processes are gone.

Deleting does not look at resource versions: if somebody changes the object at the same moment, \
that change is lost together with it.",
    example: "# The pod that a file describes
kubectl delete -f ./pod.json

# Resources of a folder with a kustomization
kubectl delete -k dir

# Pods and services with the names \"baz\" and \"foo\"
kubectl delete pod,service baz foo

# Pods and services with a label
kubectl delete pods,services -l name=myLabel

# A pod with minimal delay
kubectl delete pod foo --now

# A pod on a dead node
kubectl delete pod foo --force

# All pods
kubectl delete pods --all

# All pods of all namespaces, but only after a question
kubectl delete pods --all --all-namespaces --interactive",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let raw = cx.flags.string("raw");
        let options = Options::from_flags(&cx)?;
        let mut found = if raw.is_empty() {
            Some(find(&cx)?)
        } else {
            None
        };
        options.validate(&cx)?;
        let Some(found) = &mut found else {
            return delete_raw(&cx, &raw);
        };
        let mut chosen = None;
        if cx.flags.bool("interactive") {
            let infos = preview(&cx, options.ignore_not_found)?;
            if infos.is_empty() {
                cx.out("No resources found\n");
                return Ok(());
            }
            if !confirmed(&cx, &infos).await? {
                cx.out("deletion is cancelled\n");
                return Ok(());
            }
            let keys: Result<Vec<_>, Error> = infos.iter().map(wait::location).collect();
            chosen = Some(keys?);
        }
        options.delete(&cx, found, chosen.as_deref()).await
    })
}

/// How objects are deleted.
pub struct Options {
    /// Seconds of grace; negative for the object's own.
    pub grace_period: i64,
    /// Whether `--force` was given.
    pub force: bool,
    /// `Background`, `Foreground` or `Orphan`.
    pub cascade: &'static str,
    /// Whether objects that are not there are fine.
    pub ignore_not_found: bool,
    /// Whether to wait until they are gone.
    pub wait: bool,
    /// How long to wait; zero for as long as it takes.
    pub timeout: i64,
    /// Whether nothing is printed.
    pub quiet: bool,
    /// Whether only names are printed.
    pub names: bool,
    /// Trial or not.
    pub dry_run: DryRun,
    /// Whether objects outside of namespaces deserve a warning.
    pub warn_cluster_scope: bool,
}

/// The meaning of `--cascade`.
pub fn cascade(cx: &Context, text: &str) -> Result<&'static str, Error> {
    let old = |new: &str| {
        cx.err(&format!(
            "warning: --cascade={text} is deprecated (boolean value) and can be replaced with --cascade={new}.\n"
        ));
    };
    match text {
        text if crate::cli::value::parse_bool(text) == Ok(true) => {
            old("background");
            Ok("Background")
        }
        text if crate::cli::value::parse_bool(text) == Ok(false) => {
            old("orphan");
            Ok("Orphan")
        }
        "background" => Ok("Background"),
        "foreground" => Ok("Foreground"),
        "orphan" => Ok("Orphan"),
        _ => Err(fail!(
            "invalid cascade value ({text}). Must be \"background\", \"foreground\", or \"orphan\""
        )),
    }
}

const FORCE_WARNING: &str = "Immediate deletion does not wait for confirmation that the running resource has been \
                             terminated. The resource may continue to run on the cluster indefinitely.";

impl Options {
    fn from_flags(cx: &Context) -> Result<Options, Error> {
        let flags = &cx.flags;
        let (_, explicit) = cx.namespace()?;
        let all_namespaces = flags.bool("all-namespaces");
        let all = flags.bool("all");
        let selected =
            all || !flags.str("selector").is_empty() || !flags.str("field-selector").is_empty();
        let mut grace_period = flags.int("grace-period");
        let force = flags.bool("force");
        if flags.bool("now") {
            if grace_period != -1 {
                return Err("--now and --grace-period cannot be specified together".into());
            }
            grace_period = 1;
        }
        if grace_period == 0 && !force {
            // Zero is only honoured together with --force; what is meant is "soon".
            grace_period = 1;
        }
        if force && grace_period < 0 {
            grace_period = 0;
        }
        Ok(Options {
            grace_period,
            force,
            cascade: cascade(cx, flags.str("cascade"))?,
            ignore_not_found: flags.bool("ignore-not-found")
                || (selected && !flags.changed("ignore-not-found")),
            wait: flags.bool("wait"),
            timeout: flags.duration("timeout"),
            quiet: false,
            names: flags.str("output") == "name",
            dry_run: DryRun::from_flags(cx)?,
            warn_cluster_scope: explicit && !all_namespaces,
        })
    }

    fn validate(&self, cx: &Context) -> Result<(), Error> {
        let flags = &cx.flags;
        let output = flags.str("output");
        if !matches!(output, "" | "name") {
            return Err(fail!(
                "unexpected -o output mode: {output}. We only support '-o name'"
            ));
        }
        if flags.bool("all") && !flags.str("selector").is_empty() {
            return Err("cannot set --all and --selector at the same time".into());
        }
        if flags.bool("all") && !flags.str("field-selector").is_empty() {
            return Err("cannot set --all and --field-selector at the same time".into());
        }
        if self.force && self.grace_period == 0 {
            cx.warn(FORCE_WARNING);
        } else if self.force && self.grace_period > 0 {
            return Err(
                "--force and --grace-period greater than 0 cannot be specified together".into(),
            );
        }
        Ok(())
    }

    /// Deletes what was found (only the `chosen`, if there was a choice), and waits.
    pub async fn delete(
        &self,
        cx: &Context,
        found: &mut Found,
        chosen: Option<&[(String, String, String)]>,
    ) -> Result<(), Error> {
        let mut deleted = Vec::new();
        let mut uids = BTreeMap::new();
        let mut warn = self.warn_cluster_scope;
        let result = found.each(|info| {
            let key = wait::location(&info)?;
            if chosen.is_some_and(|chosen| !chosen.contains(&key)) {
                return Ok(());
            }
            if warn && !info.namespaced() {
                cx.warn("deleting cluster-scoped resources, not scoped to the provided namespace");
                warn = false;
            }
            let uid = self.delete_one(cx, &info);
            deleted.push(info);
            if let Some(uid) = uid? {
                uids.insert(key, uid);
            }
            Ok(())
        });
        match result {
            Err(error) if self.ignore_not_found => match error {
                Error::Many(errors) => {
                    let left: Vec<Error> =
                        errors.into_iter().filter(|e| !e.is_not_found()).collect();
                    if !left.is_empty() {
                        // One of many even where it is the only one left.
                        return Err(Error::Many(vec![Error::Many(left)]));
                    }
                }
                error if error.is_not_found() => {}
                error => return Err(error),
            },
            result => result?,
        }
        if deleted.is_empty() {
            cx.out("No resources found\n");
            return Ok(());
        }
        if !self.wait || self.dry_run != DryRun::None {
            return Ok(());
        }
        cx.flush().await?;
        let timeout = if self.timeout == 0 {
            WEEK
        } else {
            self.timeout
        };
        match wait::all_deleted(cx, &deleted, &uids, timeout).await {
            // Whoever may delete may not be allowed to look.
            Err(error) if error.has_reason("Forbidden") || error.has_reason("MethodNotAllowed") => {
                Ok(())
            }
            result => result,
        }
    }

    fn delete_one(&self, cx: &Context, info: &Info) -> Result<Option<String>, Error> {
        if self.dry_run == DryRun::Client {
            self.print(cx, info)?;
            return Ok(None);
        }
        let mut options = json!({"propagationPolicy": self.cascade});
        if self.grace_period >= 0 {
            options["gracePeriodSeconds"] = self.grace_period.into();
        }
        let answer = Helper::new(cx, info.mapping()?)
            .dry_run(self.dry_run.is_server())
            .delete(&info.namespace, &info.name, options)
            .map_err(|e| e.while_doing("deleting", &info.source))?;
        self.print(cx, info)?;
        let uid = match j::kind(&answer) {
            "Status" => j::text(&answer, &["details", "uid"]),
            _ => j::text(&answer, &["metadata", "uid"]),
        };
        Ok(Some(uid.to_owned()).filter(|uid| !uid.is_empty()))
    }

    fn print(&self, cx: &Context, info: &Info) -> Result<(), Error> {
        if self.quiet {
            return Ok(());
        }
        let kind = info.mapping()?.kind_text();
        if self.names {
            cx.out(&format!("{kind}/{}\n", info.name));
            return Ok(());
        }
        let mut operation = if self.grace_period == 0 {
            "force deleted"
        } else {
            "deleted"
        }
        .to_owned();
        if info.namespaced() {
            operation = format!("{operation} from {} namespace", info.namespace);
        }
        cx.out(&format!(
            "{kind} \"{}\" {}\n",
            info.name,
            self.dry_run.operation(&operation)
        ));
        Ok(())
    }
}

fn find(cx: &Context) -> Result<Found, Error> {
    let (namespace, explicit) = cx.namespace()?;
    let flags = &cx.flags;
    Builder::new(cx)
        .continue_on_error()
        .namespace(&namespace)
        .filenames(explicit, &FilenameOptions::from_flags(cx))
        .label_selector(flags.str("selector"))
        .field_selector(flags.str("field-selector"))
        .select_all(flags.bool("all"))
        .all_namespaces(flags.bool("all-namespaces"))
        .args(false, &cx.args)
        .require_object(false)
        .flatten()
        .find()
}

fn preview(cx: &Context, ignore_not_found: bool) -> Result<Vec<Info>, Error> {
    let (infos, result) = find(cx)?.infos();
    match result {
        Err(error) if !(ignore_not_found && error.is_not_found()) => Err(error),
        _ => Ok(infos),
    }
}

async fn confirmed(cx: &Context, infos: &[Info]) -> Result<bool, Error> {
    cx.out(&format!(
        "You are about to delete the following {} resource(s):\n",
        infos.len()
    ));
    for info in infos {
        cx.out(&format!("{}/{}\n", info.mapping()?.kind_text(), info.name));
    }
    cx.out("Do you want to continue? (y/N): ");
    let answer = cx.read_line().await?.unwrap_or_default();
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

fn delete_raw(cx: &Context, raw: &str) -> Result<(), Error> {
    let flags = &cx.flags;
    let files = flags.strings("filename");
    if flags.bool("interactive") {
        return Err("--interactive can not be used with --raw".into());
    }
    if files.len() > 1 {
        return Err("--raw can only use a single local file or stdin".into());
    }
    if flags.bool("recursive") {
        return Err("--raw and --recursive are mutually exclusive".into());
    }
    if !flags.str("output").is_empty() {
        return Err("--raw and --output are mutually exclusive".into());
    }
    let mut request = super::get::raw_request("DELETE", raw)?;
    if let Some(file) = files.first() {
        request.content_type = Some("application/json");
        request.body = Some(match file.as_str() {
            "-" => cx.take_stdin(),
            file => cx.host.read_file(file).map_err(|e| e.of("open", file))?,
        });
    }
    let answer = cx.client()?.bytes(cx, request)?;
    cx.streams.push(crate::host::Stream::Out, &answer);
    Ok(())
}
