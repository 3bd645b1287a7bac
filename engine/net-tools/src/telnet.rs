//! `telnet`: a connection to a port, typed into by hand. Not here: the protocol's negotiations.

use network::HostAddr;
use os::Proc;

use crate::resolve::resolve;

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let words: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let busybox = proc.is_busybox();
    let Some(host) = words.first() else {
        let text = match busybox {
            true => "Usage: telnet [-a] [-l USER] HOST [PORT]\n",
            false => {
                "usage: telnet [-4] [-6] [-8] [-E] [-L] [-a] [-d] [-e char] [-l user] [-n tracefile] [-b addr] [-r] [host-name [port]]\n"
            }
        };
        proc.eprint(text).await;
        return 1;
    };
    let port = words.get(1).map_or("23", |port| port.as_str());
    let Ok(port) = port.parse::<u16>() else {
        proc.eprint(format!("telnet: bad port '{port}'\n")).await;
        return 1;
    };
    let found = resolve(&proc, host).await.ok();
    let Some(ip) = found.and_then(|found| found.first().copied()) else {
        crate::outside_hint(&proc, host);
        let text = match busybox {
            true => format!("telnet: bad address '{host}'\n"),
            false => {
                format!("telnet: could not resolve {host}/{port}: Name or service not known\n")
            }
        };
        proc.eprint(text).await;
        return 1;
    };
    if !busybox {
        proc.print(format!("Trying {ip}...\n")).await;
    }
    let connected = match crate::netns(&proc) {
        Some(netns) => netns.connect(HostAddr::new(ip, port)).await,
        None => Err(network::ConnectError::NetworkDown),
    };
    match connected {
        Ok(stream) => {
            let text = match busybox {
                true => format!(
                    "Connected to {host}\n\nEntering character mode\nEscape character is '^]'.\n\n"
                ),
                false => format!("Connected to {host}.\nEscape character is '^]'.\n"),
            };
            proc.print(text).await;
            crate::nc::pass(&proc, stream).await;
            let text = match busybox {
                true => "Connection closed by foreign host\n",
                false => "Connection closed by foreign host.\n",
            };
            proc.eprint(text).await;
            1
        }
        Err(error) => {
            let text = match busybox {
                true => format!("telnet: can't connect to remote host ({ip}): {error}\n"),
                false => format!("telnet: Unable to connect to remote host: {error}\n"),
            };
            proc.eprint(text).await;
            1
        }
    }
}
