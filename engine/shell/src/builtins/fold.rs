//! `fold`

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("w:sb", &[("width", 'w'), ("spaces", 's'), ("bytes", 'b')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let width = match opts.value('w').map_or(Ok(80), str::parse::<usize>) {
        Ok(width) if width > 0 => width,
        _ => {
            let text = opts.value('w').unwrap_or_default();
            proc.eprint(format!("fold: invalid number of columns: '{text}'\n"))
                .await;
            return 1;
        }
    };
    let (sources, failed) = open_sources(&proc, "fold", &opts.rest).await;
    for source in sources {
        let mut lines = source.lines(&proc);
        while let Ok(Some(line)) = lines.next_line().await {
            let text = String::from_utf8_lossy(&line);
            proc.print(folded(&text, width, opts.has('s'))).await;
        }
    }
    i32::from(failed)
}

fn folded(line: &str, width: usize, at_spaces: bool) -> String {
    let mut out = String::new();
    let mut rest: Vec<char> = line.chars().collect();
    loop {
        let length = rest.iter().filter(|c| **c != '\n').count();
        if length <= width {
            out.extend(rest);
            return out;
        }
        let space = rest[..width].iter().rposition(|c| c.is_whitespace());
        let cut = match space {
            Some(at) if at_spaces => at + 1,
            _ => width,
        };
        out.extend(rest.drain(..cut));
        out.push('\n');
    }
}
