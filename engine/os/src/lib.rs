//! A tiny operating system: what the learner's workstation, the nodes and every container run on.
//!
//! ```text
//!   Machine ── Vfs (mounts of copy-on-write file systems)
//!      │  ╲
//!      │   Programs (name → async fn(Proc) → exit code), found through files in the Vfs
//!      ▼
//!   processes: one task of `sim` each, with descriptors, environment, signals, a process group
//!      │
//!      ▼
//!   File: regular file │ pipe │ terminal │ device │ a stream of the host's (container logs)
//! ```
//!
//! Programs are ordinary `async fn`s. They are written as for Linux: read descriptors until they end, write with
//! back-pressure, die of SIGPIPE, are stopped and continued, and cost a little processor time, so that even a loop
//! which does nothing lets virtual time pass. Everything is bounded: bytes in pipes and files, number of processes
//! and descriptors, memory and processor time where a limit is set.
//!
//! Its room in Kubernetes: this is the kernel below the container runtime. Not here: Kubernetes, networks (see the
//! `network` crate; handles to it are put into [`Machine::set_extension`]), a shell (see `shell`).

mod cpu;
mod env;
mod errno;
mod exec;
mod file;
mod host;
mod machine;
mod memory;
pub mod path;
mod pipe;
mod proc;
mod process;
mod program;
mod recent;
mod setup;
mod signal;
mod stdio;
mod stream;
pub mod tar;
mod tty;
mod vfs;
mod wake;

pub use bytes::Bytes;
pub use env::Env;
pub use errno::{Errno, SysResult};
pub use exec::{ExecError, Loaded};
pub use file::{FdTable, File, MAX_FDS};
pub use host::{EditOutcome, EditRequest, Hint, HostEvent, HostQueue};
pub use machine::{Limits, Machine, ProcessInfo};
pub use memory::{Memory, MemoryEvent};
pub use pipe::pipe;
pub use proc::{Group, Proc, Spawn};
pub use process::{ExitStatus, Pid, State};
pub use program::{
    Absence, Candidate, Completer, CompletionRequest, Main, Program, ProgramFuture, Programs,
    executable,
};
pub use recent::Recent;
pub use signal::{DefaultAction, Disposition, Signal};
pub use stdio::LineReader;
pub use stream::{Capture, Input, Stream};
pub use tty::{Tty, TtyMode, WindowSize};
pub use vfs::{
    Cred, DEFAULT_LIMIT, Device, Fs, Ino, Inode, Mount, Node, OpenFlags, Place, ROOT, Recipe,
    RegularFile, Shelf, Stat, Tree, Vfs,
};
pub use wake::WakerSet;
