//! `kubectl kuberc`: shows and writes the file of preferences. What the file does is in [`crate::kuberc`].

use serde_json::{Value, json};

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::host::FileError;
use crate::kuberc;
use crate::util::print::{Offer, PrintFlags};
use crate::util::{go, json as j, yaml};

/// `kuberc`
pub const COMMAND: Command = Command {
    name: "kuberc",
    usage: "SUBCOMMAND",
    no_flags_in_use: true,
    short: "Manage kuberc configuration files",
    long: "Manage user preferences (kuberc) file.

The kuberc file makes kubectl fit your habits.",
    example: "# Look at the kuberc file
kubectl kuberc view

# Give a flag of a command another default
kubectl kuberc set --section defaults --command get --option output=wide

# Make an alias of a command
kubectl kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide",
    commands: &[&SET, &VIEW],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};

const FILE: Flag = Flag::string(
    "kuberc",
    "Path to the kuberc file to use for preferences. This can be disabled by exporting KUBECTL_KUBERC=false feature \
     gate or turning off the feature KUBERC=off.",
);

const SET: Command = Command {
    name: "set",
    usage: "--section (defaults|aliases) --command COMMAND",
    no_flags_in_use: true,
    short: "Set values in the kuberc configuration",
    long: "Set values in the kuberc configuration file.

With --section you say whether it is about defaults or aliases.

Defaults are values of a command's flags. Give --command the command only (\"get\", \"create\", \"set env\"), no \
resources.

Aliases are commands with flags and arguments. Resources and other arguments go in with --prependarg and --appendarg.",
    example: "# Let 'get' print wide tables
kubectl kuberc set --section defaults --command get --option output=wide

# The same for a subcommand
kubectl kuberc set --section defaults --command \"set env\" --option output=yaml

# 'getn' for 'get nodes'
kubectl kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide

# Arguments at the end
kubectl kuberc set --section aliases --name runx --command run --option image=nginx --appendarg \"--\" --appendarg \
custom-arg1

# In place of what is there
kubectl kuberc set --section defaults --command get --option output=json --overwrite",
    flags: &[&[
        FILE,
        Flag::string(
            "section",
            "Section to modify: 'defaults', 'aliases', or 'credentialplugin'",
        )
        .required(),
        Flag::string(
            "command",
            "Command to configure (e.g., 'get', 'create', 'set env')",
        ),
        Flag::string("name", "Alias name (required for --section=aliases)"),
        Flag::string(
            "policy",
            "Plugin policy to use for exec credential plugins, must be one of 'AllowAll', 'DenyAll' or 'Allowlist'",
        ),
        Flag::array("option", "A flag as flag=value; may be repeated"),
        Flag::array(
            "prependarg",
            "Argument to put before the others; may be repeated, for aliases only",
        ),
        Flag::array(
            "appendarg",
            "Argument to put after the others; may be repeated, for aliases only",
        ),
        Flag::array("allowlist-entry", "Entry of the form field=value; may be repeated"),
        Flag::bool("overwrite", "Allow overwriting existing entries"),
    ]],
    action: Action::Run(set),
    ..Command::DEFAULT
};

const VIEW: Command = Command {
    name: "view",
    no_flags_in_use: true,
    short: "Display the current kuberc configuration",
    long: "Display the contents of the kuberc file in the specified output format.",
    example: "# As YAML
kubectl kuberc view

# As JSON
kubectl kuberc view --output json

# Another file
kubectl kuberc view --kuberc /path/to/kuberc",
    flags: &[shared::TEMPLATE, &[FILE, shared::OUTPUT.default("yaml")]],
    action: Action::Run(view),
    ..Command::DEFAULT
};

/// The file, and whether the user named it.
fn file(cx: &Context) -> Result<(String, bool), Error> {
    let file = kuberc::file(&*cx.host, cx.flags.str("kuberc"))?;
    file.ok_or_else(|| "KUBERC is disabled via KUBERC=off environment variable".into())
}

/// What the file says; `None` if it is not there.
fn read(cx: &Context, file: &str) -> Result<Option<Value>, Error> {
    let bytes = match cx.host.read_file(file) {
        Ok(bytes) => bytes,
        Err(FileError::NotFound) => return Ok(None),
        Err(error) => {
            let reason = error.of("open", file).text();
            return Err(fail!("error reading kuberc file: {reason}"));
        }
    };
    let value = yaml::parse(&String::from_utf8_lossy(&bytes))
        .map_err(|reason| fail!("error parsing kuberc file: {reason}"))?;
    Ok(Some(value))
}

