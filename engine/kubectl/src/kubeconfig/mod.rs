//! The kubeconfig: which files there are, what they say together, and who asks whom in the end.
//!
//! Files are found as client-go finds them (`--kubeconfig`, `$KUBECONFIG`, `~/.kube/config`), merged so that the first
//! mention of a name wins, and changed in the file that holds the stanza. [`target`] applies the flags' overrides and
//! checks that the result can be used.

mod store;
pub mod types;

use apimachinery::codec;
use serde_json::Value;

pub use store::Store;

use crate::cli::FlagSet;
use crate::error::Error;
use crate::fail;
use crate::transport::Target;
use crate::util::go;
use types::{Cluster, Config, ContextEntry, User};

/// What the files and flags come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// Server and user.
    pub target: Target,
    /// Name of the context.
    pub context: String,
}

/// Name of the context in use; empty if none is.
pub fn context_name(config: &Config, flags: &FlagSet) -> String {
    match flags.str("context") {
        "" => config.current_context.to_string(),
        name => name.to_owned(),
    }
}

/// The context of a name.
pub fn find_context<'a>(config: &'a Config, name: &str) -> Option<&'a ContextEntry> {
    config
        .contexts
        .iter()
        .find(|c| c.name == name)
        .map(|c| &c.context)
}

fn find_cluster<'a>(config: &'a Config, name: &str) -> Option<&'a Cluster> {
    config
        .clusters
        .iter()
        .find(|c| c.name == name)
        .map(|c| &c.cluster)
}

fn find_user<'a>(config: &'a Config, name: &str) -> Option<&'a User> {
    config
        .users
        .iter()
        .find(|u| u.name == name)
        .map(|u| &u.user)
}

/// The namespace requests go to, and whether the user said so.
pub fn namespace(config: &Config, flags: &FlagSet) -> Result<(String, bool), Error> {
    if flags.changed("namespace") && !flags.str("namespace").is_empty() {
        return Ok((flags.string("namespace"), true));
    }
    let name = context_name(config, flags);
    if !name.is_empty() && find_context(config, &name).is_none() {
        return Err(context_not_found(&name));
    }
    let namespace = find_context(config, &name).map_or("", |c| c.namespace.as_str());
    Ok((
        if namespace.is_empty() {
            "default"
        } else {
            namespace
        }
        .to_owned(),
        false,
    ))
}

fn context_not_found(name: &str) -> Error {
    Error::Configuration(vec![format!(
        "context was not found for specified context: {name}"
    )])
}

/// Reads a file, or says why it cannot be read.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Server and user for requests, after overrides.
pub fn target(
    config: &Config,
    flags: &FlagSet,
    read_file: ReadFile<'_>,
) -> Result<Selected, Error> {
    let name = context_name(config, flags);
    let context = match find_context(config, &name) {
        Some(context) => context.clone(),
        None if name.is_empty() => ContextEntry::default(),
        None => return Err(context_not_found(&name)),
    };
    // `create rolebinding` and others have a `--user` of their own, which says nothing of who asks.
    let given = |flag: &str, own: &str| match flags.str(flag) {
        _ if !flags.is_global(flag) => own.to_owned(),
        "" => own.to_owned(),
        text => text.to_owned(),
    };
    let (cluster_name, user_name) = (
        given("cluster", &context.cluster),
        given("user", &context.user),
    );
    let mut cluster = match find_cluster(config, &cluster_name) {
        Some(cluster) => cluster.clone(),
        None if flags.changed("cluster") && flags.is_global("cluster") => {
            return Err(fail!(
                "no server found for cluster {}",
                go::quote(&cluster_name)
            ));
        }
        None => Cluster::default(),
    };
    let mut user = match find_user(config, &user_name) {
        Some(user) => user.clone(),
        None if flags.changed("user") && flags.is_global("user") => {
            return Err(fail!("auth info {} does not exist", go::quote(&user_name)));
        }
        None => User::default(),
    };
    override_parts(&mut cluster, &mut user, flags);
    if cluster.server.is_empty() {
        // Where nothing says otherwise, kubectl tries the insecure port of old.
        cluster.server = "http://localhost:8080".into();
    }
    let problems = problems(&cluster, &user, (&cluster_name, &user_name), read_file);
    match problems.len() {
        0 => {}
        1 => return Err(Error::Message(problems.concat())),
        _ => return Err(Error::Configuration(problems)),
    }
    for (file, data) in [
        (&user.client_certificate, &mut user.client_certificate_data),
        (&user.client_key, &mut user.client_key_data),
    ] {
        if !file.is_empty() && data.is_empty() {
            *data = read_file(file).unwrap_or_default().as_slice().into();
        }
    }
    let more = !user.impersonate_groups.is_empty() || !user.impersonate_uid.is_empty();
    let extra = flags
        .strings("as-user-extra")
        .iter()
        .any(|e| e.contains('='));
    if user.impersonate.is_empty() && (more || extra) {
        return Err(fail!(
            "requesting uid, groups or user-extra for {user_name} without impersonating a user"
        ));
    }
    check_timeout(flags.str("request-timeout"))?;
    let mut server = cluster.server.to_string();
    if !server.contains("://") {
        server = format!("http://{server}");
    }
    let host = server.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    if let Some((_, port)) = host.rsplit_once(':')
        && !host.ends_with(']')
        && !port.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(fail!(
            "host must be a URL or a host:port pair: {}",
            go::quote(&server)
        ));
    }
    let target = Target {
        server: server.trim_end_matches('/').to_owned(),
        cluster: codec::to_value(&cluster),
        impersonate: user.impersonate.to_string(),
        impersonate_groups: user
            .impersonate_groups
            .iter()
            .map(ToString::to_string)
            .collect(),
        impersonate_uid: user.impersonate_uid.to_string(),
        impersonate_extra: flags.strings("as-user-extra"),
        user: codec::to_value(&user),
    };
    Ok(Selected {
        target,
        context: name,
    })
}

