//! Fills secrets of type `kubernetes.io/service-account-token` with a token that does not expire, and deletes those whose service
//! account is gone (`pkg/controller/serviceaccount/tokens_controller.go`).

use api::core::v1::{Secret, ServiceAccount};
use apimachinery::{Bytes, Str, Value};
use client::{Change, Delete, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::{ROOT_CA, worker};

const TYPE: &str = "kubernetes.io/service-account-token";
const ACCOUNT: &str = "kubernetes.io/service-account.name";
const UID: &str = "kubernetes.io/service-account.uid";

pub(crate) fn start(context: &Context) {
    let queue = WorkQueue::new(context.sim());
    let informers = context.informers();
    let secrets = informers.of::<Secret>();
    let q = queue.clone();
    secrets.on_change(move |change| {
        if let Change::Added(secret) | Change::Updated { new: secret, .. } = change
            && secret.type_ == TYPE
        {
            q.add(NamespacedName::of(&secret.metadata));
        }
    });
    let (q, lister) = (queue.clone(), secrets.lister());
    informers.of::<ServiceAccount>().on_change(move |change| {
        if let Change::Deleted(account) = change {
            for secret in lister.in_namespace(&account.metadata.namespace) {
                if secret.type_ == TYPE {
                    q.add(NamespacedName::of(&secret.metadata));
                }
            }
        }
    });
    let (secrets, accounts) = (secrets.lister(), informers.lister::<ServiceAccount>());
    let manager = "system:kube-controller-manager";
    let client = context.client("tokens-controller");
    let client = client.as_user(manager, "kube-controller-manager");
    worker::run(context, "serviceaccount-token", queue, move |key| {
        let Some(secret) = secrets.by_key(key) else {
            return Ok(());
        };
        let meta = &secret.metadata;
        let account = accounts.get(&meta.namespace, meta.annotations.text(ACCOUNT));
        let uid = meta.annotations.text(UID);
        let account = account.filter(|account| uid.is_empty() || account.metadata.uid == *uid);
        let Some(account) = account else {
            let delete = Delete::default().uid(&meta.uid);
            let deleted = client.delete::<Secret>(&meta.namespace, &meta.name, &delete);
            return worker::ignore_not_found(deleted);
        };
        let has = |key: &str| secret.data.contains_key(key);
        if !uid.is_empty() && has("ca.crt") && has("namespace") && has("token") {
            return Ok(());
        }
        let token = token(&secret, &account);
        let patched = client.patch::<Secret>(&meta.namespace, &meta.name, |secret| {
            let meta = &mut secret.metadata;
            meta.annotations.insert(UID, account.metadata.uid.clone());
            for (key, value) in [
                ("ca.crt", ROOT_CA),
                ("namespace", &account.metadata.namespace),
                ("token", &token),
            ] {
                if !secret.data.contains_key(key) {
                    secret.data.insert(key, Bytes::from(value.as_bytes()));
                }
            }
        });
        worker::ignore_not_found(patched)
    });
}

/// A token of the old kind: it says whose it is and which secret it is in. Its signature is made up, as that of others.
fn token(secret: &Secret, account: &ServiceAccount) -> String {
    let meta = &account.metadata;
    let name = |what: &str| format!("kubernetes.io/serviceaccount/{what}");
    let subject = format!("system:serviceaccount:{}:{}", meta.namespace, meta.name);
    let claims: [(String, &str); 6] = [
        ("iss".to_owned(), "kubernetes/serviceaccount"),
        (name("namespace"), &meta.namespace),
        (name("secret.name"), &secret.metadata.name),
        (name("service-account.name"), &meta.name),
        (name("service-account.uid"), &meta.uid),
        ("sub".to_owned(), &subject),
    ];
    let claims = claims.map(|(key, value)| (key, Value::from(value)));
    let header = [("alg", "RS256"), ("kid", "playground")];
    let header = header.map(|(key, value)| (key.to_owned(), Value::from(value)));
    let header = Value::Object(header.into_iter().collect());
    let payload = Value::Object(claims.into_iter().collect());
    let signed = format!(
        "{}.{}",
        encode(&header.to_string()),
        encode(&payload.to_string())
    );
    let signature = sim::Rng::new(0, &signed).hex(64);
    format!("{signed}.{}", encode(&signature))
}

/// Base64 for URLs, without padding.
fn encode(text: &str) -> String {
    let plain: Str = Bytes::from(text.as_bytes()).to_base64();
    plain
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_")
}
