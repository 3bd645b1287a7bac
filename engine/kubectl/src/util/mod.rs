//! Printers, templates and other tools that know nothing of verbs.

pub mod base64;
pub mod go;
pub mod image;
pub mod json;
pub mod jsonpath;
pub mod klog;
pub mod merge;
pub mod pairs;
pub mod pattern;
pub mod print;
pub mod scheme;
pub mod selector;
pub mod tabwriter;
pub mod template;
pub mod time;
pub mod timer;
pub mod typed;
pub mod yaml;