/// What keeps a cluster and a user from being used.
fn problems(
    cluster: &Cluster,
    user: &User,
    (cluster_name, user_name): (&str, &str),
    read_file: ReadFile<'_>,
) -> Vec<String> {
    let mut problems = Vec::new();
    let read = |what: &str, file: &str, name: &str, problems: &mut Vec<String>| {
        if let Some(Err(why)) = (!file.is_empty()).then(|| read_file(file)) {
            problems.push(format!(
                "unable to read {what} {file} for {name} due to {why}"
            ));
        }
    };
    let methods = [
        (
            !user.token.is_empty() || !user.token_file.is_empty(),
            "token",
        ),
        (
            !user.username.is_empty() || !user.password.is_empty(),
            "basicAuth",
        ),
    ];
    if !user.client_certificate.is_empty() || !user.client_certificate_data.is_empty() {
        let (certificate, key) = (&user.client_certificate, &user.client_key);
        if !certificate.is_empty() && !user.client_certificate_data.is_empty() {
            problems.push(format!(
                "client-cert-data and client-cert are both specified for {user_name}. client-cert-data will override."
            ));
        }
        if !key.is_empty() && !user.client_key_data.is_empty() {
            problems.push(format!(
                "client-key-data and client-key are both specified for {user_name}; client-key-data will override"
            ));
        }
        if key.is_empty() && user.client_key_data.is_empty() {
            problems.push(format!(
                "client-key-data or client-key must be specified for {user_name} to use the clientCert authentication method."
            ));
        }
        read("client-cert", certificate, user_name, &mut problems);
        read("client-key", key, user_name, &mut problems);
    }
    if methods.iter().all(|(given, _)| *given) {
        let names = methods.map(|(_, name)| name).join(" ");
        problems.push(format!(
            "more than one authentication method found for {user_name}; found [{names}], only one is allowed"
        ));
    }
    let authority = &cluster.certificate_authority;
    if !authority.is_empty() && !cluster.certificate_authority_data.is_empty() {
        problems.push(format!(
            "certificate-authority-data and certificate-authority are both specified for {cluster_name}. \
             certificate-authority-data will override."
        ));
    }
    read(
        "certificate-authority",
        authority,
        cluster_name,
        &mut problems,
    );
    problems
}

/// `--request-timeout`. Answers come at once here, so that only its form matters.
fn check_timeout(text: &str) -> Result<(), Error> {
    let seconds = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if text.is_empty() || seconds || crate::cli::value::parse_duration(text).is_ok() {
        return Ok(());
    }
    Err("Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding \
         time unit (e.g. 1s | 2m | 3h)"
        .into())
}

fn override_parts(cluster: &mut Cluster, user: &mut User, flags: &FlagSet) {
    let set = |field: &mut apimachinery::Str, flag: &str| {
        if !flags.str(flag).is_empty() {
            *field = flags.str(flag).into();
        }
    };
    set(&mut cluster.server, "server");
    set(&mut cluster.tls_server_name, "tls-server-name");
    set(&mut cluster.certificate_authority, "certificate-authority");
    // A file that is named on the command line stands for the data of the kubeconfig.
    if !flags.str("certificate-authority").is_empty() {
        cluster.certificate_authority_data = Default::default();
    }
    if !flags.str("client-certificate").is_empty() {
        user.client_certificate_data = Default::default();
    }
    if !flags.str("client-key").is_empty() {
        user.client_key_data = Default::default();
    }
    cluster.insecure_skip_tls_verify |= flags.bool("insecure-skip-tls-verify");
    set(&mut user.client_certificate, "client-certificate");
    set(&mut user.client_key, "client-key");
    set(&mut user.token, "token");
    set(&mut user.username, "username");
    set(&mut user.password, "password");
    set(&mut user.impersonate, "as");
    set(&mut user.impersonate_uid, "as-uid");
    if flags.changed("as-group") {
        user.impersonate_groups = flags
            .strings("as-group")
            .into_iter()
            .map(Into::into)
            .collect();
    }
}

/// A kubeconfig from the text of a file.
pub fn parse(text: &str) -> Result<Config, String> {
    if text.trim().is_empty() {
        return Ok(Config::default());
    }
    let mut value = crate::util::yaml::parse(text)?;
    let kind = value
        .get("kind")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let version = value
        .get("apiVersion")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !kind.is_empty() && kind != "Config" {
        return Err(format!(
            "no kind {} is registered for version {} in scheme \
             \"k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50\"",
            go::quote(kind),
            go::quote(version)
        ));
    }
    if value.is_null() {
        value = Value::Object(serde_json::Map::new());
    }
    let is = match &value {
        Value::Object(_) => "",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        _ => "number",
    };
    if !is.is_empty() {
        return Err(format!(
            "couldn't get version/kind; json parse error: json: cannot unmarshal {is} into Go value of type struct {{ \
             APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}"
        ));
    }
    let mut config: Config = codec::from_value(&value).map_err(|e| e.to_string())?;
    config.clusters.sort_by(|a, b| a.name.cmp(&b.name));
    config.users.sort_by(|a, b| a.name.cmp(&b.name));
    config.contexts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(config)
}
