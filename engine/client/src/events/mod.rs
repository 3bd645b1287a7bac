//! Events: what components tell people about objects.

pub mod correlator;
