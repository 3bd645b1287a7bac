//! When a failed key may be tried again (`workqueue.DefaultTypedControllerRateLimiter`).

use std::collections::BTreeMap;
use std::time::Duration;

use sim::Time;

/// Retry delays per key that double from `base` to `max`, optionally bounded by a bucket over all keys.
pub struct RateLimiter<K> {
    base: Duration,
    max: Duration,
    failures: BTreeMap<K, u32>,
    bucket: Option<Bucket>,
}

impl<K: Clone + Ord> RateLimiter<K> {
    /// What controllers use unless they choose their own: 5 ms to 1000 s, at most 10 a second after 100 at once.
    pub fn controller_default() -> Self {
        Self {
            bucket: Some(Bucket::new(10.0, 100.0)),
            ..Self::exponential(Duration::from_millis(5), Duration::from_secs(1000))
        }
    }

    /// Delays that double with every failure.
    pub fn exponential(base: Duration, max: Duration) -> Self {
        Self {
            base,
            max,
            failures: BTreeMap::new(),
            bucket: None,
        }
    }

    pub(super) fn when(&mut self, key: &K, now: Time) -> Duration {
        let failures = self.failures.entry(key.clone()).or_default();
        let factor = 2_u32.saturating_pow(*failures);
        *failures = failures.saturating_add(1);
        let own = self.base.saturating_mul(factor).min(self.max);
        let shared = self.bucket.as_mut().map(|bucket| bucket.reserve(now));
        own.max(shared.unwrap_or_default())
    }

    pub(super) fn forget(&mut self, key: &K) {
        self.failures.remove(key);
    }

    pub(super) fn num_requeues(&self, key: &K) -> u32 {
        self.failures.get(key).copied().unwrap_or(0)
    }
}

/// A token bucket (`golang.org/x/time/rate`, `k8s.io/client-go/util/flowcontrol`).
#[derive(Clone, Debug)]
pub struct Bucket {
    per_second: f64,
    burst: f64,
    tokens: f64,
    at: Option<Time>,
}

impl Bucket {
    /// A full bucket of `burst` tokens that gains `per_second`.
    pub fn new(per_second: f64, burst: f64) -> Self {
        Self {
            per_second,
            burst,
            tokens: burst,
            at: None,
        }
    }

    /// Takes a token if there is one.
    pub fn try_take(&mut self, now: Time) -> bool {
        self.refill(now);
        let there = self.tokens >= 1.0;
        if there {
            self.tokens -= 1.0;
        }
        there
    }

    /// Takes a token in any case, and says how long to wait until it exists.
    pub fn reserve(&mut self, now: Time) -> Duration {
        self.refill(now);
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.tokens / self.per_second)
        }
    }

    fn refill(&mut self, now: Time) {
        if let Some(at) = self.at {
            let gained = now.since(at).as_secs_f64() * self.per_second;
            self.tokens = (self.tokens + gained).min(self.burst);
        }
        self.at = Some(now);
    }
}
