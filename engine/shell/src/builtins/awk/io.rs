//! Where awk reads and writes: its operands, files, commands.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use os::{File, LineReader, OpenFlags, Proc, pipe};

use super::ast::Redirect;
use super::run::{Awk, Done, FILENAME, FNR, RS, fatal};
use super::value::Value;

/// Files and commands open at one time.
const MAX_OPEN: usize = 40;

/// The main input: operands one after the other.
pub(super) struct Input {
    operands: RefCell<Vec<String>>,
    reader: RefCell<Option<LineReader>>,
    /// Records that were found ahead: the last first.
    ahead: RefCell<Vec<String>>,
    read_any: Cell<bool>,
}

impl Input {
    pub(super) fn new(mut operands: Vec<String>) -> Self {
        operands.reverse();
        Input {
            operands: RefCell::new(operands),
            reader: RefCell::new(None),
            ahead: RefCell::default(),
            read_any: Cell::new(false),
        }
    }

    pub(super) fn skip_file(&self) {
        self.reader.borrow_mut().take();
        self.ahead.borrow_mut().clear();
    }

    /// The next record of the main input.
    pub(super) async fn next_record(&self, awk: &Rc<Awk>) -> Done<Option<String>> {
        loop {
            if let Some(record) = self.ahead.borrow_mut().pop() {
                return Ok(Some(record));
            }
            let reader = self.reader.borrow_mut().take();
            let Some(mut reader) = reader else {
                if !self.open_next(awk).await? {
                    return Ok(None);
                }
                continue;
            };
            let separator = awk.global(RS).to_text("").to_string();
            let record = read_record(awk, &mut reader, &separator, &self.ahead).await?;
            if record.is_some() {
                *self.reader.borrow_mut() = Some(reader);
                return Ok(record);
            }
        }
    }

    /// Opens the next operand; false at the end. `name=value` among them is an assignment.
    async fn open_next(&self, awk: &Rc<Awk>) -> Done<bool> {
        loop {
            let next = self.operands.borrow_mut().pop();
            let Some(name) = next else {
                if self.read_any.replace(true) {
                    return Ok(false);
                }
                let file = awk
                    .proc
                    .fd(0)
                    .or_else(|_| awk.proc.open("/dev/null", OpenFlags::READ));
                *self.reader.borrow_mut() = file.ok().map(|file| LineReader::new(&awk.proc, file));
                return Ok(self.reader.borrow().is_some());
            };
            if let Some((variable, value)) = name.split_once('=')
                && crate::builtins::is_name(variable)
            {
                awk.set_named(variable, value);
                continue;
            }
            self.read_any.set(true);
            awk.set_global(
                FILENAME,
                Value::text(if name == "-" { "" } else { name.as_str() }),
            );
            awk.set_global(FNR, Value::Number(0.0));
            let file = if name == "-" {
                awk.proc.fd(0)
            } else {
                awk.proc.open(&name, OpenFlags::READ)
            };
            match file {
                Ok(file) => {
                    *self.reader.borrow_mut() = Some(LineReader::new(&awk.proc, file));
                    return Ok(true);
                }
                Err(error) => {
                    let text = format!("awk: cannot open {name} ({})\n", error.text());
                    awk.proc.eprint(text).await;
                    awk.exit.set(2);
                }
            }
        }
    }
}

fn text_of(line: &[u8], end: u8) -> String {
    String::from_utf8_lossy(line.strip_suffix(&[end]).unwrap_or(line)).into_owned()
}

/// Reads a record that ends as RS says.
async fn read_record(
    awk: &Rc<Awk>,
    reader: &mut LineReader,
    separator: &str,
    ahead: &RefCell<Vec<String>>,
) -> Done<Option<String>> {
    if let [end] = separator.as_bytes() {
        return Ok(reader
            .next_until(*end)
            .await
            .ok()
            .flatten()
            .map(|line| text_of(&line, *end)));
    }
    let mut all = String::new();
    let mut any = false;
    while let Ok(Some(line)) = reader.next_line().await {
        if separator.is_empty() {
            let blank = line.as_ref() == b"\n";
            match (blank, any) {
                (true, true) => break,
                (true, false) => continue,
                _ => {}
            }
        }
        any = true;
        awk.proc.charge(line.len() as u64).await;
        all.push_str(&String::from_utf8_lossy(&line));
    }
    awk.proc.free(all.len() as u64);
    if !any {
        return Ok(None);
    }
    if separator.is_empty() {
        return Ok(Some(all.trim_end_matches('\n').to_owned()));
    }
    // A regular expression separates: all that is there is split at once.
    let regex = awk.regex(separator)?;
    let mut records = Vec::new();
    let mut from = 0;
    for (start, end) in regex.find_all(&all) {
        if end > start {
            records.push(all[from..start].to_owned());
            from = end;
        }
    }
    let rest = all[from..].trim_end_matches('\n');
    if !rest.is_empty() {
        records.push(rest.to_owned());
    }
    records.reverse();
    let first = records.pop();
    *ahead.borrow_mut() = records;
    Ok(first)
}

