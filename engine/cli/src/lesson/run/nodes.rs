//! The names of nodes. Lessons speak of `node-1`, `node-2` and `node-3`, as the playground's are called; on another cluster
//! the names of its own nodes stand in their place, in all that the lesson says and does.

use std::collections::BTreeMap;

/// How the playground's nodes are called, but for their number.
const PREFIX: &str = "node-";

/// The numbers of the playground's nodes that a text names, in order.
pub(super) fn named(text: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = places(text).map(|(_, _, number)| number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The text with other names for nodes.
pub(super) fn rename(text: &str, names: &BTreeMap<u32, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for (from, to, number) in places(text) {
        if let Some(name) = names.get(&number) {
            out.push_str(&text[rest..from]);
            out.push_str(name);
            rest = to;
        }
    }
    out.push_str(&text[rest..]);
    out
}

/// What the playground calls the node of this number.
pub(super) fn name(number: u32) -> String {
    format!("{PREFIX}{number}")
}

/// Every name of a node in a text: where it begins and ends, and its number.
fn places(text: &str) -> impl Iterator<Item = (usize, usize, u32)> {
    text.match_indices(PREFIX).filter_map(|(from, _)| {
        let after = from + PREFIX.len();
        let digits = text[after..].bytes().take_while(u8::is_ascii_digit).count();
        let to = after + digits;
        let number = text[after..to].parse().ok()?;
        // `my-node-1` and `node-1a` are other names.
        let of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let before = text[..from].chars().next_back();
        let behind = text[to..].chars().next();
        let whole = !before.is_some_and(of_a_name) && !behind.is_some_and(of_a_name);
        whole.then_some((from, to, number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_found_and_replaced_all_at_once() {
        let text = "kubectl label node node-1 node-3; my-node-1, node-1a, node-, node-99999999999, node-1's";
        assert_eq!(named(text), [1, 3]);
        let names = [(1, "node-3".into()), (3, "kind-worker".into())].into();
        assert_eq!(
            rename(text, &names),
            "kubectl label node node-3 kind-worker; my-node-1, node-1a, node-, node-99999999999, node-3's"
        );
        assert_eq!(rename("no name, ä node-2", &names), "no name, ä node-2");
    }
}
