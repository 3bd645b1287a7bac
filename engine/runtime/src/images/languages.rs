//! Language images: `perl`, `python`, `node`, and others by name.
//!
//! Of Python there is as much as little scripts use ([`python`]); the others have no interpreter. What the documentation's
//! manifests run is understood (pi in Perl, a file server in Python), single prints too; anything else is refused in plain
//! words.

mod python;

use network::http::{Request, Response};
use os::{Proc, Programs};

use super::echo::serve_http;
use crate::files::Files;
use crate::image::{Image, ImageConfig};
use crate::server::access_log_time;
use crate::tags::Tags;

/// Bytes of a script that are read.
const LONGEST_SCRIPT: usize = 256 * 1024;

const fn image(
    repositories: &'static [&'static str],
    size: u64,
    command: &'static [&'static str],
) -> Image {
    Image {
        repositories,
        tags: Tags::ANY,
        size,
        config: ImageConfig {
            command,
            ..ImageConfig::DEFAULT
        },
        files,
        programs,
    }
}

pub(super) static PERL: Image = image(&["docker.io/library/perl"], 338_000_000, &["perl", "-de0"]);
pub(super) static PYTHON: Image = image(&["docker.io/library/python"], 373_000_000, &["python3"]);
pub(super) static NODE: Image = image(&["docker.io/library/node"], 401_000_000, &["node"]);
pub(super) static OTHERS: Image = image(
    &[
        "docker.io/library/golang",
        "docker.io/library/ruby",
        "docker.io/library/php",
        "docker.io/library/openjdk",
        "docker.io/library/eclipse-temurin",
        "docker.io/library/rust",
        "docker.io/library/gcc",
    ],
    300_000_000,
    &["bash"],
);

fn files(files: &mut Files) {
    files.base();
    files.program("/usr/local/bin/perl", "perl", "gnu");
    files.program("/usr/local/bin/python", "python", "gnu");
    files.program("/usr/local/bin/python3", "python", "gnu");
    files.program("/usr/local/bin/node", "node", "gnu");
}

fn programs(programs: &Programs) {
    programs.add("perl", perl);
    programs.add("python", python);
    programs.add("node", node);
}

async fn refuse(proc: &Proc, what: &str) -> i32 {
    proc.eprint(format!(
        "{what}: this is a stand-in without an interpreter; it understands what the documentation's examples run, and \
         single prints\n"
    ))
    .await;
    2
}

/// Digits of pi, rounded as bignum's `bpi` does, by Machin's formula in whole numbers.
fn pi(digits: usize) -> String {
    const BASE: u64 = 1_000_000_000;
    // A number is its whole part and blocks of nine digits behind the point.
    let blocks = digits / 9 + 3;
    let divide = |number: &mut Vec<u64>, by: u64| {
        let mut carry = 0;
        for block in number.iter_mut() {
            let value = carry * BASE + *block;
            *block = value / by;
            carry = value % by;
        }
    };
    let add = |sum: &mut [u64], number: &[u64], minus: bool| {
        let mut carry = 0_i64;
        for (block, other) in sum.iter_mut().zip(number).rev() {
            let other = if minus {
                -(*other as i64)
            } else {
                *other as i64
            };
            let value = *block as i64 + other + carry;
            carry = value.div_euclid(BASE as i64);
            *block = value.rem_euclid(BASE as i64) as u64;
        }
    };
    let mut sum = vec![0_u64; blocks];
    // pi = 16 atan(1/5) - 4 atan(1/239)
    for (factor, x, negative) in [(16, 5_u64, false), (4, 239, true)] {
        let mut power = vec![0; blocks];
        power[0] = factor;
        divide(&mut power, x);
        let mut n = 1;
        while power.iter().any(|block| *block != 0) {
            let mut term = power.clone();
            divide(&mut term, n);
            add(&mut sum, &term, negative ^ (n % 4 == 3));
            divide(&mut power, x * x);
            n += 2;
        }
    }
    let mut text = String::new();
    for block in &sum[1..] {
        text.push_str(&format!("{block:09}"));
    }
    let mut all: Vec<u8> = format!("3{text}")
        .bytes()
        .map(|digit| digit - b'0')
        .collect();
    let round_up = all.get(digits).is_some_and(|next| *next >= 5);
    all.truncate(digits);
    if round_up {
        for digit in all.iter_mut().rev() {
            *digit += 1;
            if *digit < 10 {
                break;
            }
            *digit = 0;
        }
    }
    let shown: String = all.iter().map(|digit| char::from(digit + b'0')).collect();
    format!("{}.{}", &shown[..1], &shown[1..])
}

/// The text between the first quotes after `start`, or the number there.
fn printed(code: &str, starts: &[&str]) -> Option<String> {
    let start = starts
        .iter()
        .find(|start| code.trim_start().starts_with(**start))?;
    let rest = code.trim_start()[start.len()..].trim_start_matches(['(', ' ']);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (text, after) = rest[1..].split_once(quote)?;
    let after = after.trim_matches(|c: char| matches!(c, ')' | ';' | ' ' | '\n'));
    after.is_empty().then(|| text.replace("\\n", "\n"))
}

