//! The stand-in images, a file each (or each family).
//!
//! To add one: write `images/<name>.rs` with a `static IMAGE: Image` and name it in the list below. An image that only has
//! to be there and listen is a row of the table in [`daemons`].

mod agnhost;
mod alpine;
mod busybox;
mod crasher;
mod daemons;
mod echo;
mod grpc;
mod hello_world;
mod hpa_example;
mod httpd;
mod languages;
mod memcached;
mod mysql;
mod nginx;
mod pause;
mod postgres;
mod redis;
mod sql;
mod stress;
mod tools;

use crate::image::Image;

/// The images with files of their own.
static OWN: &[&Image] = &[
    &agnhost::IMAGE,
    &agnhost::LIVENESS,
    &agnhost::SERVE_HOSTNAME,
    &alpine::IMAGE,
    &busybox::IMAGE,
    &busybox::UP_TO_1_28,
    &crasher::IMAGE,
    &echo::ECHOSERVER,
    &echo::ECHO_SERVER,
    &echo::HELLO_APP,
    &echo::HTTP_ECHO,
    &echo::KICBASE,
    &echo::NODE_HELLO,
    &hello_world::IMAGE,
    &hpa_example::IMAGE,
    &httpd::IMAGE,
    &languages::NODE,
    &languages::OTHERS,
    &languages::PERL,
    &languages::PYTHON,
    &memcached::IMAGE,
    &mysql::MARIADB,
    &mysql::MYSQL,
    &mysql::XTRABACKUP,
    &nginx::IMAGE,
    &pause::IMAGE,
    &postgres::IMAGE,
    &redis::IMAGE,
    &stress::POLINUX,
    &stress::VISH,
    &tools::BASH,
    &tools::BUSYBOXPLUS,
    &tools::CURL,
    &tools::DEBIAN,
    &tools::FEDORA,
    &tools::NETSHOOT,
    &tools::UBUNTU,
];

/// All images there are.
pub(crate) fn all() -> impl Iterator<Item = &'static Image> {
    OWN.iter().chain(daemons::ALL).copied()
}
