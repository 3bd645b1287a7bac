//! The page's icons: strokes on a grid of 16, drawn for it.

use leptos::prelude::*;

/// An icon's strokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(&'static str);

impl Icon {
    /// Its strokes, as a path's `d`.
    pub fn strokes(self) -> &'static str {
        self.0
    }
}

/// Goes on.
pub const PLAY: Icon = Icon("M5 3.5v9l7.5-4.5z");
/// Stands still.
pub const PAUSE: Icon = Icon("M5.5 3.5v9M10.5 3.5v9");
/// Jumps to what is next.
pub const NEXT: Icon = Icon("M4 3.5v9l6-4.5zM12 3.5v9");
/// Starts over.
pub const RESET: Icon = Icon("M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3");
/// Closes.
pub const CLOSE: Icon = Icon("M4 4l8 8M12 4l-8 8");
/// Done.
pub const CHECK: Icon = Icon("M3 8.5l3.2 3.2L13 4.8");
/// Opens downwards.
pub const DOWN: Icon = Icon("M4 6l4 4 4-4");
/// Leads on.
pub const RIGHT: Icon = Icon("M6 4l4 4-4 4");
/// Leads back.
pub const LEFT: Icon = Icon("M10 4L6 8l4 4");
/// A prompt.
pub const PROMPT: Icon = Icon("M3 4.5L6.5 8 3 11.5M8.5 12H13");
/// A sheet of paper.
pub const FILE: Icon = Icon("M9 2H4.5v12h7V4.5zM9 2v2.5h2.5");
/// An open book.
pub const BOOK: Icon = Icon(
    "M8 4C6.5 2.8 4.4 2.6 2.5 3v9.5c1.9-.4 4-.2 5.5 1 1.5-1.2 3.6-1.4 5.5-1V3c-1.9-.4-4-.2-5.5 1zM8 4v9.5",
);
/// A chart.
pub const MAP: Icon =
    Icon("M2.5 4l3.7-1.5 3.6 1.5 3.7-1.5V12l-3.7 1.5L6.2 12l-3.7 1.5zM6.2 2.5V12M9.8 4v9.5");
/// A list of events.
pub const LIST: Icon = Icon("M6 4h7.5M6 8h7.5M6 12h7.5M2.7 4h.1M2.7 8h.1M2.7 12h.1");
/// Light in the dark.
pub const HINT: Icon =
    Icon("M6 12.5h4M6.5 14.5h3M5.8 10.5C4.5 9.7 4 8.5 4 7a4 4 0 0 1 8 0c0 1.5-.5 2.7-1.8 3.5z");
/// A way that branches: why.
pub const WHY: Icon = Icon("M4 13V8.5a3 3 0 0 1 3-3h5M9.5 3L12 5.5 9.5 8M4 2.5v.1");
/// A panel at the side.
pub const SIDE: Icon = Icon("M2.5 3h11v10h-11zM6 3v10");
/// Keys.
pub const KEYS: Icon = Icon("M2 4.5h12v7H2zM4.5 7h.1M7 7h.1M9.5 7h.1M11.5 7h.1M5.5 9.5h5");
/// Attention.
pub const ALERT: Icon = Icon("M8 2.5L14.5 13.5h-13zM8 6.5v3M8 11.5v.1");
/// More.
pub const PLUS: Icon = Icon("M8 3v10M3 8h10");

/// Ends what is under way.
pub const STOP: Icon = Icon("M4.5 4.5h7v7h-7z");
/// Goes over it.
pub const SKIP: Icon = Icon("M3 11.5a5 5 0 0 1 10 0M10.5 9.5l2.5 2 1.5-2.8");
/// Searches.
pub const SEARCH: Icon = Icon("M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9zM10.3 10.3l3.2 3.2");
/// Something that is broken on purpose.
pub const FAULT: Icon = Icon("M9 1.8L3.5 9H8l-1 5.2L12.5 7H8z");
/// From here to there.
pub const ROUTE: Icon = Icon("M2.5 8h9M8.5 5l3 3-3 3M13.5 3.5v9");
/// A folder.
pub const FOLDER: Icon = Icon("M2 4h4l1.5 1.8H14v6.7H2z");

/// Draws it, for the eye only: what it means stands beside it or in its button's label.
pub fn icon(Icon(strokes): Icon) -> AnyView {
    view! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=strokes /></svg> }
        .into_any()
}