fn save(cx: &Context, file: &str, preferences: &Value) -> Result<(), Error> {
    if let Some((folder, _)) = file.rsplit_once('/') {
        cx.host
            .make_dir(folder)
            .map_err(|e| fail!("failed to create directory {folder}: {}", e.text()))?;
    }
    let text = yaml::emit(preferences);
    cx.host
        .write_file(file, text.as_bytes())
        .map_err(|e| fail!("failed to write kuberc file: {}", e.of("open", file).text()))?;
    cx.out(&format!("Updated {file}\n"));
    Ok(())
}

fn view(cx: Context) -> Running {
    Box::pin(async move {
        let (file, explicit) = file(&cx)?;
        let mut preferences = match read(&cx, &file)? {
            Some(preferences) => preferences,
            None if explicit => return Err(fail!("kuberc file not found at {file}")),
            None => {
                cx.out(&format!(
                    "kuberc file not found at {file}\nWould you like to generate a default kuberc file with recommended \
                     options? (y/N): "
                ));
                let Some(answer) = cx.read_line().await?.filter(|line| !line.is_empty()) else {
                    return Ok(());
                };
                if answer.eq_ignore_ascii_case("y") {
                    return save(&cx, &file, &recommended());
                }
                json!({})
            }
        };
        for list in ["aliases", "defaults"] {
            if j::at(&preferences, &[list]).is_null() {
                j::set(&mut preferences, &[list], json!([]));
            }
        }
        let mut printer = PrintFlags::new(&cx, Offer::Names).printer(&cx, "")?.typed();
        printer.print(&cx, &preferences)
    })
}

fn recommended() -> Value {
    let default = |command: &str, flag: &str| json!({"command": command, "options": [{"name": flag, "default": "true"}]});
    let mut preferences = kuberc::empty();
    let defaults = json!([
        default("apply", "server-side"),
        default("delete", "interactive")
    ]);
    j::set(&mut preferences, &["defaults"], defaults);
    preferences
}

fn set(cx: Context) -> Running {
    Box::pin(async move {
        let (file, _) = file(&cx)?;
        validate(&cx)?;
        let mut preferences = match read(&cx, &file)? {
            Some(value) if !value.is_null() => value,
            _ => kuberc::empty(),
        };
        let options = options(&cx)?;
        match cx.flags.str("section") {
            "defaults" => set_defaults(&cx, &mut preferences, options)?,
            "aliases" => set_alias(&cx, &mut preferences, options)?,
            _ => set_policy(&cx, &mut preferences)?,
        }
        save(&cx, &file, &preferences)
    })
}

fn validate(cx: &Context) -> Result<(), Error> {
    let flags = &cx.flags;
    let text = |name: &str| flags.str(name);
    let section = text("section");
    let args = !flags.strings("prependarg").is_empty() || !flags.strings("appendarg").is_empty();
    let entries = !flags.strings("allowlist-entry").is_empty();
    if !matches!(section, "defaults" | "aliases" | "credentialplugin") {
        return Err(fail!(
            "--section must be \"defaults\", \"aliases\", or \"credentialplugin\", got: {section}"
        ));
    }
    let problem = match section {
        "aliases" if text("name").is_empty() => "--name is required when --section=aliases",
        "defaults" if !text("name").is_empty() => {
            "--name should not be specified when --section=defaults"
        }
        "defaults" if args => "--prependarg and --appendarg are only valid for --section=aliases",
        "defaults" | "aliases" if text("command").is_empty() => {
            "--command is required when --section=aliases or --section=defaults"
        }
        "credentialplugin" => match text("policy") {
            "" => "--policy is required when --section=credentialplugin",
            "AllowAll" | "DenyAll" if entries => {
                "--allowlist-entry may only be used when --section=credentialplugin and --policy=Allowlist"
            }
            "Allowlist" if !entries => {
                "--allowlist-entry is required when --section=credentialplugin and --policy=Allowlist"
            }
            "AllowAll" | "DenyAll" | "Allowlist" => "",
            policy => {
                return Err(fail!(
                    " --policy must be  \"AllowAll\", \"DenyAll\", or \"Allowlist\", got: {policy}"
                ));
            }
        },
        _ => "",
    };
    match problem {
        "" => Ok(()),
        problem => Err(problem.into()),
    }
}

