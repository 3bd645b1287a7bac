//! Pods on a node, against the real API server and the stand-in runtime.

mod configuration;
mod images;
mod lifecycle;
mod node;
mod probes;
mod resize;
mod static_pods;
mod support;
