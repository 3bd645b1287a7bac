//! `md5sum`, `sha1sum`, `sha224sum`, `sha256sum`, `sha384sum`, `sha512sum`: sums of files, and looking whether files still
//! have them

use os::{Errno, File, Proc};
use sha2::digest::{Digest as _, DynDigest};

use super::open_sources;
use crate::opts::{Opts, Spec};

/// How a sum is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Kind {
    pub(crate) const ALL: [Kind; 6] = [
        Kind::Md5,
        Kind::Sha1,
        Kind::Sha224,
        Kind::Sha256,
        Kind::Sha384,
        Kind::Sha512,
    ];

    /// As a program's name or an option of openssl's begins.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Md5 => "md5",
            Kind::Sha1 => "sha1",
            Kind::Sha224 => "sha224",
            Kind::Sha256 => "sha256",
            Kind::Sha384 => "sha384",
            Kind::Sha512 => "sha512",
        }
    }

    fn start(self) -> Box<dyn DynDigest> {
        match self {
            Kind::Md5 => Box::new(md5::Md5::new()),
            Kind::Sha1 => Box::new(sha1::Sha1::new()),
            Kind::Sha224 => Box::new(sha2::Sha224::new()),
            Kind::Sha256 => Box::new(sha2::Sha256::new()),
            Kind::Sha384 => Box::new(sha2::Sha384::new()),
            Kind::Sha512 => Box::new(sha2::Sha512::new()),
        }
    }

    /// The sum of some bytes.
    pub(crate) fn sum(self, data: &[u8]) -> Vec<u8> {
        let mut digest = self.start();
        digest.update(data);
        digest.finalize().into()
    }

    /// The sum of what is left of an open file, in hexadecimal digits.
    async fn of_file(self, proc: &Proc, file: &File) -> Result<String, Errno> {
        let mut digest = self.start();
        loop {
            let data = proc.read_file_from(file, 65_536).await?;
            if data.is_empty() {
                return Ok(hex(&digest.finalize()));
            }
            digest.update(&data);
        }
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file's name as it stands in a line: one that would break the line is written with backslashes, and the line begins
/// with one.
fn escaped(name: &str) -> (&'static str, String) {
    let out = name
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r");
    (if out == name { "" } else { "\\" }, out)
}

fn unescaped(name: &str) -> Option<String> {
    let (mut out, mut chars) = (String::new(), name.chars());
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

/// The sum and the file that a line of a list of sums names.
fn read_line(kind: Kind, line: &str) -> Option<(String, String)> {
    let (line, quoted) = match line.strip_prefix('\\') {
        Some(line) => (line, true),
        None => (line, false),
    };
    let tag = format!("{} (", kind.name().to_uppercase());
    let (sum, name) = match line.strip_prefix(&tag) {
        Some(tagged) => {
            let (name, sum) = tagged.rsplit_once(") = ")?;
            (sum, name)
        }
        None => {
            let (sum, name) = line.split_once(' ')?;
            // Of the two characters between them, BSD's tools leave out the second.
            (sum, name.strip_prefix([' ', '*']).unwrap_or(name))
        }
    };
    let digits = kind.start().output_size() * 2;
    let right = sum.len() == digits && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name = match quoted {
        true => unescaped(name)?,
        false => name.to_owned(),
    };
    (right && !name.is_empty()).then(|| (sum.to_ascii_lowercase(), name))
}

const SPEC: Spec = Spec::new(
    "bctwzTQSIR",
    &[
        ("binary", 'b'),
        ("check", 'c'),
        ("text", 't'),
        ("warn", 'w'),
        ("zero", 'z'),
        ("tag", 'T'),
        ("quiet", 'Q'),
        ("status", 'S'),
        ("ignore-missing", 'I'),
        ("strict", 'R'),
    ],
);

/// Options that mean something only with `-c`.
const FOR_CHECKS: [(char, &str); 5] = [
    ('I', "ignore-missing"),
    ('S', "status"),
    ('w', "warn"),
    ('Q', "quiet"),
    ('R', "strict"),
];

async fn run(proc: Proc, args: Vec<String>, kind: Kind) -> i32 {
    let tool = format!("{}sum", kind.name());
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.has('c') {
        let mut failed = false;
        let (sources, missing) = open_sources(&proc, &tool, &opts.rest).await;
        for source in sources {
            failed |= !Check::new(&proc, &tool, kind, &opts).list(&source).await;
        }
        return i32::from(failed || missing);
    }
    let mut wrong = FOR_CHECKS.iter().filter(|(flag, _)| opts.has(*flag));
    if let Some((_, name)) = wrong.next() {
        proc.eprint(format!(
            "{tool}: the --{name} option is meaningful only when verifying checksums\nTry '{tool} --help' for more information.\n"
        ))
        .await;
        return 1;
    }
    let (sources, mut failed) = open_sources(&proc, &tool, &opts.rest).await;
    let mark = if opts.last_of("bt") == Some('b') {
        '*'
    } else {
        ' '
    };
    for source in sources {
        let sum = match kind.of_file(&proc, &source.file).await {
            Ok(sum) => sum,
            Err(error) => {
                let text = format!("{tool}: {}: {}\n", source.name, error.text());
                proc.eprint(text).await;
                failed = true;
                continue;
            }
        };
        let (slash, name) = match opts.has('z') {
            true => ("", source.name),
            false => escaped(&source.name),
        };
        let end = if opts.has('z') { '\0' } else { '\n' };
        let line = match opts.has('T') {
            true => format!(
                "{slash}{} ({name}) = {sum}{end}",
                kind.name().to_uppercase()
            ),
            false => format!("{slash}{sum} {mark}{name}{end}"),
        };
        proc.print(line).await;
    }
    i32::from(failed)
}

/// Looking whether files have the sums of a list.
struct Check<'a> {
    proc: &'a Proc,
    tool: &'a str,
    kind: Kind,
    opts: &'a Opts,
    well_formed: u32,
    malformed: u32,
    unread: u32,
    wrong: u32,
    right: u32,
}

impl<'a> Check<'a> {
    fn new(proc: &'a Proc, tool: &'a str, kind: Kind, opts: &'a Opts) -> Self {
        Check {
            proc,
            tool,
            kind,
            opts,
            well_formed: 0,
            malformed: 0,
            unread: 0,
            wrong: 0,
            right: 0,
        }
    }

    async fn complain(&self, text: &str) {
        self.proc.eprint(format!("{}: {text}\n", self.tool)).await;
    }

    /// Goes through one list; whether all is well.
    async fn list(mut self, source: &super::Source) -> bool {
        let shown = match source.name.as_str() {
            "-" => "'standard input'",
            name => name,
        };
        let data = match source.read(self.proc).await {
            Ok(data) => data,
            Err(error) => {
                self.complain(&format!("{shown}: {}", error.text())).await;
                return false;
            }
        };
        for (number, line) in (1_u32..).zip(String::from_utf8_lossy(&data).lines()) {
            if line.starts_with('#') {
                continue;
            }
            match read_line(self.kind, line) {
                Some((sum, name)) => self.file(&sum, &name).await,
                None => {
                    self.malformed += 1;
                    if self.opts.has('w') {
                        let kind = self.kind.name().to_uppercase();
                        let text =
                            format!("{shown}: {number}: improperly formatted {kind} checksum line");
                        self.complain(&text).await;
                    }
                }
            }
        }
        if self.well_formed == 0 {
            let text = format!("{shown}: no properly formatted checksum lines found");
            self.complain(&text).await;
            return false;
        }
        self.summary(shown).await;
        let unverified = self.opts.has('I') && self.right == 0;
        let strict = self.opts.has('R') && self.malformed > 0;
        self.unread == 0 && self.wrong == 0 && !unverified && !strict
    }

    async fn file(&mut self, wanted: &str, name: &str) {
        self.well_formed += 1;
        let opened = match name {
            "-" => self.proc.fd(0),
            name => self.proc.open(name, os::OpenFlags::READ),
        };
        let sum = match opened {
            Ok(file) => self.kind.of_file(self.proc, &file).await,
            Err(error) => Err(error),
        };
        let outcome = match sum {
            Err(Errno::ENOENT) if self.opts.has('I') => return,
            Err(error) => {
                self.unread += 1;
                self.complain(&format!("{name}: {}", error.text())).await;
                "FAILED open or read"
            }
            Ok(sum) if sum != wanted => {
                self.wrong += 1;
                "FAILED"
            }
            Ok(_) => {
                self.right += 1;
                "OK"
            }
        };
        let silent = self.opts.has('S') || (self.opts.has('Q') && outcome == "OK");
        if !silent {
            // A backslash alone does not break a line.
            let (slash, name) = match name.contains(['\n', '\r']) {
                true => escaped(name),
                false => ("", name.to_owned()),
            };
            self.proc.print(format!("{slash}{name}: {outcome}\n")).await;
        }
    }

    async fn summary(&self, shown: &str) {
        if self.opts.has('S') {
            return;
        }
        let are = |count, one: &str, many: &str| {
            let what = if count == 1 { one } else { many };
            format!("WARNING: {count} {what}")
        };
        if self.malformed > 0 {
            let text = are(
                self.malformed,
                "line is improperly formatted",
                "lines are improperly formatted",
            );
            self.complain(&text).await;
        }
        if self.unread > 0 {
            let text = are(
                self.unread,
                "listed file could not be read",
                "listed files could not be read",
            );
            self.complain(&text).await;
        }
        if self.wrong > 0 {
            let text = are(
                self.wrong,
                "computed checksum did NOT match",
                "computed checksums did NOT match",
            );
            self.complain(&text).await;
        }
        if self.opts.has('I') && self.right == 0 {
            self.complain(&format!("{shown}: no file was verified"))
                .await;
        }
    }
}

pub(crate) async fn md5(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, Kind::Md5).await
}

