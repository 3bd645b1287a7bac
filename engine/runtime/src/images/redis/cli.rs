//! `redis-cli`: sends a command, or the lines of its input, and shows the answers.

use network::{HostAddr, Stream};
use os::Proc;

use super::resp::{Reader, Value};
use crate::server::netns;

pub(super) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let (mut host, mut port, mut password) = ("127.0.0.1".to_owned(), 6379, None);
    let mut rest = args[1..].iter();
    let mut command = Vec::new();
    while let Some(arg) = rest.next() {
        let mut value = || rest.next().cloned().unwrap_or_default();
        match arg.as_str() {
            "-h" => host = value(),
            "-p" => port = value().parse().unwrap_or(6379),
            "-a" | "--pass" => password = Some(value()),
            "-n" => drop(value()),
            "--no-auth-warning" | "--raw" | "--no-raw" => {}
            _ => {
                command.push(arg.clone());
                command.extend(rest.by_ref().cloned());
            }
        }
    }
    let mut stream = match connect(&proc, &host, port).await {
        Ok(stream) => stream,
        Err(why) => {
            proc.eprint(format!(
                "Could not connect to Redis at {host}:{port}: {why}\n"
            ))
            .await;
            return 1;
        }
    };
    let mut reader = Reader::default();
    if let Some(password) = password {
        let _ = ask(&mut stream, &mut reader, &["AUTH".to_owned(), password]).await;
    }
    if !command.is_empty() {
        return i32::from(!run(&proc, &mut stream, &mut reader, &command).await);
    }
    let prompt = proc.is_tty(0).then(|| format!("{host}:{port}> "));
    let Ok(input) = proc.fd(0) else { return 1 };
    let mut lines = os::LineReader::new(&proc, input);
    loop {
        if let Some(prompt) = &prompt {
            proc.print(prompt).await;
        }
        let Ok(Some(line)) = lines.next_line().await else {
            return 0;
        };
        let words = split(&String::from_utf8_lossy(&line));
        match words.first().map(String::as_str) {
            None => {}
            Some("quit" | "exit") => return 0,
            Some(_) => {
                run(&proc, &mut stream, &mut reader, &words).await;
            }
        }
    }
}

async fn connect(proc: &Proc, host: &str, port: u16) -> Result<Stream, String> {
    let netns = netns(proc).ok_or("Network is unreachable")?;
    let ip = net_tools::resolve::resolve(proc, host)
        .await
        .ok()
        .and_then(|addresses| addresses.first().copied())
        .ok_or("Name or service not known")?;
    netns
        .connect(HostAddr::new(ip, port))
        .await
        .map_err(|error| error.to_string())
}

async fn ask(stream: &mut Stream, reader: &mut Reader, command: &[String]) -> Option<Value> {
    let command = Value::List(command.iter().map(Value::text).collect());
    stream.write_all(&command.encode()).await.ok()?;
    reader.value(stream).await
}

/// Runs a command and shows the answer; false if the answer was an error.
async fn run(proc: &Proc, stream: &mut Stream, reader: &mut Reader, command: &[String]) -> bool {
    let Some(answer) = ask(stream, reader, command).await else {
        proc.eprint("Error: Server closed the connection\n").await;
        return false;
    };
    let text = if proc.is_tty(1) {
        answer.show(0)
    } else {
        answer.raw()
    };
    proc.print(text).await;
    !matches!(answer, Value::Error(_))
}

/// Words separated by blanks; quotes keep them together.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.trim_end_matches('\n').chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
