//! The cluster roles and bindings that every cluster has. Kubernetes' room for this is
//! `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`.
//!
//! They are written as a table: a role a block, a rule a line of verbs, groups and resources. `R`, `W` and `RW` stand for
//! the reading verbs, the writing ones and both; `core` for the group without a name; a resource as `leases=a` for the
//! object `a` alone; `url` in the place of the groups for paths.
//!
//! The roles of single controllers are in [`super::controllers`].

use api::rbac::v1::{
    AggregationRule, ClusterRole, ClusterRoleBinding, PolicyRule, RoleRef, Subject,
};
use apimachinery::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Kind, Str};

use crate::context::Context;

pub(super) const GROUP: &str = "rbac.authorization.k8s.io";
const READ: &str = "get,list,watch";
const WRITE: &str = "create,delete,deletecollection,patch,update";
const ALL: &str = "create,delete,deletecollection,get,list,patch,update,watch";

/// The roles. After a name: the label for aggregation that it bears.
const ROLES: &str = "
cluster-admin
  * * *
  * url *
system:aggregate-to-admin admin
  create authorization.k8s.io localsubjectaccessreviews
  RW rbac.authorization.k8s.io rolebindings,roles
system:aggregate-to-edit edit
  R core pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy
  impersonate core serviceaccounts
  W core pods,pods/attach,pods/exec,pods/portforward,pods/proxy
  create core pods/eviction
  W core configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy
  create core serviceaccounts/token
  W apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale
  W autoscaling horizontalpodautoscalers
  W batch cronjobs,jobs
  W extensions daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,replicasets/scale,replicationcontrollers/scale
  W policy poddisruptionbudgets
  W networking.k8s.io ingresses,networkpolicies
  RW coordination.k8s.io leases
  W resource.k8s.io resourceclaims,resourceclaimtemplates
system:aggregate-to-view view
  R core configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status
  R core bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status
  R core namespaces
  R discovery.k8s.io endpointslices
  R apps controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status
  R autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status
  R batch cronjobs,cronjobs/status,jobs,jobs/status
  R extensions daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale
  R policy poddisruptionbudgets,poddisruptionbudgets/status
  R networking.k8s.io ingresses,ingresses/status,networkpolicies
  R resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates
system:auth-delegator
  create authentication.k8s.io tokenreviews
  create authorization.k8s.io subjectaccessreviews
system:basic-user
  create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews
  create authentication.k8s.io selfsubjectreviews
system:certificates.k8s.io:certificatesigningrequests:nodeclient
  create certificates.k8s.io certificatesigningrequests/nodeclient
system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
  create certificates.k8s.io certificatesigningrequests/selfnodeclient
system:certificates.k8s.io:kube-apiserver-client-approver
  approve certificates.k8s.io signers=kubernetes.io/kube-apiserver-client
system:certificates.k8s.io:kube-apiserver-client-kubelet-approver
  approve certificates.k8s.io signers=kubernetes.io/kube-apiserver-client-kubelet
system:certificates.k8s.io:kubelet-serving-approver
  approve certificates.k8s.io signers=kubernetes.io/kubelet-serving
system:certificates.k8s.io:legacy-unknown-approver
  approve certificates.k8s.io signers=kubernetes.io/legacy-unknown
system:discovery
  get url /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/
system:heapster
  R core events,namespaces,nodes,pods
  R extensions deployments
system:kube-aggregator
  R core endpoints,services
system:kube-controller-manager
  create,patch,update core,events.k8s.io events
  create coordination.k8s.io leases
  get,update coordination.k8s.io leases=kube-controller-manager
  create core secrets,serviceaccounts
  delete core secrets
  get core configmaps,namespaces,secrets,serviceaccounts
  update core secrets,serviceaccounts
  create authentication.k8s.io tokenreviews
  create authorization.k8s.io subjectaccessreviews
  list,watch * *
  create core serviceaccounts/token
system:kube-dns
  list,watch core endpoints,services
