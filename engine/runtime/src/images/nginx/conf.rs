//! nginx's configuration, as far as it decides what is served where.
//!
//! Understood: `include`, `http`, `server` with `listen` and `root`, `location` with `root`, `alias` and `return`.
//! Other directives are accepted and have no effect; proxying is not there.

use std::cell::RefCell;
use std::rc::Rc;

use os::{Cred, Proc};

/// What a location does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Answers with a status and a text.
    Return(u16, String),
    /// Sends the client elsewhere.
    Redirect(u16, String),
    /// Serves files below a directory.
    Root(String),
}

/// A virtual server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Server {
    /// Where files are, unless a location says otherwise.
    pub(super) root: String,
    /// Modifier, path, and what is done there.
    locations: Vec<(String, String, Option<Action>)>,
}

/// The servers by port, the first of each port only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conf {
    pub(super) servers: Vec<(u16, Rc<Server>)>,
}

/// A configuration, and all that was read for it.
struct Known {
    reads: Vec<Read>,
    conf: Rc<Conf>,
}

/// A look into the file system.
#[derive(PartialEq, Eq)]
enum Read {
    /// What a file held.
    File(String, Rc<Vec<u8>>),
    /// What a pattern named.
    Names(String, Vec<String>),
}

thread_local! {
    /// The one that was read last: the next pod's is mostly the same.
    static LAST: RefCell<Option<Known>> = const { RefCell::new(None) };
}

impl Known {
    /// Whether reading it would find the same.
    fn is_of(&self, proc: &Proc) -> bool {
        self.reads.iter().all(|read| match read {
            Read::File(path, text) => {
                let found = file(proc, path);
                found.is_ok_and(|found| Rc::ptr_eq(&found, text) || found == *text)
            }
            Read::Names(pattern, names) => matching(proc, pattern) == *names,
        })
    }
}

/// A directive: its words, and the directives in its block if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Directive {
    words: Vec<String>,
    block: Option<Vec<Directive>>,
}

impl Conf {
    /// Reads `/etc/nginx/nginx.conf` and what it includes.
    pub(super) fn read(proc: &Proc) -> Result<Rc<Self>, String> {
        let known = LAST.with_borrow(|last| {
            let known = last.as_ref().filter(|known| known.is_of(proc));
            known.map(|known| Rc::clone(&known.conf))
        });
        if let Some(known) = known {
            return Ok(known);
        }
        let mut conf = Self::default();
        let mut reads = Vec::new();
        let directives = load(proc, "/etc/nginx/nginx.conf", 0, &mut reads)?;
        for directive in directives.iter().filter(|d| d.is("http")) {
            for server in directive.inside().iter().filter(|d| d.is("server")) {
                conf.add(server)?;
            }
        }
        let conf = Rc::new(conf);
        let known = Known {
            reads,
            conf: Rc::clone(&conf),
        };
        LAST.set(Some(known));
        Ok(conf)
    }

    fn add(&mut self, directive: &Directive) -> Result<(), String> {
        let mut server = Server {
            root: "/etc/nginx/html".to_owned(),
            ..Server::default()
        };
        let mut ports = Vec::new();
        for inner in directive.inside() {
            match inner.words.first().map(String::as_str) {
                Some("listen") => ports.push(port(inner.word(1))?),
                Some("root") => inner.word(1).clone_into(&mut server.root),
                Some("location") => server.locations.push(location(inner)?),
                Some("return") => {
                    let everything = (String::new(), "/".to_owned(), Some(returned(inner)?));
                    server.locations.push(everything);
                }
                _ => {}
            }
        }
        if ports.is_empty() {
            ports.push(80);
        }
        let server = Rc::new(server);
        for port in ports {
            if !self.servers.iter().any(|(known, _)| *known == port) {
                self.servers.push((port, Rc::clone(&server)));
            }
        }
        Ok(())
    }
}

