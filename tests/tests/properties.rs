//! Invariants over random clusters; see `tabernetes_tests::properties`.
//!
//! `PROPERTIES_SEED=N` lives the life of one seed alone. A failure names its seed and tells all that was done.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tabernetes_tests::properties::World;

/// How many seeds are tried, if the time allows.
const SEEDS: u64 = 40;
/// How much time there is, in all.
const BUDGET: Duration = Duration::from_secs(45);
/// How many deeds a life has.
const DEEDS: usize = 25;
/// The seeds that are lived twice.
const REPLAYED: u64 = 2;

#[test]
fn random_clusters_keep_their_promises() {
    let began = Instant::now();
    for seed in seeds() {
        live(seed).unwrap_or_else(|error| panic!("seed {seed}: {error:#}"));
        if began.elapsed() > BUDGET {
            println!("stopped after seed {seed}");
            return;
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for seed in seeds()
        .into_iter()
        .take(usize::try_from(REPLAYED).unwrap_or(1))
    {
        let (first, second) = (live(seed), live(seed));
        let (Ok(first), Ok(second)) = (first, second) else {
            panic!("seed {seed} does not keep its promises");
        };
        assert!(first == second, "seed {seed} went another way");
    }
}

fn seeds() -> Vec<u64> {
    let given = std::env::var("PROPERTIES_SEED").ok();
    match given.and_then(|seed| seed.parse().ok()) {
        Some(seed) => vec![seed],
        None => (0..SEEDS).collect(),
    }
}

/// How long a life may take, which needs a second or two: a cluster whose clock stands still would keep us for ever.
const LIFE: Duration = Duration::from_secs(120);

/// The state at the end of a life.
fn live(seed: u64) -> Result<String> {
    let (_guard, over) = mpsc::channel::<()>();
    std::thread::spawn(move || {
        if over.recv_timeout(LIFE) == Err(mpsc::RecvTimeoutError::Timeout) {
            eprintln!("seed {seed} did not end within {LIFE:?}");
            std::process::exit(1);
        }
    });
    let mut world = World::new(seed);
    world.live(DEEDS)?;
    world.rest()?;
    world.dump().context("at the end")
}
