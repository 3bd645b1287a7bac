//! What is on the page: a folder a component, with its code and its style.

pub mod acts;
pub mod cluster_map;
pub mod dom;
pub mod editor;
pub mod faults;
pub mod format;
pub mod icon;
pub mod inspector;
pub mod lesson;
pub mod markup;
pub mod notice;
pub mod requests;
pub mod splitter;
pub mod tab_bar;
pub mod terminal;
pub mod time_bar;
pub mod timeline;
pub mod tone;
pub mod top_bar;
pub mod traffic;
