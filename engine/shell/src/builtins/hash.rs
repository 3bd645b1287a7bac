//! `hash`

use crate::interp::{Flow, Found, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if args.len() == 1 {
        if shell.hashed.is_empty() {
            shell.print("hash: hash table empty\n").await;
            return Ok(0);
        }
        let mut out = String::from("hits\tcommand\n");
        for path in shell.hashed.values() {
            out.push_str(&format!("   1\t{path}\n"));
        }
        shell.print(out).await;
        return Ok(0);
    }
    let mut status = 0;
    for name in &args[1..] {
        if name == "-r" {
            shell.hashed.clear();
        } else if let Found::Nothing(_) = shell.find_program(name) {
            shell
                .complain_of("hash", &format!("{name}: not found"))
                .await;
            status = 1;
        }
    }
    Ok(status)
}
