//! The command `traffic`, and what it counts.

use cluster::{Cluster, Config};

fn cluster() -> Cluster {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    cluster.run("kubectl create deployment web --image=nginx --replicas=2");
    cluster.run("kubectl expose deployment web --port=80");
    cluster.run("kubectl rollout status deployment web; sleep 2");
    cluster
}

#[test]
fn answers_are_counted_and_failures_named() {
    let mut cluster = cluster();
    let started = cluster.run("traffic start http://web --rate 10");
    assert_eq!(started.stdout, "10 requests a second to http://web\n");
    cluster.run("sleep 20");
    let view = &cluster.traffic().views()[0];
    assert!(view.running && view.requests > 150, "{view:?}");
    assert_eq!((view.failed, view.success_percent()), (0, Some(100.0)));
    cluster.run("kubectl scale deployment web --replicas=0; sleep 35");
    let view = &cluster.traffic().views()[0];
    assert_eq!(view.success_percent(), Some(0.0), "{view:?}");
    assert_eq!(view.last_failure, "Connection refused");
    let stopped = cluster.run("traffic stop").stdout;
    assert!(stopped.contains("stopped"), "{stopped}");
    let requests = cluster.traffic().views()[0].requests;
    cluster.run("sleep 10");
    assert_eq!(cluster.traffic().views()[0].requests, requests);
}

#[test]
fn traffic_may_come_from_a_pod() {
    let mut cluster = cluster();
    cluster.run("kubectl run client --image=busybox -- sleep 3600; kubectl wait --for=condition=Ready pod/client");
    cluster.run("traffic start http://web.default:80/ --from pod/client");
    cluster.run("sleep 10");
    assert_eq!(cluster.traffic().views()[0].success_percent(), Some(100.0));
    cluster.run("kubectl delete pod client --now; sleep 3");
    let view = &cluster.traffic().views()[0];
    assert_eq!(view.last_failure, "pods \"client\" not found", "{view:?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    for (line, want) in [
        ("traffic start", "start wants a URL"),
        ("traffic start https://web", "only http:// is spoken here"),
        ("traffic start web --rate 1000", "a rate is 1 to 50"),
        ("traffic start web --rate x", "--rate wants a number"),
        ("traffic start web --loud", "--loud: no such option"),
        ("traffic stop", "there is no such traffic"),
        ("traffic sing", "sing: not understood"),
    ] {
        let done = cluster.run(line);
        assert!(
            done.exit == 1 && done.stderr.contains(want),
            "{line}: {done:?}"
        );
    }
    assert!(
        cluster
            .run("traffic --help")
            .stdout
            .contains("belongs to the playground")
    );
}
