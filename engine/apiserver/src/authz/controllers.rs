//! The roles of single controllers, and the roles in `kube-system` and `kube-public`. Kubernetes' room for this is
//! `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`, `controller_policy.go` and `namespace_policy.go`.
//!
//! Our own controllers are not asked for permission, so nothing needs these until somebody looks at roles, or acts as one of
//! the accounts that have them; then they are made, once. The tables are written as in [`super::defaults`]; `E` stands
//! for the rule that lets a controller record events.

use api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding, RoleRef, Subject};

use super::defaults::{GROUP, make, meta, parse};
use crate::ApiServer;
use crate::context::{Context, User};

const PREFIX: &str = "system:controller:";
const EVENTS: &str = "create,patch,update core,events.k8s.io events";

/// Each is bound to the account of the same name in `kube-system`.
const ROLES: &str = "
attachdetach-controller
  list,watch core persistentvolumeclaims,persistentvolumes
  R core nodes
  patch,update core nodes/status
  list,watch core pods
  E
  create,delete,get,list,watch storage.k8s.io volumeattachments
  R storage.k8s.io csidrivers
  R storage.k8s.io csinodes
certificate-controller
  delete,get,list,watch certificates.k8s.io certificatesigningrequests
  update certificates.k8s.io certificatesigningrequests/approval,certificatesigningrequests/status
  approve certificates.k8s.io signers=kubernetes.io/kube-apiserver-client-kubelet
  sign certificates.k8s.io signers=kubernetes.io/kube-apiserver-client,kubernetes.io/kube-apiserver-client-kubelet,kubernetes.io/kubelet-serving,kubernetes.io/legacy-unknown
  create authorization.k8s.io subjectaccessreviews
  E
clusterrole-aggregation-controller
  escalate,get,list,patch,update,watch rbac.authorization.k8s.io clusterroles
cronjob-controller
  get,list,update,watch batch cronjobs
  create,delete,get,list,patch,update,watch batch jobs
  update batch cronjobs/status
  update batch cronjobs/finalizers
  delete,list,watch core pods
  E
daemon-set-controller
  R apps,extensions daemonsets
  update apps,extensions daemonsets/status
  update apps,extensions daemonsets/finalizers
  list,watch core nodes
  create,delete,list,patch,watch core pods
  create core pods/binding
  create,delete,get,list,patch,update,watch apps controllerrevisions
  E
deployment-controller
  get,list,update,watch apps,extensions deployments
  update apps,extensions deployments/status
  update apps,extensions deployments/finalizers
  create,delete,get,list,patch,update,watch apps,extensions replicasets
  get,list,update,watch core pods
  E
device-taint-eviction-controller
  delete,get,list,watch core pods
  patch,update core pods/status
  R resource.k8s.io resourceclaims
  R resource.k8s.io resourceslices
  R resource.k8s.io deviceclasses
  E
disruption-controller
  R apps,extensions deployments
  R apps,extensions replicasets
  R core replicationcontrollers
  R policy poddisruptionbudgets
  R apps statefulsets
  update policy poddisruptionbudgets/status
  patch,update core pods/status
  get * */scale
  E
endpoint-controller
  R core pods,services
  create,delete,get,list,update,watch core endpoints
  create core endpoints/restricted
  E
endpointslice-controller
  R core nodes,pods,services
  update core services/finalizers
  create,delete,get,list,update,watch discovery.k8s.io endpointslices
  E
endpointslicemirroring-controller
  R core endpoints,services
  update core services/finalizers
  update core endpoints/finalizers
  create,delete,get,list,update,watch discovery.k8s.io endpointslices
  E
ephemeral-volume-controller
  R core pods
  update core pods/finalizers
  create,get,list,watch core persistentvolumeclaims
  E
expand-controller
  get,list,patch,update,watch core persistentvolumes
  patch,update core persistentvolumeclaims/status
  R core persistentvolumeclaims
  E
generic-garbage-collector
  delete,get,list,patch,update,watch * *
  E
horizontal-pod-autoscaler
  R autoscaling horizontalpodautoscalers
  update autoscaling horizontalpodautoscalers/status
  get,update * */scale
  list,watch core pods
  list,watch metrics.k8s.io pods
  R custom.metrics.k8s.io *
  R external.metrics.k8s.io *
  E
