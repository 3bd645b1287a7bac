//! `tabernetes/crasher`: a program that fails as it is told, for lessons. It is the playground's own image.
//!
//! | variable | says |
//! |---|---|
//! | `CRASH_AFTER` | after how many seconds it ends; 5 |
//! | `EXIT_CODE` | with which code; 1 |
//! | `MESSAGE` | what it complains before |
//! | `CRASHES` | how often it fails; after that it runs on. Counted in `/state`, if that is a volume |
//! | `PORT` | it answers HTTP on this port meanwhile |

use std::time::Duration;

use network::http::Response;
use os::{Proc, Programs};
use sim::futures_util::future::{Either, select};

use super::echo::serve_http;
use crate::image::{Image, ImageConfig};
use crate::tags::Tags;

pub(super) static IMAGE: Image = Image {
    repositories: &["docker.io/tabernetes/crasher"],
    tags: Tags::ANY,
    size: 1_000_000,
    config: ImageConfig {
        entrypoint: &["/crasher"],
        ..ImageConfig::DEFAULT
    },
    files: |files| {
        files.busybox();
        files.dir("/state", 0o777);
        files.program("/crasher", "crasher", "gnu");
    },
    programs: |programs: &Programs| programs.add("crasher", crasher),
};

async fn crasher(proc: Proc) -> i32 {
    let number = |name: &str| proc.env(name).and_then(|text| text.parse::<u64>().ok());
    let after = number("CRASH_AFTER").unwrap_or(5);
    let code = number("EXIT_CODE")
        .and_then(|code| i32::try_from(code).ok())
        .unwrap_or(1);
    let message = proc
        .env("MESSAGE")
        .unwrap_or_else(|| "fatal: something is wrong".to_owned());
    let cred = proc.cred();
    let before = proc.vfs().read_file(&cred, "/state/crashes");
    let before: u64 = before
        .ok()
        .and_then(|text| String::from_utf8_lossy(&text).trim().parse().ok())
        .unwrap_or(0);
    let well = number("CRASHES").is_some_and(|most| before >= most);
    proc.print(format!("starting, {before} crashes before this\n"))
        .await;
    let serving = async {
        match number("PORT").and_then(|port| u16::try_from(port).ok()) {
            Some(port) => {
                serve_http(&proc, port, |_, _| async {
                    Response::new(200, "text/plain", "ok\n")
                })
                .await
            }
            None => std::future::pending().await,
        }
    };
    let dying = async {
        if well {
            std::future::pending::<()>().await;
        }
        proc.sleep(Duration::from_secs(after)).await;
    };
    match select(std::pin::pin!(serving), std::pin::pin!(dying)).await {
        Either::Left((code, _)) => code,
        Either::Right(_) => {
            let _ =
                proc.vfs()
                    .write_file(&cred, "/state/crashes", (before + 1).to_string().as_bytes());
            proc.eprint(format!("{message}\n")).await;
            code
        }
    }
}