impl Server {
    /// What is done with a path: an exact location first, then the longest prefix.
    pub(super) fn action(&self, path: &str) -> Option<&Action> {
        let exact = self
            .locations
            .iter()
            .find(|(modifier, place, _)| modifier == "=" && place == path);
        let prefix = self
            .locations
            .iter()
            .filter(|(modifier, place, _)| {
                matches!(modifier.as_str(), "" | "^~") && path.starts_with(place.as_str())
            })
            .max_by_key(|(_, place, _)| place.len());
        exact.or(prefix)?.2.as_ref()
    }
}

impl Directive {
    fn is(&self, name: &str) -> bool {
        self.words.first().is_some_and(|word| word == name)
    }

    fn word(&self, index: usize) -> &str {
        self.words.get(index).map_or("", String::as_str)
    }

    fn inside(&self) -> &[Self] {
        self.block.as_deref().unwrap_or_default()
    }
}

fn location(directive: &Directive) -> Result<(String, String, Option<Action>), String> {
    let (modifier, path) = match directive.words.len() {
        2 => ("", directive.word(1)),
        _ => (directive.word(1), directive.word(2)),
    };
    let mut action = None;
    for inner in directive.inside() {
        match inner.words.first().map(String::as_str) {
            Some("root") => action = Some(Action::Root(inner.word(1).to_owned())),
            Some("alias") => {
                let dir = inner.word(1).trim_end_matches('/');
                let root = dir.strip_suffix(path.trim_end_matches('/')).unwrap_or(dir);
                action = Some(Action::Root(root.to_owned()));
            }
            Some("return") => action = Some(returned(inner)?),
            _ => {}
        }
    }
    Ok((modifier.to_owned(), path.to_owned(), action))
}

fn returned(directive: &Directive) -> Result<Action, String> {
    let first = directive.word(1);
    let Ok(status) = first.parse::<u16>() else {
        return Ok(Action::Redirect(302, first.to_owned()));
    };
    let text = directive.word(2).replace("\\n", "\n");
    Ok(match status {
        301 | 302 | 303 | 307 | 308 => Action::Redirect(status, text),
        _ => Action::Return(status, text),
    })
}

fn port(listen: &str) -> Result<u16, String> {
    let digits = listen.rsplit(':').next().unwrap_or(listen);
    digits
        .parse()
        .map_err(|_| format!("invalid port in \"{listen}\" of the \"listen\" directive"))
}

/// What a file holds.
fn file(proc: &Proc, path: &str) -> Result<Rc<Vec<u8>>, String> {
    let cred = Cred::root(proc.now().as_micros());
    proc.vfs().read_file(&cred, path).map_err(|errno| {
        format!(
            "open() \"{path}\" failed ({}: {})",
            errno as i32,
            errno.text()
        )
    })
}

/// Reads a file and the files it includes, and notes what was read.
fn load(
    proc: &Proc,
    path: &str,
    depth: usize,
    reads: &mut Vec<Read>,
) -> Result<Vec<Directive>, String> {
    let text = file(proc, path)?;
    reads.push(Read::File(path.to_owned(), Rc::clone(&text)));
    let words = words(&String::from_utf8_lossy(&text));
    let mut words = words.into_iter().peekable();
    let directives = parse(&mut words, false).map_err(|error| format!("{error} in {path}"))?;
    expand(proc, directives, depth, reads)
}

/// Replaces `include` directives by what they name. A file that is not there is included as nothing when its name is
/// a pattern; `mime.types` never matters.
fn expand(
    proc: &Proc,
    directives: Vec<Directive>,
    depth: usize,
    reads: &mut Vec<Read>,
) -> Result<Vec<Directive>, String> {
    let mut out = Vec::new();
    for mut directive in directives {
        if directive.is("include") && depth < 8 {
            let pattern = os::path::join("/etc/nginx", directive.word(1));
            let names = matching(proc, &pattern);
            reads.push(Read::Names(pattern, names.clone()));
            for path in names {
                out.extend(load(proc, &path, depth + 1, reads)?);
            }
            continue;
        }
        if let Some(block) = directive.block.take() {
            directive.block = Some(expand(proc, block, depth, reads)?);
        }
        out.push(directive);
    }
    Ok(out)
}

