//! `kubectl config set` and `unset`: single values of the kubeconfig by path, such as `contexts.dev.namespace`.

use apimachinery::codec;
use serde_json::{Map, Value, json};

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::kubeconfig::types::Config;
use crate::util::{base64, go};

pub(super) const SET: Command = Command {
    name: "set",
    usage: "PROPERTY_NAME PROPERTY_VALUE",
    no_flags_in_use: true,
    short: "Set an individual value in a kubeconfig file",
    long: "Set an individual value in a kubeconfig file.

PROPERTY_NAME is a path of names with dots between them: names of attributes, and keys of maps. Keys cannot have dots.

PROPERTY_VALUE is the new value. Binary fields such as 'certificate-authority-data' want base64, unless \
--set-raw-bytes is used.

Specifying an attribute name that already exists will merge new fields on top of existing values.",
    example: "# The server of a cluster
kubectl config set clusters.my-cluster.server https://1.2.3.4

# The cluster of a context
kubectl config set contexts.my-context.cluster my-cluster

# A key, as it is
kubectl config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true",
    flags: &[&[Flag::bool(
        "set-raw-bytes",
        "When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.",
    )]],
    action: Action::Run(set),
    ..Command::DEFAULT
};

pub(super) const UNSET: Command = Command {
    name: "unset",
    usage: "PROPERTY_NAME",
    no_flags_in_use: true,
    short: "Unset an individual value in a kubeconfig file",
    long: "Unset an individual value in a kubeconfig file.

PROPERTY_NAME is a path of names with dots between them: names of attributes, and keys of maps. Keys cannot have dots.",
    example: "# No context in use
kubectl config unset current-context

# No default namespace for a context
kubectl config unset contexts.foo.namespace",
    action: Action::Run(unset),
    ..Command::DEFAULT
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Bool,
    Bytes,
    Texts,
    Other,
}

/// Name in a path, name in the file, type.
type Field = (&'static str, &'static str, Kind);

const CLUSTER: &[Field] = &[
    ("server", "server", Kind::Text),
    ("tls-server-name", "tls-server-name", Kind::Text),
    (
        "insecure-skip-tls-verify",
        "insecure-skip-tls-verify",
        Kind::Bool,
    ),
    ("certificate-authority", "certificate-authority", Kind::Text),
    (
        "certificate-authority-data",
        "certificate-authority-data",
        Kind::Bytes,
    ),
    ("proxy-url", "proxy-url", Kind::Text),
    ("disable-compression", "disable-compression", Kind::Bool),
    ("extensions", "extensions", Kind::Other),
];
const USER: &[Field] = &[
    ("client-certificate", "client-certificate", Kind::Text),
    (
        "client-certificate-data",
        "client-certificate-data",
        Kind::Bytes,
    ),
    ("client-key", "client-key", Kind::Text),
    ("client-key-data", "client-key-data", Kind::Bytes),
    ("token", "token", Kind::Text),
    ("tokenFile", "tokenFile", Kind::Text),
    ("act-as", "as", Kind::Text),
    ("act-as-uid", "as-uid", Kind::Text),
    ("act-as-groups", "as-groups", Kind::Texts),
    ("act-as-user-extra", "as-user-extra", Kind::Other),
    ("username", "username", Kind::Text),
    ("password", "password", Kind::Text),
    ("auth-provider", "auth-provider", Kind::Other),
    ("exec", "exec", Kind::Other),
    ("extensions", "extensions", Kind::Other),
];
const CONTEXT: &[Field] = &[
    ("cluster", "cluster", Kind::Text),
    ("user", "user", Kind::Text),
    ("namespace", "namespace", Kind::Text),
    ("extensions", "extensions", Kind::Other),
];

/// Where a path leads.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    CurrentContext,
    Colors,
    /// A list of named entries, its entries' key, and perhaps an entry and one of its fields.
    Entries(&'static str, &'static str, Option<(String, Option<Field>)>),
}

