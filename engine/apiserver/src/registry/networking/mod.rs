//! The group `networking.k8s.io`.

pub(crate) mod ingress;
pub(crate) mod ingressclass;
pub(crate) mod ipaddress;
pub(crate) mod networkpolicy;
