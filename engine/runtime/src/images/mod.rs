//! The stand-in images, a file each.
//!
//! To add one: write `images/<name>.rs` with a `static IMAGE: Image` and name it in the list below.

mod alpine;
mod busybox;
mod hello_world;
mod hpa_example;
mod httpd;
mod nginx;
mod pause;
mod redis;

use crate::image::Image;

/// All images there are.
pub(crate) static ALL: &[&Image] = &[
    &alpine::IMAGE,
    &busybox::IMAGE,
    &hello_world::IMAGE,
    &hpa_example::IMAGE,
    &httpd::IMAGE,
    &nginx::IMAGE,
    &pause::IMAGE,
    &redis::IMAGE,
];
