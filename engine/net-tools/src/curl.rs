//! `curl`: fetches URLs.
//!
//! Options: `-s -S -i -I -v -f -L -k -o -O -w -X -d --data-* -H -A -u -m -G --connect-timeout --resolve --retry --fail`.
//! Not here: uploads, cookies, client certificates, other protocols than HTTP. Of TLS there is what certificates are shown.

mod write_out;

use std::time::Duration;

use network::http::{HttpError, Request, Response, reason_phrase};
use os::{OpenFlags, Proc};

use crate::http::{Distrust, Failure, Target, Tls, exchange, seconds};
use crate::url::{BadUrl, Url};
use write_out::Transfer;

/// The release that it claims to be.
const VERSION: &str = "8.14.1";
/// How many redirections are followed.
const REDIRECTS: usize = 50;
/// A file of certificates is read no further than this.
const AUTHORITY_LIMIT: usize = 1 << 20;
/// What curl adds when it does not trust a certificate.
const DISTRUST: &str = "\nMore details here: https://curl.se/docs/sslcerts.html\n\n\
    curl failed to verify the legitimacy of the server and therefore could not\n\
    establish a secure connection to it. To learn more about this situation and\n\
    how to fix it, please visit the webpage mentioned above.";

#[derive(Default)]
struct Options {
    silent: bool,
    show_error: bool,
    include: bool,
    head: bool,
    verbose: bool,
    fail: bool,
    location: bool,
    insecure: bool,
    authority: Option<String>,
    get: bool,
    output: Option<String>,
    remote_name: bool,
    write_out: Option<String>,
    method: Option<String>,
    data: Vec<String>,
    headers: Vec<(String, String)>,
    user: Option<String>,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    resolve: Vec<(String, u16, String)>,
    retry: u32,
    urls: Vec<String>,
}

/// What curl says of itself: its exit code and its text.
type Trouble = (i32, String);

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let options = match parse(&args[1..]) {
        Ok(Some(options)) => options,
        Ok(None) => {
            proc.print(format!(
                "curl {VERSION} (x86_64-pc-linux-gnu)\nProtocols: http https\n"
            ))
            .await;
            return 0;
        }
        Err(text) => {
            proc.eprint(format!(
                "curl: {text}\ncurl: try 'curl --help' or 'curl --manual' for more information\n"
            ))
            .await;
            return 2;
        }
    };
    let mut code = 0;
    for text in &options.urls {
        let mut tries = 0;
        let trouble = loop {
            let mut transfer = Transfer::default();
            let outcome = fetch(&proc, &options, text, &mut transfer).await;
            if let Some(format) = &options.write_out {
                transfer.trouble = outcome.clone().err().unwrap_or_default();
                transfer.write_out(&proc, format).await;
            }
            match outcome {
                Err((7 | 28 | 52, _)) if tries < options.retry => {
                    proc.sleep(Duration::from_secs(1 << tries.min(6))).await;
                    tries += 1;
                }
                outcome => break outcome.err(),
            }
        };
        code = 0;
        if let Some((exit, text)) = trouble {
            code = exit;
            if !options.silent || options.show_error {
                proc.eprint(format!("curl: ({exit}) {text}\n")).await;
            }
        }
    }
    code
}

/// Reads the command line; `None` asks for the version.
fn parse(args: &[String]) -> Result<Option<Options>, String> {
    let mut options = Options::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "-V" || arg == "--version" {
            return Ok(None);
        }
        if let Some(long) = arg.strip_prefix("--") {
            let mut value = || {
                args.next()
                    .cloned()
                    .ok_or_else(|| format!("option --{long}: requires parameter"))
            };
            options.long(long, &mut value)?;
        } else if let Some(short) = arg.strip_prefix('-').filter(|short| !short.is_empty()) {
            for (at, letter) in short.char_indices() {
                let rest = &short[at + letter.len_utf8()..];
                let mut taken = false;
                let mut value = || {
                    taken = true;
                    if rest.is_empty() {
                        args.next()
                            .cloned()
                            .ok_or_else(|| format!("option -{letter}: requires parameter"))
                    } else {
                        Ok(rest.to_owned())
                    }
                };
                options.long(name_of(letter), &mut value).map_err(|text| {
                    text.replace(
                        &format!("option --{}: is unknown", name_of(letter)),
                        &format!("option -{letter}: is unknown"),
                    )
                })?;
                if taken {
                    break;
                }
            }
        } else {
            options.urls.push(arg.clone());
        }
    }
    if options.urls.is_empty() {
        return Err("(2) no URL specified".to_owned());
    }
    Ok(Some(options))
}

