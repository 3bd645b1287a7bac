//! Who asks, and how: what a request carries from the door to the store. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/endpoints/request`.

use std::cell::RefCell;
use std::rc::Rc;

use apimachinery::{Map, Str, Time};

use crate::ApiServer;
use crate::registry::Served;

/// The administrator's certificate, as audit logs would name it.
const CERTIFICATE: &str =
    "X509SHA256=7461626572e2657465730b1d2c3f4a5b6c7d8e9fa0b1c2d3e4f5061728394a5b";

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Such as `kubernetes-admin` or `system:serviceaccount:default:default`.
    pub name: Str,
    /// Empty for people.
    pub uid: Str,
    /// `system:authenticated` and so on.
    pub groups: Vec<Str>,
    /// More about them.
    pub extra: Map<Str, Vec<Str>>,
}

impl User {
    /// A user who is allowed everything: what the kubeconfig of the playground holds.
    pub fn admin() -> Self {
        Self {
            name: "kubernetes-admin".into(),
            groups: vec!["system:masters".into(), "system:authenticated".into()],
            extra: [(
                Str::from("authentication.kubernetes.io/credential-id"),
                vec![Str::from(CERTIFICATE)],
            )]
            .into_iter()
            .collect(),
            ..Self::default()
        }
    }

    /// A component of the cluster, such as `system:kube-scheduler` or `system:node:node-1`.
    pub fn component(name: impl Into<Str>) -> Self {
        let name = name.into();
        let mut groups: Vec<Str> = vec!["system:authenticated".into()];
        if name.starts_with("system:node:") {
            groups.insert(0, "system:nodes".into());
        }
        if let Some(account) = name.strip_prefix("system:serviceaccount:") {
            let namespace = account.split(':').next().unwrap_or_default();
            groups = vec![
                "system:serviceaccounts".into(),
                Str::from(format!("system:serviceaccounts:{namespace}")),
                "system:authenticated".into(),
            ];
        }
        Self {
            name,
            groups,
            ..Self::default()
        }
    }
}

/// What is the same for every step of one request.
pub struct Context {
    /// The server that answers.
    pub server: ApiServer,
    /// Who asks.
    pub user: Rc<User>,
    /// What they ask with, such as `kubectl/v1.36.2 (linux/amd64) kubernetes/…`.
    pub user_agent: Str,
    /// The `fieldManager` parameter; empty when it was not given.
    pub field_manager: Str,
    /// `dryRun=All`: everything but the writing.
    pub dry_run: bool,
    /// The resource in the version of the request, when that may not be the one of storage.
    pub served: Option<Served>,
    /// When this is taken to happen, if not now: for objects that were there from the start, as far as anyone can tell.
    pub instant: Option<Time>,
    /// Whether this came as a request, so that not everything is allowed; typed clients are components.
    pub asks_permission: bool,
    warnings: RefCell<Vec<String>>,
}

impl Context {
    /// A request by `user`, sent with `user_agent`.
    pub fn new(server: ApiServer, user: Rc<User>, user_agent: Str) -> Self {
        Self {
            server,
            user,
            user_agent,
            field_manager: Str::new(),
            dry_run: false,
            served: None,
            instant: None,
            asks_permission: false,
            warnings: RefCell::default(),
        }
    }

    /// The API server itself, at its own start.
    pub fn of_server(server: &ApiServer) -> Self {
        let user = Rc::new(User {
            name: "system:apiserver".into(),
            groups: vec!["system:masters".into(), "system:authenticated".into()],
            ..User::default()
        });
        Self {
            instant: Some(server.started()),
            ..Self::new(server.clone(), user, "kube-apiserver".into())
        }
    }

    /// The same request as a dry run, or not.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// The present instant in the API's precision.
    pub fn now(&self) -> Time {
        self.instant.unwrap_or_else(|| self.server.now())
    }

    /// The name under which changes are entered into `managedFields`.
    pub fn manager(&self) -> Str {
        if !self.field_manager.is_empty() {
            return self.field_manager.clone();
        }
        let name = self.user_agent.split('/').next().unwrap_or_default();
        if name.is_empty() {
            "unknown".into()
        } else {
            name.into()
        }
    }

    /// Adds a warning to the answer; the same one is given only once.
    pub fn warn(&self, text: impl Into<String>) {
        let text = text.into();
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&text) {
            warnings.push(text);
        }
    }

    /// The warnings given so far, which are forgotten by this.
    pub fn take_warnings(&self) -> Vec<String> {
        self.warnings.take()
    }
}
