//! A small HTTP/1.1 server for static files, on 127.0.0.1 only: enough for one developer and for the tests.
//!
//! It answers GET and HEAD, keeps connections open, compresses with gzip when asked (as every static host does), and
//! lets a browser keep whatever has a hash in its name. No directory listings, no ranges, no other methods, nothing
//! outside the folders it was given.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;

use super::changes::{self, Changes};
use super::mime;

/// Longest line of a request that is read.
const MAX_LINE: u64 = 16 * 1024;
/// Most header lines of a request.
const MAX_HEADERS: usize = 100;
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(30);

/// A folder served under a path.
#[derive(Clone, Debug)]
pub(crate) struct Mount {
    /// Path with a slash at both ends.
    pub(crate) prefix: String,
    /// What is served below it.
    pub(crate) folder: PathBuf,
}

/// A listening server.
pub(crate) struct Server {
    listener: TcpListener,
    port: u16,
}

/// Compressed bodies, so that each file is compressed once.
type Compressed = Arc<Mutex<HashMap<PathBuf, Arc<Vec<u8>>>>>;

impl Server {
    /// Takes a port; 0 takes any free one.
    pub(crate) fn bind(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// The port that was taken.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Serves for ever, a thread a connection. Pages may listen for changes, if there will be any.
    pub(crate) fn run(self, mounts: &[Mount], changes: Option<&Arc<Changes>>) -> Result<()> {
        let compressed = Compressed::default();
        for stream in self.listener.incoming() {
            let Ok(stream) = stream else { continue };
            let mounts = mounts.to_vec();
            let compressed = compressed.clone();
            let changes = changes.cloned();
            std::thread::spawn(move || {
                // A connection that breaks concerns nobody but its browser.
                let _ = converse(&stream, &mounts, &compressed, changes.as_deref());
            });
        }
        Ok(())
    }
}

/// Answers requests on one connection until it is closed.
fn converse(
    stream: &TcpStream,
    mounts: &[Mount],
    compressed: &Compressed,
    changes: Option<&Changes>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(IDLE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        if request
            .path
            .strip_prefix('/')
            .is_some_and(|path| path.ends_with(changes::PATH))
        {
            if let Some(changes) = changes {
                return changes.tell(stream);
            }
            // Which tells a browser not to ask again.
            Response::text("204 No Content", "").write(stream, true)?;
            continue;
        }
        let response = answer(&request, mounts, compressed);
        response.write(stream, request.method == "HEAD")?;
        if request.close {
            break;
        }
    }
    Ok(())
}

struct Request {
    method: String,
    path: String,
    gzip: bool,
    close: bool,
    etag: Option<String>,
}

impl Request {
    /// Reads a request's head; `None` at the end of the connection or of our patience.
    fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Self>> {
        let Some(line) = read_line(reader)? else {
            return Ok(None);
        };
        let mut words = line.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Ok(None);
        };
        let mut request = Request {
            method: method.to_string(),
            path: target
                .split(['?', '#'])
                .next()
                .unwrap_or_default()
                .to_string(),
            gzip: false,
            close: false,
            etag: None,
        };
        for _ in 0..MAX_HEADERS {
            let Some(line) = read_line(reader)? else {
                return Ok(None);
            };
            if line.is_empty() {
                return Ok(Some(request));
            }
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "accept-encoding" => request.gzip = value.contains("gzip"),
                "connection" => request.close = value.eq_ignore_ascii_case("close"),
                "if-none-match" => request.etag = Some(value.to_string()),
                // A body is none of our business; without reading it the next request would be misread.
                "content-length" | "transfer-encoding" => request.close = true,
                _ => {}
            }
        }
        Ok(None)
    }
}

fn read_line(reader: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = reader.take(MAX_LINE).read_until(b'\n', &mut bytes)?;
    if read == 0 || bytes.last() != Some(&b'\n') {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_string()))
}

struct Response {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Arc<Vec<u8>>,
}

