//! `kubectl cp`: copies files by running `tar` in the container.

use std::cell::RefCell;

use os::path;
use os::tar::{self, Archive, Entry, Kind};

use super::exec::{self, CONTAINER};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::pods;
use crate::remote::{Input, Output, Talk};
use crate::rest::helper::Helper;
use crate::util::go;
use serde_json::Value;

/// `cp`
pub const COMMAND: Command = Command {
    name: "cp",
    usage: "<file-spec-src> <file-spec-dest>",
    no_flags_in_use: true,
    short: "Copy files and directories to and from containers",
    flags: &[&[
        CONTAINER,
        Flag::bool(
            "no-preserve",
            "The copied file/directory's ownership and permissions will not be preserved in the \
             container",
        ),
        Flag::int(
            "retries",
            "0",
            "Set number of retries to complete a copy operation from a container. Specify 0 to \
             disable or any negative value for infinite retrying. The default is 0 (no retry).",
        ),
    ]],
    long: "Copy files and directories to and from containers.",
    example: "# !!!Important Note!!!
# The container must have the program 'tar'; without it, 'kubectl cp' fails.
#
# For symbolic links, wildcards and file modes, use 'kubectl exec' with tar itself.

# Copy the file /tmp/foo to /tmp/bar in a pod of the namespace <some-namespace>
tar cf - /tmp/foo | kubectl exec -i -n <some-namespace> <some-pod> -- tar xf - -C /tmp/bar

# Copy /tmp/foo of a pod to /tmp/bar
kubectl exec -n <some-namespace> <some-pod> -- tar cf - /tmp/foo | tar xf - -C /tmp/bar

# Copy the folder /tmp/foo_dir to /tmp/bar_dir in a pod of the default namespace
kubectl cp /tmp/foo_dir <some-pod>:/tmp/bar_dir

# Copy the file /tmp/foo to /tmp/bar in one container of a pod
kubectl cp /tmp/foo <some-pod>:/tmp/bar -c <specific-container>

# Copy the file /tmp/foo to /tmp/bar in a pod of another namespace
kubectl cp /tmp/foo <some-namespace>/<some-pod>:/tmp/bar

# Copy /tmp/foo of a pod to /tmp/bar
kubectl cp <some-namespace>/<some-pod>:/tmp/foo /tmp/bar",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// One end of a copy.
#[derive(Debug, PartialEq, Eq)]
struct Spec {
    namespace: String,
    /// Empty for our own files.
    pod: String,
    file: String,
}

const BAD_SPEC: &str = "filespec must match the canonical format: [[namespace/]pod:]file/path";

fn spec(arg: &str) -> Result<Spec, Error> {
    let (pod, file) = match arg.split_once(':') {
        Some(("", _)) => return Err(BAD_SPEC.into()),
        Some((pod, file)) => (pod, file.replace('\\', "/")),
        None => ("", arg.to_owned()),
    };
    let (namespace, pod) = pod.split_once('/').unwrap_or(("", pod));
    if pod.contains('/') {
        return Err(BAD_SPEC.into());
    }
    Ok(Spec {
        namespace: namespace.to_owned(),
        pod: pod.to_owned(),
        file: without_last_slash(&file),
    })
}

fn without_last_slash(file: &str) -> String {
    match file.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => file.to_owned(),
    }
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let (namespace, _) = cx.namespace()?;
        let [source, target] = &cx.args[..] else {
            return Err("source and destination are required".into());
        };
        let (mut source, mut target) = (spec(source)?, spec(target)?);
        if !source.pod.is_empty() && !target.pod.is_empty() {
            return Err("one of src or dest must be a local file specification".into());
        }
        if source.file.is_empty() || target.file.is_empty() {
            return Err("filepath can not be empty".into());
        }
        for end in [&mut source, &mut target] {
            if end.namespace.is_empty() {
                end.namespace.clone_from(&namespace);
            }
        }
        match (source.pod.is_empty(), target.pod.is_empty()) {
            (false, _) => from_pod(&cx, &source, &target.file).await,
            (true, false) => to_pod(&cx, &source.file, &target).await,
            (true, true) => Err("one of src or dest must be a remote file specification".into()),
        }
    })
}

