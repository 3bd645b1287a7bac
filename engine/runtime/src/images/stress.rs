//! Images that use memory and processor time: `polinux/stress`, `vish/stress`.

use std::time::Duration;

use os::{Disposition, Proc, Programs, Signal};

use super::echo::flag;
use crate::files::Files;
use crate::image::{Image, ImageConfig};
use crate::tags::Tags;

/// How much is taken at a time.
const STEP: u64 = 4 << 20;

pub(super) static POLINUX: Image = Image {
    repositories: &["docker.io/polinux/stress", "docker.io/progrium/stress"],
    tags: Tags::ANY,
    size: 4_041_495,
    config: ImageConfig {
        command: &["stress", "--help"],
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

pub(super) static VISH: Image = Image {
    repositories: &["docker.io/vish/stress"],
    tags: Tags::ANY,
    size: 1_562_058,
    config: ImageConfig {
        entrypoint: &["/stress"],
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

fn files(files: &mut Files) {
    files.busybox();
    files.program("/usr/local/bin/stress", "stress", "gnu");
    files.program("/stress", "vish-stress", "gnu");
}

fn programs(programs: &Programs) {
    programs.add("stress", stress);
    programs.add("vish-stress", vish);
}

/// `256M`, `1G`, `100Mi`, or plain bytes.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: u64 = digits.parse().ok()?;
    let factor = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "ki" => 1 << 10,
        "m" | "mi" => 1 << 20,
        "g" | "gi" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// Takes memory, in steps as a program touches its pages; ends the process if that is too much.
async fn take(proc: &Proc, bytes: u64) {
    let mut left = bytes;
    while left > 0 {
        let step = left.min(STEP);
        proc.touch(step).await;
        proc.cpu(Duration::from_micros(300)).await;
        left -= step;
    }
}

/// Uses a whole processor until a signal comes.
async fn spin(proc: &Proc) {
    loop {
        proc.cpu(Duration::from_millis(1)).await;
    }
}

/// The workers of `stress`: processes that spin or hold memory.
async fn stress(proc: Proc) -> i32 {
    let args = proc.args();
    let value = |short: &str, long: &str| flag(&args, long).or_else(|| flag(&args, short));
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u32>().ok());
    let cpus = number(value("c", "cpu")).unwrap_or(0);
    let vms = number(value("m", "vm")).unwrap_or(0);
    let ios = number(value("i", "io")).unwrap_or(0);
    let hdds = number(value("d", "hdd")).unwrap_or(0);
    if cpus + vms + ios + hdds == 0 {
        proc.print("`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...\n")
            .await;
        return i32::from(args.len() > 1 && !args.iter().any(|arg| arg == "--help" || arg == "-?"));
    }
    let held = value("", "vm-bytes")
        .and_then(|text| bytes(&text))
        .unwrap_or(256 << 20);
    let timeout = value("t", "timeout").and_then(|text| text.trim_end_matches('s').parse().ok());
    let name = format!("stress: info: [{}]", proc.pid());
    proc.print(format!(
        "{name} dispatching hogs: {cpus} cpu, {ios} io, {vms} vm, {hdds} hdd\n"
    ))
    .await;
    let mut workers = Vec::new();
    for number in 0..(cpus + vms).min(64) {
        let worker = proc
            .machine()
            .spawn(proc.fork_spawn(), move |worker: Proc| async move {
                if number < vms {
                    take(&worker, held).await;
                    // It holds on to it, or takes and gives in turns: the same to the one who counts.
                    loop {
                        worker.sleep(Duration::from_secs(60)).await;
                    }
                }
                spin(&worker).await;
                0
            });
        workers.extend(worker.ok());
    }
    let end = async {
        match timeout {
            Some(seconds) => proc.sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    let mut failed = None;
    {
        let mut end = std::pin::pin!(end);
        let mut ends: Vec<_> = workers
            .iter()
            .map(|worker| Box::pin(worker.wait_end()))
            .collect();
        std::future::poll_fn(|cx| {
            use std::task::Poll;
            for (worker, end) in workers.iter().zip(&mut ends) {
                if let Poll::Ready(status) = end.as_mut().poll(cx) {
                    failed = Some((worker.pid(), status));
                    return Poll::Ready(());
                }
            }
            end.as_mut().poll(cx)
        })
        .await;
    }
    for worker in &workers {
        let _ = proc.machine().kill(worker.pid(), Signal::KILL);
    }
    let pid = proc.pid();
    match failed {
        Some((worker, status)) => {
            let text = match status {
                os::ExitStatus::Signaled(signal) => {
                    format!("worker {worker} got signal {}", signal.number())
                }
                os::ExitStatus::Exited(code) => format!("worker {worker} returned error {code}"),
            };
            proc.eprint(format!(
                "stress: FAIL: [{pid}] (415) <-- {text}\nstress: WARN: [{pid}] (417) now reaping child worker processes\n\
                 stress: FAIL: [{pid}] (451) failed run completed in 0s\n"
            ))
            .await;
            1
        }
        None => {
            proc.print(format!(
                "{name} successful run completed in {}s\n",
                timeout.unwrap_or(0)
            ))
            .await;
            0
        }
    }
}

/// `stress -mem-total 100Mi -mem-alloc-size 10Mi -mem-alloc-sleep 1s -cpus 2`
async fn vish(proc: Proc) -> i32 {
    let args = proc.args();
    let size = |name: &str| flag(&args, name).and_then(|text| bytes(&text));
    let total = size("mem-total").unwrap_or(0);
    let step = size("mem-alloc-size").unwrap_or(4 << 10).max(64 << 10);
    let sleep = flag(&args, "mem-alloc-sleep")
        .and_then(|text| apimachinery::time::parse_go_duration(&text).ok())
        .and_then(|nanos| u64::try_from(nanos).ok())
        .unwrap_or(1_000_000);
    let cpus: u32 = flag(&args, "cpus")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let stamp = crate::server::redis_time(proc.now());
    proc.eprint(format!(
        "I {stamp} main.go:26] Allocating \"{}\" memory, in \"{}\" chunks, with a {}ms sleep between allocations\n",
        flag(&args, "mem-total").unwrap_or_else(|| "0".into()),
        flag(&args, "mem-alloc-size").unwrap_or_else(|| "4Ki".into()),
        sleep / 1_000_000,
    ))
    .await;
    for _ in 0..cpus.min(64) {
        proc.eprint(format!(
            "I {stamp} main.go:39] Spawning a thread to consume CPU\n"
        ))
        .await;
        let _ = proc
            .machine()
            .spawn(proc.fork_spawn(), |worker: Proc| async move {
                spin(&worker).await;
                0
            });
    }
    let mut taken = 0;
    while taken < total {
        let step = step.min(total - taken);
        take(&proc, step).await;
        taken += step;
        proc.sleep(Duration::from_nanos(sleep)).await;
    }
    let stamp = crate::server::redis_time(proc.now());
    proc.eprint(format!(
        "I {stamp} main.go:29] Allocated \"{}\" memory\n",
        total
    ))
    .await;
    proc.set_disposition(Signal::TERM, Disposition::Default);
    loop {
        proc.sleep(Duration::from_secs(3600)).await;
    }
}
