//! `kubectl cluster-info dump`: everything about a few namespaces, and the logs of their pods.

use serde_json::Value;

use super::super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::transport::Request;
use crate::util::json as j;
use crate::util::print::{Offer, PrintFlags, Printer};

pub(super) const COMMAND: Command = Command {
    name: "dump",
    short: "Dump relevant information for debugging and diagnosis",
    long: "Dump cluster information out suitable for debugging and diagnosing cluster problems.

Everything goes to standard output, or, with --output-directory, to files in that folder. Without --namespaces or \
--all-namespaces, the current namespace and 'kube-system' are dumped. The logs of all pods are part of it.",
    example: "# The state of the cluster on standard output
kubectl cluster-info dump

# The same as files
kubectl cluster-info dump --output-directory=/path/to/cluster-state

# All namespaces
kubectl cluster-info dump --all-namespaces

# Some namespaces
kubectl cluster-info dump --namespaces default,kube-system --output-directory=/path/to/cluster-state",
    flags: &[
        shared::TEMPLATE,
        &[
            Flag::bool(
                "all-namespaces",
                "If true, dump all namespaces.  If true, --namespaces is ignored.",
            )
            .short('A'),
            Flag::slice("namespaces", "A comma separated list of namespaces to dump."),
            shared::OUTPUT.default("json"),
            Flag::string(
                "output-directory",
                "Where to output the files.  If empty or '-' uses stdout, otherwise creates a directory hierarchy in \
                 that directory",
            ),
            Flag::duration(
                "pod-running-timeout",
                "20s",
                "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
            ),
        ],
    ],
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// What is dumped of a namespace: the file, the root of the path, the resource.
const LISTS: [(&str, &str, &str); 7] = [
    ("events", "/api/v1", "events"),
    (
        "replication-controllers",
        "/api/v1",
        "replicationcontrollers",
    ),
    ("services", "/api/v1", "services"),
    ("daemonsets", "/apis/apps/v1", "daemonsets"),
    ("deployments", "/apis/apps/v1", "deployments"),
    ("replicasets", "/apis/apps/v1", "replicasets"),
    ("pods", "/api/v1", "pods"),
];

struct Dump {
    cx: Context,
    printer: Printer,
    folder: String,
    extension: &'static str,
    /// `-o name`, for which lists have none.
    names: bool,
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = PrintFlags::new(&cx, Offer::Names);
        let mut dump = Dump {
            printer: flags.printer(&cx, "")?.typed(),
            folder: cx.flags.string("output-directory"),
            extension: match flags.output.as_str() {
                "json" => ".json",
                "yaml" => ".yaml",
                _ => ".txt",
            },
            names: flags.output == "name",
            cx: cx.clone(),
        };
        let (current, _) = cx.namespace()?;
        shared::running_timeout(&cx)?;
        let client = cx.client()?;
        dump.list("nodes", client.get(&cx, "/api/v1/nodes")?)?;
        let namespaces = if cx.flags.bool("all-namespaces") {
            let list = client.get(&cx, "/api/v1/namespaces")?;
            let names = j::list(&list, &["items"]).iter();
            names.map(|n| j::name(n).to_owned()).collect()
        } else {
            match cx.flags.strings("namespaces") {
                named if !named.is_empty() => named,
                _ => vec!["kube-system".to_owned(), current],
            }
        };
        for namespace in &namespaces {
            dump.namespace(namespace)?;
        }
        if dump.to_files() {
            cx.out(&format!("Cluster info dumped to {}\n", dump.folder));
        }
        Ok(())
    })
}

impl Dump {
    fn to_files(&self) -> bool {
        !matches!(self.folder.as_str(), "" | "-")
    }

    fn write(&self, file: &str, text: &str) -> Result<(), Error> {
        if !self.to_files() {
            self.cx.out(text);
            return Ok(());
        }
        let path = format!("{}/{file}", self.folder.trim_end_matches('/'));
        let host = &self.cx.host;
        if let Some((folder, _)) = path.rsplit_once('/') {
            host.make_dir(folder).map_err(|e| e.of("mkdir", folder))?;
        }
        host.write_file(&path, text.as_bytes())
            .map_err(|e| e.of("open", &path))
    }

    fn list(&mut self, file: &str, mut list: Value) -> Result<(), Error> {
        // A typed client's items carry neither kind nor version.
        let items = list.get_mut("items").and_then(Value::as_array_mut);
        for item in items.into_iter().flatten() {
            j::remove(item, &["kind"]);
            j::remove(item, &["apiVersion"]);
        }
        if self.names {
            return Err(fail!(
                "list types are not supported by name printing: *v1.{}",
                j::kind(&list)
            ));
        }
        let text = self.printer.render(&self.cx, &list)?;
        self.write(&format!("{file}{}", self.extension), &text)
    }

    fn namespace(&mut self, namespace: &str) -> Result<(), Error> {
        let client = self.cx.client()?;
        let mut pods = Value::Null;
        for (file, root, resource) in LISTS {
            let path = format!("{root}/namespaces/{namespace}/{resource}");
            let list = client.get(&self.cx, &path)?;
            if resource == "pods" {
                pods = list.clone();
            }
            self.list(&format!("{namespace}/{file}"), list)?;
        }
        for pod in j::list(&pods, &["items"]) {
            let mut text = String::new();
            for part in ["initContainers", "containers"] {
                for container in j::list(pod, &["spec", part]) {
                    self.log(pod, j::text(container, &["name"]), &mut text);
                }
            }
            self.write(&format!("{namespace}/{}/logs.txt", j::name(pod)), &text)?;
        }
        Ok(())
    }

    fn log(&self, pod: &Value, container: &str, text: &mut String) {
        let (namespace, name) = (j::namespace(pod), j::name(pod));
        let frame = |word: &str| {
            format!("==== {word} logs for container {container} of pod {namespace}/{name} ====\n")
        };
        text.push_str(&frame("START"));
        let path = format!("/api/v1/namespaces/{namespace}/pods/{name}/log");
        let request = Request::new("GET", path).param("container", container);
        let answer = self
            .cx
            .client()
            .and_then(|client| client.bytes(&self.cx, request));
        match answer {
            Ok(bytes) => text.push_str(&String::from_utf8_lossy(&bytes)),
            Err(error) => text.push_str(&format!("Request log error: {}\n", error.text())),
        }
        text.push_str(&frame("END"));
    }
}
