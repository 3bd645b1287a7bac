//! How fast an autoscaler may go: stabilisation windows, scaling policies, the bounds of the spec.
//!
//! Without `behavior` the window for going down is five minutes, and one step up at most doubles (but may reach four).

use std::time::Duration;

use api::autoscaling::v2::{HPAScalingRules, HorizontalPodAutoscalerSpec};
use sim::Time;

/// `--horizontal-pod-autoscaler-downscale-stabilization`.
const DOWNSCALE_WINDOW: Duration = Duration::from_secs(5 * 60);
/// `--horizontal-pod-autoscaler-tolerance`.
const TOLERANCE: f64 = 0.1;
/// The longest window and period that the API allows.
const LONGEST: Duration = Duration::from_secs(3600);

/// A condition's status, reason and message.
type Said = (&'static str, &'static str, &'static str);

const STABILIZED_DOWN: Said = (
    "True",
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
);
const STABILIZED_UP: Said = (
    "True",
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
);
const READY: Said = (
    "True",
    "ReadyForNewScale",
    "recommended size matches current size",
);
const WITHIN: Said = (
    "False",
    "DesiredWithinRange",
    "the desired count is within the acceptable range",
);
const UP_LIMIT: Said = (
    "True",
    "ScaleUpLimit",
    "the desired replica count is increasing faster than the maximum scale rate",
);
const DOWN_LIMIT: Said = (
    "True",
    "ScaleDownLimit",
    "the desired replica count is decreasing faster than the maximum scale rate",
);
const TOO_MANY: Said = (
    "True",
    "TooManyReplicas",
    "the desired replica count is more than the maximum replica count",
);
const TOO_FEW: Said = (
    "True",
    "TooFewReplicas",
    "the desired replica count is less than the minimum replica count",
);

/// How far from the target is close enough, upwards and downwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    up: f64,
    down: f64,
}

impl Tolerance {
    /// Whether nothing needs to be done.
    pub(super) fn holds(self, ratio: f64) -> bool {
        (1.0 - self.down) <= ratio && ratio <= (1.0 + self.up)
    }
}

/// What the spec allows.
pub(super) fn tolerance(spec: &HorizontalPodAutoscalerSpec) -> Tolerance {
    let behavior = spec.behavior.as_ref();
    let of = |rules: Option<&HPAScalingRules>| {
        let given = rules.and_then(|rules| rules.tolerance.as_ref());
        given.map_or(TOLERANCE, |given| given.as_f64())
    };
    Tolerance {
        up: of(behavior.and_then(|b| b.scale_up.as_deref())),
        down: of(behavior.and_then(|b| b.scale_down.as_deref())),
    }
}

/// What is remembered of an autoscaler: what was called for, and what was done.
#[derive(Default)]
pub(super) struct Memory {
    recommendations: Vec<(Time, i32)>,
    /// Positive for up, negative for down.
    changes: Vec<(Time, i32)>,
}

/// What may be done, and what two conditions say about it.
pub(super) struct Limited {
    pub(super) replicas: i32,
    pub(super) able: Said,
    pub(super) limited: Said,
}

impl Memory {
    /// The first thing that is known is how many there are.
    pub(super) fn begin(&mut self, current: i32, now: Time) {
        if self.recommendations.is_empty() {
            self.recommendations.push((now, current));
        }
    }

    /// Remembers a change, for the policies.
    pub(super) fn scaled(&mut self, from: i32, to: i32, now: Time) {
        self.changes.retain(|(at, _)| *at + LONGEST >= now);
        self.changes.push((now, to - from));
    }

