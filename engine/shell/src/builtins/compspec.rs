//! `complete`, `compgen` and `compopt`: what scripts say of completions. The Tab key knows its commands by itself here;
//! what is said is kept and shown, so that the lines of a `.bashrc` work.

use crate::interp::{Flow, Shell};

/// Options that take a value.
const WITH_VALUE: &str = "oAGWFCXPS";

/// An option with its value.
type Given = (char, String);

fn parse(args: &[String]) -> Result<(Vec<Given>, Vec<String>), String> {
    let mut given = Vec::new();
    let mut args = args.iter();
    let mut names = Vec::new();
    while let Some(arg) = args.next() {
        let Some(letters) = arg
            .strip_prefix('-')
            .filter(|l| !l.is_empty() && names.is_empty())
        else {
            names.push(arg.clone());
            continue;
        };
        if letters == "-" {
            names.extend(args.by_ref().cloned());
            break;
        }
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            rest = &rest[letter.len_utf8()..];
            if WITH_VALUE.contains(letter) {
                let value = match rest.is_empty() {
                    true => args.next().cloned(),
                    false => Some(rest.to_owned()),
                };
                let Some(value) = value else {
                    return Err(format!("-{letter}: option requires an argument"));
                };
                given.push((letter, value));
                break;
            }
            if !"abcdefgjksuvprDEI".contains(letter) {
                return Err(format!("-{letter}: invalid option"));
            }
            given.push((letter, String::new()));
        }
    }
    Ok((given, names))
}

/// The options as `complete -p` shows them.
fn shown(given: &[Given]) -> String {
    let mut out = String::new();
    for wanted in "oabcdefgjksuvAGWPSXFC".chars() {
        for (letter, value) in given.iter().filter(|(letter, _)| *letter == wanted) {
            out.push_str(&format!("-{letter} "));
            if WITH_VALUE.contains(*letter) {
                let value = match "WXPSGC".contains(*letter) {
                    true => crate::escape::quote(value),
                    false => value.clone(),
                };
                out.push_str(&format!("{value} "));
            }
        }
    }
    out
}

pub(crate) async fn complete(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let (given, names) = match parse(&args[1..]) {
        Ok(parsed) => parsed,
        Err(text) => return Ok(super::usage(shell, "complete", &text).await),
    };
    let has = |flag: char| given.iter().any(|(letter, _)| *letter == flag);
    if has('r') {
        if names.is_empty() {
            shell.completions.clear();
            return Ok(0);
        }
        let mut status = 0;
        for name in names {
            if shell.completions.remove(&name).is_none() {
                let text = format!("{name}: no completion specification");
                shell.complain_of("complete", &text).await;
                status = 1;
            }
        }
        return Ok(status);
    }
    if has('p') || (given.is_empty() && names.is_empty()) {
        let mut status = 0;
        let wanted: Vec<String> = match names.is_empty() {
            true => shell.completions.keys().cloned().collect(),
            false => names,
        };
        for name in wanted {
            match shell.completions.get(&name) {
                Some(spec) => shell.print(format!("complete {spec}{name}\n")).await,
                None => {
                    let text = format!("{name}: no completion specification");
                    shell.complain_of("complete", &text).await;
                    status = 1;
                }
            }
        }
        return Ok(status);
    }
    let everywhere = has('D') || has('E') || has('I');
    if names.is_empty() && !everywhere {
        return Ok(super::usage_only(shell, "complete").await);
    }
    let spec = shown(&given);
    for name in names {
        shell.completions.insert(name, spec.clone());
    }
    Ok(0)
}