system:kube-scheduler
  create,patch,update core,events.k8s.io events
  create coordination.k8s.io leases
  get,update coordination.k8s.io leases=kube-scheduler
  R core nodes
  delete,get,list,watch core pods
  create core bindings,pods/binding
  patch,update core pods/status
  R core replicationcontrollers,services
  R apps,extensions replicasets
  R apps statefulsets
  R policy poddisruptionbudgets
  R core persistentvolumeclaims,persistentvolumes
  create authentication.k8s.io tokenreviews
  create authorization.k8s.io subjectaccessreviews
  R storage.k8s.io csinodes
  R storage.k8s.io volumeattachments
  R core namespaces
  R storage.k8s.io csidrivers
  R storage.k8s.io csistoragecapacities
  R resource.k8s.io deviceclasses
  get,list,patch,update,watch resource.k8s.io resourceclaims
  get,list,patch,update,watch resource.k8s.io resourceclaims/status
  get,list,patch,update,watch core pods/finalizers
  R resource.k8s.io resourceslices
  patch,update resource.k8s.io resourceclaims/binding
  create,delete resource.k8s.io resourceclaims
system:kubelet-api-admin
  get,list,watch core nodes
  proxy core nodes
  * core nodes/configz,nodes/healthz,nodes/log,nodes/metrics,nodes/pods,nodes/proxy,nodes/stats
system:monitoring
  get url /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*
  get core nodes/metrics
  get url /flagz
  get url /statusz
system:node
  create authentication.k8s.io tokenreviews
  create authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews
  R core services
  create,get,list,watch core nodes
  patch,update core nodes/status
  patch,update core nodes
  create,patch,update core events
  R core pods
  create,delete core pods
  patch,update core pods/status
  create core pods/eviction
  R core configmaps,secrets
  get core persistentvolumeclaims,persistentvolumes
  get core endpoints
  create,get,list,watch certificates.k8s.io certificatesigningrequests
  create,delete,get,patch,update coordination.k8s.io leases
  get storage.k8s.io volumeattachments
  create core serviceaccounts/token
  get,patch,update core persistentvolumeclaims/status
  R storage.k8s.io csidrivers
  create,delete,get,patch,update storage.k8s.io csinodes
  R node.k8s.io runtimeclasses
  get resource.k8s.io resourceclaims
  deletecollection resource.k8s.io resourceslices
  get core serviceaccounts
system:node-bootstrapper
  create,get,list,watch certificates.k8s.io certificatesigningrequests
system:node-problem-detector
  get core nodes
  patch core nodes/status
  create,patch,update core,events.k8s.io events
system:node-proxier
  list,watch core endpoints,services
  get,list,watch core nodes
  create,patch,update core,events.k8s.io events
  list,watch networking.k8s.io servicecidrs
  list,watch discovery.k8s.io endpointslices
system:persistent-volume-provisioner
  create,delete,get,list,watch core persistentvolumes
  get,list,update,watch core persistentvolumeclaims
  R storage.k8s.io storageclasses
  watch core events
  create,patch,update core,events.k8s.io events
system:public-info-viewer
  get url /healthz,/livez,/readyz,/version,/version/
system:service-account-issuer-discovery
  get url /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/
system:volume-scheduler
  get,list,patch,update,watch core persistentvolumes
  R storage.k8s.io storageclasses
  get,list,patch,update,watch core persistentvolumeclaims
";

/// Roles made of others: name, the label they gather, the label they bear themselves, and what they hold.
const AGGREGATED: [(&str, &str, &[&str]); 3] = [
    ("view", "edit", &["view"]),
    ("edit", "admin", &["edit", "view"]),
    ("admin", "", &["admin", "edit", "view"]),
];

/// The bindings: name, kind of subject, subjects. The role has the binding's name.
const BINDINGS: &[(&str, &str, &[&str])] = &[
    ("cluster-admin", "Group", &["system:masters"]),
    ("system:basic-user", "Group", &["system:authenticated"]),
    ("system:discovery", "Group", &["system:authenticated"]),
    (
        "system:kube-controller-manager",
        "User",
        &["system:kube-controller-manager"],
    ),
    ("system:kube-dns", "ServiceAccount", &["kube-dns"]),
    ("system:kube-scheduler", "User", &["system:kube-scheduler"]),
    ("system:monitoring", "Group", &["system:monitoring"]),
    ("system:node", "Group", &[]),
    ("system:node-proxier", "User", &["system:kube-proxy"]),
    (
        "system:public-info-viewer",
        "Group",
        &["system:authenticated", "system:unauthenticated"],
    ),
    (
        "system:service-account-issuer-discovery",
        "Group",
        &["system:serviceaccounts"],
    ),
    (
        "system:volume-scheduler",
        "User",
        &["system:kube-scheduler"],
    ),
];