/// The files that a pattern with a `*` in its last part names; a plain path names itself if it is there.
fn matching(proc: &Proc, pattern: &str) -> Vec<String> {
    let cred = Cred::root(proc.now().as_micros());
    let Some((before, after)) = pattern.split_once('*') else {
        let there = proc.vfs().exists(&cred, pattern);
        return there.then(|| pattern.to_owned()).into_iter().collect();
    };
    let (dir, start) = before.rsplit_once('/').unwrap_or(("", before));
    let names = proc.vfs().read_dir(&cred, dir).unwrap_or_default();
    names
        .iter()
        .filter(|(name, _)| !name.starts_with('.'))
        .filter(|(name, _)| name.starts_with(start) && name.ends_with(after))
        .map(|(name, _)| format!("{dir}/{name}"))
        .collect()
}

/// Splits a configuration into words; `{`, `}` and `;` are words of their own, quoted text is one word (marked by a
/// leading quote so that it is never taken for punctuation).
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars();
    let end = |word: &mut String, out: &mut Vec<String>| {
        if !word.is_empty() {
            out.push(std::mem::take(word));
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '#' if word.is_empty() => {
                chars.by_ref().find(|c| *c == '\n');
            }
            '"' | '\'' if word.is_empty() => {
                word.push('"');
                word.extend(chars.by_ref().take_while(|next| *next != c));
                end(&mut word, &mut out);
            }
            '{' | '}' | ';' => {
                end(&mut word, &mut out);
                out.push(c.to_string());
            }
            c if c.is_whitespace() => end(&mut word, &mut out),
            c => word.push(c),
        }
    }
    end(&mut word, &mut out);
    out
}

fn parse(
    words: &mut std::iter::Peekable<std::vec::IntoIter<String>>,
    in_block: bool,
) -> Result<Vec<Directive>, String> {
    let mut directives = Vec::new();
    let mut current = Vec::new();
    while let Some(word) = words.next() {
        match word.as_str() {
            ";" => directives.push(Directive {
                words: std::mem::take(&mut current),
                block: None,
            }),
            "{" => directives.push(Directive {
                words: std::mem::take(&mut current),
                block: Some(parse(words, true)?),
            }),
            "}" if in_block && current.is_empty() => return Ok(directives),
            "}" => return Err("unexpected \"}\"".to_owned()),
            word => current.push(word.strip_prefix('"').unwrap_or(word).to_owned()),
        }
    }
    if in_block || !current.is_empty() {
        return Err("unexpected end of file, expecting \";\" or \"}\"".to_owned());
    }
    Ok(directives)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> Conf {
        let mut words = words(text).into_iter().peekable();
        let mut conf = Conf::default();
        for directive in parse(&mut words, false).expect("parses") {
            conf.add(&directive).expect("a server");
        }
        conf
    }

    #[test]
    fn reads_servers_and_locations() {
        let conf = server(
            "server { # comment\n listen 8080 default_server; listen [::]:8080; root /srv;\n\
             location / { return 200 'hi; {there}\\n'; }\n location = /x { return 404; }\n\
             location /static/ { alias /data/static/; } location /go { return 301 /y; } }",
        );
        let [(8080, server)] = &conf.servers[..] else {
            panic!("{conf:?}");
        };
        assert_eq!(server.root, "/srv");
        let hi = Action::Return(200, "hi; {there}\n".to_owned());
        assert_eq!(server.action("/a"), Some(&hi));
        let missing = Action::Return(404, String::new());
        assert_eq!(server.action("/x"), Some(&missing));
        let files = Action::Root("/data".to_owned());
        assert_eq!(server.action("/static/a.css"), Some(&files));
        let moved = Action::Redirect(301, "/y".to_owned());
        assert_eq!(server.action("/go"), Some(&moved));
    }

    #[test]
    fn refuses_broken_blocks() {
        for text in ["server {", "server { listen 80 }", "}", "listen 80"] {
            let mut words = words(text).into_iter().peekable();
            assert!(parse(&mut words, false).is_err(), "{text}");
        }
    }
}
