//! The page's one way to the engine: starts its worker, sends it messages, and writes what it says into the stores.
//!
//! It also keeps the cluster: every change of the saved log goes into the browser's storage at once, and comes back
//! as the first message to the next worker. When the engine fails, a new worker gets the log too, and leaves out its
//! last command, which is what it choked on; more of them until it starts, and in the end all but the files.

use gloo_timers::callback::Timeout;
use leptos::prelude::expect_context;
use leptos::task::spawn_local;
use view::{Batch, Boot, Fatal, FileEntry, FromEngine, Log, Ready, ToEngine, wire};

use crate::interop::storage::LogStore;
use crate::interop::worker::{EngineWorker, Message};
use crate::interop::{assets, browser, half, lock, perf};
use crate::pending::Pending;
use crate::state::drafts;
use crate::state::files::Tab;
use crate::state::layout::PhoneTab;
use crate::state::notices::Weight;
use crate::state::session::Phase;
use crate::state::terminal::TerminalEvent;
use crate::state::{Live, Stores, live, stores};

/// A cluster that fails this often in a row, each time with less of the log, is given up.
const ATTEMPTS: u32 = 5;

/// Milliseconds after the first prompt until the site is kept for times without a network.
const OFFLINE: u32 = 5_000;

/// What an entry of the log has in it when a person has done something; the engine versions all else of it by itself.
const DONE: [&str; 3] = ["\"line\":", "\"writeFile\":", "\"fault\":"];

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
    /// The log of the cluster before this one, to be brought back.
    aside: Vec<String>,
    /// The lesson that was handed to the engine and not begun yet, and the log of before if anything has been done.
    handed: Option<(String, Vec<String>)>,
    size: (u16, u16),
    /// Failures since the cluster was last up.
    failures: u32,
    /// Files that are asked for without a person having asked: they do not come to the front.
    quiet: Vec<String>,
    ticker: Option<Timeout>,
    /// What has changed in the cluster and is not shown yet, and when it will be.
    pending: Pending,
    patching: Option<Timeout>,
    /// What the worker has trouble with.
    trouble: String,
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

    /// What the page shows.
    pub(crate) fn stores(self) -> Stores {
        self.stores
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
        self.inner.quietly(|inner| {
            inner.worker = worker;
            // Another engine knows nothing of what the last one was asked.
            inner.quiet.clear();
        });
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

    /// The first prompt is shown: the engine may fetch what it has put off until now.
    pub fn prompt_shown(self) {
        self.inner.with_untracked(|inner| {
            if let Some(worker) = &inner.worker {
                worker.prompt_shown();
            }
        });
        self.load_late();
        Timeout::new(OFFLINE, browser::keep_offline).forget();
    }

    /// Fetches the page's second half, once.
    fn load_late(self) {
        let (late, notices) = (self.stores.late, self.stores.notices);
        if late.asked.get_untracked() {
            return;
        }
        late.asked.set(true);
        let said = live(String::new());
        half::load(move |answer| {
            notices.withdraw(&said.quietly(std::mem::take));
            match answer {
                Ok(()) => late.here.set(true),
                Err(why) => {
                    let text = format!(
                        "A part of the page could not be fetched, and is tried again: {why}"
                    );
                    said.set(text.clone());
                    notices.show(Weight::Trouble, text);
                }
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

    /// Keeps the cluster as it is for [`bring_back`](Self::bring_back), should this lesson begin.
    pub(crate) fn put_aside(self, lesson: &str) {
        self.inner.quietly(|inner| {
            let by_hand = |entry: &String| DONE.iter().any(|mark| entry.contains(mark));
            let log = if inner.log.iter().any(by_hand) {
                inner.log.clone()
            } else {
                Vec::new()
            };
            inner.handed = Some((lesson.to_owned(), log));
        });
    }

    /// The engine has begun a lesson, or refused to.
    fn was_handed(self, lesson: &str, begun: bool) {
        let aside = self.inner.quietly(|inner| {
            let (_, log) = inner.handed.take_if(|handed| handed.0 == lesson)?;
            let aside = !log.is_empty();
            if begun && aside {
                inner.aside = log;
            }
            Some(aside)
        });
        if let Some(aside) = aside.filter(|_| begun) {
            self.lesson_begun(aside);
        }
    }

    /// Brings back the cluster that was put aside.
    pub(crate) fn bring_back(self) {
        let log = self.inner.quietly(|inner| std::mem::take(&mut inner.aside));
        if log.is_empty() {
            return;
        }
        self.change_log(Log { keep: 0, add: log });
        self.inner.quietly(|inner| inner.worker = None);
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
            traffic,
            ..
        } = self.stores;
        self.inner
            .quietly(|inner| inner.pending = Pending::default());
        traffic.take(Vec::new());
        cluster.apply(vec![view::ViewPatch::Reset]);
        files.entries.set(Vec::new());
        files.tabs.set(Vec::new());
        files.active.set(None);
        inspector.dock.set(Default::default());
        drafts::forget_all();
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
            forget: forget(inner.failures),
            columns: inner.size.0,
            rows: inner.size.1,
        });
        self.send(ToEngine::Boot(boot));
    }

    fn take(self, message: FromEngine) {
        let Stores {
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
            FromEngine::Prompt(prompt) => {
                if !prompt.continuation {
                    // Whatever waited for the editor in the terminal has ended.
                    files.release_all();
                }
                terminal.send(TerminalEvent::Prompt(prompt));
            }
            FromEngine::History(log) => terminal.send(TerminalEvent::History(log)),
            FromEngine::Completions(list) => terminal.send(TerminalEvent::Completions(list)),
            FromEngine::Patch(patches) => {
                self.inner.quietly(|inner| inner.pending.add(patches));
                self.apply_patches();
            }
            FromEngine::Clock(word) => {
                clock.set(word);
                self.keep_ticking();
            }
            FromEngine::Inspected(inspected) => inspector.take(inspected),
            FromEngine::Files(entries) => self.take_files(entries),
            FromEngine::File { path, text } => self.take_file(path, text),
            FromEngine::Edit(request) => {
                files.goto.set(Some(request.line));
                self.open_tab(Tab {
                    waiting: request.waiting,
                    ..Tab::new(request.path, request.text)
                });
            }
            FromEngine::Checked(checked) => {
                files.change(&checked.path, |tab| tab.diagnostics = checked.diagnostics);
            }
            FromEngine::Lesson(view) => {
                if let Some(view) = &view {
                    self.was_handed(&view.card.id, true);
                }
                lesson.take(view.map(|view| *view), clock.exact());
            }
            FromEngine::Traffic(traffic) => self.stores.traffic.take(traffic),
            // The pacer's.
            FromEngine::Pace(_) => {}
            FromEngine::LessonRefused { id, errors } => {
                self.was_handed(&id, false);
                let text = format!("The lesson {id} cannot be opened. {}", errors.join("; "));
                notices.show(Weight::Trouble, text);
            }
            FromEngine::Progress(progress) => {
                if let Some(text) = lesson.advance(progress) {
                    notices.say(&text);
                }
            }
            FromEngine::Saved(change) => self.change_log(change),
            FromEngine::FaultRefused(text) => notices.show(Weight::Trouble, text),
            FromEngine::Trouble(text) => self.trouble(text),
            FromEngine::Fatal(Fatal { message }) => self.failed(message),
        }
    }

    /// Brings as much of what has changed into the stores as may be now, and the rest later.
    fn apply_patches(self) {
        let began = perf::now();
        let unseen = browser::is_hidden();
        let patches = self
            .inner
            .quietly(|inner| inner.pending.portion(began, unseen));
        if patches.is_empty() {
            return self.apply_later(began);
        }
        let said = self.stores.cluster.apply(patches);
        // A crowd is not read out one by one.
        if (1..=3).contains(&said.len()) {
            self.stores.notices.say(&said.join(", "));
        }
        // What has changed is drawn behind this task; the next one knows what it cost.
        let alarm = Timeout::new(0, move || {
            let now = perf::now();
            self.inner.quietly(|inner| {
                inner.patching = None;
                inner.pending.took(began, now - began);
            });
            self.apply_later(now);
        });
        self.inner.quietly(|inner| inner.patching = Some(alarm));
    }

    /// A key was pressed in the terminal: its letter goes before what has changed on the map.
    pub(crate) fn typed(self) {
        self.inner.quietly(|inner| inner.pending.typed(perf::now()));
    }

    /// Sets the alarm for the next portion, unless there is one.
    fn apply_later(self, now: f64) {
        self.inner.quietly(|inner| {
            if inner.patching.is_some() {
                return;
            }
            inner.patching = inner.pending.due(now).map(|wait| {
                Timeout::new(wait, move || {
                    self.inner.quietly(|inner| inner.patching = None);
                    self.apply_patches();
                })
            });
        });
    }

    /// Says what the worker has trouble with, in the place of what it said before.
    fn trouble(self, text: String) {
        let notices = self.stores.notices;
        let before = self
            .inner
            .quietly(|inner| std::mem::replace(&mut inner.trouble, text.clone()));
        notices.withdraw(&before);
        if !text.is_empty() {
            notices.show(Weight::Trouble, text);
        } else if !before.is_empty() {
            notices.show(Weight::Info, "The rest of the engine has come.");
        }
    }

    fn ready(self, ready: Ready) {
        let Stores {
            session,
            clock,
            notices,
            ..
        } = self.stores;
        if session.phase.with_untracked(|phase| *phase == Phase::Ready) {
            // The same engine has begun another cluster: what the terminal shows was the old one's.
            self.stores.terminal.send(TerminalEvent::Reset);
            self.stores.inspector.dock.set(Default::default());
        }
        session.kubernetes.set(ready.kubernetes);
        session.home.set(ready.home);
        session.phase.set(Phase::Ready);
        clock.started.set(ready.started);
        if !ready.lost.is_empty() {
            notices.show(Weight::Trouble, ready.lost);
        }
        self.inner.quietly(|inner| inner.failures = 0);
        // The editor's tabs as they were left, with the one in front first: the first to arrive comes to the front.
        for path in drafts::open_files() {
            self.read_quietly(path);
        }
    }

    /// The list of files; those that are open are read again when they have changed.
    fn take_files(self, entries: Vec<FileEntry>) {
        let files = self.stores.files;
        let changed = files.entries.with_untracked(|old| {
            let is_new = |entry: &&FileEntry| {
                let known = old.iter().find(|old| old.path == entry.path);
                known.is_some_and(|old| old.version != entry.version)
            };
            let paths = entries
                .iter()
                .filter(is_new)
                .map(|entry| entry.path.clone());
            paths.collect::<Vec<String>>()
        });
        files.entries.set(entries);
        for path in changed {
            if files.tab_untracked(&path).is_some() {
                self.read_quietly(path);
            }
        }
    }

    fn read_quietly(self, path: String) {
        self.inner.quietly(|inner| inner.quiet.push(path.clone()));
        self.send(ToEngine::ReadFile(path));
    }

    fn take_file(self, path: String, text: Result<String, String>) {
        let files = self.stores.files;
        let quiet = self.inner.quietly(|inner| {
            let place = inner.quiet.iter().position(|quiet| *quiet == path);
            place.map(|place| inner.quiet.remove(place)).is_some()
        });
        let text = match text {
            Ok(text) => text,
            // Never saved, or removed meanwhile: what was written is there all the same.
            Err(_) if drafts::get(&path).is_some() => String::new(),
            Err(error) if !quiet => return self.stores.notices.show(Weight::Trouble, error),
            Err(_) => return,
        };
        if !quiet {
            return self.open_tab(Tab::new(path, text));
        }
        match files.tab_untracked(&path) {
            Some(_) => files.change(&path, |tab| tab.saved = text),
            None => {
                files
                    .tabs
                    .update(|tabs| tabs.push(Tab::new(path.clone(), text)));
                if files.active.with_untracked(Option::is_none) {
                    files.active.set(Some(path));
                }
            }
        }
    }

    /// Brings a file to the editor's front; a tab with unsaved text keeps it.
    fn open_tab(self, tab: Tab) {
        let files = self.stores.files;
        let path = tab.path.clone();
        match files.tab_untracked(&path) {
            Some(_) => files.change(&path, |old| {
                old.waiting = tab.waiting;
                old.saved = tab.saved;
            }),
            None => files.tabs.update(|tabs| tabs.push(tab)),
        }
        files.active.set(Some(path));
        files.grab.set(true);
        self.stores.layout.show(PhoneTab::Editor);
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
        let text = if forget(failures) == Boot::FILES_ONLY {
            "The engine stopped on an error of its own, again and again. A new cluster starts with your files."
        } else {
            "The engine stopped on an error of its own. Your cluster is being brought back to how it was before the \
             last command; your files are kept."
        };
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

/// How many commands to leave out after so many failures in a row.
fn forget(failures: u32) -> u16 {
    if failures >= ATTEMPTS {
        return Boot::FILES_ONLY;
    }
    u16::try_from(failures).unwrap_or(Boot::FILES_ONLY)
}

/// The bridge, from within a component.
pub fn bridge() -> Bridge {
    expect_context::<Bridge>()
}

/// The stores and the bridge, which most components want together.
pub fn page() -> (Stores, Bridge) {
    (stores(), bridge())
}