/// The long name of a short option.
fn name_of(letter: char) -> &'static str {
    match letter {
        's' => "silent",
        'S' => "show-error",
        'i' => "include",
        'I' => "head",
        'v' => "verbose",
        'f' => "fail",
        'L' => "location",
        'k' => "insecure",
        'G' => "get",
        'o' => "output",
        'O' => "remote-name",
        'w' => "write-out",
        'X' => "request",
        'd' => "data",
        'H' => "header",
        'A' => "user-agent",
        'u' => "user",
        'm' => "max-time",
        'N' => "no-buffer",
        '4' => "ipv4",
        _ => "?",
    }
}

impl Options {
    fn long(
        &mut self,
        name: &str,
        value: &mut dyn FnMut() -> Result<String, String>,
    ) -> Result<(), String> {
        let time = |text: String, name: &str| {
            seconds(&text)
                .ok_or_else(|| format!("option --{name}: expected a proper numerical parameter"))
        };
        match name {
            "silent" => self.silent = true,
            "show-error" => self.show_error = true,
            "include" | "show-headers" => self.include = true,
            "head" => self.head = true,
            "verbose" => self.verbose = true,
            "fail" => self.fail = true,
            "location" => self.location = true,
            "get" => self.get = true,
            "insecure" => self.insecure = true,
            "cacert" => self.authority = Some(value()?),
            "no-buffer" | "ipv4" | "http1.1" | "no-progress-meter" | "compressed" => {}
            "output" => self.output = Some(value()?),
            "remote-name" => self.remote_name = true,
            "write-out" => self.write_out = Some(value()?),
            "request" => self.method = Some(value()?),
            "data" | "data-raw" | "data-ascii" | "data-binary" | "data-urlencode" | "json" => {
                let data = value()?;
                if name == "json" {
                    self.header("Content-Type: application/json");
                    self.header("Accept: application/json");
                }
                self.data.push(data);
            }
            "header" => {
                let text = value()?;
                self.header(&text);
            }
            "user-agent" => {
                let text = value()?;
                self.headers.push(("User-Agent".into(), text));
            }
            "user" => self.user = Some(value()?),
            "max-time" => self.timeout = Some(time(value()?, name)?),
            "connect-timeout" => self.connect_timeout = Some(time(value()?, name)?),
            "retry" => {
                self.retry = value()?.parse().map_err(|_| {
                    format!("option --{name}: expected a proper numerical parameter")
                })?;
            }
            "resolve" => {
                let text = value()?;
                let mut parts = text.splitn(3, ':');
                let entry = (|| {
                    let host = parts.next()?.to_owned();
                    let port = parts.next()?.parse().ok()?;
                    Some((host, port, parts.next()?.to_owned()))
                })();
                let entry = entry.ok_or_else(|| {
                    format!("(49) Could not parse CURLOPT_RESOLVE entry '{text}'")
                })?;
                self.resolve.push(entry);
            }
            "url" => {
                let url = value()?;
                self.urls.push(url);
            }
            _ => return Err(format!("option --{name}: is unknown")),
        }
        Ok(())
    }

    fn header(&mut self, text: &str) {
        if let Some((name, value)) = text.split_once(':') {
            self.headers
                .push((name.to_owned(), value.trim().to_owned()));
        }
    }

    fn request(&self, url: &Url) -> Request {
        let data = self.data.join("&");
        let mut target = url.target.clone();
        let mut body = Vec::new();
        if self.get && !data.is_empty() {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&data);
        } else {
            body = data.into_bytes();
        }
        let method = match &self.method {
            Some(method) => method.clone(),
            None if self.head => "HEAD".into(),
            None if !body.is_empty() => "POST".into(),
            None => "GET".into(),
        };
        let mut request = Request::get(&url.authority(), &target);
        request.method = method;
        request
            .headers
            .push("User-Agent", &format!("curl/{VERSION}"));
        request.headers.push("Accept", "*/*");
        if !body.is_empty() {
            request
                .headers
                .push("Content-Type", "application/x-www-form-urlencoded");
        }
        for (name, value) in &self.headers {
            request.headers.set(name, value);
        }
        if !body.is_empty() {
            request
                .headers
                .set("Content-Length", &body.len().to_string());
        }
        request.body = body;
        request
    }
}

