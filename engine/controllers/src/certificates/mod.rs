//! What becomes of requests for certificates (`pkg/controller/certificates`): kubelets' own are approved, what is approved is signed
//! by the built-in signers, and what is done or forgotten is deleted.

mod approver;
mod authority;
mod cleaner;
mod signer;

use std::time::Duration;

use api::certificates::v1::{CertificateSigningRequest, CertificateSigningRequestCondition};
use apimachinery::Status;
use client::{Client, WorkQueue};
use sim::Time;

use crate::context::Context;
use crate::worker;

/// The account that all of them work under.
const ACCOUNT: &str = "certificate-controller";
const APPROVED: &str = "Approved";
const DENIED: &str = "Denied";
const FAILED: &str = "Failed";

/// The signer of certificates for people and programs.
const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
/// The signer of certificates that kubelets show to the API server.
const KUBELET_CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
/// The signer of certificates that kubelets show to everybody.
const KUBELET_SERVING: &str = "kubernetes.io/kubelet-serving";
/// The signer that signs anything; only requests of old API versions could name it.
const LEGACY: &str = "kubernetes.io/legacy-unknown";

/// What one of them does with a request; when to look at it again, if time alone can change that.
type Handle = fn(&Client, Time, &CertificateSigningRequest) -> Result<Option<Duration>, Status>;

/// Signs what is approved.
pub(crate) fn start_signing(context: &Context) {
    start(context, "csrsigning", signer::handle);
}

/// Approves what kubelets ask for themselves.
pub(crate) fn start_approving(context: &Context) {
    start(context, "csrapproving", approver::handle);
}

/// Deletes what is over.
pub(crate) fn start_cleaning(context: &Context) {
    start(context, "csrcleaner", cleaner::handle);
}

fn start(context: &Context, name: &'static str, handle: Handle) {
    let queue = WorkQueue::new(context.sim());
    let informer = context.informers().of::<CertificateSigningRequest>();
    informer.on_change(worker::enqueue(&queue));
    let (requests, later) = (informer.lister(), queue.clone());
    let client = context.client(ACCOUNT);
    let started = context.sim().now();
    worker::run(context, name, queue, move |key| {
        let Some(request) = requests.by_key(key) else {
            return Ok(());
        };
        if let Some(delay) = handle(&client, started, &request)? {
            later.add_after(key.clone(), delay);
        }
        Ok(())
    });
}

fn condition<'a>(
    request: &'a CertificateSigningRequest,
    kind: &str,
) -> Option<&'a CertificateSigningRequestCondition> {
    let mut conditions = request.status.conditions.iter();
    conditions.find(|condition| condition.type_ == kind)
}

/// Reads what is asked for. The API server has looked at its form only.
fn parse(request: &CertificateSigningRequest) -> Result<pki::Request, Status> {
    let text = String::from_utf8_lossy(&request.spec.request);
    pki::Request::from_pem(&text).ok_or_else(|| {
        let name = apimachinery::gotext::quote(&request.metadata.name);
        Status::internal_error(&format!("unable to parse csr {name}"))
    })
}
