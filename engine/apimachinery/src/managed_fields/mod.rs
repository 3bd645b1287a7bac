//! Field ownership and server-side apply (upstream's `util/managedfields` over `structured-merge-diff`).
//!
//! Every write leaves a note of which manager wrote which fields. An *update* takes over the fields it changes; an *apply*
//! owns exactly the fields of its configuration, is refused when it would change another manager's, and removes what it
//! owned before and no longer names.
//!
//! ```text
//!  live ─┐                         ┌─► compare(live, new) ─► who loses what, conflicts
//!        ├─► merge ─► prune ─► new ┤
//!  config┘                         └─► to_set(config) ─► what the applier owns
//! ```
//!
//! Everything works on untyped values; [`Type`] says which lists merge by which keys. Which manager a request speaks for,
//! and storing the entries, is the server's business.

mod blank;
mod compare;
mod element;
mod entries;
mod manager;
mod memo;
mod merge;
mod remove;
mod set;
mod shape;
mod to_set;
mod typed;
mod update;
mod validate;

pub use compare::Comparison;
pub use element::PathElement;
pub use manager::{Applied, FieldManager};
pub use memo::Write;
pub use set::Set;
pub use shape::Type;
pub use typed::compare_structs;
