//! `find`

use os::{Node, Proc, Stat, path};

use crate::pattern::Pattern;

/// Files that one command of `-exec … +` gets.
const MAX_BATCH: usize = 2000;

enum Test {
    Name(Pattern, bool),
    Path(Pattern),
    Type(char),
    Empty,
    Newer(i64),
    Size(i64, char, char),
    Minutes(i64, char, i64),
    Perm(u16),
    User(u32),
    True,
    Print(&'static str),
    Printf(String),
    Delete,
    Exec(Vec<String>),
    /// `-exec … +`: all files in one command, at the end.
    ExecAll(usize),
    Regex(crate::regex::Regex),
    Prune,
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
}

struct Options {
    max_depth: usize,
    min_depth: usize,
    depth_first: bool,
}

struct Parser<'a> {
    proc: &'a Proc,
    args: &'a [String],
    at: usize,
    /// Brackets that are open.
    open: usize,
    acts: bool,
    options: Options,
    batches: Vec<Batch>,
}

/// A command and the files that it gets at the end.
type Batch = (Vec<String>, Vec<String>);

impl Parser<'_> {
    fn value(&mut self, option: &str) -> Result<String, String> {
        self.at += 1;
        self.args
            .get(self.at - 1)
            .cloned()
            .ok_or_else(|| format!("missing argument to `{option}'"))
    }

    fn or(&mut self) -> Result<Test, String> {
        let mut tests = vec![self.and()?];
        while matches!(
            self.args.get(self.at).map(String::as_str),
            Some("-o" | "-or")
        ) {
            self.at += 1;
            tests.push(self.and()?);
        }
        Ok(Test::Or(tests))
    }

    fn and(&mut self) -> Result<Test, String> {
        let mut tests = Vec::new();
        while let Some(arg) = self.args.get(self.at) {
            match arg.as_str() {
                "-o" | "-or" | ")" => break,
                "-a" | "-and" => self.at += 1,
                _ => tests.push(self.test(0)?),
            }
        }
        Ok(Test::And(tests))
    }

    fn test(&mut self, depth: usize) -> Result<Test, String> {
        let option = self
            .args
            .get(self.at)
            .cloned()
            .ok_or("expected an expression after `!'")?;
        self.at += 1;
        let sign = |text: &str| {
            text.chars()
                .next()
                .filter(|c| "+-".contains(*c))
                .unwrap_or('=')
        };
        let number = |text: &str| {
            text.trim_start_matches(['+', '-'])
                .parse::<i64>()
                .map_err(|_| format!("invalid argument `{text}' to `{option}'"))
        };
        Ok(match option.as_str() {
            "!" | "-not" if depth < 50 => Test::Not(Box::new(self.test(depth + 1)?)),
            "(" if depth < 50 && self.open < 50 => {
                self.open += 1;
                let inner = self.or()?;
                self.open -= 1;
                if self.args.get(self.at).map(String::as_str) != Some(")") {
                    return Err(
                        "invalid expression; expected to find a ')' but didn't see one.".into(),
                    );
                }
                self.at += 1;
                inner
            }
            "-name" => Test::Name(Pattern::from_text(&self.value("-name")?), false),
            "-iname" => Test::Name(
                Pattern::from_text(&self.value("-iname")?.to_lowercase()),
                true,
            ),
            "-regex" | "-iregex" => {
                let ignore_case = self.args[self.at - 1] == "-iregex";
                let options = crate::regex::Options {
                    line: true,
                    ignore_case,
                    ..Default::default()
                };
                Test::Regex(crate::regex::Regex::new(&self.value("-regex")?, options)?)
            }
            "-path" | "-wholename" => Test::Path(Pattern::from_text(&self.value("-path")?)),
            "-type" => {
                let kind = self.value("-type")?;
                let known = |part: &str| part.len() == 1 && "fdlcbps".contains(part);
                if !kind.split(',').all(known) {
                    return Err(format!("Unknown argument to -type: {kind}"));
                }
                let kinds = kind.chars().filter(|c| *c != ',').map(Test::Type);
                Test::Or(kinds.collect())
            }
            "-empty" => Test::Empty,
            "-maxdepth" => {
                self.options.max_depth = number(&self.value("-maxdepth")?)?.max(0) as usize;
                Test::True
            }
            "-mindepth" => {
                self.options.min_depth = number(&self.value("-mindepth")?)?.max(0) as usize;
                Test::True
            }
            "-depth" => {
                self.options.depth_first = true;
                Test::True
            }
            "-newer" => {
                let file = self.value("-newer")?;
                let stat = self
                    .proc
                    .vfs()
                    .stat(&self.proc.cred(), &self.proc.absolute(&file));
                Test::Newer(
                    stat.map_err(|error| format!("'{file}': {}", error.text()))?
                        .inode
                        .mtime,
                )
            }
            "-size" => {
                let text = self.value("-size")?;
                let unit = text
                    .chars()
                    .last()
                    .filter(|c| c.is_ascii_alphabetic())
                    .unwrap_or('b');
                Test::Size(
                    number(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()))?,
                    sign(&text),
                    unit,
                )
            }
            "-mtime" => {
                let text = self.value("-mtime")?;
                Test::Minutes(number(&text)?, sign(&text), 86_400)
            }
            "-mmin" => {
                let text = self.value("-mmin")?;
                Test::Minutes(number(&text)?, sign(&text), 60)
            }
            "-perm" => {
                let text = self.value("-perm")?;
                Test::Perm(
                    u16::from_str_radix(text.trim_start_matches(['-', '/']), 8)
                        .map_err(|_| format!("invalid mode '{text}'"))?,
                )
            }
            "-user" => {
                let name = self.value("-user")?;
                Test::User(
                    crate::users::user_id(self.proc, &name)
                        .ok_or_else(|| format!("'{name}' is not the name of a known user"))?,
                )
            }
            "-true" => Test::True,
            "-prune" => Test::Prune,
            "-print" => {
                self.acts = true;
                Test::Print("\n")
            }
            "-print0" => {
                self.acts = true;
                Test::Print("\0")
            }
            "-printf" => {
                self.acts = true;
                Test::Printf(self.value("-printf")?)
            }
            "-delete" => {
                self.acts = true;
                self.options.depth_first = true;
                Test::Delete
            }
            "-exec" | "-execdir" | "-ok" => {
                self.acts = true;
                let rest = &self.args[self.at..];
                let end = rest
                    .iter()
                    .position(|arg| arg == ";" || arg == "+")
                    .ok_or("missing argument to `-exec'")?;
                let command = rest[..end].to_vec();
                let all = rest[end] == "+" && command.last().is_some_and(|last| last == "{}");
                self.at += end + 1;
                if command.is_empty() {
                    return Err("missing argument to `-exec'".into());
                }
                if all {
                    let command = command[..command.len() - 1].to_vec();
                    self.batches.push((command, Vec::new()));
                    Test::ExecAll(self.batches.len() - 1)
                } else {
                    Test::Exec(command)
                }
            }
            other if other.starts_with('-') => return Err(format!("unknown predicate `{other}'")),
            other => return Err(format!("paths must precede expression: `{other}'")),
        })
    }
}

