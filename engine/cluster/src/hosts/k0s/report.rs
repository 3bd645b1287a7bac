//! What `k0s` tells of itself: `version`, `status`, `sysinfo` and `token list`, in the words of the release for v1.36
//! (`cmd/version`, `cmd/status`, `cmd/sysinfo`, `cmd/token` of k0sproject/k0s).

use std::rc::Rc;

use apimachinery::yaml;
use os::Proc;
use serde::Serialize;
use serde_json::ser::PrettyFormatter;

use super::option;
use crate::KUBERNETES_VERSION;
use crate::hosts::{Host, Hosts};

/// The release's number.
pub(super) fn release() -> String {
    format!("{KUBERNETES_VERSION}+k0s.0")
}

/// What the release is made of, in the order in which it says so.
#[derive(Serialize)]
struct Parts {
    k0s: String,
    runc: &'static str,
    containerd: &'static str,
    kubernetes: &'static str,
    kine: &'static str,
    etcd: &'static str,
    konnectivity: &'static str,
}

/// Go's `json.MarshalIndent` with this program's three blanks.
fn indented<T: Serialize>(value: &T) -> String {
    let mut out = Vec::new();
    let mut writer =
        serde_json::Serializer::with_formatter(&mut out, PrettyFormatter::with_indent(b"   "));
    // A buffer takes whatever is written to it.
    let _ = value.serialize(&mut writer);
    out.push(b'\n');
    String::from_utf8_lossy(&out).into_owned()
}

fn has(args: &[String], long: &str, short: char) -> bool {
    args.iter().any(|arg| {
        let shorts = arg.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        arg == long || shorts.is_some_and(|rest| rest.contains(short))
    })
}

/// `k0s version`
pub(super) fn version(args: &[String]) -> String {
    let parts = Parts {
        k0s: release(),
        runc: "1.4.3",
        containerd: runtime::CONTAINERD_VERSION,
        kubernetes: KUBERNETES_VERSION.trim_start_matches('v'),
        kine: "0.16.3",
        etcd: "3.6.14",
        konnectivity: "0.36.0",
    };
    if has(args, "--all", 'a') {
        let Parts {
            k0s,
            runc,
            containerd,
            kubernetes,
            kine,
            etcd,
            konnectivity,
        } = parts;
        return format!(
            "k0s : {k0s}\nrunc : {runc}\ncontainerd : {containerd}\nkubernetes : {kubernetes}\nkine : {kine}\netcd : {etcd}\n\
             konnectivity : {konnectivity}\n"
        );
    }
    if has(args, "--json", 'j') {
        return indented(&parts);
    }
    parts.k0s + "\n"
}

