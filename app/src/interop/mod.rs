//! The only place that touches JavaScript: typed doors to the browser and to the bundles of `app/js`.
//!
//! Each file is one facility. Nothing here knows what the page shows; nothing outside of here names `js_sys` or a
//! `JsValue`.

pub mod assets;
pub mod browser;
pub mod editor;
pub mod flip;
pub mod fonts;
pub mod half;
pub mod lessons;
pub mod lock;
pub mod media;
pub mod module;
pub mod perf;
pub mod remember;
pub mod resize;
pub mod storage;
pub mod terminal;
pub mod worker;
