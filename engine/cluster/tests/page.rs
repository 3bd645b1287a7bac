//! The page's engine, driven by messages as the page drives it.

#![allow(
    clippy::disallowed_methods,
    reason = "a test reads the lessons' files, which the page would fetch"
)]

use std::{collections::BTreeMap, path::Path};

use cluster::PageEngine;
use view::{
    Advance, Boot, Engine, FromEngine, LessonProgress, LessonSource, Log, Time, ToEngine, ViewPatch,
};

/// An engine and what it has said that the page keeps.
struct Page {
    engine: PageEngine,
    log: Vec<String>,
    output: String,
    progress: LessonProgress,
}

impl Page {
    fn boot(boot: Boot) -> Page {
        let mut page = Page::boot_quietly(boot);
        page.until(|message| matches!(message, FromEngine::Prompt(_) | FromEngine::Edit(_)));
        page
    }

    /// Boots, and leaves everything that is said to be heard.
    fn boot_quietly(boot: Boot) -> Page {
        let mut page = Page {
            engine: PageEngine::new(sim::Time::from_secs(1_000_000)),
            log: boot.log.clone(),
            output: String::new(),
            progress: LessonProgress::default(),
        };
        page.engine.handle(ToEngine::Boot(boot));
        page
    }

    fn new() -> Page {
        Page::boot(Boot {
            seed: 7,
            nodes: 3,
            columns: 80,
            rows: 24,
            ..Boot::default()
        })
    }

    /// The same cluster in another engine, as after a reload or a failure.
    fn again(&self, forget: u16) -> Page {
        Page::boot(Boot {
            log: self.log.clone(),
            forget,
            columns: 80,
            rows: 24,
            ..Boot::default()
        })
    }

    /// Runs until something wanted is said, and returns that.
    fn until(&mut self, wanted: impl Fn(&FromEngine) -> bool) -> FromEngine {
        let mut found = None;
        for _ in 0..20_000 {
            for message in self.engine.drain() {
                match &message {
                    FromEngine::Saved(change) => Log::apply(change.clone(), &mut self.log),
                    FromEngine::Output(bytes) => {
                        self.output.push_str(&String::from_utf8_lossy(&bytes.0));
                    }
                    FromEngine::Progress(progress) => self.progress = progress.clone(),
                    _ => {}
                }
                if wanted(&message) {
                    found.get_or_insert(message);
                }
            }
            if let Some(found) = found {
                return found;
            }
            let until = self.engine.next_due().unwrap_or_else(|| self.engine.now());
            let until = until.max(self.engine.now());
            let _: Advance = self.engine.advance(until, 1000);
        }
        panic!("it is never said; the terminal shows:\n{}", self.output);
    }

    fn run(&mut self, line: &str) -> String {
        self.output.clear();
        self.engine.handle(ToEngine::Line(line.into()));
        self.until(|message| matches!(message, FromEngine::Prompt(_)));
        self.output.clone()
    }

    fn complete(&mut self, line: &str) -> Vec<String> {
        let cursor = u32::try_from(line.len()).expect("short");
        let (id, line) = (1, line.to_owned());
        self.engine.handle(ToEngine::Complete { id, line, cursor });
        match self.until(|message| matches!(message, FromEngine::Completions(_))) {
            FromEngine::Completions(list) => {
                list.candidates.into_iter().map(|c| c.insert).collect()
            }
            other => panic!("not asked for: {other:?}"),
        }
    }
}

#[test]
fn tab_knows_what_kubectl_knows() {
    let mut page = Page::new();
    page.run("kubectl create -f example-pod.yml");
    for (line, want) in [
        ("kubectl desc", &["describe "][..]),
        ("k get node", &["nodes "]),
        ("kubectl get deploy", &["deployments.apps "]),
        (
            "kubectl describe no node-",
            &["node-1 ", "node-2 ", "node-3 "],
        ),
        ("kubectl delete pod/ex", &["pod/example-pod "]),
        ("kubectl logs ex", &["example-pod "]),
        ("kubectl logs example-pod -c ", &["web "]),
        ("kubectl get po -n kube-s", &["kube-system "]),
        ("kubectl get po -o y", &["yaml "]),
        ("kubectl get po --all-n", &["--all-namespaces "]),
        ("kubectl rollout stat", &["status "]),
        ("kubectl create -f exam", &["example-pod.yml "]),
    ] {
        assert_eq!(page.complete(line), want, "{line}");
    }
}

