//! The server's side of a connection.
//!
//! A client says who it is in one frame (user, password, database), then sends statements, a frame each. A frame is its
//! length in decimal, a line break, and its bytes.

use network::{Listener, Stream};
use os::Proc;

use crate::server::serve_each;

use super::run::{Answer, Dialect, Failure, Session};

/// No frame is longer than this.
const MOST: usize = 1 << 20;

/// A database server.
#[derive(Clone)]
pub(in crate::images) struct Server {
    pub(in crate::images) proc: Proc,
    pub(in crate::images) dialect: Dialect,
    /// Where its data is.
    pub(in crate::images) root: String,
    pub(in crate::images) version: String,
    /// Who may come in: name and password; none to let in everybody.
    pub(in crate::images) users: Vec<(String, String)>,
}

/// Takes connections for ever.
pub(in crate::images) async fn serve(server: Server, listener: Listener) {
    serve_each(listener, |stream| converse(server.clone(), stream)).await;
}

async fn converse(server: Server, mut stream: Stream) {
    let mut frames = Frames::default();
    let Some(hello) = frames.next(&mut stream).await else {
        return;
    };
    let mut parts = hello.split('\0').map(str::to_owned);
    let mut part = || parts.next().unwrap_or_default();
    let (user, password, database) = (part(), part(), part());
    let mut session = Session {
        proc: server.proc.clone(),
        dialect: server.dialect,
        root: server.root.clone(),
        version: server.version.clone(),
        user,
        database: String::new(),
    };
    let welcome = admit(&server, &mut session, &password, database);
    let admitted = welcome.is_ok();
    if stream.write_all(&answer_frame(welcome)).await.is_err() || !admitted {
        return;
    }
    while let Some(statement) = frames.next(&mut stream).await {
        server.proc.cpu(std::time::Duration::from_micros(200)).await;
        let answer = match statement.as_str() {
            "\\dt" => Ok(Answer {
                columns: vec!["Name".to_owned()],
                rows: session
                    .tables()
                    .into_iter()
                    .map(|name| vec![name])
                    .collect(),
                ..Answer::default()
            }),
            statement => session.run(statement),
        };
        if stream.write_all(&answer_frame(answer)).await.is_err() {
            return;
        }
    }
}

fn admit(
    server: &Server,
    session: &mut Session,
    password: &str,
    database: String,
) -> Result<Answer, Failure> {
    let known = server.users.iter().find(|(name, _)| *name == session.user);
    let right = server.users.is_empty() || known.is_some_and(|(_, known)| known == password);
    if !right {
        let user = &session.user;
        let using = if password.is_empty() { "NO" } else { "YES" };
        return Err(match server.dialect {
            Dialect::MySql => (
                "1045 (28000)".to_owned(),
                format!("Access denied for user '{user}'@'localhost' (using password: {using})"),
            ),
            Dialect::Postgres => (
                "28P01".to_owned(),
                format!("password authentication failed for user \"{user}\""),
            ),
        });
    }
    if !database.is_empty() {
        session.check_database(&database)?;
    }
    session.database = database;
    Ok(Answer::default())
}

/// An answer as bytes: its kind, then parts between zero bytes.
fn answer_frame(answer: Result<Answer, Failure>) -> Vec<u8> {
    let body = match answer {
        Err((code, message)) => format!("E{code}\0{message}"),
        Ok(answer) if answer.columns.is_empty() => format!("D{}", answer.tag),
        Ok(answer) => {
            let lines: Vec<String> = std::iter::once(&answer.columns)
                .chain(&answer.rows)
                .map(|row| row.join("\t"))
                .collect();
            format!("R{}", lines.join("\n"))
        }
    };
    frame(&body)
}

/// Reads what [`answer_frame`] wrote.
pub(super) fn parse_answer(body: &str) -> Result<Answer, Failure> {
    let (kind, body) = body.split_at_checked(1).unwrap_or(("D", ""));
    match kind {
        "E" => {
            let (code, message) = body.split_once('\0').unwrap_or(("", body));
            Err((code.to_owned(), message.to_owned()))
        }
        "R" => {
            let mut lines = body
                .split('\n')
                .map(|line| line.split('\t').map(str::to_owned).collect());
            Ok(Answer {
                tag: String::new(),
                columns: lines.next().unwrap_or_default(),
                rows: lines.collect(),
            })
        }
        _ => Ok(Answer {
            tag: body.to_owned(),
            ..Answer::default()
        }),
    }
}

pub(super) fn frame(body: &str) -> Vec<u8> {
    format!("{}\n{body}", body.len()).into_bytes()
}

/// Frames out of a stream.
#[derive(Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
}

impl Frames {
    /// The next one; none at the end, or when it is none.
    pub(super) async fn next(&mut self, stream: &mut Stream) -> Option<String> {
        loop {
            if let Some(at) = self.bytes.iter().position(|byte| *byte == b'\n') {
                let length = std::str::from_utf8(&self.bytes[..at]).ok()?;
                let length: usize = length.parse().ok().filter(|length| *length <= MOST)?;
                let end = at + 1 + length;
                if self.bytes.len() >= end {
                    let body = String::from_utf8_lossy(&self.bytes[at + 1..end]).into_owned();
                    self.bytes.drain(..end);
                    return Some(body);
                }
            } else if self.bytes.len() > 20 {
                return None;
            }
            let more = stream.read().await;
            if more.is_empty() {
                return None;
            }
            self.bytes.extend(more);
        }
    }
}
