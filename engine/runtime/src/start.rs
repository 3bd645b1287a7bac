//! Making a container's files and starting its first process, with containerd's and runc's words when that fails.

use std::fmt;
use std::rc::Rc;

use network::Netns;
use os::{
    Cred, ExecError, FdTable, File, Fs, Input, Limits, Machine, Memory, Programs, Shelf, Spawn,
    Tree, Tty, Vfs, WindowSize,
};
use sim::Sim;

use crate::config::{ContainerConfig, RunAs};
use crate::container::Container;
use crate::image::Image;
use crate::logs::LogStream;
use crate::output::ContainerOutput;

/// Why a container could not be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateError(pub String);

impl fmt::Display for CreateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CreateError {}

/// Why a container's first process could not be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartError(pub String);

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// What a container needs of the node it is made on.
pub(crate) struct Host<'a> {
    pub(crate) sim: &'a Sim,
    pub(crate) programs: &'a Programs,
    pub(crate) image: Tree,
    pub(crate) shelf: &'a Shelf,
    pub(crate) netns: &'a Netns,
    pub(crate) memory: &'a Memory,
    pub(crate) hostname: &'a str,
}

/// A container's own files as it finds them: the image's, those of the kubelet, and the places of its mounts.
fn root_files(image: &Tree, config: &ContainerConfig, points: &[(usize, bool)], now: i64) -> Fs {
    let root = Cred::root(now);
    let fs = Fs::from_tree("overlay", image.clone());
    let vfs = Vfs::new(fs.clone());
    for (path, text) in &config.files {
        let _ = vfs
            .mkdir_all(&root, os::path::dirname(path), 0o755)
            .and_then(|()| vfs.write_file(&root, path, text.as_bytes()));
    }
    let dir = match config.working_dir.as_str() {
        "" => config.image.image.config.working_dir,
        dir => dir,
    };
    let _ = vfs.mkdir_all(&root, dir, 0o755);
    let message = &config.termination_message_path;
    if !message.is_empty() {
        let _ = vfs
            .mkdir_all(&root, os::path::dirname(message), 0o755)
            .and_then(|()| vfs.write_file(&root, message, b""))
            .and_then(|()| vfs.chmod(&root, message, 0o666));
    }
    for (index, is_dir) in points {
        // If it cannot be made, mounting it says so.
        if let Some(mount) = config.mounts.get(*index) {
            let _ = vfs.make_mount_point(&os::path::clean(&mount.path), *is_dir, now);
        }
    }
    fs
}

