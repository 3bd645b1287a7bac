//! The messages between page and worker.
//!
//! The page's messages are handled one after the other, each at the virtual time it arrives at; what comes back is
//! sent in [`Batch`]es, in order, at most one for each slice of work. Nothing is answered synchronously.
//!
//! **Terminal.** While a [`Prompt`] is out, the page edits the line by itself and sends a whole [`ToEngine::Line`].
//! From then until the next prompt a program has the terminal and gets [`ToEngine::Keys`] as a real terminal would
//! send them (Ctrl-C is byte 3); echo and line discipline are then the engine's.
//!
//! What is typed ahead, while a program runs that does not read it, belongs to the next line. Such keys may still be
//! on their way when the prompt comes, so the page keeps what it has sent since the last line: the [`Prompt`] says how
//! many of these bytes the engine had got, and what of them was left unread. The page puts that and the rest into the
//! line editor; the engine forgets both, and drops keys that arrive while a prompt is out.
//!
//! **Keeping state.** A cluster is its seed and the log of what was done to it. The engine tells the page about every
//! change of that [`Log`], the page keeps it in the browser's storage, and hands it back in [`Boot`].

use serde::{Deserialize, Serialize};

use crate::{
    Bytes, CheckedFile, EditRequest, Fault, FileEntry, Inspected, LessonProgress, LessonSource,
    LessonView, Selection, Time, TrafficSpec, TrafficView, ViewPatch,
};

/// From the page to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// The first message, once.
    Boot(Boot),
    /// A line entered at a prompt, without its final line break. A pasted text with line breaks comes as one.
    Line(String),
    /// Keys pressed while a program has the terminal.
    Keys(Bytes),
    /// The terminal's size has changed.
    Resize {
        /// Characters in a line.
        columns: u16,
        /// Lines.
        rows: u16,
    },
    /// Tab was pressed: what could stand at the cursor?
    Complete {
        /// Comes back with the answer.
        id: u32,
        /// The line so far.
        line: String,
        /// Byte offset of the cursor in it.
        cursor: u32,
    },
    /// The terminal has drawn this many bytes of output. Handled by the pacer: virtual time waits while too much is
    /// under way.
    Drawn(u32),
    /// How many virtual seconds pass in a real one. Handled by the pacer.
    Speed(u16),
    /// Stop the clock. Handled by the pacer.
    Pause,
    /// Let the clock run again. Handled by the pacer.
    Resume,
    /// Jump to the next thing that happens, however far away. Handled by the pacer.
    StepToNextEvent,
    /// The inspector looks at this now, or at nothing.
    Inspect(Option<Selection>),
    /// The editor wants a file's text.
    ReadFile(String),
    /// The editor saves a file.
    WriteFile {
        /// Absolute path.
        path: String,
        /// The whole text.
        text: String,
    },
    /// What is wrong with this text? Asked while it is being written.
    CheckFile {
        /// The file's path.
        path: String,
        /// Comes back with the answer.
        version: u32,
        /// The whole text.
        text: String,
    },
    /// The editing that a program waits for is over.
    EditDone {
        /// From [`EditRequest::waiting`].
        id: u32,
        /// The new text; none when it was given up.
        text: Option<String>,
    },
    /// Begin this lesson (again, if it is the open one). Answered by [`FromEngine::Lesson`], or by
    /// [`FromEngine::LessonRefused`], and then whatever was open stays open.
    OpenLesson(LessonSource),
    /// Send requests to a URL again and again, as the command `traffic start` does.
    StartTraffic(TrafficSpec),
    /// Send no more to this URL, or to any.
    StopTraffic(Option<String>),
    /// The open lesson's files have changed, or it is wanted in another language: its words and checks are replaced, the
    /// cluster and what is done stay. Opens it if it is not open.
    ReloadLesson(LessonSource),
    /// Leave the lesson; the cluster stays.
    CloseLesson,
    /// Do the open lesson's current step by its solution, out of sight, and go on with the next one.
    SkipStep,
    /// Go back to the moment at which this step of the open lesson began: the cluster, the files and the terminal are
    /// as they were. Begins with a new [`FromEngine::Ready`], like a boot.
    RestartStep(u32),
    /// Break something. What is broken comes as [`ViewPatch::Faults`].
    Fault(Fault),
    /// Heal the fault of this id; none for all of them.
    Heal(Option<u32>),
}

