//! Who may approve and who may sign requests for certificates: those with the verb on their signer; and what nobody may ask for.
//! Kubernetes' room for this is `plugin/pkg/admission/certificates`.

use api::certificates::v1::CertificateSigningRequest;
use apimachinery::{Object, Status, Str};

use super::{Attributes, Operation, Plugin};
use crate::authz::{self, Action};

/// Approvals and refusals.
pub(super) struct CertificateApproval;

/// Certificates, and what signers say.
pub(super) struct CertificateSigning;

/// Subjects that the signer for clients does not sign.
pub(super) struct CertificateSubjectRestriction;

const MASTERS: &str = "system:masters";

impl Plugin for CertificateApproval {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        match changed(attributes, object, "approval") {
            Some((_, new)) => permitted(attributes, new, "approve"),
            None => Ok(()),
        }
    }
}

impl Plugin for CertificateSigning {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        match changed(attributes, object, "status") {
            Some((old, new)) if old.status != new.status => permitted(attributes, new, "sign"),
            _ => Ok(()),
        }
    }
}

impl Plugin for CertificateSubjectRestriction {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        let ours = attributes.operation == Operation::Create
            && attributes.is("certificates.k8s.io", "certificatesigningrequests");
        let Some(request) = object.and_then(cast).filter(|_| ours) else {
            return Ok(());
        };
        let signer = &request.spec.signer_name;
        if signer != "kubernetes.io/kube-apiserver-client" {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&request.spec.request);
        let Some(asked) = pki::Request::from_pem(&text) else {
            let why = "failed to parse CSR: asn1: structure error: tags don't match";
            return Err(attributes.forbidden(object, why));
        };
        if asked.subject.all("O").any(|group| group == MASTERS) {
            let why = format!("use of {signer} signer with {MASTERS} group is not allowed");
            return Err(attributes.forbidden(object, &why));
        }
        Ok(())
    }
}

fn cast(object: &dyn Object) -> Option<&CertificateSigningRequest> {
    object.downcast_ref()
}

/// The request before and after somebody who must be allowed to has changed a part of it.
fn changed<'a>(
    attributes: &Attributes<'a>,
    object: Option<&'a dyn Object>,
    part: &str,
) -> Option<(&'a CertificateSigningRequest, &'a CertificateSigningRequest)> {
    let asked = attributes.operation == Operation::Update
        && attributes.subresource == part
        && attributes.cx.asks_permission;
    let old = attributes.old.filter(|_| asked).and_then(cast)?;
    Some((old, object.and_then(cast)?))
}

fn permitted(
    attributes: &Attributes<'_>,
    request: &CertificateSigningRequest,
    verb: &str,
) -> Result<(), Status> {
    let signer = &request.spec.signer_name;
    let domain = signer.split('/').next().unwrap_or_default();
    // A permission for all signers of a domain is written `example.com/*`.
    for name in [signer.clone(), Str::from(format!("{domain}/*"))] {
        let action = Action {
            verb: verb.into(),
            group: "certificates.k8s.io".into(),
            resource: "signers".into(),
            name,
            ..Action::default()
        };
        if authz::decide(&attributes.cx.server, &attributes.cx.user, &action).allowed {
            return Ok(());
        }
    }
    let quoted = apimachinery::gotext::quote(signer);
    let why = format!("user not permitted to {verb} requests with signerName {quoted}");
    Err(attributes.forbidden(Some(request), &why))
}
