//! `wget`: downloads files. BusyBox' in its images, GNU's elsewhere: they differ in what they say.
//!
//! Options: `-q -O -T -S -Y --spider --timeout --tries --post-data --header -U`. Not here: recursion, TLS.

use std::net::Ipv4Addr;
use std::time::Duration;

use network::ConnectError;
use network::http::{HttpError, Request, Response, reason_phrase};
use os::{OpenFlags, Proc};

use crate::http::{Distrust, Failure, Target, Tls, exchange, seconds};
use crate::url::{BadUrl, Url};

/// How many redirections are followed.
const REDIRECTS: usize = 5;

#[derive(Default)]
struct Options {
    quiet: bool,
    output: Option<String>,
    timeout: Option<Duration>,
    show_headers: bool,
    spider: bool,
    insecure: bool,
    headers: Vec<(String, String)>,
    post: Option<String>,
    urls: Vec<String>,
}

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let options = match parse(&args[1..]) {
        Ok(options) => options,
        Err(text) => {
            let usage = if proc.is_busybox() {
                "BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-qS] [--spider] [-O FILE] [-T SEC] [--header STR] [--post-data STR] URL...\n"
            } else {
                "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n"
            };
            proc.eprint(format!("wget: {text}\n{usage}")).await;
            return if proc.is_busybox() { 1 } else { 2 };
        }
    };
    let mut code = 0;
    for text in &options.urls {
        if let Err((exit, text)) = download(&proc, &options, text).await {
            code = exit;
            if !text.is_empty() && (proc.is_busybox() || !options.quiet) {
                proc.eprint(text).await;
            }
        }
    }
    code
}

fn parse(args: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (name, inline) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
            _ => (arg.as_str(), None),
        };
        let letters = arg
            .strip_prefix('-')
            .filter(|rest| !rest.is_empty() && !rest.starts_with('-'));
        if let Some(letters) = letters {
            let mut rest = letters;
            while let Some(letter) = rest.chars().next() {
                rest = &rest[letter.len_utf8()..];
                match letter {
                    'q' => options.quiet = true,
                    'S' => options.show_headers = true,
                    'c' | '4' => {}
                    // `-nv`, `-nc`: less to say.
                    'n' => rest = "",
                    'O' | 'T' | 'Y' | 'U' | 't' | 'P' => {
                        let value = if rest.is_empty() {
                            args.next().cloned()
                        } else {
                            Some(rest.to_owned())
                        };
                        let missing = || format!("option requires an argument -- '{letter}'");
                        options.value(letter, &value.ok_or_else(missing)?)?;
                        rest = "";
                    }
                    _ => return Err(format!("unrecognized option: {letter}")),
                }
            }
            continue;
        }
        if !arg.starts_with("--") {
            options.urls.push(arg.clone());
            continue;
        }
        let mut value = || {
            inline
                .clone()
                .or_else(|| args.next().cloned())
                .ok_or_else(|| format!("option '{name}' requires an argument"))
        };
        match name {
            "--spider" => options.spider = true,
            "--quiet" => options.quiet = true,
            "--server-response" => options.show_headers = true,
            "--no-check-certificate" => options.insecure = true,
            "--no-verbose" | "--no-cache" => {}
            "--timeout" => options.value('T', &value()?)?,
            "--tries" => drop(value()?),
            "--output-document" => options.output = Some(value()?),
            "--post-data" => options.post = Some(value()?),
            "--user-agent" => options.value('U', &value()?)?,
            "--header" => {
                let text = value()?;
                if let Some((name, value)) = text.split_once(':') {
                    let pair = (name.to_owned(), value.trim().to_owned());
                    options.headers.push(pair);
                }
            }
            _ => {
                return Err(format!(
                    "unrecognized option: {}",
                    name.trim_start_matches('-')
                ));
            }
        }
    }
    if options.urls.is_empty() {
        return Err("missing URL".to_owned());
    }
    Ok(options)
}

impl Options {
    fn value(&mut self, letter: char, value: &str) -> Result<(), String> {
        match letter {
            'O' => self.output = Some(value.to_owned()),
            'T' => {
                self.timeout =
                    Some(seconds(value).ok_or_else(|| format!("invalid number '{value}'"))?);
            }
            'U' => self.headers.push(("User-Agent".into(), value.to_owned())),
            _ => {}
        }
        Ok(())
    }

    fn request(&self, url: &Url, agent: &str) -> Request {
        let mut request = Request::get(&url.authority(), &url.target);
        request.headers.push("User-Agent", agent);
        request.headers.push("Connection", "close");
        for (name, value) in &self.headers {
            request.headers.set(name, value);
        }
        if let Some(data) = &self.post {
            request.method = "POST".into();
            let form = "application/x-www-form-urlencoded";
            request.headers.push("Content-Type", form);
            request.body = data.clone().into_bytes();
        } else if self.spider {
            request.method = "HEAD".into();
        }
        request
    }
}