/// What `k0s status` knows. The fields that say how this very installation is configured are empty.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    version: String,
    pid: u32,
    #[serde(rename = "PPid")]
    ppid: u32,
    role: &'static str,
    sys_init: &'static str,
    stub_file: &'static str,
    output: &'static str,
    workloads: bool,
    single_node: bool,
    args: [&'static str; 2],
    #[serde(rename = "WorkerToAPIConnectionStatus")]
    connection: Connection,
    cluster_config: Option<()>,
    #[serde(rename = "K0sVars")]
    vars: Option<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Connection {
    message: &'static str,
    success: bool,
}

/// `k0s status`
pub(super) fn status(
    hosts: &Hosts,
    host: Option<Rc<Host>>,
    args: &[String],
) -> Result<String, String> {
    let (role, pid) = match &host {
        None => ("controller", 436),
        Some(host) => {
            let pid = host.processes.borrow().first().map(Proc::pid);
            let running = pid.filter(|_| hosts.is_active(host));
            let pid = running.ok_or(
                "status: can't get \"status\" via \"/run/k0s/status.sock\": Get \"http://localhost/status\": dial unix \
                 /run/k0s/status.sock: connect: no such file or directory",
            )?;
            ("worker", pid)
        }
    };
    let workloads = host.is_some();
    let status = Status {
        version: release(),
        pid,
        ppid: 1,
        role,
        sys_init: "",
        stub_file: "",
        output: "",
        workloads,
        single_node: false,
        args: ["/usr/local/bin/k0s", role],
        connection: Connection {
            message: "",
            success: workloads,
        },
        cluster_config: None,
        vars: None,
    };
    Ok(match option(args, "-o").or(option(args, "--out")) {
        Some("json") => indented(&status),
        Some("yaml") => {
            let value = serde_json::to_value(&status).unwrap_or_default();
            yaml::to_yaml(&value) + "\n"
        }
        // Whatever else is asked for.
        _ => {
            let probing = if workloads {
                "Kube-api probing successful: true\nKube-api probing last error:  \n"
            } else {
                ""
            };
            format!(
                "Version: {}\nProcess ID: {pid}\nRole: {role}\nWorkloads: {workloads}\nSingleNode: false\n{probing}",
                status.version
            )
        }
    })
}

/// A check of `k0s sysinfo`: how deep it is nested, what is checked, what was found, and whether that is worth a warning.
type Probe = (usize, &'static str, String, bool);

fn probes(worker: bool) -> Vec<Probe> {
    let data = if worker { "92.4 GiB" } else { "61.0 GiB" };
    let controller = |name, found: &str| (2, name, found.to_owned(), found == "unavailable");
    let root = "available (is a listed root controller)";
    let pass = |depth, name, found: &str| (depth, name, found.to_owned(), false);
    vec![
        pass(0, "Total memory", "16.0 GiB"),
        pass(0, "File system of /var/lib/k0s", "ext4"),
        pass(0, "Disk space available for /var/lib/k0s", data),
        pass(0, "Relative disk space available for /var/lib/k0s", "92%"),
        pass(0, "Name resolution: localhost", "[127.0.0.1]"),
        pass(
            0,
            "Containerd config snippets in /etc/k0s/containerd.d",
            "no config snippets found",
        ),
        pass(0, "Operating system", "Linux"),
        pass(1, "Linux kernel release", "6.1.0-37-amd64"),
        pass(
            1,
            "Max. file descriptors per process",
            "current: 1048576 / max: 1048576",
        ),
        pass(1, "AppArmor", "unavailable"),
        pass(1, "Executable in PATH: modprobe", "/usr/sbin/modprobe"),
        pass(1, "Executable in PATH: mount", "/usr/bin/mount"),
        pass(1, "Executable in PATH: umount", "/usr/bin/umount"),
        pass(1, "/proc file system", "mounted (0x9fa0)"),
        pass(1, "Control Groups", "version 2"),
        controller("cgroup controller \"cpu\"", root),
        controller(
            "cgroup controller \"cpuacct\"",
            "available (via cpu in version 2)",
        ),
        controller("cgroup controller \"cpuset\"", root),
        controller("cgroup controller \"memory\"", root),
        controller(
            "cgroup controller \"devices\"",
            "available (device filters attachable)",
        ),
        controller(
            "cgroup controller \"freezer\"",
            "available (cgroup.freeze exists)",
        ),
        controller("cgroup controller \"pids\"", root),
        controller("cgroup controller \"hugetlb\"", "unavailable"),
        controller(
            "cgroup controller \"blkio\"",
            "available (via io in version 2)",
        ),
    ]
}

/// `k0s sysinfo`, but for its checks of the kernel's configuration: there is no kernel here.
pub(super) fn sysinfo(worker: bool, args: &[String]) -> Result<String, String> {
    let probes = probes(worker);
    let verdict = |warns: bool| if warns { "warning" } else { "pass" };
    let value = || -> serde_json::Value {
        let all = probes.iter().map(|(_, name, found, warns)| {
            serde_json::json!({
                "category": verdict(*warns),
                "displayName": name,
                "error": null,
                "message": "",
                "prop": found,
            })
        });
        all.collect::<Vec<_>>().into()
    };
    match option(args, "-o").or(option(args, "--output")) {
        None | Some("text") => Ok(probes
            .iter()
            .map(|(depth, name, found, warns)| {
                format!(
                    "{:depth$}{name}: {found} ({})\n",
                    "",
                    verdict(*warns),
                    depth = 2 * depth
                )
            })
            .collect()),
        Some("json") => Ok(serde_json::to_string_pretty(&value()).unwrap_or_default()),
        Some("yaml") => Ok(yaml::to_yaml(&value())),
        Some(other) => Err(format!("unknown output format: {other:?}")),
    }
}

/// `k0s token list`: a table as kubectl's, of the tokens' ids, roles and ends.
pub(super) fn tokens(hosts: &Hosts, args: &[String]) -> Result<String, String> {
    let role = option(args, "--role").unwrap_or_default();
    super::check_role(role)?;
    let tokens = hosts.0.tokens.borrow();
    if tokens.is_empty() {
        return Ok("No k0s join tokens found\n".to_owned());
    }
    if role == "controller" {
        // Its table has no rows, and then it has no head either.
        return Ok(String::new());
    }
    let mut out = "ID       ROLE     EXPIRES AT\n".to_owned();
    for (token, until) in tokens.iter() {
        let id = token.split('.').next().unwrap_or_default();
        let until = until.map_or_else(String::new, |until| {
            apimachinery::Time::from_unix(until.as_secs()).to_string()
        });
        out.push_str(&format!("{id:<6}   worker   {until}\n"));
    }
    Ok(out)
}
