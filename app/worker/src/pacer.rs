//! Turns real time into virtual time: the one place where the two meet.
//!
//! The engine knows only virtual time. The pacer holds an anchor (a real and a virtual moment that coincide) and the
//! speed, tells the engine how far to go, in slices short enough that a key is never kept waiting, and says when it
//! wants to be woken next. Between two things that are due it sleeps: an idle cluster costs nothing.
//!
//! When more is due than fits into real time, virtual time falls behind and the anchor moves with it; nothing is ever
//! left out. The order of everything is the engine's; how it is cut into slices changes nothing but the picture.

use view::{Advance, Clock, Engine, FromEngine, Time, ToEngine, ViewPatch};

/// Steps of the engine between two looks at the real clock. A step of a busy cluster can take a tenth of a millisecond.
const STEPS: u32 = 20;
/// Milliseconds that a slice may take.
const SLICE: f64 = 8.0;
/// The same behind a key or a line: what it comes to is told before the work goes on.
const SHORT_SLICE: f64 = 2.0;
/// Bytes of output that may be on their way to the screen; beyond it virtual time waits.
const OUTPUT: u64 = 1 << 20;
/// Jumping to the next event gives up after this much virtual time without one.
const FAR: i64 = 24 * 3600 * Time::SECOND;

/// What the pacer wants after a slice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wake {
    /// To go on at once, after other messages.
    Now,
    /// To go on in so many milliseconds.
    In(f64),
    /// Nothing, until a message comes.
    Never,
}

/// An engine whose virtual time follows real time.
pub(crate) struct Pacer<E> {
    engine: E,
    /// Real milliseconds and the virtual moment that go together.
    anchor: (f64, Time),
    speed: u16,
    running: bool,
    behind: bool,
    /// Something was typed since the last slice.
    typed: bool,
    /// The engine is up; until then it goes as fast as it can.
    ready: bool,
    /// On the way to the next event: until when at most.
    jump: Option<Time>,
    /// Bytes of output not yet drawn.
    undrawn: u64,
    told: Option<Clock>,
}

impl<E: Engine> Pacer<E> {
    /// A pacer at the speed of real time.
    pub(crate) fn new(engine: E) -> Pacer<E> {
        Pacer {
            engine,
            anchor: (0.0, Time::default()),
            speed: 1,
            running: true,
            behind: false,
            typed: false,
            ready: false,
            jump: None,
            undrawn: 0,
            told: None,
        }
    }

    /// Takes a message of the page at the real time `now` (ms).
    pub(crate) fn handle(&mut self, message: ToEngine, now: f64) {
        match message {
            ToEngine::Speed(speed) => {
                self.set_anchor(now);
                self.speed = speed.max(1);
            }
            ToEngine::Pause => {
                self.set_anchor(now);
                self.running = false;
            }
            ToEngine::Resume => {
                self.set_anchor(now);
                self.running = true;
            }
            ToEngine::StepToNextEvent => self.jump = Some(self.engine.now().plus_micros(FAR)),
            ToEngine::Drawn(bytes) => self.undrawn = self.undrawn.saturating_sub(bytes.into()),
            message => {
                self.catch_up(now);
                let before = self.engine.now();
                self.typed |= matches!(
                    message,
                    ToEngine::Keys(_) | ToEngine::Line(_) | ToEngine::Complete { .. }
                );
                self.engine.handle(message);
                if self.engine.now() < before {
                    // Another cluster has begun, whose time is an earlier one.
                    self.ready = false;
                    self.jump = None;
                    self.told = None;
                }
            }
        }
    }

    /// Works for a while at the real time `now` (ms), asking `clock` for the real time meanwhile.
    pub(crate) fn slice(&mut self, now: f64, clock: impl Fn() -> f64) -> (Vec<FromEngine>, Wake) {
        let mut said = Vec::new();
        let reached = self.work(now, clock, &mut said);
        said.extend(self.engine.drain());
        self.take_pace(&mut said, now);
        self.count(&said);
        if !self.ready
            && said
                .iter()
                .any(|message| matches!(message, FromEngine::Ready(_)))
        {
            self.ready = true;
            self.anchor = (now, self.engine.now());
        }
        // The cluster's own clock may have jumped ahead (a fault): real time goes on from there.
        if self.ready && self.jump.is_none() && self.engine.now() > self.target_alone(now) {
            self.anchor = (now, self.engine.now());
            self.told = None;
        }
        self.behind = self.ready && !reached && self.jump.is_none();
        if self.behind {
            self.anchor = (now, self.engine.now());
        }
        self.tell_clock(now, &mut said);
        let wake = if reached {
            self.next_wake(now)
        } else {
            Wake::Now
        };
        (said, wake)
    }