async fn download(proc: &Proc, options: &Options, text: &str) -> Result<(), (i32, String)> {
    let busybox = proc.is_busybox();
    let mut url = Url::parse(text).map_err(|bad| (1, bad_url(&bad, text, busybox)))?;
    let agent = if busybox { "Wget" } else { "Wget/1.25.0" };
    let mut redirects = 0;
    let response = loop {
        let target = Target {
            host: &url.host,
            port: url.port,
            tls: url.tls.then_some(Tls {
                host: &url.host,
                trusted: "",
                insecure: busybox || options.insecure,
            }),
            connect_timeout: None,
            timeout: options.timeout.or(Some(Duration::from_secs(900))),
        };
        if !busybox && !options.quiet {
            let now = stamp(proc);
            let whole = url.text();
            proc.eprint(format!("--{now}--  {whole}\n")).await;
        }
        if busybox && url.tls {
            let note = "wget: note: TLS certificate validation not implemented\n";
            proc.eprint(note).await;
        }
        let request = options.request(&url, agent);
        let (response, ip) = match exchange(proc, &target, &request).await {
            Ok(answer) => answer,
            Err(failure) => {
                if matches!(failure, Failure::Name(_)) {
                    crate::outside_hint(proc, &url.host);
                }
                return Err(failed(&failure, &url, busybox));
            }
        };
        if !options.quiet {
            proc.eprint(connecting(&url, ip, busybox)).await;
        }
        if options.show_headers {
            let mut text = format!(
                "  HTTP/1.1 {} {}\n",
                response.status,
                reason_phrase(response.status)
            );
            for (name, value) in response.headers.iter() {
                text.push_str(&format!("  {name}: {value}\n"));
            }
            proc.eprint(text).await;
        }
        let location = response.headers.get("Location");
        match location.filter(|_| matches!(response.status, 301 | 302 | 303 | 307 | 308)) {
            Some(location) => {
                redirects += 1;
                if redirects > REDIRECTS {
                    return Err((1, "wget: too many redirections\n".into()));
                }
                url = url
                    .join(location)
                    .map_err(|bad| (1, bad_url(&bad, location, busybox)))?;
            }
            None => break response,
        }
    };
    let (status, phrase) = (response.status, reason_phrase(response.status));
    if !busybox && !options.quiet {
        proc.eprint(format!(
            "HTTP request sent, awaiting response... {status} {phrase}\n"
        ))
        .await;
    }
    if status >= 400 {
        return Err(if busybox {
            (
                1,
                format!("wget: server returned error: HTTP/1.1 {status} {phrase}\n"),
            )
        } else {
            (8, format!("{} ERROR {status}: {phrase}.\n\n", stamp(proc)))
        });
    }
    if options.spider {
        if busybox && !options.quiet {
            proc.eprint("remote file exists\n").await;
        }
        return Ok(());
    }
    save(proc, options, &url, &response, busybox).await
}

async fn save(
    proc: &Proc,
    options: &Options,
    url: &Url,
    response: &Response,
    busybox: bool,
) -> Result<(), (i32, String)> {
    let size = response.body.len();
    let name = options.output.clone().unwrap_or_else(|| url.file_name());
    let to_stdout = name == "-";
    if to_stdout {
        if busybox && !options.quiet {
            proc.eprint("writing to stdout\n").await;
        }
        // Whoever reads may have gone; there is nobody to tell then.
        let _ = proc.write(1, response.body.clone()).await;
    } else {
        let flags = if busybox && options.output.is_none() {
            OpenFlags {
                exclusive: true,
                ..OpenFlags::WRITE
            }
        } else {
            OpenFlags::WRITE
        };
        let cannot = |errno: os::Errno| {
            let text = format!("wget: can't open '{name}': {}\n", errno.text());
            (if busybox { 1 } else { 3 }, text)
        };
        let file = proc.open(&name, flags).map_err(cannot)?;
        if busybox && !options.quiet {
            proc.eprint(format!("saving to '{name}'\n")).await;
        }
        proc.write_file_to(&file, response.body.clone())
            .await
            .map_err(cannot)?;
    }
    if options.quiet {
        return Ok(());
    }
    let told = if busybox {
        let bar = "*".repeat(32);
        let short: String = name.chars().take(20).collect();
        let end = if to_stdout {
            "written to stdout".to_owned()
        } else {
            format!("'{name}' saved")
        };
        format!("{short:<20} 100% |{bar}| {size:>5}  0:00:00 ETA\n{end}\n")
    } else {
        let kind = response.headers.get("Content-Type").unwrap_or("text/html");
        let kind = kind.split(';').next().unwrap_or(kind);
        let target = if to_stdout {
            "STDOUT".into()
        } else {
            format!("‘{name}’")
        };
        let end = if to_stdout {
            "written to stdout".into()
        } else {
            format!("{target} saved")
        };
        format!(
            "Length: {size} [{kind}]\nSaving to: {target}\n\n{} (10.0 MB/s) - {end} [{size}/{size}]\n\n",
            stamp(proc)
        )
    };
    proc.eprint(told).await;
    Ok(())
}

