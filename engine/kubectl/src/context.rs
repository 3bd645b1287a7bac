//! What one run of kubectl knows: its command line, its machine, its kubeconfig and its connection.
//!
//! A [`Context`] is what every verb gets. It is cheap to clone and holds nothing that outlives the run but the
//! discovery cache, which belongs to the [`crate::Kubectl`] installation, as `~/.kube/cache` does.

use std::cell::{OnceCell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use crate::cli::command::path_text;
use crate::cli::{Command, FlagSet};
use crate::error::Error;
use crate::fail;
use crate::host::{Host, Streams};
use crate::kubeconfig::{self, Selected, Store};
use crate::rest::client::Client;
use crate::rest::discovery::Cache;
use crate::rest::mapper::Mapper;
use crate::transport::Dialer;
use crate::util::klog;

/// One run.
#[derive(Clone)]
pub struct Context(Rc<Inner>);

/// See [`Context`].
pub struct Inner {
    /// From the root to the command.
    pub path: Vec<&'static Command>,
    /// The words of the whole command line, without `kubectl`.
    pub words: Vec<String>,
    /// Flags with their values.
    pub flags: FlagSet,
    /// Arguments.
    pub args: Vec<String>,
    /// Number of arguments before `--`.
    pub dash: Option<usize>,
    /// The machine.
    pub host: Rc<dyn Host>,
    /// Output.
    pub streams: Streams,
    dialer: Rc<dyn Dialer>,
    cache: Rc<Cache>,
    store: OnceCell<Result<Store, Error>>,
    client: OnceCell<Result<Client, Error>>,
    stdin: RefCell<Option<Vec<u8>>>,
    warnings: RefCell<Vec<String>>,
}

impl Deref for Context {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Standard input larger than this is cut: no manifest is.
const MAX_STDIN: usize = 32 << 20;

impl Context {
    /// A run of the last command of `path`.
    pub fn new(
        path: Vec<&'static Command>,
        words: Vec<String>,
        parsed: crate::cli::parse::Parsed,
        host: Rc<dyn Host>,
        dialer: Rc<dyn Dialer>,
        cache: Rc<Cache>,
    ) -> Context {
        Context(Rc::new(Inner {
            path,
            words,
            flags: parsed.flags,
            args: parsed.args,
            dash: parsed.dash,
            streams: Streams::new(Rc::clone(&host)),
            host,
            dialer,
            cache,
            store: OnceCell::new(),
            client: OnceCell::new(),
            stdin: RefCell::default(),
            warnings: RefCell::default(),
        }))
    }
}

impl Inner {
    /// Queues text for standard output.
    pub fn out(&self, text: &str) {
        self.streams.out(text);
    }

    /// Queues text for standard error.
    pub fn err(&self, text: &str) {
        self.streams.err(text);
    }

    /// Writes what is queued.
    pub async fn flush(&self) -> Result<(), Error> {
        self.streams.flush().await
    }

    /// `kubectl rollout status`
    pub fn command_path(&self) -> String {
        path_text(&self.path)
    }

    /// A mistake in using the command, with a pointer to its help.
    pub fn usage_error(&self, message: impl AsRef<str>) -> Error {
        fail!(
            "{}\nSee '{} -h' for help and examples",
            message.as_ref(),
            self.command_path()
        )
    }

    /// Shows a warning, once.
    pub fn warn(&self, text: &str) {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.iter().any(|w| w == text) {
            return;
        }
        warnings.push(text.to_owned());
        if self.host.is_terminal(crate::host::Stream::Err)
            && self.host.env("TERM").as_deref() != Some("dumb")
        {
            self.err(&format!("\u{1b}[33;1mWarning:\u{1b}[0m {text}\n"));
        } else {
            self.err(&format!("Warning: {text}\n"));
        }
    }

    /// How many warnings the server gave.
    pub fn warning_count(&self) -> usize {
        self.warnings.borrow().len()
    }

    /// `--request-timeout` in microseconds; zero where there is none.
    pub fn request_timeout(&self) -> i64 {
        let text = self.flags.str("request-timeout");
        match text.parse::<i64>() {
            Ok(seconds) => seconds.saturating_mul(1_000_000),
            Err(_) => crate::cli::value::parse_duration(text).unwrap_or(0),
        }
    }

    /// The kubeconfig's files.
    pub fn store(&self) -> Result<Store, Error> {
        self.store
            .get_or_init(|| Store::load(&*self.host, &self.flags))
            .clone()
    }

    /// The namespace of requests, and whether the user gave one.
    pub fn namespace(&self) -> Result<(String, bool), Error> {
        let store = self.store()?;
        store.must_exist()?;
        kubeconfig::namespace(&store.merged(), &self.flags)
    }

    /// Server and user.
    pub fn selected(&self) -> Result<Selected, Error> {
        let store = self.store()?;
        store.must_exist()?;
        let read_file = |file: &str| {
            let read = self.host.read_file(file);
            read.map_err(|error| error.of("open", file).text())
        };
        kubeconfig::target(&store.merged(), &self.flags, &read_file)
    }

    /// The connection.
    pub fn client(self: &Rc<Self>) -> Result<Client, Error> {
        self.client
            .get_or_init(|| {
                let target = self.selected()?.target;
                if let Some(file) = self.store()?.files.first() {
                    klog::configuration(&Context(Rc::clone(self)), file);
                }
                Ok(Client::new(target, Rc::clone(&self.dialer)))
            })
            .clone()
    }

    /// What opens connections.
    pub fn dialer(&self) -> &dyn Dialer {
        &*self.dialer
    }

    /// The discovery cache of this installation.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Reads all of standard input, for `-f -`.
    pub async fn load_stdin(&self) -> Result<(), Error> {
        if self.stdin.borrow().is_some() {
            return Ok(());
        }
        self.flush().await?;
        let mut bytes = Vec::new();
        loop {
            let chunk = self.host.read().await;
            if chunk.is_empty() || bytes.len() > MAX_STDIN {
                break;
            }
            bytes.extend_from_slice(&chunk);
        }
        *self.stdin.borrow_mut() = Some(bytes);
        Ok(())
    }

    /// What [`Inner::load_stdin`] read; empty the second time.
    pub fn take_stdin(&self) -> Vec<u8> {
        self.stdin
            .borrow_mut()
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Puts back what [`Inner::take_stdin`] gave, for who reads it next.
    pub fn give_stdin(&self, bytes: Vec<u8>) {
        *self.stdin.borrow_mut() = Some(bytes);
    }

    /// Reads a line from standard input, without its newline; `None` at the end.
    pub async fn read_line(&self) -> Result<Option<String>, Error> {
        self.flush().await?;
        let mut line: Vec<u8> = self.stdin.borrow_mut().take().unwrap_or_default();
        loop {
            if let Some(at) = line.iter().position(|b| *b == b'\n') {
                let rest = line.split_off(at + 1);
                *self.stdin.borrow_mut() = Some(rest);
                line.pop();
                return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
            }
            let chunk = self.host.read().await;
            if chunk.is_empty() {
                let text = String::from_utf8_lossy(&line).into_owned();
                return Ok((!text.is_empty()).then_some(text));
            }
            line.extend_from_slice(&chunk);
        }
    }
}

impl Context {
    /// The connection.
    pub fn client(&self) -> Result<Client, Error> {
        self.0.client()
    }

    /// The server's resource types.
    pub fn mapper(&self) -> Result<Mapper, Error> {
        Mapper::load(self, false)
    }

    /// The server's resource types, asked for anew.
    pub fn fresh_mapper(&self) -> Result<Mapper, Error> {
        Mapper::load(self, true)
    }
}