    /// Runs the engine as far as it should be by now. Whether it got there.
    fn work(&mut self, now: f64, clock: impl Fn() -> f64, said: &mut Vec<FromEngine>) -> bool {
        if self.undrawn > OUTPUT {
            // Woken by the page when it has drawn some.
            return true;
        }
        let typed = std::mem::take(&mut self.typed);
        let slice = if typed { SHORT_SLICE } else { SLICE };
        while clock() - now < slice {
            if let Some(limit) = self.jump {
                if self.jump_on(limit, now, said) {
                    return true;
                }
                continue;
            }
            let target = if self.ready {
                self.target(now)
            } else {
                self.engine.now()
            };
            let advance = self.engine.advance(target, STEPS);
            if advance == Advance::Reached {
                return true;
            }
        }
        false
    }

    /// One step of a jump. Whether it has arrived.
    fn jump_on(&mut self, limit: Time, now: f64, said: &mut Vec<FromEngine>) -> bool {
        let due = self.engine.next_due().filter(|due| *due <= limit);
        let arrived = match due {
            None => true,
            Some(due) => {
                self.engine.advance(due.max(self.engine.now()), STEPS);
                let news = self.engine.drain();
                let seen = news.iter().any(is_event);
                said.extend(news);
                seen
            }
        };
        if arrived {
            self.jump = None;
            self.anchor = (now, self.engine.now());
            self.told = None;
        }
        arrived
    }

    /// Virtual time as it should be at the real time `now`.
    fn target(&self, now: f64) -> Time {
        self.target_alone(now).max(self.engine.now())
    }

    /// The same, if the engine's clock is not ahead of it.
    fn target_alone(&self, now: f64) -> Time {
        let (real, virtual_) = self.anchor;
        if !self.running {
            return virtual_;
        }
        let micros = (now - real).max(0.0) * 1000.0 * f64::from(self.speed);
        virtual_.plus_micros(micros as i64)
    }

    /// Lets time that has passed pass for the engine too, so that what comes next happens now and not then.
    fn catch_up(&mut self, now: f64) {
        if self.ready && self.jump.is_none() {
            let target = self.target(now);
            if self.engine.advance(target, STEPS) == Advance::Spent {
                self.anchor = (now, self.engine.now());
            }
        }
    }

    /// A lesson may want another speed.
    fn take_pace(&mut self, said: &mut Vec<FromEngine>, now: f64) {
        let mut wanted = None;
        said.retain(|message| match message {
            FromEngine::Pace(speed) => {
                wanted = Some(*speed);
                false
            }
            _ => true,
        });
        if let Some(speed) = wanted {
            self.anchor = (now, self.engine.now());
            self.speed = speed.max(1);
            self.told = None;
        }
    }

    fn set_anchor(&mut self, now: f64) {
        self.catch_up(now);
        self.anchor = (now, self.engine.now());
        // Whoever changes the clock wants it told, even if nothing else is to be said.
        self.told = None;
    }

    fn next_wake(&self, now: f64) -> Wake {
        if self.undrawn > OUTPUT {
            return Wake::Never;
        }
        let Some(due) = self.engine.next_due() else {
            return Wake::Never;
        };
        let wait = due.0.saturating_sub(self.target(now).0);
        match (wait <= 0, self.running) {
            (true, _) => Wake::Now,
            (false, true) => Wake::In(wait as f64 / 1000.0 / f64::from(self.speed)),
            (false, false) => Wake::Never,
        }
    }

    fn count(&mut self, said: &[FromEngine]) {
        for message in said {
            if let FromEngine::Output(bytes) = message {
                self.undrawn += bytes.0.len() as u64;
            }
        }
    }

    /// Tells the page how the clock runs, when it could not know.
    fn tell_clock(&mut self, now: f64, said: &mut Vec<FromEngine>) {
        if !self.ready {
            return;
        }
        let clock = Clock {
            now: self.target(now),
            speed: self.speed,
            running: self.running,
            behind: self.behind,
            next: self.engine.next_due(),
        };
        let foreseen = self.told.is_some_and(|told| {
            told.speed == clock.speed
                && told.running == clock.running
                && told.behind == clock.behind
                && !clock.behind
                && told.now <= clock.now
                && (told.running || told.now == clock.now)
        });
        if !foreseen {
            said.push(FromEngine::Clock(clock));
            self.told = Some(clock);
        }
    }
}

/// Whether a person can see or read what has happened.
fn is_event(message: &FromEngine) -> bool {
    match message {
        FromEngine::Patch(patches) => patches
            .iter()
            .any(|patch| !matches!(patch, ViewPatch::EventGone(_) | ViewPatch::Node(_))),
        FromEngine::Output(_) | FromEngine::Prompt(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
