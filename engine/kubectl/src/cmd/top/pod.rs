//! `kubectl top pod`

use serde_json::Value;

use super::{PROTOBUF, SHOW_SWAP, SORT_BY, Usage, items};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared;
use crate::context::Context;
use crate::transport::Request;
use crate::util::json as j;
use crate::util::tabwriter::TabWriter;

pub(super) const COMMAND: Command = Command {
    name: "pod",
    usage: "[NAME | -l label]",
    no_flags_in_use: true,
    aliases: &["pods", "po"],
    short: "Display resource (CPU/memory) usage of pods",
    long: "Display resource (CPU/memory) usage of pods.

The 'top pod' command allows you to see the resource consumption of pods.

Right after a pod was created there may be no numbers yet.",
    example: "# All pods of the current namespace
kubectl top pod

# Of another one
kubectl top pod --namespace=NAMESPACE

# A pod and its containers
kubectl top pod POD_NAME --containers

# Pods with a label
kubectl top pod -l name=myLabel",
    flags: &[
        shared::SELECTOR,
        shared::FIELD_SELECTOR,
        shared::ALL_NAMESPACES,
        &[
            Flag::bool("containers", "If present, print usage of containers within a pod."),
            Flag::bool("no-headers", "If present, print output without headers."),
            SORT_BY.usage(
                "If non-empty, sort pods list using specified field. The field can be either 'cpu' or 'memory'.",
            ),
            SHOW_SWAP.usage("Print pod resources related to swap memory."),
            Flag::bool("sum", "Print the sum of the resource usage"),
            PROTOBUF,
        ],
    ],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let name = match cx.args.as_slice() {
            [] => String::new(),
            [name] => format!("/{name}"),
            _ => return Err(cx.usage_error("pod [NAME | -l label]")),
        };
        let (namespace, _) = cx.namespace()?;
        super::check_order(&cx)?;
        let flags = &cx.flags;
        let (labels, fields) = (flags.str("selector"), flags.str("field-selector"));
        let selected = !labels.is_empty() || !fields.is_empty();
        if selected && !name.is_empty() {
            return Err("only one of NAME or selector can be provided".into());
        }
        super::must_have_metrics(&cx)?;
        let all = flags.bool("all-namespaces");
        let place = match all {
            true => String::new(),
            false => format!("/namespaces/{namespace}"),
        };
        let root = "/apis/metrics.k8s.io/v1beta1";
        let mut request = Request::new("GET", format!("{root}{place}/pods{name}"));
        for (key, text) in [("fieldSelector", fields), ("labelSelector", labels)] {
            if !text.is_empty() {
                request = request.param(key, text);
            }
        }
        let mut metrics = items(&cx.client()?.json(&cx, request)?);
        if metrics.is_empty() {
            let pods = cx.client()?.get(&cx, &format!("/api/v1{place}/pods"))?;
            if !j::list(&pods, &["items"]).is_empty() {
                return Err("metrics not available yet".into());
            }
            cx.err(&match all {
                true => "No resources found\n".to_owned(),
                false => format!("No resources found in {namespace} namespace.\n"),
            });
            return Ok(());
        }
        let by = flags.str("sort-by");
        metrics.sort_by_key(|pod| {
            let place = if all { j::namespace(pod) } else { "" }.to_owned();
            (total(pod).order(by), place, j::name(pod).to_owned())
        });
        let layout = Layout {
            namespaces: all,
            containers: flags.bool("containers"),
            no_headers: flags.bool("no-headers"),
            sum: flags.bool("sum"),
        };
        cx.out(&layout.table(&metrics));
        Ok(())
    })
}

fn total(pod: &Value) -> Usage {
    let containers = j::list(pod, &["containers"]).iter();
    containers.fold(Usage::default(), |sum, c| {
        sum.plus(Usage::of(j::at(c, &["usage"])))
    })
}

struct Layout {
    namespaces: bool,
    containers: bool,
    no_headers: bool,
    sum: bool,
}

impl Layout {
    fn table(&self, metrics: &[Value]) -> String {
        let mut out = TabWriter::table();
        let mut columns = 3;
        if !self.no_headers {
            for (shown, title) in [(self.namespaces, "NAMESPACE\t"), (self.containers, "POD\t")] {
                if shown {
                    out.push(title);
                    columns += 1;
                }
            }
            out.push("NAME\tCPU(cores)\tMEMORY(bytes)\t\n");
        }
        let line = |name: &str, usage: Usage| {
            format!("{name}\t{}\t{}\t\n", usage.cpu_text(), usage.memory_text())
        };
        let mut sum = Usage::default();
        for pod in metrics {
            sum = sum.plus(total(pod));
            let mut before = String::new();
            if self.namespaces {
                before.push_str(&format!("{}\t", j::namespace(pod)));
            }
            if !self.containers {
                out.push(&format!("{before}{}", line(j::name(pod), total(pod))));
                continue;
            }
            for container in j::list(pod, &["containers"]) {
                let row = line(
                    j::text(container, &["name"]),
                    Usage::of(j::at(container, &["usage"])),
                );
                out.push(&format!("{before}{}\t{row}", j::name(pod)));
            }
        }
        if self.sum {
            out.push(&format!(
                "{}________\t________\t\n",
                "\t".repeat(columns - 2)
            ));
            out.push(&format!("{}{}", "\t".repeat(columns - 3), line("", sum)));
        }
        out.flush()
    }
}
