//! Whether a check holds, and what there is instead.

use crate::{Check, CommandPattern, EventCheck, TrafficCheck, World};

/// Whether a check holds, and what was found if not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it holds now.
    pub holds: bool,
    /// What there is instead, in a few words; may be empty.
    pub found: String,
}

impl Outcome {
    /// It holds, or not because of what is found.
    pub(crate) fn new(holds: bool, found: impl FnOnce() -> String) -> Self {
        let found = if holds { String::new() } else { found() };
        Self { holds, found }
    }
}

impl Check {
    /// Looks whether it holds; commands count that were run at `since` (microseconds) or later.
    pub fn evaluate(&self, world: &dyn World, since: i64) -> Outcome {
        if let Some(object) = &self.object {
            object.evaluate(world)
        } else if let Some(event) = &self.event {
            event.evaluate(world)
        } else if let Some(pattern) = &self.command {
            pattern.evaluate(world, since)
        } else if let Some(traffic) = &self.traffic {
            traffic.evaluate(world)
        } else {
            Outcome::default()
        }
    }

    /// What is wrong with the check itself.
    pub(crate) fn nonsense(&self) -> Option<String> {
        let given = [
            self.object.is_some(),
            self.event.is_some(),
            self.command.is_some(),
            self.traffic.is_some(),
        ];
        if given.iter().filter(|given| **given).count() != 1 {
            return Some("gives exactly one of `object`, `event`, `command` and `traffic`".into());
        }
        self.object.as_ref()?.nonsense()
    }
}

impl CommandPattern {
    fn evaluate(&self, world: &dyn World, since: i64) -> Outcome {
        let wanted = self.exit.unwrap_or(0);
        let mut found = String::new();
        for command in world.commands() {
            if command.at < since || !self.matches(&command.line) {
                continue;
            }
            let missing = self
                .output
                .iter()
                .find(|text| !command.output.contains(*text));
            found = match missing {
                _ if command.exit != wanted && wanted == 0 => {
                    "that command ended with an error".into()
                }
                _ if command.exit != wanted => "that command ended in another way".into(),
                Some(text) => format!("it did not print {text:?}"),
                None => return Outcome::new(true, String::new),
            };
        }
        Outcome::new(false, || found)
    }
}

impl EventCheck {
    fn evaluate(&self, world: &dyn World) -> Outcome {
        let namespace = (self.namespace != "*").then_some(self.namespace.as_str());
        let mut times = 0;
        for event in world.list("v1", "Event", namespace) {
            let text = |place: &str| event.pointer(place).and_then(|v| v.as_str()).unwrap_or("");
            let about = |place: &str, wanted: &Option<String>, same: fn(&str, &str) -> bool| {
                wanted
                    .as_deref()
                    .is_none_or(|wanted| same(text(place), wanted))
            };
            let fits = text("/reason") == self.reason
                && about("/involvedObject/kind", &self.kind, |a, b| a == b)
                && about("/involvedObject/name", &self.name, |a, b| a.starts_with(b))
                && about("/message", &self.message, |a, b| a.contains(b));
            if fits {
                let count = event["count"].as_u64().unwrap_or(0);
                let series = event["series"]["count"].as_u64().unwrap_or(0);
                times += count.max(series).max(1);
            }
        }
        Outcome::new(times >= self.at_least, || match times {
            0 => format!("no event {} so far", self.reason),
            times => format!("{times} times so far, not {}", self.at_least),
        })
    }
}

impl TrafficCheck {
    fn evaluate(&self, world: &dyn World) -> Outcome {
        let streams = world.traffic().unwrap_or_default();
        let mut fitting = streams.iter().filter(|stream| {
            stream.running && self.url.as_ref().is_none_or(|url| *url == stream.spec.url)
        });
        let Some(stream) = fitting.next() else {
            return Outcome::new(false, || "no traffic is being sent".into());
        };
        let percent = stream.success_percent();
        let enough = u64::from(stream.recent) >= self.requests;
        let good = percent.is_some_and(|percent| {
            self.at_least.is_none_or(|least| percent >= least)
                && self.at_most.is_none_or(|most| percent <= most)
        });
        Outcome::new(enough && good, || match percent {
            None => "no request has been answered yet".into(),
            Some(_) if !enough => {
                format!("{} requests so far, not {}", stream.recent, self.requests)
            }
            Some(percent) => format!("{percent:.1} of 100 requests are answered now"),
        })
    }
}