/// What a cluster starts from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Boot {
    /// Seed of all randomness; not looked at when there is a log, which has its own.
    pub seed: u64,
    /// Number of nodes; likewise.
    pub nodes: u16,
    /// The saved log's entries, oldest first; empty for a new cluster.
    pub log: Vec<String>,
    /// How many of the log's last commands to leave out, since the engine failed after them: 1 for the last one, and
    /// so on; [`Boot::FILES_ONLY`] for all. Files that were saved in the editor are brought back in any case.
    pub forget: u16,
    /// The terminal's characters in a line.
    pub columns: u16,
    /// The terminal's lines.
    pub rows: u16,
}

impl Boot {
    /// Leave out everything but files.
    pub const FILES_ONLY: u16 = u16::MAX;
}

/// What one slice of work has to say, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Batch(pub Vec<FromEngine>);

/// From the engine to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromEngine {
    /// The cluster is up (and a saved one is back where it was).
    Ready(Ready),
    /// Bytes for the terminal.
    Output(Bytes),
    /// The shell waits for a line.
    Prompt(Prompt),
    /// The shell's history has changed.
    History(Log),
    /// What could stand at the cursor.
    Completions(Completions),
    /// Changes of the read model.
    Patch(Vec<ViewPatch>),
    /// The clock was set, or runs differently from now on. Sent by the pacer.
    Clock(Clock),
    /// The selected pane's content.
    Inspected(Inspected),
    /// The files below home, all of them, by path.
    Files(Vec<FileEntry>),
    /// A file's text, or why there is none.
    File {
        /// Absolute path.
        path: String,
        /// The text, or the shell's message.
        text: Result<String, String>,
    },
    /// A program wants a file to be edited.
    Edit(EditRequest),
    /// What is wrong with a text.
    Checked(CheckedFile),
    /// A lesson was opened, or closed.
    Lesson(Option<Box<LessonView>>),
    /// The traffic that is sent, all of it, whenever it has changed; at most once in a virtual second.
    Traffic(Vec<TrafficView>),
    /// A lesson wants so many virtual seconds to pass in a real one. Taken by the pacer.
    Pace(u16),
    /// A lesson could not be opened: its files are not right.
    LessonRefused {
        /// The lesson's id.
        id: String,
        /// Everything that is wrong, a sentence each, with the file's name.
        errors: Vec<String>,
    },
    /// The open lesson's progress.
    Progress(LessonProgress),
    /// The saved log has changed.
    Saved(Log),
    /// A fault could not be put in, and why.
    FaultRefused(String),
    /// Something that a person should know of, and that gets better or worse by itself; empty when it is over. Sent by
    /// the worker.
    Trouble(String),
    /// The engine cannot go on. The worker sends it and stops; the page starts another.
    Fatal(Fatal),
}

/// The cluster is up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// For example `v1.36.2`.
    pub kubernetes: String,
    /// The shell's home folder, for example `/root`.
    pub home: String,
    /// Virtual time at the cluster's start.
    pub started: Time,
    /// Entries of the given log that could not be brought back, with the reason; empty when all went well.
    pub lost: String,
}

/// The shell waits for a line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    /// What stands before the cursor, with escape sequences for colours.
    pub text: String,
    /// It waits for the rest of something unfinished (`> `).
    pub continuation: bool,
    /// How many bytes of [`ToEngine::Keys`] had arrived since the last line.
    pub keys: u64,
    /// What of them no program has read.
    pub unread: Bytes,
}

/// A change of a list that mostly grows: keep the first `keep` entries, drop the rest, add these.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// How many of the entries so far stay.
    pub keep: u64,
    /// What follows them.
    pub add: Vec<String>,
}

impl Log {
    /// Makes the change.
    pub fn apply(self, entries: &mut Vec<String>) {
        entries.truncate(usize::try_from(self.keep).unwrap_or(usize::MAX));
        entries.extend(self.add);
    }
}

/// What could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Completions {
    /// From [`ToEngine::Complete`].
    pub id: u32,
    /// Byte offset in the line where what gets replaced begins; it ends at the cursor.
    pub start: u32,
    /// The candidates in order.
    pub candidates: Vec<Candidate>,
}

/// Something that could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// What is shown in the list.
    pub label: String,
    /// What is put into the line, quoted as needed, with a final space or slash where the word is complete.
    pub insert: String,
    /// A few words about it, may be empty.
    pub about: String,
}

/// Where virtual time stands, and how it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Virtual time.
    pub now: Time,
    /// Virtual seconds in a real one.
    pub speed: u16,
    /// False while paused.
    pub running: bool,
    /// Set while the engine is behind: it has more to do than fits into real time at this speed.
    pub behind: bool,
    /// When something is next due to happen.
    pub next: Option<Time>,
}

/// The engine cannot go on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fatal {
    /// What happened, for a report.
    pub message: String,
}
