//! `hostname`

use os::Proc;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let name = proc.machine().hostname();
    match args.get(1).map(String::as_str) {
        None | Some("-f" | "--fqdn") => proc.print(name + "\n").await,
        Some("-s") => {
            proc.print(format!("{}\n", name.split('.').next().unwrap_or_default()))
                .await
        }
        Some("-i" | "-I") => {
            let root = proc.machine().root_cred();
            let hosts = proc
                .vfs()
                .read_file(&root, "/etc/hosts")
                .unwrap_or_default();
            let hosts = String::from_utf8_lossy(&hosts).into_owned();
            let address = hosts
                .lines()
                .find(|line| line.split_whitespace().skip(1).any(|host| host == name));
            let address = address
                .and_then(|line| line.split_whitespace().next())
                .unwrap_or("127.0.0.1");
            proc.print(format!("{address}\n")).await;
        }
        Some(option) if option.starts_with('-') => {
            proc.eprint(format!("hostname: unrecognized option '{option}'\n"))
                .await;
            return 4;
        }
        Some(_) => {
            proc.eprint("hostname: you must be root to change the host name\n")
                .await;
            return 1;
        }
    }
    0
}
