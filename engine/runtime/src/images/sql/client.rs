//! The client's side of a connection, and answers as tables.

use network::{HostAddr, Stream};
use os::Proc;

use super::run::{Answer, Failure};
use super::server::{Frames, frame, parse_answer};
use crate::server::netns;

/// A connection to a server.
pub(in crate::images) struct Connection {
    stream: Stream,
    frames: Frames,
}

impl Connection {
    /// Connects to `host`; the inner error is the server's, the outer one of the way to it.
    pub(in crate::images) async fn open(
        proc: &Proc,
        host: &str,
        port: u16,
        [user, password, database]: [&str; 3],
    ) -> Result<Result<Self, Failure>, String> {
        let netns = netns(proc).ok_or("Network is unreachable")?;
        let ip = net_tools::resolve::resolve(proc, host)
            .await
            .ok()
            .and_then(|addresses| addresses.first().copied())
            .ok_or("Name or service not known")?;
        let stream = netns
            .connect(HostAddr::new(ip, port))
            .await
            .map_err(|error| error.to_string())?;
        let mut connection = Self {
            stream,
            frames: Frames::default(),
        };
        let hello = format!("{user}\0{password}\0{database}");
        Ok(connection.ask(&hello).await.map(|_| connection))
    }

    /// Sends a statement; its answer.
    pub(in crate::images) async fn ask(&mut self, statement: &str) -> Result<Answer, Failure> {
        let lost = || {
            (
                "2013 (HY000)".to_owned(),
                "Lost connection to server during query".to_owned(),
            )
        };
        self.stream
            .write_all(&frame(statement))
            .await
            .map_err(|_| lost())?;
        let body = self.frames.next(&mut self.stream).await.ok_or_else(lost)?;
        parse_answer(&body)
    }
}

/// A table with a frame (MySQL's), or psql's without.
pub(in crate::images) fn table_of(answer: &Answer, framed: bool) -> String {
    let width = |at: usize| {
        let cells = answer.rows.iter().filter_map(|row| row.get(at));
        let widest = cells
            .chain(answer.columns.get(at))
            .map(|cell| cell.chars().count());
        widest.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..answer.columns.len()).map(width).collect();
    let is_number = |at: usize| {
        let mut cells = answer.rows.iter().filter_map(|row| row.get(at)).peekable();
        cells.peek().is_some() && cells.all(|cell| cell.parse::<f64>().is_ok())
    };
    let line = |cells: &[String], title: bool| {
        let cells = widths.iter().enumerate().map(|(at, width)| {
            let empty = String::new();
            let cell = cells.get(at).unwrap_or(&empty);
            match (framed, title, is_number(at)) {
                (_, false, true) => format!(" {cell:>width$} "),
                (false, true, _) => format!(" {cell:^width$} "),
                _ => format!(" {cell:width$} "),
            }
        });
        cells.collect::<Vec<_>>().join("|")
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let rule = rule.join("+");
    let mut text = String::new();
    if framed {
        text.push_str(&format!(
            "+{rule}+\n|{}|\n+{rule}+\n",
            line(&answer.columns, true)
        ));
        for row in &answer.rows {
            text.push_str(&format!("|{}|\n", line(row, false)));
        }
        text.push_str(&format!("+{rule}+\n"));
        return text;
    }
    text.push_str(&format!("{}\n{rule}\n", line(&answer.columns, true)));
    for row in &answer.rows {
        text.push_str(&format!("{}\n", line(row, false).trim_end()));
    }
    let rows = answer.rows.len();
    let s = if rows == 1 { "" } else { "s" };
    text.push_str(&format!("({rows} row{s})\n\n"));
    text
}
