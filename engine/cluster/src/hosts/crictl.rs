//! `crictl` on a node: its pods, containers and images, as the runtime has them.

use std::time::Duration;

use os::{Proc, Programs};
use runtime::{
    ContainerState, ContainerStatus, LogPosition, LogStream, Runtime, SandboxConfig, SandboxStatus,
};
use serde_json::json;

use super::Hosts;

/// How long a container gets to end when asked to stop.
const GRACE: Duration = Duration::from_secs(10);

pub(super) fn register(programs: &Programs, hosts: &Hosts) {
    let hosts = hosts.clone();
    programs.add("crictl", move |proc| {
        let hosts = hosts.clone();
        async move { run(&hosts, proc).await }
    });
}

/// A container with the pod that it belongs to.
struct Found {
    pod: SandboxConfig,
    sandbox: SandboxStatus,
    container: ContainerStatus,
}

fn sandboxes(runtime: &Runtime) -> Vec<(SandboxConfig, SandboxStatus)> {
    let mut all = Vec::new();
    for uid in runtime.pods() {
        for sandbox in runtime.pod_status(&uid).sandboxes {
            all.extend(runtime.sandbox(&sandbox.id).map(|config| (config, sandbox)));
        }
    }
    all.sort_by_key(|(_, sandbox)| std::cmp::Reverse(sandbox.created_at));
    all
}

fn containers(runtime: &Runtime) -> Vec<Found> {
    let mut all = Vec::new();
    for uid in runtime.pods() {
        let status = runtime.pod_status(&uid);
        for container in status.containers {
            let sandbox = status.sandboxes.first().cloned();
            let found = sandbox.and_then(|sandbox| {
                let pod = runtime.sandbox(&sandbox.id)?;
                Some(Found {
                    pod,
                    sandbox,
                    container,
                })
            });
            all.extend(found);
        }
    }
    all.sort_by_key(|found| std::cmp::Reverse(found.container.created_at));
    all
}

fn state(state: ContainerState) -> &'static str {
    match state {
        ContainerState::Created => "Created",
        ContainerState::Running => "Running",
        ContainerState::Exited => "Exited",
    }
}

/// `2 minutes ago`, as Docker's units say it.
fn ago(passed: Duration) -> String {
    let seconds = passed.as_secs();
    let (minutes, hours) = (seconds / 60, (seconds + 1800) / 3600);
    match seconds {
        0 => "Less than a second ago".into(),
        1 => "1 second ago".into(),
        2..=59 => format!("{seconds} seconds ago"),
        60..=119 => "About a minute ago".into(),
        120..=3599 => format!("{minutes} minutes ago"),
        _ if hours == 1 => "About an hour ago".into(),
        _ if hours < 48 => format!("{hours} hours ago"),
        _ if hours < 24 * 14 => format!("{} days ago", hours / 24),
        _ => format!("{} weeks ago", hours / 24 / 7),
    }
}

/// Cells at least 20 wide, three blanks between them.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |at: usize| {
        rows.iter()
            .map(|row| row.get(at).map_or(0, |cell| cell.chars().count()))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(|at| (width(at) + 3).max(20)).collect();
    let mut out = String::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at + 1 == columns {
                out.push_str(cell);
            } else {
                let width = widths[at];
                out.push_str(&format!("{cell:<width$}"));
            }
        }
        out.push('\n');
    }
    out
}

fn short(id: &str) -> String {
    id.trim_start_matches("sha256:").chars().take(13).collect()
}

fn size(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "three digits are shown")]
    let bytes = bytes as f64;
    let (value, unit) = if bytes >= 1e9 {
        (bytes / 1e9, "GB")
    } else if bytes >= 1e6 {
        (bytes / 1e6, "MB")
    } else {
        (bytes / 1e3, "kB")
    };
    let decimals = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.decimals$}{unit}")
}

