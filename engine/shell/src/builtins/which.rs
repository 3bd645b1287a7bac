//! `which`

use os::{Proc, path};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let all = args[1..].iter().any(|arg| arg == "-a");
    let list = proc.env("PATH").unwrap_or_default();
    let mut status = 0;
    for name in args[1..].iter().filter(|arg| !arg.starts_with('-')) {
        let mut found = false;
        let dirs: Vec<&str> = if name.contains('/') {
            vec![""]
        } else {
            list.split(':').collect()
        };
        for dir in dirs {
            let full = path::join(dir, name);
            let machine = proc.machine();
            if machine
                .find_executable(&proc.cred(), &proc.cwd(), "", &proc.absolute(&full))
                .is_ok()
            {
                proc.print(full + "\n").await;
                found = true;
                if !all {
                    break;
                }
            }
        }
        status |= i32::from(!found);
    }
    status
}
