//! What the page and the engine say to each other, as plain data.
//!
//! The engine runs in a Web Worker and the page draws in the browser's main thread. Nothing but the values of this
//! crate crosses between them:
//!
//! ```text
//!   page (app)                                       worker (cluster)
//!     bridge ──── ToEngine: a line, a key, a speed ────▶ pacer ─▶ Engine::handle / Engine::advance
//!     stores ◀─── Batch of FromEngine: output, patches, clock, lesson ─── Engine::drain
//! ```
//!
//! - [`model`]: the read model: what a node, a pod, a container, an event look like on the map and the timeline.
//! - [`patch`]: [`ViewPatch`], the only way the read model changes, and [`ReadModel`], which applies them.
//! - [`request`]: a request between pods on its way, for the map.
//! - [`protocol`]: [`ToEngine`] and [`FromEngine`].
//! - [`fault`]: what can be broken on purpose, and what is broken now.
//! - [`lesson`], [`inspect`], [`files`], [`text`]: the payloads of single messages.
//! - [`engine`]: the [`Engine`] trait, what the worker needs from a cluster to drive it.
//! - [`wire`]: the bytes of a message.
//!
//! It is plain serde data. It knows no API types (a cluster's façade turns objects into views), no clock, no browser,
//! and decides nothing: texts such as a pod's STATUS column arrive ready made from the server's printers.

pub mod engine;
pub mod fault;
pub mod files;
pub mod inspect;
pub mod lesson;
pub mod model;
pub mod patch;
pub mod protocol;
pub mod request;
pub mod text;
pub mod time;
mod traffic;
pub mod wire;

pub use engine::{Advance, Engine};
pub use fault::{ActiveFault, Fault, FaultKind, FaultTarget};
pub use files::{CheckedFile, Diagnostic, EditRequest, FileEntry, Severity};
pub use inspect::{Inspected, InspectedBody, Pane, Placement, RatedNode, Selection, WhyStep};
pub use lesson::{
    CheckState, LessonCard, LessonProgress, LessonSource, LessonView, Question, StepProgress,
    StepView,
};
pub use model::{
    CommandView, ContainerKind, ContainerState, ContainerView, EventView, NamespaceView, NodeView,
    ObjectRef, PodPhase, PodView, Pull, Resources, Termination,
};
pub use patch::{ReadModel, ViewPatch};
pub use protocol::{
    Batch, Boot, Candidate, Clock, Completions, Fatal, FromEngine, Log, Prompt, Ready, ToEngine,
};
pub use request::RequestTrace;
pub use text::{Block, Inline};
pub use time::Time;
pub use traffic::{TrafficSpec, TrafficView};
pub use wire::Bytes;
