//! Requests for certificates that nobody looks at.

use api::certificates::v1::CertificateSigningRequest;
use apimachinery::{codec, yaml};

use super::support::Cluster;

const REQUEST: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISk1IRUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWFtRnVaVEJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSApBMElBQk42SXJYbzBNd1F0TGJhdy9XUWY4ZDAvdytHcnF6SFl4STNDRkw4S1FvSmhYZzN1RyszdzJnb1Z0RjNRCmo5NmY1M3k0Q1ZlOXBTSi9KWXYxWHBxQ3NweWdBREFLQmdncWhrak9QUVFEQWdOSUFEQkZBaUVBb0lmeGdBOUcKMUJEUkFZU0l5MGVGcVJWZG1ZL01ZeUk5NE9DQmNodHQ3eDRDSUdtR1VVMWR5eU5mWXFaMGZ0bStkR3VhTTlTUgprenV2TXZ2Q0ovRGVDYUZJCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=";

#[test]
fn forgotten_requests_go_at_the_first_full_hour_after_a_day() {
    let cluster = Cluster::new(&["certificatesigningrequest-cleaner-controller"]);
    cluster.wait(60.0);
    let text = format!(
        "{{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {{name: jane}}, spec: \
         {{request: {REQUEST}, signerName: example.com/me, usages: [client auth]}}}}"
    );
    let request: CertificateSigningRequest =
        codec::from_value(&yaml::parse(&text).unwrap()).unwrap();
    cluster.create(request);
    let there = || cluster.names::<CertificateSigningRequest>("").len();
    cluster.wait(24.0 * 3600.0 + 3500.0);
    assert_eq!(
        there(),
        1,
        "a day and a minute are over, but no full hour since"
    );
    cluster.wait(60.0);
    assert_eq!(there(), 0);
}