async fn perl(proc: Proc) -> i32 {
    let args = proc.args();
    let code = args
        .iter()
        .position(|arg| arg.starts_with('-') && arg.ends_with('e'));
    let code = code
        .and_then(|at| args.get(at + 1))
        .cloned()
        .unwrap_or_default();
    if args.iter().any(|arg| arg == "-v" || arg == "--version") {
        proc.print(
            "\nThis is perl 5, version 42, subversion 0 (v5.42.0) built for x86_64-linux-gnu\n",
        )
        .await;
        return 0;
    }
    let digits = code
        .split_once("bpi(")
        .and_then(|(_, rest)| rest.split(')').next()?.trim().parse::<usize>().ok());
    if let Some(digits) = digits.filter(|digits| (2..=20_000).contains(digits)) {
        // A second for two thousand, as on an ordinary machine; it grows with the square.
        let micros = (digits as u64).pow(2) / 4;
        proc.sleep(std::time::Duration::from_micros(micros)).await;
        proc.print(format!("{}\n", pi(digits))).await;
        return 0;
    }
    if code.contains("sleep") && !code.contains("print") {
        let seconds = code
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>();
        proc.sleep(std::time::Duration::from_secs(seconds.parse().unwrap_or(0)))
            .await;
        return 0;
    }
    match printed(&code, &["print"]) {
        Some(text) => {
            proc.print(text).await;
            0
        }
        None => refuse(&proc, "perl").await,
    }
}

async fn python(proc: Proc) -> i32 {
    let args = proc.args();
    let words: Vec<&str> = args
        .iter()
        .skip(1)
        .map(String::as_str)
        .filter(|word| *word != "-u")
        .collect();
    match words[..] {
        ["-V" | "--version", ..] => {
            proc.print("Python 3.14.2\n").await;
            0
        }
        ["-m", "http.server", ref rest @ ..] => {
            let port = rest
                .iter()
                .find_map(|word| word.parse().ok())
                .unwrap_or(8000);
            file_server(proc, port).await
        }
        ["-c", code, ..] => match python::run(&proc, "<string>", code).await {
            Some(code) => code,
            None => refuse(&proc, "python").await,
        },
        [file, ..] if !file.starts_with('-') => {
            let full = proc.absolute(file);
            if let Ok(code) = proc.read_path(file, LONGEST_SCRIPT).await {
                let code = String::from_utf8_lossy(&code).into_owned();
                return match python::run(&proc, &full, &code).await {
                    Some(code) => code,
                    None => refuse(&proc, "python").await,
                };
            }
            proc.eprint(format!(
                "python: can't open file '{full}': [Errno 2] No such file or directory\n"
            ))
            .await;
            2
        }
        // With no terminal there is nothing to read, and it ends at once.
        _ if !proc.is_tty(0) => 0,
        _ => refuse(&proc, "python").await,
    }
}

async fn file_server(proc: Proc, port: u16) -> i32 {
    proc.print(format!(
        "Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...\n"
    ))
    .await;
    let own = proc.clone();
    serve_http(&proc, port, move |request: Request, peer| {
        let proc = own.clone();
        async move {
            let path = format!("{}{}", proc.cwd().trim_end_matches('/'), request.path());
            let cred = proc.cred();
            let index = format!("{}/index.html", path.trim_end_matches('/'));
            let read = |path: &str| proc.vfs().read_file(&cred, path).ok();
            let response = if let Some(bytes) = read(&path).or_else(|| read(&index)) {
                Response::new(200, crate::server::media_type(&path), bytes.to_vec())
            } else if let Ok(entries) = proc.vfs().read_dir(&cred, &path) {
                let items: String = entries
                    .iter()
                    .map(|(name, stat)| {
                        let slash = if stat.inode.is_dir() { "/" } else { "" };
                        format!("<li><a href=\"{name}{slash}\">{name}{slash}</a></li>\n")
                    })
                    .collect();
                let title = format!("Directory listing for {}", request.path());
                Response::new(
                    200,
                    "text/html; charset=utf-8",
                    format!(
                        "<!DOCTYPE HTML>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n{items}</ul>\n<hr>\n</body>\n</html>\n"
                    ),
                )
            } else {
                Response::new(404, "text/html;charset=utf-8", "Error code: 404\nMessage: File not found.\n")
            };
            proc.eprint(format!(
                "{} - - [{}] \"{} {} HTTP/1.1\" {} -\n",
                peer.ip,
                access_log_time(proc.now()).replacen(':', " ", 1).trim_end_matches(" +0000"),
                request.method,
                request.target,
                response.status
            ))
            .await;
            response
        }
    })
    .await
}

async fn node(proc: Proc) -> i32 {
    let args = proc.args();
    match args.get(1).map(String::as_str) {
        Some("-v" | "--version") => {
            proc.print("v25.2.1\n").await;
            0
        }
        Some("-e" | "--eval") => {
            match printed(args.get(2).map_or("", String::as_str), &["console.log"]) {
                Some(text) => {
                    proc.print(format!("{text}\n")).await;
                    0
                }
                None => refuse(&proc, "node").await,
            }
        }
        None if !proc.is_tty(0) => 0,
        _ => refuse(&proc, "node").await,
    }
}

#[cfg(test)]
mod tests {
    use super::pi;

    #[test]
    fn pi_to_many_places() {
        assert_eq!(pi(5), "3.1416");
        assert_eq!(pi(30), "3.14159265358979323846264338328");
        let long = pi(2000);
        assert_eq!(long.len(), 2001);
        assert!(long.starts_with("3.141592653589793238462643383279502884197169399375105820974944"));
    }
}