    /// Brings what is called for into what is allowed.
    pub(super) fn limit(
        &mut self,
        spec: &HorizontalPodAutoscalerSpec,
        current: i32,
        desired: i32,
        now: Time,
    ) -> Limited {
        let min = spec.min_replicas.unwrap_or(1);
        let bounds = (min, spec.max_replicas);
        let rules = spec.behavior.as_ref();
        let rules = rules.and_then(|b| Some((b.scale_up.as_deref()?, b.scale_down.as_deref()?)));
        let (stable, able) = match rules {
            None => self.stabilize(desired, now),
            Some((up, down)) => self.stabilize_by(up, down, current, desired, now),
        };
        self.recommendations.retain(|(at, _)| *at + LONGEST >= now);
        self.recommendations.push((now, desired));
        let (replicas, limited) = match rules {
            None => without_rules(current, stable, bounds),
            Some((up, _)) if stable > current => self.up(up, current, stable, bounds.1, now),
            Some((_, down)) if stable < current => self.down(down, current, stable, bounds.0, now),
            Some(_) => (stable, WITHIN),
        };
        Limited {
            replicas,
            able,
            limited,
        }
    }

    /// The highest of the last five minutes.
    fn stabilize(&self, desired: i32, now: Time) -> (i32, Said) {
        let recent = self
            .recommendations
            .iter()
            .filter(|(at, _)| *at + DOWNSCALE_WINDOW > now);
        let highest = recent.map(|(_, count)| *count).fold(desired, i32::max);
        let said = if highest == desired {
            READY
        } else {
            STABILIZED_DOWN
        };
        (highest, said)
    }

    fn stabilize_by(
        &self,
        up: &HPAScalingRules,
        down: &HPAScalingRules,
        current: i32,
        desired: i32,
        now: Time,
    ) -> (i32, Said) {
        let window = |rules: &HPAScalingRules, otherwise: Duration| {
            let seconds = rules.stabilization_window_seconds;
            let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
            seconds.map_or(otherwise, Duration::from_secs)
        };
        let (up, down) = (window(up, Duration::ZERO), window(down, DOWNSCALE_WINDOW));
        let recent = |window: Duration| {
            self.recommendations
                .iter()
                .filter(move |(at, _)| *at + window > now)
                .map(|(_, count)| *count)
        };
        let lowest = recent(up).fold(desired, i32::min);
        let highest = recent(down).fold(desired, i32::max);
        let stable = current.max(lowest).min(highest);
        let said = match stable {
            same if same == desired => READY,
            _ if desired >= current => STABILIZED_UP,
            _ => STABILIZED_DOWN,
        };
        (stable, said)
    }

    /// How many were added and how many taken away within a period.
    fn changed(&self, period: i32, now: Time) -> (i32, i32) {
        let period = Duration::from_secs(u64::try_from(period).unwrap_or(0));
        let recent = self.changes.iter().filter(|(at, _)| *at + period > now);
        recent.fold((0, 0), |(added, taken), (_, by)| {
            (added + (*by).max(0), taken + (-*by).max(0))
        })
    }

    /// What the policies say, each of where the count was when its period began; `None` where scaling is disabled.
    fn policies(
        &self,
        rules: &HPAScalingRules,
        current: i32,
        now: Time,
        to: impl Fn(i32, &str, i32) -> i32,
        larger: bool,
    ) -> Option<i32> {
        let select = rules.select_policy.as_deref().unwrap_or("Max");
        if select == "Disabled" {
            return None;
        }
        let all = rules.policies.iter().map(|policy| {
            let (added, taken) = self.changed(policy.period_seconds, now);
            to(current - added + taken, &policy.type_, policy.value)
        });
        // The largest change that is allowed, or the smallest.
        if (select == "Max") == larger {
            all.max()
        } else {
            all.min()
        }
    }

    fn up(
        &self,
        rules: &HPAScalingRules,
        current: i32,
        desired: i32,
        max: i32,
        now: Time,
    ) -> (i32, Said) {
        let to = |start: i32, type_: &str, value: i32| match type_ {
            "Pods" => start.saturating_add(value),
            _ => (f64::from(start) * (1.0 + f64::from(value) / 100.0)).ceil() as i32,
        };
        let limit = self.policies(rules, current, now, to, true);
        let limit = limit.unwrap_or(current).max(current);
        let (most, said) = if max > limit {
            (limit, UP_LIMIT)
        } else {
            (max, TOO_MANY)
        };
        if desired > most {
            (most, said)
        } else {
            (desired, WITHIN)
        }
    }

