//! `jobs`, `fg`, `bg`, `disown`, `suspend`, `times`

use os::Signal;

use crate::interp::{Flow, JobState, Shell};

/// The job that an argument names, or the current one. Complains if there is none.
async fn find(shell: &Shell, name: &str, spec: Option<&String>) -> Option<usize> {
    let found = match spec {
        Some(spec) => shell.jobs.find(
            if spec.starts_with('%') {
                spec.clone()
            } else {
                format!("%{spec}")
            }
            .as_str(),
        ),
        None => shell.jobs.current().0,
    };
    if found.is_none() {
        let spec = spec.map_or("current", String::as_str);
        shell
            .complain_of(name, &format!("{spec}: no such job"))
            .await;
    }
    found
}

pub(crate) async fn jobs(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let long = args[1..].iter().any(|arg| arg == "-l");
    let pids = args[1..].iter().any(|arg| arg == "-p");
    let running = args[1..].iter().any(|arg| arg == "-r");
    let stopped = args[1..].iter().any(|arg| arg == "-s");
    let specs: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let mut lines = Vec::new();
    if shell.jobs.list.is_empty() && !shell.jobs.inherited.is_empty() {
        shell.jobs.list = std::mem::take(&mut shell.jobs.inherited);
    }
    for job in &shell.jobs.list {
        let named = specs.is_empty()
            || specs
                .iter()
                .any(|spec| shell.jobs.find(spec) == Some(job.id));
        let wanted = (!running || job.state() == JobState::Running)
            && (!stopped || matches!(job.state(), JobState::Stopped(_)));
        if named && wanted {
            lines.push(if pids {
                format!("{}\n", job.group())
            } else {
                shell.jobs.line(job, long)
            });
        }
    }
    let mut status = 0;
    for spec in &specs {
        if shell.jobs.find(spec).is_none() {
            shell
                .complain_of("jobs", &format!("{spec}: no such job"))
                .await;
            status = 1;
        }
    }
    shell.print(lines.concat()).await;
    let gone: Vec<usize> = shell
        .jobs
        .list
        .iter()
        .filter(|job| matches!(job.state(), JobState::Done(_)))
        .map(|job| job.id)
        .collect();
    for id in gone {
        if let Some(job) = shell.jobs.remove(id) {
            job.procs.iter().for_each(os::Proc::reap);
        }
    }
    Ok(status)
}

pub(crate) async fn fg(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if !shell.options.monitor {
        shell.complain_of("fg", "no job control").await;
        return Ok(1);
    }
    match find(shell, "fg", args.get(1)).await {
        Some(id) => shell.foreground(id).await,
        None => Ok(1),
    }
}

pub(crate) async fn bg(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if !shell.options.monitor {
        shell.complain_of("bg", "no job control").await;
        return Ok(1);
    }
    let Some(id) = find(shell, "bg", args.get(1)).await else {
        return Ok(1);
    };
    let (group, text, state) = match shell.jobs.get(id) {
        Some(job) => (job.group(), job.text.clone(), job.state()),
        None => return Ok(1),
    };
    if state == JobState::Running {
        shell
            .complain_of("bg", &format!("job {id} already in background"))
            .await;
        return Ok(0);
    }
    shell.jobs.touch(id);
    if let Some(job) = shell.jobs.list.iter_mut().find(|job| job.id == id) {
        job.told = JobState::Running;
        job.background = true;
    }
    shell.print(format!("[{id}]+ {text} &\n")).await;
    shell.proc.machine().kill_group(group, Signal::CONT);
    Ok(0)
}

pub(crate) async fn disown(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    match find(
        shell,
        "disown",
        args.iter().skip(1).find(|arg| !arg.starts_with('-')),
    )
    .await
    {
        Some(id) => {
            shell.jobs.remove(id);
            Ok(0)
        }
        None => Ok(1),
    }
}

pub(crate) async fn suspend(shell: &mut Shell, _args: Vec<String>) -> Result<i32, Flow> {
    shell
        .complain_of("suspend", "cannot suspend a login shell")
        .await;
    Ok(1)
}

pub(crate) async fn times(shell: &mut Shell, _args: Vec<String>) -> Result<i32, Flow> {
    let own = shell.proc.cpu_used().as_secs_f64();
    let all = shell.proc.machine().cpu_used().as_secs_f64();
    let show = |secs: f64| format!("{}m{:.3}s", (secs / 60.0) as u64, secs % 60.0);
    shell
        .print(format!(
            "{} {}\n{} {}\n",
            show(own),
            show(0.0),
            show((all - own).max(0.0)),
            show(0.0)
        ))
        .await;
    Ok(0)
}