async fn fetch(
    proc: &Proc,
    options: &Options,
    text: &str,
    transfer: &mut Transfer,
) -> Result<(), Trouble> {
    let mut url = Url::parse(text).map_err(|bad| match bad {
        BadUrl::Scheme(scheme) => (
            1,
            format!("Protocol \"{scheme}\" not supported in this playground"),
        ),
        BadUrl::Malformed => (3, "URL rejected: No host part in the URL".into()),
        BadUrl::Port => (
            3,
            "URL rejected: Port number was not a decimal number between 0 and 65535".into(),
        ),
    })?;
    let mut trusted = String::new();
    if let Some(path) = &options.authority {
        let read = proc.read_path(path, AUTHORITY_LIMIT).await;
        let read = read.map_err(|_| {
            let text = format!("error setting certificate file: {path}");
            (77, text)
        })?;
        trusted = String::from_utf8_lossy(&read).into_owned();
    }
    let began = proc.now();
    let mut redirects = 0;
    let (response, mut head) = loop {
        let request = options.request(&url);
        let host = options
            .resolve
            .iter()
            .find(|(host, port, _)| *host == url.host && *port == url.port)
            .map_or(url.host.as_str(), |(_, _, ip)| ip.as_str());
        let target = Target {
            host,
            port: url.port,
            tls: url.tls.then_some(Tls {
                host: &url.host,
                trusted: &trusted,
                insecure: options.insecure,
            }),
            connect_timeout: options.connect_timeout,
            timeout: options.timeout,
        };
        transfer.url = Some(url.clone());
        transfer.method.clone_from(&request.method);
        transfer.head_only = options.head;
        transfer.redirects = redirects;
        let asked = proc.now();
        let answer = exchange(proc, &target, &request).await;
        let waited = (proc.now() - began).as_millis();
        let passed = (proc.now() - asked).as_secs_f64();
        let done = (proc.now() - began).as_secs_f64();
        let (response, ip) = match answer {
            Ok(answer) => answer,
            Err(failure) => {
                transfer.times = [0.0, 0.0, 0.0, done];
                if matches!(failure, Failure::Name(_)) {
                    crate::outside_hint(proc, &url.host);
                }
                return Err(trouble(&failure, &url, waited));
            }
        };
        // The parts of an exchange are not measured: the connection takes about half of it.
        let before = done - passed;
        transfer.times = [before + passed / 8.0, before + passed / 2.0, done, done];
        transfer.remote_ip = ip.to_string();
        transfer.local_ip =
            crate::netns(proc).map_or_else(String::new, |netns| netns.ip().to_string());
        transfer.request = (request_size(&request), request.body.len());
        transfer.redirect_url.clear();
        if options.write_out.is_some() {
            transfer.response = Some(response.clone());
        }
        if options.verbose {
            narrate(proc, &url, &ip.to_string(), &request, &response).await;
        }
        let head = if options.include || options.head {
            header_text(&response)
        } else {
            String::new()
        };
        let location = response.headers.get("Location");
        let moved = matches!(response.status, 301 | 302 | 303 | 307 | 308);
        match location.filter(|_| options.location && moved) {
            Some(location) => {
                redirects += 1;
                if redirects > REDIRECTS {
                    return Err((47, format!("Maximum ({REDIRECTS}) redirects followed")));
                }
                url = url
                    .join(location)
                    .map_err(|_| (3, "URL rejected: Malformed input to a URL function".into()))?;
            }
            None => {
                if let Some(location) = location.filter(|_| moved)
                    && let Ok(to) = url.join(location)
                {
                    transfer.redirect_url = to.text();
                }
                break (response, head);
            }
        }
    };
    if options.fail && response.status >= 400 {
        let status = response.status;
        return Err((22, format!("The requested URL returned error: {status}")));
    }
    let body = if options.head {
        &[][..]
    } else {
        &response.body
    };
    let mut output = std::mem::take(&mut head).into_bytes();
    output.extend_from_slice(body);
    let file = match (&options.output, options.remote_name) {
        (Some(path), _) => Some(path.clone()),
        (None, true) => Some(url.file_name()),
        (None, false) => None,
    };
    let to_terminal = file.is_none() && proc.is_tty(1);
    if !options.silent && !to_terminal {
        meter(proc, body.len()).await;
    }
    match file {
        Some(path) if path != "-" => {
            let opened = proc.open(&path, OpenFlags::WRITE);
            let written = match opened {
                Ok(file) => proc.write_file_to(&file, output).await,
                Err(errno) => Err(errno),
            };
            written.map_err(|errno| {
                (
                    23,
                    format!(
                        "client returned ERROR on write, {} bytes: {}",
                        body.len(),
                        errno.text()
                    ),
                )
            })?;
        }
        _ => {
            let written = proc.write(1, output).await;
            written.map_err(|_| (23, "Failure writing output to destination".into()))?;
        }
    }
    Ok(())
}