#[test]
fn a_cluster_comes_back_without_its_last_command_but_with_its_files() {
    let mut page = Page::new();
    page.run("kubectl create -f example-pod.yml");
    page.run("touch last");
    page.engine.handle(ToEngine::WriteFile {
        path: "/root/kept.txt".into(),
        text: "kept\n".into(),
    });
    page.run("true");
    let mut same = page.again(0);
    assert!(same.run("ls").contains("last"));

    let mut before = page.again(2);
    let listed = before.run("ls");
    assert!(
        listed.contains("kept.txt") && !listed.contains("last"),
        "{listed}"
    );
    assert!(before.run("kubectl get pods").contains("example-pod"));
    // The log is replaced by what was brought back, so that it comes back once more.
    assert!(!before.log.iter().any(|entry| entry.contains("touch last")));
    let listed = before.again(0).run("ls");
    assert!(
        listed.contains("kept.txt") && !listed.contains("last"),
        "{listed}"
    );

    let mut new = page.again(Boot::FILES_ONLY);
    assert!(new.run("kubectl get pods").contains("No resources found"));
    assert_eq!(new.run("cat kept.txt"), "kept\r\n");
}

#[test]
fn a_log_that_breaks_off_is_replaced_by_what_could_be_read() {
    let mut page = Page::new();
    page.run("touch one");
    page.log.push("garbage".into());
    let mut again = page.again(0);
    again.run("touch two");
    let mut third = again.again(0);
    let listed = third.run("ls");
    assert!(listed.contains("one") && listed.contains("two"), "{listed}");
}

#[test]
fn an_editor_that_was_open_opens_again() {
    let mut page = Page::new();
    page.engine.handle(ToEngine::Line("vi notes.txt".into()));
    page.until(|message| matches!(message, FromEngine::Edit(_)));
    let at = page.engine.now().plus_micros(5 * Time::SECOND);
    let _ = page.engine.advance(at, 1_000_000);
    page.until(|message| matches!(message, FromEngine::Saved(_)));
    let mut again = Page::boot(Boot {
        log: page.log.clone(),
        columns: 80,
        rows: 24,
        ..Boot::default()
    });
    let text = Some("written\n".into());
    again.engine.handle(ToEngine::EditDone { id: 1, text });
    again.until(|message| matches!(message, FromEngine::Prompt(_)));
    assert_eq!(again.run("cat notes.txt"), "written\r\n");
}

/// The files of a lesson of the `lessons` folder.
fn source(id: &str) -> LessonSource {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../lessons")
        .join(id);
    let mut files = Vec::new();
    for path in ["lesson.yaml", "text.md", "files/example-pod.yml"] {
        if let Ok(text) = std::fs::read_to_string(folder.join(path)) {
            files.push((path.to_owned(), text));
        }
    }
    LessonSource {
        id: id.into(),
        files,
        ..LessonSource::default()
    }
}

impl Page {
    /// Runs until so many steps of the open lesson are done.
    fn until_done(&mut self, steps: u32) {
        while self.progress.current < steps {
            self.until(|message| matches!(message, FromEngine::Progress(_)));
        }
    }
}

#[test]
fn a_lesson_is_where_it_was_after_a_reload_without_its_files_being_fetched_again() {
    let mut page = Page::new();
    page.engine
        .handle(ToEngine::OpenLesson(source("pods/01-first-pod")));
    match page.until(|message| matches!(message, FromEngine::Lesson(_))) {
        FromEngine::Lesson(Some(lesson)) => assert_eq!(lesson.steps[0].id, "create"),
        other => panic!("no lesson: {other:?}"),
    }
    page.run("kubectl create -f example-pod.yml");
    page.until_done(1);
    // What is done stays done, also when a later command undoes it.
    page.run("kubectl delete pod example-pod --now");
    page.until(|message| matches!(message, FromEngine::Saved(_)));
    let mut again = Page::boot_quietly(Boot {
        log: page.log.clone(),
        columns: 80,
        rows: 24,
        ..Boot::default()
    });
    match again.until(|message| matches!(message, FromEngine::Lesson(_))) {
        FromEngine::Lesson(Some(lesson)) => assert_eq!(lesson.card.id, "pods/01-first-pod"),
        other => panic!("no lesson: {other:?}"),
    }
    assert!(again.progress.current >= 1, "{:?}", again.progress);
}

#[test]
fn a_lesson_that_is_not_right_is_refused_and_the_open_one_stays() {
    let mut page = Page::new();
    page.engine
        .handle(ToEngine::OpenLesson(source("pods/01-first-pod")));
    page.until(|message| matches!(message, FromEngine::Lesson(Some(_))));
    let mut broken = source("pods/03-crash-loop");
    broken.files.retain(|(path, _)| path != "text.md");
    page.engine.handle(ToEngine::OpenLesson(broken));
    match page.until(|message| matches!(message, FromEngine::LessonRefused { .. })) {
        FromEngine::LessonRefused { id, errors } => {
            assert_eq!(id, "pods/03-crash-loop");
            assert_eq!(errors, ["pods/03-crash-loop/text.md: is missing"]);
        }
        other => panic!("not refused: {other:?}"),
    }
    page.run("kubectl create -f example-pod.yml");
    page.until_done(1);
    // Nor do its author's mistakes end it, and nobody hears of them again.
    let mut worse = source("pods/01-first-pod");
    for (path, text) in &mut worse.files {
        if path == "lesson.yaml" {
            *text = text.replace("solution:", "solutions:");
        }
    }
    page.engine.handle(ToEngine::ReloadLesson(worse));
    match page.until(|message| matches!(message, FromEngine::LessonRefused { .. })) {
        FromEngine::LessonRefused { errors, .. } => {
            let known =
                "pods/01-first-pod/lesson.yaml: line 8: unknown field `solutions`, expected one of";
            assert!(errors[0].starts_with(known), "{errors:?}");
        }
        other => panic!("not refused: {other:?}"),
    }
    page.until(|message| matches!(message, FromEngine::Saved(_)));
    let log = page.log.join("\n");
    assert!(!log.contains("03-crash-loop") && !log.contains("solutions:"));
}

