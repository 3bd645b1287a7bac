//! Who may approve or deny certificate requests of a signer: those with the verb `approve` on it. Kubernetes' room for this is
//! `plugin/pkg/admission/certificates/approval`.

use api::certificates::v1::CertificateSigningRequest;
use apimachinery::{Object, Status, Str};

use super::{Attributes, Operation, Plugin};
use crate::authz::{self, Action};

/// The plugin.
pub(super) struct CertificateApproval;

impl Plugin for CertificateApproval {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        let asked = attributes.operation == Operation::Update
            && attributes.subresource == "approval"
            && attributes.cx.asks_permission;
        let request = object.and_then(|o| o.downcast_ref::<CertificateSigningRequest>());
        let (true, Some(request)) = (asked, request) else {
            return Ok(());
        };
        let signer = &request.spec.signer_name;
        let domain = signer.split('/').next().unwrap_or_default();
        // A permission for all signers of a domain is written `example.com/*`.
        for name in [signer.clone(), Str::from(format!("{domain}/*"))] {
            let action = Action {
                verb: "approve".into(),
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
        let why = format!("user not permitted to approve requests with signerName {quoted}");
        Err(attributes.forbidden(object, &why))
    }
}
