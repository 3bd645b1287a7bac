//! `kubectl get`: shows objects as tables or in any other format, once or as they change.
//!
//! Tables are the server's; this file decides what is asked for, which printer shows it, and what is said when nothing
//! is there.

use serde_json::{Value, json};

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Found, Info};
use crate::transport::{Request, unescape};
use crate::util::json as j;
use crate::util::klog;
use crate::util::print::sort;
use crate::util::print::table::{TableOptions, TablePrinter, without_rows};
use crate::util::print::{Offer, PrintFlags, Printer, kind_text};
use crate::util::tabwriter::TabWriter;

/// `get`
pub const COMMAND: Command = Command {
    name: "get",
    usage: "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|\
                 templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|\
                 custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | \
                 TYPE[.VERSION][.GROUP]/NAME ...)",
    short: "Display one or many resources",
    flags: &[
        shared::TEMPLATE,
        shared::FOLDERS,
        shared::CHUNK_SIZE,
        shared::SELECTOR,
        shared::FIELD_SELECTOR,
        shared::ALL_NAMESPACES,
        &[
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files identifying the resource to get from a \
                 server.",
            )
            .short('f'),
            Flag::bool(
                "ignore-not-found",
                "If true, an object asked for by name that does not exist is no error. Has no \
                 effect on collections.",
            ),
            Flag::slice(
                "label-columns",
                "Labels shown as columns, separated by commas. Names are case-sensitive; the \
                 flag can be repeated.",
            )
            .short('L'),
            Flag::bool(
                "no-headers",
                "When using the default or custom-column output format, don't print headers \
                 (default print headers).",
            ),
            Flag::string(
                "output",
                "Output format. One of: (json, yaml, kyaml, name, go-template, \
                 go-template-file, template, templatefile, jsonpath, jsonpath-as-json, \
                 jsonpath-file, custom-columns, custom-columns-file, wide).",
            )
            .short('o'),
            Flag::bool(
                "output-watch-events",
                "Output watch event objects when --watch or --watch-only is used. Existing \
                 objects are output as initial ADDED events.",
            ),
            Flag::string(
                "raw",
                "Raw URI to request from the server.  Uses the transport specified by the \
                 kubeconfig file.",
            ),
            Flag::bool(
                "server-print",
                "If true, have the server return the appropriate table output. Supports \
                 extension APIs and CRDs.",
            )
            .default("true"),
            Flag::bool(
                "show-kind",
                "If present, list the resource type for the requested object(s).",
            ),
            Flag::bool(
                "show-labels",
                "When printing, show all labels as the last column (default hide labels \
                 column)",
            ),
            Flag::string(
                "sort-by",
                "If set, sort the list by this field, given as a JSONPath expression (e.g. \
                 '{.metadata.name}'). It must be a number or a text.",
            ),
            Flag::string(
                "subresource",
                "If specified, gets the subresource of the requested object.",
            ),
            Flag::bool(
                "watch",
                "After listing/getting the requested object, watch for changes.",
            )
            .short('w'),
            Flag::bool(
                "watch-only",
                "Watch for changes to the requested object(s), without listing/getting first.",
            ),
        ],
    ],
    suggest_for: &["list", "ls"],
    long: "Display one or many resources.

Prints a table with what matters most about the resources asked for. Labels (--selector) and \
fields (--field-selector) narrow the list. Types that live in namespaces are listed in the \
current namespace only, unless another one or -A is given.

With -o template and --template, any part of the objects can be printed in any form.

Use \"kubectl api-resources\" for a complete list of supported resources.",
    example: "# List all pods as a table
kubectl get pods

# The same with more columns, such as the node
kubectl get pods -o wide

# One deployment as YAML
kubectl get deployment web -o yaml

# The object that a file describes, as JSON
kubectl get -f pod.yaml -o json

# Only the phase of a pod
kubectl get pod web -o template --template={{.status.phase}}

# Columns of your own
kubectl get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image

# Several types together
kubectl get deployments,services

# Objects by type and name
kubectl get deploy/web service/frontend pods/web-0

# Pods of all namespaces, and then every change to them
kubectl get pods --all-namespaces --watch",
    action: Action::Run(run),
    ..Command::DEFAULT
};

struct Options {
    cx: Context,
    files: FilenameOptions,
    namespace: String,
    explicit_namespace: bool,
    all_namespaces: bool,
    watch: bool,
    watch_only: bool,
    watch_events: bool,
    ignore_not_found: bool,
    sort_by: String,
    print: PrintFlags,
    server_print: bool,
    human: bool,
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let raw = cx.flags.string("raw");
        if !raw.is_empty() {
            return get_raw(&cx, &raw);
        }
        let options = Options::complete(cx)?;
        options.validate()?;
        if options.watch || options.watch_only {
            options.watch().await
        } else {
            options.run()
        }
    })
}

