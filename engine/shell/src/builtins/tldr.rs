//! `tldr`: a few examples for a command, the playground's own

use os::Proc;

/// The pages: `# name`, a line about it, then `- what` with its command below.
const PAGES: &str = include_str!("tldr.txt");

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let topic = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    let names = || {
        PAGES.split("\n# ").map(|page| {
            page.trim_start_matches("# ")
                .lines()
                .next()
                .unwrap_or_default()
        })
    };
    if topic.is_empty() || args.iter().any(|arg| arg == "-l" || arg == "--list") {
        proc.print(names().collect::<Vec<_>>().join("\n") + "\n")
            .await;
        return 0;
    }
    let wanted = if topic == "k" {
        "kubectl".to_owned()
    } else {
        topic.replace('-', " ")
    };
    let page = PAGES.split("\n# ").find_map(|page| {
        let page = page.trim_start_matches("# ");
        let (name, rest) = page.split_once('\n')?;
        (name == wanted).then_some((name, rest))
    });
    let Some((name, rest)) = page else {
        proc.eprint(format!(
            "There is no page `{topic}`. `tldr --list` shows all; `help {topic}` may know more.\n"
        ))
        .await;
        return 1;
    };
    let (bold, green, end) = if proc.is_tty(1) {
        ("\x1b[1m", "\x1b[32m", "\x1b[0m")
    } else {
        ("", "", "")
    };
    let mut out = format!("\n  {bold}{name}{end}\n\n");
    for line in rest.lines() {
        if let Some(command) = line.strip_prefix("  ") {
            out.push_str(&format!("      {green}{command}{end}\n\n"));
        } else if !line.is_empty() {
            out.push_str(&format!("  {line}\n"));
            if !line.starts_with('-') {
                out.push('\n');
            }
        }
    }
    proc.print(out).await;
    0
}
