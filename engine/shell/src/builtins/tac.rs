//! `tac`

use os::Proc;

use super::open_sources;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let (sources, failed) = open_sources(&proc, "tac", &args[1..]).await;
    for source in sources {
        if let Ok(data) = source.read(&proc).await {
            let lines: Vec<&[u8]> = data.split_inclusive(|byte| *byte == b'\n').rev().collect();
            let _ = proc.write(1, lines.concat()).await;
        }
    }
    i32::from(failed)
}