struct Walk {
    proc: Proc,
    options: Options,
    status: i32,
    pruned: bool,
    batches: Vec<Batch>,
    /// How far below the start the file is that is looked at.
    depth: usize,
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let split = args[1..]
        .iter()
        .position(|arg| arg.starts_with('-') && arg.len() > 1 || arg == "!" || arg == "(")
        .unwrap_or(args.len() - 1);
    let (paths, expression) = args[1..].split_at(split);
    let mut parser = Parser {
        batches: Vec::new(),
        proc: &proc,
        args: expression,
        at: 0,
        open: 0,
        acts: false,
        options: Options {
            max_depth: usize::MAX,
            min_depth: 0,
            depth_first: false,
        },
    };
    let mut test = match parser.or() {
        Ok(test) if parser.at == expression.len() => test,
        Ok(_) => {
            proc.eprint("find: invalid expression; you have too many ')'\n")
                .await;
            return 1;
        }
        Err(message) => {
            proc.eprint(format!("find: {message}\n")).await;
            return 1;
        }
    };
    let acts = parser.acts;
    let options = parser.options;
    if !acts {
        test = Test::And(vec![test, Test::Print("\n")]);
    }
    let mut walk = Walk {
        proc: proc.clone(),
        options,
        status: 0,
        pruned: false,
        batches: parser.batches,
        depth: 0,
    };
    let here = [".".to_owned()];
    for start in if paths.is_empty() { &here[..] } else { paths } {
        match proc.vfs().lstat(&proc.cred(), &proc.absolute(start)) {
            Ok(stat) => walk.visit(start.clone(), stat, 0, &test).await,
            Err(error) => {
                let quoted = if proc.is_busybox() {
                    start.clone()
                } else {
                    format!("'{start}'")
                };
                proc.eprint(format!("find: {quoted}: {}\n", error.text()))
                    .await;
                walk.status = 1;
            }
        }
    }
    for (command, names) in std::mem::take(&mut walk.batches) {
        // As many at a time as a command line holds.
        for names in names.chunks(MAX_BATCH) {
            let args = [command.as_slice(), names].concat();
            if super::xargs::run_command(&proc, "find", args).await != 0 {
                walk.status = 1;
            }
        }
    }
    walk.status
}