/// `--option`; `null` if there is none.
fn options(cx: &Context) -> Result<Value, Error> {
    let mut options = Vec::new();
    for option in cx.flags.strings("option") {
        let Some((name, value)) = option.split_once('=') else {
            return Err(fail!(
                "invalid option format {}, expected flag=value",
                go::quote(&option)
            ));
        };
        options.push(json!({"name": name.trim_start_matches('-'), "default": value}));
    }
    Ok(if options.is_empty() {
        Value::Null
    } else {
        Value::Array(options)
    })
}

/// The entry of a list that has `key: name`, if there is one.
fn entry<'a>(
    preferences: &'a mut Value,
    list: &str,
    key: &str,
    name: &str,
) -> Option<&'a mut Value> {
    let entries = preferences.get_mut(list)?.as_array_mut()?;
    entries.iter_mut().find(|e| j::text(e, &[key]) == name)
}

fn add(preferences: &mut Value, list: &str, new: Value) {
    match preferences.get_mut(list).and_then(Value::as_array_mut) {
        Some(entries) => entries.push(new),
        None => j::set(preferences, &[list], vec![new]),
    }
}

fn set_defaults(cx: &Context, preferences: &mut Value, options: Value) -> Result<(), Error> {
    let command = cx.flags.str("command");
    let Some(old) = entry(preferences, "defaults", "command", command) else {
        add(
            preferences,
            "defaults",
            json!({"command": command, "options": options}),
        );
        return Ok(());
    };
    if !cx.flags.bool("overwrite") {
        return Err(fail!(
            "defaults for command {} already exist, use --overwrite to replace",
            go::quote(command)
        ));
    }
    if !options.is_null() {
        j::set(old, &["options"], options);
    }
    Ok(())
}

fn set_alias(cx: &Context, preferences: &mut Value, options: Value) -> Result<(), Error> {
    let flags = &cx.flags;
    let name = flags.str("name");
    let mut new = json!({"name": name, "command": flags.str("command")});
    let lists = [
        ("options", options),
        ("prependArgs", flags.strings("prependarg").into()),
        ("appendArgs", flags.strings("appendarg").into()),
    ];
    let old = entry(preferences, "aliases", "name", name);
    if old.is_some() && !flags.bool("overwrite") {
        return Err(fail!(
            "alias {} already exists, use --overwrite to replace",
            go::quote(name)
        ));
    }
    for (key, value) in lists {
        let given = value.as_array().is_some_and(|items| !items.is_empty());
        let kept = old.as_deref().map(|old| j::at(old, &[key]).clone());
        match (given, kept) {
            (true, _) => j::set(&mut new, &[key], value),
            (false, Some(kept)) if !kept.is_null() => j::set(&mut new, &[key], kept),
            _ => {}
        }
    }
    match old {
        Some(old) => *old = new,
        None => add(preferences, "aliases", new),
    }
    Ok(())
}

fn set_policy(cx: &Context, preferences: &mut Value) -> Result<(), Error> {
    let policy = cx.flags.str("policy");
    let mut entries = Vec::new();
    let mut errors = Vec::new();
    for pair in cx
        .flags
        .strings("allowlist-entry")
        .iter()
        .flat_map(|e| e.split(','))
    {
        let error = match pair.split_once('=') {
            None => fail!("improperly formatted allowlist entry: {}", go::quote(pair)),
            Some(("name", _)) => {
                fail!("allowlist entry field \"name\" is deprecated, use \"command\" instead")
            }
            Some(("command", value)) if value.trim().is_empty() => {
                fail!("empty value in allowlist entry for field \"command\"")
            }
            Some(("command", value)) => {
                entries.push(json!({"command": value}));
                continue;
            }
            Some((field, _)) => fail!("unrecognized allowlist entry field: {}", go::quote(field)),
        };
        errors.push(error);
    }
    Error::check(errors)?;
    if policy == "Allowlist" {
        j::set(preferences, &["credentialPluginAllowlist"], entries);
    }
    j::set(preferences, &["credentialPluginPolicy"], policy);
    Ok(())
}
