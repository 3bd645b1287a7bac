//! A small SQL server, shared by the databases among the images: statements, tables as files, and a client.
//!
//! It knows what examples use: databases, tables, `INSERT`, `SELECT` with `WHERE`, `ORDER BY`, `LIMIT` and `COUNT(*)`,
//! `UPDATE`, `DELETE`. Everything else is refused by name. Tables are files below the data directory, so that they
//! last exactly as long as the volume that they are on. Client and server speak a protocol of their own.

mod client;
mod run;
mod server;
mod words;

pub(super) use client::{Connection, table_of};
pub(super) use run::{Answer, Dialect, Failure};
pub(super) use server::{Server, serve};
pub(super) use words::statements;
