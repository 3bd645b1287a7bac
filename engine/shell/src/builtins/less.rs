//! `less`, `more`: a text page by page

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use os::{Bytes, Disposition, File, Proc, Signal, SysResult, TtyMode, WindowSize};
use unicode_width::UnicodeWidthChar;

use super::open_sources;

/// Lines held.
const MAX_LINES: usize = 200_000;

/// What is looked at.
#[derive(Default)]
struct Pager {
    text: String,
    /// Long lines are cut (`-S`).
    chop: bool,
    /// The text as it is wrapped at this width.
    lines: Vec<String>,
    top: usize,
    rows: usize,
    columns: usize,
    pattern: Option<String>,
    /// The search went up (`?`).
    backward: bool,
    /// Shown instead of the prompt.
    message: Option<String>,
    name: String,
}

impl Pager {
    /// Wraps the text for a window of this size.
    fn fit(&mut self, size: WindowSize) {
        let columns = usize::from(size.columns);
        self.rows = usize::from(size.rows);
        if columns != self.columns {
            self.columns = columns;
            let width = if self.chop { usize::MAX } else { columns };
            let lines = self.text.lines().flat_map(|line| rows(line, width));
            self.lines = lines.take(MAX_LINES).collect();
        }
        self.go(self.top);
    }

    fn page(&self) -> usize {
        self.rows.saturating_sub(1).max(1)
    }

    fn last_top(&self) -> usize {
        self.lines.len().saturating_sub(self.page())
    }

    fn go(&mut self, top: usize) {
        self.top = top.min(self.last_top());
    }

    fn draw(&self) -> String {
        let mut out = String::from("\x1b[H\x1b[2J");
        for at in self.top..self.top + self.page() {
            match self.lines.get(at) {
                Some(line) => {
                    let first = rows(line, self.columns).into_iter().next();
                    out.push_str(&first.unwrap_or_default());
                }
                None => out.push('~'),
            }
            out.push('\n');
        }
        let at_end = self.top >= self.last_top();
        let prompt = match &self.message {
            Some(message) => message.clone(),
            None if at_end => "(END)".into(),
            None if self.top == 0 && !self.name.is_empty() => self.name.clone(),
            None => ":".into(),
        };
        out.push_str(&if prompt == ":" {
            prompt
        } else {
            format!("\x1b[7m{prompt}\x1b[27m")
        });
        out
    }

    fn search(&mut self, forward: bool) {
        let Some(pattern) = self.pattern.clone() else {
            self.message = Some("No previous regular expression".into());
            return;
        };
        let options = crate::regex::Options {
            extended: true,
            ..Default::default()
        };
        let Ok(regex) = crate::regex::Regex::new(&pattern, options) else {
            self.message = Some("Invalid pattern".into());
            return;
        };
        let found = if forward {
            (self.top + 1..self.lines.len()).find(|at| regex.is_match(&self.lines[*at]))
        } else {
            (0..self.top)
                .rev()
                .find(|at| regex.is_match(&self.lines[*at]))
        };
        match found {
            Some(at) => self.top = at,
            None => self.message = Some("Pattern not found  (press RETURN)".into()),
        }
    }

    /// Acts on a key; false ends it.
    fn key(&mut self, key: &str) -> bool {
        let page = self.page();
        self.message = None;
        match key {
            "q" | "Q" | "\x03" | "ZZ" => return false,
            " " | "f" | "\x06" | "\x16" | "\x1b[6~" => self.go(self.top + page),
            "b" | "\x02" | "\x1b[5~" => self.go(self.top.saturating_sub(page)),
            "d" | "\x04" => self.go(self.top + page / 2),
            "u" | "\x15" => self.go(self.top.saturating_sub(page / 2)),
            "j" | "e" | "\r" | "\n" | "\x0e" | "\x1b[B" | "\x1bOB" => self.go(self.top + 1),
            "k" | "y" | "\x10" | "\x1b[A" | "\x1bOA" => self.go(self.top.saturating_sub(1)),
            "g" | "<" | "\x1b[H" | "\x1b[1~" => self.go(0),
            "G" | ">" | "\x1b[F" | "\x1b[4~" => self.go(usize::MAX),
            "n" => self.search(!self.backward),
            "N" => self.search(self.backward),
            _ => {}
        }
        true
    }
}

/// A line as the rows of the screen that it takes.
fn rows(line: &str, columns: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut column = 0;
    for c in line.chars() {
        let width = c.width().unwrap_or(0);
        if column + width > columns && column > 0 {
            out.push(String::new());
            column = 0;
        }
        column += width;
        if let Some(row) = out.last_mut() {
            row.push(c);
        }
    }
    out
}