async fn run(hosts: &Hosts, proc: Proc) -> i32 {
    let args: Vec<String> = proc.args().iter().skip(1).cloned().collect();
    let host = hosts.of(&proc);
    let node = host.as_ref().and_then(|host| hosts.node(host));
    let active = host.as_ref().is_some_and(|host| hosts.is_active(host));
    let Some(node) = node.filter(|_| active) else {
        proc.eprint("FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint \"unix:///run/k0s/containerd.sock\": rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial unix /run/k0s/containerd.sock: connect: no such file or directory\"\n").await;
        return 1;
    };
    let runtime = node.kubelet().runtime().clone();
    let flag = |names: &[&str]| args.iter().any(|arg| names.contains(&arg.as_str()));
    let value = |names: &[&str]| {
        args.iter()
            .position(|arg| names.contains(&arg.as_str()))
            .and_then(|at| args.get(at + 1))
            .cloned()
    };
    let json_wanted = value(&["-o", "--output"]).as_deref() == Some("json");
    let quiet = flag(&["-q", "--quiet"]);
    let operand = args
        .iter()
        .skip(1)
        .find(|arg| !arg.starts_with('-'))
        .cloned()
        .unwrap_or_default();
    let verb = args.first().map_or("", String::as_str);
    let now = proc.now();
    match verb {
        "ps" => {
            let wanted = value(&["--name"]);
            let pod = value(&["-p", "--pod"]);
            let all: Vec<Found> = containers(&runtime)
                .into_iter()
                .filter(|found| {
                    flag(&["-a", "--all"]) || found.container.state == ContainerState::Running
                })
                .filter(|found| {
                    wanted
                        .as_ref()
                        .is_none_or(|name| found.container.name.contains(name.as_str()))
                })
                .filter(|found| {
                    pod.as_ref()
                        .is_none_or(|id| found.sandbox.id.starts_with(id.as_str()))
                })
                .collect();
            if quiet {
                let ids: String = all
                    .iter()
                    .map(|found| format!("{}\n", found.container.id))
                    .collect();
                proc.print(ids).await;
                return 0;
            }
            if json_wanted {
                let items: Vec<_> = all.iter().map(container_json).collect();
                proc.print(pretty(&json!({ "containers": items }))).await;
                return 0;
            }
            let head = [
                "CONTAINER",
                "IMAGE",
                "CREATED",
                "STATE",
                "NAME",
                "ATTEMPT",
                "POD ID",
                "POD",
                "NAMESPACE",
            ];
            let mut rows = vec![head.map(str::to_owned).to_vec()];
            rows.extend(all.iter().map(|found| {
                vec![
                    short(&found.container.id),
                    image_id(&runtime, &found.container),
                    ago(now.since(found.container.created_at)),
                    state(found.container.state).to_owned(),
                    found.container.name.to_string(),
                    found.container.attempt.to_string(),
                    short(&found.sandbox.id),
                    found.pod.name.to_string(),
                    found.pod.namespace.to_string(),
                ]
            }));
            proc.print(table(&rows)).await;
            0
        }
        "pods" => {
            let all = sandboxes(&runtime);
            if quiet {
                let ids: String = all
                    .iter()
                    .map(|(_, sandbox)| format!("{}\n", sandbox.id))
                    .collect();
                proc.print(ids).await;
                return 0;
            }
            let head = [
                "POD ID",
                "CREATED",
                "STATE",
                "NAME",
                "NAMESPACE",
                "ATTEMPT",
                "RUNTIME",
            ];
            let mut rows = vec![head.map(str::to_owned).to_vec()];
            rows.extend(all.iter().map(|(pod, sandbox)| {
                vec![
                    short(&sandbox.id),
                    ago(now.since(sandbox.created_at)),
                    if sandbox.ready { "Ready" } else { "NotReady" }.to_owned(),
                    pod.name.to_string(),
                    pod.namespace.to_string(),
                    sandbox.attempt.to_string(),
                    "(default)".to_owned(),
                ]
            }));
            proc.print(table(&rows)).await;
            0
        }
        "images" | "image" | "img" => {
            let head = ["IMAGE", "TAG", "IMAGE ID", "SIZE"];
            let mut rows = vec![head.map(str::to_owned).to_vec()];
            for local in runtime.images() {
                let (name, tag) = match local.image.name.rsplit_once(':') {
                    Some((name, tag)) if !tag.contains('/') => (name, tag),
                    _ => (&*local.image.name, "<none>"),
                };
                rows.push(vec![
                    name.to_owned(),
                    tag.to_owned(),
                    short(&local.image.id),
                    size(local.image.image.size),
                ]);
            }
            proc.print(table(&rows)).await;
            0
        }
        "version" => {
            proc.print(format!(
                "Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v{}\nRuntimeApiVersion:  v1\n",
                runtime::CONTAINERD_VERSION
            ))
            .await;
            0
        }
        "info" => {
            let status = json!({ "status": { "conditions": [
                { "message": "", "reason": "", "status": true, "type": "RuntimeReady" },
                { "message": "", "reason": "", "status": true, "type": "NetworkReady" },
            ] } });
            proc.print(pretty(&status)).await;
            0
        }
        "logs" | "inspect" | "exec" | "stop" | "rm" | "stats"
            if operand.is_empty() && verb != "stats" =>
        {
            proc.eprint("FATA[0000] ID cannot be empty\n").await;
            1
        }
        "logs" | "inspect" | "exec" | "stop" | "rm" => {
            let id = args
                .iter()
                .skip(1)
                .find(|arg| {
                    containers(&runtime).iter().any(|found| {
                        found.container.id.starts_with(arg.as_str()) && !arg.is_empty()
                    })
                })
                .cloned();
            let Some(id) = id else {
                proc.eprint(format!("E1122 17:00:00.000000    {} log.go:32] \"ContainerStatus from runtime service failed\" err=\"rpc error: code = NotFound desc = an error occurred when try to find container \\\"{operand}\\\": not found\" containerID=\"{operand}\"\nFATA[0000] rpc error: code = NotFound desc = an error occurred when try to find container \"{operand}\": not found\n", proc.pid())).await;
                return 1;
            };
            let mut all = containers(&runtime).into_iter();
            let Some(found) = all.find(|found| found.container.id.starts_with(&id)) else {
                return 1;
            };
            one(&proc, &runtime, verb, &found, &args, &id).await
        }
        "" | "help" | "-h" | "--help" => {
            proc.print("NAME:\n   crictl - client for CRI\n\nCOMMANDS:\n   ps       List containers\n   pods     List pods\n   images   List images\n   logs     Fetch the logs of a container\n   inspect  Display the status of a container\n   exec     Run a command in a running container\n   stop     Stop a running container\n   rm       Remove a container\n   info     Display information of the container runtime\n   version  Display runtime version information\n").await;
            0
        }
        other => {
            proc.eprint(format!(
                "FATA[0000] crictl {other} is not in this playground; crictl --help shows what is\n"
            ))
            .await;
            1
        }
    }
}

