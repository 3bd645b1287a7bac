//! The cluster that a lesson is taken on, by way of kube-rs: whatever its kubeconfig can log in to.
//!
//! The kinds that checks look at are listed once and then watched; a check reads the copy that is kept here, and a change
//! wakes whoever waits. Not here: what the learner types, which is kubectl's business and the learner's.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::StreamExt;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams, WatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::{Request, WatchEvent};
use kube::{Client, Config};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::Event;
use super::kubeconfig::for_namespace;
use super::refusal::{Refused, explain, in_words};

/// Who changes things, in managed fields.
const MANAGER: &str = "tabernetes-lesson";
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a watch is left alone after it broke.
const AGAIN: Duration = Duration::from_secs(1);

/// The objects of one kind in one place, by namespace and name.
type Objects = Arc<Mutex<BTreeMap<(String, String), Value>>>;

/// A cluster, and what is known of it.
pub(super) struct Cluster {
    runtime: Runtime,
    client: Client,
    /// The learner's kubeconfig: one context, with the lesson's namespace.
    pub(super) kubeconfig: Kubeconfig,
    watched: RefCell<BTreeMap<(String, Option<String>), Objects>>,
    events: Sender<Event>,
}

impl Cluster {
    /// Logs in as a context of the kubeconfig says; `namespace` is what the learner will work in. Changes and Ctrl-C are
    /// sent as events.
    pub(super) fn connect(
        context: Option<&str>,
        namespace: &str,
        events: Sender<Event>,
    ) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let whole = Kubeconfig::read().context("reading the kubeconfig")?;
        let kubeconfig = for_namespace(whole, context, namespace)?;
        let options = KubeConfigOptions::default();
        let (client, address) = runtime
            .block_on(async {
                let config = Config::from_custom_kubeconfig(kubeconfig.clone(), &options).await;
                let config = config.map_err(|error| in_words(&error))?;
                let address = config.cluster_url.to_string();
                anyhow::Ok((Client::try_from(config).map_err(explain)?, address))
            })
            .context("logging in as the kubeconfig says")?;
        let interrupts = events.clone();
        runtime.spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if interrupts.send(Event::Interrupt).is_err() {
                    break;
                }
            }
        });
        let cluster = Self {
            runtime,
            client,
            kubeconfig,
            watched: RefCell::default(),
            events,
        };
        cluster
            .greet()
            .with_context(|| format!("the cluster at {address} cannot be used"))?;
        Ok(cluster)
    }

    /// Sees whether the cluster answers, and knows who asks.
    fn greet(&self) -> Result<()> {
        let version = Request::new("").get("version", &kube::api::GetParams::default());
        match self.send(version) {
            Ok(_) => Ok(()),
            Err(error) => match error.downcast_ref::<Refused>().map(|refused| refused.code) {
                Some(401) => Err(error.context("it does not know who the kubeconfig's user is")),
                // It keeps its version to itself, as it may.
                Some(403) => Ok(()),
                _ => Err(error),
            },
        }
    }

    fn send(
        &self,
        request: Result<axum::http::Request<Vec<u8>>, kube::core::request::Error>,
    ) -> Result<Value> {
        let answer = self.client.request::<Value>(request?);
        let answer = self
            .runtime
            .block_on(async { tokio::time::timeout(PATIENCE, answer).await });
        answer
            .context("the cluster does not answer")?
            .map_err(explain)
    }

    /// Makes the lesson's namespace.
    pub(super) fn create_namespace(&self, name: &str) -> Result<()> {
        let namespace =
            json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
        let request = Request::new("/api/v1/namespaces");
        let made =
            self.send(request.create(&PostParams::default(), namespace.to_string().into_bytes()));
        let code = |error: &anyhow::Error| error.downcast_ref::<Refused>().map(|found| found.code);
        match made {
            Ok(_) => Ok(()),
            Err(error) if code(&error) == Some(409) => Err(error.context(format!(
                "the namespace {name} is there already: is the lesson being taken by somebody else, or was it left with --keep?"
            ))),
            Err(error) => Err(error.context(format!("making the namespace {name} for the lesson"))),
        }
    }

    /// An object, if it is there.
    pub(super) fn get(&self, api_version: &str, kind: &str, name: &str) -> Option<Value> {
        let (path, _) = self.path(api_version, kind, None)?;
        self.send(Request::new(path).get(name, &kube::api::GetParams::default()))
            .ok()
    }

    /// Deletes an object that belongs to no namespace.
    pub(super) fn delete(&self, api_version: &str, kind: &str, name: &str) -> Result<()> {
        let Some((path, _)) = self.path(api_version, kind, None) else {
            return Ok(());
        };
        self.send(Request::new(path).delete(name, &DeleteParams::background()))?;
        Ok(())
    }

    /// Changes an object that belongs to no namespace.
    pub(super) fn patch(
        &self,
        api_version: &str,
        kind: &str,
        name: &str,
        patch: &Value,
    ) -> Result<()> {
        let (path, _) = self
            .path(api_version, kind, None)
            .with_context(|| format!("the cluster has no {kind}"))?;
        let request = Request::new(path).patch(name, &PatchParams::default(), &Patch::Merge(patch));
        self.send(request)?;
        Ok(())
    }

    /// Applies all objects of a YAML text; those that name no namespace go into this one.
    pub(super) fn apply(&self, text: &str, namespace: &str) -> Result<()> {
        for object in apimachinery::yaml::decode_stream(text) {
            let object = object.map_err(|error| anyhow::anyhow!("{error}"))?;
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
            let place = match object["metadata"]["namespace"].as_str() {
                None | Some("default") => namespace,
                Some(other) => other,
            };
            let (path, _) = self
                .path(&text(&object["apiVersion"]), &kind, Some(place))
                .with_context(|| format!("the cluster has no {kind}"))?;
            let how = PatchParams::apply(MANAGER).force();
            self.send(Request::new(path).patch(&name, &how, &Patch::Apply(&object)))?;
        }
        Ok(())
    }

    /// Where the objects of a kind are, and whether they live in namespaces: from discovery.
    pub(super) fn path(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
    ) -> Option<(String, bool)> {
        let group = if api_version.contains('/') {
            format!("/apis/{api_version}")
        } else {
            format!("/api/{api_version}")
        };
        let (folder, last) = group.rsplit_once('/')?;
        let found = self.send(Request::new(folder).get(last, &kube::api::GetParams::default()));
        let found = found.ok()?;
        let resources = found["resources"].as_array()?;
        let resource = resources.iter().find(|resource| {
            let name = resource["name"].as_str().unwrap_or_default();
            resource["kind"] == kind && !name.contains('/')
        })?;
        let (plural, namespaced) = (resource["name"].as_str()?, resource["namespaced"] == true);
        let path = match namespace {
            Some(namespace) if namespaced => format!("{group}/namespaces/{namespace}/{plural}"),
            _ => format!("{group}/{plural}"),
        };
        Some((path, namespaced))
    }

    /// The objects of a kind, in one namespace or in all; the first time they are listed, and watched from then on.
    pub(super) fn list(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
    ) -> Vec<Value> {
        let key = (
            format!("{api_version} {kind}"),
            namespace.map(str::to_owned),
        );
        if !self.watched.borrow().contains_key(&key) {
            // A kind that is not there yet is looked for again the next time.
            let Some((path, _)) = self.path(api_version, kind, namespace) else {
                return Vec::new();
            };
            let objects = Objects::default();
            let Ok(first) = self.send(Request::new(&path).list(&ListParams::default())) else {
                return Vec::new();
            };
            let version = fill(&objects, first);
            let (client, events) = (self.client.clone(), self.events.clone());
            self.runtime
                .spawn(keep(client, path, version, objects.clone(), events));
            self.watched.borrow_mut().insert(key.clone(), objects);
        }
        let watched = self.watched.borrow();
        let objects = watched.get(&key).and_then(|objects| objects.lock().ok());
        objects.map_or_else(Vec::new, |objects| objects.values().cloned().collect())
    }
}

