//! `whoami`

use os::Proc;

pub(crate) async fn run(proc: Proc, _args: Vec<String>) -> i32 {
    let uid = proc.ids().0;
    match crate::users::known_user(&proc, uid) {
        Some(name) => {
            proc.print(name + "\n").await;
            0
        }
        None => {
            let text = match proc.is_busybox() {
                true => format!("whoami: unknown uid {uid}\n"),
                false => format!(
                    "whoami: cannot find name for user ID {uid}: No such file or directory\n"
                ),
            };
            proc.eprint(text).await;
            1
        }
    }
}