impl Walk {
    fn visit<'a>(
        &'a mut self,
        name: String,
        stat: Stat,
        depth: usize,
        test: &'a Test,
    ) -> std::pin::Pin<Box<dyn Future<Output = ()> + 'a>> {
        Box::pin(async move {
            self.proc.cpu(std::time::Duration::from_micros(5)).await;
            self.pruned = false;
            let wanted = depth >= self.options.min_depth;
            self.depth = depth;
            if wanted && !self.options.depth_first {
                self.check(test, &name, &stat).await;
            }
            if stat.inode.is_dir() && depth < self.options.max_depth && !self.pruned && depth < 200
            {
                match self
                    .proc
                    .vfs()
                    .read_dir(&self.proc.cred(), &self.proc.absolute(&name))
                {
                    Ok(entries) => {
                        for (child, child_stat) in entries {
                            self.visit(path::join(&name, &child), child_stat, depth + 1, test)
                                .await;
                        }
                    }
                    Err(error) => {
                        self.proc
                            .eprint(format!("find: '{name}': {}\n", error.text()))
                            .await;
                        self.status = 1;
                    }
                }
            }
            self.pruned = false;
            self.depth = depth;
            if wanted && self.options.depth_first {
                self.check(test, &name, &stat).await;
            }
        })
    }

    fn check<'a>(
        &'a mut self,
        test: &'a Test,
        name: &'a str,
        stat: &'a Stat,
    ) -> std::pin::Pin<Box<dyn Future<Output = bool> + 'a>> {
        Box::pin(async move {
            let base = path::basename(name);
            let age =
                |unit: i64| (self.proc.now().as_micros() - stat.inode.mtime) / 1_000_000 / unit;
            let compare = |value: i64, wanted: i64, sign: char| match sign {
                '+' => value > wanted,
                '-' => value < wanted,
                _ => value == wanted,
            };
            match test {
                Test::True => true,
                Test::Name(pattern, fold) => pattern.matches(&if *fold {
                    base.to_lowercase()
                } else {
                    base.to_owned()
                }),
                Test::Path(pattern) => pattern.matches(name),
                Test::Type(kind) => match kind {
                    'f' => matches!(stat.inode.node, Node::File(_)),
                    'd' => stat.inode.is_dir(),
                    'l' => matches!(stat.inode.node, Node::Symlink(_)),
                    'c' => matches!(stat.inode.node, Node::Device(_)),
                    _ => false,
                },
                Test::Empty => match &stat.inode.node {
                    Node::File(data) => data.is_empty(),
                    Node::Dir(entries) => entries.is_empty(),
                    _ => false,
                },
                Test::Newer(time) => stat.inode.mtime > *time,
                Test::Size(wanted, sign, unit) => {
                    let unit = match unit {
                        'c' => 1,
                        'k' => 1024,
                        'M' => 1 << 20,
                        'G' => 1 << 30,
                        _ => 512,
                    };
                    compare(stat.inode.size().div_ceil(unit) as i64, *wanted, *sign)
                }
                Test::Minutes(wanted, sign, unit) => compare(age(*unit), *wanted, *sign),
                Test::Perm(mode) => stat.inode.mode & 0o7777 == *mode,
                Test::User(uid) => stat.inode.uid == *uid,
                Test::Prune => {
                    self.pruned = true;
                    true
                }
                Test::Print(end) => {
                    self.proc.print(format!("{name}{end}")).await;
                    true
                }
                Test::Printf(format) => {
                    let text = printf(format, name, self.depth, stat);
                    self.proc.print(text).await;
                    true
                }
                Test::Delete => {
                    let full = self.proc.absolute(name);
                    let result = if stat.inode.is_dir() {
                        self.proc.vfs().rmdir(&self.proc.cred(), &full)
                    } else {
                        self.proc.vfs().unlink(&self.proc.cred(), &full)
                    };
                    if let Err(error) = result {
                        self.proc
                            .eprint(format!("find: cannot delete '{name}': {}\n", error.text()))
                            .await;
                        self.status = 1;
                        return false;
                    }
                    true
                }
                Test::Exec(command) => {
                    let args: Vec<String> =
                        command.iter().map(|arg| arg.replace("{}", name)).collect();
                    super::xargs::run_command(&self.proc, "find", args).await == 0
                }
                Test::ExecAll(at) => {
                    self.batches[*at].1.push(name.to_owned());
                    true
                }
                Test::Regex(regex) => regex.is_match(name),
                Test::Not(inner) => !self.check(inner, name, stat).await,
                Test::And(tests) => {
                    for test in tests {
                        if !self.check(test, name, stat).await {
                            return false;
                        }
                    }
                    true
                }
                Test::Or(tests) => {
                    for test in tests {
                        if self.check(test, name, stat).await {
                            return true;
                        }
                    }
                    false
                }
            }
        })
    }
}

