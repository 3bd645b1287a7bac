//! Work queues in virtual time: order, deduplication, delays and back-off.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use sim::{Sim, Time};

use super::{Bucket, WorkQueue};

type Log = Rc<RefCell<Vec<(u128, &'static str)>>>;

fn sim() -> Sim {
    Sim::new(1, Time::from_secs(0))
}

fn run(sim: &Sim, secs: i64) {
    sim.run_until(Time::from_secs(secs), &mut 1_000_000);
}

/// A worker that logs every key with the time in milliseconds; `then` is what its sync does.
fn worker(
    sim: &Sim,
    queue: &WorkQueue<&'static str>,
    then: impl Fn(&WorkQueue<&'static str>, &'static str) + 'static,
) -> Log {
    let log = Log::default();
    let (s, q, l) = (sim.clone(), queue.clone(), Rc::clone(&log));
    sim.spawn("worker", async move {
        while let Some(key) = q.get().await {
            let at = s.now().since(Time::from_secs(0)).as_millis();
            l.borrow_mut().push((at, key));
            then(&q, key);
            q.done(&key);
        }
        l.borrow_mut().push((0, "end"));
    });
    log
}

#[test]
fn a_key_waits_once() {
    let sim = sim();
    let queue = WorkQueue::new(&sim);
    for key in ["a", "b", "a", "a"] {
        queue.add(key);
    }
    assert_eq!(queue.len(), 2);
    let log = worker(&sim, &queue, |_, _| ());
    run(&sim, 1);
    assert_eq!(*log.borrow(), [(0, "a"), (0, "b")]);
}

#[test]
fn what_is_added_while_processed_comes_back_when_done() {
    let sim = sim();
    let queue = WorkQueue::new(&sim);
    queue.add("a");
    let first = queue.try_get();
    assert_eq!(first, Some("a"));
    queue.add("a");
    queue.add("a");
    assert_eq!(queue.try_get(), None, "never twice at the same time");
    queue.done(&"a");
    assert_eq!(queue.try_get(), Some("a"));
    queue.done(&"a");
    assert_eq!(queue.try_get(), None);
}

#[test]
fn a_delayed_key_keeps_its_earliest_time() {
    let sim = sim();
    let queue = WorkQueue::new(&sim);
    let log = worker(&sim, &queue, |_, _| ());
    queue.add_after("a", Duration::from_secs(5));
    run(&sim, 1);
    queue.add_after("a", Duration::from_secs(1));
    queue.add_after("a", Duration::from_secs(10));
    queue.add_after("b", Duration::from_millis(1500));
    run(&sim, 60);
    assert_eq!(*log.borrow(), [(2000, "a"), (2500, "b")]);
    assert_eq!(sim.next_due(), None, "no timer is left");
}

#[test]
fn failures_back_off_until_forgotten() {
    let sim = sim();
    let queue = WorkQueue::new(&sim);
    let log = worker(&sim, &queue, |q, key| {
        if q.num_requeues(&key) < 4 {
            q.add_rate_limited(key);
        } else {
            q.forget(&key);
        }
    });
    queue.add("a");
    run(&sim, 10);
    let at: Vec<u128> = log.borrow().iter().map(|(at, _)| *at).collect();
    assert_eq!(at, [0, 5, 15, 35, 75]);
    assert_eq!(queue.num_requeues(&"a"), 0);
}

#[test]
fn the_back_off_ends_at_its_maximum() {
    let sim = sim();
    let queue = WorkQueue::new(&sim);
    for _ in 0..40 {
        queue.add_rate_limited("a");
    }
    queue.try_get();
    let later = WorkQueue::new(&sim);
    for _ in 0..40 {
        later.forget(&"b");
        later.add_rate_limited("b");
    }
    assert_eq!(queue.num_requeues(&"a"), 40);
    assert_eq!(later.num_requeues(&"b"), 1);
}

#[test]
fn a_queue_that_is_shut_down_drains() {
    let sim = sim();
    let queue = WorkQueue::new(&sim);
    let log = worker(&sim, &queue, |_, _| ());
    queue.add("a");
    queue.add_after("b", Duration::from_secs(1));
    queue.shut_down();
    queue.add("c");
    run(&sim, 5);
    assert_eq!(*log.borrow(), [(0, "a"), (0, "end")]);
}

#[test]
fn keys_carry_what_led_to_them() {
    let sim = sim();
    let queue = WorkQueue::new(&sim);
    let (s, q) = (sim.clone(), queue.clone());
    sim.spawn("worker", async move {
        while let Some(key) = q.get().await {
            s.record("worker", "sync", key, "");
            q.done(&key);
        }
    });
    let (s, q) = (sim.clone(), queue);
    sim.spawn("user", async move {
        s.record("user", "create", "x", "");
        q.add_after("x", Duration::from_secs(3));
    });
    run(&sim, 10);
    let trace = sim.trace();
    let chain: Vec<&str> = trace.chain(trace.last()).map(|l| l.verb).collect();
    assert_eq!(chain, ["sync", "create"]);
}

#[test]
fn a_bucket_refills() {
    let mut bucket = Bucket::new(2.0, 3.0);
    let taken = |bucket: &mut Bucket, secs| bucket.try_take(Time::from_secs(secs));
    assert!((0..3).all(|_| taken(&mut bucket, 0)));
    assert!(!taken(&mut bucket, 0));
    assert!(taken(&mut bucket, 1));
    assert!(taken(&mut bucket, 1));
    assert!(!taken(&mut bucket, 1));
    assert_eq!(
        bucket.reserve(Time::from_secs(1)),
        Duration::from_millis(500)
    );
    assert_eq!(
        bucket.reserve(Time::from_secs(1)),
        Duration::from_millis(1000)
    );
}