fn get_raw(cx: &Context, raw: &str) -> Result<(), Error> {
    if !cx.args.is_empty() {
        return Err("arguments may not be passed when --raw is specified".into());
    }
    let flags = &cx.flags;
    if flags.bool("watch") || flags.bool("watch-only") || !flags.str("selector").is_empty() {
        return Err(
            "--raw may not be specified with other flags that filter the server request or alter the output".into()
        );
    }
    if !flags.str("output").is_empty() {
        return Err("--raw and --output are mutually exclusive".into());
    }
    let request = raw_request("GET", raw)?;
    let bytes = cx.client()?.bytes(cx, request)?;
    cx.streams.push(crate::host::Stream::Out, &bytes);
    Ok(())
}

/// The request for what `--raw` gives, with its query.
pub(crate) fn raw_request(method: &'static str, raw: &str) -> Result<Request, Error> {
    let raw = url_path(raw)?;
    let (path, query) = raw.split_once('?').unwrap_or((raw, ""));
    let mut request = Request::new(method, path);
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        request = request.param(&unescape(name), unescape(value));
    }
    Ok(request)
}

/// The path of what `--raw` gives; a whole URL has one, too.
fn url_path(raw: &str) -> Result<&str, Error> {
    let quoted = crate::util::go::quote(raw);
    let bad = |why: String| {
        Err(fail!(
            "--raw must be a valid URL path: parse {quoted}: {why}"
        ))
    };
    let path = match raw.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            rest.find('/').map_or("/", |at| &rest[at..])
        }
        _ if !raw.starts_with('/') => return bad("invalid URI for request".to_owned()),
        _ => raw,
    };
    for (at, _) in path.match_indices('%') {
        let escape: String = path[at..].chars().take(3).collect();
        if escape.len() < 3 || !escape.bytes().skip(1).all(|b| b.is_ascii_hexdigit()) {
            return bad(format!(
                "invalid URL escape {}",
                crate::util::go::quote(&escape)
            ));
        }
    }
    Ok(path)
}

impl Options {
    fn complete(cx: Context) -> Result<Options, Error> {
        let flags = &cx.flags;
        let (namespace, explicit) = cx.namespace()?;
        let all_namespaces = flags.bool("all-namespaces");
        let output = flags.string("output");
        let print = PrintFlags::new(&cx, Offer::Get);
        let server_print = flags.bool("server-print")
            && !(output.contains("custom-columns") || output == "yaml" || output.contains("json"));
        let options = Options {
            files: FilenameOptions::from_flags(&cx),
            namespace,
            explicit_namespace: explicit && !all_namespaces,
            all_namespaces,
            watch: flags.bool("watch"),
            watch_only: flags.bool("watch-only"),
            watch_events: flags.bool("output-watch-events"),
            ignore_not_found: flags.bool("ignore-not-found"),
            sort_by: flags.string("sort-by"),
            human: print.is_human(),
            print,
            server_print,
            cx,
        };
        let cx = &options.cx;
        if options.watch && !options.sort_by.is_empty() {
            cx.err(
                "warning: --watch requested, --sort-by will be ignored for watch events received\n",
            );
        } else if options.watch_only && !options.sort_by.is_empty() {
            cx.err("warning: --watch-only requested, --sort-by will be ignored\n");
        } else if !options.watch
            && !options.watch_only
            && cx.args.is_empty()
            && options.files.is_empty()
        {
            cx.err(&format!(
                "You must specify the type of resource to get. {}\n\n",
                shared::SUGGEST_API_RESOURCES
            ));
            return Err(cx.usage_error(
                "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of \
                 that resource (e.g. kubectl explain pods).",
            ));
        }
        Ok(options)
    }

    fn validate(&self) -> Result<(), Error> {
        let output = self.cx.flags.str("output");
        if self.cx.flags.bool("show-labels") && !matches!(output, "" | "wide") {
            return Err(fail!(
                "--show-labels option cannot be used with {output} printer"
            ));
        }
        if self.watch_events && !(self.watch || self.watch_only) {
            return Err(
                "--output-watch-events option can only be used with --watch or --watch-only".into(),
            );
        }
        Ok(())
    }

    fn builder(&self) -> Builder {
        let flags = &self.cx.flags;
        let table = self.server_print && self.human;
        let chunks = if self.sort_by.is_empty() {
            flags.int("chunk-size")
        } else {
            0
        };
        Builder::new(&self.cx)
            .namespace(&self.namespace)
            .all_namespaces(self.all_namespaces)
            .filenames(self.explicit_namespace, &self.files)
            .label_selector(flags.str("selector"))
            .field_selector(flags.str("field-selector"))
            .subresource(flags.str("subresource"))
            .chunks(chunks)
            .args(true, &self.cx.args)
            .latest()
            .table(table, !self.sort_by.is_empty())
            .bare_rows(self.cells_only())
    }

