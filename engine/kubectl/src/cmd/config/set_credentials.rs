//! `kubectl config set-credentials`

use apimachinery::Shared;

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::kubeconfig::Store;
use crate::kubeconfig::types::{AuthProvider, ExecEnv, NamedUser, User};
use crate::util::{go, pairs};

pub(super) const COMMAND: Command = Command {
    name: "set-credentials",
    usage: "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] \
            [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] \
            [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] \
            [--exec-arg=arg] [--exec-env=key=value]",
    no_flags_in_use: true,
    short: "Set a user entry in kubeconfig",
    long: "Set a user entry in kubeconfig.

Specifying a name that already exists will merge new fields on top of existing values.

A user shows a client certificate (--client-certificate, --client-key), a token (--token) or a name and a password \
(--username, --password). Token and password exclude each other.",
    example: "# Another key for a user, the rest as it was
kubectl config set-credentials cluster-admin --client-key=~/.kube/admin.key

# A name and a password
kubectl config set-credentials cluster-admin --username=admin --password=uXFGweU9l35qcif

# A certificate inside the kubeconfig
kubectl config set-credentials cluster-admin --client-certificate=~/.kube/admin.crt --embed-certs=true

# A program that gives credentials
kubectl config set-credentials cluster-admin --exec-command=/path/to/the/executable \
--exec-api-version=client.authentication.k8s.io/v1",
    flags: &[&[
        Flag::string("auth-provider", "Auth provider for the user entry in kubeconfig"),
        Flag::slice("auth-provider-arg", "'key=value' arguments for the auth provider"),
        Flag::string(
            "client-certificate",
            "Path to client-certificate file for the user entry in kubeconfig",
        ),
        Flag::string(
            "client-key",
            "Path to client-key file for the user entry in kubeconfig",
        ),
        Flag::bool(
            "embed-certs",
            "Embed client cert/key for the user entry in kubeconfig",
        ),
        Flag::string(
            "exec-api-version",
            "API version of the exec credential plugin for the user entry in kubeconfig",
        ),
        Flag::slice(
            "exec-arg",
            "New arguments for the exec credential plugin command for the user entry in kubeconfig",
        ),
        Flag::string(
            "exec-command",
            "Command for the exec credential plugin for the user entry in kubeconfig",
        ),
        Flag::array(
            "exec-env",
            "'key=value' environment values for the exec credential plugin",
        ),
        Flag::string(
            "exec-interactive-mode",
            "InteractiveMode of the exec credentials plugin for the user entry in kubeconfig",
        ),
        Flag::bool(
            "exec-provide-cluster-info",
            "ProvideClusterInfo of the exec credentials plugin for the user entry in kubeconfig",
        ),
        Flag::string("password", "password for the user entry in kubeconfig"),
        Flag::string("token", "token for the user entry in kubeconfig"),
        Flag::string("username", "username for the user entry in kubeconfig"),
    ]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let [name] = cx.args.as_slice() else {
            cx.out(&crate::help_of(&cx));
            return Err(fail!("unexpected args: {}", go::slice(&cx.args)));
        };
        validate(&cx, name)?;
        let (mut store, mut config) = super::starting_or_new(&cx)?;
        let at = config.users.iter().position(|u| u.name == *name);
        let mut entry = at.map_or_else(NamedUser::default, |at| config.users.remove(at));
        entry.name = name.as_str().into();
        files(&cx, &store, &mut entry.user)?;
        secrets(&cx, &mut entry.user);
        provider(&cx, &mut entry.user)?;
        exec(&cx, &mut entry.user)?;
        config.users.push(entry);
        config.users.sort_by(|a, b| a.name.cmp(&b.name));
        store.write(&*cx.host, &config)?;
        cx.out(&format!("User {} set.\n", go::quote(name)));
        Ok(())
    })
}

fn validate(cx: &Context, name: &str) -> Result<(), Error> {
    let flags = &cx.flags;
    if name.is_empty() {
        return Err("you must specify a non-empty user name".into());
    }
    let given = |flag: &str| !flags.str(flag).is_empty();
    if given("token") && (given("username") || given("password")) {
        return Err(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password"
                .into(),
        );
    }
    if flags.bool("embed-certs") {
        if !given("client-certificate") && !given("client-key") {
            return Err("you must specify a --client-certificate or --client-key to embed".into());
        }
        for flag in ["client-certificate", "client-key"] {
            let path = flags.str(flag);
            if let (false, Err(error)) = (path.is_empty(), cx.host.stat(path)) {
                let reason = error.of("stat", path).text();
                return Err(fail!("could not stat {flag} file {path}: {reason}"));
            }
        }
    }
    if flags.changed("exec-interactive-mode")
        && !matches!(
            flags.str("exec-interactive-mode"),
            "IfAvailable" | "Always" | "Never"
        )
    {
        return Err("invalid interactive mode type, can be only IfAvailable, Never, Always".into());
    }
    Ok(())
}

