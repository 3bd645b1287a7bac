//! `paste`

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("d:s", &[("delimiters", 'd'), ("serial", 's')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let delimiters: Vec<char> = crate::escape::ansi_c(opts.value('d').unwrap_or("\t"))
        .chars()
        .collect();
    let delimiter = |at: usize| {
        if delimiters.is_empty() {
            None
        } else {
            Some(delimiters[at % delimiters.len()])
        }
    };
    let (sources, failed) = open_sources(&proc, "paste", &opts.rest).await;
    // Two `-` read the same input in turn.
    let mut readers: Vec<_> = Vec::new();
    let mut order = Vec::new();
    let mut input = None;
    for source in &sources {
        match input.filter(|_| source.name == "-") {
            Some(known) => order.push(known),
            None => {
                order.push(readers.len());
                if source.name == "-" {
                    input = Some(readers.len());
                }
                readers.push(source.lines(&proc));
            }
        }
    }
    if opts.has('s') {
        for reader in &mut readers {
            let mut out = String::new();
            let mut at = 0;
            while let Ok(Some(line)) = reader.next_line().await {
                if at > 0 {
                    out.extend(delimiter(at - 1));
                }
                out.push_str(String::from_utf8_lossy(&line).trim_end_matches('\n'));
                at += 1;
            }
            proc.print(out + "\n").await;
        }
        return i32::from(failed);
    }
    loop {
        let mut out = String::new();
        let mut any = false;
        for (at, reader) in order.iter().enumerate() {
            if at > 0 {
                out.extend(delimiter(at - 1));
            }
            let Some(reader) = readers.get_mut(*reader) else {
                continue;
            };
            if let Ok(Some(line)) = reader.next_line().await {
                any = true;
                out.push_str(String::from_utf8_lossy(&line).trim_end_matches('\n'));
            }
        }
        if !any {
            return i32::from(failed);
        }
        proc.print(out + "\n").await;
    }
}
