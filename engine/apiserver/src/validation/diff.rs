//! A unified diff that matches lines as Python's `difflib` does (upstream uses a Go port of it), for the errors that show
//! what an update would change.
//!
//! The matcher finds the longest run of equal lines and then does the same on both sides of it. Lines that are found all
//! over the place (more than one in a hundred of long texts) are not looked at when runs are sought, only when they are
//! extended; that is `difflib`'s "junk" rule, and it shows in the result.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

const CONTEXT: usize = 3;

/// A run of equal lines: where in `a`, where in `b`, how long.
type Run = (usize, usize, usize);

/// One difference: the lines of `a` that become those of `b`.
struct Change {
    a: Range<usize>,
    b: Range<usize>,
}

/// The difference of two texts, with three lines of context and without file names.
pub fn unified(a: &str, b: &str) -> String {
    let (a, b) = (lines(a), lines(b));
    let matches = Matcher::new(&a, &b).runs();
    let mut out = String::new();
    for group in groups(&matches) {
        write_group(&mut out, &group, &a, &b);
    }
    out
}

/// Lines without their ends; the last one counts even when it is empty.
fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

struct Matcher<'a> {
    a: &'a [&'a str],
    b: &'a [&'a str],
    /// Where each line of `b` is, popular ones left out.
    places: BTreeMap<&'a str, Vec<usize>>,
    popular: BTreeSet<&'a str>,
}

impl<'a> Matcher<'a> {
    fn new(a: &'a [&'a str], b: &'a [&'a str]) -> Self {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, line) in b.iter().enumerate() {
            places.entry(line).or_default().push(i);
        }
        let mut popular = BTreeSet::new();
        if b.len() >= 200 {
            let limit = b.len() / 100 + 1;
            popular.extend(
                places
                    .iter()
                    .filter(|(_, at)| at.len() > limit)
                    .map(|(line, _)| *line),
            );
            places.retain(|line, _| !popular.contains(line));
        }
        Self {
            a,
            b,
            places,
            popular,
        }
    }

    /// The longest run of equal lines within both ranges; the earliest of several.
    fn longest(&self, a: Range<usize>, b: Range<usize>) -> Run {
        let (mut best_a, mut best_b, mut best) = (a.start, b.start, 0);
        let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
        for i in a.clone() {
            let mut next = BTreeMap::new();
            for &j in self.places.get(self.a[i]).into_iter().flatten() {
                if j < b.start {
                    continue;
                }
                if j >= b.end {
                    break;
                }
                let length = j
                    .checked_sub(1)
                    .and_then(|j| lengths.get(&j))
                    .copied()
                    .unwrap_or(0)
                    + 1;
                next.insert(j, length);
                if length > best {
                    (best_a, best_b, best) = (i + 1 - length, j + 1 - length, length);
                }
            }
            lengths = next;
        }
        // Popular lines do not start a run, but they belong to one that they touch.
        while best_a > a.start && best_b > b.start && self.a[best_a - 1] == self.b[best_b - 1] {
            (best_a, best_b, best) = (best_a - 1, best_b - 1, best + 1);
        }
        while best_a + best < a.end
            && best_b + best < b.end
            && self.a[best_a + best] == self.b[best_b + best]
        {
            best += 1;
        }
        debug_assert!(self.popular.len() <= self.b.len());
        (best_a, best_b, best)
    }

    /// All runs in order, touching ones joined, and an empty one at the end.
    fn runs(&self) -> Vec<Run> {
        let mut found = Vec::new();
        let mut todo = vec![(0..self.a.len(), 0..self.b.len())];
        while let Some((a, b)) = todo.pop() {
            let (i, j, length) = self.longest(a.clone(), b.clone());
            if length == 0 {
                continue;
            }
            found.push((i, j, length));
            if a.start < i && b.start < j {
                todo.push((a.start..i, b.start..j));
            }
            if i + length < a.end && j + length < b.end {
                todo.push((i + length..a.end, j + length..b.end));
            }
        }
        found.sort_unstable();
        let mut joined: Vec<Run> = Vec::new();
        for (i, j, length) in found {
            match joined.last_mut() {
                Some((a, b, last)) if *a + *last == i && *b + *last == j => *last += length,
                _ => joined.push((i, j, length)),
            }
        }
        joined.push((self.a.len(), self.b.len(), 0));
        joined
    }
}

/// Changes that are near each other, with where they stand.
fn groups(runs: &[Run]) -> Vec<Vec<Change>> {
    let mut groups: Vec<Vec<Change>> = Vec::new();
    let (mut a, mut b) = (0, 0);
    let mut equal_before = usize::MAX;
    for &(i, j, length) in runs {
        if a < i || b < j {
            let change = Change { a: a..i, b: b..j };
            match groups.last_mut() {
                Some(group) if equal_before <= 2 * CONTEXT => group.push(change),
                _ => groups.push(vec![change]),
            }
            equal_before = length;
        } else if equal_before != usize::MAX {
            equal_before += length;
        }
        (a, b) = (i + length, j + length);
    }
    groups
}

fn write_group(out: &mut String, group: &[Change], a: &[&str], b: &[&str]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let before = first.a.start.min(first.b.start).min(CONTEXT);
    let after = (a.len() - last.a.end)
        .min(b.len() - last.b.end)
        .min(CONTEXT);
    let range_a = first.a.start - before..last.a.end + after;
    let range_b = first.b.start - before..last.b.end + after;
    let _ = writeln!(out, "@@ -{} +{} @@", shown(&range_a), shown(&range_b));
    let mut at = range_a.start;
    let line = |out: &mut String, mark: char, text: &str| {
        let _ = writeln!(out, "{mark}{text}");
    };
    for change in group {
        a[at..change.a.start]
            .iter()
            .for_each(|text| line(out, ' ', text));
        a[change.a.clone()]
            .iter()
            .for_each(|text| line(out, '-', text));
        b[change.b.clone()]
            .iter()
            .for_each(|text| line(out, '+', text));
        at = change.a.end;
    }
    a[at..range_a.end]
        .iter()
        .for_each(|text| line(out, ' ', text));
}

/// `first,count`, or the number of the line alone.
fn shown(range: &Range<usize>) -> String {
    match range.len() {
        1 => (range.start + 1).to_string(),
        0 => format!("{},0", range.start),
        count => format!("{},{count}", range.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn shows_what_changed() {
        let a = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12";
        let b = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13";
        assert_eq!(
            unified(a, b),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -10,3 +10,4 @@\n 10\n 11\n 12\n+13\n"
        );
        assert_eq!(unified(a, a), "");
        assert_eq!(unified("a", "b"), "@@ -1 +1 @@\n-a\n+b\n");
    }
}
