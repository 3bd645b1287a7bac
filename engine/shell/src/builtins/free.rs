//! `free`

use os::Proc;

use super::ls::human;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("hmgkb", &[("human", 'h'), ("mebi", 'm')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let total = proc.machine().limits().memory;
    let used = proc.machine().memory_used().min(total);
    let show = |bytes: u64| match opts.last_of("hmgb") {
        Some('h') => format!("{}i", human(bytes)).replace("0i", "0B"),
        Some('m') => (bytes >> 20).to_string(),
        Some('g') => (bytes >> 30).to_string(),
        Some('b') => bytes.to_string(),
        _ => (bytes >> 10).to_string(),
    };
    let (all, taken, left, none) = (show(total), show(used), show(total - used), show(0));
    proc.print(format!(
        "{:>19} {:>11} {:>11} {:>11} {:>11} {:>11}\nMem:    {all:>11} {taken:>11} {left:>11} {none:>11} {none:>11} {left:>11}\nSwap:   {none:>11} {none:>11} {none:>11}\n",
        "total", "used", "free", "shared", "buff/cache", "available"
    ))
    .await;
    0
}