fn find(path: &str) -> Result<Place, Error> {
    let parts: Vec<&str> = path.split('.').collect();
    let too_far = || fail!("unable to parse one or more field values of {path}");
    let (list, inner, fields) = match parts[0] {
        "current-context" if parts.len() == 1 => return Ok(Place::CurrentContext),
        "current-context" => return Err(too_far()),
        "preferences" if parts.len() == 2 && parts[1] == "colors" => return Ok(Place::Colors),
        "clusters" => ("clusters", "cluster", CLUSTER),
        "users" => ("users", "user", USER),
        "contexts" => ("contexts", "context", CONTEXT),
        _ => return Err(fail!("unable to parse {path} after [] at api.Config")),
    };
    if parts.len() == 1 {
        return Ok(Place::Entries(list, inner, None));
    }
    // The entry's name goes as far as the first word that is a field; it may have dots after all.
    let known = |part: &&str| fields.iter().find(|(name, _, _)| name == part);
    let end = (2..parts.len()).find(|i| known(&parts[*i]).is_some());
    let name = parts[1..end.unwrap_or(parts.len())].join(".");
    let field = end.and_then(|end| known(&parts[end]).copied());
    if end.is_some_and(|end| end + 1 < parts.len()) {
        return Err(too_far());
    }
    Ok(Place::Entries(list, inner, Some((name, field))))
}

fn set(cx: Context) -> Running {
    Box::pin(async move {
        let [path, value] = cx.args.as_slice() else {
            return Err(super::wrong_arguments(&cx));
        };
        if value.is_empty() {
            return Err("you cannot use set to unset a property".into());
        }
        if path.is_empty() {
            return Err("you must specify a property".into());
        }
        change(&cx, path, Some(value))?;
        cx.out(&format!("Property {} set.\n", go::quote(path)));
        Ok(())
    })
}

fn unset(cx: Context) -> Running {
    Box::pin(async move {
        let [path] = cx.args.as_slice() else {
            return Err(super::wrong_arguments(&cx));
        };
        if path.is_empty() {
            return Err("you must specify a property".into());
        }
        change(&cx, path, None)?;
        cx.out(&format!("Property {} unset.\n", go::quote(path)));
        Ok(())
    })
}

fn change(cx: &Context, path: &str, value: Option<&str>) -> Result<(), Error> {
    let (mut store, config) = super::starting_or_new(cx)?;
    let mut tree = codec::to_value(&config);
    edit(&mut tree, path, value, cx.flags.bool("set-raw-bytes"))?;
    let new: Config = codec::from_value(&tree).map_err(|e| fail!("{e}"))?;
    store.write(&*cx.host, &new)
}

fn edit(tree: &mut Value, path: &str, value: Option<&str>, raw: bool) -> Result<(), Error> {
    match (find(path)?, value) {
        (Place::CurrentContext, value) => tree["current-context"] = json!(value.unwrap_or("")),
        (Place::Colors, value) => {
            let on = value.map_or(Ok(false), crate::cli::value::parse_bool)?;
            tree["preferences"] = json!({"colors": on});
        }
        (Place::Entries(list, _, None), None) => tree[list] = json!([]),
        (Place::Entries(list, _, None | Some((_, None))), Some(_)) => {
            let names = entry_names(tree, list);
            // Go shows the addresses of the entries.
            let shown: Vec<String> = names.map(|n| format!("{n}:0xc000410000")).collect();
            return Err(fail!(
                "can't set a map to a value: map[{}]",
                shown.join(" ")
            ));
        }
        (Place::Entries(list, _, Some((name, None))), None) => {
            let entries = tree[list].as_array_mut();
            entries
                .into_iter()
                .for_each(|e| e.retain(|e| e["name"] != json!(name)));
        }
        (Place::Entries(list, inner, Some((name, Some(field)))), value) => {
            if !entry_names(tree, list).any(|n| n == name) {
                if value.is_none() {
                    return Err(fail!("current map key `{name}` is invalid"));
                }
                if !tree[list].is_array() {
                    tree[list] = json!([]);
                }
                let entries = tree[list].as_array_mut();
                entries
                    .into_iter()
                    .for_each(|e| e.push(json!({"name": name, inner: {}})));
            }
            let entries = tree[list].as_array_mut().into_iter().flatten();
            for entry in entries.filter(|e| e["name"] == json!(name)) {
                if !entry[inner].is_object() {
                    entry[inner] = json!({});
                }
                if let Some(fields) = entry[inner].as_object_mut() {
                    edit_field(fields, field, value, raw)?;
                }
            }
        }
    }
    Ok(())
}

