//! The command line: what pflag and cobra do for the real kubectl.
//!
//! Nothing in here knows of clusters or objects; [`crate::cmd`] fills the tables.

pub mod command;
pub mod flag;
pub mod global;
pub mod help;
pub mod parse;
pub mod value;

pub use command::{Action, Command, Running};
pub use flag::{Flag, FlagSet};
