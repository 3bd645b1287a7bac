//! Pods on a node, against the real API server and the stand-in runtime.

mod configuration;
mod lifecycle;
mod node;
mod probes;
mod support;
