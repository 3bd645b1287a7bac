//! Builtins and small tools: one file each, one line in [`TOOLS`].
//!
//! Some need the shell's own state (`cd`, `export`) and exist only within it; most are programs that any process can
//! run; a few are both (`echo`, `test`), as in a real system.

use std::future::Future;
use std::pin::Pin;

use os::Proc;

use crate::interp::{Dialect, Flow, Shell};

macro_rules! modules {
    ($($name:ident)*) => { $(pub(crate) mod $name;)* };
}

modules! {
    alias base64 basename cat cd chmod chown clear command cp cut date declare dirname dirs echo edit env eval exec
    exit export false_ find getopts grep hash head help history hostname id jobs kill let_ ln local loop_control
    read return_ set true_ type_ xargs
}
mod text;

pub(crate) use text::{Source, open_sources};

/// A tool on its way.
pub(crate) type Running = Pin<Box<dyn Future<Output = i32>>>;
/// A builtin on its way.
pub(crate) type RunningIn<'a> = Pin<Box<dyn Future<Output = Result<i32, Flow>> + 'a>>;

/// How a tool is run.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// Within the shell, with its state.
    Shell(for<'a> fn(&'a mut Shell, Vec<String>) -> RunningIn<'a>),
    /// As a program.
    Program(fn(Proc, Vec<String>) -> Running),
    /// As a program, or within the shell, which costs no process.
    Both(fn(Proc, Vec<String>) -> Running),
}

/// A builtin or tool.
pub(crate) struct Tool {
    /// Its name.
    pub(crate) name: &'static str,
    /// How it is run.
    pub(crate) run: Run,
    /// How it is used, for `help`.
    pub(crate) usage: &'static str,
    /// What it does, in a line.
    pub(crate) about: &'static str,
}

macro_rules! tools {
    ($($name:literal $kind:ident $path:path, $usage:literal, $about:literal;)*) => {
        /// All of them, by name.
        pub(crate) static TOOLS: &[Tool] = &[$(Tool {
            name: $name,
            run: tools!(@ $kind $path),
            usage: $usage,
            about: $about,
        }),*];
    };
    (@ shell $path:path) => { Run::Shell(|shell, args| Box::pin($path(shell, args))) };
    (@ program $path:path) => { Run::Program(|proc, args| Box::pin($path(proc, args))) };
    (@ both $path:path) => { Run::Both(|proc, args| Box::pin($path(proc, args))) };
}

