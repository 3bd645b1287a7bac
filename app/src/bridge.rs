//! The page's one way to the engine: starts its worker, sends it messages, and writes what it says into the stores.
//!
//! It also keeps the cluster: every change of the saved log goes into the browser's storage at once, and comes back
//! as the first message to the next worker. When the engine fails, a new worker gets the log without its last entry,
//! which is what it choked on; entries are dropped until it starts.

use gloo_timers::callback::Timeout;
use leptos::prelude::expect_context;
use leptos::task::spawn_local;
use view::{Batch, Boot, Fatal, FromEngine, Log, Ready, ToEngine, wire};

use crate::interop::storage::LogStore;
use crate::interop::worker::{EngineWorker, Message};
use crate::interop::{assets, lock, perf};
use crate::state::files::Tab;
use crate::state::notices::Weight;
use crate::state::session::Phase;
use crate::state::terminal::TerminalEvent;
use crate::state::{Live, Stores, live, stores};

/// A cluster that fails this often in a row, each time with less of the log, is given up.
const ATTEMPTS: u32 = 5;

/// The engine's side of the page. Copied freely: it is a handle.
#[derive(Clone, Copy)]
pub struct Bridge {
    stores: Stores,
    inner: Live<Inner>,
}

#[derive(Default)]
struct Inner {
    worker: Option<EngineWorker>,
    /// The log as the engine has told it, which is also what is in the storage (or on its way there).
    log: Vec<String>,
    store: Option<LogStore>,
    /// Changes of the log for the storage, in order; one is under way at a time.
    unsaved: Vec<Log>,
    saving: bool,
    size: (u16, u16),
    /// Failures since the cluster was last up.
    failures: u32,
    ticker: Option<Timeout>,
}

impl Bridge {
    /// A bridge without a worker yet.
    pub fn new(stores: Stores) -> Bridge {
        let inner = Inner {
            size: (80, 24),
            ..Inner::default()
        };
        Bridge {
            stores,
            inner: live(inner),
        }
    }

    /// Opens the storage and starts the engine with what is in it.
    pub fn start(self) {
        spawn_local(async move {
            self.open_storage().await;
            self.start_worker();
        });
    }

    async fn open_storage(self) {
        let unsaved = self.stores.session.unsaved;
        let store = match LogStore::open().await {
            Ok(store) => store,
            Err(error) => {
                unsaved.set(Some(format!("Nothing you do here is kept: {error}.")));
                return;
            }
        };
        match store.load().await {
            Ok(log) => self.inner.quietly(|inner| inner.log = log),
            Err(error) => {
                unsaved.set(Some(format!(
                    "Your cluster could not be read back: {error}."
                )));
                return;
            }
        }
        if lock::take(&assets::scope()).await {
            self.inner.quietly(|inner| inner.store = Some(store));
        } else {
            let text = "This cluster is open in another tab. What you do in this one is not kept.";
            unsaved.set(Some(text.into()));
        }
    }

    fn start_worker(self) {
        self.stores.session.phase.set(Phase::Loading);
        self.stores.terminal.at_prompt.set(false);
        let worker = EngineWorker::start(move |message| self.hear(message));
        if worker.is_none() {
            self.stores
                .session
                .phase
                .set(Phase::Failed("the engine is not part of this page".into()));
        }
        self.inner.quietly(|inner| inner.worker = worker);
    }

    /// Sends a message to the engine; lost while there is none.
    pub fn send(self, message: ToEngine) {
        let Ok(bytes) = wire::encode(&message) else {
            return;
        };
        self.inner.with_untracked(|inner| {
            if let Some(worker) = &inner.worker {
                worker.send(&bytes);
            }
        });
    }

    /// The terminal's size, for now and for the next start.
    pub fn resize(self, columns: u16, rows: u16) {
        self.inner.quietly(|inner| inner.size = (columns, rows));
        self.send(ToEngine::Resize { columns, rows });
    }

    /// Forgets the cluster and begins another.
    pub fn reset(self) {
        self.change_log(Log {
            keep: 0,
            add: Vec::new(),
        });
        self.inner.quietly(|inner| {
            inner.worker = None;
            inner.failures = 0;
        });
        self.clear_page();
        self.start_worker();
    }

    fn clear_page(self) {
        let Stores {
            cluster,
            files,
            inspector,
            terminal,
            lesson,
            ..
        } = self.stores;
        cluster.apply(vec![view::ViewPatch::Reset]);
        files.entries.set(Vec::new());
        files.tabs.set(Vec::new());
        files.active.set(None);
        inspector.dock.set(Default::default());
        lesson.open.set(None);
        terminal.send(TerminalEvent::Reset);
    }

    fn hear(self, message: Message) {
        match message {
            Message::Loaded => self.boot(),
            Message::Bytes(bytes) => match wire::decode::<Batch>(&bytes) {
                Ok(Batch(messages)) => messages.into_iter().for_each(|message| self.take(message)),
                Err(_) => self.failed("its message could not be read".into()),
            },
            Message::Died(text) => self.failed(text),
        }
    }

    fn boot(self) {
        self.stores.session.phase.set(Phase::Starting);
        let boot = self.inner.with_untracked(|inner| Boot {
            seed: perf::seed(),
            nodes: 3,
            log: inner.log.clone(),
            columns: inner.size.0,
            rows: inner.size.1,
        });
        self.send(ToEngine::Boot(boot));
    }

