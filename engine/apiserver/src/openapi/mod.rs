//! `/openapi/v2` and `/openapi/v3`: what the kinds look like, for `kubectl explain`, editors and clients that check.
//! Kubernetes' room for this is `k8s.io/kube-openapi`.
//!
//! ```text
//!  tables of the structs ─► packages ─┐
//!                                     ├─► schemas ─► documents
//!  api-docs.txt ─────────► docs ──────┘
//! ```
//!
//! Documents are made when somebody asks. Types come from the tables that every codec goes by; descriptions, enums and
//! required fields come from a text beside the engine ([`crate::ApiServer::set_docs_source`]), because it is large and is
//! read by `explain` alone: the native binary has it built in (feature `docs`), the page fetches it when it is needed
//! first. Without it the documents are complete but for these.

mod docs;
mod document;
mod packages;
mod schemas;

pub use docs::Docs;

use crate::ApiServer;
use crate::handler::Response;

/// Answers a path below `/openapi`; `None` when there is no such document.
pub(crate) fn handle(server: &ApiServer, parts: &[&str]) -> Option<Response> {
    let value = match parts {
        ["v2"] => document::v2(server),
        ["v3"] => document::index(server),
        ["v3", "api", version] => document::v3(server, "", version)?,
        ["v3", "apis", group, version] => document::v3(server, group, version)?,
        _ => return None,
    };
    Some(Response::json(value))
}