job-controller
  get,list,patch,update,watch batch jobs
  update batch jobs/status
  update batch jobs/finalizers
  create,delete,list,patch,watch core pods
  E
legacy-service-account-token-cleaner
  get core configmaps=kube-apiserver-legacy-service-account-token-tracking
  delete,patch core secrets
namespace-controller
  delete,get,list,watch core namespaces
  update core namespaces/finalize,namespaces/status
  delete,deletecollection,get,list,watch * *
node-controller
  delete,get,list,patch,update,watch core nodes
  patch,update core nodes/status
  patch,update core pods/status
  delete,get,list,watch core pods
  E
persistent-volume-binder
  create,delete,get,list,update,watch core persistentvolumes
  update core persistentvolumes/status
  get,list,update,watch core persistentvolumeclaims
  update core persistentvolumeclaims/status
  create,delete,get,list,watch core pods
  R storage.k8s.io storageclasses
  list,watch core nodes
  E
  watch core events
pod-garbage-collector
  delete,list,watch core pods
  R core nodes
  patch core pods/status
pv-protection-controller
  get,list,update,watch core persistentvolumes
  E
pvc-protection-controller
  get,list,update,watch core persistentvolumeclaims
  update core persistentvolumeclaims/status
  R core pods
  E
replicaset-controller
  get,list,update,watch apps,extensions replicasets
  update apps,extensions replicasets/status
  update apps,extensions replicasets/finalizers
  create,delete,list,patch,watch core pods
  E
replication-controller
  get,list,update,watch core replicationcontrollers
  update core replicationcontrollers/status
  update core replicationcontrollers/finalizers
  create,delete,list,patch,watch core pods
  E
resource-claim-controller
  R core pods
  update core pods/finalizers
  create,delete,get,list,watch resource.k8s.io resourceclaims
  patch,update resource.k8s.io resourceclaims,resourceclaims/status
  patch,update core pods/status
  E
  patch,update resource.k8s.io resourceclaims/binding
resourcequota-controller
  list,watch * *
  update core resourcequotas/status
  E
root-ca-cert-publisher
  create,update core configmaps
  E
route-controller
  list,watch core nodes
  patch core nodes/status
  E
selinux-warning-controller
  E
  R core persistentvolumes
  R core persistentvolumeclaims
  R core pods
  R storage.k8s.io csidrivers
service-account-controller
  create core serviceaccounts
  E
service-cidrs-controller
  get,list,patch,update,watch networking.k8s.io servicecidrs
  patch,update networking.k8s.io servicecidrs/finalizers
  patch,update networking.k8s.io servicecidrs/status
  R networking.k8s.io ipaddresses
  E
service-controller
  R core services
  patch,update core services/status
  list,watch core nodes
  E
statefulset-controller
  list,watch core pods
  R apps statefulsets
  update apps statefulsets/status
  update apps statefulsets/finalizers
  create,delete,get,patch,update core pods
  create,delete,get,list,patch,update,watch apps controllerrevisions
  create,get,list,watch core persistentvolumeclaims
  delete,update core persistentvolumeclaims
  update core pods/finalizers
  E
ttl-after-finished-controller
  delete,get,list,watch batch jobs
  E
ttl-controller
  list,patch,update,watch core nodes
  E
validatingadmissionpolicy-status-controller
  R admissionregistration.k8s.io validatingadmissionpolicies
  get,patch,update admissionregistration.k8s.io validatingadmissionpolicies/status
  E
volumeattributesclass-protection-controller
  R core persistentvolumeclaims
  R core persistentvolumes
  get,list,update,watch storage.k8s.io volumeattributesclasses
  E
";

/// Roles in a namespace: namespace, name, and who has it (users `u`, accounts of `kube-system` `s`).
const NAMESPACED: &str = "
kube-public system:controller:bootstrap-signer s=bootstrap-signer
  R core configmaps
  update core configmaps=cluster-info
  E
kube-system extension-apiserver-authentication-reader -
  R core configmaps=extension-apiserver-authentication
