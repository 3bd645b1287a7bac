//! `kubectl replace`: puts objects in the place of those that are there, or (`--force`) deletes and creates them.

use serde_json::Value;

use super::create::without_version;
use super::delete;
use super::shared::{self, DryRun};
use crate::apply::annotation::{self, Style};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::rest::helper::Helper;
use crate::util::print::Printer;

/// `replace`
pub const COMMAND: Command = Command {
    name: "replace",
    usage: "-f FILENAME",
    no_flags_in_use: true,
    short: "Replace a resource by file name or stdin",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DELETION,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            shared::manager("kubectl-replace"),
            shared::filename("The files that contain the configurations to replace."),
            Flag::string(
                "raw",
                "Raw URI to PUT to the server.  Uses the transport specified by the kubeconfig file.",
            ),
            Flag::string(
                "subresource",
                "If specified, replace will operate on the subresource of the requested object.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Replace a resource by file name or stdin.

JSON and YAML formats are accepted. The complete object has to be given; to have it:

$ kubectl get TYPE NAME -o yaml",
    example: "# A pod, by what pod.json has
kubectl replace -f ./pod.json

# By what comes on stdin
cat pod.json | kubectl replace -f -

# The version of a single-container pod's image, to v4
kubectl get pod mypod -o yaml | sed 's/\\(image: myimage\\):.*$/\\1:v4/' | kubectl replace -f -

# Delete the pod, and create it again
kubectl replace --force -f ./pod.json",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// How long a forced replacement waits for the old objects to go, if nothing else is said.
const PATIENCE: i64 = 5 * 60 * 1_000_000;

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let validation = shared::validation(&cx)?;
        let dry_run = DryRun::from_flags(&cx)?;
        let printer = shared::printer(&cx, "replaced", dry_run)?;
        let files = FilenameOptions::from_flags(&cx);
        let options = deletion(&cx, dry_run)?;
        files.require()?;
        if options.grace_period >= 0 && !options.force {
            return Err("--grace-period must have --force specified".into());
        }
        if options.timeout != 0 && !options.force {
            return Err("--timeout must have --force specified".into());
        }
        if options.force && dry_run != DryRun::None {
            return Err("--dry-run can not be used when --force is set".into());
        }
        let raw = flags.string("raw");
        if !raw.is_empty() {
            return put_raw(&cx, &raw, &files);
        }
        if options.force {
            return by_force(&cx, &files, &options, printer, validation).await;
        }
        in_place(&cx, &files, dry_run, printer, validation)
    })
}

fn deletion(cx: &Context, dry_run: DryRun) -> Result<delete::Options, Error> {
    let flags = &cx.flags;
    let mut options = delete::Options {
        grace_period: flags.int("grace-period"),
        force: flags.bool("force"),
        cascade: delete::cascade(cx, flags.str("cascade"))?,
        ignore_not_found: true,
        wait: flags.bool("wait"),
        timeout: flags.duration("timeout"),
        quiet: false,
        names: flags.str("output") == "name",
        dry_run,
        warn_cluster_scope: false,
    };
    if options.grace_period == 0 {
        // Nothing is lost by accident: "at once" means "soon, and then for certain".
        options.grace_period = 1;
        options.wait = true;
    }
    Ok(options)
}

/// The objects of the files.
fn builder(cx: &Context, files: &FilenameOptions, validation: &str) -> Result<Builder, Error> {
    let (namespace, explicit) = cx.namespace()?;
    Ok(Builder::new(cx)
        .validate(validation == "Strict")
        .continue_on_error()
        .namespace(&namespace)
        .filenames(explicit, files)
        .subresource(cx.flags.str("subresource"))
        .flatten())
}

/// The object with the annotations that flags ask for.
fn noted(cx: &Context, mut object: Value) -> Value {
    annotation::update(&mut object, cx.flags.bool("save-config"), Style::Dynamic);
    shared::record(cx, &mut object);
    object
}

fn in_place(
    cx: &Context,
    files: &FilenameOptions,
    dry_run: DryRun,
    mut printer: Printer,
    validation: &str,
) -> Result<(), Error> {
    builder(cx, files, validation)?.find()?.each(|mut info| {
        let object = noted(cx, info.value().clone());
        if dry_run == DryRun::Client {
            return printer.print(cx, &object);
        }
        let replaced = Helper::new(cx, info.mapping()?)
            .dry_run(dry_run.is_server())
            .manager(cx.flags.str("field-manager"))
            .validation(validation)
            .subresource(cx.flags.str("subresource"))
            .replace_any(&info.namespace, &info.name, &object)
            .map_err(|e| e.while_doing("replacing", &info.source))?;
        info.refresh(replaced);
        printer.print(cx, info.value())
    })
}

async fn by_force(
    cx: &Context,
    files: &FilenameOptions,
    options: &delete::Options,
    mut printer: Printer,
    validation: &str,
) -> Result<(), Error> {
    // Standard input can be read only once, and is needed twice.
    let stdin = cx.take_stdin();
    cx.give_stdin(stdin.clone());
    let mut found = builder(cx, files, "Ignore")?.require_object(false).find()?;
    options.delete(cx, &mut found, None).await?;
    cx.give_stdin(stdin.clone());
    let timeout = match options.timeout {
        0 => PATIENCE,
        timeout => timeout,
    };
    let (infos, result) = builder(cx, files, "Ignore")?.find()?.infos();
    result?;
    for info in &infos {
        let helper = Helper::new(cx, info.mapping()?);
        let deadline = cx.host.now() + timeout;
        loop {
            match helper.get(&info.namespace, &info.name) {
                Err(error) if error.is_not_found() => break,
                Err(error) => return Err(error),
                Ok(_) if cx.host.now() >= deadline => {
                    return Err("context deadline exceeded".into());
                }
                Ok(_) => {}
            }
            cx.flush().await?;
            cx.host.sleep(1_000_000).await;
        }
    }
    cx.give_stdin(stdin);
    let mut count = 0;
    builder(cx, files, validation)?.find()?.each(|mut info| {
        let object = without_version(&noted(cx, info.value().clone()));
        let created = Helper::new(cx, info.mapping()?)
            .manager(cx.flags.str("field-manager"))
            .validation(validation)
            .create(&info.namespace, &object)?;
        count += 1;
        info.refresh(created);
        printer.print(cx, info.value())
    })?;
    if count == 0 {
        return Err("no objects passed to replace".into());
    }
    Ok(())
}

fn put_raw(cx: &Context, raw: &str, files: &FilenameOptions) -> Result<(), Error> {
    let [file] = files.filenames.as_slice() else {
        return Err("--raw can only use a single local file or stdin".into());
    };
    if file.starts_with("http://") || file.starts_with("https://") {
        return Err("--raw cannot read from a url".into());
    }
    if files.recursive {
        return Err("--raw and --recursive are mutually exclusive".into());
    }
    if !cx.flags.str("output").is_empty() {
        return Err("--raw and --output are mutually exclusive".into());
    }
    let mut request = super::get::raw_request("PUT", raw)?;
    request.content_type = Some("application/json");
    request.body = Some(match file.as_str() {
        "-" => cx.take_stdin(),
        file => cx.host.read_file(file).map_err(|e| e.of("open", file))?,
    });
    let answer = cx.client()?.bytes(cx, request)?;
    cx.streams.push(crate::host::Stream::Out, &answer);
    Ok(())
}
