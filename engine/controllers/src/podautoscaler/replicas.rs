//! How many replicas a measurement calls for (`replica_calculator.go`).
//!
//! Pods that end or have failed do not count. Pods that start, or whose CPU was measured while they did, and pods
//! without a measurement are taken for what makes the change smaller: idle when scaling up, at the target when scaling
//! down.

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::Pod;
use apimachinery::{Str, Time};
use component_helpers::pod;

use super::limits::Tolerance;
use super::metrics::{Measured, Measures};

/// How long a pod's start may distort what is measured, in seconds.
const INITIALIZATION: i64 = 5 * 60;
/// How long after its start a pod's first change of readiness may come, in seconds.
const INITIAL_READINESS: i64 = 30;

/// What is asked.
pub(super) struct Question<'a> {
    pub(super) current: i32,
    pub(super) resource: &'a str,
    /// Empty for whole pods.
    pub(super) container: &'a str,
    pub(super) tolerance: Tolerance,
    pub(super) now: Time,
}

/// The answer for a target in percent of the requests.
pub(super) struct Utilization {
    pub(super) replicas: i32,
    pub(super) utilization: i32,
    /// What a pod uses on average, in thousandths.
    pub(super) usage: i64,
}

/// The pods, sorted by how much their measurement says.
#[derive(Default)]
struct Groups {
    ready: usize,
    unready: Vec<Str>,
    missing: Vec<Str>,
    ignored: Vec<Str>,
}

const NO_PODS: &str = "no pods returned by selector while calculating replica count";
const NOTHING_MEASURED: &str = "did not receive metrics for targeted pods (pods might be unready)";

/// For a target in percent of what pods ask for.
pub(super) fn by_utilization(
    question: &Question<'_>,
    target: i32,
    mut measured: Measures,
    pods: &[Rc<Pod>],
) -> Result<Utilization, String> {
    let groups = group(question, &mut measured, pods)?;
    let requests = requests(question, pods)?;
    let (ratio, utilization, usage) = utilization(&measured, &requests, target)?;
    let replicas = groups.conclude(question, ratio, &mut measured, |measured, missing| {
        if let Some(missing) = missing {
            // Pods at their request, or at the target when that is higher.
            let percent = i64::from(target.max(100));
            let request = requests.get(missing).copied().unwrap_or_default();
            return Ok(Answer::Fill(request * percent / 100));
        }
        utilization_ratio(measured, &requests, target).map(Answer::Ratio)
    })?;
    Ok(Utilization {
        replicas,
        utilization,
        usage,
    })
}

/// For a target in thousandths per pod: replicas, and what a pod uses on average.
pub(super) fn by_value(
    question: &Question<'_>,
    target: i64,
    mut measured: Measures,
    pods: &[Rc<Pod>],
) -> Result<(i32, i64), String> {
    let groups = group(question, &mut measured, pods)?;
    let (ratio, usage) = value_ratio(&measured, target);
    let replicas = groups.conclude(question, ratio, &mut measured, |measured, missing| {
        Ok(match missing {
            Some(_) => Answer::Fill(target),
            None => Answer::Ratio(value_ratio(measured, target).0),
        })
    })?;
    Ok((replicas, usage))
}

/// What [`Groups::conclude`] asks for: what to take a missing pod for when scaling down, or the ratio anew.
enum Answer {
    Fill(i64),
    Ratio(f64),
}

impl Groups {
    fn conclude(
        &self,
        question: &Question<'_>,
        ratio: f64,
        measured: &mut Measures,
        ask: impl Fn(&Measures, Option<&Str>) -> Result<Answer, String>,
    ) -> Result<i32, String> {
        let current = question.current;
        let up_with_unready = !self.unready.is_empty() && ratio > 1.0;
        if !up_with_unready && self.missing.is_empty() {
            if question.tolerance.holds(ratio) {
                return Ok(current);
            }
            return Ok(ceil(ratio * self.ready as f64));
        }
        let fill = |value| Measured {
            value,
            at: question.now,
            window: 0,
        };
        for name in &self.missing {
            let value = match ratio {
                down if down < 1.0 => match ask(measured, Some(name))? {
                    Answer::Fill(value) => value,
                    Answer::Ratio(_) => 0,
                },
                up if up > 1.0 => 0,
                _ => continue,
            };
            measured.insert(name.clone(), fill(value));
        }
        if up_with_unready {
            for name in &self.unready {
                measured.insert(name.clone(), fill(0));
            }
        }
        let Answer::Ratio(anew) = ask(measured, None)? else {
            return Ok(current);
        };
        let turned = (ratio < 1.0 && anew > 1.0) || (ratio > 1.0 && anew < 1.0);
        if question.tolerance.holds(anew) || turned {
            return Ok(current);
        }
        let replicas = ceil(anew * measured.len() as f64);
        let against = (anew < 1.0 && replicas > current) || (anew > 1.0 && replicas < current);
        Ok(if against { current } else { replicas })
    }
}

