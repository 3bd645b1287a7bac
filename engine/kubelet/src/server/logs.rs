//! A container's log, cut to what was asked for (upstream's `ReadLogs`).

use std::rc::Rc;

use api::core::v1::{ContainerStatus, Pod, PodLogOptions};
use apimachinery::{MicroTime, Status};
use client::node::LogStream;
use runtime::{Log, LogEntry, LogPosition, LogStream as Written};
use sim::{Time, mpsc};

use crate::kubelet::Kubelet;
use crate::prober::container_id;

impl Kubelet {
    /// The log of a container, as a stream that ends when the log does.
    pub(super) fn container_logs(
        &self,
        pod: &Rc<Pod>,
        container: &str,
        options: &PodLogOptions,
    ) -> Result<LogStream, Status> {
        let status = self.last_status(&pod.metadata.uid);
        let status = status.as_deref().unwrap_or(&pod.status);
        let found = status
            .container_statuses
            .iter()
            .chain(&status.init_container_statuses)
            .chain(&status.ephemeral_container_statuses)
            .find(|known| known.name == container);
        let id = match found {
            Some(found) => which_run(found, &pod.metadata.name, options.previous),
            None => Err(format!(
                "container \"{container}\" in pod \"{}\" is not available",
                pod.metadata.name
            )),
        };
        let id = id.map_err(Status::bad_request)?;
        let log = self.runtime().log(&id).ok_or_else(|| {
            Status::bad_request(format!(
                "unable to retrieve container logs for containerd://{id}"
            ))
        })?;
        let (sender, receiver) = mpsc::unbounded();
        let cut = Cut::new(options, self.sim().now());
        self.sim().spawn("log stream", send(log, cut, sender));
        Ok(receiver)
    }
}

/// The run of a container whose log is meant.
fn which_run(container: &ContainerStatus, pod: &str, previous: bool) -> Result<String, String> {
    let name = &container.name;
    let whose = format!("container \"{name}\" in pod \"{pod}\"");
    let plain = |id: &str| id.strip_prefix("containerd://").unwrap_or(id).to_owned();
    let last = container.last_state.terminated.as_ref();
    let last = last
        .map(|ended| plain(&ended.container_id))
        .filter(|id| !id.is_empty());
    if previous {
        return last.ok_or_else(|| {
            format!("previous terminated container \"{name}\" in pod \"{pod}\" not found")
        });
    }
    let state = &container.state;
    if state.running.is_some() {
        return Ok(container_id(container).to_owned());
    }
    if let Some(ended) = &state.terminated {
        let id = plain(&ended.container_id);
        return Some(id)
            .filter(|id| !id.is_empty())
            .or(last)
            .ok_or_else(|| format!("{whose} is terminated"));
    }
    if container.last_state.terminated.is_some() {
        return last.ok_or_else(|| format!("{whose} is terminated"));
    }
    let waiting = state
        .waiting
        .as_ref()
        .map(|waiting| waiting.reason.as_str());
    Err(match waiting {
        Some("ErrImagePull") => format!("{whose} is waiting to start: image can't be pulled"),
        Some("ImagePullBackOff") => {
            format!("{whose} is waiting to start: trying and failing to pull image")
        }
        Some(reason) => format!("{whose} is waiting to start: {reason}"),
        None => format!("{whose} is waiting to start - no logs yet"),
    })
}

/// What of a log is wanted.
struct Cut {
    since: Option<Time>,
    tail: Option<usize>,
    /// Bytes that may still be sent.
    left: Option<usize>,
    timestamps: bool,
    follow: bool,
    stream: Option<Written>,
}

impl Cut {
    fn new(options: &PodLogOptions, now: Time) -> Self {
        let size = |number: Option<i64>| number.and_then(|number| usize::try_from(number).ok());
        let since = match (options.since_seconds, &options.since_time) {
            (Some(seconds), _) => Some(Time::from_micros(
                now.as_micros()
                    .saturating_sub(seconds.saturating_mul(1_000_000)),
            )),
            (None, Some(time)) => Some(Time::from_secs(time.unix())),
            (None, None) => None,
        };
        Self {
            since,
            tail: size(options.tail_lines),
            left: size(options.limit_bytes),
            timestamps: options.timestamps,
            follow: options.follow,
            stream: match options.stream.as_deref() {
                Some("Stdout") => Some(Written::Stdout),
                Some("Stderr") => Some(Written::Stderr),
                _ => None,
            },
        }
    }

    fn wants(&self, entry: &LogEntry) -> bool {
        self.since.is_none_or(|since| entry.at >= since)
            && self.stream.is_none_or(|stream| entry.stream == stream)
    }

    /// What is sent of an entry; `None` when nothing more may be sent.
    fn text(&mut self, entry: &LogEntry) -> Option<Vec<u8>> {
        if self.left == Some(0) {
            return None;
        }
        let mut text = Vec::new();
        if self.timestamps {
            let at = MicroTime::from_unix_micros(entry.at.as_micros());
            let at = at.to_rfc3339();
            text.extend(at.trim_end_matches('Z').bytes());
            text.extend(b"000Z ");
        }
        text.extend_from_slice(&entry.text);
        if let Some(left) = &mut self.left {
            text.truncate(*left);
            *left -= text.len();
        }
        Some(text)
    }
}

/// Sends a log, and what is added to it while that is wanted.
async fn send(log: Log, mut cut: Cut, to: mpsc::UnboundedSender<Vec<u8>>) {
    let (mut entries, mut place) = log.read(LogPosition::default());
    if let Some(tail) = cut.tail {
        let skip = entries.len().saturating_sub(tail);
        entries.drain(..skip);
    }
    loop {
        entries.retain(|entry| cut.wants(entry));
        for entry in &entries {
            let Some(text) = cut.text(entry) else { return };
            if to.unbounded_send(text).is_err() {
                // Nobody listens any more.
                return;
            }
        }
        if !cut.follow || (log.is_closed() && log.end() == place) {
            return;
        }
        log.grows(place).await;
        (entries, place) = log.read(place);
    }
}
