//! The way to the API server: the only file of this crate, and of all components, that knows there is one in the same
//! process.
//!
//! Everything here is immediate and typed: objects are shared with the server's storage, nothing becomes JSON. A
//! [`Client`] is an identity: who asks (for authorisation and for `managedFields`) and with which program.

mod dynamic;
mod reach;
mod scale;

use std::cell::Cell;
use std::rc::Rc;

use api::core::v1::{Binding, ObjectReference};
use apimachinery::meta::v1::{DeleteOptions, ListOptions, ObjectMeta, Preconditions};
use apimachinery::{Kind, List, Object, Status, Str};
use apiserver::registry::update::{How, Target};
use apiserver::registry::{self, Resource};
use apiserver::{ApiServer, Context};
use sim::Sim;

pub use apiserver::TypedWatch as Watch;
pub use apiserver::User;
pub use apiserver::handler::{
    ContainerUsage, ExecRequest, Extension, LogStream, Method, NodeApi, Proxied, ProxiedAnswer,
    Request, RequestBody, Response, ResponseBody, Route, Session, WatchStream,
};
pub use dynamic::AnyResource;
pub(crate) use dynamic::AnyWatch;
pub use reach::{Reach, Switch};

/// What every program of a release says of itself.
const USER_AGENT_SUFFIX: &str = "v1.36.2 (linux/amd64) kubernetes/1ba3b4c";

/// Talks to the API server as somebody. Cloning is cheap.
#[derive(Clone)]
pub struct Client {
    server: ApiServer,
    user: Rc<User>,
    user_agent: Str,
    /// Tells apart the events of one instant, whoever records them.
    events: Rc<Cell<u16>>,
    reach: Reach,
}

/// What a deletion demands and how far it goes.
#[derive(Clone, Debug, Default)]
pub struct Delete {
    options: DeleteOptions,
}

impl Delete {
    /// Only if the object is still this one.
    #[must_use]
    pub fn uid(mut self, uid: &Str) -> Self {
        let preconditions = self.options.preconditions.take();
        self.options.preconditions = Some(Preconditions {
            uid: Some(uid.clone()),
            ..preconditions.unwrap_or_default()
        });
        self
    }

    /// Only if the object has not changed since.
    #[must_use]
    pub fn resource_version(mut self, version: &Str) -> Self {
        let preconditions = self.options.preconditions.take();
        self.options.preconditions = Some(Preconditions {
            resource_version: Some(version.clone()),
            ..preconditions.unwrap_or_default()
        });
        self
    }

    /// With that many seconds to wind down.
    #[must_use]
    pub fn grace_period(mut self, seconds: i64) -> Self {
        self.options.grace_period_seconds = Some(seconds);
        self
    }

    /// `Background`, `Foreground` or `Orphan`.
    #[must_use]
    pub fn propagation(mut self, policy: &str) -> Self {
        self.options.propagation_policy = Some(policy.into());
        self
    }
}

impl Client {
    /// An administrator's client.
    pub fn new(server: ApiServer) -> Self {
        Self {
            server,
            user: Rc::new(User::admin()),
            user_agent: "kubectl/".into(),
            events: Rc::default(),
            reach: Reach::default(),
        }
    }

    /// The same server as another user with another program: `user` such as `system:kube-scheduler`, `program` such as
    /// `kube-scheduler`, which becomes the field manager.
    #[must_use]
    pub fn as_user(&self, user: &str, program: &str) -> Self {
        Self {
            server: self.server.clone(),
            user: Rc::new(User::component(user)),
            user_agent: format!("{program}/{USER_AGENT_SUFFIX}").into(),
            events: Rc::clone(&self.events),
            reach: self.reach.clone(),
        }
    }

    /// A controller of kube-controller-manager with its own service account, such as `deployment-controller`.
    #[must_use]
    pub fn as_controller(&self, name: &str) -> Self {
        let account = format!("system:serviceaccount:kube-system:{name}");
        let mut client = self.as_user(&account, "kube-controller-manager");
        client.user_agent = format!("{}/{account}", client.user_agent).into();
        client
    }

