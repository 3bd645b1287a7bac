//! LimitRange: how much each pod, container or claim of a namespace may use, and what they get when they do not say.

use std::collections::BTreeSet;

use api::core::v1::{LimitRange, LimitRangeItem};
use apimachinery::validation::is_qualified_name;
use apimachinery::{Map, Quantity, Str};

use crate::context::Context;
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::field::{Errors, Path};
use crate::validation::quantity::{
    is_overcommit_allowed, validate_container_resource_name, validate_resource_name,
};

/// Values above this have no thousandths.
const MILLI_MAX: i64 = i64::MAX / 1000;

/// The strategy.
pub(crate) struct LimitRangeStrategy;

impl Strategy for LimitRangeStrategy {
    type Kind = LimitRange;

    fn default(&self, object: &mut LimitRange) {
        for item in object
            .spec
            .limits
            .iter_mut()
            .filter(|item| item.type_ == "Container")
        {
            fill(&mut item.default_, &item.max);
            fill(&mut item.default_request, &item.default_);
            fill(&mut item.default_request, &item.min);
        }
    }

    share_parts!(spec);

    fn validate(&self, _cx: &Context, object: &LimitRange, errors: &mut Errors) {
        validate(object, errors);
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &LimitRange,
        _old: &LimitRange,
        errors: &mut Errors,
    ) {
        validate(new, errors);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [crate::printers::Column]> {
        use crate::printers::Column;
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("Created At")];
        COLUMNS.into()
    }

    fn row(
        &self,
        object: &LimitRange,
        _options: &crate::printers::PrintOptions,
    ) -> crate::printers::Cells {
        crate::printers::Cells::new()
            .text(object.metadata.name.clone())
            .text(object.metadata.creation_timestamp.to_string())
    }
}

/// Takes over what is not there yet.
fn fill(list: &mut Map<Str, Quantity>, from: &Map<Str, Quantity>) {
    for (name, value) in from.iter() {
        if !list.contains_key(name.as_str()) {
            list.insert(name.clone(), value.clone());
        }
    }
}

fn validate(object: &LimitRange, errors: &mut Errors) {
    let path = Path::new("spec.limits");
    let mut types = BTreeSet::new();
    for (i, item) in object.spec.limits.iter().enumerate() {
        let path = path.index(i);
        let at = path.child("type");
        let before = errors.len();
        errors.invalid_each(&at, &item.type_, is_qualified_name(&item.type_));
        let standard = matches!(
            item.type_.as_str(),
            "Pod" | "Container" | "PersistentVolumeClaim"
        );
        if errors.len() == before && !item.type_.contains('/') && !standard {
            errors.invalid(
                &at,
                &item.type_,
                "must be a standard limit type or fully qualified",
            );
        }
        if !types.insert(&item.type_) {
            errors.duplicate(&at, &item.type_);
        }
        validate_item(item, &path, errors);
    }
}

fn validate_item(item: &LimitRangeItem, path: &Path<'_>, errors: &mut Errors) {
    let mut names = BTreeSet::new();
    let lists = [
        ("max", &item.max),
        ("min", &item.min),
        ("default", &item.default_),
        ("defaultRequest", &item.default_request),
        ("maxLimitRequestRatio", &item.max_limit_request_ratio),
    ];
    for (field, list) in lists {
        let at = path.child(field);
        if item.type_ == "Pod" && matches!(field, "default" | "defaultRequest") {
            if !list.is_empty() {
                errors.forbidden(&at, "may not be specified when `type` is 'Pod'");
            }
            continue;
        }
        if field == "maxLimitRequestRatio" && item.type_ == "PersistentVolumeClaim" {
            let bounded = item.min.contains_key("storage") || item.max.contains_key("storage");
            if !bounded {
                let detail =
                    "either minimum or maximum storage value is required, but neither was provided";
                errors.required(&path.child("limits"), detail);
            }
        }
        for name in list.keys() {
            let key = at.key(name);
            match item.type_.as_str() {
                "Pod" | "Container" => validate_container_resource_name(name, &key, errors),
                _ => drop(validate_resource_name(name, &key, errors)),
            }
            names.insert(name.as_str());
        }
    }
    for name in names {
        validate_order(item, name, path, errors);
    }
}

fn validate_order(item: &LimitRangeItem, name: &str, path: &Path<'_>, errors: &mut Errors) {
    let pod = item.type_ == "Pod";
    let (min, max) = (item.min.get(name), item.max.get(name));
    let default = item.default_.get(name).filter(|_| !pod);
    let request = item.default_request.get(name).filter(|_| !pod);
    let mut order = |field,
                     shown: &Quantity,
                     (low, low_is): (Option<&Quantity>, _),
                     (high, high_is): (_, &str)| {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            let detail = format!("{low_is} value {low} is greater than {high_is} value {high}");
            let at = path.child(field);
            errors.invalid(&at.key(name), shown.as_str(), detail);
        }
    };
    let zero = Quantity::default();
    let or_zero = |value: Option<&Quantity>| value.unwrap_or(&zero).clone();
    order("min", &or_zero(min), (min, "min"), (max, "max"));
    order(
        "defaultRequest",
        &or_zero(request),
        (min, "min"),
        (request, "default request"),
    );
    order(
        "defaultRequest",
        &or_zero(request),
        (request, "default request"),
        (max, "max"),
    );
    order(
        "defaultRequest",
        &or_zero(request),
        (request, "default request"),
        (default, "default limit"),
    );
    order("default", &or_zero(min), (min, "min"), (default, "default"));
    order("default", &or_zero(max), (default, "default"), (max, "max"));
    if let Some(ratio) = item.max_limit_request_ratio.get(name) {
        let at = path.child("maxLimitRequestRatio");
        let at = at.key(name);
        if ratio.nanos() < 1_000_000_000 {
            errors.invalid(&at, ratio.as_str(), format!("ratio {ratio} is less than 1"));
        }
        if let (Some(min), Some(max)) = (min, max) {
            let small = [ratio, min, max]
                .iter()
                .all(|value| value.value() < MILLI_MAX);
            let (given, limit) = if small {
                (
                    ratio.milli_value() as f64 / 1000.0,
                    max.milli_value() as f64 / min.milli_value() as f64,
                )
            } else {
                (
                    ratio.value() as f64,
                    max.value() as f64 / min.value() as f64,
                )
            };
            if given > limit {
                let detail = format!("ratio {ratio} is greater than max/min = {limit:.6}");
                errors.invalid(&at, ratio.as_str(), detail);
            }
        }
    }
    if let (Some(default), Some(request)) = (default, request)
        && !is_overcommit_allowed(name)
        && default != request
    {
        let at = path.child("defaultRequest");
        let detail = format!(
            "default value {default} must equal to defaultRequest value {request} in {name}"
        );
        errors.invalid(&at.key(name), request.as_str(), detail);
    }
}
