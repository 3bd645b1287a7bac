//! The flow schemas and priority levels that every cluster has, made when somebody looks for the first time, and again when
//! they were deleted, as upstream does. Upstream's room: `k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap`.

use api::flowcontrol::v1::{
    ExemptPriorityLevelConfiguration, FlowDistinguisherMethod, FlowSchema, GroupSubject,
    LimitResponse, LimitedPriorityLevelConfiguration, NonResourcePolicyRule,
    PolicyRulesWithSubjects, PriorityLevelConfiguration, QueuingConfiguration, ResourcePolicyRule,
    ServiceAccountSubject, Subject, UserSubject,
};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Kind, Shared, Str};

use crate::admission::lookup;
use crate::context::Context;

const AUTOUPDATE: &str = "apf.kubernetes.io/autoupdate-spec";

/// Name, shares, lendable percent; queues, hand size and length of queues, or nothing where what is too much is refused.
type Level = (&'static str, i32, i32, Option<(i32, i32, i32)>);

const LEVELS: [Level; 7] = [
    ("catch-all", 5, 0, None),
    ("global-default", 20, 50, Some((128, 6, 50))),
    ("leader-election", 10, 0, Some((16, 4, 50))),
    ("node-high", 40, 25, Some((64, 6, 50))),
    ("system", 30, 33, Some((64, 6, 50))),
    ("workload-high", 40, 50, Some((128, 6, 50))),
    ("workload-low", 100, 90, Some((128, 6, 50))),
];
const EXEMPT: &str = "exempt";

/// Name, precedence, level, how flows are told apart; whom, and for what. Subjects are users (`u`), groups (`g`) and service
/// accounts (`s`); a rule has verbs, groups, resources and namespaces (`-` for objects without), or `*` for everything, or
/// verbs and paths.
const SCHEMAS: &str = "
catch-all 10000 catch-all ByUser g=system:authenticated,g=system:unauthenticated *
exempt 1 exempt - g=system:masters *
global-default 9900 global-default ByUser g=system:authenticated,g=system:unauthenticated *
kube-controller-manager 800 workload-high ByNamespace u=system:kube-controller-manager *
kube-scheduler 800 workload-high ByNamespace u=system:kube-scheduler *
kube-system-service-accounts 900 workload-high ByNamespace s=kube-system/* *
probes 2 exempt - g=system:authenticated,g=system:unauthenticated get|/healthz,/livez,/readyz
service-accounts 9000 workload-low ByUser g=system:serviceaccounts *
system-leader-election 100 leader-election ByUser u=system:kube-controller-manager,u=system:kube-scheduler,s=kube-system/* get,create,update|coordination.k8s.io|leases|*
system-node-high 400 node-high ByUser g=system:nodes *||nodes,nodes/status|- *|coordination.k8s.io|leases|*
system-nodes 500 system ByUser g=system:nodes *
";

/// Whether every cluster has a level of that name.
pub(super) fn is_level(name: &str) -> bool {
    name == EXEMPT || LEVELS.iter().any(|level| level.0 == name)
}

pub(super) fn make_levels(cx: &Context) {
    for (name, shares, lendable, queuing) in LEVELS {
        make(cx, name, |metadata| {
            let mut level = PriorityLevelConfiguration {
                metadata,
                ..PriorityLevelConfiguration::default()
            };
            level.spec.type_ = "Limited".into();
            let response = match queuing {
                None => LimitResponse {
                    type_: "Reject".into(),
                    queuing: None,
                },
                Some((queues, hand_size, queue_length_limit)) => LimitResponse {
                    type_: "Queue".into(),
                    queuing: Some(Shared::new(QueuingConfiguration {
                        queues,
                        hand_size,
                        queue_length_limit,
                    })),
                },
            };
            level.spec.limited = Some(Shared::new(LimitedPriorityLevelConfiguration {
                nominal_concurrency_shares: Some(shares),
                limit_response: response,
                lendable_percent: Some(lendable),
                borrowing_limit_percent: None,
            }));
            level
        });
    }
    make(cx, EXEMPT, |metadata| {
        let mut level = PriorityLevelConfiguration {
            metadata,
            ..PriorityLevelConfiguration::default()
        };
        level.spec.type_ = "Exempt".into();
        level.spec.exempt = Some(Shared::new(ExemptPriorityLevelConfiguration::default()));
        level
    });
}

pub(super) fn make_schemas(cx: &Context) {
    for line in SCHEMAS.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, precedence, level, method, subjects, rules @ ..] = words.as_slice() else {
            continue;
        };
        make(cx, name, |metadata| {
            let mut schema = FlowSchema {
                metadata,
                ..FlowSchema::default()
            };
            schema.spec.matching_precedence = precedence.parse().unwrap_or_default();
            schema.spec.priority_level_configuration.name = (*level).into();
            if *method != "-" {
                let type_ = (*method).into();
                schema.spec.distinguisher_method =
                    Some(Shared::new(FlowDistinguisherMethod { type_ }));
            }
            let mut rule = PolicyRulesWithSubjects {
                subjects: subjects.split(',').filter_map(subject).collect(),
                ..PolicyRulesWithSubjects::default()
            };
            rules.iter().for_each(|text| add_rule(&mut rule, text));
            schema.spec.rules = vec![rule];
            schema
        });
    }
}

fn make<K: Kind>(cx: &Context, name: &str, object: impl FnOnce(ObjectMeta) -> K) {
    if lookup::<K>(cx, "", name).is_some() {
        return;
    }
    let mut metadata = ObjectMeta::named("", name);
    metadata
        .annotations
        .insert(Str::from(AUTOUPDATE), Str::from("true"));
    let made = cx.create(object(metadata));
    debug_assert!(made.is_ok(), "{:?}", made.err());
}

fn subject(text: &str) -> Option<Subject> {
    let (kind, name) = text.split_once('=')?;
    let mut subject = Subject::default();
    match kind {
        "u" => {
            subject.kind = "User".into();
            subject.user = Some(Shared::new(UserSubject { name: name.into() }));
        }
        "g" => {
            subject.kind = "Group".into();
            subject.group = Some(Shared::new(GroupSubject { name: name.into() }));
        }
        _ => {
            let (namespace, name) = name.split_once('/')?;
            subject.kind = "ServiceAccount".into();
            subject.service_account = Some(Shared::new(ServiceAccountSubject {
                namespace: namespace.into(),
                name: name.into(),
            }));
        }
    }
    Some(subject)
}

fn add_rule(rule: &mut PolicyRulesWithSubjects, text: &str) {
    let list = |text: &str| text.split(',').map(Str::from).collect::<Vec<_>>();
    let parts: Vec<&str> = text.split('|').collect();
    match parts.as_slice() {
        ["*"] => {
            add_rule(rule, "*|*|*|*");
            if let Some(all) = rule.resource_rules.last_mut() {
                all.cluster_scope = true;
            }
            add_rule(rule, "*|*");
        }
        [verbs, paths] => rule.non_resource_rules.push(NonResourcePolicyRule {
            verbs: list(verbs),
            non_resource_urls: list(paths),
        }),
        [verbs, groups, resources, namespaces] => {
            let cluster_scope = *namespaces == "-";
            rule.resource_rules.push(ResourcePolicyRule {
                verbs: list(verbs),
                api_groups: list(groups),
                resources: list(resources),
                cluster_scope,
                namespaces: if cluster_scope {
                    Vec::new()
                } else {
                    list(namespaces)
                },
            });
        }
        _ => {}
    }
}
