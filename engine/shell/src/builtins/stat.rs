//! `stat`

use os::{Node, Proc, Stat};

use super::ls::mode_text;
use crate::datetime;
use crate::opts::Spec;

fn kind(stat: &Stat) -> &'static str {
    match &stat.inode.node {
        Node::File(data) if data.is_empty() => "regular empty file",
        Node::File(_) => "regular file",
        Node::Dir(_) => "directory",
        Node::Symlink(_) => "symbolic link",
        Node::Device(_) => "character special file",
    }
}

fn fill(proc: &Proc, format: &str, name: &str, stat: &Stat) -> String {
    let mut out = String::new();
    let mut chars = format.chars();
    let time = sim::Time::from_micros(stat.inode.mtime);
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push_str(name),
            Some('N') => match &stat.inode.node {
                Node::Symlink(target) => out.push_str(&format!("'{name}' -> '{target}'")),
                _ => out.push_str(&format!("'{name}'")),
            },
            Some('s') => out.push_str(&stat.inode.size().to_string()),
            Some('a') => out.push_str(&format!("{:o}", stat.inode.mode)),
            Some('A') => out.push_str(&mode_text(stat)),
            Some('u') => out.push_str(&stat.inode.uid.to_string()),
            Some('g') => out.push_str(&stat.inode.gid.to_string()),
            Some('U') => out.push_str(&crate::users::user_name(proc, stat.inode.uid)),
            Some('G') => out.push_str(&crate::users::group_name(proc, stat.inode.gid)),
            Some('F') => out.push_str(kind(stat)),
            Some('i') => out.push_str(&stat.ino.to_string()),
            Some('h') => out.push_str(&stat.inode.nlink.to_string()),
            Some('y' | 'x' | 'z' | 'w') => {
                out.push_str(&datetime::format(time, "%Y-%m-%d %H:%M:%S.%N +0000"))
            }
            Some('Y' | 'X' | 'Z' | 'W') => out.push_str(&time.as_secs().to_string()),
            Some('b') => out.push_str(&stat.inode.size().div_ceil(512).to_string()),
            Some('B') => out.push_str("512"),
            Some('%') => out.push('%'),
            Some(other) => out.extend(['%', other]),
            None => out.push('%'),
        }
    }
    out
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "c:Lft",
        &[("format", 'c'), ("dereference", 'L'), ("printf", '!')],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.is_empty() {
        proc.eprint("stat: missing operand\nTry 'stat --help' for more information.\n")
            .await;
        return 1;
    }
    let mut status = 0;
    for name in &opts.rest {
        let full = proc.absolute(name);
        let found = if opts.has('L') {
            proc.vfs().stat(&proc.cred(), &full)
        } else {
            proc.vfs().lstat(&proc.cred(), &full)
        };
        let stat = match found {
            Ok(stat) => stat,
            Err(error) => {
                let text = match proc.is_busybox() {
                    true => format!("stat: can't stat '{name}': {}\n", error.text()),
                    false => format!("stat: cannot statx '{name}': {}\n", error.text()),
                };
                proc.eprint(text).await;
                status = 1;
                continue;
            }
        };
        let text = match opts.value('c') {
            Some(format) => fill(&proc, format, name, &stat) + "\n",
            None => {
                let format = "  Size: %s\tBlocks: %b\tIO Block: 4096   %F\nDevice: 0,1\tInode: %i\tLinks: %h\n\
                     Access: (0%a/%A)  Uid: (%u/%U)   Gid: (%g/%G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: -\n";
                fill(&proc, &format!("  File: %n\n{format}"), name, &stat)
            }
        };
        proc.print(text).await;
    }
    status
}
