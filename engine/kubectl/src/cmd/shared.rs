//! Flags and small habits that several commands share.

use serde_json::Value;

use crate::cli::Flag;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Found};
use crate::util::klog;
use crate::util::print::{Offer, PrintFlags, Printer};

const MISSING_KEYS: Flag = Flag::bool(
    "allow-missing-template-keys",
    "If true, a field or key that a template asks for and the object lacks is no error. Only for golang and jsonpath \
     templates.",
)
.default("true");
const SHOW_MANAGED_FIELDS: Flag = Flag::bool(
    "show-managed-fields",
    "If true, keep the managedFields when printing objects in JSON or YAML format.",
);
const TEMPLATE_FLAG: Flag = Flag::string(
    "template",
    "Template, or path of a file with one, for -o=go-template and -o=go-template-file, in the format of golang \
     templates.",
);
/// `-o`
pub const OUTPUT: Flag = Flag::string(
    "output",
    "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, \
     jsonpath-as-json, jsonpath-file).",
)
.short('o');

/// Flags of printers, with `-o`.
pub const PRINT: &[Flag] = &[MISSING_KEYS, SHOW_MANAGED_FIELDS, TEMPLATE_FLAG, OUTPUT];
/// Flags of printers, for commands with an `-o` of their own.
pub const TEMPLATE: &[Flag] = &[MISSING_KEYS, SHOW_MANAGED_FIELDS, TEMPLATE_FLAG];
/// `-k` and `-R`
pub const FOLDERS: &[Flag] = &[
    Flag::string(
        "kustomize",
        "Process the kustomization directory. This flag can't be used together with -f or -R.",
    )
    .short('k'),
    Flag::bool(
        "recursive",
        "Go through the folders given with -f, --filename to any depth.",
    )
    .short('R'),
];
/// `--dry-run`
pub const DRY_RUN: &[Flag] = &[Flag::string(
    "dry-run",
    "Must be \"none\", \"server\", or \"client\". With client, the object is only printed; with server, the request is \
     sent but nothing is stored.",
)
.default("none")
.no_value("unchanged")];
/// `--validate`
pub const VALIDATE: &[Flag] = &[Flag::string(
    "validate",
    "Must be one of: strict (or true), warn, ignore (or false). What happens with unknown or repeated fields: the \
     request is refused, the server warns, or they are dropped silently.",
)
.default("strict")
.no_value("strict")];
/// `--save-config`
pub const SAVE_CONFIG: &[Flag] = &[Flag::bool(
    "save-config",
    "If true, keep the configuration in the object's annotation, so that kubectl apply can go on from it later.",
)];
/// `--chunk-size`
pub const CHUNK_SIZE: &[Flag] = &[Flag::int(
    "chunk-size",
    "500",
    "Return large lists in chunks rather than all at once. Pass 0 to disable.",
)];
/// `-l`
pub const SELECTOR: &[Flag] = &[Flag::string(
    "selector",
    "Selector (label query) with '=', '==', '!=', 'in' and 'notin' (e.g. -l key1=value1,key2=value2,key3 in (value3)). \
     Objects must fulfil all of it.",
)
.short('l')];
/// `--field-selector`
pub const FIELD_SELECTOR: &[Flag] = &[Flag::string(
    "field-selector",
    "Selector (field query) with '=', '==' and '!=' (e.g. --field-selector key1=value1,key2=value2). Which fields can \
     be asked for depends on the type.",
)];
/// `-A`
pub const ALL_NAMESPACES: &[Flag] = &[Flag::bool(
    "all-namespaces",
    "If present, list the requested objects across all namespaces, whatever namespace the context or --namespace names.",
)
.short('A')];
/// `--pod-running-timeout`
pub const POD_RUNNING_TIMEOUT: &[Flag] = &[Flag::duration(
    "pod-running-timeout",
    "1m0s",
    "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
)];
/// How commands delete that mainly do something else.
pub const DELETION: &[Flag] = &[
    Flag::string(
        "cascade",
        "Must be \"background\", \"orphan\", or \"foreground\". What happens to objects owned by the deleted one, such \
         as the pods of a ReplicaSet. Defaults to background.",
    )
    .default("background")
    .no_value("background"),
    Flag::bool(
        "force",
        "If true, remove the object from the API at once, without waiting for a graceful end. What it stood for may go \
         on running.",
    ),
    Flag::int(
        "grace-period",
        "-1",
        "Seconds the resource gets to end by itself. Ignored if negative; 1 means at once; 0 only together with --force.",
    ),
    Flag::duration(
        "timeout",
        "0s",
        "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the \
         object",
    ),
    Flag::bool(
        "wait",
        "If true, wait for resources to be gone before returning. This waits for finalizers.",
    ),
];
/// `--overrides`
pub const OVERRIDES: &[Flag] = &[
    Flag::string(
        "override-type",
        "How --overrides changes the object: json, merge, or strategic.",
    )
    .default("merge"),
    Flag::string(
        "overrides",
        "JSON that changes the object made of the other flags. It must name an apiVersion if it is to be checked.",
    ),
];

/// `-f`
pub const fn filename(usage: &'static str) -> Flag {
    Flag::slice("filename", usage).short('f')
}

