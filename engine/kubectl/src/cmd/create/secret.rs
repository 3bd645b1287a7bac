//! `kubectl create secret` with its kinds: `generic`, `docker-registry` and `tls`.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::super::shared;
use super::{Generator, hash, sources};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::{base64, go, json as j};

pub(super) const COMMAND: Command = Command {
    name: "secret",
    usage: "(docker-registry | generic | tls)",
    no_flags_in_use: true,
    short: "Create a secret using a specified subcommand",
    long: "Create a secret with specified type.

A docker-registry type secret is for accessing a container registry.

A generic type secret indicate an Opaque secret type.

A tls type secret holds TLS certificate and its associated key.",
    commands: &[&DOCKER_REGISTRY, &TLS, &GENERIC],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};

const GENERIC: Command = Command {
    name: "generic",
    usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] \
                 [--dry-run=server|client|none]",
    no_flags_in_use: true,
    short: "Create a secret from a local file, directory, or literal value",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::bool("append-hash", "Append a hash of the secret to its name."),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::slice(
                "from-env-file",
                "Specify the path to a file to read lines of key=val pairs to create a \
                 secret.",
            ),
            Flag::slice(
                "from-file",
                "File whose content becomes a value, under its base name or, with key=path, \
                 under that key. A folder means each file in it whose name is a valid key.",
            ),
            Flag::array(
                "from-literal",
                "Specify a key and literal value to insert in secret (i.e. mykey=somevalue)",
            ),
            Flag::string("type", "The type of secret to create"),
        ],
    ],
    long: "Create a secret based on a file, directory, or specified literal value.

A file becomes a value under its base name, unless another key is given. Of a folder, every \
regular file whose name is a valid key is taken.",
    example: "# Every file of a folder
kubectl create secret generic my-secret --from-file=path/to/bar

# Files under keys of their own
kubectl create secret generic my-secret --from-file=ssh-privatekey=path/to/id_rsa \
--from-file=ssh-publickey=path/to/id_rsa.pub

# Literal values
kubectl create secret generic my-secret --from-literal=key1=supersecret \
--from-literal=key2=topsecret

# Variables of an env file
kubectl create secret generic my-secret --from-env-file=path/to/foo.env",
    action: Action::Run(generic),
    ..Command::DEFAULT
};

const DOCKER_REGISTRY: Command = Command {
    name: "docker-registry",
    usage: "NAME --docker-username=user --docker-password=password --docker-email=email \
                 [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|\
                 none]",
    no_flags_in_use: true,
    short: "Create a secret for use with a Docker registry",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::bool("append-hash", "Append a hash of the secret to its name."),
            Flag::string("docker-email", "Email for Docker registry"),
            Flag::string(
                "docker-password",
                "Password for Docker registry authentication",
            ),
            Flag::string("docker-server", "Server location for Docker registry")
                .default("https://index.docker.io/v1/"),
            Flag::string(
                "docker-username",
                "Username for Docker registry authentication",
            ),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::slice(
                "from-file",
                "File whose content becomes a value, under its base name or, with key=path, \
                 under that key. A folder means each file in it whose name is a valid key. The \
                 key must be .dockerconfigjson, which is the default.",
            ),
        ],
    ],
    long: "Create a new secret for use with Docker registries.

It holds what a login to a registry leaves behind, so that nodes can pull images from there: \
name it in the imagePullSecrets of a pod or service account.",
    example: "# From the parts of a login
kubectl create secret docker-registry my-secret --docker-server=DOCKER_REGISTRY_SERVER \
--docker-username=DOCKER_USER --docker-password=DOCKER_PASSWORD --docker-email=DOCKER_EMAIL

# From a file that a login left
kubectl create secret docker-registry my-secret --from-file=path/to/.docker/config.json",
    action: Action::Run(docker_registry),
    ..Command::DEFAULT
};

const TLS: Command = Command {
    name: "tls",
    usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|\
                 client|none]",
    no_flags_in_use: true,
    short: "Create a TLS secret",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::bool("append-hash", "Append a hash of the secret to its name."),
            Flag::string("cert", "Path to PEM encoded public key certificate."),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::string(
                "key",
                "Path to private key associated with given certificate.",
            ),
        ],
    ],
    long: "Create a TLS secret from the given public/private key pair.

The pair must exist; both are PEM, and they must belong to each other.",
    example: "# A TLS secret
kubectl create secret tls tls-secret --cert=path/to/tls.crt --key=path/to/tls.key",
    action: Action::Run(tls),
    ..Command::DEFAULT
};

const FAILED: &str = "failed to create secret ";

fn finish(cx: &Context, generator: Generator, mut object: Value) -> Result<(), Error> {
    if cx.flags.bool("append-hash") {
        let name = format!("{}-{}", generator.name, hash::secret(&object));
        j::set(&mut object, &["metadata", "name"], name);
    }
    generator.create(cx, object, FAILED)
}

fn secret(name: &str, kind: &str) -> Value {
    let mut object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
    if !kind.is_empty() {
        object["type"] = kind.into();
    }
    object
}

