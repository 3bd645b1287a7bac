//! `k0s`: the distribution as one program; the controller's side on the workstation, the worker's on the nodes.

mod report;

use std::rc::Rc;
use std::time::Duration;

use base64::Engine as _;
use os::{Disposition, Proc, Programs, Signal};

use super::{Host, Hosts};

/// Bytes of a token.
const MAX_TOKEN: usize = 64 << 10;

pub(super) fn register(programs: &Programs, hosts: &Hosts) {
    let hosts = hosts.clone();
    programs.add("k0s", move |proc| {
        let hosts = hosts.clone();
        async move {
            let args: Vec<String> = proc.args().iter().skip(1).cloned().collect();
            match run(&hosts, &proc, &args).await {
                Ok(status) => status,
                Err(error) => {
                    proc.eprint(format!("Error: {error}\n")).await;
                    1
                }
            }
        }
    });
}

const HELP: &str = "k0s - The zero friction Kubernetes - https://k0sproject.io

Usage:
  k0s [command]

Available Commands:
  install     Install k0s on a brand-new system. Must be run as root (or with sudo)
  kubectl     kubectl controls the Kubernetes cluster manager
  start       Start the k0s service configured on this host
  status      Get k0s instance status information
  stop        Stop the k0s service configured on this host
  sysinfo     Display system information
  token       Manage join tokens
  version     Print the k0s version
  worker      Run worker
";

fn option<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg == name {
            return rest.next().map(String::as_str);
        }
        if let Some(value) = arg
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('='))
        {
            return Some(value);
        }
    }
    None
}

async fn run(hosts: &Hosts, proc: &Proc, args: &[String]) -> Result<i32, String> {
    let host = hosts.of(proc);
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "-h" | "--help", ..] => {
            proc.print(HELP).await;
            Ok(0)
        }
        ["version", ..] => {
            proc.print(report::version(args)).await;
            Ok(0)
        }
        ["status", ..] => {
            proc.print(report::status(hosts, host, args)?).await;
            Ok(0)
        }
        ["kubectl" | "kc", ..] => {
            if host.is_some() {
                return Err("failed to get admin kubeconfig: stat /var/lib/k0s/pki/admin.conf: no such file or directory".into());
            }
            let mut spawn = proc.fork_spawn();
            spawn.args = std::iter::once("kubectl".to_owned()).chain(args[1..].iter().cloned()).collect();
            let child = proc.machine().spawn_command(spawn).map_err(|error| error.errno().text().to_owned())?;
            Ok(child.wait_end().await.code())
        }
        ["sysinfo", ..] => {
            proc.print(report::sysinfo(host.is_some(), args)?).await;
            Ok(0)
        }
        ["token", rest @ ..] => match (host, rest) {
            (Some(_), _) => Err("this command is only available on a controller".into()),
            (None, ["create", ..]) => create_token(hosts, proc, args).await,
            (None, ["list", ..]) => {
                proc.print(report::tokens(hosts, args)?).await;
                Ok(0)
            }
            (None, ["invalidate", ids @ ..]) if !ids.is_empty() => {
                for id in ids {
                    hosts.0.tokens.borrow_mut().retain(|token, _| token.split('.').next() != Some(*id));
                    proc.print(format!("token {id} deleted successfully\n")).await;
                }
                Ok(0)
            }
            _ => Err(format!("unknown command {:?} for \"k0s token\"", rest.first().copied().unwrap_or_default())),
        },
        [verb @ ("install" | "start" | "stop" | "restart" | "worker" | "reset"), ..] => match host {
            Some(host) => worker(hosts, proc, &host, verb, args).await,
            None => Err(match *verb {
                "worker" | "install" => "this machine is the controller already; workers are joined on their own machines: ssh to one".into(),
                verb => format!("the controller of this playground cannot be {}; workers can: ssh to a node", if *verb == *"stop" { "stopped" } else { "changed" }),
            }),
        },
        [verb @ ("controller" | "backup" | "restore" | "etcd" | "airgap" | "api" | "config" | "ctr" | "kubeconfig" | "validate" | "docs"), ..] => {
            Err(format!("k0s {verb} is not in this playground"))
        }
        [other, ..] => {
            let text = format!("unknown command {other:?} for \"k0s\"\nRun 'k0s --help' for usage.");
            Err(text)
        }
    }
}

/// `1h`, `30m`, `24h0m0s`
fn duration(text: &str) -> Option<Duration> {
    let mut seconds = 0_u64;
    let mut number = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let factor = match c {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return None,
        };
        seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(factor)?)?;
        number.clear();
    }
    (number.is_empty() || number == "0").then(|| Duration::from_secs(seconds.min(1 << 32)))
}

/// Whether there is such a role; none is all of them.
fn check_role(role: &str) -> Result<(), String> {
    match role {
        "" | "controller" | "worker" => Ok(()),
        role => Err(format!(
            "unsupported role {role:?}; supported roles are \"controller\" and \"worker\""
        )),
    }
}