tools! {
    ":" both true_::run, ":", "Null command.";
    "alias" shell alias::run, "alias [-p] [name[=value] ... ]", "Define or display aliases.";
    "base64" program base64::run, "base64 [-d] [-w COLS] [FILE]", "Encode or decode data.";
    "basename" program basename::run, "basename NAME [SUFFIX]", "Strip directory and suffix from a file name.";
    "bg" shell jobs::bg, "bg [job_spec ...]", "Move jobs to the background.";
    "break" shell loop_control::break_, "break [n]", "Exit for, while, or until loops.";
    "builtin" shell command::builtin, "builtin [shell-builtin [arg ...]]", "Execute shell builtins.";
    "cat" program cat::run, "cat [-nAbs] [FILE]...", "Print files one after the other.";
    "cd" shell cd::run, "cd [-L|-P] [dir]", "Change the shell working directory.";
    "chgrp" program chown::chgrp, "chgrp [-R] GROUP FILE...", "Change the group of files.";
    "chmod" program chmod::run, "chmod [-R] MODE FILE...", "Change permissions of files.";
    "chown" program chown::run, "chown [-R] OWNER[:GROUP] FILE...", "Change the owner of files.";
    "clear" program clear::run, "clear", "Clear the terminal screen.";
    "command" shell command::run, "command [-pVv] command [arg ...]", "Execute a simple command, ignoring functions.";
    "continue" shell loop_control::continue_, "continue [n]", "Resume for, while, or until loops.";
    "cp" program cp::run, "cp [-rafv] SOURCE... DEST", "Copy files and directories.";
    "cut" program cut::run, "cut -d DELIM -f LIST | -c LIST [FILE]...", "Print parts of lines.";
    "date" program date::run, "date [-u] [-d STRING] [-I] [+FORMAT]", "Print the (virtual) date and time.";
    "declare" shell declare::run, "declare [-aAilrux] [-p] [name[=value] ...]", "Set variable values and attributes.";
    "dirname" program dirname::run, "dirname NAME...", "Strip the last component from a file name.";
    "dirs" shell dirs::dirs, "dirs [-clpv]", "Display directory stack.";
    "disown" shell jobs::disown, "disown [jobspec ...]", "Remove jobs from current shell.";
    "echo" both echo::run, "echo [-neE] [arg ...]", "Write arguments to the standard output.";
    "edit" program edit::run, "edit FILE", "Open a file in the editor.";
    "egrep" program grep::egrep, "egrep PATTERN [FILE]...", "As grep -E.";
    "env" program env::run, "env [-i] [-u NAME] [NAME=VALUE]... [COMMAND [ARG]...]", "Print the environment or run a command in one.";
    "eval" shell eval::run, "eval [arg ...]", "Execute arguments as a shell command.";
    "exec" shell exec::run, "exec [-a name] [command [argument ...]]", "Replace the shell with the given command.";
    "exit" shell exit::run, "exit [n]", "Exit the shell.";
    "export" shell export::run, "export [-n] [name[=value] ...] or export -p", "Set export attribute for shell variables.";
    "false" both false_::run, "false", "Return an unsuccessful result.";
    "fg" shell jobs::fg, "fg [job_spec]", "Move job to the foreground.";
    "fgrep" program grep::fgrep, "fgrep STRING [FILE]...", "As grep -F.";
    "find" program find::run, "find [PATH]... [-name PATTERN] [-type f|d|l] ...", "Search for files.";
    "getopts" shell getopts::run, "getopts optstring name [arg ...]", "Parse option arguments.";
    "grep" program grep::run, "grep [-EFiovnclqrwxhH] [-A N] [-B N] [-C N] PATTERN [FILE]...", "Print lines that match a pattern.";
    "hash" shell hash::run, "hash [-r] [name ...]", "Remember or display program locations.";
    "head" program head::run, "head [-n LINES] [-c BYTES] [FILE]...", "Print the first lines of files.";
    "help" shell help::run, "help [pattern ...]", "Display information about commands.";
    "history" shell history::run, "history [-c] [-d offset] [n]", "Display or manipulate the history list.";
    "hostname" program hostname::run, "hostname [-s]", "Print the name of this machine.";
    "id" program id::run, "id [-ugnG]", "Print user and group ids.";
    "jobs" shell jobs::jobs, "jobs [-lp] [jobspec ...]", "Display status of jobs.";
    "kill" shell kill::run, "kill [-s sigspec | -sigspec] pid | jobspec ... or kill -l", "Send a signal to a job.";
    "let" shell let_::run, "let arg [arg ...]", "Evaluate arithmetic expressions.";
    "ln" program ln::run, "ln [-sf] TARGET LINK", "Make links between files.";
    "local" shell local::run, "local [option] name[=value] ...", "Define local variables.";
    "mapfile" shell read::mapfile, "mapfile [-t] [array]", "Read lines from the standard input into an array.";
    "nano" program edit::run, "nano FILE", "Open a file in the editor.";
    "popd" shell dirs::popd, "popd", "Remove directories from stack.";
    "pushd" shell dirs::pushd, "pushd [dir]", "Add directories to stack.";
    "read" shell read::run, "read [-ers] [-a array] [-d delim] [-n nchars] [-p prompt] [-t timeout] [name ...]", "Read a line from the standard input and split it into fields.";
    "readarray" shell read::mapfile, "readarray [-t] [array]", "Read lines into an array.";
    "readonly" shell export::readonly, "readonly [name[=value] ...] or readonly -p", "Mark shell variables as unchangeable.";
    "return" shell return_::run, "return [n]", "Return from a shell function.";
    "set" shell set::run, "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]", "Set or unset values of shell options and positional parameters.";
    "suspend" shell jobs::suspend, "suspend", "Suspend shell execution.";
    "times" shell jobs::times, "times", "Display process times.";
    "true" both true_::run, "true", "Return a successful result.";
    "type" shell type_::run, "type [-afptP] name [name ...]", "Display information about command type.";
    "typeset" shell declare::run, "typeset [-aAilrux] [-p] name[=value] ...", "Set variable values and attributes.";
    "unalias" shell alias::unalias, "unalias [-a] name [name ...]", "Remove each NAME from the list of defined aliases.";
    "vi" program edit::run, "vi FILE", "Open a file in the editor.";
    "vim" program edit::run, "vim FILE", "Open a file in the editor.";
    "xargs" program xargs::run, "xargs [-n N] [-I R] [-0rt] [COMMAND [ARG]...]", "Build command lines from the input.";
}

/// Programs in `/bin` that are builtins of the shell as well.
const ALSO_PROGRAMS: [(&str, fn(Proc, Vec<String>) -> Running); 1] = [
    ("kill", |proc, args| Box::pin(kill::run_program(proc, args))),
];

/// Builtins that ash lacks.
const NOT_IN_ASH: [&str; 13] = [
    "builtin", "declare", "typeset", "dirs", "disown", "mapfile", "readarray", "popd", "pushd", "shopt", "suspend",
    "help", "history",
];

fn tool(name: &str) -> Option<&'static Tool> {
    let at = TOOLS.binary_search_by(|tool| tool.name.cmp(name)).ok()?;
    Some(&TOOLS[at])
}

/// What of it the shell runs by itself.
pub(crate) fn builtin(name: &str, dialect: Dialect) -> Option<&'static Tool> {
    let tool = tool(name)?;
    let inside = matches!(tool.run, Run::Shell(_) | Run::Both(_));
    (inside && (dialect == Dialect::Bash || !NOT_IN_ASH.contains(&name))).then_some(tool)
}

/// The names of all tools that are programs, with what they run.
pub(crate) fn programs() -> impl Iterator<Item = (&'static str, fn(Proc, Vec<String>) -> Running)> {
    let listed = TOOLS.iter().filter_map(|tool| match tool.run {
        Run::Program(run) | Run::Both(run) if tool.name != ":" => Some((tool.name, run)),
        _ => None,
    });
    listed.chain(ALSO_PROGRAMS)
}

/// Whether the text can be a variable's name.
pub(crate) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Says how a builtin is used, after a wrong option. Gives the exit code.
pub(crate) async fn usage(shell: &Shell, name: &str, message: &str) -> i32 {
    shell.complain_of(name, message).await;
    if let Some(tool) = tool(name)
        && !shell.is_ash()
    {
        shell
            .proc
            .eprint(format!("{name}: usage: {}\n", tool.usage))
            .await;
    }
    2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        assert!(TOOLS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
