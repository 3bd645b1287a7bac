//! Builtins and small tools: one file each, one line in [`TOOLS`].
//!
//! Some need the shell's own state (`cd`, `export`) and exist only within it; most are programs that any process can
//! run; a few are both (`echo`, `test`), as in a real system.

use std::future::Future;
use std::pin::Pin;

use os::Proc;

use crate::interp::{Dialect, Flow, Shell};

pub(crate) mod alias;
pub(crate) mod awk;
pub(crate) mod base64;
pub(crate) mod basename;
pub(crate) mod bc;
pub(crate) mod cal;
pub(crate) mod caller;
pub(crate) mod cat;
pub(crate) mod cd;
pub(crate) mod chmod;
pub(crate) mod chown;
mod chroot;
pub(crate) mod clear;
pub(crate) mod column;
pub(crate) mod comm;
pub(crate) mod command;
pub(crate) mod compspec;
pub(crate) mod cp;
pub(crate) mod cut;
pub(crate) mod date;
mod dd;
pub(crate) mod declare;
pub(crate) mod df;
pub(crate) mod diff;
pub(crate) mod dirname;
pub(crate) mod dirs;
pub(crate) mod du;
pub(crate) mod echo;
pub(crate) mod edit;
pub(crate) mod enable;
pub(crate) mod env;
pub(crate) mod envsubst;
pub(crate) mod eval;
pub(crate) mod exec;
pub(crate) mod exit;
pub(crate) mod expand_tabs;
pub(crate) mod export;
pub(crate) mod expr;
pub(crate) mod factor;
pub(crate) mod false_;
pub(crate) mod fc;
pub(crate) mod find;
pub(crate) mod fold;
pub(crate) mod free;
pub(crate) mod getconf;
pub(crate) mod getopts;
pub(crate) mod grep;
pub(crate) mod gzip;
pub(crate) mod hash;
pub(crate) mod head;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod hostname;
pub(crate) mod id;
pub(crate) mod jobs;
pub(crate) mod join;
pub(crate) mod jq;
pub(crate) mod kill;
pub(crate) mod less;
pub(crate) mod let_;
pub(crate) mod ln;
pub(crate) mod local;
pub(crate) mod loop_control;
pub(crate) mod lost;
pub(crate) mod ls;
pub(crate) mod mkdir;
pub(crate) mod mktemp;
pub(crate) mod mv;
pub(crate) mod nl;
pub(crate) mod numfmt;
pub(crate) mod od;
pub(crate) mod openssl;
pub(crate) mod paste;
pub(crate) mod pgrep;
pub(crate) mod printenv;
pub(crate) mod printf;
pub(crate) mod ps;
pub(crate) mod pwd;
pub(crate) mod read;
pub(crate) mod readlink;
pub(crate) mod realpath;
pub(crate) mod return_;
pub(crate) mod rev;
pub(crate) mod rm;
pub(crate) mod rmdir;
pub(crate) mod sed;
pub(crate) mod seq;
pub(crate) mod set;
pub(crate) mod sha;
pub(crate) mod shift;
pub(crate) mod shopt;
pub(crate) mod shuf;
pub(crate) mod sleep;
pub(crate) mod sort;
pub(crate) mod source;
pub(crate) mod split;
pub(crate) mod stat;
pub(crate) mod stty;
pub(crate) mod sudo;
pub(crate) mod tac;
pub(crate) mod tail;
pub(crate) mod tar;
pub(crate) mod tee;
pub(crate) mod test;
mod text;
pub(crate) mod time;
pub(crate) mod timeout;
pub(crate) mod tldr;
pub(crate) mod top;
pub(crate) mod touch;
pub(crate) mod tput;
pub(crate) mod tr;
pub(crate) mod trap;
pub(crate) mod tree;
pub(crate) mod true_;
pub(crate) mod truncate;
pub(crate) mod tsort;
pub(crate) mod tty;
pub(crate) mod type_;
pub(crate) mod ulimit;
pub(crate) mod umask;
pub(crate) mod uname;
pub(crate) mod uniq;
pub(crate) mod unset;
pub(crate) mod uptime;
pub(crate) mod wait;
pub(crate) mod watch;
pub(crate) mod wc;
pub(crate) mod which;
pub(crate) mod whoami;
pub(crate) mod wrap;
pub(crate) mod xargs;
pub(crate) mod xxd;
pub(crate) mod yes;

pub(crate) use text::{Source, open_sources, written};