/// Sorts the pods, and drops the measurements that say nothing.
fn group(
    question: &Question<'_>,
    measured: &mut Measures,
    pods: &[Rc<Pod>],
) -> Result<Groups, String> {
    if pods.is_empty() {
        return Err(NO_PODS.to_owned());
    }
    let mut groups = Groups::default();
    for pod in pods {
        let name = pod.metadata.name.clone();
        let phase = pod.status.phase.as_str();
        if pod.metadata.is_deleting() || phase == "Failed" {
            groups.ignored.push(name);
        } else if phase == "Pending" {
            groups.unready.push(name);
        } else {
            match measured.get(&name) {
                None => groups.missing.push(name),
                Some(sample) if question.resource == "cpu" && starts(pod, sample, question.now) => {
                    groups.unready.push(name);
                }
                Some(_) => groups.ready += 1,
            }
        }
    }
    for name in groups.ignored.iter().chain(&groups.unready) {
        measured.remove(name);
    }
    if measured.is_empty() {
        return Err(NOTHING_MEASURED.to_owned());
    }
    Ok(groups)
}

/// Whether what was measured is a pod's start rather than its work.
fn starts(pod: &Pod, sample: &Measured, now: Time) -> bool {
    let ready = pod::condition(&pod.status, "Ready");
    let (Some(ready), Some(start)) = (ready, pod.status.start_time) else {
        return true;
    };
    let since = ready.last_transition_time.unix();
    let not_ready = ready.status == "False";
    if start.unix() + INITIALIZATION > now.unix() {
        not_ready || sample.at.unix() < since + sample.window
    } else {
        not_ready && start.unix() + INITIAL_READINESS > since
    }
}

/// What every pod asks for, in thousandths.
fn requests(question: &Question<'_>, pods: &[Rc<Pod>]) -> Result<BTreeMap<Str, i64>, String> {
    let resource = question.resource;
    let mut all = BTreeMap::new();
    for pod in pods {
        let name = &pod.metadata.name;
        let whole = pod.spec.resources.as_ref();
        let whole = whole.and_then(|resources| resources.requests.get(resource));
        let whole = whole.filter(|_| question.container.is_empty());
        if let Some(request) = whole {
            all.insert(name.clone(), request.milli_value());
            continue;
        }
        let sidecars = pod.spec.init_containers.iter();
        let sidecars = sidecars.filter(|c| component_helpers::requests::is_sidecar(c));
        let mut sum = 0;
        for container in pod.spec.containers.iter().chain(sidecars) {
            if !question.container.is_empty() && container.name != question.container {
                continue;
            }
            let request = container.resources.requests.get(resource).ok_or_else(|| {
                format!(
                    "missing request for {resource} in container {} of Pod {name}",
                    container.name
                )
            })?;
            sum += request.milli_value();
        }
        all.insert(name.clone(), sum);
    }
    Ok(all)
}

/// How far from the target, in percent of the requests, and on average in thousandths.
fn utilization(
    measured: &Measures,
    requests: &BTreeMap<Str, i64>,
    target: i32,
) -> Result<(f64, i32, i64), String> {
    let (mut used, mut asked, mut count) = (0, 0, 0);
    for (name, sample) in measured {
        if let Some(request) = requests.get(name) {
            used += sample.value;
            asked += request;
            count += 1;
        }
    }
    if asked == 0 || count == 0 {
        return Err("no metrics returned matched known pods".to_owned());
    }
    let percent = i32::try_from(used * 100 / asked).unwrap_or(i32::MAX);
    let ratio = f64::from(percent) / f64::from(target.max(1));
    Ok((ratio, percent, used / count))
}

fn utilization_ratio(
    measured: &Measures,
    requests: &BTreeMap<Str, i64>,
    target: i32,
) -> Result<f64, String> {
    utilization(measured, requests, target).map(|(ratio, _, _)| ratio)
}

fn value_ratio(measured: &Measures, target: i64) -> (f64, i64) {
    let total: i64 = measured.values().map(|sample| sample.value).sum();
    let count = i64::try_from(measured.len()).unwrap_or(1).max(1);
    let usage = total / count;
    (usage as f64 / target.max(1) as f64, usage)
}

/// A ratio times a count of pods, rounded up.
fn ceil(replicas: f64) -> i32 {
    // A float becomes the nearest number that there is.
    replicas.ceil() as i32
}
