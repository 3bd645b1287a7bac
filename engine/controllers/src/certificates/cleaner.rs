//! Deletes requests that are over, at the full hours since it was started.

use std::time::Duration;

use api::certificates::v1::CertificateSigningRequest;
use apimachinery::Status;
use client::{Client, Delete};
use sim::Time;

use super::{APPROVED, DENIED, FAILED, condition};
use crate::worker;

const HOUR: i64 = 3600;
/// How long a request is kept that nobody has decided on.
const PENDING: i64 = 24 * HOUR;
/// How long a request is kept that is decided.
const DECIDED: i64 = HOUR;

pub(super) fn handle(
    client: &Client,
    started: Time,
    request: &CertificateSigningRequest,
) -> Result<Option<Duration>, Status> {
    let Some(deadline) = deadline(request) else {
        return Ok(None);
    };
    // The first full hour after it.
    let past = deadline.saturating_sub(started.as_secs()).max(0);
    let round = Duration::from_secs(u64::try_from(past / HOUR + 1).unwrap_or(1) * HOUR as u64);
    let left = (started + round).since(client.sim().now());
    if !left.is_zero() {
        return Ok(Some(left));
    }
    let name = &request.metadata.name;
    let deleted = client.delete::<CertificateSigningRequest>("", name, &Delete::default());
    worker::ignore_not_found(deleted)?;
    Ok(None)
}

/// Until when a request is kept, in seconds since the epoch; nothing for ever.
fn deadline(request: &CertificateSigningRequest) -> Option<i64> {
    if request.status.conditions.is_empty() {
        return Some(request.metadata.creation_timestamp.unix() + PENDING);
    }
    let decided = |kind| condition(request, kind).map(|c| c.last_update_time.unix() + DECIDED);
    let issued = !request.status.certificate.is_empty();
    let text = String::from_utf8_lossy(&request.status.certificate);
    let expires = || Some(pki::Certificate::from_pem(&text)?.valid.1);
    let approved = decided(APPROVED).filter(|_| issued);
    let expires = approved.and_then(|_| expires());
    [approved, expires, decided(DENIED), decided(FAILED)]
        .into_iter()
        .flatten()
        .min()
}
