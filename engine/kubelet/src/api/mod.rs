//! What the kubelet asks of the API server.
//!
//! A narrow door of its own, so that everything behind it can be tried without a cluster, and so that it is plain to
//! see what a node agent needs: pods, its node and lease, what pods refer to, and events.

mod client;
mod token;

use std::rc::Rc;

use api::coordination::v1::Lease;
use api::core::v1::{
    ConfigMap, Node, ObjectReference, PersistentVolume, PersistentVolumeClaim, Pod, Secret, Service,
};
use api::storage::v1::CSIDriver;
use apimachinery::Status;

pub use client::ClientApi;
pub use token::Token;

/// The kubelet's view of the API server.
pub trait Api {
    /// A pod as it is stored now.
    ///
    /// # Errors
    /// When it is gone, or the server does not answer.
    fn pod(&self, namespace: &str, name: &str) -> Result<Rc<Pod>, Status>;

    /// Makes the mirror of a static pod.
    ///
    /// # Errors
    /// When it is there already, is refused, or the server does not answer.
    fn create_pod(&self, pod: Pod) -> Result<Rc<Pod>, Status>;

    /// Replaces the status of a pod.
    ///
    /// # Errors
    /// When it has changed meanwhile, is gone, or the server does not answer.
    fn update_pod_status(&self, pod: Pod) -> Result<Rc<Pod>, Status>;

    /// Takes a pod out of the store whose containers have ended.
    ///
    /// # Errors
    /// When it is another pod by now, is gone, or the server does not answer.
    fn delete_pod(&self, pod: &Pod) -> Result<(), Status>;

    /// The node.
    ///
    /// # Errors
    /// When it is not there, or the server does not answer.
    fn node(&self, name: &str) -> Result<Rc<Node>, Status>;

    /// Registers the node.
    ///
    /// # Errors
    /// When it is refused.
    fn create_node(&self, node: Node) -> Result<Rc<Node>, Status>;

    /// Replaces the status of the node.
    ///
    /// # Errors
    /// As [`Api::update_pod_status`].
    fn update_node_status(&self, node: Node) -> Result<Rc<Node>, Status>;

    /// The node's lease.
    ///
    /// # Errors
    /// When it is not there, or the server does not answer.
    fn lease(&self, name: &str) -> Result<Rc<Lease>, Status>;

    /// Creates the node's lease, or renews it.
    ///
    /// # Errors
    /// When it is refused.
    fn put_lease(&self, lease: Lease) -> Result<Rc<Lease>, Status>;

    /// A config map that a pod refers to.
    ///
    /// # Errors
    /// When it is not there.
    fn config_map(&self, namespace: &str, name: &str) -> Result<Rc<ConfigMap>, Status>;

    /// A secret that a pod refers to.
    ///
    /// # Errors
    /// When it is not there.
    fn secret(&self, namespace: &str, name: &str) -> Result<Rc<Secret>, Status>;

    /// The services of a namespace, for the environment of its pods.
    ///
    /// # Errors
    /// When the server does not answer.
    fn services(&self, namespace: &str) -> Result<Vec<Rc<Service>>, Status>;

    /// A claim that a pod refers to.
    ///
    /// # Errors
    /// When it is not there.
    fn claim(&self, namespace: &str, name: &str) -> Result<Rc<PersistentVolumeClaim>, Status>;

    /// A persistent volume that a claim is bound to.
    ///
    /// # Errors
    /// When it is not there.
    fn volume(&self, name: &str) -> Result<Rc<PersistentVolume>, Status>;

    /// What is known of a driver of volumes.
    ///
    /// # Errors
    /// When it is not there.
    fn csi_driver(&self, name: &str) -> Result<Rc<CSIDriver>, Status>;

    /// A token for a pod's service account.
    ///
    /// # Errors
    /// When the account is not there.
    fn token(&self, pod: &Pod, audience: &str, expiration_seconds: i64) -> Result<Token, Status>;

    /// Says something about an object, in the kubelet's name.
    fn event(&self, about: &ObjectReference, type_: &str, reason: &str, message: &str);
}