kube-system system::leader-locking-kube-controller-manager u=system:kube-controller-manager,s=kube-controller-manager
  watch core configmaps
  get,update core configmaps=kube-controller-manager
kube-system system::leader-locking-kube-scheduler u=system:kube-scheduler,s=kube-scheduler
  watch core configmaps
  get,update core configmaps=kube-scheduler
kube-system system:controller:bootstrap-signer s=bootstrap-signer
  R core secrets
kube-system system:controller:cloud-provider s=cloud-provider
  create,get,list,watch core configmaps
kube-system system:controller:token-cleaner s=token-cleaner
  delete,get,list,watch core secrets
  E
";

/// Makes the roles before somebody is judged who may have one of them.
pub(super) fn ensure_for(server: &ApiServer, user: &User) {
    let of_system = user
        .groups
        .iter()
        .any(|group| group == "system:serviceaccounts:kube-system");
    if of_system || user.name.starts_with("system:kube-") {
        ensure(server);
    }
}

/// Makes the roles, if they have not been made yet.
pub(crate) fn ensure(server: &ApiServer) {
    if server.set_late_roles_made() {
        return;
    }
    let cx = &Context::of_server(server);
    for (name, rules) in blocks(ROLES) {
        let name = format!("{PREFIX}{name}");
        let account = name.strip_prefix(PREFIX).unwrap_or_default();
        make(
            cx,
            ClusterRoleBinding {
                metadata: meta(&name, ""),
                subjects: vec![account_of_system(account)],
                role_ref: role_ref("ClusterRole", &name),
            },
        );
        make(
            cx,
            ClusterRole {
                metadata: meta(&name, ""),
                rules,
                aggregation_rule: None,
            },
        );
    }
    for (head, rules) in blocks(NAMESPACED) {
        let words: Vec<&str> = head.split(' ').collect();
        let [namespace, name, subjects] = words.as_slice() else {
            continue;
        };
        let placed = |name: &str| {
            let mut meta = meta(name, "");
            meta.namespace = (*namespace).into();
            meta
        };
        make(
            cx,
            Role {
                metadata: placed(name),
                rules,
            },
        );
        let subjects: Vec<Subject> = subjects.split(',').filter_map(subject).collect();
        if !subjects.is_empty() {
            make(
                cx,
                RoleBinding {
                    metadata: placed(name),
                    subjects,
                    role_ref: role_ref("Role", name),
                },
            );
        }
    }
    let mut metadata = meta("system::extension-apiserver-authentication-reader", "");
    metadata.namespace = "kube-system".into();
    let users = [
        "u=system:kube-controller-manager",
        "u=system:kube-scheduler",
    ];
    make(
        cx,
        RoleBinding {
            metadata,
            subjects: users.into_iter().filter_map(subject).collect(),
            role_ref: role_ref("Role", "extension-apiserver-authentication-reader"),
        },
    );
}

/// The blocks of a table, each with its rules.
fn blocks(table: &'static str) -> Vec<(&'static str, Vec<api::rbac::v1::PolicyRule>)> {
    let mut out: Vec<(&str, Vec<_>)> = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("  ") {
            None => out.push((line, Vec::new())),
            Some(rule) => {
                let rule = parse(if rule == "E" { EVENTS } else { rule });
                if let (Some((_, rules)), Some(rule)) = (out.last_mut(), rule) {
                    rules.push(rule);
                }
            }
        }
    }
    out
}

fn role_ref(kind: &str, name: &str) -> RoleRef {
    RoleRef {
        api_group: GROUP.into(),
        kind: kind.into(),
        name: name.into(),
    }
}

fn account_of_system(name: &str) -> Subject {
    Subject {
        kind: "ServiceAccount".into(),
        name: name.into(),
        namespace: "kube-system".into(),
        ..Subject::default()
    }
}

fn subject(text: &str) -> Option<Subject> {
    match text.split_once('=')? {
        ("u", name) => Some(Subject {
            kind: "User".into(),
            api_group: GROUP.into(),
            name: name.into(),
            ..Subject::default()
        }),
        (_, name) => Some(account_of_system(name)),
    }
}
