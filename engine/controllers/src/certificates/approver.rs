//! Approves the client certificates that kubelets ask for, if those who ask may (`approver`).

use std::time::Duration;

use api::authorization::v1::{ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec};
use api::certificates::v1::{CertificateSigningRequest, CertificateSigningRequestCondition};
use apimachinery::{Shared, Status, codec};
use client::Client;
use client::rest::Request;
use sim::Time;

use super::{APPROVED, DENIED, KUBELET_CLIENT, condition, parse, signer};

/// What somebody must be allowed to create, and what is said then.
struct Recognizer {
    subresource: &'static str,
    message: &'static str,
}

const SELF: Recognizer = Recognizer {
    subresource: "selfnodeclient",
    message: "Auto approving self kubelet client certificate after SubjectAccessReview.",
};
const ANY: Recognizer = Recognizer {
    subresource: "nodeclient",
    message: "Auto approving kubelet client certificate after SubjectAccessReview.",
};

pub(super) fn handle(
    client: &Client,
    _: Time,
    request: &CertificateSigningRequest,
) -> Result<Option<Duration>, Status> {
    let decided = [APPROVED, DENIED]
        .iter()
        .any(|kind| condition(request, kind).is_some());
    let issued = !request.status.certificate.is_empty();
    let spec = &request.spec;
    if decided || issued || spec.signer_name != KUBELET_CLIENT {
        return Ok(None);
    }
    let asked = parse(request)?;
    if signer::check_kubelet_client(&asked, &spec.usages).is_err() {
        return Ok(None);
    }
    let own = spec.username == asked.subject.common();
    for recognizer in [SELF, ANY].into_iter().skip(usize::from(!own)) {
        if may(client, request, recognizer.subresource)? {
            let mut approved = request.clone();
            let status = &mut approved.status;
            status.conditions.push(CertificateSigningRequestCondition {
                type_: APPROVED.into(),
                status: "True".into(),
                reason: "AutoApproved".into(),
                message: recognizer.message.into(),
                ..CertificateSigningRequestCondition::default()
            });
            client.update_subresource(approved, "approval")?;
            return Ok(None);
        }
    }
    Ok(None)
}

/// Asks the API server.
fn may(
    client: &Client,
    request: &CertificateSigningRequest,
    subresource: &str,
) -> Result<bool, Status> {
    let spec = &request.spec;
    let review = SubjectAccessReview {
        spec: Shared::new(SubjectAccessReviewSpec {
            resource_attributes: Some(Shared::new(ResourceAttributes {
                group: "certificates.k8s.io".into(),
                resource: "certificatesigningrequests".into(),
                subresource: subresource.into(),
                verb: "create".into(),
                ..ResourceAttributes::default()
            })),
            user: spec.username.clone(),
            uid: spec.uid.clone(),
            groups: spec.groups.clone(),
            extra: spec.extra.clone(),
            ..SubjectAccessReviewSpec::default()
        }),
        ..SubjectAccessReview::default()
    };
    let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    let answer = client.request(Request::post(path, codec::to_value(&review)));
    let value = answer.to_value().unwrap_or_default();
    if !(200..300).contains(&answer.code) {
        let why = value["message"].as_str().unwrap_or("no answer");
        return Err(Status::internal_error(why));
    }
    Ok(value["status"]["allowed"] == true)
}
