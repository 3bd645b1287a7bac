//! The thread that owns the cluster. Sockets ask it by messages, and it lets virtual time follow the wall clock.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use cluster::{Cluster, Config};
use sim::{Progress, TaskHandle, Time};
use tokio::sync::{mpsc, oneshot};

use super::reply::{self, Piece, Reply};

/// How many task polls may pass before requests are looked at again.
const SLICE: u64 = 20_000;
/// The longest time to sleep when nothing is due.
const IDLE: Duration = Duration::from_millis(500);

/// A request as it came over the wire.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) raw_query: String,
    pub(super) headers: BTreeMap<String, Vec<String>>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    /// The first value of a header.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    /// All values of a header, as one list.
    pub(super) fn header_list(&self, name: &str) -> String {
        self.headers
            .get(name)
            .map(|values| values.join(","))
            .unwrap_or_default()
    }
}

/// Names a conversation with a container.
pub(super) type SessionId = u64;

/// What clients of a conversation send.
#[derive(Debug)]
pub(super) enum Input {
    /// Bytes for the program.
    Bytes(Vec<u8>),
    /// The end of the input.
    End,
    /// The terminal's new size, columns and rows.
    Resize(u16, u16),
    /// The client is gone.
    Close,
}

/// A message to the engine.
pub(super) enum Ask {
    Request(Box<Asked>, oneshot::Sender<Reply>),
    Input(SessionId, Input),
    /// Lets so much time pass, where it does not by itself, and says when that is done.
    Step(Duration, Sender<()>),
    Stop,
}

/// A way to the engine, for each connection its own.
#[derive(Clone)]
pub(super) struct Handle(Sender<Ask>);

impl Handle {
    /// Sends a request and waits for its answer; `None` when the engine has ended.
    pub(super) async fn ask(&self, asked: Asked) -> Option<Reply> {
        let (tell, told) = oneshot::channel();
        self.0.send(Ask::Request(Box::new(asked), tell)).ok()?;
        told.await.ok()
    }

    /// Lets so much time pass; `None` when the engine has ended.
    pub(super) fn step(&self, passed: Duration) -> Option<()> {
        let (tell, told) = channel();
        self.0.send(Ask::Step(passed, tell)).ok()?;
        told.recv().ok()
    }

    /// Sends to a conversation.
    pub(super) fn input(&self, id: SessionId, input: Input) {
        // Nobody is left to hear it when the engine has ended.
        let _ = self.0.send(Ask::Input(id, input));
    }
}

/// The running thread.
pub(super) struct Engine {
    handle: Handle,
    thread: JoinHandle<()>,
}

impl Engine {
    /// Starts the thread, and waits until the cluster is up, with these add-ons.
    pub(super) fn start(config: Config, speed: f64, addons: &[String]) -> Result<Self> {
        let (send, receive) = channel();
        let (up, is_up) = channel();
        let addons = addons.to_vec();
        let thread = std::thread::Builder::new()
            .name("engine".into())
            .stack_size(64 << 20)
            .spawn(move || {
                let mut cluster = Cluster::new(config);
                cluster.settle();
                for addon in addons {
                    cluster.run(&format!("addons enable {addon}"));
                }
                // The one who waits is gone only if the program ends.
                let _ = up.send(());
                Running::new(cluster, speed).run(&receive);
            })
            .context("starting the engine's thread")?;
        is_up.recv().context("the cluster did not come up")?;
        Ok(Self {
            handle: Handle(send),
            thread,
        })
    }

    pub(super) fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Ends the thread.
    pub(super) fn stop(self) {
        if self.handle.0.send(Ask::Stop).is_ok() {
            // It panicked if this fails, and has said so.
            let _ = self.thread.join();
        }
    }
}

/// A body that goes on: the task that feeds it, and whether somebody still listens.
pub(super) struct Feeding {
    pub(super) task: TaskHandle,
    pub(super) listener: mpsc::Sender<Piece>,
}

/// The engine's state.
pub(super) struct Running {
    pub(super) cluster: Cluster,
    /// Zero: time stands still but for [`Ask::Step`].
    speed: f64,
    /// A pair of instants that are the same moment.
    wall: Instant,
    clock: Time,
    pub(super) feeding: Vec<Feeding>,
    pub(super) sessions: BTreeMap<SessionId, reply::Inputs>,
    pub(super) last_session: SessionId,
}

impl Running {
    fn new(cluster: Cluster, speed: f64) -> Self {
        let clock = cluster.now();
        Self {
            cluster,
            speed,
            wall: Instant::now(),
            clock,
            feeding: Vec::new(),
            sessions: BTreeMap::new(),
            last_session: 0,
        }
    }

    fn run(mut self, asks: &Receiver<Ask>) {
        loop {
            let behind = !self.advance();
            self.reap();
            let wait = if behind {
                Duration::ZERO
            } else {
                self.until_next()
            };
            let mut next = match asks.recv_timeout(wait) {
                Ok(ask) => Some(ask),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            while let Some(ask) = next {
                self.advance();
                match ask {
                    Ask::Request(asked, tell) => {
                        let reply = reply::answer(&mut self, &asked);
                        // Who asked may have gone away meanwhile.
                        let _ = tell.send(reply);
                    }
                    Ask::Input(id, input) => self.input(id, input),
                    Ask::Step(passed, tell) => {
                        self.clock += passed;
                        while !self.advance() {}
                        let _ = tell.send(());
                    }
                    Ask::Stop => return,
                }
                next = asks.try_recv().ok();
            }
        }
    }

    /// Lets happen what is due by now; `false` if there was too much of it.
    fn advance(&mut self) -> bool {
        let passed = self.wall.elapsed().mul_f64(self.speed);
        let mut budget = SLICE;
        let reached = self
            .cluster
            .sim()
            .run_until(self.clock + passed, &mut budget);
        if matches!(reached, Progress::OutOfBudget) {
            if self.speed == 0.0 {
                return false;
            }
            // Time that could not be simulated is not caught up with: it never was.
            self.wall = Instant::now();
            self.clock = self.cluster.now();
            return false;
        }
        true
    }

    /// How long nothing will happen, in real time.
    fn until_next(&self) -> Duration {
        let Some(due) = self.cluster.sim().next_due() else {
            return IDLE;
        };
        if self.speed == 0.0 {
            return IDLE;
        }
        let ahead = due.since(self.cluster.now()).div_f64(self.speed);
        ahead.clamp(Duration::from_micros(200), IDLE)
    }

    /// Ends what nobody listens to any more.
    fn reap(&mut self) {
        self.feeding.retain(|feeding| {
            if feeding.listener.is_closed() {
                feeding.task.abort();
            }
            !feeding.task.is_finished()
        });
    }

    fn input(&mut self, id: SessionId, input: Input) {
        let Some(inputs) = self.sessions.get_mut(&id) else {
            return;
        };
        // The program may have ended already; then there is nobody to tell.
        match input {
            Input::Bytes(bytes) => {
                if let Some(stdin) = &inputs.stdin {
                    let _ = stdin.unbounded_send(bytes);
                }
            }
            Input::End => inputs.stdin = None,
            Input::Resize(columns, rows) => {
                if let Some(resize) = &inputs.resize {
                    let _ = resize.unbounded_send((columns, rows));
                }
            }
            Input::Close => {
                self.sessions.remove(&id);
            }
        }
    }
}
