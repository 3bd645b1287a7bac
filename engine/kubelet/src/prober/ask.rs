//! Asking: run a command, get a page, open a connection.

use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Container, ExecAction, GRPCAction, HTTPGetAction, TCPSocketAction};
use network::http::{HttpError, Request, Response, send};
use network::{ConnectError, HostAddr};
use sim::futures_util::future::{Either, select};

use super::worker::Worker;
use super::{ProbeResult, port_number};
use crate::hooks::path_of;
use crate::kubelet::Kubelet;

/// How many redirects a probe follows.
const MAX_REDIRECTS: u32 = 10;

/// What a container answered.
enum Answer {
    Yes,
    /// Yes, but.
    Warning(String),
    /// No, and what it said.
    No(String),
    /// It could not be asked.
    Error(String),
}

impl Kubelet {
    /// Asks a container once; `None` when it could not be asked. What is wrong is said in an event.
    pub(super) async fn ask(&self, worker: &Worker, id: &Rc<str>) -> Option<ProbeResult> {
        let probe = &worker.probe;
        let timeout = u64::try_from(probe.timeout_seconds).unwrap_or(0).max(1);
        let timeout = Duration::from_secs(timeout);
        let ip = self.pod_ip(&worker.pod);
        let container = &worker.container;
        let answer = if let Some(exec) = &probe.exec {
            self.ask_command(exec, id, timeout).await
        } else if let Some(get) = &probe.http_get {
            self.ask_page(get, container, &ip, timeout).await
        } else if let Some(socket) = &probe.tcp_socket {
            self.ask_socket(socket, container, &ip, timeout).await
        } else if let Some(grpc) = &probe.grpc {
            self.ask_grpc(grpc, &ip, timeout).await
        } else {
            Answer::Yes
        };
        let title = worker.kind.title();
        let say = |reason: &str, message: String| {
            let (pod, name) = (&worker.pod, &container.name);
            self.container_event(pod, name, "Warning", reason, &message);
        };
        match answer {
            Answer::Yes => Some(ProbeResult::Success),
            Answer::Warning(what) => {
                say("ProbeWarning", format!("{title} probe warning: {what}"));
                Some(ProbeResult::Success)
            }
            Answer::No(why) => {
                say("Unhealthy", format!("{title} probe failed: {why}"));
                Some(ProbeResult::Failure)
            }
            Answer::Error(why) => {
                let what = "probe errored and resulted in unknown state";
                say("Unhealthy", format!("{title} {what}: {why}"));
                None
            }
        }
    }

    async fn ask_command(&self, exec: &ExecAction, id: &str, timeout: Duration) -> Answer {
        let command: Vec<String> = exec.command.iter().map(|word| word.to_string()).collect();
        match self.runtime().exec_sync(id, &command, timeout).await {
            Ok(Ok(ran)) => match ran.code {
                Some(0) => Answer::Yes,
                Some(_) => Answer::No(String::from_utf8_lossy(&ran.output).into_owned()),
                None => Answer::No(format!(
                    "command timed out: \"{}\" timed out after {}s",
                    command.join(" "),
                    timeout.as_secs()
                )),
            },
            Ok(Err(why)) => Answer::Error(format!(
                "rpc error: code = Unknown desc = failed to exec in container: failed to start exec \"{}\": OCI \
                 runtime exec failed: exec failed: unable to start container process: {why}",
                id
            )),
            Err(_) => Answer::Error(format!(
                "rpc error: code = NotFound desc = failed to exec in container: container \"{id}\" not found"
            )),
        }
    }

    async fn ask_page(
        &self,
        get: &HTTPGetAction,
        container: &Container,
        pod_ip: &str,
        timeout: Duration,
    ) -> Answer {
        let host = if get.host.is_empty() {
            pod_ip
        } else {
            get.host.as_str()
        };
        let port = match port_number(&get.port, container) {
            Ok(port) => port,
            Err(why) => return Answer::Error(why),
        };
        let Ok(ip) = host.parse() else {
            return Answer::No(format!("dial tcp: lookup {host}: no such host"));
        };
        let path = path_of(get);
        let mut request = Request::get(&format!("{host}:{port}"), &path);
        request.headers.push("User-Agent", "kube-probe/1.36");
        request.headers.push("Accept", "*/*");
        for header in &get.http_headers {
            request.headers.set(&header.name, &header.value);
        }
        let scheme = get.scheme.to_lowercase();
        let scheme = if scheme.is_empty() { "http" } else { &scheme };
        let url = format!("Get \"{scheme}://{host}:{port}{path}\":");
        let to = HostAddr::new(ip, port);
        let ask = self.ask_following(to, request);
        match select(std::pin::pin!(ask), self.sim().sleep(timeout)).await {
            // Nothing here speaks TLS.
            Either::Left((Ok(_), _)) if scheme == "https" => Answer::No(format!(
                "{url} http: server gave HTTP response to HTTPS client"
            )),
            Either::Left((Ok(response), _)) => match response.status {
                200..=299 => Answer::Yes,
                300..=399 => Answer::Warning(format!(
                    "Probe terminated redirects, Response body: {}",
                    String::from_utf8_lossy(&response.body)
                )),
                code => Answer::No(format!("HTTP probe failed with statuscode: {code}")),
            },
            Either::Left((Err(error), _)) => Answer::No(match error {
                HttpError::Connect(error) => format!("{url} {}", dial(to, error)),
                HttpError::EmptyReply => format!("{url} EOF"),
                HttpError::Reset => format!("{url} read tcp {to}: read: connection reset by peer"),
                HttpError::Malformed => format!(
                    "{url} net/http: HTTP/1.x transport connection broken: malformed HTTP response"
                ),
            }),
            Either::Right(_) => Answer::No(format!(
                "{url} context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
            )),
        }
    }