/// Stores all of them.
pub(crate) fn install(cx: &Context) {
    let mut roles: Vec<ClusterRole> = Vec::new();
    for line in ROLES.lines().filter(|line| !line.is_empty()) {
        if let Some(rule) = line.strip_prefix("  ") {
            if let (Some(role), Some(rule)) = (roles.last_mut(), parse(rule)) {
                role.rules.push(rule);
            }
            continue;
        }
        let (name, part_of) = line.split_once(' ').unwrap_or((line, ""));
        roles.push(ClusterRole {
            metadata: meta(name, part_of),
            ..ClusterRole::default()
        });
    }
    for (name, part_of, gathers) in AGGREGATED {
        let held = gathers.iter().flat_map(|part| {
            let part = format!("system:aggregate-to-{part}");
            let found = roles.iter().find(|role| role.metadata.name == part);
            found.map(|role| role.rules.clone()).unwrap_or_default()
        });
        let label = format!("{GROUP}/aggregate-to-{name}");
        let mut selector = LabelSelector::default();
        selector
            .match_labels
            .insert(Str::from(label), Str::from("true"));
        let aggregation = AggregationRule {
            cluster_role_selectors: vec![selector],
        };
        let role = ClusterRole {
            metadata: meta(name, part_of),
            rules: held.collect(),
            aggregation_rule: Some(aggregation.into()),
        };
        roles.push(role);
    }
    roles.into_iter().for_each(|role| make(cx, role));
    for (name, kind, subjects) in BINDINGS {
        let subject = |subject: &&str| Subject {
            kind: (*kind).into(),
            api_group: if *kind == "ServiceAccount" {
                "".into()
            } else {
                GROUP.into()
            },
            name: (*subject).into(),
            namespace: if *kind == "ServiceAccount" {
                "kube-system".into()
            } else {
                "".into()
            },
        };
        make(
            cx,
            ClusterRoleBinding {
                metadata: meta(name, ""),
                subjects: subjects.iter().map(subject).collect(),
                role_ref: RoleRef {
                    api_group: GROUP.into(),
                    kind: "ClusterRole".into(),
                    name: (*name).into(),
                },
            },
        );
    }
}

pub(super) fn make<K: Kind>(cx: &Context, object: K) {
    let made = cx.create(object);
    debug_assert!(made.is_ok(), "{:?}", made.err());
}

pub(super) fn meta(name: &str, part_of: &str) -> ObjectMeta {
    let mut meta = ObjectMeta::named("", name);
    meta.annotations.insert(
        Str::from("rbac.authorization.kubernetes.io/autoupdate"),
        Str::from("true"),
    );
    meta.labels.insert(
        Str::from("kubernetes.io/bootstrapping"),
        Str::from("rbac-defaults"),
    );
    if !part_of.is_empty() {
        let label = format!("{GROUP}/aggregate-to-{part_of}");
        meta.labels.insert(Str::from(label), Str::from("true"));
    }
    meta
}

/// A rule of the table.
pub(super) fn parse(line: &str) -> Option<PolicyRule> {
    let mut words = line.split(' ');
    let (verbs, groups, resources) = (words.next()?, words.next()?, words.next()?);
    let list = |text: &str| -> Vec<Str> { text.split(',').map(Str::from).collect() };
    let verbs = list(match verbs {
        "R" => READ,
        "W" => WRITE,
        "RW" => ALL,
        other => other,
    });
    if groups == "url" {
        return Some(PolicyRule {
            verbs,
            non_resource_urls: list(resources),
            ..PolicyRule::default()
        });
    }
    let (resources, names) = resources
        .split_once('=')
        .map_or((resources, Vec::new()), |(r, n)| (r, list(n)));
    let groups = list(groups)
        .into_iter()
        .map(|group| if group == "core" { Str::new() } else { group });
    Some(PolicyRule {
        verbs,
        api_groups: groups.collect(),
        resources: list(resources),
        resource_names: names,
        ..PolicyRule::default()
    })
}
