//! What `apply` is made of: the annotation, three-way patches, pruning.

pub mod annotation;
