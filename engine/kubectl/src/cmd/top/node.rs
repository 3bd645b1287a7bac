//! `kubectl top node`

use serde_json::Value;

use super::{PROTOBUF, SHOW_SWAP, SORT_BY, Usage, items};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared;
use crate::context::Context;
use crate::error::Error;
use crate::transport::Request;
use crate::util::json as j;
use crate::util::tabwriter::TabWriter;

pub(super) const COMMAND: Command = Command {
    name: "node",
    usage: "[NAME | -l label]",
    no_flags_in_use: true,
    aliases: &["nodes", "no"],
    short: "Display resource (CPU/memory) usage of nodes",
    long: "Display resource (CPU/memory) usage of nodes.

The top-node command allows you to see the resource consumption of nodes.",
    example: "# All nodes
kubectl top node

# One node
kubectl top node NODE_NAME",
    flags: &[
        shared::SELECTOR,
        &[
            Flag::bool("no-headers", "If present, print output without headers"),
            Flag::bool(
                "show-capacity",
                "Print node resources based on Capacity instead of Allocatable(default) of the nodes.",
            ),
            SHOW_SWAP.usage("Print node resources related to swap memory."),
            SORT_BY.usage(
                "If non-empty, sort nodes list using specified field. The field can be either 'cpu' or 'memory'.",
            ),
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
            _ => return Err(cx.usage_error("node [NAME | -l label]")),
        };
        super::check_order(&cx)?;
        let selector = cx.flags.str("selector");
        if !name.is_empty() && !selector.is_empty() {
            return Err("only one of NAME or --selector can be provided".into());
        }
        super::must_have_metrics(&cx)?;
        let get = |root: &str| -> Result<Vec<Value>, Error> {
            let mut request = Request::new("GET", format!("{root}/nodes{name}"));
            if !selector.is_empty() {
                request = request.param("labelSelector", selector);
            }
            Ok(items(&cx.client()?.json(&cx, request)?))
        };
        let metrics = get("/apis/metrics.k8s.io/v1beta1")?;
        if metrics.is_empty() {
            return Err("metrics not available yet".into());
        }
        let nodes = get("/api/v1")?;
        let total = if cx.flags.bool("show-capacity") {
            "capacity"
        } else {
            "allocatable"
        };
        let rows = rows(&metrics, &nodes, total, cx.flags.str("sort-by"));
        cx.out(&table(&rows, cx.flags.bool("no-headers")));
        Ok(())
    })
}

/// A node's name, what it uses and what it has; the first unknown where nothing was measured.
type Row = (String, Option<Usage>, Usage);

fn rows(metrics: &[Value], nodes: &[Value], total: &str, sort_by: &str) -> Vec<Row> {
    let has = |node: &Value| Usage::of(j::at(node, &["status", total]));
    let mut rows: Vec<Row> = metrics
        .iter()
        .map(|entry| {
            let node = nodes.iter().find(|n| j::name(n) == j::name(entry));
            let usage = Usage::of(j::at(entry, &["usage"]));
            (
                j::name(entry).to_owned(),
                Some(usage),
                node.map(has).unwrap_or_default(),
            )
        })
        .collect();
    rows.sort_by(|a, b| {
        let order = |row: &Row| row.1.unwrap_or_default().order(sort_by);
        order(a).cmp(&order(b)).then_with(|| a.0.cmp(&b.0))
    });
    for node in nodes {
        if !rows.iter().any(|(name, _, _)| name == j::name(node)) {
            rows.push((j::name(node).to_owned(), None, has(node)));
        }
    }
    rows
}

fn table(rows: &[Row], no_headers: bool) -> String {
    let mut out = TabWriter::table();
    if !no_headers {
        out.push("NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\t\n");
    }
    let percent = |used: i64, total: i64| match total {
        0 => 0,
        total => i64::try_from(i128::from(used) * 100 / i128::from(total)).unwrap_or(0),
    };
    for (name, usage, total) in rows {
        out.push(&match usage {
            Some(usage) => format!(
                "{name}\t{}\t{}%\t{}\t{}%\t\n",
                usage.cpu_text(),
                percent(usage.cpu, total.cpu),
                usage.memory_text(),
                percent(usage.memory, total.memory)
            ),
            None => format!("{name}\t<unknown>\t<unknown>\t<unknown>\t<unknown>\t\n"),
        });
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shares_of_what_there_is() {
        let metrics = [
            json!({"metadata": {"name": "a"}, "usage": {"cpu": "250m", "memory": "1Gi"}}),
            json!({"metadata": {"name": "b"}, "usage": {"cpu": "1", "memory": "512Mi"}}),
        ];
        let node = |name: &str| json!({"metadata": {"name": name}, "status": {"allocatable": {"cpu": "2", "memory": "4Gi"}}});
        let rows = rows(
            &metrics,
            &[node("a"), node("b"), node("c")],
            "allocatable",
            "cpu",
        );
        assert_eq!(
            table(&rows, false),
            "NAME   CPU(cores)   CPU(%)      MEMORY(bytes)   MEMORY(%)   
b      1000m        50%         512Mi           12%         
a      250m         12%         1024Mi          25%         
c      <unknown>    <unknown>   <unknown>       <unknown>   
"
        );
    }
}
