//! File names: what a field with `*`, `?` or `[` stands for.

use os::path;

use super::split::Field;
use crate::interp::Shell;
use crate::pattern::Pattern;

/// Directories read for one field.
const MAX_DIRS: usize = 10_000;

/// Adds the names that match the field, or the field itself. With `failglob`, a field that nothing matches is an error.
pub(crate) fn expand(shell: &Shell, field: Field, fields: &mut Vec<String>) -> Result<(), String> {
    let groups = shell.options.is_on("extglob");
    let globs = field.iter().any(|(text, quoted)| {
        !quoted && (text.contains(['*', '?', '[']) || (groups && text.contains(['+', '@', '!'])))
    });
    if !globs || shell.options.noglob {
        fields.push(field.into_iter().map(|(text, _)| text).collect());
        return Ok(());
    }
    let chars: Vec<(char, bool)> = field
        .iter()
        .flat_map(|(text, quoted)| text.chars().map(|c| (c, *quoted)))
        .collect();
    let mut found = Walk {
        shell,
        dirs: 0,
        found: Vec::new(),
    };
    let mut depth = 0_usize;
    let segments: Vec<&[(char, bool)]> = chars
        .split(|(c, quoted)| {
            match c {
                '(' if groups && !quoted => depth += 1,
                ')' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            *c == '/' && depth == 0
        })
        .collect();
    found.walk(String::new(), &segments);
    let mut names = found.found;
    if names.is_empty() {
        let text: String = field.into_iter().map(|(text, _)| text).collect();
        if shell.options.is_on("failglob") {
            return Err(text);
        }
        if !shell.options.nullglob {
            fields.push(text);
        }
        return Ok(());
    }
    names.sort();
    names.dedup();
    fields.extend(names);
    Ok(())
}

struct Walk<'a> {
    shell: &'a Shell,
    dirs: usize,
    found: Vec<String>,
}

impl Walk<'_> {
    fn walk(&mut self, base: String, segments: &[&[(char, bool)]]) {
        let Some((segment, rest)) = segments.split_first() else {
            self.found.push(base);
            return;
        };
        let proc = &self.shell.proc;
        let cred = proc.cred();
        if self.shell.options.is_on("globstar") && matches!(segment, [('*', false), ('*', false)]) {
            return self.walk_deep(base, rest);
        }
        let fold = self.shell.options.is_on("nocaseglob");
        let groups = self.shell.options.is_on("extglob");
        let pattern = if fold {
            let lower: Vec<(char, bool)> = segment
                .iter()
                .flat_map(|(c, quoted)| c.to_lowercase().map(|c| (c, *quoted)))
                .collect();
            Pattern::with_groups(&lower, groups)
        } else {
            Pattern::with_groups(segment, groups)
        };
        let last = rest.is_empty();
        if segment.is_empty() || pattern.is_literal() {
            let name: String = unescaped(segment);
            let next = format!("{base}{name}{}", if last { "" } else { "/" });
            // Only what exists goes on; the very start of an absolute path always does.
            let full = proc.absolute(if next.is_empty() { "." } else { &next });
            if (last && name.is_empty() && !base.is_empty())
                || proc.vfs().lstat(&cred, &full).is_ok()
            {
                self.walk(next, rest);
            }
            return;
        }
        self.dirs += 1;
        if self.dirs > MAX_DIRS {
            return;
        }
        let dir = proc.absolute(if base.is_empty() { "." } else { &base });
        let Ok(entries) = proc.vfs().read_dir(&cred, &dir) else {
            return;
        };
        for (name, stat) in entries {
            if name.starts_with('.') && !pattern.begins_with_dot() && !self.shell.options.dotglob {
                continue;
            }
            let fits = if fold {
                pattern.matches(&name.to_lowercase())
            } else {
                pattern.matches(&name)
            };
            if !fits {
                continue;
            }
            if last {
                self.found.push(format!("{base}{name}"));
                continue;
            }
            let is_dir = stat.inode.is_dir() || proc.vfs().is_dir(&cred, &path::join(&dir, &name));
            if is_dir {
                self.walk(format!("{base}{name}/"), rest);
            }
        }
    }
}

impl Walk<'_> {
    /// `**`: this folder and all below it; at the end, all that is in them too.
    fn walk_deep(&mut self, base: String, rest: &[&[(char, bool)]]) {
        self.dirs += 1;
        if self.dirs > MAX_DIRS {
            return;
        }
        if !rest.is_empty() {
            self.walk(base.clone(), rest);
        } else if !base.is_empty() {
            self.found.push(base.clone());
        }
        let proc = &self.shell.proc;
        let dir = proc.absolute(if base.is_empty() { "." } else { &base });
        let Ok(entries) = proc.vfs().read_dir(&proc.cred(), &dir) else {
            return;
        };
        for (name, stat) in entries {
            if name.starts_with('.') && !self.shell.options.dotglob {
                continue;
            }
            if rest.is_empty() {
                self.found.push(format!("{base}{name}"));
            }
            if stat.inode.is_dir() {
                let found = self.found.len();
                self.walk_deep(format!("{base}{name}/"), rest);
                if rest.is_empty() && found < self.found.len() {
                    // The folder itself stands there already, without a slash.
                    self.found.remove(found);
                }
            }
        }
    }
}

/// The text of a segment without special characters: a backslash stands for what follows it.
fn unescaped(segment: &[(char, bool)]) -> String {
    let mut out = String::new();
    let mut chars = segment.iter();
    while let Some((c, quoted)) = chars.next() {
        if *c == '\\' && !quoted {
            if let Some((next, _)) = chars.next() {
                out.push(*next);
            }
        } else {
            out.push(*c);
        }
    }
    out
}
