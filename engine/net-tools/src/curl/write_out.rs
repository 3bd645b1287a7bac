//! What `-w` asks for: a format with variables, printed after each transfer, also after one that failed.
//!
//! Not here: `%{json}`, `%{header_json}`, `%{certs}` and writing to files with `%output{}`; unknown variables are left out with
//! a word on standard error, as by curl.

use std::fmt::Write;

use network::http::Response;
use os::Proc;

use crate::url::Url;

/// What is known of a transfer.
#[derive(Default)]
pub(super) struct Transfer {
    /// The URL that was asked for last.
    pub(super) url: Option<Url>,
    /// How it was asked for.
    pub(super) method: String,
    pub(super) response: Option<Response>,
    pub(super) remote_ip: String,
    pub(super) local_ip: String,
    /// Bytes of the request's head, and of its body.
    pub(super) request: (usize, usize),
    pub(super) redirects: usize,
    /// Where a redirection leads that was not followed.
    pub(super) redirect_url: String,
    /// The body was not taken.
    pub(super) head_only: bool,
    /// Seconds until the name was known, the connection made, the first byte there, all done.
    pub(super) times: [f64; 4],
    /// The exit code, and what went wrong.
    pub(super) trouble: (i32, String),
}

impl Transfer {
    fn variable(&self, name: &str) -> Option<String> {
        let [name_known, connected, first_byte, done] = self.times;
        let seconds = |time: f64| format!("{time:.6}");
        let response = self.response.as_ref();
        let status = response.map_or(0, |response| response.status);
        let size = response.map_or(0, |response| {
            if self.head_only {
                0
            } else {
                response.body.len()
            }
        });
        let header = |name: &str| {
            let found = response.and_then(|response| response.headers.get(name));
            found.unwrap_or_default().to_owned()
        };
        let answered = response.is_some();
        Some(match name {
            "http_code" | "response_code" => format!("{status:03}"),
            "http_connect" => "000".to_owned(),
            "http_version" => if answered { "1.1" } else { "0" }.to_owned(),
            "scheme" => self.url.as_ref().map_or("", Url::scheme).to_owned(),
            "method" => self.method.clone(),
            "url" | "url_effective" => {
                let url = self.url.as_ref();
                url.map_or_else(String::new, Url::text)
            }
            "content_type" => header("Content-Type"),
            "redirect_url" => self.redirect_url.clone(),
            "num_redirects" => self.redirects.to_string(),
            "num_connects" => if answered { self.redirects + 1 } else { 0 }.to_string(),
            "num_headers" => response
                .map_or(0, |response| response.headers.iter().count())
                .to_string(),
            "remote_ip" => self.remote_ip.clone(),
            "remote_port" => match &self.url {
                Some(url) if !self.remote_ip.is_empty() => url.port.to_string(),
                _ => "0".to_owned(),
            },
            "local_ip" => self.local_ip.clone(),
            "local_port" => if self.local_ip.is_empty() {
                "0"
            } else {
                "43210"
            }
            .to_owned(),
            "size_download" => size.to_string(),
            "size_upload" => self.request.1.to_string(),
            "size_header" => response
                .map_or(0, |response| super::header_text(response).len())
                .to_string(),
            "size_request" => self.request.0.to_string(),
            "speed_download" => per_second(size, done),
            "speed_upload" => per_second(self.request.1, done),
            "time_namelookup" => seconds(name_known),
            "time_connect" | "time_pretransfer" => seconds(connected),
            "time_appconnect" | "time_redirect" => seconds(0.0),
            "time_starttransfer" => seconds(first_byte),
            "time_total" => seconds(done),
            "exitcode" => self.trouble.0.to_string(),
            "errormsg" => self.trouble.1.clone(),
            "ssl_verify_result" | "proxy_ssl_verify_result" => "0".to_owned(),
            "urlnum" => "0".to_owned(),
            _ => return None,
        })
    }

    /// Prints what a format asks for.
    pub(super) async fn write_out(&self, proc: &Proc, format: &str) {
        let (mut out, mut complaints) = (String::new(), String::new());
        let mut rest = format;
        while let Some(at) = rest.find(['%', '\\']) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let mut chars = from.chars();
            let (first, second) = (chars.next(), chars.next());
            rest = match (first, second) {
                (Some('\\'), Some(letter)) => {
                    match letter {
                        'n' => out.push('\n'),
                        't' => out.push('\t'),
                        'r' => out.push('\r'),
                        other => out.extend(['\\', other]),
                    }
                    chars.as_str()
                }
                (Some('%'), Some('%')) => {
                    out.push('%');
                    chars.as_str()
                }
                (Some('%'), Some('{')) if chars.as_str().contains('}') => {
                    let (name, after) = chars.as_str().split_once('}').unwrap_or_default();
                    match self.variable(name) {
                        Some(value) => out.push_str(&value),
                        None => {
                            // Writing to a string cannot fail.
                            let _ = writeln!(
                                complaints,
                                "curl: unknown --write-out variable: '{name}'"
                            );
                        }
                    }
                    after
                }
                _ => {
                    out.extend(first);
                    from.get(1..).unwrap_or_default()
                }
            };
        }
        out.push_str(rest);
        if !complaints.is_empty() {
            proc.eprint(complaints).await;
        }
        proc.print(out).await;
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a speed is a round number that nobody counts on"
)]
fn per_second(bytes: usize, seconds: f64) -> String {
    if seconds <= 0.0 {
        return "0".to_owned();
    }
    ((bytes as f64 / seconds) as u64).to_string()
}