fn trouble(failure: &Failure, url: &Url, waited: u128) -> Trouble {
    let (host, port) = (&url.host, url.port);
    match failure {
        Failure::Name(_) => (6, format!("Could not resolve host: {host}")),
        Failure::Connect(_, network::ConnectError::TimedOut) => (
            28,
            format!(
                "Failed to connect to {host} port {port} after {waited} ms: Could not connect to server"
            ),
        ),
        Failure::Connect(..) => (
            7,
            format!(
                "Failed to connect to {host} port {port} after {waited} ms: Could not connect to server"
            ),
        ),
        Failure::ConnectTimeout(_) => (
            28,
            format!("Connection timed out after {waited} milliseconds"),
        ),
        Failure::NoTls => (
            35,
            "TLS connect error: error:0A0000C6:SSL routines::packet length too long".into(),
        ),
        Failure::Certificate(why) => {
            let text = match why {
                Distrust::SelfSigned => {
                    "SSL certificate problem: self-signed certificate".to_owned()
                }
                Distrust::UnknownIssuer => {
                    "SSL certificate problem: unable to get local issuer certificate".to_owned()
                }
                Distrust::Expired => "SSL certificate problem: certificate has expired".to_owned(),
                Distrust::OtherHost => format!(
                    "SSL: no alternative certificate subject name matches target host name '{host}'"
                ),
            };
            (60, text + DISTRUST)
        }
        Failure::Timeout => (
            28,
            format!("Operation timed out after {waited} milliseconds with 0 bytes received"),
        ),
        Failure::Http(HttpError::EmptyReply) => (52, "Empty reply from server".into()),
        Failure::Http(HttpError::Malformed) => (1, "Received HTTP/0.9 when not allowed".into()),
        Failure::Http(_) => (56, "Recv failure: Connection reset by peer".into()),
    }
}

/// Bytes of a request's head.
fn request_size(request: &Request) -> usize {
    let fields = request.headers.iter();
    let fields: usize = fields
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    request.method.len() + request.target.len() + 14 + fields
}

fn header_text(response: &Response) -> String {
    let status = response.status;
    let mut text = format!("HTTP/1.1 {status} {}\r\n", reason_phrase(status));
    for (name, value) in response.headers.iter() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n"
}

/// What `-v` tells on standard error.
async fn narrate(proc: &Proc, url: &Url, ip: &str, request: &Request, response: &Response) {
    let (host, port) = (&url.host, url.port);
    let mut text = String::new();
    if *host != ip {
        text.push_str(&format!(
            "* Host {host}:{port} was resolved.\n* IPv6: (none)\n* IPv4: {ip}\n"
        ));
    }
    let how = if url.tls {
        "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n"
    } else {
        ""
    };
    text.push_str(&format!(
        "*   Trying {ip}:{port}...\n* Connected to {host} ({ip}) port {port}\n{how}* using HTTP/1.x\n> {} {} HTTP/1.1\n",
        request.method, request.target
    ));
    for (name, value) in request.headers.iter() {
        text.push_str(&format!("> {name}: {value}\n"));
    }
    text.push_str("> \n* Request completely sent off\n");
    for line in header_text(response).lines() {
        text.push_str(&format!("< {line}\n"));
    }
    text.push_str(&format!("* Connection #0 to host {host} left intact\n"));
    proc.eprint(text).await;
}

/// The progress meter, which is shown when the output goes elsewhere than to a terminal.
async fn meter(proc: &Proc, size: usize) {
    let line = |size: usize, speed: &str| {
        let percent = if size > 0 { 100 } else { 0 };
        format!(
            "{percent:3} {size:>5}  {percent:3} {size:>5}    0     0 {speed:>6}      0 --:--:-- --:--:-- --:--:-- {speed:>5}"
        )
    };
    proc.eprint(format!(
        "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n\
         {:33}Dload  Upload   Total   Spent    Left  Speed\n\r{}\r{}\n",
        "",
        line(0, "0"),
        line(size, &size.saturating_mul(800).min(99_999).to_string())
    ))
    .await;
}
