//! The journal: a cluster's seed and everything that was done to it from outside, each with its virtual time.
//!
//! Replaying a journal gives the same cluster again, byte for byte. It is what the page keeps in the browser's storage,
//! what a share link holds, and how a cluster comes back after a panic. Entries are lines of JSON, so that a person can
//! read one.

use serde::{Deserialize, Serialize};
use sim::Time;
use view::{LessonSource, TrafficSpec};

/// The version of the journal's format. A journal of another version is not replayed.
const FORMAT: u32 = 1;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// When, in microseconds since the Unix epoch.
    pub(crate) at: i64,
    /// What.
    #[serde(flatten)]
    pub(crate) input: Input,
}

/// What is done to a cluster from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Input {
    /// Always the first entry: the cluster is made.
    Start { format: u32, seed: u64, nodes: u16 },
    /// A line was entered at the prompt.
    Line(String),
    /// Keys were pressed while a program had the terminal.
    Keys(Vec<u8>),
    /// The terminal's size has changed.
    Resize { columns: u16, rows: u16 },
    /// The editor saved a file.
    WriteFile { path: String, text: String },
    /// The editing that a program waited for has ended.
    EditDone { id: u32, text: Option<String> },
    /// A lesson was begun. Its files are kept with it, so that it comes back as it was, and without the network.
    OpenLesson(LessonSource),
    /// The open lesson's current step was done, and the next one began.
    StepDone,
    /// The open lesson's files were replaced.
    ReloadLesson(LessonSource),
    /// Traffic was started.
    StartTraffic(TrafficSpec),
    /// Traffic was stopped.
    StopTraffic(Option<String>),
    /// The open lesson's current step was skipped, and the next one began.
    SkipStep,
    /// The lesson was left.
    CloseLesson,
    /// Something was broken.
    Fault(view::Fault),
    /// A fault was healed, or all were.
    Heal(Option<u32>),
    /// Nothing: so late it has become. Only ever the last entry.
    Clock,
}

/// A journal that is being written, and what of it has not been reported yet.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<String>,
    /// Whether the last entry is a [`Input::Clock`], to be overwritten by whatever comes next.
    ends_in_clock: bool,
    /// How many of the entries the page already has.
    reported: usize,
    /// By step of the open lesson that has begun: how many entries there were then.
    steps: Vec<usize>,
    /// Whether anything has been done to the cluster.
    used: bool,
}

impl Journal {
    pub(crate) fn start(seed: u64, nodes: u16, at: Time) -> Self {
        let mut journal = Self::default();
        journal.push(
            at,
            &Input::Start {
                format: FORMAT,
                seed,
                nodes,
            },
        );
        journal
    }

    /// Adds an entry.
    pub(crate) fn push(&mut self, at: Time, input: &Input) {
        if self.ends_in_clock {
            self.entries.pop();
            self.reported = self.reported.min(self.entries.len());
        }
        self.ends_in_clock = *input == Input::Clock;
        let entry = Entry {
            at: at.as_micros(),
            input: input.clone(),
        };
        // An entry is plain data with text keys; it always has a JSON form.
        self.entries
            .push(serde_json::to_string(&entry).unwrap_or_default());
        match input {
            Input::OpenLesson(_) => self.steps = vec![self.entries.len()],
            Input::StepDone | Input::SkipStep => self.steps.push(self.entries.len()),
            Input::CloseLesson => self.steps.clear(),
            _ => {}
        }
        self.used |= !matches!(
            input,
            Input::Start { .. } | Input::Resize { .. } | Input::Clock
        );
    }

    /// Whether anything has been done to the cluster.
    pub(crate) fn is_used(&self) -> bool {
        self.used
    }

    /// The entries up to the moment at which a step of the open lesson began; `None` if it has not.
    pub(crate) fn until_step(&self, step: usize) -> Option<Vec<String>> {
        let length = *self.steps.get(step)?;
        Some(self.entries.get(..length)?.to_vec())
    }

    /// What has changed since this was last asked: how many entries stay, and what follows them.
    pub(crate) fn take_change(&mut self) -> Option<view::Log> {
        if self.reported == self.entries.len() {
            return None;
        }
        let change = view::Log {
            keep: self.reported as u64,
            add: self.entries[self.reported..].to_vec(),
        };
        self.reported = self.entries.len();
        Some(change)
    }

    /// Takes what has been written so far as known to the page.
    pub(crate) fn mark_reported(&mut self) {
        self.reported = self.entries.len();
    }
}

/// A journal read back.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) seed: u64,
    pub(crate) nodes: u16,
    pub(crate) start: Time,
    pub(crate) inputs: Vec<(Time, Input)>,
    /// What could not be read, in words; empty when all could.
    pub(crate) lost: String,
}

