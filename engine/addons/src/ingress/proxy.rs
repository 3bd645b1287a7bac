//! The proxy itself: takes a request, finds its backend, asks one of its ready endpoints, passes the answer on.

use std::cell::Cell;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Secret, Service};
use api::discovery::v1::EndpointSlice;
use api::networking::v1::{Ingress, IngressServiceBackend};
use client::{Informers, Lister};
use network::http::tls::Certificate;
use network::http::{HttpError, Request, Response, reason_phrase, send, serve, serve_tls};
use network::{ConnectError, HostAddr, Listener, Netns};
use sim::futures_util::future::{Either, select};

use super::{certificate, is_ours, route};

const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// `proxy_connect_timeout`.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// `proxy_read_timeout`.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// What the proxy knows.
pub(super) struct Proxy {
    netns: Netns,
    ingresses: Lister<Ingress>,
    services: Lister<Service>,
    slices: Lister<EndpointSlice>,
    secrets: Lister<Secret>,
    /// Since when it runs, in seconds since 1970.
    started: i64,
    /// Whose turn it is among endpoints.
    turn: Cell<usize>,
}

impl Proxy {
    pub(super) fn new(
        netns: &Netns,
        informers: &Informers,
        ingresses: Lister<Ingress>,
    ) -> Rc<Self> {
        Rc::new(Self {
            netns: netns.clone(),
            ingresses,
            services: informers.lister(),
            slices: informers.lister(),
            secrets: informers.lister(),
            started: netns.fabric().sim().now().as_secs(),
            turn: Cell::new(0),
        })
    }

    /// Serves for ever.
    pub(super) async fn run(self: Rc<Self>, listener: Listener) {
        serve(listener, move |request, peer| {
            let proxy = Rc::clone(&self);
            async move { proxy.answer(request, peer.ip, false).await }
        })
        .await;
    }

    /// Serves behind certificates for ever.
    pub(super) async fn run_tls(self: Rc<Self>, listener: Listener) {
        let proxy = Rc::clone(&self);
        let certificate = move |host: &str| proxy.certificate(host);
        serve_tls(listener, &certificate, move |request, peer| {
            let proxy = Rc::clone(&self);
            async move { proxy.answer(request, peer.ip, true).await }
        })
        .await;
    }

    /// The certificate for a host: that of the secret which an Ingress names for it.
    fn certificate(&self, host: &str) -> Certificate {
        let mut found = None;
        for ingress in self.ingresses.list() {
            let mut tls = ingress.spec.tls.iter();
            let named = tls.find(|tls| tls.hosts.iter().any(|name| route::is_host(name, host)));
            if let Some(tls) = named.filter(|_| is_ours(&ingress)) {
                let secret = self
                    .secrets
                    .get(&ingress.metadata.namespace, &tls.secret_name);
                let text = secret.and_then(|secret| {
                    let pem = secret.data.get("tls.crt")?;
                    Some(String::from_utf8_lossy(pem).into_owned())
                });
                found = found.or_else(|| certificate::read(&text?));
            }
        }
        found.unwrap_or_else(|| certificate::fake(self.started))
    }

    async fn answer(&self, mut request: Request, from: Ipv4Addr, tls: bool) -> Response {
        let host = request.headers.get("Host").unwrap_or_default().to_owned();
        let name = host.split(':').next().unwrap_or_default().to_owned();
        let mut ingresses = self.ingresses.list();
        ingresses.retain(|ingress| is_ours(ingress));
        ingresses.sort_by(|a, b| {
            let age = |i: &Ingress| i.metadata.creation_timestamp;
            age(a)
                .cmp(&age(b))
                .then_with(|| a.metadata.name.cmp(&b.metadata.name))
        });
        let path = os::path::clean(request.path());
        let path = match request.path().ends_with('/') && path != "/" {
            true => format!("{path}/"),
            false => path,
        };
        let Some(found) = route::find(&ingresses, &name, &path) else {
            return page(404);
        };
        if found.only_tls && !tls {
            let mut response = page(308);
            let location = format!("https://{name}{}", request.target);
            response.headers.set("Location", &location);
            return response;
        }
        let Some(service) = &found.backend.service else {
            return page(503);
        };
        let Some(endpoint) = self.endpoint(&found.namespace, service) else {
            return page(503);
        };
        request.target = match request.query() {
            "" => found.path,
            query => format!("{}?{query}", found.path),
        };
        let from = from.to_string();
        for (name, value) in [
            ("X-Real-IP", from.as_str()),
            ("X-Forwarded-For", from.as_str()),
            ("X-Forwarded-Host", host.as_str()),
            ("X-Forwarded-Port", if tls { "443" } else { "80" }),
            ("X-Forwarded-Proto", if tls { "https" } else { "http" }),
            ("X-Scheme", if tls { "https" } else { "http" }),
        ] {
            request.headers.set(name, value);
        }
        request.headers.set("Connection", "close");
        match self.ask(endpoint, &request).await {
            Ok(mut response) => {
                response.headers.set("Connection", "close");
                response
            }
            Err(status) => page(status),
        }
    }

    /// Sends the request; the status code when that fails.
    async fn ask(&self, endpoint: HostAddr, request: &Request) -> Result<Response, u16> {
        let connected = self.within(CONNECT_TIMEOUT, self.netns.connect(endpoint));
        let mut stream = match connected.await.ok_or(504_u16)? {
            Ok(stream) => stream,
            Err(ConnectError::TimedOut) => return Err(504),
            Err(_) => return Err(502),
        };
        let answered = self.within(READ_TIMEOUT, send(&mut stream, request));
        let answered = answered.await.ok_or(504_u16)?;
        answered.map_err(|error| match error {
            HttpError::Connect(ConnectError::TimedOut) => 504,
            _ => 502,
        })
    }

    /// The outcome of some work, unless it takes longer than that.
    async fn within<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        let sleep = std::pin::pin!(self.netns.fabric().sim().sleep(limit));
        match select(std::pin::pin!(work), sleep).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }

    /// One of the ready endpoints of a service's port, each in its turn.
    fn endpoint(&self, namespace: &str, backend: &IngressServiceBackend) -> Option<HostAddr> {
        let service = self.services.get(namespace, &backend.name)?;
        let wanted = &backend.port;
        let port = service.spec.ports.iter().find(|port| {
            if wanted.name.is_empty() {
                port.port == wanted.number
            } else {
                port.name == wanted.name
            }
        })?;
        let mut all = Vec::new();
        for slice in self.slices.in_namespace(namespace) {
            if slice.metadata.labels.get(SERVICE_NAME) != Some(&backend.name) {
                continue;
            }
            let mut ports = slice.ports.iter();
            let number = ports
                .find(|p| p.name.as_deref().unwrap_or_default() == &*port.name)
                .and_then(|p| u16::try_from(p.port?).ok());
            let Some(number) = number else { continue };
            let ready = slice
                .endpoints
                .iter()
                .filter(|endpoint| endpoint.conditions.ready.unwrap_or(true));
            all.extend(ready.filter_map(|endpoint| {
                let ip = endpoint.addresses.first()?.parse().ok()?;
                Some(HostAddr::new(ip, number))
            }));
        }
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        all.get(turn.checked_rem(all.len())?).copied()
    }
}

/// A page of the proxy's own.
fn page(status: u16) -> Response {
    let reason = match status {
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        _ => reason_phrase(status),
    };
    let title = format!("{status} {reason}");
    Response::new(
        status,
        "text/html",
        format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        ),
    )
}
