//! What the servers among the stand-in programs share: the container's network, listening, ending on a signal.

use std::pin::pin;

use apimachinery::time::civil_from_unix;
use network::{Listener, Netns, Stream};
use os::{Disposition, Proc, Signal};
use sim::Time;
use sim::futures_util::future::{Either, pending, select};
use sim::futures_util::stream::{FuturesUnordered, StreamExt};

/// The network namespace that a process's container lives in.
pub(crate) fn netns(proc: &Proc) -> Option<Netns> {
    proc.machine()
        .extension::<Netns>()
        .map(|netns| (*netns).clone())
}

/// Listens on `port`; `None` when the port is taken or there is no network.
pub(crate) fn listen(proc: &Proc, port: u16) -> Option<Listener> {
    netns(proc)?.listen(port).ok()
}

/// Takes connections for ever, and holds the conversations on all of them at once.
pub(crate) async fn serve_each<C: Future<Output = ()>>(
    listener: Listener,
    mut converse: impl FnMut(Stream) -> C,
) {
    let mut open = FuturesUnordered::new();
    loop {
        let stream = {
            let accept = pin!(listener.accept());
            let progress = pin!(async {
                while open.next().await.is_some() {}
                pending::<()>().await;
            });
            match select(accept, progress).await {
                Either::Left(((stream, _), _)) => stream,
                Either::Right(((), _)) => continue,
            }
        };
        open.push(converse(stream));
    }
}

/// Runs `work` until it ends or one of `signals` comes; which one it was.
pub(crate) async fn until_signal<T>(
    proc: &Proc,
    signals: &[Signal],
    work: impl Future<Output = T>,
) -> Result<T, Signal> {
    for signal in signals {
        proc.set_disposition(*signal, Disposition::Catch);
    }
    let signal = pin!(proc.next_signal());
    match select(signal, pin!(work)).await {
        Either::Left((signal, _)) => Err(signal),
        Either::Right((done, _)) => Ok(done),
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

fn month(number: u32) -> &'static str {
    MONTHS
        .get(number.saturating_sub(1) as usize)
        .copied()
        .unwrap_or_default()
}

/// `22/Nov/2026:17:00:00 +0000`, as in access logs.
pub(crate) fn access_log_time(at: Time) -> String {
    let t = civil_from_unix(at.as_secs());
    format!(
        "{:02}/{}/{}:{:02}:{:02}:{:02} +0000",
        t.day,
        month(t.month),
        t.year,
        t.hour,
        t.minute,
        t.second
    )
}

/// `Sun, 22 Nov 2026 17:00:00 GMT`, as in HTTP headers.
pub(crate) fn http_date(at: Time) -> String {
    let t = civil_from_unix(at.as_secs());
    let day = DAYS.get(t.weekday as usize).copied().unwrap_or_default();
    format!(
        "{day}, {:02} {} {} {:02}:{:02}:{:02} GMT",
        t.day,
        month(t.month),
        t.year,
        t.hour,
        t.minute,
        t.second
    )
}

/// `2026/11/22 17:00:00`, as in nginx's error log.
pub(crate) fn slash_time(at: Time) -> String {
    let t = civil_from_unix(at.as_secs());
    format!(
        "{}/{:02}/{:02} {:02}:{:02}:{:02}",
        t.year, t.month, t.day, t.hour, t.minute, t.second
    )
}

/// `22 Nov 2026 17:00:00.123`, as in redis's log.
pub(crate) fn redis_time(at: Time) -> String {
    let t = civil_from_unix(at.as_secs());
    let millis = at.as_micros().rem_euclid(1_000_000) / 1000;
    format!(
        "{:02} {} {} {:02}:{:02}:{:02}.{millis:03}",
        t.day,
        month(t.month),
        t.year,
        t.hour,
        t.minute,
        t.second
    )
}

/// `Sun Nov 22 17:00:00.123456 2026`, as in Apache's error log.
pub(crate) fn apache_time(at: Time) -> String {
    let t = civil_from_unix(at.as_secs());
    let day = DAYS.get(t.weekday as usize).copied().unwrap_or_default();
    let micros = at.as_micros().rem_euclid(1_000_000);
    format!(
        "{day} {} {:02} {:02}:{:02}:{:02}.{micros:06} {}",
        month(t.month),
        t.day,
        t.hour,
        t.minute,
        t.second,
        t.year
    )
}

/// The media type that servers give a file by its name.
pub(crate) fn media_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "js" => "application/javascript",
        "json" => "application/json",
        "txt" => "text/plain",
        "xml" => "text/xml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_many_dresses() {
        let at = Time::from_micros(1_795_366_800_123_456);
        assert_eq!(access_log_time(at), "22/Nov/2026:17:00:00 +0000");
        assert_eq!(http_date(at), "Sun, 22 Nov 2026 17:00:00 GMT");
        assert_eq!(slash_time(at), "2026/11/22 17:00:00");
        assert_eq!(redis_time(at), "22 Nov 2026 17:00:00.123");
        assert_eq!(apache_time(at), "Sun Nov 22 17:00:00.123456 2026");
    }
}