fn add(object: &mut Value, key: &str, bytes: &[u8]) -> Result<(), Error> {
    let complaints = apimachinery::validation::is_config_map_key(key);
    if !complaints.is_empty() {
        let complaints: Vec<&str> = complaints.iter().map(|c| c.as_ref()).collect();
        return Err(fail!(
            "{} is not valid key name for a Secret {}",
            go::quote(key),
            complaints.join(";")
        ));
    }
    if !j::at(object, &["data", key]).is_null() {
        return Err(fail!(
            "cannot add key {key}, another key by that name already exists"
        ));
    }
    j::set(object, &["data", key], base64::encode(bytes));
    Ok(())
}

fn generic(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let flags = &cx.flags;
        let (files, literals, env_files) = (
            flags.strings("from-file"),
            flags.strings("from-literal"),
            flags.strings("from-env-file"),
        );
        let others = !files.is_empty() || !literals.is_empty();
        if !env_files.is_empty() && others {
            return Err("from-env-file cannot be combined with from-file or from-literal".into());
        }
        let object = RefCell::new(secret(&generator.name, flags.str("type")));
        let add = |key: &str, bytes: &[u8]| add(&mut object.borrow_mut(), key, bytes);
        for source in &literals {
            let (key, value) = sources::literal(source)?;
            add(key, value.as_bytes())?;
        }
        sources::from_files(&cx, &files, |key, bytes| add(key, &bytes))?;
        sources::from_env_files(&cx, &env_files, "secret", |key, value| {
            add(key, value.as_bytes())
        })?;
        finish(&cx, generator, object.into_inner())
    })
}

fn docker_registry(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let flags = &cx.flags;
        let (user, password, email, server) = (
            flags.str("docker-username"),
            flags.str("docker-password"),
            flags.str("docker-email"),
            flags.str("docker-server"),
        );
        let files = flags.strings("from-file");
        if files.is_empty() && (user.is_empty() || password.is_empty() || server.is_empty()) {
            return Err("either --from-file or the combination of --docker-username, --docker-password and \
                        --docker-server is required"
                .into());
        }
        let mut object = secret(&generator.name, "kubernetes.io/dockerconfigjson");
        if files.is_empty() {
            let text = |text: &str| j::compact_escaped(&Value::from(text));
            let auth = base64::encode(format!("{user}:{password}").as_bytes());
            let mut entry = String::new();
            for (key, value) in [
                ("username", user),
                ("password", password),
                ("email", email),
                ("auth", auth.as_str()),
            ] {
                if !value.is_empty() {
                    let comma = if entry.is_empty() { "" } else { "," };
                    entry.push_str(&format!("{comma}\"{key}\":{}", text(value)));
                }
            }
            let config = format!("{{\"auths\":{{{}:{{{entry}}}}}}}", text(server));
            add(&mut object, ".dockerconfigjson", config.as_bytes())?;
        } else {
            // One file may come without a key: what it is, is clear.
            let named: Vec<String> = files
                .iter()
                .map(|file| match file.contains('=') {
                    true => file.clone(),
                    false => format!(".dockerconfigjson={file}"),
                })
                .collect();
            sources::from_files(&cx, &named, |key, bytes| add(&mut object, key, &bytes))?;
        }
        finish(&cx, generator, object)
    })
}

fn tls(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let (cert, key) = (cx.flags.str("cert"), cx.flags.str("key"));
        if cert.is_empty() || key.is_empty() {
            return Err("key and cert must be specified".into());
        }
        let read = |file: &str| {
            cx.host
                .read_file(file)
                .map_err(|e| fail!("Cannot read file {file}, {}", e.of("open", file).text()))
        };
        let (cert, key) = (read(cert)?, read(key)?);
        check_pair(&cert, &key)?;
        let mut object = secret(&generator.name, "kubernetes.io/tls");
        add(&mut object, "tls.crt", &cert)?;
        add(&mut object, "tls.key", &key)?;
        finish(&cx, generator, object)
    })
}

/// What can be told of a pair without knowing its mathematics: both must be PEM of the right kind.
fn check_pair(cert: &[u8], key: &[u8]) -> Result<(), Error> {
    let blocks = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        let begins = text
            .lines()
            .filter_map(|l| l.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"));
        begins.map(str::to_owned).collect()
    };
    let (certs, keys) = (blocks(cert), blocks(key));
    if certs.is_empty() {
        return Err("tls: failed to find any PEM data in certificate input".into());
    }
    if !certs.iter().any(|kind| kind == "CERTIFICATE") {
        return Err(if certs.len() == 1 && certs[0].ends_with("PRIVATE KEY") {
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may \
             have been switched"
                .into()
        } else {
            fail!(
                "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the \
                 following types: {}",
                go::slice(&certs)
            )
        });
    }
    if keys.is_empty() {
        return Err("tls: failed to find any PEM data in key input".into());
    }
    if !keys
        .iter()
        .any(|kind| kind == "PRIVATE KEY" || kind.ends_with(" PRIVATE KEY"))
    {
        return Err(if keys.len() == 1 && keys[0] == "CERTIFICATE" {
            "tls: found a certificate rather than a key in the PEM for the private key".into()
        } else {
            fail!(
                "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM \
                 blocks of the following types: {}",
                go::slice(&keys)
            )
        });
    }
    Ok(())
}
