//! One HTTP exchange with a limit on its time.

use std::cell::Cell;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::time::Duration;

use network::http::tls::{Certificate, hello};
use network::http::{HttpError, Request, Response, send};
use network::{ConnectError, HostAddr};
use os::Proc;
use sim::futures_util::future::{Either, select};

use crate::resolve::{Unknown, resolve};

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The host has no address.
    Name(Unknown),
    /// No connection was made to that address.
    Connect(Ipv4Addr, ConnectError),
    /// The connection took too long.
    ConnectTimeout(Ipv4Addr),
    /// The exchange went wrong.
    Http(HttpError),
    /// The server does not speak TLS.
    NoTls,
    /// The server's certificate is not trusted, and why.
    Certificate(Distrust),
    /// It took too long altogether.
    Timeout,
}

/// Why a certificate is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// It vouches for itself.
    SelfSigned,
    /// Nobody knows who vouches for it.
    UnknownIssuer,
    /// It is for other hosts.
    OtherHost,
    /// Its time is over.
    Expired,
}

/// How the server is to show who it is.
pub(crate) struct Tls<'a> {
    /// The host that is wanted.
    pub(crate) host: &'a str,
    /// Certificates that are trusted, in PEM.
    pub(crate) trusted: &'a str,
    /// Any certificate will do.
    pub(crate) insecure: bool,
}

/// Where to, and how long it may take.
pub(crate) struct Target<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    /// Over TLS.
    pub(crate) tls: Option<Tls<'a>>,
    /// For the connection.
    pub(crate) connect_timeout: Option<Duration>,
    /// For all of it.
    pub(crate) timeout: Option<Duration>,
}

/// Looks the host up, connects, sends the request and waits for the response: that, and the address it came from.
pub(crate) async fn exchange(
    proc: &Proc,
    target: &Target<'_>,
    request: &Request,
) -> Result<(Response, Ipv4Addr), Failure> {
    let connecting_to = Cell::new(None);
    let work = async {
        let addresses = resolve(proc, target.host).await.map_err(Failure::Name)?;
        let ip = *addresses
            .first()
            .ok_or(Failure::Name(Unknown::NoSuchName))?;
        let netns = crate::netns(proc).ok_or(Failure::Connect(ip, ConnectError::NetworkDown))?;
        connecting_to.set(Some(ip));
        let connecting = netns.connect(HostAddr::new(ip, target.port));
        let mut stream = within(proc, target.connect_timeout, connecting)
            .await
            .ok_or(Failure::ConnectTimeout(ip))?
            .map_err(|error| Failure::Connect(ip, error))?;
        connecting_to.set(None);
        if let Some(tls) = &target.tls {
            let shown = hello(&mut stream, tls.host).await;
            let shown = shown.map_err(|_| Failure::NoTls)?;
            let distrust = distrust(&shown, tls, proc.now().as_secs());
            if let Some(why) = distrust.filter(|_| !tls.insecure) {
                return Err(Failure::Certificate(why));
            }
        }
        let response = send(&mut stream, request).await.map_err(Failure::Http)?;
        Ok((response, ip))
    };
    let outcome = within(proc, target.timeout, work).await;
    outcome.unwrap_or_else(|| {
        Err(connecting_to
            .get()
            .map_or(Failure::Timeout, Failure::ConnectTimeout))
    })
}

/// Why a certificate is not to be trusted.
fn distrust(shown: &Certificate, tls: &Tls<'_>, now: i64) -> Option<Distrust> {
    let trusted: String = tls.trusted.split_whitespace().collect();
    if shown.text.is_empty() || !trusted.contains(&shown.text) {
        return Some(if shown.is_self_signed() {
            Distrust::SelfSigned
        } else {
            Distrust::UnknownIssuer
        });
    }
    if now > shown.valid.1 {
        return Some(Distrust::Expired);
    }
    (!shown.is_for(tls.host)).then_some(Distrust::OtherHost)
}

/// The outcome, unless the time was up before.
pub(crate) async fn within<T>(
    proc: &Proc,
    limit: Option<Duration>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let Some(limit) = limit else {
        return Some(work.await);
    };
    let work = pin!(work);
    match select(work, proc.sim().sleep(limit)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// `1.5` as a duration; `None` if it is no number of seconds above zero.
pub(crate) fn seconds(text: &str) -> Option<Duration> {
    let number: f64 = text.trim_end_matches('s').parse().ok()?;
    (number > 0.0 && number < 1e9).then(|| Duration::from_secs_f64(number))
}