async fn one(
    proc: &Proc,
    runtime: &Runtime,
    verb: &str,
    found: &Found,
    args: &[String],
    given: &str,
) -> i32 {
    let id = &found.container.id;
    match verb {
        "logs" => {
            let Some(log) = runtime.log(id) else { return 1 };
            let follow = args.iter().any(|arg| arg == "-f" || arg == "--follow");
            let tail = args
                .iter()
                .position(|arg| arg == "--tail")
                .and_then(|at| args.get(at + 1))
                .and_then(|text| text.parse::<usize>().ok());
            let mut from = LogPosition::default();
            let mut first = true;
            loop {
                let (mut entries, next) = log.read(from);
                if let Some(tail) = tail.filter(|_| first) {
                    entries.drain(..entries.len().saturating_sub(tail));
                }
                first = false;
                from = next;
                for entry in entries {
                    let fd = if entry.stream == LogStream::Stdout {
                        1
                    } else {
                        2
                    };
                    if proc.write(fd, entry.text.to_vec()).await.is_err() {
                        return 1;
                    }
                }
                if !follow || log.is_closed() {
                    return 0;
                }
                log.grows(from).await;
            }
        }
        "inspect" => {
            proc.print(pretty(&json!({ "status": container_json(found), "info": { "sandboxID": &*found.sandbox.id } }))).await;
            0
        }
        "exec" => {
            let at = args
                .iter()
                .position(|arg| arg == given)
                .unwrap_or(args.len());
            let command = args.get(at + 1..).unwrap_or_default().to_vec();
            if command.is_empty() {
                proc.eprint("FATA[0000] command is required\n").await;
                return 1;
            }
            match runtime
                .exec_sync(id, &command, Duration::from_secs(3600))
                .await
            {
                Ok(Ok(done)) => {
                    let _ = proc.write(1, done.output).await;
                    done.code.unwrap_or(1)
                }
                Ok(Err(error)) => {
                    proc.eprint(format!(
                        "FATA[0000] execing command in container: {error}\n"
                    ))
                    .await;
                    1
                }
                Err(_) => {
                    proc.eprint(format!("FATA[0000] execing command in container: rpc error: code = Unknown desc = container {id} is not running\n")).await;
                    1
                }
            }
        }
        "stop" => {
            runtime.stop_container(id, GRACE).await;
            proc.print(format!("{given}\n")).await;
            0
        }
        _ => {
            if found.container.state == ContainerState::Running {
                proc.eprint(format!(
                    "removing container {given:?}: container is running, please stop it first\n"
                ))
                .await;
                return 1;
            }
            runtime.remove_container(id);
            proc.print(format!("{given}\n")).await;
            0
        }
    }
}

fn image_id(runtime: &Runtime, container: &ContainerStatus) -> String {
    let local = runtime
        .images()
        .into_iter()
        .find(|local| local.image.by_digest == container.image_ref);
    local.map_or_else(
        || container.image.to_string(),
        |local| short(&local.image.id),
    )
}

fn container_json(found: &Found) -> serde_json::Value {
    let container = &found.container;
    json!({
        "id": &*container.id,
        "podSandboxId": &*found.sandbox.id,
        "metadata": { "name": &*container.name, "attempt": container.attempt },
        "image": { "image": &*container.image },
        "imageRef": &*container.image_ref,
        "state": format!("CONTAINER_{}", state(container.state).to_uppercase()),
        "createdAt": super::apimachinery_time(container.created_at),
        "exitCode": container.exit_code,
        "reason": container.reason,
        "labels": {
            "io.kubernetes.container.name": &*container.name,
            "io.kubernetes.pod.name": &*found.pod.name,
            "io.kubernetes.pod.namespace": &*found.pod.namespace,
            "io.kubernetes.pod.uid": &*found.pod.uid,
        },
    })
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
