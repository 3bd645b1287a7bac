//! Compares the versions of every object.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};

use super::tracks::{Track, Version};

/// How far the times of two versions that say the same may lie apart, in seconds: the recorded machine was busy now and
/// then, and times in objects are cut to seconds.
const TOLERANCE: f64 = 2.0;
/// And that much more, as a part of the time since the start: back-offs are random by half of their length.
const DRIFT: f64 = 0.2;

/// A version that does not match.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The object and which of its versions, from 0: `Pod/web[3]`; with a `+` if it is not in the recording.
    pub key: String,
    /// What differs: lines with `-` of the recording, `+` of ours.
    pub diff: String,
}

/// Two sides compared.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// How many versions of every object are the same.
    pub matched: BTreeMap<String, usize>,
    /// How many the recording has.
    pub total: usize,
    /// Those that are not the same, and those that are too many.
    pub differences: Vec<Difference>,
}

/// Compares what was seen with what was recorded.
pub fn compare(expected: &[Track], actual: &[Track]) -> Comparison {
    let mut out = Comparison::default();
    let mut others: BTreeMap<&str, &Track> = actual
        .iter()
        .map(|track| (track.key.as_str(), track))
        .collect();
    for want in expected {
        let got = others.remove(want.key.as_str());
        let versions = got.map_or(&[][..], |track| &track.versions);
        out.total += want.versions.len();
        compare_track(&want.key, &want.versions, versions, &mut out);
    }
    for track in others.into_values() {
        compare_track(&track.key, &[], &track.versions, &mut out);
    }
    out
}

fn compare_track(key: &str, want: &[Version], got: &[Version], out: &mut Comparison) {
    let texts = |versions: &[Version]| -> Vec<String> {
        versions
            .iter()
            .map(|version| version.text.clone())
            .collect()
    };
    let (a, b) = (texts(want), texts(got));
    let mut matched = 0;
    let mut differ = |key: String, diff: String| out.differences.push(Difference { key, diff });
    for op in capture_diff_slices(Algorithm::Myers, &a, &b) {
        match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => {
                for i in 0..len {
                    let (x, y) = (&want[old_index + i], &got[new_index + i]);
                    match times(x, y) {
                        None => matched += 1,
                        Some(diff) => differ(format!("{key}[{}]", old_index + i), diff),
                    }
                }
            }
            DiffOp::Delete {
                old_index, old_len, ..
            } => {
                for i in old_index..old_index + old_len {
                    differ(format!("{key}[{i}]"), missing(want, i));
                }
            }
            DiffOp::Insert {
                new_index, new_len, ..
            } => {
                for i in new_index..new_index + new_len {
                    differ(format!("{key}[+{i}]"), extra(got, i));
                }
            }
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => {
                for i in 0..old_len.max(new_len) {
                    let (x, y) = (old_index + i, new_index + i);
                    match (i < old_len, i < new_len) {
                        (true, true) => {
                            differ(format!("{key}[{x}]"), lines(&want[x].text, &got[y].text))
                        }
                        (true, false) => differ(format!("{key}[{x}]"), missing(want, x)),
                        _ => differ(format!("{key}[+{y}]"), extra(got, y)),
                    }
                }
            }
        }
    }
    if matched > 0 {
        out.matched.insert(key.to_owned(), matched);
    }
}

/// Which times lie too far apart.
fn times(want: &Version, got: &Version) -> Option<String> {
    let mut out = String::new();
    let mut check = |what: &str, a: f64, b: f64| {
        if (a - b).abs() > TOLERANCE + DRIFT * a {
            out.push_str(&format!("{what}: after {a:.1} s, ours after {b:.1} s\n"));
        }
    };
    check("seen", want.t, got.t);
    for (path, a) in &want.times {
        if let Some(b) = got.times.get(path) {
            check(path, *a, *b);
        }
    }
    (!out.is_empty()).then_some(out)
}

fn missing(versions: &[Version], i: usize) -> String {
    format!(
        "missing, after {:.2} s:\n{}",
        versions[i].t,
        change(versions, i)
    )
}

fn extra(versions: &[Version], i: usize) -> String {
    format!(
        "too many, after {:.2} s:\n{}",
        versions[i].t,
        change(versions, i)
    )
}

/// What a version changed.
fn change(versions: &[Version], i: usize) -> String {
    match i.checked_sub(1) {
        Some(before) => lines(&versions[before].text, &versions[i].text),
        None => versions[i].text.clone(),
    }
}

fn lines(a: &str, b: &str) -> String {
    TextDiff::from_lines(a, b)
        .unified_diff()
        .context_radius(1)
        .to_string()
}
