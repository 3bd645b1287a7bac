//! `nl`

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "b:w:s:n:v:",
        &[
            ("body-numbering", 'b'),
            ("number-width", 'w'),
            ("number-separator", 's'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let width = opts
        .value('w')
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(6)
        .min(100);
    let separator = opts.value('s').unwrap_or("\t");
    let mut number = opts
        .value('v')
        .and_then(|text| text.parse::<i64>().ok())
        .unwrap_or(1);
    let (sources, failed) = open_sources(&proc, "nl", &opts.rest).await;
    for source in sources {
        let mut lines = source.lines(&proc);
        while let Ok(Some(line)) = lines.next_line().await {
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches('\n');
            let counted = match opts.value('b') {
                Some("a") => true,
                Some("n") => false,
                _ => !text.is_empty(),
            };
            if counted {
                proc.print(format!("{number:width$}{separator}{text}\n"))
                    .await;
                number += 1;
            } else {
                proc.print(format!("{}{text}\n", " ".repeat(width + separator.len())))
                    .await;
            }
        }
    }
    i32::from(failed)
}
