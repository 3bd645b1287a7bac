//! Clients of other families than Go's against `tabernetes serve`. A package of its own, so that only these tests wait for
//! what they take to build.
