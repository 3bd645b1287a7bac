//! Lessons that change while they are served: a thread looks at the lessons' folder, writes what has changed beside the page,
//! and says so to every page that listens (`lessons/.changes`, server-sent events; a message names the lesson).
//!
//! Looking twice a second at some hundred files costs nothing and works the same on every system. Not here: anything but
//! lessons; a change of the code needs a build.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime};

use crate::build;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How often a silent connection is spoken on, so that one that is gone is noticed.
const ALIVE: Duration = Duration::from_secs(15);
/// Where a page listens, below where the site is.
pub(super) const PATH: &str = "lessons/.changes";

/// Everything that has changed since the server was started, in order, and a bell for each more.
#[derive(Default)]
pub(crate) struct Changes {
    lessons: Mutex<Vec<String>>,
    bell: Condvar,
}

impl Changes {
    /// Begins to look; the lessons of `folder` go into `site`.
    pub(super) fn watch(folder: PathBuf, site: PathBuf) -> Arc<Self> {
        let changes = Arc::new(Self::default());
        let own = changes.clone();
        std::thread::spawn(move || {
            let mut known = stamps(&folder);
            loop {
                std::thread::sleep(LOOK);
                let now = stamps(&folder);
                let changed = changed(&known, &now);
                if changed.is_empty() {
                    continue;
                }
                known = now;
                match build::lessons::write_from(&folder, &site) {
                    Ok(()) => own.say(changed),
                    // An editor may be in the middle of it, or its author.
                    Err(error) => println!("lessons: {error:#}"),
                }
            }
        });
        changes
    }

    fn say(&self, lessons: Vec<String>) {
        println!("lessons: {} changed", lessons.join(", "));
        if let Ok(mut known) = self.lessons.lock() {
            known.extend(lessons);
        }
        self.bell.notify_all();
    }

    /// Tells a page what changes from now on, until it goes away.
    pub(super) fn tell(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n: listening\n\n",
        )?;
        let mut told = self.lessons.lock().map_or(0, |lessons| lessons.len());
        loop {
            let Ok(lessons) = self.lessons.lock() else {
                return Ok(());
            };
            let nothing_new = |lessons: &mut Vec<String>| lessons.len() == told;
            let Ok((lessons, _)) = self.bell.wait_timeout_while(lessons, ALIVE, nothing_new) else {
                return Ok(());
            };
            let mut news: String = lessons[told..]
                .iter()
                .map(|lesson| format!("data: {lesson}\n\n"))
                .collect();
            told = lessons.len();
            drop(lessons);
            if news.is_empty() {
                news.push_str(":\n\n");
            }
            stream.write_all(news.as_bytes())?;
            stream.flush()?;
        }
    }
}

/// When each file below a folder was written, and its length.
type Stamps = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

fn stamps(root: &Path) -> Stamps {
    let mut found = Stamps::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(about) if about.is_dir() => folders.push(entry.path()),
                Ok(about) => {
                    let path = entry.path();
                    let path = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                    found.insert(path, (about.modified().ok(), about.len()));
                }
                Err(_) => {}
            }
        }
    }
    found
}

/// The lessons, `track/slug`, whose files differ.
fn changed(before: &Stamps, now: &Stamps) -> Vec<String> {
    let differs = |path: &&PathBuf| before.get(*path) != now.get(*path);
    let paths = before.keys().chain(now.keys()).filter(differs);
    let mut lessons: Vec<String> = paths
        .map(|path| {
            let parts = path.iter().take(2).map(|part| part.to_string_lossy());
            parts.collect::<Vec<_>>().join("/")
        })
        .collect();
    lessons.sort();
    lessons.dedup();
    lessons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_listens_is_told() {
        use std::io::Read;
        let changes = Arc::new(Changes::default());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut page = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        page.set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let (stream, _) = listener.accept().unwrap();
        let own = changes.clone();
        std::thread::spawn(move || own.tell(&stream));
        let mut heard = String::new();
        let mut wait_for = |text: &str| {
            let mut buffer = [0; 256];
            while !heard.contains(text) {
                let read = page.read(&mut buffer).unwrap();
                assert!(read > 0, "{heard}");
                heard.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
        };
        wait_for("text/event-stream\r\n");
        wait_for(": listening\n\n");
        // It may only just be about to wait; what it has not heard yet is said then.
        std::thread::sleep(Duration::from_millis(100));
        changes.say(vec!["pods/01-a".into(), "pods/02-b".into()]);
        wait_for("data: pods/01-a\n\ndata: pods/02-b\n\n");
    }

    #[test]
    fn a_changed_a_new_and_a_missing_file_name_their_lessons() {
        let stamps = |files: &[(&str, u64)]| -> Stamps {
            let files = files.iter();
            files
                .map(|(path, length)| (PathBuf::from(path), (None, *length)))
                .collect()
        };
        let before = stamps(&[
            ("pods/01-a/text.md", 1),
            ("pods/01-a/lesson.yaml", 1),
            ("pods/02-b/text.md", 1),
            ("pods/03-c/files/x.yml", 1),
        ]);
        let now = stamps(&[
            ("pods/01-a/text.md", 2),
            ("pods/01-a/lesson.yaml", 1),
            ("pods/02-b/text.md", 1),
            ("pods/04-d/text.md", 1),
        ]);
        assert_eq!(
            changed(&before, &now),
            ["pods/01-a", "pods/03-c", "pods/04-d"]
        );
        assert!(changed(&now, &now).is_empty());
    }
}