/// A tool on its way.
pub(crate) type Running = Pin<Box<dyn Future<Output = i32>>>;
/// A builtin on its way.
pub(crate) type RunningIn<'a> = Pin<Box<dyn Future<Output = Result<i32, Flow>> + 'a>>;

/// A tool as a program.
pub(crate) type ToolMain = fn(Proc, Vec<String>) -> Running;

/// How a tool is run.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// Within the shell, with its state.
    Shell(for<'a> fn(&'a mut Shell, Vec<String>) -> RunningIn<'a>),
    /// As a program.
    Program(ToolMain),
    /// As a program, or within the shell, which costs no process.
    Both(ToolMain),
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
    "." shell source::run, ". filename [arguments]", "Execute commands from a file in the current shell.";
    ":" both true_::run, ":", "Null command.";
    "[" shell test::run_in_shell, "[ arg... ]", "Evaluate conditional expression.";
    "alias" shell alias::run, "alias [-p] [name[=value] ... ]", "Define or display aliases.";
    "arch" program wrap::arch, "arch", "Print the machine's architecture.";
    "awk" program awk::run, "awk [-F SEP] [-v VAR=VALUE] PROGRAM [FILE]...", "Work on lines and their columns.";
    "base64" program base64::run, "base64 [-d] [-w COLS] [FILE]", "Encode or decode data.";
    "basename" program basename::run, "basename NAME [SUFFIX]", "Strip directory and suffix from a file name.";
    "bc" program bc::run, "bc [-l] [FILE]...", "Work out expressions.";
    "bg" shell jobs::bg, "bg [job_spec ...]", "Move jobs to the background.";
    "bind" shell compspec::bind, "bind [keyseq:function]", "Set key bindings: the terminal's own stay as they are.";
    "break" shell loop_control::break_, "break [n]", "Exit for, while, or until loops.";
    "builtin" shell command::builtin, "builtin [shell-builtin [arg ...]]", "Execute shell builtins.";
    "busybox" program wrap::busybox, "busybox [APPLET [ARG]...]", "Run one of busybox's tools.";
    "cal" program cal::run, "cal [-3my] [[MONTH] YEAR]", "Show a calendar.";
    "caller" shell caller::run, "caller [expr]", "Return the context of the current subroutine call.";
    "cat" program cat::run, "cat [-nAbs] [FILE]...", "Print files one after the other.";
    "cd" shell cd::run, "cd [-L|-P] [dir]", "Change the shell working directory.";
    "chgrp" program chown::chgrp, "chgrp [-R] GROUP FILE...", "Change the group of files.";
    "chmod" program chmod::run, "chmod [-R] MODE FILE...", "Change permissions of files.";
    "chown" program chown::run, "chown [-R] OWNER[:GROUP] FILE...", "Change the owner of files.";
    "chroot" program chroot::run, "chroot NEWROOT [COMMAND [ARG]...]", "Run a command that sees a directory as /.";
    "clear" program clear::run, "clear", "Clear the terminal screen.";
    "cmp" program comm::cmp, "cmp [-s] FILE1 FILE2", "Compare two files byte by byte.";
    "column" program column::run, "column [-t] [-s SEP] [-o SEP] [FILE]...", "Put text into columns.";
    "comm" program comm::run, "comm [-123] FILE1 FILE2", "Compare two sorted files line by line.";
    "command" shell command::run, "command [-pVv] command [arg ...]", "Execute a simple command, ignoring functions.";
    "compgen" shell compspec::compgen, "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]", "Display possible completions depending on the options.";
    "complete" shell compspec::complete, "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]", "Specify how arguments are to be completed.";
    "compopt" shell compspec::compopt, "compopt [-o|+o option] [-DEI] [name ...]", "Modify or display completion options.";
    "continue" shell loop_control::continue_, "continue [n]", "Resume for, while, or until loops.";
    "cp" program cp::run, "cp [-rafv] SOURCE... DEST", "Copy files and directories.";
    "cut" program cut::run, "cut -d DELIM -f LIST | -c LIST [FILE]...", "Print parts of lines.";
    "date" program date::run, "date [-u] [-d STRING] [-I] [+FORMAT]", "Print the (virtual) date and time.";
    "dd" program dd::run, "dd [if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=notrunc]", "Copy a file block by block.";
    "declare" shell declare::run, "declare [-aAilrux] [-p] [name[=value] ...]", "Set variable values and attributes.";
    "df" program df::run, "df [-h]", "Show the file systems.";
    "diff" program diff::run, "diff [-uNqr] FILE1 FILE2", "Compare files line by line.";
    "dirname" program dirname::run, "dirname NAME...", "Strip the last component from a file name.";
    "dirs" shell dirs::dirs, "dirs [-clpv]", "Display directory stack.";
    "disown" shell jobs::disown, "disown [jobspec ...]", "Remove jobs from current shell.";
    "du" program du::run, "du [-sh] [FILE]...", "Show how much space files take.";
    "echo" both echo::run, "echo [-neE] [arg ...]", "Write arguments to the standard output.";
    "edit" program edit::run, "edit FILE", "Open a file in the editor.";
    "egrep" program grep::egrep, "egrep PATTERN [FILE]...", "As grep -E.";
    "enable" shell enable::run, "enable [-a] [-dnps] [-f filename] [name ...]", "Enable and disable shell builtins.";
    "env" program env::run, "env [-i] [-u NAME] [NAME=VALUE]... [COMMAND [ARG]...]", "Print the environment or run a command in one.";
    "envsubst" program envsubst::run, "envsubst [-v] [VARIABLES]", "Put variables into a text.";
    "eval" shell eval::run, "eval [arg ...]", "Execute arguments as a shell command.";
    "exec" shell exec::run, "exec [-a name] [command [argument ...]]", "Replace the shell with the given command.";
    "exit" shell exit::run, "exit [n]", "Exit the shell.";
    "expand" program expand_tabs::expand, "expand [-i] [-t N] [FILE]...", "Turn tabs into blanks.";
    "export" shell export::run, "export [-n] [name[=value] ...] or export -p", "Set export attribute for shell variables.";
    "expr" program expr::run, "expr EXPRESSION", "Evaluate an expression.";
    "factor" program factor::run, "factor [NUMBER]...", "Take numbers apart into primes.";
    "false" both false_::run, "false", "Return an unsuccessful result.";
    "fc" shell fc::run, "fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]", "Display or execute commands from the history list.";
    "fg" shell jobs::fg, "fg [job_spec]", "Move job to the foreground.";
    "fgrep" program grep::fgrep, "fgrep STRING [FILE]...", "As grep -F.";
    "find" program find::run, "find [PATH]... [-name PATTERN] [-type f|d|l] ...", "Search for files.";
    "fold" program fold::run, "fold [-s] [-w WIDTH] [FILE]...", "Break long lines.";
    "free" program free::run, "free [-hm]", "Show memory.";
    "getconf" program getconf::run, "getconf NAME [PATH]", "Print what the system is configured for.";
    "getopts" shell getopts::run, "getopts optstring name [arg ...]", "Parse option arguments.";
    "grep" program grep::run, "grep [-EFiovnclqrwxhH] [-A N] [-B N] [-C N] PATTERN [FILE]...", "Print lines that match a pattern.";
    "groups" program wrap::root, "groups", "Print the user's groups.";
    "gunzip" program gzip::gunzip, "gunzip [-cfkt] [FILE]...", "Unpack files.";
    "gzip" program gzip::gzip, "gzip [-cdfkt1-9] [FILE]...", "Pack files, or unpack them.";
    "hash" shell hash::run, "hash [-r] [name ...]", "Remember or display program locations.";
    "head" program head::run, "head [-n LINES] [-c BYTES] [FILE]...", "Print the first lines of files.";
    "help" shell help::run, "help [pattern ...]", "Display information about commands.";
    "hexdump" program xxd::hexdump, "hexdump [-Cv] [-n N] [-s N] [FILE]...", "Show bytes in hexadecimal.";
    "history" shell history::run, "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]", "Display or manipulate the history list.";
    "hostname" program hostname::run, "hostname [-s]", "Print the name of this machine.";
    "id" program id::run, "id [-ugnG]", "Print user and group ids.";
    "jobs" shell jobs::jobs, "jobs [-lnprs] [jobspec ...] or jobs -x command [args]", "Display status of jobs.";
    "join" program join::run, "join [-1 N] [-2 N] [-t C] [-a N] [-o LIST] FILE1 FILE2", "Join lines of two sorted files on a common field.";
    "jq" program jq::run, "jq [-rcnseSjR] [--arg NAME VALUE] FILTER [FILE]...", "Pick from JSON and change it.";
    "kill" shell kill::run, "kill [-s sigspec | -sigspec] pid | jobspec ... or kill -l", "Send a signal to a job.";
    "killall" program pgrep::killall, "killall [-SIGNAL] NAME...", "Send a signal to processes by their names.";
    "less" program less::run, "less [FILE]", "Page through a text.";
    "let" shell let_::run, "let arg [arg ...]", "Evaluate arithmetic expressions.";
    "ln" program ln::run, "ln [-sf] TARGET LINK", "Make links between files.";
    "local" shell local::run, "local [option] name[=value] ...", "Define local variables.";
    "logname" program wrap::root, "logname", "Print the user's name.";
    "logout" shell compspec::logout, "logout [n]", "Exit a login shell.";
    "ls" program ls::run, "ls [-laAhRrtS1dFin] [FILE]...", "List directory contents.";
    "man" program wrap::man, "man TOPIC", "There are no manual pages here: see help and tldr.";
    "mapfile" shell read::mapfile, "mapfile [-t] [array]", "Read lines from the standard input into an array.";
    "md5sum" program sha::md5, "md5sum [-cbz] [--tag] [FILE]...", "Print MD5 checksums, or check them.";
    "mkdir" program mkdir::run, "mkdir [-pv] [-m MODE] DIRECTORY...", "Make directories.";
    "mktemp" program mktemp::run, "mktemp [-d] [TEMPLATE]", "Make a temporary file.";
    "more" program less::run, "more [FILE]", "Page through a text.";
    "mount" program top::mount, "mount", "Show what is mounted.";
    "mv" program mv::run, "mv [-fnv] SOURCE... DEST", "Move or rename files.";
    "nano" program edit::run, "nano FILE", "Open a file in the editor.";
    "nice" program wrap::nice, "nice [-n N] COMMAND [ARG]...", "Run a command with another priority.";
    "nl" program nl::run, "nl [-ba] [FILE]", "Number lines.";
    "nohup" program wrap::nohup, "nohup COMMAND [ARG]...", "Run a command that outlives the terminal.";
    "nproc" program wrap::nproc, "nproc", "Print how many processors there are.";
    "numfmt" program numfmt::run, "numfmt [--from UNIT] [--to UNIT] [--field N] [NUMBER]...", "Write numbers with units or without.";
    "od" program od::run, "od [-A RADIX] [-t TYPE] [-N BYTES] [-cxbdv] [FILE]...", "Show bytes as numbers or characters.";
    "openssl" program openssl::run, "openssl rand|base64|dgst [OPTION]...", "Random bytes, base64 and digests.";
    "paste" program paste::run, "paste [-d DELIM] [-s] FILE...", "Join lines of files.";
    "pgrep" program pgrep::pgrep, "pgrep [-flaxcno] PATTERN", "Look for processes by their names.";
    "pidof" program pgrep::pidof, "pidof [-s] NAME...", "Print the numbers of processes.";
    "pkill" program pgrep::pkill, "pkill [-SIGNAL] [-fx] PATTERN", "Send a signal to processes by a pattern.";
    "popd" shell dirs::popd, "popd", "Remove directories from stack.";
    "printenv" program printenv::run, "printenv [VARIABLE]...", "Print environment variables.";
    "printf" shell printf::run_in_shell, "printf [-v var] format [arguments]", "Formats and prints arguments.";
    "ps" program ps::run, "ps [aux|-ef]", "List processes.";
    "pushd" shell dirs::pushd, "pushd [dir]", "Add directories to stack.";
    "pwd" shell pwd::run_in_shell, "pwd [-LP]", "Print the name of the current working directory.";
    "read" shell read::run, "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]", "Read a line from the standard input and split it into fields.";
    "readarray" shell read::mapfile, "readarray [-t] [array]", "Read lines into an array.";
    "readlink" program readlink::run, "readlink [-f] FILE", "Print where a symbolic link leads.";
    "readonly" shell export::readonly, "readonly [name[=value] ...] or readonly -p", "Mark shell variables as unchangeable.";
    "realpath" program realpath::run, "realpath FILE...", "Print the path free of links.";
    "reset" program clear::run, "reset", "Clear the terminal screen.";
    "return" shell return_::run, "return [n]", "Return from a shell function.";
    "rev" program rev::run, "rev [FILE]...", "Turn lines around.";
    "rm" program rm::run, "rm [-rfiv] FILE...", "Remove files or directories.";
    "rmdir" program rmdir::run, "rmdir [-p] DIRECTORY...", "Remove empty directories.";
    "sed" program sed::run, "sed [-nEi] [-e SCRIPT] SCRIPT [FILE]...", "Edit text as it flows by.";
    "seq" program seq::run, "seq [-w] [-s SEP] [FIRST [STEP]] LAST", "Print numbers.";
    "set" shell set::run, "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]", "Set or unset values of shell options and positional parameters.";
    "sha1sum" program sha::sha1, "sha1sum [-cbz] [--tag] [FILE]...", "Print SHA1 checksums, or check them.";
    "sha224sum" program sha::sha224, "sha224sum [-cbz] [--tag] [FILE]...", "Print SHA224 checksums, or check them.";
    "sha256sum" program sha::sha256, "sha256sum [-cbz] [--tag] [FILE]...", "Print SHA256 checksums, or check them.";
    "sha384sum" program sha::sha384, "sha384sum [-cbz] [--tag] [FILE]...", "Print SHA384 checksums, or check them.";
    "sha512sum" program sha::sha512, "sha512sum [-cbz] [--tag] [FILE]...", "Print SHA512 checksums, or check them.";
    "shift" shell shift::run, "shift [n]", "Shift positional parameters.";
    "shopt" shell shopt::run, "shopt [-pqsu] [optname ...]", "Set and unset shell options.";
    "shuf" program shuf::run, "shuf [-n COUNT] [-e ARG...] [FILE]", "Put lines in a (seeded) random order.";
    "sleep" program sleep::run, "sleep NUMBER[smhd]...", "Wait for some (virtual) time.";
    "sort" program sort::run, "sort [-nrufhVc] [-k KEY] [-t SEP] [FILE]...", "Sort lines.";
    "source" shell source::run, "source filename [arguments]", "Execute commands from a file in the current shell.";
    "split" program split::run, "split [-l LINES] [-b BYTES] [-n CHUNKS] [-d] [-a N] [FILE [PREFIX]]", "Cut a file into pieces.";
    "stat" program stat::run, "stat [-c FORMAT] FILE...", "Print what is known of a file.";
    "stty" program stty::run, "stty [size|-a|raw|sane|-echo|echo]", "Show or change terminal settings.";
    "su" program wrap::su, "su [-] [USER] [-c COMMAND]", "Run a command as somebody: there is one user.";
    "sudo" program sudo::run, "sudo COMMAND [ARG]...", "Run a command as root, which everybody is here.";
    "suspend" shell jobs::suspend, "suspend", "Suspend shell execution.";
    "sync" program wrap::sync, "sync", "Write out what is held back.";
    "tac" program tac::run, "tac [FILE]...", "Print files with the last line first.";
    "tail" program tail::run, "tail [-n [+]LINES] [-c BYTES] [-f] [FILE]...", "Print the last lines of files.";
    "tar" program tar::run, "tar -c|-x|-t [-vpmO] [-f ARCHIVE] [-C DIR] [FILE]...", "Pack and unpack archives.";
    "tee" program tee::run, "tee [-a] FILE...", "Copy the input to files and the output.";
    "test" shell test::run_in_shell, "test [expr]", "Evaluate conditional expression.";
    "time" program time::run, "time COMMAND", "Tell how long a command takes.";
    "timeout" program timeout::run, "timeout [-s SIGNAL] [-k DURATION] DURATION COMMAND [ARG]...", "Run a command with a time limit.";
    "times" shell jobs::times, "times", "Display process times.";
    "tldr" program tldr::run, "tldr [COMMAND]", "Show examples for a command.";
    "top" program top::run, "top [-b] [-n N]", "Show the processes once.";
    "touch" program touch::run, "touch [-c] [-d DATE] FILE...", "Make files or set their times.";
    "tput" program tput::run, "tput CAPABILITY [NUMBER]...", "Say what the terminal can do.";
    "tr" program tr::run, "tr [-cds] SET1 [SET2]", "Translate or delete characters.";
    "trap" shell trap::run, "trap [-lp] [[arg] signal_spec ...]", "Trap signals and other events.";
    "tree" program tree::run, "tree [-adL LEVEL] [DIRECTORY]", "Show directories as a tree.";
    "true" both true_::run, "true", "Return a successful result.";
    "truncate" program truncate::run, "truncate -s SIZE FILE...", "Cut or stretch files to a size.";
    "tsort" program tsort::run, "tsort [FILE]", "Put pairs into an order.";
    "tty" program tty::run, "tty", "Print the name of the terminal.";
    "type" shell type_::run, "type [-afptP] name [name ...]", "Display information about command type.";
    "typeset" shell declare::run, "typeset [-aAilrux] [-p] name[=value] ...", "Set variable values and attributes.";
    "ulimit" shell ulimit::run, "ulimit [-a]", "Show limits.";
    "umask" shell umask::run, "umask [-S] [mode]", "Display or set file mode mask.";
    "unalias" shell alias::unalias, "unalias [-a] name [name ...]", "Remove each NAME from the list of defined aliases.";
    "uname" program uname::run, "uname [-asnrvmo]", "Print system information.";
    "unexpand" program expand_tabs::unexpand, "unexpand [-a] [-t N] [FILE]...", "Turn blanks into tabs.";
    "uniq" program uniq::run, "uniq [-cdui] [FILE]", "Drop lines that repeat.";
    "unset" shell unset::run, "unset [-f] [-v] [name ...]", "Unset values and attributes of shell variables and functions.";
    "uptime" program uptime::run, "uptime", "Tell how long the machine has been running.";
    "usleep" program wrap::usleep, "usleep N", "Wait so many microseconds.";
    "vi" program edit::run, "vi FILE", "Open a file in the editor.";
    "vim" program edit::run, "vim FILE", "Open a file in the editor.";
    "wait" shell wait::run, "wait [-n] [id ...]", "Wait for job completion and return exit status.";
    "watch" program watch::run, "watch [-n SECONDS] [-t] COMMAND", "Run a command again and again, showing its output.";
    "wc" program wc::run, "wc [-lwcm] [FILE]...", "Count lines, words and bytes.";
    "which" program which::run, "which [-a] NAME...", "Tell where a program is.";
    "who" program true_::run, "who", "Tell who is logged in: nobody is.";
    "whoami" program whoami::run, "whoami", "Print the user's name.";
    "xargs" program xargs::run, "xargs [-n N] [-I R] [-0rt] [COMMAND [ARG]...]", "Build command lines from the input.";
    "xxd" program xxd::run, "xxd [-p] [-r] [-l N] [-s N] [-c N] [-g N] [FILE]", "Show bytes in hexadecimal, and turn them back.";
    "yes" program yes::run, "yes [STRING]...", "Print a line for ever.";
    "yq" program jq::yq, "yq [-i] [-o json] EXPRESSION [FILE]...", "Pick from YAML and change it.";
    "zcat" program gzip::zcat, "zcat [FILE]...", "Print what packed files hold.";
}

