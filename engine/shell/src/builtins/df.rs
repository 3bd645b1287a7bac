//! `df`

use os::Proc;

use super::ls::human;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("hTkam", &[("human-readable", 'h'), ("print-type", 'T')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let size = |bytes: u64| {
        if opts.has('h') {
            human(bytes)
        } else {
            (bytes >> 10).to_string()
        }
    };
    let mut rows = vec![[
        "Filesystem".to_owned(),
        if opts.has('h') {
            "Size".into()
        } else {
            "1K-blocks".to_owned()
        },
        "Used".into(),
        if opts.has('h') {
            "Avail".into()
        } else {
            "Available".to_owned()
        },
        "Use%".into(),
        "Mounted on".into(),
    ]];
    for mount in proc.vfs().mounts() {
        let (used, all) = mount.fs.usage();
        let share = if all == 0 {
            0
        } else {
            (used * 100).div_ceil(all)
        };
        let path = mount.path.to_string();
        rows.push([
            mount.fs.kind().to_owned(),
            size(all),
            size(used),
            size(all.saturating_sub(used)),
            format!("{share}%"),
            path,
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let text: String = rows
        .iter()
        .map(|row| {
            format!(
                "{:<a$} {:>b$} {:>c$} {:>d$} {:>e$} {}\n",
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                row[5],
                a = widths[0],
                b = widths[1],
                c = widths[2],
                d = widths[3],
                e = widths[4]
            )
        })
        .collect();
    proc.print(text).await;
    0
}
