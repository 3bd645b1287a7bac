//! Config maps and secrets that cannot change (`pkg/kubelet/util/manager/watch_based_manager.go`): once read, an immutable one
//! is not read again for as long as a pod of the node refers to it, even if somebody deletes it and makes another one.
//!
//! Others are not kept here: they are read whenever a container or volume needs them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{ConfigMap, Pod, Secret};
use apimachinery::{Status, Str};

use crate::kubelet::Kubelet;
use crate::pods::{ConfigKind, mounts_config};

/// Objects by namespace and name.
type Objects<T> = RefCell<BTreeMap<(Str, Str), Rc<T>>>;

/// What will not be read again.
#[derive(Default)]
pub(crate) struct ConfigCache {
    config_maps: Objects<ConfigMap>,
    secrets: Objects<Secret>,
}

impl Kubelet {
    /// A config map that a pod refers to.
    pub(crate) fn config_map(&self, namespace: &str, name: &str) -> Result<Rc<ConfigMap>, Status> {
        let key = (Str::from(namespace), Str::from(name));
        let cache = &self.config_cache().config_maps;
        if let Some(known) = cache.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let found = self.api().config_map(namespace, name)?;
        if found.immutable == Some(true) {
            cache.borrow_mut().insert(key, Rc::clone(&found));
        }
        Ok(found)
    }

    /// A secret that a pod refers to.
    pub(crate) fn secret(&self, namespace: &str, name: &str) -> Result<Rc<Secret>, Status> {
        let key = (Str::from(namespace), Str::from(name));
        let cache = &self.config_cache().secrets;
        if let Some(known) = cache.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let found = self.api().secret(namespace, name)?;
        if found.immutable == Some(true) {
            cache.borrow_mut().insert(key, Rc::clone(&found));
        }
        Ok(found)
    }

    /// Forgets what no pod of the node refers to any more.
    pub(crate) fn forget_unused_configs(&self) {
        let cache = self.config_cache();
        let used = |kind, (namespace, name): &(Str, Str)| {
            let pods = self.pods().borrow();
            pods.values()
                .any(|pod| pod.metadata.namespace == *namespace && refers_to(pod, kind, name))
        };
        let mut maps = cache.config_maps.borrow_mut();
        maps.retain(|key, _| used(ConfigKind::ConfigMap, key));
        let mut secrets = cache.secrets.borrow_mut();
        secrets.retain(|key, _| used(ConfigKind::Secret, key));
    }
}

/// Whether a pod has volumes or variables from that config map or secret.
fn refers_to(pod: &Pod, kind: ConfigKind, name: &str) -> bool {
    let spec = &pod.spec;
    let mut containers = spec.init_containers.iter().chain(&spec.containers);
    mounts_config(pod, kind, name)
        || containers.any(|container| {
            let all = container.env_from.iter().any(|source| match kind {
                ConfigKind::ConfigMap => {
                    let from = source.config_map_ref.as_ref();
                    from.is_some_and(|from| from.name == name)
                }
                ConfigKind::Secret => {
                    let from = source.secret_ref.as_ref();
                    from.is_some_and(|from| from.name == name)
                }
            });
            let sources = container
                .env
                .iter()
                .flat_map(|variable| &variable.value_from);
            all || sources.into_iter().any(|source| match kind {
                ConfigKind::ConfigMap => {
                    let from = source.config_map_key_ref.as_ref();
                    from.is_some_and(|from| from.name == name)
                }
                ConfigKind::Secret => {
                    let from = source.secret_key_ref.as_ref();
                    from.is_some_and(|from| from.name == name)
                }
            })
        })
}
