//! `envsubst`: variables of the environment put into a text

use std::collections::BTreeSet;

use os::Proc;

use super::{is_name, open_sources};
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("v", &[("variables", 'v')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.len() > 1 {
        proc.eprint("envsubst: too many arguments\n").await;
        return 1;
    }
    let named = |text: &str| {
        let mut names = BTreeSet::new();
        replace(text, |name, _| {
            names.insert(name.to_owned());
            None
        });
        names
    };
    if opts.has('v') {
        let format = opts.rest.first().map_or("", String::as_str);
        for name in named(format) {
            proc.print(format!("{name}\n")).await;
        }
        return 0;
    }
    // A first argument names the variables that count.
    let only = opts.rest.first().map(|format| named(format));
    let (sources, _) = open_sources(&proc, "envsubst", &[]).await;
    for source in sources {
        let mut lines = source.lines(&proc);
        while let Ok(Some(line)) = lines.next_line().await {
            let text = String::from_utf8_lossy(&line);
            let replaced = replace(&text, |name, _| {
                let counts = only.as_ref().is_none_or(|only| only.contains(name));
                counts.then(|| proc.env(name).unwrap_or_default())
            });
            if proc.write(1, replaced).await.is_err() {
                return 1;
            }
        }
    }
    0
}

/// The text with each `$NAME` and `${NAME}` replaced by what `value` says, if it says something.
fn replace(text: &str, mut value: impl FnMut(&str, &str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let bare = after.strip_prefix('{').unwrap_or(after);
        let braced = bare.len() < after.len();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = bare.find(|c| !is_part(c)).unwrap_or(bare.len());
        let (name, tail) = bare.split_at(end);
        let closed = !braced || tail.starts_with('}');
        let whole = 1 + usize::from(braced) * 2 + name.len();
        let whole = &rest[before.len()..(before.len() + whole).min(rest.len())];
        let found = (closed && is_name(name)).then(|| value(name, whole));
        match found {
            Some(replaced) => {
                out.push_str(replaced.as_deref().unwrap_or(whole));
                rest = &rest[before.len() + whole.len()..];
            }
            None => {
                out.push('$');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
