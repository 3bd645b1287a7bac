//! `kubectl config current-context`, `use-context`, `get-contexts`, `rename-context`

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::kubeconfig::find_context;
use crate::util::go;
use crate::util::tabwriter::TabWriter;

pub(super) const CURRENT: Command = Command {
    name: "current-context",
    short: "Display the current-context",
    long: "Display the current-context.",
    example: "# Which context is in use\nkubectl config current-context",
    action: Action::Run(current),
    ..Command::DEFAULT
};

pub(super) const USE: Command = Command {
    name: "use-context",
    usage: "CONTEXT_NAME",
    no_flags_in_use: true,
    aliases: &["use"],
    short: "Set the current-context in a kubeconfig file",
    long: "Set the current-context in a kubeconfig file.",
    example: "# From now on, talk to the cluster of this context\nkubectl config use-context minikube",
    action: Action::Run(switch),
    ..Command::DEFAULT
};

pub(super) const GET: Command = Command {
    name: "get-contexts",
    usage: "[(-o|--output=)name)]",
    no_flags_in_use: true,
    short: "Describe one or many contexts",
    long: "Display one or many contexts from the kubeconfig file.",
    example: "# All contexts
kubectl config get-contexts

# One of them
kubectl config get-contexts my-context",
    flags: &[&[
        Flag::bool(
            "no-headers",
            "When using the default or custom-column output format, don't print headers (default print headers).",
        ),
        Flag::string("output", "Output format. One of: (name).").short('o'),
    ]],
    action: Action::Run(get),
    ..Command::DEFAULT
};

pub(super) const RENAME: Command = Command {
    name: "rename-context",
    usage: "CONTEXT_NAME NEW_NAME",
    no_flags_in_use: true,
    short: "Rename a context from the kubeconfig file",
    long: "Renames a context from the kubeconfig file.

CONTEXT_NAME is the context name that you want to change.

NEW_NAME is the new name you want to set.

Note: If the context being renamed is the 'current-context', this field will also be updated.",
    example: "# Give a context another name\nkubectl config rename-context old-name new-name",
    action: Action::Run(rename),
    ..Command::DEFAULT
};

fn current(cx: Context) -> Running {
    Box::pin(async move {
        let (_, config) = super::starting(&cx)?;
        if config.current_context.is_empty() {
            return Err("current-context is not set".into());
        }
        cx.out(&format!("{}\n", config.current_context));
        Ok(())
    })
}

fn switch(cx: Context) -> Running {
    Box::pin(async move {
        let [name] = cx.args.as_slice() else {
            return Err(super::wrong_arguments(&cx));
        };
        let (mut store, mut config) = super::starting(&cx)?;
        if name.is_empty() {
            return Err("empty context names are not allowed".into());
        }
        if find_context(&config, name).is_none() {
            return Err(fail!(
                "no context exists with the name: {}",
                go::quote(name)
            ));
        }
        config.current_context = name.as_str().into();
        store.write(&*cx.host, &config)?;
        cx.out(&format!("Switched to context {}.\n", go::quote(name)));
        Ok(())
    })
}

fn get(cx: Context) -> Running {
    Box::pin(async move {
        let output = cx.flags.str("output");
        if !matches!(output, "" | "name") {
            return Err(fail!(
                "--output {output} is not available in kubectl config get-contexts; resetting to default output format"
            ));
        }
        let names_only = output == "name";
        let (_, config) = super::starting(&cx)?;
        let mut errors = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        if cx.args.is_empty() {
            names.extend(config.contexts.iter().map(|c| c.name.as_str()));
        }
        for name in &cx.args {
            match find_context(&config, name) {
                Some(_) => names.push(name),
                None => errors.push(fail!("context {name} not found")),
            }
        }
        names.sort_unstable();
        let mut out = TabWriter::table();
        if !names_only && !cx.flags.bool("no-headers") {
            out.push("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n");
        }
        for name in names {
            let Some(context) = find_context(&config, name) else {
                continue;
            };
            let mark = if config.current_context == name {
                "*"
            } else {
                " "
            };
            match names_only {
                true => out.push(&format!("{name}\n")),
                false => out.push(&format!(
                    "{mark}\t{name}\t{}\t{}\t{}\n",
                    context.cluster, context.user, context.namespace
                )),
            }
        }
        cx.out(&out.flush());
        match Error::collect(errors) {
            Some(error) => Err(Error::Message(error.text())),
            None => Ok(()),
        }
    })
}

fn rename(cx: Context) -> Running {
    Box::pin(async move {
        let [old, new] = cx.args.as_slice() else {
            return Err(super::wrong_arguments(&cx));
        };
        if new.is_empty() {
            return Err("You must specify a new non-empty context name".into());
        }
        let (mut store, mut config) = super::starting(&cx)?;
        let file = super::file_name(&store);
        if find_context(&config, old).is_none() {
            return Err(fail!(
                "cannot rename the context {}, it's not in {file}",
                go::quote(old)
            ));
        }
        if find_context(&config, new).is_some() {
            return Err(fail!(
                "cannot rename the context {}, the context {} already exists in {file}",
                go::quote(old),
                go::quote(new)
            ));
        }
        for context in &mut config.contexts {
            if context.name == *old {
                context.name = new.as_str().into();
            }
        }
        if config.current_context == *old {
            config.current_context = new.as_str().into();
        }
        store.write(&*cx.host, &config)?;
        cx.out(&format!(
            "Context {} renamed to {}.\n",
            go::quote(old),
            go::quote(new)
        ));
        Ok(())
    })
}
