//! Puts the cluster's CA certificate into every namespace (`pkg/controller/certificates/rootcacertpublisher`).

use api::core::v1::{ConfigMap, Namespace};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Map, Str};
use client::{Change, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::worker;

const NAME: &str = "kube-root-ca.crt";
const KEY: &str = "ca.crt";
const DESCRIPTION_ANNOTATION: &str = "kubernetes.io/description";
const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

pub(crate) fn start(context: &Context) {
    let queue = WorkQueue::new(context.sim());
    let informers = context.informers();
    informers
        .of::<Namespace>()
        .on_change(worker::enqueue(&queue));
    let q = queue.clone();
    informers.of::<ConfigMap>().on_change(move |change| {
        let map = change.object();
        if map.metadata.name == NAME && !matches!(change, Change::Added(_)) {
            q.add(NamespacedName::new("", map.metadata.namespace.clone()));
        }
    });
    let (namespaces, maps) = (
        informers.lister::<Namespace>(),
        informers.lister::<ConfigMap>(),
    );
    let client = context.client("root-ca-cert-publisher");
    let data: Map<Str, Str> = [(KEY.into(), crate::ROOT_CA.into())].into();
    worker::run(context, "root-ca-cert-publisher", queue, move |key| {
        let name = &key.name;
        let active = namespaces
            .get("", name)
            .is_some_and(|ns| ns.status.phase == "Active");
        if !active {
            return Ok(());
        }
        match maps.get(name, NAME) {
            None => {
                let mut metadata = ObjectMeta::named(name.clone(), NAME);
                metadata
                    .annotations
                    .insert(DESCRIPTION_ANNOTATION, DESCRIPTION);
                let map = ConfigMap {
                    metadata,
                    data: data.clone(),
                    ..ConfigMap::default()
                };
                match client.create(map) {
                    Err(status) if status.is_already_exists() || status.is_forbidden() => Ok(()),
                    other => worker::ignore_not_found(other),
                }
            }
            Some(map)
                if map.data != data
                    || !map
                        .metadata
                        .annotations
                        .contains_key(DESCRIPTION_ANNOTATION) =>
            {
                let mut map = ConfigMap::clone(&map);
                map.data = data.clone();
                map.metadata
                    .annotations
                    .insert(DESCRIPTION_ANNOTATION, DESCRIPTION);
                client.update(map).map(drop)
            }
            Some(_) => Ok(()),
        }
    });
}
