//! What the page knows, in signals. Written only by `bridge` (from the engine's messages) and by event handlers
//! (what a person wants); components read. Whatever follows from something else is a memo, never a second copy.

use leptos::prelude::expect_context;

pub mod clock;
pub mod cluster;
pub mod drafts;
pub mod files;
pub mod inspector;
pub mod keyed;
pub mod late;
pub mod layout;
pub mod lesson;
pub mod live;
pub mod notices;
pub mod session;
pub mod show;
pub mod terminal;
pub mod traffic;

pub use clock::ClockStore;
pub use cluster::ClusterStore;
pub use files::FilesStore;
pub use inspector::InspectorStore;
pub use keyed::{Key, Keyed};
pub use late::LateStore;
pub use layout::LayoutStore;
pub use lesson::LessonStore;
pub use live::{Derived, Live, Row, derived, live, watch};
pub use notices::NoticesStore;
pub use session::{Phase, SessionStore};
pub use show::ShowStore;
pub use terminal::TerminalStore;
pub use traffic::TrafficStore;

/// All stores of the page. Copied freely: it is a handful of handles.
#[derive(Clone, Copy)]
pub struct Stores {
    /// Nodes, pods, events.
    pub cluster: ClusterStore,
    /// Virtual time.
    pub clock: ClockStore,
    /// The shell's files and the editor's tabs.
    pub files: FilesStore,
    /// What is selected, and its panes.
    pub inspector: InspectorStore,
    /// The page's second half.
    pub late: LateStore,
    /// Sizes of panes, the phone's tab.
    pub layout: LayoutStore,
    /// Lessons and progress.
    pub lesson: LessonStore,
    /// What is said to the user beside the terminal.
    pub notices: NoticesStore,
    /// How far the engine is.
    pub session: SessionStore,
    /// A solution that types itself.
    pub show: ShowStore,
    /// What goes into and comes out of the terminal.
    pub terminal: TerminalStore,
    /// What is being sent to the cluster again and again.
    pub traffic: TrafficStore,
}

impl Stores {
    /// Fresh stores, to be provided to the page as context.
    pub fn new() -> Stores {
        Stores {
            cluster: ClusterStore::new(),
            clock: ClockStore::new(),
            files: FilesStore::new(),
            inspector: InspectorStore::new(),
            late: LateStore::new(),
            layout: LayoutStore::new(),
            lesson: LessonStore::new(),
            notices: NoticesStore::new(),
            session: SessionStore::new(),
            show: ShowStore::new(),
            terminal: TerminalStore::new(),
            traffic: TrafficStore::new(),
        }
    }
}

impl Default for Stores {
    fn default() -> Self {
        Stores::new()
    }
}

/// The page's stores, from within a component.
pub fn stores() -> Stores {
    expect_context::<Stores>()
}
