//! `ping`: whether an address is there. Services have no host behind their address, and do not answer, as on a real
//! cluster. Options: `-c COUNT -i SECONDS -W SECONDS -w SECONDS -q`.

use std::time::Duration;

use os::{Disposition, Proc, Signal};

use crate::http::seconds;
use crate::resolve::resolve;

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let (mut count, mut interval, mut wait) =
        (u64::MAX, Duration::from_secs(1), Duration::from_secs(10));
    let (mut host, mut words) = (None, args[1..].iter());
    while let Some(word) = words.next() {
        // `-c1` is `-c 1`.
        let (flag, joined) = match word.char_indices().nth(2) {
            Some((at, _)) if word.starts_with('-') => (&word[..at], Some(&word[at..])),
            _ => (word.as_str(), None),
        };
        match flag {
            "-c" | "-i" | "-W" | "-w" | "-s" | "-t" => {
                let next = || words.next().map(String::as_str);
                let value = joined.or_else(next).unwrap_or_default();
                let Some(time) = seconds(value) else {
                    proc.eprint(format!("ping: invalid argument: '{value}'\n"))
                        .await;
                    return 1;
                };
                match flag {
                    "-s" | "-t" => {}
                    "-c" => count = time.as_secs().max(1),
                    "-i" => interval = time,
                    _ => wait = time,
                }
            }
            "-q" | "-4" | "-n" | "-A" | "-v" if joined.is_none() => {}
            option if option.starts_with('-') && option.len() > 1 => {
                let text = format!("ping: invalid option -- '{}'\n", &option[1..]);
                proc.eprint(text).await;
                return 1;
            }
            _ => host = Some(word.clone()),
        }
    }
    let Some(host) = host else {
        proc.eprint("Usage: ping [OPTIONS] HOST\n").await;
        return 1;
    };
    let busybox = proc.is_busybox();
    let found = resolve(&proc, &host).await.ok();
    let Some(ip) = found.and_then(|found| found.first().copied()) else {
        crate::outside_hint(&proc, &host);
        let text = if busybox {
            format!("ping: bad address '{host}'\n")
        } else {
            format!("ping: {host}: Name or service not known\n")
        };
        proc.eprint(text).await;
        return if busybox { 1 } else { 2 };
    };
    let size = if busybox {
        "56 data bytes"
    } else {
        "56(84) bytes of data."
    };
    proc.print(if busybox {
        format!("PING {host} ({ip}): {size}\n")
    } else {
        format!("PING {host} ({ip}) {size}\n")
    })
    .await;
    proc.set_disposition(Signal::INT, Disposition::Catch);
    let (mut sent, mut times) = (0_u64, Vec::new());
    let began = proc.now();
    while sent < count && proc.take_signal().is_none() {
        let answered = match crate::netns(&proc) {
            Some(netns) => netns.echo(ip, wait.min(interval)).await,
            None => None,
        };
        if let Some(time) = answered {
            let ms = time.as_secs_f64() * 1000.0;
            let line = if busybox {
                format!("64 bytes from {ip}: seq={sent} ttl=62 time={ms:.3} ms\n")
            } else {
                format!(
                    "64 bytes from {ip}: icmp_seq={} ttl=62 time={ms:.3} ms\n",
                    sent + 1
                )
            };
            proc.print(line).await;
            times.push(ms);
        }
        sent += 1;
        if sent < count && answered.is_some() {
            proc.sleep(interval).await;
        }
    }
    let received = u64::try_from(times.len()).unwrap_or(sent);
    let lost = (sent - received) * 100 / sent.max(1);
    let (took, name) = ((proc.now() - began).as_millis(), &host);
    let mut text = if busybox {
        format!(
            "\n--- {name} ping statistics ---\n{sent} packets transmitted, {received} packets received, {lost}% packet loss\n"
        )
    } else {
        format!(
            "\n--- {name} ping statistics ---\n{sent} packets transmitted, {received} received, {lost}% packet loss, time {took}ms\n"
        )
    };
    if !times.is_empty() {
        let least = times.iter().copied().fold(f64::MAX, f64::min);
        let most = times.iter().copied().fold(0.0, f64::max);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        text.push_str(&if busybox {
            format!("round-trip min/avg/max = {least:.3}/{mean:.3}/{most:.3} ms\n")
        } else {
            format!("rtt min/avg/max/mdev = {least:.3}/{mean:.3}/{most:.3}/0.000 ms\n")
        });
    }
    proc.print(text).await;
    i32::from(received == 0)
}
