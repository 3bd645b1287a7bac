//! Controllers over a real API server, in virtual time.

mod housekeeping;
mod support;