    /// The same server and program as a user with groups of their own: who a request's credentials stand for.
    #[must_use]
    pub fn impersonating(&self, user: User) -> Self {
        Self {
            user: Rc::new(user),
            ..self.clone()
        }
    }

    /// Whom a bearer token stands for; `None` if it is worth nothing (any more).
    pub fn user_of_token(&self, token: &str) -> Option<User> {
        apiserver::tokens::user_of(&self.server, token)
    }

    /// The simulation that everything happens in.
    pub fn sim(&self) -> &Sim {
        self.server.sim()
    }

    /// The present instant in the API's precision.
    pub fn now(&self) -> apimachinery::Time {
        self.server.now()
    }

    /// Who asks.
    pub fn user(&self) -> &Rc<User> {
        &self.user
    }

    /// A number that tells apart the events of one instant.
    pub(crate) fn event_tick(&self) -> u16 {
        let tick = self.events.get();
        self.events.set(tick.wrapping_add(1) % 1000);
        tick
    }

    /// How this client gets to the server.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The same client at a place of its own, which can be cut off from the server.
    #[must_use]
    pub fn from_elsewhere(&self) -> Self {
        Self {
            reach: self.reach.elsewhere(),
            ..self.clone()
        }
    }

    /// The door to the server, if it can be reached.
    fn context(&self) -> Result<Context, Status> {
        self.reach.check()?;
        Ok(Context::new(
            self.server.clone(),
            Rc::clone(&self.user),
            self.user_agent.clone(),
        ))
    }

    fn resource<K: Kind>(&self) -> Result<Rc<Resource>, Status> {
        self.server
            .resource_of::<K>()
            .ok_or_else(Status::no_such_resource)
    }

    /// Says who answers for a node: its kubelet.
    pub fn register_node(&self, name: &str, node: Rc<dyn NodeApi>) {
        self.server.register_node(name, node);
    }

    /// What the containers of a node have used, as its kubelet tells it; `None` if it does not answer.
    pub fn node_usage(&self, name: &str) -> Option<Vec<ContainerUsage>> {
        self.server.node(name)?.usage()
    }

    /// Says who answers an API group version that the server itself does not serve.
    pub fn register_extension(&self, extension: Rc<dyn Extension>) {
        self.server.register_extension(extension);
    }

    /// Serves the group version of an extension no more.
    pub fn unregister_extension(&self, group: &str, version: &str) {
        self.server.unregister_extension(group, version);
    }

    /// Whether the server knows the kind.
    pub fn serves<K: Kind>(&self) -> bool {
        self.server.resource_of::<K>().is_some()
    }

    /// Sends a request as an HTTP client would; who asks and with what is filled in.
    pub fn request(&self, mut request: Request) -> Response {
        request.user = Rc::clone(&self.user);
        if request.user_agent.is_empty() {
            request.user_agent = self.user_agent.clone();
        }
        apiserver::handler::handle(&self.server, &request)
    }

    /// One object; the namespace of cluster-scoped objects is empty.
    ///
    /// # Errors
    /// When it does not exist.
    pub fn get<K: Kind>(&self, namespace: &str, name: &str) -> Result<Rc<K>, Status> {
        self.context()?.get(namespace, name)
    }

    /// The objects of a namespace, or of all if it is empty.
    ///
    /// # Errors
    /// For options that cannot be met.
    pub fn list<K: Kind>(&self, namespace: &str, options: &ListOptions) -> Result<List<K>, Status> {
        self.context()?.list(namespace, options)
    }

    /// The changes of the objects that [`Self::list`] would give.
    ///
    /// # Errors
    /// For options that cannot be met.
    pub fn watch<K: Kind>(
        &self,
        namespace: &str,
        options: &ListOptions,
    ) -> Result<Watch<K>, Status> {
        self.context()?.watch(namespace, options)
    }

