//! `cargo xtask serve`: builds the site if needed and serves it on the loopback interface. Lessons that change while it runs
//! are served anew, and pages that show them are told.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::process::{Cmd, which};
use crate::{build, project};

mod changes;
pub(crate) mod http;
mod mime;

/// Where the site is served unless told otherwise.
const DEFAULT_PORT: u16 = 8080;

/// Options of the command.
#[derive(Debug, PartialEq)]
struct Options {
    port: u16,
    open: bool,
    /// Another folder of lessons than the project's.
    lessons: Option<PathBuf>,
}

/// Runs until interrupted.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let options = parse(args)?;
    // Taken before the build, so that a port in use is reported at once and not after minutes.
    let server = http::Server::bind(options.port).with_context(|| {
        format!(
            "port {} cannot be taken; is another one running? Try `cargo xtask serve --port {}`",
            options.port,
            options.port.saturating_add(1)
        )
    })?;
    build::run()?;
    let address = format!("http://127.0.0.1:{}", server.port());
    println!("\nTabernetes is served on {address} (Ctrl-C ends it)");
    if options.open {
        open_browser(&address);
    }
    let mount = |prefix: &str, folder: PathBuf| http::Mount {
        prefix: prefix.to_string(),
        folder,
    };
    let mut mounts = vec![mount("/", project::dist())];
    let (lessons, site) = match options.lessons {
        None => (project::path("lessons"), project::dist()),
        Some(own) => {
            // In the place of the site's, and beside it, for the site is to be as it was built.
            let beside = project::target().join(format!("xtask/lessons-{}", server.port()));
            build::lessons::write_from(&own, &beside)?;
            mounts.push(mount("/lessons/", beside.join("lessons")));
            (own, beside)
        }
    };
    let changes = changes::Changes::watch(lessons, site);
    server.run(&mounts, Some(&changes))
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options {
        port: DEFAULT_PORT,
        open: false,
        lessons: None,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.split_once('=').unwrap_or((arg, "")) {
            ("--open", "") => options.open = true,
            ("--lessons", value) => {
                let value = match value {
                    "" => args.next().map(String::as_str).unwrap_or_default(),
                    value => value,
                };
                if value.is_empty() {
                    bail!("--lessons wants a folder");
                }
                options.lessons = Some(value.into());
            }
            ("--port", value) => {
                let value = match value {
                    "" => args.next().map(String::as_str).unwrap_or_default(),
                    value => value,
                };
                options.port = value.parse().with_context(|| {
                    format!("--port wants a number from 0 to 65535, not {value:?}")
                })?;
            }
            _ => bail!(
                "unknown argument {arg:?}\nusage: cargo xtask serve [--port P] [--open] [--lessons DIR]"
            ),
        }
    }
    Ok(options)
}

fn open_browser(address: &str) {
    let opener = ["xdg-open", "open"].iter().find_map(|name| which(name));
    let opened = opener.map(|program: PathBuf| Cmd::new(program).arg(address).into_std().spawn());
    if !matches!(opened, Some(Ok(_))) {
        println!("No program was found that opens a browser; please open the address yourself.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, want: Option<(u16, bool)>) {
        let args: Vec<String> = line.split_whitespace().map(str::to_string).collect();
        let got = parse(&args)
            .ok()
            .map(|options| (options.port, options.open));
        assert_eq!(got, want, "{line}");
    }

    #[test]
    fn options() {
        check("", Some((8080, false)));
        check("--port 9000 --open", Some((9000, true)));
        check("--port=9000", Some((9000, false)));
        check("--port", None);
        check("--port 70000", None);
        check("--prot 1", None);
    }
}
