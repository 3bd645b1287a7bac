//! Tokens of service accounts: JSON web tokens with true claims, as readable as real ones. Kubernetes' room for this is
//! `pkg/serviceaccount`.
//!
//! The signature is made up of what is signed: it keeps a token from being changed by accident, and nobody out.

use std::rc::Rc;

use api::authentication::v1::BoundObjectReference;
use api::core::v1::{Pod, Secret, ServiceAccount};
use apimachinery::{Kind, Map, Str, Value};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use crate::ApiServer;
use crate::context::User;
use crate::storage::Key;

/// Who makes tokens, and for whom they are unless said otherwise.
pub const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";

/// Who makes the tokens that lie in secrets.
const LEGACY_ISSUER: &str = "kubernetes/serviceaccount";

/// What a token says.
pub struct Claims<'a> {
    /// Whose it is.
    pub account: &'a ServiceAccount,
    /// For whom it is; the API server if it is empty.
    pub audiences: Vec<Str>,
    /// Unix seconds.
    pub issued_at: i64,
    /// In seconds.
    pub lifetime: i64,
    /// What it ends with: a pod or a secret.
    pub bound: Option<&'a BoundObjectReference>,
    /// The node of the pod that it is bound to.
    pub node: Str,
    /// Its own id.
    pub id: Str,
}

/// Header, claims and signature, each in base64, joined by dots.
pub fn sign(claims: &Claims<'_>) -> String {
    let account = &claims.account.metadata;
    let named = |name: &str, uid: &str| object(vec![("name", name.into()), ("uid", uid.into())]);
    let mut kubernetes = vec![("namespace", account.namespace.as_str().into())];
    if !claims.node.is_empty() {
        kubernetes.push(("node", object(vec![("name", claims.node.as_str().into())])));
    }
    match claims.bound {
        Some(bound) if bound.kind == "Pod" => {
            kubernetes.push(("pod", named(&bound.name, &bound.uid)));
        }
        Some(bound) => kubernetes.push(("secret", named(&bound.name, &bound.uid))),
        None => {}
    }
    kubernetes.push(("serviceaccount", named(&account.name, &account.uid)));
    let audiences: Vec<Value> = if claims.audiences.is_empty() {
        vec![ISSUER.into()]
    } else {
        claims.audiences.iter().map(|a| a.as_str().into()).collect()
    };
    let subject = format!("{PREFIX}{}:{}", account.namespace, account.name);
    let payload = object(vec![
        ("aud", Value::Array(audiences)),
        ("exp", (claims.issued_at + claims.lifetime).into()),
        ("iat", claims.issued_at.into()),
        ("iss", ISSUER.into()),
        ("jti", claims.id.as_str().into()),
        ("kubernetes.io", object(kubernetes)),
        ("nbf", claims.issued_at.into()),
        ("sub", subject.into()),
    ]);
    let header = object(vec![("alg", "RS256".into()), ("kid", "playground".into())]);
    let signed = format!(
        "{}.{}",
        encode(&header.to_string()),
        encode(&payload.to_string())
    );
    let signature = signature(&signed);
    format!("{signed}.{signature}")
}

const PREFIX: &str = "system:serviceaccount:";

fn signature(signed: &str) -> String {
    encode(&sim::Rng::new(0, signed).hex(64))
}

/// Whom a token stands for; `None` if it is worth nothing (any more).
pub fn user_of(server: &ApiServer, token: &str) -> Option<User> {
    verify(server, token, &[]).map(|verified| verified.user)
}

/// What a good token says.
pub struct Verified {
    /// Whom it stands for.
    pub user: User,
    /// For whom it is, of those asked for.
    pub audiences: Vec<Str>,
}

