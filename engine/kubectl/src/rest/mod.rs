//! kubectl's side of the REST API: requests and their errors, discovery, names of resources, objects by path.

pub mod client;
pub mod discovery;
pub mod helper;
pub mod mapper;
