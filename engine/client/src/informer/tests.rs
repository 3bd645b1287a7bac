//! Informers and their listers against an API server, in virtual time.

use std::cell::RefCell;
use std::rc::Rc;

use api::core::v1::ConfigMap;
use apimachinery::Str;
use apimachinery::meta::v1::ObjectMeta;
use apiserver::{ApiServer, Config};
use sim::{Sim, Time};

use super::{Change, Informers};
use crate::{Client, Delete};

type Log = Rc<RefCell<Vec<String>>>;

fn client() -> Client {
    let sim = Sim::new(1, Time::from_secs(1_000_000));
    Client::new(ApiServer::new(sim, Config::default()))
}

fn run(client: &Client) {
    client.sim().run_ready(&mut 1_000_000);
}

fn config_map(name: &str, value: &str) -> ConfigMap {
    let mut map = ConfigMap {
        metadata: ObjectMeta::named("default", name),
        ..ConfigMap::default()
    };
    map.data.insert("k", value);
    map
}

fn logger<K: apimachinery::Kind>(log: &Log) -> impl Fn(&Change<'_, K>) + use<K> {
    let log = Rc::clone(log);
    move |change| {
        let verb = match change {
            Change::Added(_) => "add",
            Change::Updated { .. } => "update",
            Change::Deleted(_) => "delete",
        };
        let name = &change.object().meta().name;
        log.borrow_mut().push(format!("{verb} {name}"));
    }
}

#[test]
fn a_cache_follows_the_server() {
    let client = client();
    client.create(config_map("a", "1")).unwrap();
    let informers = Informers::new(&client);
    let log = Log::default();
    let informer = informers.of::<ConfigMap>();
    informer.on_change(logger(&log));
    client.create(config_map("b", "1")).unwrap();
    client
        .patch::<ConfigMap>("default", "a", |map| drop(map.data.insert("k", "2")))
        .unwrap();
    // Changing nothing is no change.
    client
        .patch::<ConfigMap>("default", "a", |map| drop(map.data.insert("k", "2")))
        .unwrap();
    client
        .delete::<ConfigMap>("default", "b", &Delete::default())
        .unwrap();
    assert_eq!(
        *log.borrow(),
        ["add a"],
        "changes arrive when the task runs"
    );
    run(&client);
    assert_eq!(*log.borrow(), ["add a", "add b", "update a", "delete b"]);
    let lister = informers.lister::<ConfigMap>();
    assert_eq!(lister.len(), 1);
    assert_eq!(lister.get("default", "a").unwrap().data.text("k"), "2");
    assert_eq!(lister.in_namespace("kube-system").len(), 0);
    let late = Log::default();
    informers.of::<ConfigMap>().on_change(logger(&late));
    assert_eq!(*late.borrow(), ["add a"], "the same informer, replayed");
}

#[test]
fn a_watch_that_fell_behind_begins_anew() {
    let sim = Sim::new(1, Time::from_secs(1_000_000));
    let client = Client::new(ApiServer::new(sim, Config { history: 4 }));
    client.create(config_map("gone", "1")).unwrap();
    let informers = Informers::new(&client);
    let log = Log::default();
    informers.of::<ConfigMap>().on_change(logger(&log));
    client
        .delete::<ConfigMap>("default", "gone", &Delete::default())
        .unwrap();
    for i in 0..10 {
        client.create(config_map(&format!("m{i}"), "1")).unwrap();
    }
    run(&client);
    client.create(config_map("last", "1")).unwrap();
    run(&client);
    let log = log.borrow();
    assert_eq!(log[..2], ["add gone", "delete gone"]);
    assert_eq!(log.len(), 2 + 11);
    assert_eq!(log.last().unwrap(), "add last");
}

#[test]
fn an_index_finds_objects_and_follows_changes() {
    let client = client();
    let informers = Informers::new(&client);
    let informer = informers.of::<ConfigMap>();
    informer.add_index("by-value", |map| vec![map.data.text("k").into()]);
    for (name, value) in [("a", "x"), ("b", "y"), ("c", "x")] {
        client.create(config_map(name, value)).unwrap();
    }
    run(&client);
    let names = |value: &str| -> Vec<Str> {
        let found = informer.lister().by_index("by-value", &value.into());
        found.iter().map(|map| map.metadata.name.clone()).collect()
    };
    assert_eq!(names("x"), ["a", "c"]);
    client
        .patch::<ConfigMap>("default", "a", |map| drop(map.data.insert("k", "y")))
        .unwrap();
    client
        .delete::<ConfigMap>("default", "c", &Delete::default())
        .unwrap();
    run(&client);
    assert_eq!(names("x"), Vec::<Str>::new());
    assert_eq!(names("y"), ["a", "b"]);
}

#[test]
fn a_handler_for_one_value_sees_objects_come_and_go() {
    let client = client();
    let informers = Informers::new(&client);
    let informer = informers.of::<ConfigMap>();
    let log = Log::default();
    client.create(config_map("a", "node-1")).unwrap();
    run(&client);
    let value = "node-1".into();
    let subscription =
        informer.on_change_of(|m| vec![m.data.text("k").into()], &value, logger(&log));
    client.create(config_map("b", "node-2")).unwrap();
    client
        .patch::<ConfigMap>("default", "b", |map| drop(map.data.insert("k", "node-1")))
        .unwrap();
    client
        .patch::<ConfigMap>("default", "b", |map| drop(map.data.insert("more", "")))
        .unwrap();
    client
        .patch::<ConfigMap>("default", "a", |map| drop(map.data.insert("k", "node-2")))
        .unwrap();
    client
        .delete::<ConfigMap>("default", "b", &Delete::default())
        .unwrap();
    run(&client);
    assert_eq!(
        *log.borrow(),
        ["add a", "add b", "update b", "delete a", "delete b"]
    );
    drop(subscription);
    client.create(config_map("d", "node-1")).unwrap();
    run(&client);
    assert_eq!(log.borrow().len(), 5);
}

#[test]
fn writes_are_seen_by_whoever_yields_once() {
    let client = client();
    let informers = Informers::new(&client);
    let lister = informers.lister::<ConfigMap>();
    let queue = crate::WorkQueue::new(client.sim());
    let seen = Rc::new(RefCell::new(Vec::new()));
    queue.add("first");
    let (c, q, s) = (client.clone(), queue, Rc::clone(&seen));
    client.sim().spawn("worker", async move {
        while let Some(key) = q.get().await {
            s.borrow_mut().push((key, lister.len()));
            if key == "first" {
                c.create(config_map("p", "1")).unwrap();
                q.add("second");
            }
            q.done(&key);
        }
    });
    run(&client);
    assert_eq!(*seen.borrow(), [("first", 0), ("second", 1)]);
}
