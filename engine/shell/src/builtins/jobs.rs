//! `jobs`, `fg`, `bg`, `disown`, `suspend`, `times`

use os::Signal;

use crate::interp::{Flow, Job, JobState, Shell};

/// The job that an argument names, or the current one. Complains if there is none.
async fn find(shell: &Shell, name: &str, spec: Option<&String>) -> Option<usize> {
    let found = match spec {
        Some(spec) => shell.jobs.find(spec),
        None => shell.jobs.current().0.ok_or("current: no such job".into()),
    };
    match found {
        Ok(id) => Some(id),
        Err(message) => {
            shell.complain_of(name, &message).await;
            None
        }
    }
}

pub(crate) async fn jobs(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let count = args[1..]
        .iter()
        .take_while(|arg| arg.starts_with('-') && arg.len() > 1)
        .count();
    let (options, specs) = args[1..].split_at(count);
    let letters: String = options.iter().flat_map(|arg| arg[1..].chars()).collect();
    if let Some(bad) = letters.chars().find(|letter| !"lnprs-".contains(*letter)) {
        return Ok(super::usage(shell, "jobs", &format!("-{bad}: invalid option")).await);
    }
    let has = |letter: char| letters.contains(letter);
    let (long, pids, running, stopped) = (has('l'), has('p'), has('r'), has('s'));
    let mut lines = Vec::new();
    if shell.jobs.list.is_empty() && !shell.jobs.inherited.is_empty() {
        shell.jobs.list = std::mem::take(&mut shell.jobs.inherited);
    }
    for job in &shell.jobs.list {
        let named =
            specs.is_empty() || specs.iter().any(|spec| shell.jobs.find(spec) == Ok(job.id));
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
    for spec in specs {
        if let Err(message) = shell.jobs.find(spec) {
            shell.complain_of("jobs", &message).await;
            status = 1;
        }
    }
    shell.print(lines.concat()).await;
    for job in &mut shell.jobs.list {
        job.told = job.state();
    }
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
    let (options, specs): (Vec<&String>, Vec<&String>) =
        args[1..].iter().partition(|arg| arg.starts_with('-'));
    let all = options.iter().any(|option| option.contains('a'));
    let running = options.iter().any(|option| option.contains('r'));
    if (all || running) && specs.is_empty() {
        let keep = |job: &Job| running && job.state() != JobState::Running;
        shell.jobs.list.retain(keep);
        return Ok(0);
    }
    let mut status = 0;
    let specs: Vec<Option<&String>> = match specs.is_empty() {
        true => vec![None],
        false => specs.into_iter().map(Some).collect(),
    };
    for spec in specs {
        match find(shell, "disown", spec).await {
            // With `-h` it stays, and is only spared the hang-up.
            Some(_) if options.iter().any(|option| option.contains('h')) => {}
            Some(id) => drop(shell.jobs.remove(id)),
            None => status = 1,
        }
    }
    Ok(status)
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