    /// Whether a table's cells are all that is printed.
    fn cells_only(&self) -> bool {
        let flags = &self.cx.flags;
        let watches = self.watch || self.watch_only;
        let labels = flags.bool("show-labels") || !flags.strings("label-columns").is_empty();
        !(self.all_namespaces || watches || labels || flags.int("v") > 0)
    }

    /// A table printer for objects of a resource.
    fn table_printer(&self, info: &Info, with_kind: bool) -> Result<TablePrinter, Error> {
        if !self.human {
            return Err(self.print.no_printer());
        }
        let flags = &self.cx.flags;
        let mapping = info.mapping()?;
        Ok(TablePrinter::new(TableOptions {
            kind: kind_text(&mapping.kind, &mapping.group),
            with_kind: with_kind || flags.bool("show-kind"),
            no_headers: flags.bool("no-headers"),
            wide: self.print.output == "wide",
            with_namespace: self.all_namespaces && mapping.namespaced,
            column_labels: flags.strings("label-columns"),
            show_labels: flags.bool("show-labels"),
            now: self.cx.host.now(),
        }))
    }

    fn run(&self) -> Result<(), Error> {
        let mut found = self.builder().continue_on_error().flatten().find()?;
        if !self.human {
            return self.print_generic(&mut found);
        }
        let (infos, result) = found.infos();
        // One of many even where it is the only one: such errors are told without `error:`.
        let many = |error| match error {
            Error::Many(_) => error,
            error => Error::Many(vec![error]),
        };
        let mut errors: Vec<Error> = self.kept(result).map(many).into_iter().collect();
        let written = self.print_tables(infos, &mut errors)?;
        if !written && !self.ignore_not_found && errors.is_empty() {
            if self.all_namespaces || found.mapping().is_some_and(|m| !m.namespaced) {
                self.cx.err("No resources found\n");
            } else {
                self.cx.err(&format!(
                    "No resources found in {} namespace.\n",
                    self.namespace
                ));
            }
        }
        match errors.as_slice() {
            [Error::Many(_)] => Err(Error::Many(errors)),
            _ => Error::check(errors),
        }
    }

    /// What is left of errors with `--ignore-not-found`.
    fn kept(&self, result: Result<(), Error>) -> Option<Error> {
        let error = result.err()?;
        if !self.ignore_not_found {
            return Some(error);
        }
        match error {
            Error::Many(errors) => {
                Error::collect(errors.into_iter().filter(|e| !e.is_not_found()).collect())
            }
            error => (!error.is_not_found()).then_some(error),
        }
    }

    fn print_tables(&self, mut infos: Vec<Info>, errors: &mut Vec<Error>) -> Result<bool, Error> {
        let kinds = |i: &Info| {
            i.mapping
                .as_ref()
                .map(|m| (m.api_version(), m.kind.clone()))
        };
        let with_kind = infos
            .windows(2)
            .any(|pair| kinds(&pair[0]) != kinds(&pair[1]));
        if !self.sort_by.is_empty() {
            self.sort(&mut infos)?;
        }
        let mut out = TabWriter::table();
        let mut written = false;
        let mut current: Option<(String, TablePrinter)> = None;
        for info in &infos {
            let resource = info.mapping()?.resource_text();
            if current.as_ref().is_none_or(|(known, _)| *known != resource) {
                written |= self.flush(&mut out, written, current.is_some());
                out.forget();
                match self.table_printer(info, with_kind) {
                    Ok(printer) => current = Some((resource, printer)),
                    Err(error) => {
                        if !errors.contains(&error) {
                            errors.push(error);
                        }
                        continue;
                    }
                }
            }
            if let Some((_, printer)) = &mut current {
                printer.print(info.value(), None, &mut out);
            }
        }
        written |= self.flush(&mut out, written, true);
        Ok(written)
    }

    /// Writes what is aligned, a blank line between tables.
    fn flush(&self, out: &mut TabWriter, before: bool, started: bool) -> bool {
        let text = out.flush();
        if text.is_empty() {
            return false;
        }
        if before && started && !self.cx.flags.bool("no-headers") {
            self.cx.out("\n");
        }
        self.cx.out(&text);
        true
    }