impl Response {
    fn text(status: &'static str, text: &str) -> Self {
        Response {
            status,
            headers: vec![("Content-Type", "text/plain; charset=utf-8".into())],
            body: Arc::new(text.as_bytes().to_vec()),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn write(&self, mut stream: &TcpStream, head_only: bool) -> std::io::Result<()> {
        let mut head = format!(
            "HTTP/1.1 {}\r\nContent-Length: {}\r\n",
            self.status,
            self.body.len()
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("X-Content-Type-Options: nosniff\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        if !head_only {
            stream.write_all(&self.body)?;
        }
        stream.flush()
    }
}

fn answer(request: &Request, mounts: &[Mount], compressed: &Compressed) -> Response {
    if request.method != "GET" && request.method != "HEAD" {
        return Response::text(
            "405 Method Not Allowed",
            "Only GET and HEAD are answered here.\n",
        )
        .with("Allow", "GET, HEAD");
    }
    let path = percent_decode(&request.path);
    // The longest prefix wins, so that a site below a path may stand beside one at the root.
    let mount = mounts
        .iter()
        .filter(|mount| path.starts_with(&mount.prefix))
        .max_by_key(|mount| mount.prefix.len());
    let Some(mount) = mount else {
        let below = mounts
            .iter()
            .find(|mount| format!("{path}/") == mount.prefix);
        return match below {
            Some(mount) => {
                Response::text("308 Permanent Redirect", "").with("Location", &mount.prefix)
            }
            None => not_found(&path),
        };
    };
    let Some(file) = locate(&mount.folder, &path[mount.prefix.len()..]) else {
        return not_found(&path);
    };
    let Ok(body) = fs::read(&file) else {
        return not_found(&path);
    };
    let mut response = Response {
        status: "200 OK",
        headers: vec![
            ("Content-Type", mime::of(&file).to_string()),
            ("Vary", "Accept-Encoding".to_string()),
        ],
        body: Arc::new(body),
    };
    if is_named_by_content(&file) {
        response = response.with("Cache-Control", "public, max-age=31536000, immutable");
    } else {
        let etag = etag(&response.body);
        response = response
            .with("Cache-Control", "no-cache")
            .with("ETag", &etag);
        if request.etag.as_deref() == Some(&etag) {
            response.status = "304 Not Modified";
            response.body = Arc::default();
            return response;
        }
    }
    if request.gzip
        && is_compressible(&file)
        && let Some(body) = gzip(&file, &response.body, compressed)
    {
        response.body = body;
        response = response.with("Content-Encoding", "gzip");
    }
    response
}

fn not_found(path: &str) -> Response {
    Response::text("404 Not Found", &format!("There is no {path} here.\n"))
}

/// The file that a path names, inside the folder or not at all.
fn locate(folder: &Path, path: &str) -> Option<PathBuf> {
    let relative = Path::new(path);
    let inside = relative
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    if !inside {
        return None;
    }
    let mut file = folder.join(relative);
    if path.is_empty() || path.ends_with('/') {
        file.push("index.html");
    }
    file.is_file().then_some(file)
}

/// Does the name end in `-` and a hash, as the build's do?
fn is_named_by_content(file: &Path) -> bool {
    let stem = file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    stem.as_deref()
        .and_then(|stem| stem.rsplit_once('-'))
        .is_some_and(|(_, hash)| {
            let is_hex = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_esbuild = hash.len() == 8
                && hash
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            is_hex || is_esbuild
        })
}

fn is_compressible(file: &Path) -> bool {
    let media = mime::of(file);
    !media.starts_with("font/woff2") && (!media.starts_with("image/") || media == "image/svg+xml")
}

fn etag(body: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

fn gzip(file: &Path, body: &[u8], compressed: &Compressed) -> Option<Arc<Vec<u8>>> {
    let named = is_named_by_content(file);
    if named && let Some(body) = compressed.lock().ok()?.get(file) {
        return Some(body.clone());
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).ok()?;
    let zipped = Arc::new(encoder.finish().ok()?);
    if named {
        compressed
            .lock()
            .ok()?
            .insert(file.to_path_buf(), zipped.clone());
    }
    Some(zipped)
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(folder: &Path, request: &str) -> Response {
        let mount = |prefix: &str| Mount {
            prefix: prefix.to_string(),
            folder: folder.to_path_buf(),
        };
        let request = Request::read(&mut request.as_bytes()).unwrap().unwrap();
        answer(
            &request,
            &[mount("/"), mount("/some/sub/")],
            &Compressed::default(),
        )
    }

    fn header(response: &Response, name: &str) -> Option<String> {
        let found = response.headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| value.clone())
    }

    #[test]
    fn files_inside_the_folder_and_nothing_else() {
        let root = std::env::temp_dir().join(format!("tabernetes-http-{}", std::process::id()));
        let folder = root.join("site");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<p>").unwrap();
        fs::write(folder.join("a-0123456789abcdef.wasm"), vec![0; 1000]).unwrap();
        fs::write(root.join("secret"), "").unwrap();

        let index = get(&folder, "GET / HTTP/1.1\r\n\r\n");
        assert_eq!(
            (index.status, index.body.as_slice()),
            ("200 OK", &b"<p>"[..])
        );
        let etag = header(&index, "ETag").unwrap();
        let again = get(
            &folder,
            &format!("GET /index.html HTTP/1.1\r\nIf-None-Match: {etag}\r\n\r\n"),
        );
        assert_eq!(again.status, "304 Not Modified");

        let wasm =
            "GET /some/sub/a-0123456789abcdef.wasm?x HTTP/1.1\r\nAccept-Encoding: br, gzip\r\n\r\n";
        let wasm = get(&folder, wasm);
        assert_eq!(
            header(&wasm, "Content-Type").as_deref(),
            Some("application/wasm")
        );
        assert_eq!(header(&wasm, "Content-Encoding").as_deref(), Some("gzip"));
        assert!(
            header(&wasm, "Cache-Control")
                .unwrap()
                .contains("immutable")
        );
        assert!(wasm.body.len() < 1000);

        for path in [
            "/../secret",
            "/%2e%2e/secret",
            "/some/sub/..%2f..%2fsecret",
            "//etc/passwd",
            "/none",
        ] {
            let response = get(&folder, &format!("GET {path} HTTP/1.1\r\n\r\n"));
            assert_eq!(response.status, "404 Not Found", "{path}");
        }
        let post = get(&folder, "POST / HTTP/1.1\r\n\r\n");
        assert_eq!(post.status, "405 Method Not Allowed");
        fs::remove_dir_all(root).unwrap();
    }
}