async fn create_token(hosts: &Hosts, proc: &Proc, args: &[String]) -> Result<i32, String> {
    let role = option(args, "--role").unwrap_or("worker");
    check_role(role)?;
    if role == "controller" {
        return Err("this playground has one controller; only workers can join".into());
    }
    let expiry = match option(args, "--expiry") {
        None => Duration::ZERO,
        Some(text) => duration(text).ok_or_else(|| {
            format!("invalid argument \"{text}\" for \"--expiry\" flag: time: invalid duration \"{text}\"")
        })?,
    };
    let mut rng = proc.sim().rng(&format!("k0s/token/{}", proc.pid()));
    let token = format!("{}.{}", rng.name_suffix(6), rng.name_suffix(16));
    let until = (!expiry.is_zero()).then(|| proc.now() + expiry);
    hosts.0.tokens.borrow_mut().insert(token.clone(), until);
    let authority = base64::engine::general_purpose::STANDARD.encode(controllers::ROOT_CA);
    let kubeconfig = format!(
        "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: {authority}\n    server: https://172.18.0.1:6443\n  name: k0s\ncontexts:\n- context:\n    cluster: k0s\n    user: kubelet-bootstrap\n  name: k0s\ncurrent-context: k0s\nkind: Config\npreferences: {{}}\nusers:\n- name: kubelet-bootstrap\n  user:\n    token: {token}\n"
    );
    let packed = base64::engine::general_purpose::STANDARD.encode(gzip(kubeconfig.as_bytes()));
    proc.print(packed + "\n").await;
    Ok(0)
}

/// A gzip stream that stores its content as it is.
fn gzip(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut chunks = data.chunks(0xffff).peekable();
    while let Some(chunk) = chunks.next() {
        let length = u16::try_from(chunk.len()).unwrap_or(u16::MAX);
        out.push(u8::from(chunks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(chunk);
    }
    let crc = !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    });
    out.extend(crc.to_le_bytes());
    out.extend(u32::try_from(data.len()).unwrap_or(0).to_le_bytes());
    out
}

/// Whether a token is one that lets join now.
fn check_token(hosts: &Hosts, proc: &Proc, text: &str) -> Result<(), String> {
    let text: String = text.split_whitespace().collect();
    let bad = |what: &str| format!("failed to decode join token: {what}");
    let packed = base64::engine::general_purpose::STANDARD
        .decode(text.as_bytes())
        .map_err(|_| bad("illegal base64 data"))?;
    if packed.len() < 28 || !packed.starts_with(&[0x1f, 0x8b]) {
        return Err(bad("gzip: invalid header"));
    }
    let plain =
        String::from_utf8_lossy(packed.get(15..packed.len() - 8).unwrap_or_default()).into_owned();
    let token = plain
        .lines()
        .find_map(|line| line.trim().strip_prefix("token: "))
        .unwrap_or_default();
    match hosts.0.tokens.borrow().get(token) {
        Some(until) if until.is_none_or(|until| proc.now() < until) => Ok(()),
        _ => Err("failed to join the cluster: Unauthorized".into()),
    }
}

async fn worker(
    hosts: &Hosts,
    proc: &Proc,
    host: &Rc<Host>,
    verb: &str,
    args: &[String],
) -> Result<i32, String> {
    let joined = hosts.node(host).is_some();
    let token = match option(args, "--token-file") {
        Some(path) => {
            let data = proc.read_path(path, MAX_TOKEN).await.map_err(|error| {
                format!(
                    "failed to read token file: open {path}: {}",
                    error.text().to_lowercase()
                )
            })?;
            Some(String::from_utf8_lossy(&data).into_owned())
        }
        None => args
            .iter()
            .skip(1)
            .find(|arg| !arg.starts_with('-') && *arg != "worker")
            .cloned(),
    };
    match verb {
        "install" => {
            if args.get(1).map(String::as_str) != Some("worker") {
                return Err("only \"k0s install worker\" is in this playground".into());
            }
            if host.installed.borrow().is_some() {
                return Err("failed to install service: Init already exists: /etc/systemd/system/k0sworker.service".into());
            }
            let token = token.ok_or("a token is needed: k0s install worker --token-file FILE")?;
            check_token(hosts, proc, &token)?;
            let path = option(args, "--token-file").unwrap_or("/etc/k0s/k0stoken");
            *host.installed.borrow_mut() = Some(path.to_owned());
            Ok(0)
        }
        "start" => {
            if host.installed.borrow().is_none() {
                return Err("service is not installed".into());
            }
            if hosts.is_active(host) {
                return Err("already running".into());
            }
            hosts.start(host);
            Ok(0)
        }
        "stop" => {
            if host.installed.borrow().is_none() {
                return Err("service is not installed".into());
            }
            if !hosts.is_active(host) {
                return Err("already stopped".into());
            }
            hosts.stop(host);
            Ok(0)
        }
        "worker" => {
            if joined && hosts.is_active(host) {
                return Err("k0s is running already on this machine".into());
            }
            if !joined {
                let token = token.ok_or("normal kubelet kubeconfig does not exist and no join-token given. dunno how to make kubelet auth to api")?;
                check_token(hosts, proc, &token)?;
            }
            let pid = proc.pid();
            proc.eprint(format!(
                "time=\"{}\" level=info msg=\"starting worker\" component=k0s pid={pid}\n",
                super::journal::stamp(proc.now(), false)
            ))
            .await;
            hosts.start(host);
            for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
                proc.set_disposition(signal, Disposition::Catch);
            }
            proc.next_signal().await;
            proc.eprint(format!(
                "time=\"{}\" level=info msg=\"Shutting down k0s worker\"\n",
                super::journal::stamp(proc.now(), false)
            ))
            .await;
            hosts.stop(host);
            Ok(0)
        }
        _ => Err(format!("k0s {verb} is not in this playground")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_streams_have_their_checksum() {
        // `printf 123456789 | gzip` ends so: CRC-32 cbf43926, nine bytes.
        let packed = gzip(b"123456789");
        assert_eq!(
            &packed[packed.len() - 8..],
            [0x26, 0x39, 0xf4, 0xcb, 9, 0, 0, 0]
        );
    }

    #[test]
    fn durations() {
        assert_eq!(duration("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(duration("0"), Some(Duration::ZERO));
        assert_eq!(duration("h"), None);
        assert_eq!(duration("5x"), None);
    }
}
