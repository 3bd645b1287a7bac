//! `shuf`, in an order that the seed decides

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

/// Numbers that `-i` may give.
const MAX_RANGE: u64 = 1_000_000;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "n:ei:r",
        &[
            ("head-count", 'n'),
            ("echo", 'e'),
            ("input-range", 'i'),
            ("repeat", 'r'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let mut lines: Vec<String> = Vec::new();
    if let Some(range) = opts.value('i') {
        let ends = range
            .split_once('-')
            .and_then(|(a, b)| Some((a.parse::<u64>().ok()?, b.parse::<u64>().ok()?)));
        match ends {
            Some((from, to)) if from <= to && to - from < MAX_RANGE => {
                lines.extend((from..=to).map(|n| n.to_string()))
            }
            _ => {
                proc.eprint(format!("shuf: invalid input range: '{range}'\n"))
                    .await;
                return 1;
            }
        }
    } else if opts.has('e') {
        lines.clone_from(&opts.rest);
    } else {
        let (sources, failed) =
            open_sources(&proc, "shuf", opts.rest.get(..1).unwrap_or_default()).await;
        if failed {
            return 1;
        }
        for source in sources {
            if let Ok(data) = source.read(&proc).await {
                lines.extend(String::from_utf8_lossy(&data).lines().map(str::to_owned));
            }
        }
    }
    let mut rng = proc.sim().rng(&format!("shuf/{}", proc.pid()));
    for at in (1..lines.len()).rev() {
        let other = usize::try_from(rng.below(at as u64 + 1)).unwrap_or(0);
        lines.swap(at, other);
    }
    if let Some(count) = opts.value('n').and_then(|text| text.parse().ok()) {
        lines.truncate(count);
    }
    proc.print(
        lines
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    )
    .await;
    0
}
