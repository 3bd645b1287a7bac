//! Signals: numbers, names, default actions and dispositions.

use std::fmt;

/// A signal by its number on Linux.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signal(u8);

/// What happens when a process does not handle a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultAction {
    /// The process ends.
    Terminate,
    /// Nothing.
    Ignore,
    /// The process stops until SIGCONT.
    Stop,
    /// A stopped process goes on.
    Continue,
}

/// What a process has set for a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Disposition {
    /// The default action.
    #[default]
    Default,
    /// It is dropped.
    Ignore,
    /// It is queued for the program ([`crate::Proc::next_signal`]).
    Catch,
}

/// Numbers 1 to 31: name without `SIG`, and what bash prints when a job ends by it.
const TABLE: [(&str, &str); 31] = [
    ("HUP", "Hangup"),
    ("INT", "Interrupt"),
    ("QUIT", "Quit"),
    ("ILL", "Illegal instruction"),
    ("TRAP", "Trace/breakpoint trap"),
    ("ABRT", "Aborted"),
    ("BUS", "Bus error"),
    ("FPE", "Floating point exception"),
    ("KILL", "Killed"),
    ("USR1", "User defined signal 1"),
    ("SEGV", "Segmentation fault"),
    ("USR2", "User defined signal 2"),
    ("PIPE", "Broken pipe"),
    ("ALRM", "Alarm clock"),
    ("TERM", "Terminated"),
    ("STKFLT", "Stack fault"),
    ("CHLD", "Child exited"),
    ("CONT", "Continued"),
    ("STOP", "Stopped (signal)"),
    ("TSTP", "Stopped"),
    ("TTIN", "Stopped (tty input)"),
    ("TTOU", "Stopped (tty output)"),
    ("URG", "Urgent I/O condition"),
    ("XCPU", "CPU time limit exceeded"),
    ("XFSZ", "File size limit exceeded"),
    ("VTALRM", "Virtual timer expired"),
    ("PROF", "Profiling timer expired"),
    ("WINCH", "Window changed"),
    ("IO", "I/O possible"),
    ("PWR", "Power failure"),
    ("SYS", "Bad system call"),
];

#[allow(missing_docs)]
impl Signal {
    pub const HUP: Signal = Signal(1);
    pub const INT: Signal = Signal(2);
    pub const QUIT: Signal = Signal(3);
    pub const KILL: Signal = Signal(9);
    pub const USR1: Signal = Signal(10);
    pub const USR2: Signal = Signal(12);
    pub const PIPE: Signal = Signal(13);
    pub const ALRM: Signal = Signal(14);
    pub const TERM: Signal = Signal(15);
    pub const CHLD: Signal = Signal(17);
    pub const CONT: Signal = Signal(18);
    pub const STOP: Signal = Signal(19);
    pub const TSTP: Signal = Signal(20);
    pub const TTIN: Signal = Signal(21);
    pub const TTOU: Signal = Signal(22);
    pub const XCPU: Signal = Signal(24);
    pub const XFSZ: Signal = Signal(25);
    pub const WINCH: Signal = Signal(28);
}

impl Signal {
    /// The signal of that number, 1 to 31.
    pub fn from_number(number: i64) -> Option<Self> {
        u8::try_from(number)
            .ok()
            .filter(|n| (1..=31).contains(n))
            .map(Signal)
    }

    /// `TERM`, `SIGTERM`, `term` or `15`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<i64>() {
            return Self::from_number(number);
        }
        let upper = text.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        let at = TABLE.iter().position(|(known, _)| *known == name)?;
        Some(Signal(at as u8 + 1))
    }

    /// Its number.
    pub fn number(self) -> i32 {
        i32::from(self.0)
    }

    /// Its name without `SIG`.
    pub fn name(self) -> &'static str {
        TABLE[usize::from(self.0) - 1].0
    }

    /// What `strsignal(3)` says of it.
    pub fn description(self) -> &'static str {
        TABLE[usize::from(self.0) - 1].1
    }

    /// All signals in order.
    pub fn all() -> impl Iterator<Item = Signal> {
        (1..=31).map(Signal)
    }

    /// What it does to a process that does not handle it.
    pub fn default_action(self) -> DefaultAction {
        match self {
            Signal::CHLD | Signal::WINCH | Signal(23) => DefaultAction::Ignore,
            Signal::CONT => DefaultAction::Continue,
            Signal::STOP | Signal::TSTP | Signal::TTIN | Signal::TTOU => DefaultAction::Stop,
            _ => DefaultAction::Terminate,
        }
    }

    /// Whether a process can neither catch nor ignore it.
    pub fn is_absolute(self) -> bool {
        matches!(self, Signal::KILL | Signal::STOP)
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIG{}", self.name())
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIG{}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        for text in ["TERM", "SIGTERM", "sigterm", "15"] {
            assert_eq!(Signal::parse(text), Some(Signal::TERM), "{text}");
        }
        assert_eq!(Signal::parse("99"), None);
        assert_eq!(Signal::parse("0"), None);
        assert_eq!(Signal::TSTP.name(), "TSTP");
        assert_eq!(Signal::XCPU.description(), "CPU time limit exceeded");
        assert_eq!(Signal::XFSZ.name(), "XFSZ");
        assert_eq!(Signal::WINCH.name(), "WINCH");
    }
}