/// `--all`, for types instead of names.
pub const ALL: Flag = Flag::bool(
    "all",
    "Select all resources in the namespace of the specified resource types",
);

/// `--field-manager`
pub const fn manager(name: &'static str) -> Flag {
    Flag::string(
        "field-manager",
        "Name of the manager used to track field ownership.",
    )
    .default(name)
}

/// `--record`, long deprecated.
pub const RECORD: Flag = Flag::bool(
    "record",
    "Record current kubectl command in the resource annotation.",
)
.deprecated("--record will be removed in the future");

/// `--dry-run`'s meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DryRun {
    /// In earnest.
    None,
    /// Only printed.
    Client,
    /// Sent, but not stored.
    Server,
}

impl DryRun {
    /// Reads the flag.
    pub fn from_flags(cx: &Context) -> Result<DryRun, Error> {
        let text = cx.flags.str("dry-run");
        let old = |text: &str, new: &str| {
            let line = format!(
                "--dry-run={text} is deprecated (boolean value) and can be replaced with --dry-run={new}."
            );
            klog::line(cx, 'W', "helpers.go:731", &line);
        };
        match text {
            "none" | "" => Ok(DryRun::None),
            "client" => Ok(DryRun::Client),
            "server" => Ok(DryRun::Server),
            "unchanged" => {
                klog::line(
                    cx,
                    'W',
                    "helpers.go:714",
                    "--dry-run is deprecated and can be replaced with --dry-run=client.",
                );
                Ok(DryRun::Client)
            }
            text => match crate::cli::value::parse_bool(text) {
                Ok(true) => {
                    old(text, "client");
                    Ok(DryRun::Client)
                }
                Ok(false) => {
                    old(text, "none");
                    Ok(DryRun::None)
                }
                Err(_) => Err(fail!(
                    "Invalid dry-run value ({text}). Must be \"none\", \"server\", or \"client\"."
                )),
            },
        }
    }

    /// What a success is called.
    pub fn operation(self, done: &str) -> String {
        match self {
            DryRun::None => done.to_owned(),
            DryRun::Client => format!("{done} (dry run)"),
            DryRun::Server => format!("{done} (server dry run)"),
        }
    }

    /// Whether requests are sent as trials.
    pub fn is_server(self) -> bool {
        self == DryRun::Server
    }
}

/// `--validate` as the server's `fieldValidation`.
pub fn validation(cx: &Context) -> Result<&'static str, Error> {
    let text = cx.flags.str("validate");
    match crate::cli::value::parse_bool(text) {
        Ok(true) => Ok("Strict"),
        Ok(false) => Ok("Ignore"),
        Err(_) => match text {
            "strict" => Ok("Strict"),
            "warn" => Ok("Warn"),
            "ignore" => Ok("Ignore"),
            _ => Err(fail!(
                "invalid - validate option {}; must be one of: strict (or true), warn, ignore (or false)",
                crate::util::go::quote(text)
            )),
        },
    }
}

/// The printer for results called `operation`.
pub fn printer(cx: &Context, operation: &str, dry_run: DryRun) -> Result<Printer, Error> {
    PrintFlags::new(cx, Offer::Names).printer(cx, &dry_run.operation(operation))
}

/// Annotation that `--record` fills.
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// The command line as `--record` writes it down; `None` without the flag.
pub fn change_cause(cx: &Context) -> Option<String> {
    if !cx.flags.bool("record") {
        return None;
    }
    let mut text = cx.command_path();
    for arg in &cx.args {
        text.push(' ');
        text.push_str(arg);
    }
    for (flag, values) in cx.flags.changed_flags() {
        text.push_str(&format!(" --{}={}", flag.name, values.join(",")));
    }
    Some(text)
}

/// Writes down the command line in an object, if `--record` says so or the object has such a note.
pub fn record(cx: &Context, object: &mut Value) {
    if let Some(cause) = change_cause(cx) {
        crate::util::json::set(object, &["metadata", "annotations", CHANGE_CAUSE], cause);
    }
}

/// The objects that `label`, `annotate` and `set` change.
pub fn targets(cx: &Context, resources: &[String], local: bool) -> Result<Found, Error> {
    let flags = &cx.flags;
    let (namespace, explicit) = cx.namespace()?;
    let mut builder = Builder::new(cx)
        .local(local)
        .continue_on_error()
        .namespace(&namespace)
        .filenames(explicit, &FilenameOptions::from_flags(cx))
        .flatten();
    if !local {
        builder = builder
            .label_selector(flags.str("selector"))
            .field_selector(flags.str("field-selector"))
            .all_namespaces(flags.bool("all-namespaces"))
            .args(flags.bool("all"), resources)
            .latest();
    }
    builder.find()
}

/// The pointer to `kubectl api-resources`.
pub const SUGGEST_API_RESOURCES: &str =
    "Use \"kubectl api-resources\" for a complete list of supported resources.";

/// `--pod-running-timeout`
pub fn running_timeout(cx: &Context) -> Result<i64, Error> {
    match cx.flags.duration("pod-running-timeout") {
        ..=0 => Err("--pod-running-timeout must be higher than zero".into()),
        timeout => Ok(timeout),
    }
}