/// What `-printf` prints: `%p %P %f %h %s %m %y %d %u %t`, and backslashes as in printf.
fn printf(format: &str, name: &str, depth: usize, stat: &os::Stat) -> String {
    let mut escaped = Vec::new();
    crate::escape::printf_format(format, &mut escaped);
    let format = String::from_utf8_lossy(&escaped).into_owned();
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('p') => out.push_str(name),
            Some('P') => {
                // Of what is below the start, as many parts as it is deep.
                let parts: Vec<&str> = name.split('/').collect();
                out.push_str(&parts[parts.len().saturating_sub(depth)..].join("/"));
            }
            Some('f') => out.push_str(os::path::basename(name)),
            Some('h') => out.push_str(name.rsplit_once('/').map_or(".", |(dir, _)| dir)),
            Some('s') => out.push_str(&stat.inode.size().to_string()),
            Some('m') => out.push_str(&format!("{:o}", stat.inode.mode & 0o7777)),
            Some('u') => out.push_str(if stat.inode.uid == 0 { "root" } else { "?" }),
            Some('d') => out.push_str(&depth.to_string()),
            Some('t') => out.push_str(&crate::datetime::format(
                sim::Time::from_micros(stat.inode.mtime),
                "%a %b %e %H:%M:%S.%N %Y",
            )),
            Some('y') => out.push(match &stat.inode.node {
                os::Node::File(_) => 'f',
                _ if stat.inode.is_dir() => 'd',
                _ => 'l',
            }),
            Some('%') => out.push('%'),
            Some(other) => {
                out.push('%');
                out.push(other);
            }
            None => out.push('%'),
        }
    }
    out
}