/// Keeps a copy of a list up to date, for as long as anybody listens.
async fn keep(
    client: Client,
    path: String,
    mut version: String,
    objects: Objects,
    events: Sender<Event>,
) {
    loop {
        // It ends after a while, as all watches do, or breaks; in both cases all is listed anew.
        watch(&client, &path, &version, &objects, &events).await;
        loop {
            tokio::time::sleep(AGAIN).await;
            let Ok(request) = Request::new(&path).list(&ListParams::default()) else {
                return;
            };
            if let Ok(list) = client.request::<Value>(request).await {
                version = fill(&objects, list);
                break;
            }
        }
        if events.send(Event::Changed).is_err() {
            return;
        }
    }
}

async fn watch(
    client: &Client,
    path: &str,
    version: &str,
    objects: &Objects,
    events: &Sender<Event>,
) {
    let Ok(request) = Request::new(path).watch(&WatchParams::default(), version) else {
        return;
    };
    let Ok(changes) = client.request_events::<Value>(request).await else {
        return;
    };
    let mut changes = pin!(changes);
    while let Some(Ok(change)) = changes.next().await {
        let Ok(mut objects) = objects.lock() else {
            return;
        };
        match change {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                objects.insert(key(&object), object);
            }
            WatchEvent::Deleted(object) => {
                objects.remove(&key(&object));
            }
            WatchEvent::Bookmark(_) => continue,
            WatchEvent::Error(_) => return,
        }
        drop(objects);
        if events.send(Event::Changed).is_err() {
            return;
        }
    }
}

/// Takes in a whole list; its version.
fn fill(objects: &Objects, mut list: Value) -> String {
    let items = match list["items"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    if let Ok(mut objects) = objects.lock() {
        *objects = items.into_iter().map(|item| (key(&item), item)).collect();
    }
    let version = &list["metadata"]["resourceVersion"];
    version.as_str().unwrap_or_default().to_owned()
}

fn key(object: &Value) -> (String, String) {
    let text = |name: &str| {
        object["metadata"][name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    (text("namespace"), text("name"))
}
