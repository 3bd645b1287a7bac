//! `[[ … ]]`, and the tests of files that it shares with `test`.

use os::{Node, Proc};

use super::{Flow, Shell};
use crate::expand::Expanding;
use crate::syntax::ast::Cond;
use crate::vars::Value;

impl Shell {
    /// Evaluates to an exit status: 0 true, 1 false, 2 an error.
    pub(super) fn evaluate_cond<'a>(&'a mut self, cond: &'a Cond) -> Expanding<'a, i32> {
        Box::pin(async move {
            Ok(match cond {
                Cond::Word(word) => {
                    let text = self.expand_single(word).await?;
                    self.trace_cond(&["-n", &text]).await;
                    i32::from(text.is_empty())
                }
                Cond::Not(inner) => match self.evaluate_cond(inner).await? {
                    0 => 1,
                    1 => 0,
                    error => error,
                },
                Cond::And(left, right) => match self.evaluate_cond(left).await? {
                    0 => self.evaluate_cond(right).await?,
                    failed => failed,
                },
                Cond::Or(left, right) => match self.evaluate_cond(left).await? {
                    1 => self.evaluate_cond(right).await?,
                    done => done,
                },
                Cond::Unary(op, word) => {
                    let text = self.expand_single(word).await?;
                    self.trace_cond(&[op, &text]).await;
                    i32::from(!self.unary_test(op, &text))
                }
                Cond::Binary(left, op, right) => {
                    let left = self.expand_single(left).await?;
                    if self.options.xtrace {
                        let literal = right.literal().map(str::to_owned);
                        let right = match literal {
                            Some(text) => text,
                            None => self.expand_single(right).await?,
                        };
                        self.trace_cond(&[&left, op, &right]).await;
                    }
                    match &**op {
                        "==" | "=" | "!=" => {
                            let pattern = self.expand_cond_pattern(right).await?;
                            let left = self.fold(left);
                            i32::from(pattern.matches(&left) == (&**op == "!="))
                        }
                        "=~" => {
                            let source = self.expand_regex(right).await?;
                            self.match_regex(&left, &source).await
                        }
                        "<" | ">" => {
                            let right = self.expand_single(right).await?;
                            let less = left < right;
                            let greater = left > right;
                            i32::from(if &**op == "<" { !less } else { !greater })
                        }
                        "-nt" | "-ot" | "-ef" => {
                            let right = self.expand_single(right).await?;
                            i32::from(!file_compare(&self.proc, op, &left, &right))
                        }
                        op => {
                            let right = self.expand_single(right).await?;
                            let a = self.evaluate(&left, "[[: ").await;
                            let b = match &a {
                                Ok(_) => self.evaluate(&right, "[[: ").await,
                                Err(_) => return Ok(1),
                            };
                            match (a, b) {
                                (Ok(a), Ok(b)) => i32::from(!compare(op, a, b)),
                                _ => 1,
                            }
                        }
                    }
                }
            })
        })
    }

    async fn trace_cond(&mut self, words: &[&str]) {
        if self.options.xtrace {
            let words: Vec<&str> = words
                .iter()
                .map(|word| if word.is_empty() { "''" } else { *word })
                .collect();
            let text = format!("[[ {} ]]", words.join(" "));
            self.trace_line(&text).await;
        }
    }

    /// `-n`, `-z`, `-v`, `-o` and the tests of files.
    pub(crate) fn unary_test(&mut self, op: &str, text: &str) -> bool {
        match op {
            "-n" => !text.is_empty(),
            "-z" => text.is_empty(),
            "-v" => match text.split_once('[') {
                Some((name, key)) => {
                    let key = key.trim_end_matches(']');
                    crate::arith::Scope::get_element(&self.vars, name, key).is_some()
                }
                None => self
                    .vars
                    .var(text)
                    .is_some_and(|var| var.value != Value::Unset),
            },
            "-o" => self.option(text).unwrap_or(false),
            "-R" => false,
            op => file_test(&self.proc, op, text),
        }
    }

