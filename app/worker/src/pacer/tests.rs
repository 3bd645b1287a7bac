//! The pacer against a scripted engine and a hand-turned clock.

use std::cell::Cell;
use std::collections::VecDeque;

use view::{PodView, Ready};

use super::*;

/// Things happen at the given seconds; every one patches a pod. `cost` is the number of steps each takes.
struct Script {
    now: Time,
    due: VecDeque<i64>,
    handled: Vec<(Time, ToEngine)>,
    said: Vec<FromEngine>,
    cost: u32,
}

impl Engine for Script {
    fn handle(&mut self, message: ToEngine) {
        if matches!(message, ToEngine::Boot(_)) {
            self.said.push(FromEngine::Ready(Ready::default()));
        }
        if matches!(message, ToEngine::RestartStep(_)) {
            self.now = Time(0);
            self.said.push(FromEngine::Ready(Ready::default()));
        }
        self.handled.push((self.now, message));
    }

    fn now(&self) -> Time {
        self.now
    }

    fn next_due(&self) -> Option<Time> {
        self.due.front().map(|seconds| Time(seconds * Time::SECOND))
    }

    fn advance(&mut self, until: Time, mut steps: u32) -> Advance {
        while let Some(due) = self.next_due().filter(|due| *due <= until) {
            if steps < self.cost {
                return Advance::Spent;
            }
            steps -= self.cost;
            self.now = self.now.max(due);
            self.due.pop_front();
            self.said
                .push(FromEngine::Patch(vec![ViewPatch::Pod(PodView::default())]));
        }
        self.now = self.now.max(until);
        Advance::Reached
    }

    fn drain(&mut self) -> Vec<FromEngine> {
        std::mem::take(&mut self.said)
    }
}

fn pacer(due: &[i64], cost: u32) -> Pacer<Script> {
    let script = Script {
        now: Time(0),
        due: due.iter().copied().collect(),
        handled: Vec::new(),
        said: Vec::new(),
        cost,
    };
    let mut pacer = Pacer::new(script);
    pacer.handle(ToEngine::Boot(Default::default()), 0.0);
    let (said, _) = pacer.slice(0.0, || 0.0);
    assert!(matches!(said[0], FromEngine::Ready(_)));
    assert!(matches!(said[1], FromEngine::Clock(_)));
    pacer
}

fn patches(said: &[FromEngine]) -> usize {
    said.iter()
        .filter(|message| matches!(message, FromEngine::Patch(_)))
        .count()
}

#[test]
fn sleeps_until_something_is_due() {
    let mut pacer = pacer(&[10], 1);
    let (said, wake) = pacer.slice(4_000.0, || 4_000.0);
    assert_eq!((said.len(), wake), (0, Wake::In(6_000.0)));
    let (said, wake) = pacer.slice(10_000.0, || 10_000.0);
    assert_eq!((patches(&said), wake), (1, Wake::Never));
}

#[test]
fn speed_shortens_the_sleep_and_is_told() {
    let mut pacer = pacer(&[10], 1);
    pacer.handle(ToEngine::Speed(5), 4_000.0);
    let (said, wake) = pacer.slice(4_000.0, || 4_000.0);
    assert!(matches!(
        said[..],
        [FromEngine::Clock(Clock {
            speed: 5,
            now: Time(4_000_000),
            ..
        })]
    ));
    assert_eq!(wake, Wake::In(1_200.0));
}

#[test]
fn paused_time_stands_still_and_goes_on_from_there() {
    let mut pacer = pacer(&[10], 1);
    pacer.handle(ToEngine::Pause, 2_000.0);
    let (_, wake) = pacer.slice(9_000.0, || 9_000.0);
    assert_eq!(wake, Wake::Never);
    pacer.handle(ToEngine::Line("ls".into()), 60_000.0);
    assert_eq!(
        pacer.engine.handled.last().map(|(at, _)| *at),
        Some(Time(2_000_000))
    );
    pacer.handle(ToEngine::Resume, 60_000.0);
    assert_eq!(pacer.slice(60_000.0, || 60_000.0).1, Wake::In(8_000.0));
}

#[test]
fn a_message_is_handled_at_the_time_it_comes() {
    let mut pacer = pacer(&[], 1);
    pacer.handle(ToEngine::Line("ls".into()), 1_500.0);
    assert_eq!(
        pacer.engine.handled.last().map(|(at, _)| *at),
        Some(Time(1_500_000))
    );
}

#[test]
fn a_jump_ends_at_what_can_be_seen() {
    let mut pacer = pacer(&[100, 200], 1);
    pacer.handle(ToEngine::StepToNextEvent, 1_000.0);
    let (said, wake) = pacer.slice(1_000.0, || 1_000.0);
    assert_eq!(patches(&said), 1);
    assert!(matches!(
        said.last(),
        Some(FromEngine::Clock(Clock {
            now: Time(100_000_000),
            ..
        }))
    ));
    assert_eq!(wake, Wake::In(100_000.0));
}

#[test]
fn too_much_work_is_cut_into_slices_and_time_falls_behind() {
    // Each thing takes all the steps between two looks at the clock, and each look takes 3 ms.
    let mut pacer = pacer(&[1, 1, 1, 1, 1, 1, 1, 1, 2], STEPS);
    let real = Cell::new(1_000.0);
    let look = || {
        real.set(real.get() + 3.0);
        real.get()
    };
    let (said, wake) = pacer.slice(1_000.0, look);
    assert_eq!((patches(&said), wake), (2, Wake::Now));
    assert!(matches!(
        said.last(),
        Some(FromEngine::Clock(Clock { behind: true, .. }))
    ));
    let (said, wake) = (0..4).fold((Vec::new(), Wake::Now), |(mut all, _), _| {
        let (said, wake) = pacer.slice(real.get(), || real.get());
        all.extend(said);
        (all, wake)
    });
    assert_eq!(patches(&said), 6);
    assert!(matches!(wake, Wake::In(_)), "{wake:?}");
    assert!(!pacer.behind);
}

#[test]
fn a_cluster_that_begins_again_begins_with_its_own_time() {
    let mut pacer = pacer(&[30], 1);
    pacer.slice(20_000.0, || 20_000.0);
    pacer.handle(ToEngine::RestartStep(0), 20_000.0);
    let (said, wake) = pacer.slice(20_000.0, || 20_000.0);
    assert!(
        said.iter()
            .any(|message| matches!(message, FromEngine::Clock(clock) if clock.now == Time(0)))
    );
    assert_eq!(wake, Wake::In(30_000.0));
}

#[test]
fn time_waits_while_the_screen_does_not_keep_up() {
    let mut pacer = pacer(&[1], 1);
    pacer
        .engine
        .said
        .push(FromEngine::Output(vec![0; 2 << 20].into()));
    pacer.slice(100.0, || 100.0);
    let (said, wake) = pacer.slice(5_000.0, || 5_000.0);
    assert_eq!((patches(&said), wake), (0, Wake::Never));
    pacer.handle(ToEngine::Drawn(2 << 20), 6_000.0);
    assert_eq!(patches(&pacer.slice(6_000.0, || 6_000.0).0), 1);
}