    /// Makes an object, in the namespace that it names.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn create<K: Kind>(&self, object: K) -> Result<Rc<K>, Status> {
        self.context()?.create(object)
    }

    /// Puts an object in the place of the version it was made from.
    ///
    /// # Errors
    /// Whatever is wrong with it; a conflict when it has changed since.
    pub fn update<K: Kind>(&self, object: K) -> Result<Rc<K>, Status> {
        self.context()?.update(object)
    }

    /// Replaces the status of an object.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn update_status<K: Kind>(&self, object: K) -> Result<Rc<K>, Status> {
        self.context()?.update_status(object)
    }

    /// Replaces the part of an object that a subresource stands for.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn update_subresource<K: Kind>(
        &self,
        object: K,
        subresource: &str,
    ) -> Result<Rc<K>, Status> {
        self.context()?.update_subresource(object, subresource)
    }

    /// Changes an object in one step, as a patch does: whatever it looks like now, `change` is applied to it.
    ///
    /// # Errors
    /// When it does not exist, or whatever is wrong with the result.
    pub fn patch<K: Kind>(
        &self,
        namespace: &str,
        name: &str,
        change: impl FnMut(&mut K),
    ) -> Result<Rc<K>, Status> {
        self.patch_subresource(namespace, name, "", change)
    }

    /// Changes the status of an object in one step.
    ///
    /// # Errors
    /// As [`Self::patch`].
    pub fn patch_status<K: Kind>(
        &self,
        namespace: &str,
        name: &str,
        change: impl FnMut(&mut K),
    ) -> Result<Rc<K>, Status> {
        self.patch_subresource(namespace, name, "status", change)
    }

    fn patch_subresource<K: Kind>(
        &self,
        namespace: &str,
        name: &str,
        subresource: &str,
        mut change: impl FnMut(&mut K),
    ) -> Result<Rc<K>, Status> {
        let resource = self.resource::<K>()?;
        let target = Target {
            resource: &resource,
            namespace,
            name,
            subresource,
        };
        let how = How {
            patch: true,
            ..How::default()
        };
        let mut next = |old: Option<&Rc<dyn Object>>| {
            let old =
                old.ok_or_else(|| Status::not_found(&resource.names.group_resource(), name))?;
            let mut object = old.clone_box();
            if let Some(object) = object.downcast_mut::<K>() {
                change(object);
                // A patch says nothing of the version that it is applied to.
                object.meta_mut().resource_version = Str::new();
            }
            Ok(object)
        };
        let updated = registry::update::update(&self.context()?, target, how, &mut next)?;
        let object = updated.object.downcast_rc();
        object.ok_or_else(|| Status::internal_error("a table holds objects of another type"))
    }

    /// Deletes an object. Gives its last state, or the one that waits for its end.
    ///
    /// # Errors
    /// When it does not exist, or the demands are not met.
    pub fn delete<K: Kind>(
        &self,
        namespace: &str,
        name: &str,
        delete: &Delete,
    ) -> Result<Rc<K>, Status> {
        self.context()?.delete(namespace, name, &delete.options)
    }

    /// Deletes a pod, if its disruption budgets allow.
    ///
    /// # Errors
    /// 429 when they do not allow it now, and everything that a deletion answers.
    pub fn evict(&self, namespace: &str, name: &str, delete: &Delete) -> Result<(), Status> {
        self.context()?.evict(namespace, name, &delete.options)
    }

    /// Binds a pod to a node; `uid` makes sure that it is still the same pod.
    ///
    /// # Errors
    /// When it does not exist, or is on a node already.
    pub fn bind(&self, namespace: &str, name: &str, uid: &Str, node: &str) -> Result<(), Status> {
        let binding = Binding {
            metadata: ObjectMeta {
                uid: uid.clone(),
                ..ObjectMeta::named(namespace, name)
            },
            target: ObjectReference {
                kind: "Node".into(),
                name: node.into(),
                ..ObjectReference::default()
            },
        };
        self.context()?.bind(namespace, name, &binding)
    }
}
