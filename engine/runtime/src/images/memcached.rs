//! `memcached`: a cache on port 11211, with the text protocol's everyday commands.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use network::{Listener, Stream};
use os::{Proc, Signal};

use crate::image::{Image, ImageConfig};
use crate::server::{listen, serve_each, until_signal};
use crate::tags::Tags;

/// Keys beyond this number are refused.
const MOST: usize = 10_000;
/// Nor is a value longer than this.
const LONGEST: usize = 1 << 20;

pub(super) static IMAGE: Image = Image {
    repositories: &["docker.io/library/memcached", "docker.io/bitnami/memcached"],
    tags: Tags {
        names: &[],
        versions: &[(1, 6)],
        variants: &["alpine", "bookworm", "bullseye", "trixie"],
    },
    size: 30_700_000,
    config: ImageConfig {
        command: &["memcached"],
        user: "11211:11211",
        ..ImageConfig::DEFAULT
    },
    files: |files| {
        files.base();
        files.users(&[
            ("root", 0, 0, "/root"),
            ("memcache", 11211, 11211, "/home/memcache"),
        ]);
        files.program("/usr/local/bin/memcached", "memcached", "gnu");
    },
    programs: |programs| programs.add("memcached", memcached),
};

#[derive(Default)]
struct Cache {
    values: BTreeMap<String, (String, Vec<u8>)>,
    hits: u64,
    misses: u64,
}

async fn memcached(proc: Proc) -> i32 {
    let args = proc.args();
    let at = args.iter().position(|arg| arg == "-p");
    let port = at
        .and_then(|at| args.get(at + 1)?.parse().ok())
        .unwrap_or(11211);
    let Some(listener) = listen(&proc, port) else {
        proc.eprint(format!(
            "failed to listen on TCP port {port}: Address already in use\n"
        ))
        .await;
        return 71;
    };
    let _ = until_signal(&proc, &[Signal::TERM, Signal::INT], serve(&proc, listener)).await;
    proc.eprint("Signal handled: Terminated.\n").await;
    0
}

async fn serve(proc: &Proc, listener: Listener) {
    let cache = Rc::new(RefCell::new(Cache::default()));
    let began = proc.now();
    serve_each(listener, |stream| {
        converse(proc.clone(), stream, Rc::clone(&cache), began)
    })
    .await;
}

async fn converse(proc: Proc, mut stream: Stream, cache: Rc<RefCell<Cache>>, began: sim::Time) {
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        let Some(line) = line(&mut stream, &mut bytes).await else {
            return;
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match words[..] {
            [
                set @ ("set" | "add" | "replace"),
                key,
                flags,
                _,
                length,
                ref rest @ ..,
            ] => {
                let Some(length) = length
                    .parse::<usize>()
                    .ok()
                    .filter(|length| *length <= LONGEST)
                else {
                    let _ = stream
                        .write_all(b"SERVER_ERROR object too large for cache\r\n")
                        .await;
                    return;
                };
                while bytes.len() < length + 2 {
                    let more = stream.read().await;
                    if more.is_empty() {
                        return;
                    }
                    bytes.extend(more);
                }
                let value: Vec<u8> = bytes.drain(..length + 2).take(length).collect();
                let mut cache = cache.borrow_mut();
                let known = cache.values.contains_key(key);
                let wanted = match set {
                    "add" => !known,
                    "replace" => known,
                    _ => known || cache.values.len() < MOST,
                };
                if wanted {
                    cache
                        .values
                        .insert(key.to_owned(), (flags.to_owned(), value));
                }
                match (rest.first(), wanted) {
                    (Some(&"noreply"), _) => continue,
                    (_, true) => "STORED\r\n".to_owned().into_bytes(),
                    (_, false) => b"NOT_STORED\r\n".to_vec(),
                }
            }
            ["get" | "gets", ref keys @ ..] => {
                let mut cache = cache.borrow_mut();
                let mut out = Vec::new();
                for key in keys {
                    let found = cache.values.get(*key).cloned();
                    match found {
                        Some((flags, value)) => {
                            cache.hits += 1;
                            out.extend(
                                format!("VALUE {key} {flags} {}\r\n", value.len()).into_bytes(),
                            );
                            out.extend(value);
                            out.extend(b"\r\n");
                        }
                        None => cache.misses += 1,
                    }
                }
                out.extend(b"END\r\n");
                out
            }
            ["delete", key, ..] => match cache.borrow_mut().values.remove(key) {
                Some(_) => b"DELETED\r\n".to_vec(),
                None => b"NOT_FOUND\r\n".to_vec(),
            },
            ["flush_all", ..] => {
                cache.borrow_mut().values.clear();
                b"OK\r\n".to_vec()
            }
            ["version"] => b"VERSION 1.6.40\r\n".to_vec(),
            ["stats"] => {
                let cache = cache.borrow();
                format!(
                    "STAT pid 1\r\nSTAT uptime {}\r\nSTAT version 1.6.40\r\nSTAT curr_items {}\r\nSTAT get_hits {}\r\n\
                     STAT get_misses {}\r\nEND\r\n",
                    proc.now().since(began).as_secs(),
                    cache.values.len(),
                    cache.hits,
                    cache.misses
                )
                .into_bytes()
            }
            ["quit"] => return,
            _ => b"ERROR\r\n".to_vec(),
        };
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// The next line; none at the end.
async fn line(stream: &mut Stream, bytes: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = bytes.drain(..=at).collect();
            return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        let more = stream.read().await;
        if more.is_empty() || bytes.len() > LONGEST {
            return None;
        }
        bytes.extend(more);
    }
}
