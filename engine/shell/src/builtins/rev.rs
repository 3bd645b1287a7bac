//! `rev`

use os::Proc;

use super::open_sources;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let (sources, failed) = open_sources(&proc, "rev", &args[1..]).await;
    for source in sources {
        let mut lines = source.lines(&proc);
        while let Ok(Some(line)) = lines.next_line().await {
            let text = String::from_utf8_lossy(&line);
            let (text, end) = match text.strip_suffix('\n') {
                Some(text) => (text, "\n"),
                None => (&*text, ""),
            };
            proc.print(text.chars().rev().collect::<String>() + end)
                .await;
        }
    }
    i32::from(failed)
}
