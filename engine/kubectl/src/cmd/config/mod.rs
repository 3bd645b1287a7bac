//! `kubectl config`: reads and changes the kubeconfig.

mod contexts;
mod delete;
mod list;
mod property;
mod set_cluster;
mod set_context;
mod set_credentials;
mod view;

use crate::cli::{Action, Command};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::kubeconfig::Store;
use crate::kubeconfig::types::Config;
use crate::util::go;

/// `config`
pub const COMMAND: Command = Command {
    name: "config",
    usage: "SUBCOMMAND",
    no_flags_in_use: true,
    short: "Modify kubeconfig files",
    long: "Modify kubeconfig files using subcommands like \"kubectl config set current-context my-context\".

The loading order follows these rules:

1. If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes \
place.
2. If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your \
system). These paths are merged. When a value is modified, it is modified in the file that defines the stanza. When a \
value is created, it is created in the first file that exists. If no files in the chain exist, then it creates the last \
file in the list.
3. Otherwise, ${HOME}/.kube/config is used and no merging takes place.",
    commands: &[
        &view::COMMAND,
        &set_cluster::COMMAND,
        &set_credentials::COMMAND,
        &set_context::COMMAND,
        &property::SET,
        &property::UNSET,
        &contexts::CURRENT,
        &contexts::USE,
        &contexts::GET,
        &list::CLUSTERS,
        &delete::CLUSTER,
        &delete::CONTEXT,
        &delete::USER,
        &contexts::RENAME,
        &list::USERS,
    ],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};

/// Files and what they say together.
fn starting(cx: &Context) -> Result<(Store, Config), Error> {
    // A file that is not there says nothing; that is no error here.
    let store = cx.store()?;
    let config = store.merged();
    Ok((store, config))
}

/// The same for commands that may create the file.
fn starting_or_new(cx: &Context) -> Result<(Store, Config), Error> {
    let store = cx.store()?;
    let config = store.merged();
    Ok((store, config))
}

/// The file that messages name.
fn file_name(store: &Store) -> String {
    match store.files.first() {
        Some(file) if store.explicit => file.clone(),
        _ => store.default_file().to_owned(),
    }
}

/// The error for a wrong number of arguments, after the help.
fn wrong_arguments(cx: &Context) -> Error {
    cx.out(&crate::help_of(cx));
    fail!("Unexpected args: {}", go::slice(&cx.args))
}

/// A path from the command line as it is kept: relative to the kubeconfig's folder if it is below it, else absolute.
fn kept_path(cx: &Context, store: &Store, path: &str) -> String {
    let absolute = |path: &str| {
        if path.starts_with('/') {
            return path.to_owned();
        }
        let cwd = cx.host.env("PWD").unwrap_or_else(|| "/root".to_owned());
        let path = path.trim_start_matches("./");
        format!("{}/{path}", cwd.trim_end_matches('/'))
    };
    if path.is_empty() {
        return String::new();
    }
    let path = absolute(path);
    let file = absolute(store.default_file());
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    match path
        .strip_prefix(folder)
        .and_then(|rest| rest.strip_prefix('/'))
    {
        Some(relative) => relative.to_owned(),
        None => path,
    }
}