/// Something open for writing.
struct Output {
    file: File,
    child: Option<Proc>,
}

/// What is open besides the main input.
#[derive(Default)]
pub(super) struct Outputs {
    writing: RefCell<BTreeMap<String, Output>>,
    reading: RefCell<BTreeMap<String, (LineReader, Option<Proc>)>>,
}

fn spawn(awk: &Awk, command: &str, fd: u32, file: File) -> Option<Proc> {
    let mut spawn = awk.proc.fork_spawn();
    spawn.args = vec!["sh".into(), "-c".into(), command.into()];
    spawn.fds.set(fd, file).ok()?;
    awk.proc.machine().spawn_command(spawn).ok()
}

impl Outputs {
    pub(super) async fn write(
        &self,
        awk: &Rc<Awk>,
        how: Redirect,
        target: &str,
        text: String,
    ) -> Done<()> {
        if !self.writing.borrow().contains_key(target) {
            if self.writing.borrow().len() >= MAX_OPEN {
                return fatal("too many open files");
            }
            let opened = match how {
                _ if target == "/dev/stdout" => {
                    awk.proc.fd(1).map(|file| Output { file, child: None })
                }
                _ if target == "/dev/stderr" => {
                    awk.proc.fd(2).map(|file| Output { file, child: None })
                }
                Redirect::Pipe => {
                    let (reader, writer) = pipe();
                    let child = spawn(awk, target, 0, reader);
                    Ok(Output {
                        file: writer,
                        child,
                    })
                }
                Redirect::Write => awk
                    .proc
                    .open(target, OpenFlags::WRITE)
                    .map(|file| Output { file, child: None }),
                Redirect::Append => awk
                    .proc
                    .open(target, OpenFlags::APPEND)
                    .map(|file| Output { file, child: None }),
            };
            match opened {
                Ok(output) => {
                    self.writing.borrow_mut().insert(target.to_owned(), output);
                }
                Err(error) => {
                    return fatal(format!(
                        "cannot open {target} for output ({})",
                        error.text()
                    ));
                }
            }
        }
        let file = self
            .writing
            .borrow()
            .get(target)
            .map(|output| output.file.clone());
        if let Some(file) = file {
            let _ = awk.proc.write_file_to(&file, text).await;
        }
        Ok(())
    }

    /// A line of a file or of a command's output.
    pub(super) async fn read_line(
        &self,
        awk: &Rc<Awk>,
        name: &str,
        command: bool,
    ) -> Result<Option<String>, ()> {
        let known = self.reading.borrow_mut().remove(name);
        let (mut reader, child) = match known {
            Some(known) => known,
            None if command => {
                let (reader, writer) = pipe();
                let child = spawn(awk, name, 1, writer);
                (LineReader::new(&awk.proc, reader), child)
            }
            None => {
                let file = if name == "-" {
                    awk.proc.fd(0)
                } else {
                    awk.proc.open(name, OpenFlags::READ)
                };
                (LineReader::new(&awk.proc, file.map_err(|_| ())?), None)
            }
        };
        let line = reader.next_line().await.map_err(|_| ())?;
        self.reading
            .borrow_mut()
            .insert(name.to_owned(), (reader, child));
        Ok(line.map(|line| text_of(&line, b'\n')))
    }

    /// `close(name)`: its exit code, or -1 if it is not open.
    pub(super) async fn close(&self, name: &str) -> i32 {
        let written = self.writing.borrow_mut().remove(name);
        let read = self.reading.borrow_mut().remove(name);
        let open = written.is_some() || read.is_some();
        let child = written
            .and_then(|output| output.child)
            .or_else(|| read.and_then(|(_, child)| child));
        match child {
            Some(child) => {
                let status = child.wait_end().await.code();
                child.reap();
                status
            }
            None if open => 0,
            None => -1,
        }
    }

    pub(super) async fn close_all(&self, _awk: &Rc<Awk>) {
        self.reading.borrow_mut().clear();
        loop {
            let name = self.writing.borrow().keys().next().cloned();
            match name {
                Some(name) => self.close(&name).await,
                None => return,
            };
        }
    }
}
