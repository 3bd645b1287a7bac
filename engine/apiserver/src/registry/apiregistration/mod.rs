//! APIService: which groups and versions are served, and by whom. Kubernetes' room for this is `k8s.io/kube-aggregator`.
//!
//! There is one for each group and version that this server has; they are brought up to date when somebody looks. Absent:
//! aggregation. An APIService that names a service is refused, for requests would not be passed on to it.

use std::collections::BTreeMap;

use api::apiregistration::v1::{APIService, APIServiceCondition};
use apimachinery::meta::v1::{DeleteOptions, ObjectMeta};
use apimachinery::{Shared, Str};

use crate::admission::{lookup, lookup_all};
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::content::{NameRule, name_is_path_segment};
use crate::validation::field::{Errors, Path};

/// The label of those that the server makes itself.
const MANAGED: &str = "kube-aggregator.kubernetes.io/automanaged";
/// The priorities of groups that are not in the list.
const CUSTOM: (i32, i32) = (1000, 100);
/// The priorities of built-in groups and versions, as upstream's control plane has them.
const PRIORITIES: [(&str, i32, i32); 22] = [
    ("v1.", 18000, 1),
    ("v1.events.k8s.io", 17750, 15),
    ("v1.apps", 17800, 15),
    ("v1.authentication.k8s.io", 17700, 15),
    ("v1.authorization.k8s.io", 17600, 15),
    ("v1.autoscaling", 17500, 15),
    ("v2.autoscaling", 17500, 30),
    ("v1.batch", 17400, 15),
    ("v1.certificates.k8s.io", 17300, 15),
    ("v1.networking.k8s.io", 17200, 15),
    ("v1.policy", 17100, 15),
    ("v1.rbac.authorization.k8s.io", 17000, 15),
    ("v1.storage.k8s.io", 16800, 15),
    ("v1.apiextensions.k8s.io", 16700, 15),
    ("v1.admissionregistration.k8s.io", 16700, 15),
    ("v1.scheduling.k8s.io", 16600, 15),
    ("v1.coordination.k8s.io", 16500, 15),
    ("v1.node.k8s.io", 16300, 15),
    ("v1.discovery.k8s.io", 16200, 15),
    ("v1.flowcontrol.apiserver.k8s.io", 16100, 21),
    ("v1.resource.k8s.io", 15800, 20),
    ("v1beta1.metrics.k8s.io", 100, 100),
];

/// The strategy.
pub(crate) struct APIServiceStrategy;

impl Strategy for APIServiceStrategy {
    type Kind = APIService;

    fn name_rule(&self) -> NameRule {
        name_is_path_segment
    }

    fn before_use(&self, cx: &Context) {
        bring_up_to_date(cx);
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, cx: &Context, service: &mut APIService) {
        service.status = Shared::default();
        // Upstream's controller says so right after.
        service.status.conditions = vec![APIServiceCondition {
            type_: "Available".into(),
            status: "True".into(),
            last_transition_time: cx.now(),
            reason: "Local".into(),
            message: "Local APIServices are always available".into(),
        }];
    }

    fn validate(&self, _cx: &Context, service: &APIService, errors: &mut Errors) {
        let spec = &service.spec;
        let path = Path::new("spec");
        let wanted = format!("{}.{}", spec.version, spec.group);
        if service.metadata.name != wanted.as_str() {
            errors.invalid(
                &Path::new("metadata.name"),
                &service.metadata.name,
                format!(
                    "must be `spec.version+\".\"+spec.group`: {}",
                    apimachinery::gotext::quote(&wanted)
                ),
            );
        }
        if spec.group_priority_minimum <= 0 || spec.group_priority_minimum > 20_000 {
            errors.invalid(
                &path.child("groupPriorityMinimum"),
                spec.group_priority_minimum,
                "must be positive and less than 20000",
            );
        }
        if spec.version_priority <= 0 || spec.version_priority > 1000 {
            errors.invalid(
                &path.child("versionPriority"),
                spec.version_priority,
                "must be positive and less than 1000",
            );
        }
        if spec.service.is_some() {
            errors.forbidden(
                &path.child("service"),
                "this API server does not pass requests on to others (no aggregation)",
            );
        }
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut APIService, old: &APIService) {
        new.status = old.status.clone();
    }

    fn validate_update(
        &self,
        cx: &Context,
        new: &APIService,
        _old: &APIService,
        errors: &mut Errors,
    ) {
        self.validate(cx, new, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut APIService, old: &APIService) {
        new.spec = old.spec.clone();
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Service"),
            Column::text("Available"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, service: &APIService, options: &PrintOptions) -> Cells {
        let behind = service.spec.service.as_deref();
        let behind = behind.map_or("Local".to_owned(), |s| {
            format!("{}/{}", s.namespace, s.name)
        });
        let available = service.status.conditions.iter();
        let available = available.into_iter().find(|c| c.type_ == "Available");
        let available = available.map_or("Unknown".to_owned(), |condition| {
            if condition.status == "True" {
                condition.status.to_string()
            } else {
                format!("{} ({})", condition.status, condition.reason)
            }
        });
        Cells::new()
            .text(service.metadata.name.clone())
            .text(behind)
            .text(available)
            .age(service.metadata.creation_timestamp, options)
    }
}

/// Makes what is missing, and takes away what is served no more.
fn bring_up_to_date(cx: &Context) {
    let mut wanted: BTreeMap<Str, (Str, Str)> = BTreeMap::new();
    for served in cx.server.registry().iter() {
        let (group, version) = (&served.names.group, &served.names.version);
        let name = Str::from(format!("{version}.{group}"));
        wanted.insert(name, (group.clone(), version.clone()));
    }
    for extension in cx.server.extensions() {
        let (group, version) = extension.group_version();
        let name = Str::from(format!("{version}.{group}"));
        wanted.insert(name, (group.into(), version.into()));
    }
    for service in lookup_all::<APIService>(cx, "") {
        let meta = &service.metadata;
        if meta.labels.contains_key(MANAGED) && !wanted.contains_key(&meta.name) {
            // It may have been deleted by hand.
            let _ = cx.delete::<APIService>("", &meta.name, &DeleteOptions::default());
        }
    }
    for (name, (group, version)) in wanted {
        if lookup::<APIService>(cx, "", &name).is_some() {
            continue;
        }
        let listed = PRIORITIES
            .iter()
            .find(|(known, ..)| *known == name.as_str());
        let (group_priority, version_priority) = listed.map_or(CUSTOM, |(_, g, v)| (*g, *v));
        let mut metadata = ObjectMeta::named("", name);
        let label = if listed.is_some() { "onstart" } else { "true" };
        metadata.labels.insert(Str::from(MANAGED), Str::from(label));
        let mut service = APIService {
            metadata,
            ..APIService::default()
        };
        service.spec.group = group;
        service.spec.version = version;
        service.spec.group_priority_minimum = group_priority;
        service.spec.version_priority = version_priority;
        let made = cx.create(service);
        debug_assert!(made.is_ok(), "{:?}", made.err());
    }
}
