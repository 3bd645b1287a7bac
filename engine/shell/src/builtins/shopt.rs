//! `shopt`

use crate::interp::{Flow, Shell};

/// The options, and whether they are on to begin with.
const OPTIONS: &[(&str, bool)] = &[
    ("autocd", false),
    ("cdspell", false),
    ("checkwinsize", true),
    ("cmdhist", true),
    ("dotglob", false),
    ("expand_aliases", false),
    ("extglob", false),
    ("extquote", true),
    ("failglob", false),
    ("globstar", false),
    ("histappend", false),
    ("hostcomplete", true),
    ("inherit_errexit", false),
    ("interactive_comments", true),
    ("lastpipe", false),
    ("login_shell", false),
    ("nocaseglob", false),
    ("nocasematch", false),
    ("nullglob", false),
    ("progcomp", true),
    ("promptvars", true),
    ("sourcepath", true),
    ("xpg_echo", false),
];

fn slot<'a>(shell: &'a mut Shell, name: &str) -> Option<&'a mut bool> {
    Some(match name {
        "dotglob" => &mut shell.options.dotglob,
        "expand_aliases" => &mut shell.options.expand_aliases,
        "nocasematch" => &mut shell.options.nocasematch,
        "nullglob" => &mut shell.options.nullglob,
        _ => {
            let (name, default) = OPTIONS.iter().find(|(known, _)| *known == name)?;
            shell
                .options
                .others
                .entry((*name).to_owned())
                .or_insert(*default)
        }
    })
}

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let (mut set, mut quiet, mut of_set) = (None, false, false);
    let mut names = Vec::new();
    for arg in &args[1..] {
        match arg.strip_prefix('-').filter(|_| names.is_empty()) {
            Some(letters) => {
                for letter in letters.chars() {
                    match letter {
                        's' => set = Some(true),
                        'u' => set = Some(false),
                        'q' => quiet = true,
                        'o' => of_set = true,
                        'p' => {}
                        _ => {
                            return Ok(super::usage(
                                shell,
                                "shopt",
                                &format!("-{letter}: invalid option"),
                            )
                            .await);
                        }
                    }
                }
            }
            None => names.push(arg.clone()),
        }
    }
    if names.is_empty() {
        let mut out = String::new();
        for (name, _) in OPTIONS {
            let on = slot(shell, name).copied().unwrap_or(false);
            if set.is_none_or(|wanted| wanted == on) {
                out.push_str(&format!("{name:<20}\t{}\n", if on { "on" } else { "off" }));
            }
        }
        shell.print(out).await;
        return Ok(0);
    }
    let mut status = 0;
    for name in &names {
        if of_set {
            match (shell.option(name), set) {
                (None, _) => {
                    shell
                        .complain_of("shopt", &format!("{name}: invalid option name"))
                        .await;
                    status = 1;
                }
                (Some(_), Some(on)) => drop(shell.set_option(name, on)),
                (Some(on), None) => status |= i32::from(!on),
            }
            continue;
        }
        let Some(on) = slot(shell, name) else {
            shell
                .complain_of("shopt", &format!("{name}: invalid shell option name"))
                .await;
            status = 1;
            continue;
        };
        match set {
            Some(value) => *on = value,
            None => {
                let on = *on;
                if !quiet {
                    shell
                        .print(format!("{name:<20}\t{}\n", if on { "on" } else { "off" }))
                        .await;
                }
                status |= i32::from(!on);
            }
        }
    }
    Ok(status)
}