    fn sort(&self, infos: &mut Vec<Info>) -> Result<(), Error> {
        if let [one] = infos.as_mut_slice() {
            let table = one.object.as_mut().filter(|o| j::kind(o) == "Table");
            match table.map(|table| sort::sort_table(table, &self.sort_by)) {
                Some(Err(error @ Error::Fatal(..))) => return Err(error),
                // As upstream: what cannot be sorted is not shown, and that is no error.
                Some(Err(_)) => infos.clear(),
                None | Some(Ok(())) => {}
            }
        } else if infos.len() > 1 {
            // Of several tables, too: which have no such field.
            let field = crate::util::jsonpath::relaxed(&self.sort_by)?;
            let order = sort::order(infos.iter().map(Info::value), &field, sort::OBJECTS)?;
            *infos = order.into_iter().map(|i| infos[i].clone()).collect();
        }
        Ok(())
    }

    fn print_generic(&self, found: &mut Found) -> Result<(), Error> {
        let single = found.single_item_implied;
        let (infos, result) = found.infos();
        let mut errors = Vec::new();
        if let Some(error) = self.kept(result) {
            if single {
                return Err(error);
            }
            errors.push(error);
        }
        if infos.is_empty() && self.ignore_not_found {
            return Error::check(errors);
        }
        let mut printer = self.generic_printer()?;
        let object = match infos.as_slice() {
            [one] if single => one.value().clone(),
            _ => {
                let items: Vec<Value> = infos.iter().map(|i| i.value().clone()).collect();
                json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}})
            }
        };
        let by_table = self.print.output == "name" || self.print.output.contains("template");
        if by_table && self.cx.flags.int("v") >= 2 {
            let text = "Unable to decode server response into a Table. Falling back to hardcoded types: attempt to decode non-Table object";
            klog::line(&self.cx, 'I', "table_printer.go:45", text);
        }
        if let Err(error) = printer.print(&self.cx, &object) {
            errors.push(error);
        }
        Error::check(errors)
    }

    fn generic_printer(&self) -> Result<Printer, Error> {
        Ok(self.print.printer(&self.cx, "")?.sorted(&self.sort_by))
    }

    async fn watch(&self) -> Result<(), Error> {
        let mut found = self.builder().single_resource_type().find()?;
        let (infos, result) = found.infos();
        if let Err(error) = result {
            return if error.is_not_found() && self.ignore_not_found {
                Ok(())
            } else {
                Err(error)
            };
        }
        let Some(first) = infos.first() else {
            return Ok(());
        };
        let mut show = Show::new(self, first)?;
        let mut object = Found::object(&infos, found.single_item_implied);
        if !self.sort_by.is_empty() && self.watch {
            let sorted = if j::kind(&object) == "Table" {
                sort::sort_table(&mut object, &self.sort_by)
            } else {
                sort::sort_list(&mut object, &self.sort_by)
            };
            sorted.map_err(|e| e.context("unable to output the provided object"))?;
        }
        let is_list =
            j::is_list(&object) || j::kind(&object) == "Table" && !found.targets_single_items;
        let version = if is_list {
            j::text(&object, &["metadata", "resourceVersion"]).to_owned()
        } else {
            "0".to_owned()
        };
        let items = if j::is_list(&object) {
            j::list(&object, &["items"])
        } else {
            std::slice::from_ref(&object)
        };
        for item in items {
            show.object(self, item, Some("ADDED"), !self.watch_only)?;
        }
        show.flush(self);
        self.cx.flush().await?;
        // A single object comes again as the watch's first event; it was shown.
        let mut output = is_list;
        let mut events = found.watch(&infos, &version)?;
        while let Some(event) = events.next().await {
            show.object(self, &event.object, Some(&event.kind), output)?;
            show.flush(self);
            self.cx.flush().await?;
            output = true;
        }
        Ok(())
    }
}

/// Shows the objects of a watch.
enum Show {
    Table {
        printer: TablePrinter,
        out: TabWriter,
    },
    Other(Box<Printer>),
}

impl Show {
    fn new(options: &Options, info: &Info) -> Result<Show, Error> {
        if options.human {
            let printer = options.table_printer(info, false)?;
            return Ok(Show::Table {
                printer,
                out: TabWriter::table(),
            });
        }
        Ok(Show::Other(Box::new(options.generic_printer()?)))
    }

    fn object(
        &mut self,
        options: &Options,
        object: &Value,
        kind: Option<&str>,
        output: bool,
    ) -> Result<(), Error> {
        let kind = kind.filter(|_| options.watch_events);
        match self {
            Show::Table { printer, out } => {
                if output {
                    printer.print(object, kind, out);
                } else if j::kind(object) == "Table" {
                    printer.print(&without_rows(object), kind, out);
                }
                Ok(())
            }
            Show::Other(_) if !output => Ok(()),
            Show::Other(printer) => match kind {
                Some(kind) => printer.print(&options.cx, &json!({"type": kind, "object": object})),
                None => printer.print(&options.cx, object),
            },
        }
    }

    fn flush(&mut self, options: &Options) {
        if let Show::Table { out, .. } = self {
            options.cx.out(&out.flush());
        }
    }
}