    /// The text of a regular expression: what was quoted loses its special meaning.
    async fn expand_regex(&mut self, word: &crate::syntax::ast::Word) -> Result<String, Flow> {
        let pieces = self
            .expand_pieces(word, crate::expand::Mode::Single)
            .await?;
        let mut out = String::new();
        for piece in pieces {
            if let crate::expand::Piece::Text { text, quoted, .. } = piece {
                if quoted {
                    for c in text.chars() {
                        if "\\.[]{}()*+?^$|".contains(c) {
                            out.push('\\');
                        }
                        out.push(c);
                    }
                } else {
                    out.push_str(&text);
                }
            }
        }
        Ok(out)
    }

    async fn match_regex(&mut self, text: &str, source: &str) -> i32 {
        let options = crate::regex::Options {
            extended: true,
            ignore_case: self.options.nocasematch,
            dot_all: true,
            ..Default::default()
        };
        let Ok(regex) = crate::regex::Regex::new(source, options) else {
            return 2;
        };
        let mut groups = std::collections::BTreeMap::new();
        let matched = match regex.captures(text) {
            Some(captures) => {
                for (at, group) in captures.iter().enumerate() {
                    groups.insert(at as i64, group.clone().unwrap_or_default());
                }
                true
            }
            None => false,
        };
        self.vars.entry("BASH_REMATCH").value = Value::Indexed(groups);
        i32::from(!matched)
    }
}

/// `-eq` and its kin.
pub(crate) fn compare(op: &str, a: i64, b: i64) -> bool {
    match op {
        "-eq" => a == b,
        "-ne" => a != b,
        "-lt" => a < b,
        "-le" => a <= b,
        "-gt" => a > b,
        _ => a >= b,
    }
}

/// `-f`, `-d` and the other tests of files.
pub(crate) fn file_test(proc: &Proc, op: &str, path: &str) -> bool {
    if op == "-t" {
        return path.parse().is_ok_and(|fd| proc.is_tty(fd));
    }
    let cred = proc.cred();
    let full = proc.absolute(path);
    let stat = if op == "-h" || op == "-L" {
        proc.vfs().lstat(&cred, &full)
    } else {
        proc.vfs().stat(&cred, &full)
    };
    let Ok(stat) = stat else {
        return false;
    };
    let inode = &stat.inode;
    match op {
        "-e" | "-a" => true,
        "-f" => matches!(inode.node, Node::File(_)),
        "-d" => inode.is_dir(),
        "-h" | "-L" => matches!(inode.node, Node::Symlink(_)),
        "-c" => matches!(inode.node, Node::Device(_)),
        "-s" => inode.size() > 0,
        "-r" => cred.allows(inode, 4),
        "-w" => cred.allows(inode, 2),
        "-x" => cred.allows(inode, 1),
        "-u" => inode.mode & 0o4000 != 0,
        "-g" => inode.mode & 0o2000 != 0,
        "-k" => inode.mode & 0o1000 != 0,
        "-O" => inode.uid == cred.uid,
        "-G" => inode.gid == cred.gid,
        _ => false,
    }
}

/// `-nt`, `-ot`, `-ef`
pub(crate) fn file_compare(proc: &Proc, op: &str, left: &str, right: &str) -> bool {
    let cred = proc.cred();
    let stat = |path: &str| proc.vfs().stat(&cred, &proc.absolute(path)).ok();
    match (op, stat(left), stat(right)) {
        ("-nt", Some(a), Some(b)) => a.inode.mtime > b.inode.mtime,
        ("-nt", Some(_), None) => true,
        ("-ot", Some(a), Some(b)) => a.inode.mtime < b.inode.mtime,
        ("-ot", None, Some(_)) => true,
        ("-ef", Some(a), Some(b)) => {
            a.path == b.path || (a.ino == b.ino && std::rc::Rc::ptr_eq(&a.inode, &b.inode))
        }
        _ => false,
    }
}