fn files(cx: &Context, store: &Store, user: &mut User) -> Result<(), Error> {
    let flags = &cx.flags;
    let embed = flags.bool("embed-certs");
    for (flag, path, data) in [
        (
            "client-certificate",
            &mut user.client_certificate,
            &mut user.client_certificate_data,
        ),
        (
            "client-key",
            &mut user.client_key,
            &mut user.client_key_data,
        ),
    ] {
        if !flags.changed(flag) {
            continue;
        }
        let file = flags.str(flag);
        if embed {
            *data = cx
                .host
                .read_file(file)
                .map_err(|e| e.of("open", file))?
                .into();
            *path = Default::default();
        } else {
            *path = super::kept_path(cx, store, file).into();
            *data = Default::default();
        }
    }
    Ok(())
}

fn secrets(cx: &Context, user: &mut User) {
    let flags = &cx.flags;
    for (flag, field) in [
        ("token", &mut user.token),
        ("username", &mut user.username),
        ("password", &mut user.password),
    ] {
        if flags.changed(flag) {
            *field = flags.str(flag).into();
        }
    }
    // One way to log in clears the other.
    let basic = !flags.str("username").is_empty() || !flags.str("password").is_empty();
    if basic {
        user.token = Default::default();
    } else if !flags.str("token").is_empty() {
        user.username = Default::default();
        user.password = Default::default();
    }
}

/// Mistakes in pairs are answered with the help, too.
fn with_help(cx: &Context, error: Error) -> Error {
    cx.out(&crate::help_of(cx));
    error
}

fn provider(cx: &Context, user: &mut User) -> Result<(), Error> {
    let flags = &cx.flags;
    let changes = pairs::parse(&flags.strings("auth-provider-arg"), "auth-provider-arg")
        .map_err(|error| with_help(cx, error))?;
    if flags.changed("auth-provider") {
        let name = flags.str("auth-provider");
        if user.auth_provider.as_ref().is_none_or(|p| p.name != name) {
            let fresh = AuthProvider {
                name: name.into(),
                ..AuthProvider::default()
            };
            user.auth_provider = Some(Shared::from(fresh));
        }
    }
    if let Some(provider) = &mut user.auth_provider {
        for key in &changes.remove {
            provider.config.remove(key.as_str());
        }
        for (key, value) in &changes.set {
            provider.config.insert(key.as_str(), value.as_str());
        }
    }
    Ok(())
}

fn exec(cx: &Context, user: &mut User) -> Result<(), Error> {
    let flags = &cx.flags;
    let changes = pairs::parse(&flags.strings("exec-env"), "exec-env")
        .map_err(|error| with_help(cx, error))?;
    if flags.changed("exec-command") {
        let exec = user.exec.get_or_insert_with(Default::default);
        exec.command = flags.str("exec-command").into();
        exec.args.clear();
    }
    let Some(exec) = &mut user.exec else {
        return Ok(());
    };
    if flags.changed("exec-api-version") {
        exec.api_version = flags.str("exec-api-version").into();
    }
    let args = flags.strings("exec-arg");
    if !args.is_empty() {
        exec.args = args.iter().map(|a| a.as_str().into()).collect();
    }
    if flags.changed("exec-interactive-mode") {
        exec.interactive_mode = flags.str("exec-interactive-mode").into();
    }
    if flags.changed("exec-provide-cluster-info") {
        exec.provide_cluster_info = flags.bool("exec-provide-cluster-info");
    }
    exec.env
        .retain(|env| !changes.remove.iter().any(|name| env.name == *name));
    for (name, value) in &changes.set {
        match exec.env.iter_mut().find(|env| env.name == *name) {
            Some(env) => env.value = value.as_str().into(),
            None => {
                exec.env.push(ExecEnv {
                    name: name.as_str().into(),
                    value: value.as_str().into(),
                });
            }
        }
    }
    Ok(())
}