#[test]
fn ssh_gives_a_shell_on_a_node() {
    let mut page = Page::new();
    page.engine.handle(ToEngine::Line("ssh node-1".into()));
    for (keys, shown) in [
        ("", "# "),
        ("hostname\r", "node-1\r\n"),
        ("systemctl is-active kubelet\r", "active\r\n"),
    ] {
        page.engine
            .handle(ToEngine::Keys(view::Bytes(keys.as_bytes().to_vec())));
        for _ in 0..50 {
            if page.output.contains(shown) {
                break;
            }
            page.until(|message| matches!(message, FromEngine::Output(_)));
        }
        assert!(page.output.contains(shown), "{}", page.output);
    }
    page.engine
        .handle(ToEngine::Keys(view::Bytes(b"exit\r".to_vec())));
    page.until(|message| matches!(message, FromEngine::Prompt(_)));
    assert!(
        page.output.contains("Connection to node-1 closed."),
        "{}",
        page.output
    );
    assert_eq!(page.run("hostname"), "tabernetes\r\n");
}

impl Page {
    /// Runs until the open lesson's first steps are so: `x` done, `s` skipped, `.` open.
    fn until_ticked(&mut self, wanted: &str) {
        self.until(|message| {
            let FromEngine::Progress(progress) = message else {
                return false;
            };
            let tick = |step: &view::StepProgress| match (step.done, step.skipped) {
                (_, true) => 's',
                (true, false) => 'x',
                (false, false) => '.',
            };
            let ticks: String = progress.steps.iter().map(tick).collect();
            ticks.trim_end_matches('.') == wanted
        });
    }
}

#[test]
fn a_step_is_skipped_and_begun_again() {
    let mut page = Page::new();
    page.run("touch before");
    page.engine
        .handle(ToEngine::OpenLesson(source("pods/01-first-pod")));
    page.until(|message| matches!(message, FromEngine::Prompt(_)));
    assert!(
        !page.run("ls").contains("before"),
        "a lesson begins in a cluster of its own"
    );
    page.engine.handle(ToEngine::SkipStep);
    page.until_ticked("s");
    assert!(page.run("kubectl get pods").contains("example-pod"));
    page.until_done(2);
    page.run("kubectl delete pod example-pod --now; touch later");

    // The second step again: the Pod is back, what came later is not, and the page's log is what it came from.
    page.engine.handle(ToEngine::RestartStep(1));
    page.until_ticked("s");
    let listed = page.run("ls; kubectl get pods");
    assert!(
        listed.contains("example-pod ") && !listed.contains("later"),
        "{listed}"
    );
    let mut same = page.again(0);
    assert!(same.run("kubectl get pods").contains("example-pod"));
    // A step that has not begun cannot be begun again.
    page.engine.handle(ToEngine::RestartStep(9));
    assert!(page.run("kubectl get pods").contains("example-pod"));
}

/// The server remembers a bounded number of changes. Someone who looks rarely must not be sent everything anew for that.
#[test]
fn a_page_that_looks_rarely_at_a_busy_cluster_is_told_only_what_changed() {
    let mut page = Page::boot(Boot {
        seed: 7,
        nodes: 20,
        columns: 80,
        rows: 24,
        ..Boot::default()
    });
    page.run("kubectl create deployment web --image=nginx --replicas=1000");
    let until = page.engine.now().plus_micros(60 * Time::SECOND);
    while page.engine.advance(until, 20) == Advance::Spent {}

    let mut told = BTreeMap::new();
    for message in page.engine.drain() {
        if let FromEngine::Patch(patches) = message {
            for patch in patches {
                assert_ne!(patch, ViewPatch::Reset);
                if let ViewPatch::Pod(pod) = patch {
                    let times: &mut u32 = told.entry(pod.name.clone()).or_default();
                    *times += 1;
                }
            }
        }
    }
    let web: Vec<u32> = told
        .iter()
        .filter(|(name, _)| name.starts_with("web-"))
        .map(|(_, times)| *times)
        .collect();
    assert_eq!(web, [1; 1000]);
}
