//! What has to be deleted and inserted to make one list of lines of another (Myers' algorithm, with a bound).

use std::ops::Range;

/// Differences beyond which the middle is replaced as a whole.
const MAX_DISTANCE: usize = 2000;

/// Lines of the old text that lines of the new one replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// The edits from `old` to `new`, in order.
pub(super) fn compare<T: PartialEq>(old: &[T], new: &[T]) -> Vec<Edit> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - prefix;
    let suffix = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let (a, b) = (
        &old[prefix..old.len() - suffix],
        &new[prefix..new.len() - suffix],
    );
    if a.is_empty() && b.is_empty() {
        return Vec::new();
    }
    let Some(trace) = shortest(a, b) else {
        return vec![Edit {
            old: prefix..prefix + a.len(),
            new: prefix..prefix + b.len(),
        }];
    };
    let mut edits: Vec<Edit> = Vec::new();
    for (x, y, inserts) in walk_back(&trace, a.len(), b.len()) {
        let (x, y) = (x + prefix, y + prefix);
        let step = if inserts {
            Edit {
                old: x..x,
                new: y..y + 1,
            }
        } else {
            Edit {
                old: x..x + 1,
                new: y..y,
            }
        };
        match edits.last_mut() {
            Some(last) if last.old.end == step.old.start && last.new.end == step.new.start => {
                last.old.end = step.old.end;
                last.new.end = step.new.end;
            }
            _ => edits.push(step),
        }
    }
    edits
}

/// For each distance, how far each diagonal came. None if the texts differ too much.
fn shortest<T: PartialEq>(a: &[T], b: &[T]) -> Option<Vec<Vec<usize>>> {
    let most = (a.len() + b.len()).min(MAX_DISTANCE);
    let middle = most + 1;
    let mut reach = vec![0usize; 2 * middle + 1];
    let mut trace = Vec::new();
    for distance in 0..=most {
        trace.push(reach[middle - distance..=middle + distance].to_vec());
        for k in (middle - distance..=middle + distance).step_by(2) {
            let down =
                k == middle - distance || (k != middle + distance && reach[k - 1] < reach[k + 1]);
            let mut x = if down { reach[k + 1] } else { reach[k - 1] + 1 };
            // On diagonal k, y is x minus (k minus the middle).
            let Some(mut y) = (x + middle).checked_sub(k) else {
                continue;
            };
            while x < a.len() && y < b.len() && a[x] == b[y] {
                x += 1;
                y += 1;
            }
            reach[k] = x;
            if x >= a.len() && y >= b.len() {
                return Some(trace);
            }
        }
    }
    None
}

/// The single steps from the beginning: place in both texts, and whether a line is inserted.
fn walk_back(trace: &[Vec<usize>], old: usize, new: usize) -> Vec<(usize, usize, bool)> {
    let (mut x, mut y) = (old as i64, new as i64);
    let mut steps = Vec::new();
    for distance in (1..trace.len()).rev() {
        // Diagonals of the distance before, from -distance to distance.
        let before = |k: i64| trace[distance][(k + distance as i64) as usize] as i64;
        let k = x - y;
        let d = distance as i64;
        let down = k == -d || (k != d && before(k - 1) < before(k + 1));
        let previous = if down { k + 1 } else { k - 1 };
        let px = before(previous);
        let py = px - previous;
        steps.push((px as usize, py as usize, down));
        (x, y) = (px, py);
    }
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_make_the_new_of_the_old() {
        let texts = [
            "", "a", "abc", "abcabba", "cbabac", "xaxbxcx", "aaaa", "abcdefgh", "axcdyfgz",
        ];
        for old in texts {
            for new in texts {
                let (a, b): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
                let mut made = Vec::new();
                let mut at = 0;
                for edit in compare(&a, &b) {
                    made.extend_from_slice(&a[at..edit.old.start]);
                    made.extend_from_slice(&b[edit.new.clone()]);
                    at = edit.old.end;
                }
                made.extend_from_slice(&a[at..]);
                assert_eq!(made, b, "{old} -> {new}");
            }
        }
    }
}