fn pod_of(cx: &Context, end: &Spec) -> Result<Value, Error> {
    Helper::new(cx, &pods::mapping()).get(&end.namespace, &end.pod)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// As Go joins paths: cleaned, and relative if it was so.
fn join(base: &str, rest: &str) -> String {
    let joined = if rest.is_empty() {
        base.to_owned()
    } else if base.is_empty() {
        rest.to_owned()
    } else {
        format!("{base}/{rest}")
    };
    clean(&joined)
}

/// As Go cleans a path.
fn clean(text: &str) -> String {
    let rooted = text.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.join("/")) {
        (true, rest) => format!("/{rest}"),
        (false, rest) if rest.is_empty() => ".".to_owned(),
        (false, rest) => rest,
    }
}

/// A path that cannot lead upwards, nor start at the root.
fn without_shortcuts(text: &str) -> &str {
    let mut rest = text;
    while let Some(shorter) = rest.strip_prefix("../") {
        rest = shorter;
    }
    match rest {
        "." | ".." => "",
        rest => rest.strip_prefix('/').unwrap_or(rest),
    }
}

async fn from_pod(cx: &Context, source: &Spec, target: &str) -> Result<(), Error> {
    let pod = pod_of(cx, source)?;
    let wanted = cx.flags.str("container");
    let container = exec::target(cx, &pod, wanted, true)?;
    // Whatever is said during such a copy goes to standard output.
    if wanted.is_empty()
        && let Some(text) = pods::defaulted(&pod)
    {
        cx.out(&text);
    }
    let command = if cx.flags.int("retries") == 0 {
        words(&["tar", "cf", "-", &source.file])
    } else {
        let quoted = source.file.replace('\'', "'\\''");
        words(&["sh", "-c", &format!("tar cf - '{quoted}' | tail -c+1")])
    };
    let talk = Talk {
        output: Output::Kept,
        ..Talk::default()
    };
    let kept = RefCell::default();
    let ended = exec::execute(cx, &pod, &container, &command, &talk, &kept).await;
    let bytes = kept.into_inner();
    let (entries, complete) = match tar::entries(&bytes) {
        Ok(read) => read,
        Err(_) => return Err(ended.err().unwrap_or_else(|| "unexpected EOF".into())),
    };
    // Once the archive is complete, nobody waits for what its maker has to say.
    if !complete {
        ended?;
    }
    let prefix = clean(source.file.trim_start_matches(['/', '\\']));
    untar(cx, source, without_shortcuts(&prefix), target, entries)
}

fn untar(
    cx: &Context,
    source: &Spec,
    prefix: &str,
    target: &str,
    entries: Vec<Entry>,
) -> Result<(), Error> {
    let mut warned = false;
    for entry in entries {
        let Some(rest) = entry.name.strip_prefix(prefix) else {
            return Err("tar contents corrupted".into());
        };
        let name = join(target, &without_last_slash(rest));
        let outside = match clean(target).as_str() {
            "." => name.starts_with("../") || name == "..",
            "/" => false,
            base => name != base && !name.starts_with(&format!("{base}/")),
        };
        if outside {
            cx.err(&format!(
                "warning: file {} is outside target destination, skipping\n",
                go::quote(&name)
            ));
            continue;
        }
        let make = |folder: &str| {
            let made = cx.host.make_dir(folder);
            made.map_err(|e| e.of("mkdir", folder))
        };
        make(path::dirname(&name))?;
        match entry.kind {
            Kind::Directory => make(&name)?,
            Kind::File(bytes) => {
                let written = cx.host.write_file(&name, &bytes);
                written.map_err(|e| e.of("open", &name))?;
            }
            Kind::Symlink(link) => {
                let hint = if warned {
                    String::new()
                } else {
                    format!(
                        " (consider using \"kubectl exec -n {} {} -- tar cf - {} | tar xf -\")",
                        go::quote(&source.namespace),
                        go::quote(&source.pod),
                        go::quote(&source.file)
                    )
                };
                warned = true;
                cx.err(&format!(
                    "warning: skipping symlink: {} -> {}{hint}\n",
                    go::quote(&name),
                    go::quote(&link)
                ));
            }
        }
    }
    Ok(())
}