pub(crate) async fn sha1(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, Kind::Sha1).await
}

pub(crate) async fn sha224(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, Kind::Sha224).await
}

pub(crate) async fn sha256(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, Kind::Sha256).await
}

pub(crate) async fn sha384(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, Kind::Sha384).await
}

pub(crate) async fn sha512(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, Kind::Sha512).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sums() {
        for (kind, sum) in [
            (Kind::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (Kind::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                Kind::Sha256,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
        ] {
            assert_eq!(hex(&kind.sum(b"abc")), sum);
        }
    }

    #[test]
    fn lines_of_lists() {
        let sum = "900150983cd24fb0d6963f7d28e17f72";
        for (line, name) in [
            (format!("{sum}  a b"), Some("a b")),
            (format!("{sum} *a"), Some("a")),
            (format!("\\{sum}  a\\\\b\\nc"), Some("a\\b\nc")),
            (format!("MD5 (a) = {sum}"), Some("a")),
            (format!("SHA1 (a) = {sum}"), None),
            (format!("{sum} a"), Some("a")),
            (format!("{sum}00  a"), None),
            (format!("{sum}  "), None),
        ] {
            let found = read_line(Kind::Md5, &line);
            assert_eq!(
                found.as_ref().map(|(_, name)| name.as_str()),
                name,
                "{line}"
            );
        }
    }
}