fn connecting(url: &Url, ip: Ipv4Addr, busybox: bool) -> String {
    let (host, port) = (&url.host, url.port);
    if busybox {
        return format!("Connecting to {} ({ip}:{port})\n", url.authority());
    }
    if *host == ip.to_string() {
        format!("Connecting to {host}:{port}... connected.\n")
    } else {
        format!(
            "Resolving {host} ({host})... {ip}\nConnecting to {host} ({host})|{ip}|:{port}... connected.\n"
        )
    }
}

fn failed(failure: &Failure, url: &Url, busybox: bool) -> (i32, String) {
    let (host, port) = (&url.host, url.port);
    if !busybox {
        let text = match failure {
            Failure::Name(_) => format!(
                "Resolving {host} ({host})... failed: Name or service not known.\nwget: unable to resolve host address ‘{host}’\n"
            ),
            Failure::Connect(ip, error) if *host == ip.to_string() => {
                format!("Connecting to {host}:{port}... failed: {error}.\n")
            }
            Failure::Connect(ip, error) => {
                format!("Connecting to {host} ({host})|{ip}|:{port}... failed: {error}.\n")
            }
            Failure::ConnectTimeout(_) | Failure::Timeout if host.parse::<Ipv4Addr>().is_ok() => {
                format!(
                    "Connecting to {host}:{port}... failed: Connection timed out.\nGiving up.\n\n"
                )
            }
            Failure::ConnectTimeout(_) | Failure::Timeout => {
                format!(
                    "Connecting to {host} ({host})|{host}|:{port}... failed: Connection timed out.\nGiving up.\n\n"
                )
            }
            Failure::NoTls => "Unable to establish SSL connection.\n".into(),
            Failure::Certificate(why) => {
                let text = match why {
                    Distrust::SelfSigned => "  Self-signed certificate encountered.",
                    Distrust::UnknownIssuer => "  Unable to locally verify the issuer's authority.",
                    Distrust::Expired => "  Issued certificate has expired.",
                    Distrust::OtherHost => "    no certificate subject alternative name matches",
                };
                return (
                    5,
                    format!(
                        "ERROR: cannot verify {host}'s certificate:\n{text}\nTo connect to {host} insecurely, use \
                         `--no-check-certificate'.\n"
                    ),
                );
            }
            Failure::Http(_) => {
                "HTTP request sent, awaiting response... No data received.\nGiving up.\n\n".into()
            }
        };
        return (4, text);
    }
    let text = match failure {
        Failure::Name(_) => format!("wget: bad address '{}'\n", url.authority()),
        Failure::Connect(ip, ConnectError::NoRoute) => {
            format!("wget: can't connect to remote host ({ip}): No route to host\n")
        }
        Failure::Connect(ip, error) => {
            format!("wget: can't connect to remote host ({ip}): {error}\n")
        }
        Failure::ConnectTimeout(_) | Failure::Timeout => "wget: download timed out\n".into(),
        Failure::NoTls | Failure::Certificate(_) => "wget: TLS error from peer\n".into(),
        Failure::Http(HttpError::Reset) => {
            "wget: error getting response: Connection reset by peer\n".into()
        }
        Failure::Http(_) => "wget: error getting response\n".into(),
    };
    (1, text)
}

fn bad_url(bad: &BadUrl, text: &str, busybox: bool) -> String {
    match bad {
        BadUrl::Scheme(_) if busybox => format!("wget: not an http or ftp url: {text}\n"),
        BadUrl::Scheme(scheme) => format!("{text}: Unsupported scheme ‘{scheme}’.\n"),
        _ if busybox => format!("wget: bad address '{text}'\n"),
        _ => format!("{text}: Invalid host name.\n"),
    }
}

/// `2026-11-22 17:00:00`.
fn stamp(proc: &Proc) -> String {
    let t = apimachinery::time::civil_from_unix(proc.now().as_secs());
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        t.year, t.month, t.day, t.hour, t.minute, t.second
    )
}