/// Programs in `/bin` that are builtins of the shell as well.
const ALSO_PROGRAMS: [(&str, ToolMain); 5] = [
    ("[", |proc, args| Box::pin(test::run(proc, args))),
    ("kill", |proc, args| Box::pin(kill::run_program(proc, args))),
    ("printf", |proc, args| Box::pin(printf::run(proc, args))),
    ("pwd", |proc, args| Box::pin(pwd::run(proc, args))),
    ("test", |proc, args| Box::pin(test::run(proc, args))),
];

/// Builtins that ash lacks.
const NOT_IN_ASH: [&str; 21] = [
    "enable",
    "caller",
    "bind",
    "compgen",
    "complete",
    "compopt",
    "logout",
    "fc",
    "builtin",
    "declare",
    "typeset",
    "dirs",
    "disown",
    "mapfile",
    "readarray",
    "popd",
    "pushd",
    "shopt",
    "suspend",
    "help",
    "history",
];

fn tool(name: &str) -> Option<&'static Tool> {
    let at = TOOLS.binary_search_by(|tool| tool.name.cmp(name)).ok()?;
    Some(&TOOLS[at])
}

/// What of it the shell runs by itself.
pub(crate) fn builtin(name: &str, dialect: Dialect) -> Option<&'static Tool> {
    let tool = tool(name)?;
    let inside = matches!(tool.run, Run::Shell(_) | Run::Both(_));
    let missing = match dialect {
        Dialect::Bash => false,
        Dialect::Ash => NOT_IN_ASH.contains(&name),
        Dialect::Dash => NOT_IN_ASH.contains(&name) || ["let", "source"].contains(&name),
    };
    (inside && !missing).then_some(tool)
}

/// The names of all tools that are programs, with what they run.
pub(crate) fn programs() -> impl Iterator<Item = (&'static str, ToolMain)> {
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

/// Says how a builtin is used, and nothing else. Gives the exit code.
pub(crate) async fn usage_only(shell: &Shell, name: &str) -> i32 {
    if let Some(tool) = tool(name) {
        let text = format!("{name}: usage: {}\n", tool.usage);
        shell.proc.eprint(text).await;
    }
    2
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