/// The mounts' places among the container's own files, and whether they are directories. What is mounted inside
/// another mount has none.
fn mount_points(config: &ContainerConfig, order: &[usize], now: i64) -> Box<[(usize, bool)]> {
    let root = Cred::root(now);
    let places: Vec<_> = config
        .mounts
        .iter()
        .map(|mount| os::path::clean(&mount.path))
        .collect();
    let is_inside = |place: &str, outer: &str| {
        let rest = place.strip_prefix(outer.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let own = order.iter().filter(|index| {
        let place = &places[**index];
        !places
            .iter()
            .any(|outer| outer != place && is_inside(place, outer))
    });
    own.map(|index| {
        let mount = &config.mounts[*index];
        let whole = mount.sub_path.is_empty();
        let part = || format!("/{}", mount.sub_path);
        let is_dir = whole || Vfs::new(mount.fs.clone()).is_dir(&root, &part());
        (*index, is_dir)
    })
    .collect()
}

/// Makes the machine that a container's processes run on: its files, volumes, limits and network.
pub(crate) fn make_machine(
    host: &Host<'_>,
    config: &Rc<ContainerConfig>,
) -> Result<Machine, CreateError> {
    let now = host.sim.now().as_micros();
    // Mounts whose place is inside another mount come after it.
    let mut order: Vec<usize> = (0..config.mounts.len()).collect();
    order.sort_by_key(|index| config.mounts[*index].path.matches('/').count());
    let points = mount_points(config, &order, now);
    let root = root_files(&host.image, config, &points, now);
    let (image, kept) = (host.image.clone(), Rc::clone(config));
    let again = move || root_files(&image, &kept, &points, now).snapshot();
    root.set_recipe(Rc::new(again), host.shelf);
    let vfs = Vfs::new(root);
    if config.read_only_root {
        vfs.set_root_read_only(true);
    }
    for index in &order {
        let mount = &config.mounts[*index];
        let done = if mount.sub_path.is_empty() {
            vfs.mount(&mount.path, mount.fs.clone(), mount.read_only, now)
        } else {
            vfs.mount_part(
                &mount.path,
                mount.fs.clone(),
                &mount.sub_path,
                mount.read_only,
                now,
            )
        };
        done.map_err(|errno| {
            CreateError(format!(
                "failed to generate container spec: failed to mount \"{}\": {}",
                mount.path,
                errno.text().to_lowercase()
            ))
        })?;
    }
    let machine = Machine::new(host.sim, host.programs, host.hostname, vfs);
    machine.set_contained(true);
    machine.set_extension(Rc::new(host.netns.clone()));
    machine.set_cpu_quota(config.cpu_limit.unwrap_or(0));
    let in_memory = config.mounts.iter().filter(|mount| mount.in_memory);
    machine.set_memory_files(in_memory.map(|mount| mount.fs.clone()).collect());
    machine.set_limits(limits(config, host.memory));
    machine.set_memory(host.memory, config.oom_score_adj);
    Ok(machine)
}

/// How much its processes may hold: without a limit, as much as the node has.
fn limits(config: &ContainerConfig, memory: &Memory) -> Limits {
    let all = Limits::default();
    match config.memory_limit {
        Some(memory) => Limits {
            memory,
            held: memory,
            ..all
        },
        None => Limits {
            memory: memory.capacity(),
            ..all
        },
    }
}

/// Who runs a container: what the pod says, else what the image says.
pub(crate) fn user(
    machine: &Machine,
    image: &Image,
    run_as: &RunAs,
) -> Result<(u32, u32, Rc<[u32]>), CreateError> {
    let (name, group) = match image.config.user.split_once(':') {
        Some((name, group)) => (name, Some(group)),
        None => (image.config.user, None),
    };
    let passwd = machine
        .vfs()
        .read_file(&machine.root_cred(), "/etc/passwd")
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .unwrap_or_default();
    let lines: Vec<Vec<&str>> = passwd
        .lines()
        .map(|line| line.split(':').collect())
        .collect();
    let number =
        |fields: &[&str], at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok());
    let by_name = lines
        .iter()
        .find(|fields| fields.first() == Some(&name) && !name.is_empty());
    let image_uid = match name {
        "" => 0,
        name => name
            .parse::<u32>()
            .ok()
            .or_else(|| by_name.and_then(|fields| number(fields, 2)))
            .ok_or_else(|| {
                CreateError(format!(
                    "unable to find user {name}: no matching entries in passwd file"
                ))
            })?,
    };
    let uid = run_as.uid.unwrap_or(image_uid);
    let group_of_user = lines
        .iter()
        .find(|fields| number(fields, 2) == Some(uid))
        .and_then(|fields| number(fields, 3));
    let image_gid = group
        .filter(|_| run_as.uid.is_none())
        .and_then(|group| group.parse::<u32>().ok());
    let gid = run_as.gid.or(image_gid).or(group_of_user).unwrap_or(0);
    let mut groups = vec![gid];
    for group in &run_as.groups {
        if !groups.contains(group) {
            groups.push(*group);
        }
    }
    groups.sort_unstable();
    Ok((uid, gid, groups.into()))
}

/// Starts the first process of a container.
pub(crate) fn start(container: &Container) -> Result<os::Proc, StartError> {
    let machine = &container.machine;
    let line = container.command_line();
    if line.is_empty() {
        return Err(StartError("no command specified".to_owned()));
    }
    let (fds, tty) = descriptors(container);
    let (uid, gid, groups) = container.user.clone();
    let spawn = Spawn {
        args: line.clone(),
        env: container.environment(),
        cwd: container.working_dir(),
        fds,
        uid,
        gid,
        groups,
        tty: tty.clone(),
        ..Spawn::default()
    };
    let main = machine
        .spawn_command(spawn)
        .map_err(|error| StartError(format!("{START}{}", exec_error(&line[0], error))))?;
    if let Some(tty) = tty {
        tty.set_foreground(Some(main.group()));
        machine.sim().spawn(
            "container terminal",
            crate::container::pump_tty(tty, container.output.clone()),
        );
    }
    Ok(main)
}

/// The standard descriptors of the first process.
fn descriptors(container: &Container) -> (FdTable, Option<Tty>) {
    if container.config.tty {
        let tty = container.machine.open_tty(WindowSize::default());
        *container.tty.borrow_mut() = Some(tty.clone());
        return (FdTable::terminal(&tty), Some(tty));
    }
    let stdin = if container.config.stdin {
        let input = Input::default();
        *container.stdin.borrow_mut() = Some(input.clone());
        File::from_stream(input)
    } else {
        File::null()
    };
    let output: &ContainerOutput = &container.output;
    let fds = FdTable::standard(
        stdin,
        output.file(LogStream::Stdout),
        output.file(LogStream::Stderr),
    );
    (fds, None)
}

/// What comes before runc's own words when a container does not start.
const START: &str = "failed to create containerd task: failed to create shim task: OCI runtime create failed: \
                     runc create failed: unable to start container process: error during container init: ";

/// runc's words for a program that cannot be run.
pub(crate) fn exec_error(program: &str, error: ExecError) -> String {
    let by_path = program.contains('/');
    match error {
        ExecError::NotFound if by_path => {
            format!("exec: \"{program}\": stat {program}: no such file or directory")
        }
        ExecError::NotFound => {
            format!("exec: \"{program}\": executable file not found in $PATH")
        }
        ExecError::Denied => format!("exec: \"{program}\": permission denied"),
        ExecError::IsDirectory => format!("exec: \"{program}\": is a directory"),
        ExecError::Format => format!("exec {program}: exec format error"),
        ExecError::BadInterpreter => format!("exec {program}: no such file or directory"),
        ExecError::Errno(errno) => format!("exec: \"{program}\": {}", errno.text().to_lowercase()),
    }
}
