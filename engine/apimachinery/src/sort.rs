//! Sorting by orders that may contradict themselves.
//!
//! Some of upstream's orders are none among three (`1k` < `1z` < `2` < `1k`). Go's sort puts up with that, and Rust's may
//! panic where it notices. This one ends with some order, always the same one.

/// The places of `len` items in order, by a stable merge sort: `less` says whether the item at the first place belongs before
/// the one at the second.
pub fn order(len: usize, less: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut from: Vec<usize> = (0..len).collect();
    let mut to = Vec::with_capacity(len);
    let mut width = 1;
    while width < len {
        for run in from.chunks(width * 2) {
            let (mut left, mut right) = run.split_at(width.min(run.len()));
            while let (Some(l), Some(r)) = (left.first(), right.first()) {
                if less(*r, *l) {
                    to.push(*r);
                    right = &right[1..];
                } else {
                    to.push(*l);
                    left = &left[1..];
                }
            }
            to.extend_from_slice(left);
            to.extend_from_slice(right);
        }
        std::mem::swap(&mut from, &mut to);
        to.clear();
        width *= 2;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn equals_stay_in_their_order() {
        let items = [3, 1, 2, 1, 3, 0, 2];
        let sorted = order(items.len(), &mut |a, b| items[a] < items[b]);
        assert_eq!(sorted, [5, 1, 3, 2, 6, 0, 4]);
        assert!(order(0, &mut |_, _| true).is_empty());
    }

    #[test]
    fn a_contradiction_ends_with_all_items() {
        // Scissors, paper, stone.
        let mut sorted = order(1000, &mut |a, b| (a * 7 + b * 5) % 3 == 1);
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..1000));
    }
}
