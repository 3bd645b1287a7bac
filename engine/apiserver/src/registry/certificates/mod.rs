//! CertificateSigningRequest: somebody asks for a certificate, somebody else says yes or no. Kubernetes' room for this is
//! `pkg/registry/certificates/certificates`.
//!
//! What is in a request is for the signers to read, which are controllers.

mod printer;
mod validation;

use api::certificates::v1::CertificateSigningRequest;
use apimachinery::Shared;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::content::{NameRule, name_is_path_segment};
use crate::validation::field::{Errors, Path};

const APPROVAL: &str = "approval";
/// The conditions that only `approval` may write.
const DECISIONS: [&str; 2] = ["Approved", "Denied"];

/// The strategy.
pub(crate) struct CertificateSigningRequestStrategy;

impl Strategy for CertificateSigningRequestStrategy {
    type Kind = CertificateSigningRequest;

    fn name_rule(&self) -> NameRule {
        name_is_path_segment
    }

    fn default(&self, request: &mut CertificateSigningRequest) {
        for condition in &mut request.status.conditions {
            if condition.status.is_empty() {
                condition.status = "True".into();
            }
        }
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, cx: &Context, request: &mut CertificateSigningRequest) {
        request.spec.username = cx.user.name.clone();
        request.spec.uid = cx.user.uid.clone();
        request.spec.groups = cx.user.groups.clone();
        request.spec.extra = cx.user.extra.clone();
        request.status = Shared::default();
    }

    fn validate(&self, _cx: &Context, request: &CertificateSigningRequest, errors: &mut Errors) {
        validation::validate(request, errors);
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut CertificateSigningRequest,
        old: &CertificateSigningRequest,
    ) {
        new.spec = old.spec.clone();
        new.status = old.status.clone();
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        cx: &Context,
        new: &mut CertificateSigningRequest,
        old: &CertificateSigningRequest,
    ) {
        new.spec = old.spec.clone();
        // A decision stays what it was.
        let decision = |c: &api::certificates::v1::CertificateSigningRequestCondition| {
            DECISIONS.contains(&c.type_.as_str())
        };
        new.status.conditions.retain(|c| !decision(c));
        let kept = old.status.conditions.iter().filter(|c| decision(c));
        let mut conditions: Vec<_> = kept.cloned().collect();
        conditions.append(&mut new.status.conditions);
        new.status.conditions = conditions;
        set_times(cx, new, old);
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &CertificateSigningRequest,
        old: &CertificateSigningRequest,
        errors: &mut Errors,
    ) {
        validation::validate_conditions(new, errors);
        validation::validate_certificate(new, old, errors);
    }

    fn subresources(&self) -> &'static [&'static str] {
        &[APPROVAL]
    }

    fn prepare_for_subresource_update(
        &self,
        cx: &Context,
        _sub: &str,
        new: &mut CertificateSigningRequest,
        old: &CertificateSigningRequest,
    ) {
        new.spec = old.spec.clone();
        new.status.certificate = old.status.certificate.clone();
        set_times(cx, new, old);
    }

    fn validate_subresource_update(
        &self,
        _cx: &Context,
        _sub: &str,
        new: &CertificateSigningRequest,
        old: &CertificateSigningRequest,
        errors: &mut Errors,
    ) {
        validation::validate_conditions(new, errors);
        let has = |request: &CertificateSigningRequest, wanted: &str| {
            let mut conditions = request.status.conditions.iter();
            conditions.any(|condition| condition.type_ == wanted)
        };
        let path = Path::new("status");
        for decision in DECISIONS {
            if has(old, decision) && !has(new, decision) {
                let text = format!("updates may not remove a condition of type {decision:?}");
                errors.forbidden(&path.child("conditions"), text);
            }
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        printer::COLUMNS.into()
    }

    fn row(&self, request: &CertificateSigningRequest, options: &PrintOptions) -> Cells {
        printer::row(request, options)
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["spec.signerName"]
    }

    fn field_value(&self, request: &CertificateSigningRequest, _label: &str) -> apimachinery::Str {
        request.spec.signer_name.clone()
    }
}

/// Conditions that are new or changed get their times.
fn set_times(cx: &Context, new: &mut CertificateSigningRequest, old: &CertificateSigningRequest) {
    let now = cx.now();
    for condition in &mut new.status.conditions {
        let before = old.status.conditions.iter();
        let before = before.into_iter().find(|c| c.type_ == condition.type_);
        if before.is_none() && condition.last_update_time.is_zero() {
            condition.last_update_time = now;
        }
        if condition.last_transition_time.is_zero() {
            condition.last_transition_time = match before {
                Some(before) if before.status == condition.status => before.last_transition_time,
                _ => now,
            };
        }
    }
}
