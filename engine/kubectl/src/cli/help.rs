//! Help and usage texts in kubectl's layout: description, aliases, examples, subcommands, options, usage, pointers.
//!
//! The layout is kubectl's; the prose of each command stands with the command. On a terminal, lines wrap at 80, 100
//! or 120 columns, whichever fits.

use super::command::{Command, flags_of, path_text};
use super::flag::Flag;
use super::value::Kind;

/// A titled group of the root's commands.
pub struct Group {
    /// Its title, with the colon.
    pub title: &'static str,
    /// Its commands, in order.
    pub names: &'static [&'static str],
}

/// Columns at which help wraps on a terminal `width` columns wide; `None` for no wrapping.
pub fn wrap_limit(width: Option<u16>) -> Option<usize> {
    match width? {
        120.. => Some(120),
        100.. => Some(100),
        80.. => Some(80),
        _ => None,
    }
}

/// The help of the last command of `path`.
pub fn help(path: &[&'static Command], groups: &[Group], limit: Option<usize>) -> String {
    let Some(command) = path.last() else {
        return String::new();
    };
    let about = if command.long.is_empty() {
        command.short
    } else {
        command.long
    };
    let mut text = paragraphs(about);
    text.push_str(&usage(path, groups, limit));
    match limit {
        Some(limit) => wrap(&text, limit),
        None => text,
    }
}

/// The part of the help that follows the description.
pub fn usage(path: &[&'static Command], groups: &[Group], limit: Option<usize>) -> String {
    let Some(command) = path.last() else {
        return String::new();
    };
    let mut text = String::from("\n\n");
    if !command.aliases.is_empty() {
        text.push_str("Aliases:\n");
        text.push_str(command.name);
        for alias in command.aliases {
            text.push_str(", ");
            text.push_str(alias);
        }
        text.push_str("\n\n");
    }
    if !command.example.is_empty() {
        text.push_str("Examples:\n");
        let lines: Vec<String> = command
            .example
            .trim()
            .lines()
            .map(|l| format!("  {}", l.trim()))
            .collect();
        text.push_str(lines.join("\n").trim_end());
        text.push_str("\n\n");
    }
    if !command.commands.is_empty() {
        text.push_str(&subcommands(command, path.len() == 1, groups));
        text.push_str("\n\n");
    }
    let options = options(command.flags, limit);
    if !options.is_empty() {
        text.push_str("Options:\n");
        text.push_str(options.trim_end());
        text.push_str("\n\n");
    }
    text.push_str("Usage:\n  ");
    text.push_str(&usage_line(path));
    text.push_str("\n\n");
    if !command.commands.is_empty() {
        text.push_str(&format!(
            "Use \"{} <command> --help\" for more information about a given command.\n",
            path_text(path)
        ));
    }
    text.push_str("Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n");
    text
}

/// `kubectl get (TYPE | NAME) [flags] [options]`
pub fn usage_line(path: &[&'static Command]) -> String {
    let Some(command) = path.last() else {
        return String::new();
    };
    let mut line = path_text(path);
    if !command.usage.is_empty() {
        line.push(' ');
        line.push_str(command.usage);
    }
    if !command.no_flags_in_use && !line.contains("[flags]") {
        line.push_str(" [flags]");
    }
    if !line.contains("[options]") {
        line.push_str(" [options]");
    }
    line
}

/// The global flags, as `kubectl options` lists them.
pub fn global_options(limit: Option<usize>) -> String {
    let flags = flag_texts(&super::command::flags_of(&[]).sorted(), limit);
    format!("The following options can be passed to any command:\n\n{flags}")
}

fn subcommands(command: &Command, root: bool, groups: &[Group]) -> String {
    let padding = command
        .commands
        .iter()
        .map(|c| c.name.len())
        .max()
        .unwrap_or(0)
        .max(11);
    let line = |c: &Command| format!("\n  {:padding$}   {}", c.name, c.short);
    if !root || groups.is_empty() {
        let lines: String = command
            .sorted_commands()
            .into_iter()
            .filter(|c| !c.hidden && c.name != "options")
            .map(line)
            .collect();
        return format!("Available Commands:{lines}");
    }
    let mut parts = Vec::new();
    for group in groups {
        let find = |name: &&str| command.commands.iter().copied().find(|c| c.name == *name);
        let lines: String = group.names.iter().filter_map(find).map(line).collect();
        parts.push(format!("{}{lines}", group.title));
    }
    let grouped = |c: &Command| groups.iter().any(|g| g.names.contains(&c.name));
    let lines: String = command
        .sorted_commands()
        .into_iter()
        .filter(|c| !c.hidden && c.name != "options" && c.name != "help" && !grouped(c))
        .map(line)
        .collect();
    parts.push(format!("Other Commands:{lines}"));
    parts.join("\n\n")
}

fn options(groups: &'static [&'static [Flag]], limit: Option<usize>) -> String {
    let set = super::flag::FlagSet::new(groups.iter().copied());
    flag_texts(&set.sorted(), limit)
}

fn flag_texts(flags: &[&'static Flag], limit: Option<usize>) -> String {
    let mut text = String::new();
    for flag in flags.iter().filter(|f| !f.hidden && f.name != "help") {
        text.push_str("    ");
        if let Some(short) = flag.short {
            text.push_str(&format!("-{short}, "));
        }
        match flag.kind {
            Kind::String => text.push_str(&format!("--{}='{}':", flag.name, flag.default)),
            _ => text.push_str(&format!("--{}={}:", flag.name, flag.default)),
        }
        let usage = flag.usage.replace('\n', " ");
        let usage = match limit {
            Some(limit) => wrap(&usage, limit - 10),
            None => usage,
        };
        text.push_str("\n\t");
        text.push_str(&usage.replace('\n', "\n\t"));
        text.push_str("\n\n");
    }
    text
}

/// Paragraphs as kubectl sets them: all but the first one blank to the right, list items further.
fn paragraphs(text: &str) -> String {
    let mut out = Vec::new();
    for paragraph in text.trim().split("\n\n") {
        if paragraph.starts_with("* ") {
            let items: Vec<String> = paragraph
                .lines()
                .map(|l| format!("  *  {}", l.trim_start_matches("* ")))
                .collect();
            out.push(items.join("\n"));
        } else if paragraph.starts_with("1. ") {
            let items: Vec<String> = paragraph
                .lines()
                .map(|l| match l.split_once(". ") {
                    Some((number, item)) => format!("  {number}.  {item}"),
                    None => format!("  {l}"),
                })
                .collect();
            out.push(items.join("\n"));
        } else if paragraph.contains("\n  ") {
            // Lines that upstream's text breaks by indentation stay as they are.
            out.push(format!(" {paragraph}"));
        } else {
            out.push(format!(" {}", paragraph.replace('\n', " ")));
        }
    }
    out.join("\n\n").trim().to_owned()
}

/// Breaks lines at blanks so that none is longer than `limit`, where words allow it.
pub fn wrap(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 40);
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let mut width = 0;
        let mut blanks = String::new();
        let mut word = String::new();
        for c in line.chars().chain(['\0']) {
            if c != ' ' && c != '\t' && c != '\0' {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                let (blank_width, word_width) = (blanks.chars().count(), word.chars().count());
                if width > 0 && width + blank_width + word_width > limit {
                    out.push('\n');
                    width = 0;
                } else {
                    out.push_str(&blanks);
                    width += blank_width;
                }
                out.push_str(&word);
                width += word_width;
                blanks.clear();
                word.clear();
            }
            if c != '\0' {
                blanks.push(c);
            }
        }
    }
    out
}

/// Every flag's long name that the last command of `path` knows: for completion.
pub fn flag_names(path: &[&'static Command]) -> Vec<&'static Flag> {
    flags_of(path)
        .sorted()
        .into_iter()
        .filter(|f| !f.hidden)
        .collect()
}
