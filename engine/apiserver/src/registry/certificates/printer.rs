//! How certificate signing requests are shown in tables.

use api::certificates::v1::CertificateSigningRequest;
use apimachinery::Str;

use crate::printers::{Cells, Column, PrintOptions};

pub(super) const COLUMNS: &[Column] = &[
    Column::NAME,
    Column::AGE,
    Column::text("SignerName"),
    Column::text("Requestor"),
    Column::text("RequestedDuration"),
    Column::text("Condition"),
];

pub(super) fn row(request: &CertificateSigningRequest, options: &PrintOptions) -> Cells {
    let spec = &request.spec;
    let seconds = spec.expiration_seconds.map(i64::from);
    let duration = seconds.map_or(Str::from("<none>"), |seconds| {
        apimachinery::time::human_duration(seconds)
    });
    Cells::new()
        .text(request.metadata.name.clone())
        .age(request.metadata.creation_timestamp, options)
        .text(spec.signer_name.clone())
        .text(spec.username.clone())
        .text(duration)
        .text(condition(request))
}

fn condition(request: &CertificateSigningRequest) -> String {
    let has = |wanted: &str| {
        let mut conditions = request.status.conditions.iter();
        conditions.any(|condition| condition.type_ == wanted)
    };
    let mut text = match (has("Denied"), has("Approved")) {
        (true, _) => "Denied",
        (_, true) => "Approved",
        _ => "Pending",
    }
    .to_owned();
    if has("Failed") {
        text.push_str(",Failed");
    }
    if !request.status.certificate.is_empty() {
        text.push_str(",Issued");
    }
    text
}