    fn take(self, message: FromEngine) {
        let Stores {
            cluster,
            clock,
            files,
            inspector,
            lesson,
            notices,
            terminal,
            ..
        } = self.stores;
        match message {
            FromEngine::Ready(ready) => self.ready(ready),
            FromEngine::Output(bytes) => terminal.send(TerminalEvent::Output(bytes)),
            FromEngine::Prompt(prompt) => terminal.send(TerminalEvent::Prompt(prompt)),
            FromEngine::History(log) => terminal.send(TerminalEvent::History(log)),
            FromEngine::Completions(list) => terminal.send(TerminalEvent::Completions(list)),
            FromEngine::Patch(patches) => {
                let said = cluster.apply(patches);
                // A crowd is not read out one by one.
                if (1..=3).contains(&said.len()) {
                    notices.say(&said.join(", "));
                }
            }
            FromEngine::Clock(word) => {
                clock.set(word);
                self.keep_ticking();
            }
            FromEngine::Inspected(inspected) => inspector.take(inspected),
            FromEngine::Files(entries) => files.entries.set(entries),
            FromEngine::File {
                path,
                text: Ok(text),
            } => self.open_tab(Tab {
                path,
                saved: text,
                ..Tab::default()
            }),
            FromEngine::File {
                text: Err(error), ..
            } => notices.show(Weight::Trouble, error),
            FromEngine::Edit(request) => {
                files.goto.set(Some(request.line));
                self.open_tab(Tab {
                    path: request.path,
                    saved: request.text,
                    waiting: request.waiting,
                    ..Tab::default()
                });
            }
            FromEngine::Checked(checked) => {
                files.change(&checked.path, |tab| tab.diagnostics = checked.diagnostics);
            }
            FromEngine::Lessons(cards) => lesson.cards.set(cards),
            FromEngine::Lesson(view) => {
                let view = view.map(|view| std::sync::Arc::new(*view));
                lesson
                    .hints
                    .set(vec![0; view.as_ref().map_or(0, |view| view.steps.len())]);
                lesson.progress.set(Default::default());
                lesson.open.set(view);
            }
            FromEngine::Progress(progress) => {
                if let Some(text) = lesson.advance(progress) {
                    notices.say(&text);
                }
            }
            FromEngine::Saved(change) => self.change_log(change),
            FromEngine::Fatal(Fatal { message }) => self.failed(message),
        }
    }

    fn ready(self, ready: Ready) {
        let Stores {
            session,
            clock,
            notices,
            ..
        } = self.stores;
        session.kubernetes.set(ready.kubernetes);
        session.home.set(ready.home);
        session.phase.set(Phase::Ready);
        clock.started.set(ready.started);
        if !ready.lost.is_empty() {
            notices.show(Weight::Trouble, ready.lost);
        }
        self.inner.quietly(|inner| inner.failures = 0);
    }

    /// Brings a file to the editor's front; a tab with unsaved text keeps it.
    fn open_tab(self, tab: Tab) {
        let files = self.stores.files;
        let path = tab.path.clone();
        match files.tab_untracked(&path) {
            Some(old) if old.dirty => files.change(&path, |old| old.waiting = tab.waiting),
            Some(_) => files.change(&path, |old| *old = tab),
            None => files.tabs.update(|tabs| tabs.push(tab)),
        }
        files.active.set(Some(path));
        self.stores
            .layout
            .show(crate::state::layout::PhoneTab::Editor);
    }

    /// The engine cannot go on: says so, and starts another with less of the log.
    fn failed(self, reason: String) {
        let failures = self.inner.with_untracked(|inner| inner.failures + 1);
        let given_up = failures > ATTEMPTS;
        self.inner.quietly(|inner| {
            inner.worker = None;
            inner.failures = failures;
        });
        leptos::logging::error!("engine: {reason}");
        if given_up {
            self.stores.session.phase.set(Phase::Failed(reason));
            return;
        }
        let keep = self
            .inner
            .with_untracked(|inner| inner.log.len().saturating_sub(1) as u64);
        self.change_log(Log {
            keep,
            add: Vec::new(),
        });
        let text = "The engine stopped on an error of its own. Your cluster and files are being brought back to how \
                    they were before the last command.";
        self.stores.notices.show(Weight::Trouble, text);
        self.stores.terminal.send(TerminalEvent::Reset);
        self.start_worker();
    }

    fn change_log(self, change: Log) {
        self.inner.quietly(|inner| {
            change.clone().apply(&mut inner.log);
            if inner.store.is_some() {
                inner.unsaved.push(change);
            }
        });
        self.save();
    }

    /// Writes the log's changes to the storage, one after the other.
    fn save(self) {
        let mut next = None;
        self.inner.quietly(|inner| {
            if !inner.saving && !inner.unsaved.is_empty() {
                inner.saving = true;
                next = inner
                    .store
                    .clone()
                    .map(|store| (store, inner.unsaved.remove(0)));
            }
        });
        let Some((store, change)) = next else { return };
        spawn_local(async move {
            let keep = u32::try_from(change.keep).unwrap_or(u32::MAX);
            let result = store.change(keep, change.add).await;
            self.inner.quietly(|inner| inner.saving = false);
            match result {
                Ok(()) => self.save(),
                Err(error) => {
                    // Later changes would build on one that is not there.
                    self.inner.quietly(|inner| inner.store = None);
                    let text = format!("What you do from here on is not kept: {error}.");
                    self.stores.session.unsaved.set(Some(text));
                }
            }
        });
    }

    /// Moves the page's clock as long as there is something to see move.
    fn keep_ticking(self) {
        let timeout = self.stores.clock.tick_in().map(|wait| {
            Timeout::new(wait, move || {
                self.stores.clock.tick();
                self.keep_ticking();
            })
        });
        self.inner.quietly(|inner| inner.ticker = timeout);
    }
}

/// The bridge, from within a component.
pub fn bridge() -> Bridge {
    expect_context::<Bridge>()
}

/// The stores and the bridge, which most components want together.
pub fn page() -> (Stores, Bridge) {
    (stores(), bridge())
}
