//! `nc`: connects to a port and passes bytes on, or listens on one. Options: `-z -v -w SECONDS -l -p PORT -N -n`.

use std::net::Ipv4Addr;
use std::time::Duration;

use network::{ConnectError, HostAddr, Stream};
use os::Proc;
use sim::futures_util::future::{Either, select};

use crate::http::{seconds, within};
use crate::resolve::resolve;

#[derive(Default)]
struct Options {
    scan: bool,
    verbose: bool,
    listen: bool,
    wait: Option<Duration>,
    port: Option<String>,
    words: Vec<String>,
}

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let options = match parse(&args[1..]) {
        Ok(options) => options,
        Err(text) => {
            proc.eprint(format!("nc: {text}\n")).await;
            return 1;
        }
    };
    let (host, port) = match (options.listen, options.words.as_slice(), &options.port) {
        (true, [.., port], None) | (true, _, Some(port)) => (String::new(), port.clone()),
        (false, [host, port], _) => (host.clone(), port.clone()),
        _ => {
            proc.eprint("usage: nc [-lnvz] [-p port] [-w timeout] [host] [port]\n")
                .await;
            return 1;
        }
    };
    let Ok(port) = port.parse::<u16>() else {
        proc.eprint(format!("nc: bad port '{port}'\n")).await;
        return 1;
    };
    if options.listen {
        return listen(&proc, port).await;
    }
    let Some(ip) = resolve(&proc, &host)
        .await
        .ok()
        .and_then(|found| found.first().copied())
    else {
        let text = if proc.is_busybox() {
            format!("nc: bad address '{host}'\n")
        } else {
            format!("nc: getaddrinfo for host \"{host}\" port {port}: Name or service not known\n")
        };
        crate::outside_hint(&proc, &host);
        proc.eprint(text).await;
        return 1;
    };
    // The address is told only where a name was given.
    let to = match host == ip.to_string() {
        true => host.clone(),
        false => format!("{host} ({ip})"),
    };
    match connect(&proc, &options, ip, port).await {
        Ok(stream) => {
            if options.verbose {
                let told = if proc.is_busybox() {
                    format!("{host} ({ip}:{port}) open\n")
                } else {
                    format!(
                        "Connection to {to} {port} port [tcp/{}] succeeded!\n",
                        service(port)
                    )
                };
                proc.eprint(told).await;
            }
            if !options.scan {
                pass(&proc, stream).await;
            }
            0
        }
        Err(error) => {
            if proc.is_busybox() {
                proc.eprint(format!("nc: {host} ({ip}:{port}): {error}\n"))
                    .await;
            } else if options.verbose {
                let how = match error {
                    ConnectError::TimedOut if options.wait.is_some() => {
                        "timed out: Operation now in progress".to_owned()
                    }
                    error => format!("failed: {error}"),
                };
                let text = format!("nc: connect to {to} port {port} (tcp) {how}\n");
                proc.eprint(text).await;
            }
            1
        }
    }
}

fn parse(args: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(letters) = arg.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            options.words.push(arg.clone());
            continue;
        };
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            rest = &rest[letter.len_utf8()..];
            match letter {
                'z' => options.scan = true,
                'v' => options.verbose = true,
                'l' => options.listen = true,
                'n' | 'N' | 'k' | 't' | '4' => {}
                'w' | 'p' => {
                    let value = if rest.is_empty() {
                        args.next().cloned()
                    } else {
                        Some(rest.to_owned())
                    };
                    let missing = || format!("option requires an argument -- '{letter}'");
                    let value = value.ok_or_else(missing)?;
                    if letter == 'p' {
                        options.port = Some(value);
                    } else {
                        let bad = || format!("invalid number '{value}'");
                        options.wait = Some(seconds(&value).ok_or_else(bad)?);
                    }
                    rest = "";
                }
                _ => return Err(format!("invalid option -- '{letter}'")),
            }
        }
    }
    Ok(options)
}

/// What `/etc/services` calls a port.
fn service(port: u16) -> &'static str {
    match port {
        22 => "ssh",
        53 => "domain",
        80 => "http",
        443 => "https",
        3306 => "mysql",
        5432 => "postgresql",
        6379 => "redis",
        8080 => "http-alt",
        _ => "*",
    }
}

async fn connect(
    proc: &Proc,
    options: &Options,
    ip: Ipv4Addr,
    port: u16,
) -> Result<Stream, ConnectError> {
    let netns = crate::netns(proc).ok_or(ConnectError::NetworkDown)?;
    let connecting = netns.connect(HostAddr::new(ip, port));
    within(proc, options.wait, connecting)
        .await
        .unwrap_or(Err(ConnectError::TimedOut))
}

async fn listen(proc: &Proc, port: u16) -> i32 {
    let listener = crate::netns(proc).and_then(|netns| netns.listen(port).ok());
    let Some(listener) = listener else {
        proc.eprint("nc: bind: Address already in use\n").await;
        return 1;
    };
    let (stream, _) = listener.accept().await;
    pass(proc, stream).await;
    0
}

/// Passes input on to the connection and what comes from it to the output, until the other side closes it.
pub(crate) async fn pass(proc: &Proc, stream: Stream) {
    let (mut reader, mut writer) = stream.into_split();
    let sending = Box::pin(async move {
        while let Ok(bytes) = proc.read(0, 1 << 14).await {
            if bytes.is_empty() || writer.write_all(&bytes).await.is_err() {
                break;
            }
        }
        writer.finish();
        // What is to come from the other side is still waited for.
        std::future::pending::<()>().await;
    });
    let receiving = Box::pin(async {
        loop {
            let bytes = reader.read().await;
            if bytes.is_empty() || proc.write(1, bytes).await.is_err() {
                return;
            }
        }
    });
    match select(receiving, sending).await {
        Either::Left(_) | Either::Right(_) => {}
    }
}