    fn down(
        &self,
        rules: &HPAScalingRules,
        current: i32,
        desired: i32,
        min: i32,
        now: Time,
    ) -> (i32, Said) {
        let to = |start: i32, type_: &str, value: i32| match type_ {
            "Pods" => start.saturating_sub(value),
            _ => (f64::from(start) * (1.0 - f64::from(value) / 100.0)) as i32,
        };
        let limit = self.policies(rules, current, now, to, false);
        let limit = limit.unwrap_or(current).min(current);
        let (least, said) = if min < limit {
            (limit, DOWN_LIMIT)
        } else {
            (min, TOO_FEW)
        };
        if desired < least {
            (least, said)
        } else {
            (desired, WITHIN)
        }
    }
}

/// The bounds of the spec, and at most twice as many (or four) in one step.
fn without_rules(current: i32, desired: i32, (min, max): (i32, i32)) -> (i32, Said) {
    let limit = current.saturating_mul(2).max(4);
    let (most, said) = if max > limit {
        (limit, UP_LIMIT)
    } else {
        (max, TOO_MANY)
    };
    if desired < min {
        (min, TOO_FEW)
    } else if desired > most {
        (most, said)
    } else {
        (desired, WITHIN)
    }
}

#[cfg(test)]
mod tests {
    use api::autoscaling::v2::{HPAScalingPolicy, HorizontalPodAutoscalerBehavior};

    use super::*;

    fn spec(max: i32) -> HorizontalPodAutoscalerSpec {
        HorizontalPodAutoscalerSpec {
            max_replicas: max,
            min_replicas: Some(1),
            ..HorizontalPodAutoscalerSpec::default()
        }
    }

    fn rules(window: i32, policies: &[(&str, i32, i32)]) -> HPAScalingRules {
        HPAScalingRules {
            stabilization_window_seconds: Some(window),
            select_policy: Some("Max".into()),
            policies: policies
                .iter()
                .map(|(type_, value, period_seconds)| HPAScalingPolicy {
                    type_: (*type_).into(),
                    value: *value,
                    period_seconds: *period_seconds,
                })
                .collect(),
            tolerance: None,
        }
    }

    fn at(seconds: i64) -> Time {
        Time::from_secs(1_000_000 + seconds)
    }

    #[test]
    fn goes_down_once_five_minutes_called_for_less() {
        let (spec, mut memory) = (spec(10), Memory::default());
        memory.begin(1, at(0));
        let up = memory.limit(&spec, 1, 7, at(0));
        assert_eq!((up.replicas, up.limited.1), (4, "ScaleUpLimit"));
        let stays = memory.limit(&spec, 7, 1, at(299));
        assert_eq!((stays.replicas, stays.able.1), (7, "ScaleDownStabilized"));
        let down = memory.limit(&spec, 7, 1, at(300));
        assert_eq!((down.replicas, down.able.1), (1, "ReadyForNewScale"));
        let most = memory.limit(&spec, 7, 30, at(301));
        assert_eq!((most.replicas, most.limited.1), (10, "TooManyReplicas"));
    }

    #[test]
    fn policies_bound_the_change_of_a_period() {
        let mut spec = spec(100);
        spec.behavior = Some(
            HorizontalPodAutoscalerBehavior {
                scale_up: Some(rules(0, &[("Pods", 4, 15), ("Percent", 100, 15)]).into()),
                scale_down: Some(rules(60, &[("Percent", 10, 60)]).into()),
            }
            .into(),
        );
        let mut memory = Memory::default();
        memory.begin(1, at(0));
        let up = memory.limit(&spec, 1, 50, at(0));
        assert_eq!((up.replicas, up.limited.1), (5, "ScaleUpLimit"));
        memory.scaled(1, 5, at(0));
        let again = memory.limit(&spec, 5, 50, at(10));
        assert_eq!(again.replicas, 5, "the period is not over");
        let later = memory.limit(&spec, 5, 50, at(15));
        assert_eq!(later.replicas, 10, "twice as many is more than four more");
        let down = memory.limit(&spec, 80, 1, at(200));
        assert_eq!((down.replicas, down.limited.1), (72, "ScaleDownLimit"));
    }
}
