//! Event recorders against an API server, in virtual time.

use std::time::Duration;

use api::core::v1::{Event, Pod};
use apimachinery::meta::v1::ListOptions;
use apiserver::{ApiServer, Config};
use sim::{Sim, Time};

use super::{EventRecorder, Happening, NORMAL, SeriesRecorder, WARNING};
use crate::{Client, Delete};

fn client() -> Client {
    let sim = Sim::new(1, Time::from_secs(1_000_000));
    Client::new(ApiServer::new(sim, Config::default()))
}

fn pod(name: &str) -> Pod {
    let mut pod = Pod::default();
    pod.metadata.name = name.into();
    pod.metadata.namespace = "default".into();
    pod.metadata.uid = "6f1b".into();
    pod.metadata.resource_version = "7".into();
    pod
}

fn events(client: &Client) -> Vec<String> {
    let list = client
        .list::<Event>("default", &ListOptions::default())
        .unwrap();
    let line = |e: &Event| {
        let series = e.series.as_ref().map_or(0, |s| s.count);
        format!(
            "{} {} x{} s{series} {}",
            e.source.component, e.reporting_component, e.count, e.message
        )
    };
    list.items.iter().map(|e| line(e)).collect()
}

fn wait(client: &Client, secs: u64) {
    let until = client.sim().now() + Duration::from_secs(secs);
    client.sim().run_until(until, &mut 1_000_000);
}

#[test]
fn repetitions_are_counted_and_similar_events_combined() {
    let client = client();
    let recorder = EventRecorder::new(&client, "kubelet", "node-1");
    recorder.event(&pod("p"), NORMAL, "Pulled", "image is there");
    wait(&client, 5);
    recorder.event(&pod("p"), NORMAL, "Pulled", "image is there");
    assert_eq!(events(&client), ["kubelet kubelet x2 s0 image is there"]);
    // Its events go, the recorder goes on counting.
    let list = client
        .list::<Event>("default", &ListOptions::default())
        .unwrap();
    for event in list.items {
        client
            .delete::<Event>("default", &event.metadata.name, &Delete::default())
            .unwrap();
    }
    recorder.event(&pod("p"), NORMAL, "Pulled", "image is there");
    assert_eq!(events(&client), ["kubelet kubelet x3 s0 image is there"]);
    for i in 0..12 {
        recorder.event(&pod("q"), WARNING, "Failed", &format!("try {i}"));
    }
    let events = events(&client);
    assert_eq!(events.len(), 1 + 10);
    assert!(
        events.contains(&"kubelet  x3 s0 (combined from similar events): try 11".to_owned()),
        "{events:?}"
    );
}

#[test]
fn a_series_is_written_at_its_second_event_and_at_its_end() {
    let client = client();
    let recorder = SeriesRecorder::new(&client, "default-scheduler", "vm");
    let happening = Happening {
        type_: WARNING,
        reason: "FailedScheduling",
        action: "Scheduling",
        note: "0/3 nodes are available",
    };
    recorder.event(&pod("p"), None, happening);
    assert_eq!(
        events(&client),
        [" default-scheduler x0 s0 0/3 nodes are available"]
    );
    for _ in 0..4 {
        wait(&client, 60);
        recorder.event(&pod("p"), None, happening);
    }
    assert_eq!(
        events(&client),
        [" default-scheduler x0 s2 0/3 nodes are available"]
    );
    // A new version of the pod begins a new series.
    let mut newer = pod("p");
    newer.metadata.resource_version = "8".into();
    recorder.event(&newer, None, happening);
    assert_eq!(events(&client).len(), 2);
    wait(&client, 1000);
    assert!(events(&client)[0].contains("s5"), "{:?}", events(&client));
    assert!(
        !client.sim().task_names().contains(&"event-series"),
        "nothing is left to be looked at"
    );
}

#[test]
fn an_event_goes_an_hour_after_its_last_repetition_together_with_those_of_its_minute() {
    let client = client();
    let recorder = EventRecorder::new(&client, "kubelet", "node-1");
    recorder.event(&pod("p"), NORMAL, "Pulled", "first");
    wait(&client, 59);
    recorder.event(&pod("p"), NORMAL, "Pulled", "of the same minute");
    wait(&client, 2);
    recorder.event(&pod("p"), NORMAL, "Pulled", "of the next");
    wait(&client, 1800 - 61);
    recorder.event(&pod("p"), NORMAL, "Pulled", "first");

    let messages = || {
        let all = events(&client).into_iter();
        all.map(|line| line.split(" s0 ").nth(1).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    wait(&client, 1800 + 59);
    assert_eq!(messages(), ["first", "of the same minute", "of the next"]);
    wait(&client, 2);
    assert_eq!(messages(), ["first", "of the next"]);
    wait(&client, 61);
    assert_eq!(messages(), ["first"]);
    wait(&client, 1800);
    assert_eq!(messages(), [""; 0]);
}

#[test]
fn a_thousand_events_at_most_go_together() {
    let client = client();
    let recorder = EventRecorder::new(&client, "kubelet", "node-1");
    for i in 0..1500 {
        if i == 1000 {
            wait(&client, 10);
        }
        recorder.event(&pod(&format!("p{i}")), NORMAL, "Pulled", "image is there");
    }
    wait(&client, 3600 + 51);
    assert_eq!(events(&client).len(), 500);
    wait(&client, 10);
    assert_eq!(events(&client).len(), 0);
}