/// Checks a token for one of some audiences; for the API server if there are none.
pub fn verify(server: &ApiServer, token: &str, audiences: &[Str]) -> Option<Verified> {
    let (signed, given) = token.rsplit_once('.')?;
    if signature(signed) != given {
        return None;
    }
    let (_, payload) = signed.split_once('.')?;
    let payload: Value = serde_json::from_slice(&BASE64.decode(payload).ok()?).ok()?;
    if payload.get("iss").and_then(Value::as_str) == Some(LEGACY_ISSUER) {
        let meant = audiences.is_empty() || audiences.iter().any(|a| *a == ISSUER);
        return legacy(server, &payload, token).filter(|_| meant);
    }
    if payload.get("exp")?.as_i64()? <= server.now().unix() {
        return None;
    }
    let meant: Vec<Str> = payload
        .get("aud")?
        .as_array()?
        .iter()
        .filter_map(|a| a.as_str().map(Str::from))
        .filter(|a| {
            if audiences.is_empty() {
                *a == ISSUER
            } else {
                audiences.contains(a)
            }
        })
        .collect();
    if meant.is_empty() {
        return None;
    }
    let kubernetes = payload.get("kubernetes.io")?;
    let namespace = kubernetes.get("namespace")?.as_str()?;
    let (account, uid) = reference(kubernetes, "serviceaccount")?;
    if !alive::<ServiceAccount>(server, namespace, account, uid) {
        return None;
    }
    let mut extra = Map::default();
    let mut add = |key: &str, value: &str| {
        let key = format!("authentication.kubernetes.io/{key}");
        extra.insert(Str::from(key), vec![Str::from(value)]);
    };
    if let Some(id) = payload.get("jti").and_then(Value::as_str) {
        add("credential-id", &format!("JTI={id}"));
    }
    if let Some((pod, uid)) = reference(kubernetes, "pod") {
        if !alive::<Pod>(server, namespace, pod, uid) {
            return None;
        }
        add("pod-name", pod);
        add("pod-uid", uid);
    }
    if let Some((secret, uid)) = reference(kubernetes, "secret")
        && !alive::<Secret>(server, namespace, secret, uid)
    {
        return None;
    }
    if let Some(node) = kubernetes.pointer("/node/name").and_then(Value::as_str) {
        add("node-name", node);
    }
    let mut user = User::component(format!("{PREFIX}{namespace}:{account}"));
    user.uid = uid.into();
    user.extra = extra;
    Some(Verified {
        user,
        audiences: meant,
    })
}

/// Checks a token that lies in a secret: it is good for as long as it does.
fn legacy(server: &ApiServer, payload: &Value, token: &str) -> Option<Verified> {
    let claim = |name: &str| {
        let found = payload.get(format!("kubernetes.io/serviceaccount/{name}"))?;
        found.as_str()
    };
    let (namespace, name) = (claim("namespace")?, claim("service-account.name")?);
    let uid = claim("service-account.uid")?;
    if !alive::<ServiceAccount>(server, namespace, name, uid) {
        return None;
    }
    let resource = server.resource_of::<Secret>()?;
    let storage = server.storage();
    let table = storage.table(resource.table);
    let secret = table.get(&Key::new(namespace, claim("secret.name")?))?;
    let secret: Rc<Secret> = secret.downcast_rc()?;
    if **secret.data.get("token")? != *token.as_bytes() {
        return None;
    }
    let mut user = User::component(format!("{PREFIX}{namespace}:{name}"));
    user.uid = uid.into();
    Some(Verified {
        user,
        audiences: vec![ISSUER.into()],
    })
}

fn reference<'a>(of: &'a Value, key: &str) -> Option<(&'a str, &'a str)> {
    let found = of.get(key)?;
    Some((found.get("name")?.as_str()?, found.get("uid")?.as_str()?))
}

/// Whether the object that a token belongs to is still the same.
fn alive<K: Kind>(server: &ApiServer, namespace: &str, name: &str, uid: &str) -> bool {
    let Some(resource) = server.resource_of::<K>() else {
        return false;
    };
    let storage = server.storage();
    let found = storage
        .table(resource.table)
        .get(&Key::new(namespace, name));
    found.is_some_and(|object| object.meta().uid == uid)
}

fn object(entries: Vec<(&str, Value)>) -> Value {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value));
    Value::Object(entries.collect())
}

fn encode(text: &str) -> String {
    BASE64.encode(text)
}
