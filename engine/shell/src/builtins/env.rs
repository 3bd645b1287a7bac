//! `env`

use std::collections::BTreeMap;

use os::Proc;

use crate::opts::Spec;

/// Becomes another program found by PATH, or says why not.
pub(crate) async fn exec_found(proc: &Proc, tool: &str, args: &[String]) -> i32 {
    let path = proc
        .env("PATH")
        .unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let name = args[0].clone();
    let found = proc
        .machine()
        .find_executable(&proc.cred(), &proc.cwd(), &path, &name);
    let outcome = match found {
        Ok(full) => proc.exec(&full, args).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(status) => status,
        Err(error) => {
            let text = error.errno().text();
            let line = match tool {
                "chroot" if proc.is_busybox() => {
                    format!("chroot: can't execute '{name}': {text}\n")
                }
                "timeout" | "nohup" | "chroot" => {
                    format!("{tool}: failed to run command '{name}': {text}\n")
                }
                "env" => format!("env: '{name}': {text}\n"),
                _ => format!("{tool}: {name}: {text}\n"),
            };
            proc.eprint(line).await;
            if error == os::ExecError::NotFound {
                127
            } else {
                126
            }
        }
    }
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "iu:0C:",
        &[
            ("ignore-environment", 'i'),
            ("unset", 'u'),
            ("null", '0'),
            ("chdir", 'C'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 125).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let mut env = if opts.has('i') {
        BTreeMap::new()
    } else {
        proc.environment()
    };
    for name in opts.values('u') {
        env.remove(name);
    }
    let mut rest = opts.rest.as_slice();
    while let Some((name, value)) = rest.first().and_then(|arg| arg.split_once('=')) {
        env.insert(name.to_owned(), value.to_owned());
        rest = &rest[1..];
    }
    if let Some(dir) = opts.value('C')
        && let Err(error) = proc.chdir(dir)
    {
        proc.eprint(format!(
            "env: cannot change directory to '{dir}': {}\n",
            error.text()
        ))
        .await;
        return 125;
    }
    if rest.is_empty() {
        let end = if opts.has('0') { '\0' } else { '\n' };
        let mut out = String::new();
        for (name, value) in &env {
            out.push_str(&format!("{name}={value}{end}"));
        }
        proc.print(out).await;
        return 0;
    }
    proc.set_environment(env);
    exec_found(&proc, "env", rest).await
}
