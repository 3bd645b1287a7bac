//! `tabernetes serve`: the cluster behind the real Kubernetes HTTP API, for the real kubectl, client-go and kube-rs.
//!
//! ```text
//!   socket ─► http ──┐                        ┌─► apiserver::handler
//!   WebSocket ───────┘ ─ Ask ─► engine thread ─┤
//!                      ◄─ Reply, pieces ───────┴─► virtual time = wall clock × speed
//! ```
//!
//! | file | holds |
//! |---|---|
//! | [`engine`] | the thread that owns the cluster, and how far its clock has come |
//! | [`http`] | HTTP requests and answers |
//! | [`reply`] | the engine's answers as bytes, and bodies that go on |
//! | [`proto`] | request bodies in protobuf |
//! | [`openapi`] | `/openapi/v2` in protobuf |
//! | [`exec`] | `exec` and `attach` over WebSocket |
//! | [`portforward`] | `portforward` over WebSocket, by SPDY or by channels |
//! | [`spdy`] | SPDY's frames |
//!
//! Plain HTTP on loopback is what it is for: whoever reaches the port is the administrator, unless a bearer token says
//! otherwise. Not here: TLS, HTTP/2, objects in protobuf as answers (406), and SPDY outside of a WebSocket.

mod engine;
mod exec;
mod http;
mod openapi;
mod portforward;
mod proto;
mod reply;
mod spdy;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use engine::Engine;

#[derive(Args)]
pub(crate) struct Options {
    /// Address to listen on; port 0 takes any free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:6443")]
    listen: SocketAddr,
    /// Allow an address that other machines can reach. There is no TLS and no password: they will be administrators
    #[arg(long)]
    insecure_listen: bool,
    /// Number of nodes
    #[arg(long, value_name = "N", default_value_t = 3)]
    nodes: u16,
    /// Seed of all randomness
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many virtual seconds pass in a real one
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    speed: f64,
    /// Let time stand still, but for what standard input says: each line a number of virtual microseconds to pass,
    /// answered with a line when they have. For tests
    #[arg(long, conflicts_with = "speed")]
    step: bool,
    /// Add-on to install in the cluster; may be given more than once
    #[arg(long, value_name = "NAME", value_parser = ["ingress", "load-balancer", "metrics-server"])]
    addon: Vec<String>,
    /// File to write a kubeconfig to
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if !options.listen.ip().is_loopback() && !options.insecure_listen {
        bail!(
            "{} is not a loopback address, and anyone who reaches it would be the administrator; say --insecure-listen if that is meant",
            options.listen.ip()
        );
    }
    if !(options.speed > 0.0 && options.speed <= 100_000.0) {
        bail!("--speed must be above 0 and at most 100000");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(serve(options))?;
    // Watches that are still open must not keep the program.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

async fn serve(options: &Options) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("listening on {}", options.listen))?;
    let address = listener.local_addr()?;
    let engine = Engine::start(
        cluster::Config {
            seed: options.seed,
            nodes: options.nodes,
            ..cluster::Config::default()
        },
        if options.step { 0.0 } else { options.speed },
        &options.addon,
    )?;
    if let Some(path) = &options.kubeconfig {
        std::fs::write(path, kubeconfig(address))
            .with_context(|| format!("writing {}", path.display()))?;
    }
    println!(
        "serving Kubernetes {} on http://{address}",
        cluster::KUBERNETES_VERSION
    );
    if options.step {
        let handle = engine.handle();
        std::thread::spawn(move || step(&handle));
    }
    let app = http::app(engine.handle());
    tokio::select! {
        ended = axum::serve(listener, app) => ended.context("serving")?,
        stopped = stop_signal() => stopped?,
    }
    engine.stop();
    Ok(())
}

/// Lets time pass as standard input says, and ends the program with it.
fn step(engine: &engine::Handle) {
    for line in std::io::stdin().lines() {
        let micros = line.ok().and_then(|line| line.trim().parse().ok());
        let Some(micros) = micros else { break };
        if engine.step(Duration::from_micros(micros)).is_none() {
            break;
        }
        println!("{micros}");
    }
    std::process::exit(0);
}

/// Waits for Ctrl-C, or for being asked to end.
async fn stop_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = term.recv() => {}
    }
    Ok(())
}

fn kubeconfig(address: SocketAddr) -> String {
    format!(
        "apiVersion: v1
clusters:
- cluster:
    server: http://{address}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
preferences: {{}}
users:
- name: kubernetes-admin
  user: {{}}
"
    )
}
