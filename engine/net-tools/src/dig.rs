//! `dig`: asks a name server, and shows the answer as the protocol has it. Types: A, PTR by `-x`. Options: `+short`,
//! `+search`, `@SERVER`.

use std::net::Ipv4Addr;

use network::Answer;
use os::Proc;

use crate::resolve::{ResolvConf, ask};

/// How long answers may be kept, as CoreDNS says: seconds.
const TTL: u32 = 30;

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let mut conf = ResolvConf::read(&proc);
    let (mut short, mut search, mut reverse) = (false, false, None);
    let mut name = None;
    let mut words = args[1..].iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "+short" => short = true,
            "+search" => search = true,
            "-x" => reverse = words.next().and_then(|ip| ip.parse::<Ipv4Addr>().ok()),
            "A" | "IN" | "a" => {}
            option if option.starts_with('+') => {}
            server if server.starts_with('@') => {
                match crate::resolve::resolve(&proc, &server[1..]).await {
                    Ok(found) => conf.servers = found,
                    Err(_) => {
                        let host = &server[1..];
                        proc.print(format!(
                            "dig: couldn't get address for '{host}': not found\n"
                        ))
                        .await;
                        return 10;
                    }
                }
            }
            other => name = Some(other.to_owned()),
        }
    }
    let unreachable = ";; communications error: timed out\n\n;; no servers could be reached\n";
    let Some(server) = conf.servers.first().copied() else {
        proc.print(unreachable).await;
        return 9;
    };
    let began = proc.now();
    let mut answers: Vec<(String, &str, String)> = Vec::new();
    let question;
    let mut known = true;
    if let Some(ip) = reverse {
        let [a, b, c, d] = ip.octets();
        question = (format!("{d}.{c}.{b}.{a}.in-addr.arpa"), "PTR");
        let found = match crate::netns(&proc) {
            Some(netns) => netns.ask_reverse(server, ip).await,
            None => Err(network::NoServer),
        };
        let Ok(found) = found else {
            proc.print(unreachable).await;
            return 9;
        };
        known = !found.is_empty();
        answers.extend(
            found
                .into_iter()
                .map(|name| (question.0.clone(), "PTR", format!("{name}."))),
        );
    } else {
        let name = name.unwrap_or_else(|| ".".into());
        let candidates = if search {
            conf.candidates(&name)
        } else {
            vec![name.trim_end_matches('.').to_owned()]
        };
        let mut asked = name;
        for candidate in candidates {
            asked = candidate;
            let Ok((known_as, answer)) = ask(&proc, &conf, &asked).await else {
                proc.print(unreachable).await;
                return 9;
            };
            known = answer != Answer::NoSuchName;
            if known_as != asked {
                answers.push((asked.clone(), "CNAME", format!("{known_as}.")));
            }
            if let Answer::Addresses(found) = answer {
                answers.extend(
                    found
                        .iter()
                        .map(|ip| (known_as.clone(), "A", ip.to_string())),
                );
            }
            if known {
                break;
            }
        }
        question = (asked, "A");
    }
    if short {
        let lines = answers.iter().map(|(_, _, value)| format!("{value}\n"));
        proc.print(lines.collect::<String>()).await;
        return 0;
    }
    let status = if known { "NOERROR" } else { "NXDOMAIN" };
    let count = answers.len();
    let mut text = format!(
        "\n; <<>> DiG 9.20.15 <<>> {}\n;; global options: +cmd\n;; Got answer:\n\
         ;; ->>HEADER<<- opcode: QUERY, status: {status}, id: {}\n\
         ;; flags: qr aa rd; QUERY: 1, ANSWER: {count}, AUTHORITY: 0, ADDITIONAL: 1\n\n\
         ;; QUESTION SECTION:\n;{}.\t\tIN\t{}\n",
        args[1..].join(" "),
        proc.sim().rng("dig").below(65_536),
        question.0,
        question.1
    );
    if count > 0 {
        text.push_str("\n;; ANSWER SECTION:\n");
    }
    for (name, kind, value) in &answers {
        text.push_str(&format!("{name}.\t{TTL}\tIN\t{kind}\t{value}\n"));
    }
    let took = (proc.now() - began).as_millis();
    text.push_str(&format!(
        "\n;; Query time: {took} msec\n;; SERVER: {server}#53({server}) (UDP)\n\n"
    ));
    proc.print(text).await;
    0
}
