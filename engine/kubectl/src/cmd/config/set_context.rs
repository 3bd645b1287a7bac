//! `kubectl config set-context`

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::kubeconfig::types::NamedContext;
use crate::util::go;

pub(super) const COMMAND: Command = Command {
    name: "set-context",
    usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
    no_flags_in_use: true,
    short: "Set a context entry in kubeconfig",
    long: "Set a context entry in kubeconfig.

Specifying a name that already exists will merge new fields on top of existing values for those fields.",
    example: "# Another user for a context, the rest as it was
kubectl config set-context gce --user=cluster-admin

# Another default namespace for the context in use
kubectl config set-context --current --namespace=dev",
    flags: &[&[
        Flag::string("cluster", "cluster for the context entry in kubeconfig"),
        Flag::bool("current", "Modify the current context"),
        Flag::string("namespace", "namespace for the context entry in kubeconfig").short('n'),
        Flag::string("user", "user for the context entry in kubeconfig"),
    ]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        if cx.args.len() > 1 {
            return Err(super::wrong_arguments(&cx));
        }
        let given = cx.args.first().map_or("", String::as_str);
        let current = flags.bool("current");
        if given.is_empty() && !current {
            return Err("you must specify a non-empty context name or --current".into());
        }
        if !given.is_empty() && current {
            return Err("you cannot specify both a context name and --current".into());
        }
        let (mut store, mut config) = super::starting_or_new(&cx)?;
        let name = if current {
            config.current_context.to_string()
        } else {
            given.to_owned()
        };
        if name.is_empty() {
            return Err("no current context is set".into());
        }
        let at = config.contexts.iter().position(|c| c.name == name);
        let mut entry = at.map_or_else(NamedContext::default, |at| config.contexts.remove(at));
        entry.name = name.as_str().into();
        for (flag, field) in [
            ("cluster", &mut entry.context.cluster),
            ("user", &mut entry.context.user),
            ("namespace", &mut entry.context.namespace),
        ] {
            if flags.changed(flag) {
                *field = flags.str(flag).into();
            }
        }
        config.contexts.push(entry);
        config.contexts.sort_by(|a, b| a.name.cmp(&b.name));
        store.write(&*cx.host, &config)?;
        let done = if at.is_some() { "modified" } else { "created" };
        cx.out(&format!("Context {} {done}.\n", go::quote(&name)));
        Ok(())
    })
}