async fn to_pod(cx: &Context, source: &str, target: &Spec) -> Result<(), Error> {
    if cx.host.stat(source).is_err() {
        return Err(fail!("{source} doesn't exist in local filesystem"));
    }
    let pod = pod_of(cx, target)?;
    let wanted = cx.flags.str("container");
    let container = exec::target(cx, &pod, wanted, true)?;
    let quiet = Talk {
        output: Output::Dropped,
        ..Talk::default()
    };
    let kept = RefCell::default();
    let test = words(&["test", "-d", &target.file]);
    let is_folder = exec::execute(cx, &pod, &container, &test, &quiet, &kept)
        .await
        .is_ok();
    let source = clean(source);
    let file = match is_folder {
        true => clean(&format!("{}/{}", target.file, path::basename(&source))),
        false => clean(&target.file),
    };
    if wanted.is_empty()
        && let Some(text) = pods::defaulted(&pod)
    {
        cx.err(&text);
    }
    let mut archive = Archive::default();
    pack(cx, &source, path::basename(&file), &mut archive)?;
    let mut command = words(&["tar"]);
    if cx.flags.bool("no-preserve") {
        command.extend(words(&["--no-same-permissions", "--no-same-owner"]));
    }
    command.extend(words(&["-xmf", "-"]));
    let folder = match file.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => ".",
    };
    command.extend(words(&["-C", folder]));
    let talk = Talk {
        input: Input::Bytes(archive.finish()),
        ..Talk::default()
    };
    exec::execute(cx, &pod, &container, &command, &talk, &kept).await
}

/// Adds a file, or all that is in a folder, under another name.
fn pack(cx: &Context, from: &str, name: &str, archive: &mut Archive) -> Result<(), Error> {
    let info = cx.host.stat(from).map_err(|e| e.of("lstat", from))?;
    let mut names = Vec::new();
    if info.is_dir {
        names = cx.host.list(from).map_err(|e| e.of("open", from))?;
    }
    for child in &names {
        pack(
            cx,
            &format!("{from}/{child}"),
            &format!("{name}/{child}"),
            archive,
        )?;
    }
    if !names.is_empty() {
        return Ok(());
    }
    let kind = if info.is_dir {
        Kind::Directory
    } else {
        Kind::File(cx.host.read_file(from).map_err(|e| e.of("open", from))?)
    };
    archive.add(&Entry {
        name: name.to_owned(),
        kind,
        mode: (info.mode & 0o7777) as u16,
        uid: 0,
        gid: 0,
        mtime: cx.host.now() / 1_000_000,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_and_paths() {
        for (arg, want) in [
            ("a/b", Some(("", "", "a/b"))),
            ("pod:/x/", Some(("", "pod", "/x"))),
            ("ns/pod:x", Some(("ns", "pod", "x"))),
            ("pod:/", Some(("", "pod", "/"))),
            (":x", None),
            ("a/b/c:x", None),
        ] {
            let got = spec(arg).ok();
            let got = got.as_ref().map(|s| (&*s.namespace, &*s.pod, &*s.file));
            assert_eq!(got, want, "{arg}");
        }
        for (path, want) in [
            ("a//b/./c/..", "a/b"),
            ("/../a", "/a"),
            ("../a/..", ".."),
            ("", "."),
        ] {
            assert_eq!(clean(path), want);
        }
        assert_eq!(join("hello.txt", ""), "hello.txt");
        assert_eq!(join(".", "/x"), "x");
        assert_eq!(without_shortcuts("../../etc"), "etc");
    }
}
