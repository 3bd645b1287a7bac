//! What pods hold: the live bytes of two clusters that differ in nothing but their pods: `cargo bench -p tabernetes-tests
//! --bench memory`.
//!
//! A line per row, as in the other benches. Bytes are what was asked of the allocator, natively; blocks come beside them, as
//! each costs the allocator some bytes more. The peak is what counts for a tab, whose memory never shrinks.
//! `MEMORY_BENCH=fewer/more/nodes` measures other sizes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use api::apps::v1::Deployment;
use apimachinery::{codec, yaml};
use client::Client;
use cluster::{Cluster, Config, PageEngine};
use view::{Advance, Boot, Engine, FromEngine, ToEngine};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static BLOCKS: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "counting allocations needs a global allocator")]
// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        BLOCKS.fetch_add(1, Relaxed);
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        BLOCKS.fetch_sub(1, Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How long everything may take, in virtual time.
const LIMIT: Duration = Duration::from_secs(3600);

/// What a cluster whose pods are ready holds more than without them.
struct Held {
    live: f64,
    blocks: f64,
    peak: f64,
}

fn main() {
    let given = std::env::var("MEMORY_BENCH").unwrap_or_else(|_| "400/1200/20".into());
    let sizes: Vec<u16> = given.split('/').filter_map(|n| n.parse().ok()).collect();
    let [fewer, more, nodes] = sizes[..] else {
        eprintln!("MEMORY_BENCH=fewer/more/nodes, not {given}");
        return;
    };
    let pods = f64::from(more) - f64::from(fewer);
    let rows = |how: &str, measure: &dyn Fn(u16, u16) -> Held| {
        let (a, b) = (measure(fewer, nodes), measure(more, nodes));
        let row = |name: &str, value: f64, unit: &str| {
            println!("a pod of {more}{how}, {name}\t{value:.0}\t{unit}")
        };
        row("live", (b.live - a.live) / pods, "bytes");
        row("live", (b.blocks - a.blocks) / pods, "blocks");
        row("peak", (b.peak - a.peak) / pods, "bytes");
    };
    rows("", &measure);
    rows(" with the page", &measure_page);
}

/// The same with what the page has the engine keep: it looks once in a virtual second.
fn measure_page(pods: u16, nodes: u16) -> Held {
    const LOOK: i64 = view::Time::SECOND;
    const STEPS: u32 = 20;
    let mut engine = PageEngine::new(sim::Time::from_secs(1_750_000_000));
    engine.handle(ToEngine::Boot(Boot {
        nodes,
        ..Boot::default()
    }));
    let look = |engine: &mut PageEngine| {
        let until = engine.now().plus_micros(LOOK);
        while engine.advance(until, STEPS) == Advance::Spent {}
        engine.drain()
    };
    look(&mut engine);
    let read = |counter: &AtomicUsize| counter.load(Relaxed) as f64;
    let (live, blocks) = (read(&LIVE), read(&BLOCKS));
    PEAK.store(LIVE.load(Relaxed), Relaxed);
    let line = format!(
        "kubectl create deployment web --image=nginx --replicas={pods} && kubectl rollout status deployment/web | tail -1"
    );
    engine.handle(ToEngine::Line(line));
    let end = engine.now().plus_micros(LIMIT.as_micros() as i64);
    let is_done = |said: &FromEngine| matches!(said, FromEngine::Prompt(_));
    while !look(&mut engine).iter().any(is_done) {
        assert!(engine.now() < end, "{pods} pods are rolled out");
    }
    Held {
        live: read(&LIVE) - live,
        blocks: read(&BLOCKS) - blocks,
        peak: read(&PEAK) - live,
    }
}

fn measure(pods: u16, nodes: u16) -> Held {
    let mut cluster = Cluster::new(Config {
        nodes,
        ..Config::default()
    });
    cluster.settle();
    let client = Client::new(cluster.server().clone());
    let read = |counter: &AtomicUsize| counter.load(Relaxed) as f64;
    let (live, blocks) = (read(&LIVE), read(&BLOCKS));
    PEAK.store(LIVE.load(Relaxed), Relaxed);
    client.create(deployment(pods)).expect("it is made");
    let end = cluster.now() + LIMIT;
    let ready = |client: &Client| {
        let deployment = client.get::<Deployment>("default", "web");
        deployment.is_ok_and(|d| d.status.ready_replicas == i32::from(pods))
    };
    while !ready(&client) && cluster.now() < end {
        cluster.run_until(cluster.now() + Duration::from_millis(500));
    }
    assert!(ready(&client), "{pods} pods are ready");
    Held {
        live: read(&LIVE) - live,
        blocks: read(&BLOCKS) - blocks,
        peak: read(&PEAK) - live,
    }
}

fn deployment(replicas: u16) -> Deployment {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: default}}\nspec:\n  replicas: {replicas}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      \
         containers: [{{name: web, image: nginx}}]\n"
    );
    let value = yaml::parse(&text).expect("a manifest");
    codec::from_value(&value).expect("a deployment")
}
