//! `sudo`: everybody is root here, so it only runs the command

use os::Proc;

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "AbEHhiKkLlnPSsvu:g:",
        &[
            ("user", 'u'),
            ("login", 'i'),
            ("shell", 's'),
            ("preserve-env", 'E'),
            ("non-interactive", 'n'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if let Some(user) = opts
        .value('u')
        .filter(|user| *user != "root" && *user != "#0")
    {
        let text = format!(
            "sudo: unknown user {user}\nsudo: error initializing audit plugin sudoers_audit\n"
        );
        proc.eprint(text).await;
        return 1;
    }
    let mut env = proc.environment();
    let given = opts
        .rest
        .iter()
        .take_while(|word| word.contains('='))
        .count();
    for word in &opts.rest[..given] {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        env.insert(name.to_owned(), value.to_owned());
    }
    proc.set_environment(env);
    let command = match &opts.rest[given..] {
        [] if opts.has('i') || opts.has('s') => vec!["bash".to_owned()],
        [] if opts.has('v') || opts.has('k') || opts.has('K') => return 0,
        [] => {
            proc.eprint("usage: sudo [-Ein] [-u user] [VAR=value] [command [arg ...]]\n")
                .await;
            return 1;
        }
        // A login shell reads the words as one line.
        rest if opts.has('i') => vec!["bash".to_owned(), "-c".to_owned(), rest.join(" ")],
        rest => rest.to_vec(),
    };
    let name = command[0].clone();
    match proc.machine().spawn_command(os::Spawn {
        args: command,
        ..proc.fork_spawn()
    }) {
        Ok(child) => {
            let status = child.wait_end().await;
            child.reap();
            status.code()
        }
        Err(error) => {
            let text = match error {
                os::ExecError::NotFound => "command not found",
                error => error.errno().text(),
            };
            proc.eprint(format!("sudo: {name}: {text}\n")).await;
            1
        }
    }
}