fn entry_names<'a>(tree: &'a Value, list: &str) -> impl Iterator<Item = &'a str> {
    let entries = tree.get(list).and_then(Value::as_array);
    entries
        .into_iter()
        .flatten()
        .map(|e| e["name"].as_str().unwrap_or_default())
}

fn edit_field(
    fields: &mut Map<String, Value>,
    (name, key, kind): Field,
    value: Option<&str>,
    raw: bool,
) -> Result<(), Error> {
    let Some(text) = value else {
        fields.remove(key);
        return Ok(());
    };
    let new = match kind {
        Kind::Text => json!(text),
        Kind::Bool => json!(crate::cli::value::parse_bool(text)?),
        Kind::Bytes if raw => json!(base64::encode(text.as_bytes())),
        Kind::Bytes => match base64::decode(text) {
            Ok(bytes) => json!(base64::encode(&bytes)),
            Err(at) => {
                return Err(fail!(
                    "error decoding input value: illegal base64 data at input byte {at}"
                ));
            }
        },
        Kind::Texts => return Err("unrecognized slice type. string".into()),
        Kind::Other => return Err(fail!("\"{name}\" cannot be set as one value")),
    };
    fields.insert(key.to_owned(), new);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the real kubectl v1.36 answers.
    #[test]
    fn paths() {
        let tree = || {
            json!({"clusters": [{"name": "a.b", "cluster": {"server": "s"}}], "users": [{"name": "u", "user": {}}],
                "contexts": [{"name": "c", "context": {"namespace": "dev"}}], "current-context": "c"})
        };
        for (path, value, error) in [
            ("clusters.a.b.server", Some("x"), ""),
            (
                "a.b",
                Some("c"),
                "unable to parse a.b after [] at api.Config",
            ),
            ("foo", None, "unable to parse foo after [] at api.Config"),
            (
                "clusters.x",
                Some("c"),
                "can't set a map to a value: map[a.b:0xc000410000]",
            ),
            (
                "users.u.tokenn",
                Some("c"),
                "can't set a map to a value: map[u:0xc000410000]",
            ),
            (
                "users.u.client-key-data",
                Some("%%"),
                "error decoding input value: illegal base64 data at input byte 0",
            ),
            (
                "clusters.q.insecure-skip-tls-verify",
                Some("maybe"),
                "strconv.ParseBool: parsing \"maybe\": invalid syntax",
            ),
            (
                "users.nosuch.token",
                None,
                "current map key `nosuch` is invalid",
            ),
            ("contexts.nosuch", None, ""),
            (
                "contexts.c.namespace.x",
                Some("y"),
                "unable to parse one or more field values of contexts.c.namespace.x",
            ),
            (
                "current-context.x",
                Some("y"),
                "unable to parse one or more field values of current-context.x",
            ),
            ("preferences.colors", Some("true"), ""),
        ] {
            let text =
                edit(&mut tree(), path, value, false).map_or_else(|e| e.text(), |()| String::new());
            assert_eq!(text, error, "{path}");
        }
        let mut changed = tree();
        edit(&mut changed, "clusters.new.server", Some("x"), false).unwrap();
        edit(&mut changed, "contexts.c.namespace", None, false).unwrap();
        edit(&mut changed, "users", None, false).unwrap();
        assert_eq!(
            changed["clusters"][1],
            json!({"name": "new", "cluster": {"server": "x"}})
        );
        assert_eq!(changed["contexts"][0]["context"], json!({}));
        assert_eq!(changed["users"], json!([]));
    }
}