    /// Gets a page, and the one it leads to as long as that is on the same host.
    async fn ask_following(
        &self,
        mut to: HostAddr,
        mut request: Request,
    ) -> Result<Response, HttpError> {
        let mut left = MAX_REDIRECTS;
        loop {
            let connect = self.runtime().host().connect(to).await;
            let mut stream = connect.map_err(HttpError::Connect)?;
            let response = send(&mut stream, &request).await?;
            let location = response.headers.get("Location").unwrap_or_default();
            let next = match response.status {
                301 | 302 | 303 | 307 | 308 => same_host(location, to),
                _ => None,
            };
            let Some((address, target)) = next.filter(|_| left > 0) else {
                return Ok(response);
            };
            left -= 1;
            to = address;
            request.headers.set("Host", &to.to_string());
            request.target = target;
        }
    }

    async fn ask_socket(
        &self,
        socket: &TCPSocketAction,
        container: &Container,
        pod_ip: &str,
        timeout: Duration,
    ) -> Answer {
        let host = if socket.host.is_empty() {
            pod_ip
        } else {
            socket.host.as_str()
        };
        let port = match port_number(&socket.port, container) {
            Ok(port) => port,
            Err(why) => return Answer::Error(why),
        };
        let Ok(ip) = host.parse() else {
            return Answer::No(format!("dial tcp: lookup {host}: no such host"));
        };
        let to = HostAddr::new(ip, port);
        let connect = std::pin::pin!(self.runtime().host().connect(to));
        match select(connect, self.sim().sleep(timeout)).await {
            Either::Left((Ok(_), _)) => Answer::Yes,
            Either::Left((Err(error), _)) => Answer::No(dial(to, error)),
            Either::Right(_) => Answer::No(format!("dial tcp {to}: i/o timeout")),
        }
    }

    /// Asks for the service's health. Whoever does not speak gRPC is as good as not there: the client tries again until
    /// its time is up.
    async fn ask_grpc(&self, grpc: &GRPCAction, pod_ip: &str, timeout: Duration) -> Answer {
        let port = u16::try_from(grpc.port).unwrap_or(0);
        let Ok(ip) = pod_ip.parse() else {
            return Answer::Error("the pod has no address".to_owned());
        };
        let to = HostAddr::new(ip, port);
        let service = grpc.service.as_deref().unwrap_or_default();
        let mut request = Request::get(&to.to_string(), "/grpc.health.v1.Health/Check");
        request.method = "POST".to_owned();
        request.headers.push("Content-Type", "application/grpc");
        request.headers.push("User-Agent", "kube-probe/1.36");
        request.body = service.as_bytes().to_vec();
        let ask = async {
            let mut stream = self.runtime().host().connect(to).await.ok()?;
            send(&mut stream, &request).await.ok()
        };
        let ask = async {
            match ask.await {
                Some(answer) if answer.headers.get("Grpc-Status").is_some() => answer,
                _ => std::future::pending().await,
            }
        };
        let answer = match select(std::pin::pin!(ask), self.sim().sleep(timeout)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                return Answer::No(format!(
                    "timeout: failed to connect service \"{to}\" within {}s: context deadline exceeded",
                    timeout.as_secs()
                ));
            }
        };
        let said = String::from_utf8_lossy(&answer.body);
        match (answer.headers.get("Grpc-Status"), &*said) {
            (Some("0"), "SERVING") => Answer::Yes,
            (Some("0"), state) => {
                Answer::No(format!("service unhealthy (responded with \"{state}\")"))
            }
            (_, message) => Answer::No(format!(
                "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): {message}"
            )),
        }
    }
}

/// Where a redirect leads to, if it is on the host that was asked.
fn same_host(location: &str, asked: HostAddr) -> Option<(HostAddr, String)> {
    if location.starts_with('/') {
        return Some((asked, location.to_owned()));
    }
    let rest = location.strip_prefix("http://")?;
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, 80),
    };
    let same = host == asked.ip.to_string();
    same.then(|| (HostAddr::new(asked.ip, port), path.to_owned()))
}

/// What Go says when it cannot connect.
fn dial(to: HostAddr, error: ConnectError) -> String {
    match error {
        ConnectError::TimedOut => format!("dial tcp {to}: i/o timeout"),
        error => format!(
            "dial tcp {to}: connect: {}",
            error.to_string().to_lowercase()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_on_the_same_host_only() {
        let asked = HostAddr::new([10, 244, 0, 3].into(), 8080);
        let path = |location| same_host(location, asked).map(|(to, path)| (to.port, path));
        assert_eq!(path("/ready/"), Some((8080, "/ready/".to_owned())));
        assert_eq!(path("http://10.244.0.3/x"), Some((80, "/x".to_owned())));
        assert_eq!(path("http://10.244.0.3:81"), Some((81, "/".to_owned())));
        assert_eq!(path("http://example.com/x"), None);
        assert_eq!(path("https://10.244.0.3/x"), None);
    }
}
