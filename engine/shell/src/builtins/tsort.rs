//! `tsort`: an order in which everything comes after what it needs
//!
//! As GNU's: what needs nothing comes in alphabetical order first; what that sets free follows, the pair read last first. A
//! loop is told, and broken where it was found.

use std::collections::{BTreeMap, VecDeque};

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

#[derive(Default)]
struct Item {
    /// How many have yet to come before it.
    waits_for: usize,
    /// What waits for it, in the order in which it was read.
    before: Vec<String>,
}

type Items = BTreeMap<String, Item>;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("", &[]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if let Some(extra) = opts.rest.get(1) {
        let text =
            format!("tsort: extra operand '{extra}'\nTry 'tsort --help' for more information.\n");
        proc.eprint(text).await;
        return 1;
    }
    let (sources, failed) = open_sources(&proc, "tsort", &opts.rest).await;
    if failed {
        return 1;
    }
    let Some(source) = sources.into_iter().next() else {
        return 1;
    };
    let Ok(data) = source.read(&proc).await else {
        return 1;
    };
    let text = String::from_utf8_lossy(&data);
    let tokens: Vec<&str> = text.split_ascii_whitespace().collect();
    let pairs = tokens.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        let text = format!(
            "tsort: {}: input contains an odd number of tokens\n",
            source.name
        );
        proc.eprint(text).await;
        return 1;
    }
    let mut items = Items::new();
    for pair in pairs {
        let (first, second) = (pair[0], pair[1]);
        items.entry(first.to_owned()).or_default();
        let follows = items.entry(second.to_owned()).or_default();
        if first != second {
            follows.waits_for += 1;
            if let Some(item) = items.get_mut(first) {
                item.before.push(second.to_owned());
            }
        }
    }
    let mut status = 0;
    loop {
        print_free(&proc, &mut items).await;
        if items.is_empty() {
            return status;
        }
        status = 1;
        let text = format!("tsort: {}: input contains a loop:\n", source.name);
        proc.eprint(text).await;
        for name in break_loop(&mut items) {
            proc.eprint(format!("tsort: {name}\n")).await;
        }
    }
}

/// Prints, and takes out, all that can come now.
async fn print_free(proc: &Proc, items: &mut Items) {
    let free = items.iter().filter(|(_, item)| item.waits_for == 0);
    let mut free: VecDeque<String> = free.map(|(name, _)| name.clone()).collect();
    while let Some(name) = free.pop_front() {
        proc.print(format!("{name}\n")).await;
        let Some(item) = items.remove(&name) else {
            continue;
        };
        for next in item.before.into_iter().rev() {
            if let Some(item) = items.get_mut(&next) {
                item.waits_for -= 1;
                if item.waits_for == 0 {
                    free.push_back(next);
                }
            }
        }
    }
}

/// Finds a loop, by going from what waits to what it waits for until that was seen before, and takes one pair out of it. Gives
/// its names. All that is left waits for something that is left.
fn break_loop(items: &mut Items) -> Vec<String> {
    let names: Vec<String> = items.keys().cloned().collect();
    // The way back: each was reached from the one before it. The first counts as seen when it was reached.
    let mut way = vec![0];
    let mut at = 0;
    let closes = loop {
        let current = &names[way[way.len() - 1]];
        // On from where the last one was found, in alphabetical order, and around.
        let needed = (1..=names.len())
            .map(|step| (at + step - 1) % names.len())
            .find(|index| items[&names[*index]].before.contains(current));
        let Some(needed) = needed else {
            // It waits for nothing after all.
            return Vec::new();
        };
        at = (needed + 1) % names.len();
        if way[1..].contains(&needed) {
            break needed;
        }
        way.push(needed);
    };
    let start = way[1..].iter().position(|index| *index == closes);
    let around = &way[start.map_or(0, |start| start + 1)..];
    let looped: Vec<String> = around
        .iter()
        .rev()
        .map(|index| names[*index].clone())
        .collect();
    // The pair that closed it: `closes` before the last one of the way.
    let last = &looped[0];
    if let Some(item) = items.get_mut(&names[closes])
        && let Some(place) = item.before.iter().rposition(|name| name == last)
    {
        item.before.remove(place);
        if let Some(item) = items.get_mut(last) {
            item.waits_for -= 1;
        }
    }
    looped
}
