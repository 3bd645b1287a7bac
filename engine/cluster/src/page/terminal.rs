//! The page's terminal: one interactive shell on the workstation.

use std::collections::BTreeMap;

use lesson::RanCommand;
use os::{EditOutcome, HostEvent, WindowSize};
use shell::{Session, Start};
use view::{
    Bytes, Candidate, CommandView, Completions, EditRequest, FromEngine, Prompt, ViewPatch,
};

use crate::Cluster;
use crate::views::instant;
use crate::workstation::{HOME, Workstation};

/// How much of what a command prints is kept for lessons that are about it, in bytes.
const PRINTED: usize = 32 * 1024;

/// The shell and what the page knows of it.
pub(super) struct Terminal {
    session: Session,
    /// The number of the prompt that the page shows; 0 for none.
    prompted: u64,
    /// The command line that runs, as it was entered.
    current: Option<CommandView>,
    last_command: u64,
    /// What the command has printed so far, or the end of that.
    printed: Vec<u8>,
    restored: Vec<u8>,
    reopened: Vec<EditRequest>,
    /// Lines that were pasted while an earlier one still runs.
    pending: Vec<CommandView>,
}

impl Terminal {
    pub(super) fn start(cluster: &Cluster, columns: u16, rows: u16) -> Self {
        let machine = cluster.workstation().machine();
        machine.host().set_can_edit(true);
        let mut env = Workstation::environment();
        env.insert("TERM".into(), "xterm-256color".into());
        let start = Start {
            env,
            cwd: HOME.into(),
            size: size(columns, rows),
            aliases: BTreeMap::from([("k".to_owned(), "kubectl".to_owned())]),
            variables: Workstation::variables(),
            history: Vec::new(),
        };
        let session = Session::start(machine, start).unwrap_or_else(|errno| {
            unreachable!("a fresh machine cannot start its shell: {errno:?}")
        });
        Self {
            session,
            prompted: 0,
            current: None,
            last_command: 0,
            printed: Vec::new(),
            restored: Vec::new(),
            reopened: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// A line was entered at the prompt.
    pub(super) fn line(&mut self, cluster: &Cluster, line: String) {
        self.last_command += 1;
        let view = CommandView {
            id: self.last_command,
            at: instant(cluster.now()),
            line,
            exit_code: None,
        };
        self.session.line(&view.line);
        if self.current.is_none() {
            self.printed.clear();
        }
        if let Some(earlier) = self.current.replace(view) {
            self.pending.push(earlier);
        }
    }

    /// Keys for the program that has the terminal.
    pub(super) fn keys(&self, keys: &[u8]) {
        self.session.keys(keys);
    }

    pub(super) fn resize(&self, columns: u16, rows: u16) {
        self.session.resize(size(columns, rows));
    }

    /// The editing that a program waits for is over.
    pub(super) fn edit_done(&self, cluster: &Cluster, id: u32, text: Option<String>) {
        let outcome = text.map_or(EditOutcome::Closed, EditOutcome::Saved);
        // A program that was killed meanwhile needs no answer.
        let _ = cluster
            .workstation()
            .machine()
            .host()
            .edit_done(id, outcome);
    }

    pub(super) fn history(&self) -> Vec<String> {
        self.session.history()
    }

    pub(super) fn complete(&self, id: u32, line: &str, cursor: u32) -> Completions {
        let cursor = usize::try_from(cursor).unwrap_or(0).min(line.len());
        let (start, found) = self.session.complete(line, cursor);
        let candidates = found.into_iter().map(|completion| Candidate {
            label: completion.label,
            insert: completion.insert,
            about: completion.about,
        });
        Completions {
            id,
            start: u32::try_from(start).unwrap_or(0),
            candidates: candidates.collect(),
        }
    }

    /// Shows again what was in the terminal before a reload, and in the editor what a program waits for.
    pub(super) fn restore(
        &mut self,
        cluster: &Cluster,
        output: Vec<u8>,
        mut edits: Vec<EditRequest>,
    ) {
        let host = cluster.workstation().machine().host();
        edits.retain(|edit| edit.waiting.is_some_and(|id| host.is_editing(id)));
        self.reopened = edits;
        self.restored = output;
        self.prompted = 0;
    }

    /// Output, editors to open, hints, the end of the command, the prompt: in the order in which they belong.
    pub(super) fn collect(
        &mut self,
        cluster: &Cluster,
        out: &mut Vec<FromEngine>,
        commands: &mut Vec<RanCommand>,
    ) {
        let mut bytes = std::mem::take(&mut self.restored);
        let printed = self.session.tty().take_output();
        self.printed.extend_from_slice(&printed);
        if self.printed.len() > 2 * PRINTED {
            self.printed.drain(..self.printed.len() - PRINTED);
        }
        bytes.extend(printed);
        out.extend(self.reopened.drain(..).map(FromEngine::Edit));
        while let Some(event) = cluster.workstation().machine().host().next_event() {
            match event {
                HostEvent::Hint(hint) => bytes.extend_from_slice(hint_line(&hint.text).as_bytes()),
                HostEvent::Edit(request) => out.push(FromEngine::Edit(EditRequest {
                    path: request.path,
                    text: request.text,
                    line: request.line,
                    waiting: Some(request.id),
                })),
            }
        }
        if !bytes.is_empty() {
            out.push(FromEngine::Output(Bytes(bytes)));
        }
        let Some(prompt) = self.session.prompt() else {
            return;
        };
        if self.prompted == self.session.prompts() {
            return;
        }
        self.prompted = self.session.prompts();
        if !prompt.continuation {
            let ended = self.pending.drain(..).chain(self.current.take());
            let mut patches = Vec::new();
            for mut command in ended {
                let exit = self.session.status();
                commands.push(RanCommand {
                    line: command.line.clone(),
                    exit,
                    output: String::from_utf8_lossy(&self.printed).replace('\r', ""),
                    at: command.at.0,
                });
                command.exit_code = Some(exit);
                patches.push(ViewPatch::Command(command));
            }
            if !patches.is_empty() {
                out.push(FromEngine::Patch(patches));
            }
        }
        out.push(FromEngine::Prompt(Prompt {
            text: prompt.text,
            continuation: prompt.continuation,
            keys: prompt.keys,
            unread: Bytes(prompt.unread),
        }));
    }
}

/// The playground's own words, set apart from what the program said.
fn hint_line(text: &str) -> String {
    format!("\u{1b}[2;3m  \u{2192} {text}\u{1b}[0m\r\n")
}

/// A terminal of no size is given the usual one.
fn size(columns: u16, rows: u16) -> WindowSize {
    let default = WindowSize::default();
    WindowSize {
        columns: if columns == 0 {
            default.columns
        } else {
            columns
        },
        rows: if rows == 0 { default.rows } else { rows },
    }
}
