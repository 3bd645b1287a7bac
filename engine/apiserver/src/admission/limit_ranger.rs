//! LimitRanger: what containers ask for when they say nothing, and how much they may ask for.

use api::core::v1::{Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod};
use apimachinery::{Map, Object, Quantity, Status, Str};
use component_helpers::quota::{Amounts, sum};

use super::{Attributes, Operation, Plugin, lookup_all};

const ANNOTATION: &str = "kubernetes.io/limit-ranger";

/// The plugin.
pub(super) struct LimitRanger;

impl Plugin for LimitRanger {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if attributes.operation != Operation::Create || !attributes.is("", "pods") {
            return Ok(());
        }
        let Some(pod) = object.downcast_mut::<Pod>() else {
            return Ok(());
        };
        for range in lookup_all::<LimitRange>(attributes.cx, attributes.namespace) {
            fill(pod, &range);
        }
        Ok(())
    }

    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        let claims = attributes.is("", "persistentvolumeclaims");
        let writes = match attributes.operation {
            Operation::Create => claims || attributes.is("", "pods"),
            Operation::Update => claims,
            Operation::Delete | Operation::Connect => false,
        };
        let (true, Some(object)) = (writes, object) else {
            return Ok(());
        };
        for range in lookup_all::<LimitRange>(attributes.cx, attributes.namespace) {
            let mut errors = Vec::new();
            for item in &range.spec.limits {
                match object.downcast_ref::<Pod>() {
                    Some(pod) => check_pod(pod, item, &mut errors),
                    None => check_claim(object, item, &mut errors),
                }
            }
            let because = match errors.as_slice() {
                [] => continue,
                [only] => only.clone(),
                many => format!("[{}]", many.join(", ")),
            };
            return Err(attributes.forbidden(Some(object), &because));
        }
        Ok(())
    }
}

/// Gives every container what the range says it gets by default, and notes that in an annotation.
fn fill(pod: &mut Pod, range: &LimitRange) {
    let (mut requests, mut limits) = (
        Map::<Str, Quantity>::default(),
        Map::<Str, Quantity>::default(),
    );
    for item in range
        .spec
        .limits
        .iter()
        .filter(|item| item.type_ == "Container")
    {
        for (name, amount) in &item.default_request {
            requests.insert(name.clone(), amount.clone());
        }
        for (name, amount) in &item.default_ {
            limits.insert(name.clone(), amount.clone());
        }
    }
    let mut notes = Vec::new();
    let spec = &mut *pod.spec;
    let mut each = |containers: &mut [Container], what: &str| {
        for container in containers {
            let mut set = |to: &mut Map<Str, Quantity>, from: &Map<Str, Quantity>, kind: &str| {
                let mut names: Vec<&str> = Vec::new();
                for (name, amount) in from {
                    if !to.contains_key(name.as_str()) {
                        to.insert(name.clone(), amount.clone());
                        names.push(name);
                    }
                }
                if !names.is_empty() {
                    notes.push(format!(
                        "{} {kind} for {what} {}",
                        names.join(", "),
                        container.name
                    ));
                }
            };
            set(&mut container.resources.requests, &requests, "request");
            set(&mut container.resources.limits, &limits, "limit");
        }
    };
    each(&mut spec.containers, "container");
    each(&mut spec.init_containers, "init container");
    if !notes.is_empty() {
        let note = format!("LimitRanger plugin set: {}", notes.join("; "));
        pod.metadata
            .annotations
            .insert(Str::from(ANNOTATION), Str::from(note));
    }
}

fn check_pod(pod: &Pod, item: &LimitRangeItem, errors: &mut Vec<String>) {
    match item.type_.as_str() {
        "Container" => {
            for container in pod.spec.containers.iter().chain(&pod.spec.init_containers) {
                let resources = &container.resources;
                check(item, &resources.requests, &resources.limits, errors);
            }
        }
        "Pod" => {
            let requests = sum(pod, |container| &container.resources.requests);
            let limits = sum(pod, |container| &container.resources.limits);
            check(item, &requests, &limits, errors);
        }
        _ => {}
    }
}

fn check(item: &LimitRangeItem, requests: &Amounts, limits: &Amounts, errors: &mut Vec<String>) {
    let kind = &item.type_;
    for (name, least) in &item.min {
        let text = format!("minimum {name} usage per {kind} is {least}");
        match (requests.get(name), limits.get(name)) {
            (None, _) => errors.push(format!("{text}.  No request is specified")),
            (Some(request), _) if request.nanos() < least.nanos() => {
                errors.push(format!("{text}, but request is {request}"));
            }
            (_, Some(limit)) if limit.nanos() < least.nanos() => {
                errors.push(format!("{text}, but limit is {limit}"));
            }
            _ => {}
        }
    }
    for (name, most) in &item.max {
        let text = format!("maximum {name} usage per {kind} is {most}");
        match (limits.get(name), requests.get(name)) {
            (None, _) => errors.push(format!("{text}.  No limit is specified")),
            (Some(limit), _) if limit.nanos() > most.nanos() => {
                errors.push(format!("{text}, but limit is {limit}"));
            }
            (_, Some(request)) if request.nanos() > most.nanos() => {
                errors.push(format!("{text}, but request is {request}"));
            }
            _ => {}
        }
    }
    for (name, most) in &item.max_limit_request_ratio {
        let text = format!("{name} max limit to request ratio per {kind} is {most}");
        match (requests.get(name), limits.get(name)) {
            (None, _) => {
                errors.push(format!(
                    "{text}, but no request is specified or request is 0"
                ));
            }
            (Some(request), _) if request.is_zero() => {
                errors.push(format!(
                    "{text}, but no request is specified or request is 0"
                ));
            }
            (_, None) => errors.push(format!("{text}, but no limit is specified or limit is 0")),
            (Some(request), Some(limit)) => {
                let ratio = limit.as_f64() / request.as_f64();
                if ratio > most.as_f64() {
                    errors.push(format!("{text}, but provided ratio is {ratio:.6}"));
                }
            }
        }
    }
}

fn check_claim(object: &dyn Object, item: &LimitRangeItem, errors: &mut Vec<String>) {
    let Some(claim) = object.downcast_ref::<PersistentVolumeClaim>() else {
        return;
    };
    if item.type_ != "PersistentVolumeClaim" {
        return;
    }
    let requests = &claim.spec.resources.requests;
    for (list, word) in [(&item.min, "minimum"), (&item.max, "maximum")] {
        for (name, bound) in list {
            let text = format!("{word} {name} usage per PersistentVolumeClaim is {bound}");
            match requests.get(name.as_str()) {
                None => errors.push(format!("{text}.  No request is specified")),
                Some(request)
                    if (word == "minimum" && request.nanos() < bound.nanos())
                        || (word == "maximum" && request.nanos() > bound.nanos()) =>
                {
                    errors.push(format!("{text}, but request is {request}"));
                }
                Some(_) => {}
            }
        }
    }
}
