//! Standard output that could not be written: a full disk, a closed descriptor.
//!
//! Programs print into a buffer and look at its end whether all of it went out; so tools here print without looking, and
//! what they would say and end with is in one place. Not here: files that a tool opens itself (`dd of=`, `tee`), and a
//! reader that is gone, which ends the process by SIGPIPE.

use os::Proc;

/// How a tool ends whose output is lost: with what it says, without its name and without the reason, and its status.
struct Ending {
    says: Option<&'static str>,
    reason: bool,
    status: i32,
}

const fn ending(says: &'static str, reason: bool, status: i32) -> Ending {
    Ending {
        says: Some(says),
        reason,
        status,
    }
}

const fn silent(status: i32) -> Ending {
    Ending {
        says: None,
        reason: false,
        status,
    }
}

/// The tools of GNU and others on the workstation.
fn gnu(tool: &str) -> Ending {
    match tool {
        "ls" | "grep" | "egrep" | "fgrep" | "printenv" => ending("write error", true, 2),
        "expr" => ending("write error", true, 3),
        "env" => ending("write error", true, 125),
        "wc" | "du" | "free" | "comm" | "md5sum" | "sha1sum" | "sha224sum" | "sha256sum"
        | "sha384sum" | "sha512sum" => ending("write error", false, 1),
        "diff" | "cmp" => ending("standard output", true, 2),
        "yes" => ending("standard output", true, 1),
        "find" => ending("'standard output'", true, 1),
        "tee" => ending("'standard output'", true, 1),
        "sort" => ending("write failed: 'standard output'", true, 2),
        "sed" => ending("couldn't flush stdout", true, 4),
        "awk" => ending("write failure", true, 2),
        "jq" | "yq" => ending("error: writing output failed", true, 2),
        "xxd" => ending("", true, 3),
        "tar" => ending("-: Cannot write", true, 2),
        "gzip" | "gunzip" | "zcat" => ending("stdout", true, 1),
        "hostname" | "tree" | "bc" | "clear" | "openssl" | "getconf" => silent(0),
        _ => ending("write error", true, 1),
    }
}

/// The applets of busybox, many of which look at nothing.
fn busybox(tool: &str) -> Ending {
    match tool {
        "cat" | "tail" | "tr" | "tac" | "tar" | "gzip" | "gunzip" | "zcat" | "echo" => {
            ending("write error", true, 1)
        }
        "sort" | "head" | "wc" | "env" | "id" | "du" | "cut" | "base64" | "uname" | "uniq"
        | "nl" | "expr" | "shuf" | "cal" | "fold" | "paste" | "rev" | "realpath" => {
            ending("standard output", true, 0)
        }
        "od" | "hexdump" => ending("write error", false, 1),
        "yes" => ending("(null)", true, 1),
        "seq" | "whoami" | "pwd" | "dirname" => silent(255),
        "basename" | "diff" => silent(1),
        _ => silent(0),
    }
}

/// The status of a tool that ended with `status`; says so if some of its output is lost.
pub(crate) async fn end(proc: &Proc, tool: &str, status: i32) -> i32 {
    let Some(error) = proc.take_lost_output() else {
        return status;
    };
    let how = match proc.is_busybox() {
        true => busybox(tool),
        false => gnu(tool),
    };
    if let Some(says) = how.says {
        let says = if says.is_empty() {
            String::new()
        } else {
            format!("{says}: ")
        };
        let text = match how.reason {
            true if tool == "awk" => format!("awk: write failure ({})\n", error.text()),
            true => format!("{tool}: {says}{}\n", error.text()),
            false => format!("{tool}: {}\n", says.trim_end_matches(": ")),
        };
        if how.says == Some("stdout") {
            proc.eprint("\n").await;
        }
        proc.eprint(text).await;
        if tool == "find" && !proc.is_busybox() {
            proc.eprint("find: write error\n").await;
        }
        if tool == "tar" && !proc.is_busybox() {
            proc.eprint("tar: Error is not recoverable: exiting now\n")
                .await;
        }
    }
    match how.status {
        0 => status,
        failed => failed,
    }
}
