//! The versions of every object, in normal form.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Seen;
use super::naming::{Naming, kind};
use super::normalise::{Masks, is_pull, seconds};

/// One version of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// When the watch saw it: seconds since the start.
    pub t: f64,
    /// Verb and object as text, without times.
    pub text: String,
    /// The times in it by path, in seconds since the start.
    pub times: BTreeMap<String, f64>,
}

/// An object through its life.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Kind and name, the same on both sides: `Pod/web-#1-#1`.
    pub key: String,
    /// Its versions in order.
    pub versions: Vec<Version>,
}

/// Puts what was seen in order: one track per object, in order of appearance.
///
/// Left out is what belongs to the namespace rather than to the script: the service `kubernetes` and its endpoints.
pub fn tracks(seen: &[Seen]) -> Vec<Track> {
    let seen: Vec<Seen> = seen
        .iter()
        .filter(|event| event.object["metadata"]["name"] != "kubernetes")
        .cloned()
        .collect();
    let naming = Naming::learn(&seen);
    let masks = Masks::new(&naming, start(&seen));
    let mut tracks: Vec<Track> = Vec::new();
    for event in &seen {
        let key = naming.key(&event.object);
        let normal = masks.object(&event.object);
        // Printing a value cannot fail.
        let object = serde_json::to_string_pretty(&normal.value).unwrap_or_default();
        let verb = match is_pull(&event.object) {
            true => "SEEN",
            false => event.verb.as_str(),
        };
        let version = Version {
            t: event.t,
            text: format!("{verb} {}\n{object}", kind(&event.object)),
            times: normal.times,
        };
        match tracks.iter_mut().find(|track| track.key == key) {
            Some(track) => track.versions.push(version),
            None => tracks.push(Track {
                key,
                versions: vec![version],
            }),
        }
    }
    tracks
}

/// When the script began. Times in objects are cut to seconds, so it is known to lie before every creation that was
/// seen, and as late as those allow.
fn start(seen: &[Seen]) -> f64 {
    let created = |event: &Seen| {
        let time = event.object.pointer("/metadata/creationTimestamp");
        Some(seconds(time.and_then(Value::as_str)?)? - event.t)
    };
    seen.iter()
        .filter(|event| event.verb == "ADDED")
        .filter_map(created)
        .fold(f64::MIN, f64::max)
}