/// Takes the first key (with its escape sequence) off what was typed.
fn take_key(typed: &mut String) -> Option<String> {
    let first = typed.chars().next()?;
    let mut len = first.len_utf8();
    if first == '\x1b' && typed[1..].starts_with(['[', 'O']) {
        let end = typed[2..].find(|c: char| c.is_ascii_alphabetic() || c == '~');
        len = end.map_or(typed.len(), |at| at + 3);
    }
    Some(typed.drain(..len).collect())
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let names: Vec<String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with(['-', '+']) || *arg == "-")
        .cloned()
        .collect();
    let tool = os::path::basename(&args[0]).to_owned();
    if names.is_empty() && proc.is_tty(0) {
        proc.eprint("Missing filename (\"less --help\" for help)\n")
            .await;
        return 1;
    }
    let (sources, failed) = open_sources(&proc, &tool, &names).await;
    if failed && sources.is_empty() {
        return 1;
    }
    let terminal = proc.tty().filter(|_| proc.is_tty(1));
    let mut data = Vec::new();
    for source in &sources {
        loop {
            match proc.read_file_from(&source.file, 65_536).await {
                Ok(chunk) if chunk.is_empty() => break,
                // Without a terminal it is `cat`.
                Ok(chunk) if terminal.is_none() => drop(proc.write(1, chunk).await),
                Ok(chunk) => {
                    proc.charge(chunk.len() as u64).await;
                    data.extend_from_slice(&chunk);
                }
                Err(_) => break,
            }
        }
    }
    let Some(tty) = terminal else {
        return i32::from(failed);
    };
    let text = String::from_utf8_lossy(&data).replace('\t', "        ");
    let chop = args.iter().any(|arg| {
        arg == "--chop-long-lines"
            || (arg.starts_with('-') && !arg.starts_with("--") && arg.contains('S'))
    });
    let mut pager = Pager {
        text,
        chop,
        name: names.first().cloned().unwrap_or_default(),
        ..Pager::default()
    };
    pager.fit(tty.size());
    if tool == "more" && pager.lines.len() < pager.rows {
        proc.print(&pager.text).await;
        return 0;
    }
    let mode = tty.mode();
    tty.set_mode(TtyMode {
        signals: false,
        ..TtyMode::EDITING
    });
    proc.print("\x1b[?1049h").await;
    proc.set_disposition(Signal::WINCH, Disposition::Catch);
    watch_keys(&proc, &tty, &mut pager, tool == "more").await;
    proc.print("\x1b[?1049l").await;
    tty.set_mode(mode);
    0
}

/// What is typed next; none when a signal comes before.
async fn keys_or_signal(proc: &Proc, file: &File) -> Option<SysResult<Bytes>> {
    let (mut keys, mut signal) = (
        pin!(proc.read_file_from(file, 64)),
        pin!(proc.next_signal()),
    );
    poll_fn(|cx| match keys.as_mut().poll(cx) {
        Poll::Ready(keys) => Poll::Ready(Some(keys)),
        Poll::Pending => signal.as_mut().poll(cx).map(|_| None),
    })
    .await
}

async fn watch_keys(proc: &Proc, tty: &os::Tty, pager: &mut Pager, more: bool) {
    let file = File::from_tty(tty.clone());
    let mut typed = String::new();
    let mut searching: Option<String> = None;
    loop {
        pager.fit(tty.size());
        if let Some(text) = &searching {
            let mark = if pager.backward { '?' } else { '/' };
            pager.message = Some(format!("{mark}{text}"));
        }
        proc.print(pager.draw()).await;
        match keys_or_signal(proc, &file).await {
            // The window has another size: drawn anew.
            None => continue,
            Some(Ok(data)) if !data.is_empty() => typed.push_str(&String::from_utf8_lossy(&data)),
            Some(_) => return,
        }
        while let Some(key) = take_key(&mut typed) {
            if let Some(text) = &mut searching {
                match key.as_str() {
                    "\r" | "\n" => {
                        if !text.is_empty() {
                            pager.pattern = searching.take();
                        }
                        searching = None;
                        pager.message = None;
                        pager.search(!pager.backward);
                    }
                    "\x7f" | "\x08" => drop(text.pop()),
                    "\x1b" | "\x03" => {
                        searching = None;
                        pager.message = None;
                    }
                    key => text.push_str(key),
                }
                continue;
            }
            if key == "/" || key == "?" {
                pager.backward = key == "?";
                searching = Some(String::new());
                continue;
            }
            let ahead = matches!(key.as_str(), " " | "\r" | "\n" | "f" | "j");
            let at_end = pager.top >= pager.last_top();
            // `more` ends at the end.
            if !pager.key(&key) || (more && ahead && at_end) {
                return;
            }
        }
    }
}