impl Recording {
    /// Reads a journal's entries. A broken entry ends it: what came after would happen to another cluster.
    ///
    /// `None` when there is nothing to replay: no entries, or no readable first one.
    pub(crate) fn read(entries: &[String]) -> Result<Option<Self>, String> {
        let Some((first, rest)) = entries.split_first() else {
            return Ok(None);
        };
        let first: Entry = serde_json::from_str(first)
            .map_err(|e| format!("the saved state cannot be read ({e})"))?;
        let Input::Start {
            format,
            seed,
            nodes,
        } = first.input
        else {
            return Err("the saved state does not begin with its start".into());
        };
        if format != FORMAT {
            return Err(format!(
                "the saved state is of format {format}; this version reads format {FORMAT}"
            ));
        }
        let mut recording = Self {
            seed,
            nodes,
            start: Time::from_micros(first.at),
            inputs: Vec::new(),
            lost: String::new(),
        };
        for (i, line) in rest.iter().enumerate() {
            match serde_json::from_str::<Entry>(line) {
                Ok(entry) if !matches!(entry.input, Input::Start { .. }) => {
                    recording
                        .inputs
                        .push((Time::from_micros(entry.at), entry.input));
                }
                _ => {
                    recording.lost = format!(
                        "entry {} of the saved state cannot be read; it and all after it are lost",
                        i + 2
                    );
                    break;
                }
            }
        }
        Ok(Some(recording))
    }

    /// Leaves out the last so many commands and what was typed into them. Saved files stay: losing one is worse than
    /// a file that a forgotten command would have removed.
    pub(crate) fn forget(&mut self, commands: u16) {
        if commands == 0 {
            return;
        }
        let is_command = |input: &Input| {
            matches!(
                input,
                Input::Line(_) | Input::OpenLesson(_) | Input::CloseLesson | Input::SkipStep
            )
        };
        let mut starts = self.inputs.iter().enumerate().rev();
        let from = starts
            .by_ref()
            .filter(|(_, (_, input))| is_command(input))
            .nth(usize::from(commands) - 1)
            .map_or(0, |(at, _)| at);
        let mut at = 0;
        self.inputs.retain(|(_, input)| {
            at += 1;
            at <= from || matches!(input, Input::WriteFile { .. })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(journal: &mut Journal) -> Vec<String> {
        let mut page = Vec::new();
        if let Some(change) = journal.take_change() {
            change.apply(&mut page);
        }
        page
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut journal = Journal::start(7, 3, Time::from_secs(1));
        journal.push(Time::from_secs(2), &Input::Line("kubectl get pods".into()));
        journal.push(Time::from_secs(3), &Input::Keys(vec![3]));
        let recording = Recording::read(&lines(&mut journal))
            .expect("readable")
            .expect("not empty");
        assert_eq!(
            (recording.seed, recording.nodes, recording.start),
            (7, 3, Time::from_secs(1))
        );
        assert_eq!(
            recording.inputs[1],
            (Time::from_secs(3), Input::Keys(vec![3]))
        );
        assert_eq!(recording.lost, "");
    }

    #[test]
    fn the_clock_is_overwritten_and_only_changes_are_reported() {
        let mut page = Vec::new();
        let mut journal = Journal::start(7, 3, Time::from_secs(1));
        for second in 2..10 {
            journal.push(Time::from_secs(second), &Input::Clock);
            journal.take_change().expect("changed").apply(&mut page);
        }
        assert_eq!(page.len(), 2);
        journal.push(Time::from_secs(10), &Input::Line("ls".into()));
        assert_eq!(
            journal.take_change(),
            Some(view::Log {
                keep: 1,
                add: vec![r#"{"at":10000000,"line":"ls"}"#.into()]
            })
        );
        assert_eq!(journal.take_change(), None);
    }

    #[test]
    fn forgetting_commands_keeps_files() {
        let file = |text: &str| Input::WriteFile {
            path: "/root/a".into(),
            text: text.into(),
        };
        let mut journal = Journal::start(7, 3, Time::from_secs(1));
        for input in [
            Input::Line("one".into()),
            file("1"),
            Input::Line("two".into()),
            Input::Keys(vec![3]),
            file("2"),
            Input::Clock,
        ] {
            journal.push(Time::from_secs(2), &input);
        }
        let log = lines(&mut journal);
        let after = |commands| {
            let mut recording = Recording::read(&log).expect("readable").expect("not empty");
            recording.forget(commands);
            let inputs: Vec<Input> = recording
                .inputs
                .into_iter()
                .map(|(_, input)| input)
                .collect();
            inputs
        };
        assert_eq!(after(0).len(), 6);
        assert_eq!(after(1), [Input::Line("one".into()), file("1"), file("2")]);
        assert_eq!(after(2), [file("1"), file("2")]);
        assert_eq!(after(u16::MAX), [file("1"), file("2")]);
    }

    #[test]
    fn a_broken_journal_loses_only_what_follows() {
        let mut journal = Journal::start(7, 3, Time::from_secs(1));
        journal.push(Time::from_secs(2), &Input::Line("ls".into()));
        let mut entries = lines(&mut journal);
        entries.push("garbage".into());
        entries.push(entries[1].clone());
        let recording = Recording::read(&entries)
            .expect("readable")
            .expect("not empty");
        assert_eq!(recording.inputs.len(), 1);
        assert_eq!(
            recording.lost,
            "entry 3 of the saved state cannot be read; it and all after it are lost"
        );
        assert!(Recording::read(&["garbage".into()]).is_err());
        assert!(
            Recording::read(&[r#"{"at":0,"start":{"format":99,"seed":1,"nodes":3}}"#.into()])
                .is_err()
        );
        assert!(Recording::read(&[]).expect("nothing is fine").is_none());
    }
}