pub(crate) async fn compgen(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let (given, names) = match parse(&args[1..]) {
        Ok(parsed) => parsed,
        Err(text) => return Ok(super::usage(shell, "compgen", &text).await),
    };
    let word = names.first().cloned().unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    let variables = |shell: &Shell| shell.vars.iter().map(|(name, _)| name.clone()).collect();
    for (letter, value) in &given {
        let action = match letter {
            'A' => value.as_str(),
            'a' => "alias",
            'b' => "builtin",
            'c' => "command",
            'd' => "directory",
            'e' => "export",
            'f' => "file",
            'j' => "job",
            'k' => "keyword",
            'u' => "user",
            'v' => "variable",
            'W' => {
                let ifs = shell.ifs();
                let text = value
                    .split(|c| ifs.contains(c))
                    .filter(|word| !word.is_empty());
                found.extend(text.map(str::to_owned));
                continue;
            }
            _ => continue,
        };
        let more: Vec<String> = match action {
            "alias" => shell.aliases.borrow().keys().cloned().collect(),
            "function" => shell.functions.keys().cloned().collect(),
            "variable" => variables(shell),
            "export" => shell
                .vars
                .iter()
                .filter(|(_, var)| var.exported)
                .map(|(name, _)| name.clone())
                .collect(),
            "builtin" => builtins(shell),
            "keyword" => KEYWORDS.iter().map(|word| (*word).to_owned()).collect(),
            "user" => vec!["root".into()],
            "command" => {
                let mut all: Vec<String> = shell.aliases.borrow().keys().cloned().collect();
                all.extend(KEYWORDS.iter().map(|word| (*word).to_owned()));
                all.extend(shell.functions.keys().cloned());
                all.extend(builtins(shell));
                let path = shell.vars.get("PATH").unwrap_or_default().to_owned();
                for dir in path.split(':') {
                    all.extend(files(shell, dir, false));
                }
                all
            }
            "file" | "directory" => {
                let (dir, _) = word
                    .rsplit_once('/')
                    .map_or(("", word.as_str()), |(d, w)| (d, w));
                let place = match (dir, word.starts_with('/')) {
                    ("", true) => "/",
                    ("", false) => ".",
                    (dir, _) => dir,
                };
                let before = if word.contains('/') {
                    format!("{dir}/")
                } else {
                    String::new()
                };
                let all = files(shell, place, action == "directory").into_iter();
                all.map(|name| format!("{before}{name}")).collect()
            }
            _ => Vec::new(),
        };
        found.extend(more);
    }
    found.retain(|text| text.starts_with(&word));
    if let Some((_, pattern)) = given.iter().find(|(letter, _)| *letter == 'X') {
        let pattern = crate::pattern::Pattern::from_text(pattern.trim_start_matches('!'));
        found.retain(|text| !pattern.matches(text));
    }
    let value = |flag: char| {
        let found = given.iter().find(|(letter, _)| *letter == flag);
        found.map_or("", |(_, value)| value.as_str())
    };
    let (before, behind) = (value('P'), value('S'));
    let text: String = found
        .iter()
        .map(|text| format!("{before}{text}{behind}\n"))
        .collect();
    shell.print(text).await;
    Ok(i32::from(found.is_empty()))
}

const KEYWORDS: [&str; 22] = [
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do",
    "done", "in", "function", "time", "{", "}", "!", "[[", "]]", "coproc",
];

fn builtins(shell: &Shell) -> Vec<String> {
    super::TOOLS
        .iter()
        .filter(|tool| super::builtin(tool.name, shell.dialect).is_some())
        .map(|tool| tool.name.to_owned())
        .collect()
}

fn files(shell: &Shell, dir: &str, folders: bool) -> Vec<String> {
    let proc = &shell.proc;
    let entries = proc.vfs().read_dir(&proc.cred(), &proc.absolute(dir));
    let entries = entries.unwrap_or_default().into_iter();
    entries
        .filter(|(_, stat)| !folders || stat.inode.is_dir())
        .map(|(name, _)| name.to_string())
        .collect()
}

pub(crate) async fn compopt(shell: &mut Shell, _args: Vec<String>) -> Result<i32, Flow> {
    let text = "not currently executing completion function";
    shell.complain_of("compopt", text).await;
    Ok(1)
}

/// `bind`: keys are the terminal's matter here.
pub(crate) async fn bind(shell: &mut Shell, _args: Vec<String>) -> Result<i32, Flow> {
    if !shell.is_interactive() {
        shell
            .complain_of("bind", "warning: line editing not enabled")
            .await;
    }
    Ok(0)
}

/// `logout`
pub(crate) async fn logout(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if !shell.is_interactive() {
        shell
            .complain_of("logout", "not login shell: use `exit'")
            .await;
        return Ok(1);
    }
    super::exit::run(shell, args).await
}
