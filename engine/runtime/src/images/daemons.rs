//! Known public images of which nobody looks inside: they listen on their ports, log that they do, and end when told.
//!
//! What they serve, they do not: a connection is taken and closed, a request for HTTP gets an empty answer. That is
//! enough for probes, Services, StatefulSets and the like. A table row is an image.

use network::http::{Response, serve};
use os::{Proc, Programs, Signal};
use sim::futures_util::future::{Either, join_all, select};

use super::grpc;
use crate::files::Files;
use crate::image::{Image, ImageConfig};
use crate::server::{listen, slash_time, until_signal};
use crate::tags::Tags;

/// Runs the image's program with the pod's arguments, or another one if they name it.
const ENTRYPOINT: &str = "/usr/local/bin/docker-entrypoint.sh";

/// The program behind an image: its names, its ports, what it says when it is up.
struct Daemon {
    names: &'static [&'static str],
    ports: &'static [u16],
    says: &'static str,
}

macro_rules! daemons {
    ($($image:ident: [$($repository:literal),+], $size:literal, [$($name:literal),+], [$($port:literal),*], $says:literal;)+) => {
        $(pub(super) static $image: Image = Image {
            repositories: &[$($repository),+],
            tags: Tags::ANY,
            size: $size,
            config: ImageConfig {
                entrypoint: &[ENTRYPOINT, daemons!(@first $($name),+)],
                ..ImageConfig::DEFAULT
            },
            files,
            programs,
        };)+

        static DAEMONS: &[Daemon] = &[$(Daemon {
            names: &[$($name),+],
            ports: &[$($port),*],
            says: $says,
        }),+];

        /// All of them.
        pub(super) static ALL: &[&Image] = &[$(&$image),+];
    };
    (@first $first:literal $(, $rest:literal)*) => { $first };
}

daemons! {
    MONGO: ["docker.io/library/mongo", "docker.io/bitnami/mongodb"], 290_000_000, ["mongod"], [27017], "Waiting for connections";
    CASSANDRA: ["docker.io/library/cassandra", "gcr.io/google-samples/cassandra"], 150_000_000, ["cassandra", "/run.sh"], [9042, 7000], "Startup complete";
    ZOOKEEPER: ["docker.io/library/zookeeper", "registry.k8s.io/kubernetes-zookeeper"], 120_000_000, ["zkServer.sh", "start-zookeeper"], [2181, 2888, 3888], "binding to port 0.0.0.0/0.0.0.0:2181";
    RABBITMQ: ["docker.io/library/rabbitmq"], 110_000_000, ["rabbitmq-server"], [5672, 15672], "Server startup complete; 4 plugins started.";
    ETCD: ["registry.k8s.io/etcd", "quay.io/coreos/etcd", "k8s.gcr.io/etcd"], 60_000_000, ["etcd", "/usr/local/bin/etcd"], [2379, 2380], "ready to serve client requests";
    WORDPRESS: ["docker.io/library/wordpress"], 240_000_000, ["apache2-foreground"], [80], "WordPress has been successfully copied to /var/www/html";
    FLUENTD: ["docker.io/fluent/fluentd", "quay.io/fluentd_elasticsearch/fluentd", "docker.io/fluent/fluent-bit", "docker.io/fluent/fluentd-kubernetes-daemonset", "k8s.gcr.io/fluentd-elasticsearch", "k8s.gcr.io/fluentd-gcp", "registry.k8s.io/fluentd-gcp"], 80_000_000, ["fluentd"], [24231], "fluentd worker is now running worker=0";
    ELASTICSEARCH: ["docker.elastic.co/elasticsearch/elasticsearch", "docker.io/library/elasticsearch"], 600_000_000, ["elasticsearch"], [9200, 9300], "started";
    KAFKA: ["docker.io/apache/kafka", "docker.io/bitnami/kafka", "docker.io/confluentinc/cp-kafka"], 380_000_000, ["kafka-server-start"], [9092], "Kafka Server started";
    PROMETHEUS: ["docker.io/prom/prometheus", "quay.io/prometheus/prometheus"], 120_000_000, ["prometheus"], [9090], "Server is ready to receive web requests.";
    NODE_EXPORTER: ["docker.io/prom/node-exporter", "quay.io/prometheus/node-exporter"], 12_000_000, ["node_exporter"], [9100], "Listening on address=[::]:9100";
    GRAFANA: ["docker.io/grafana/grafana"], 180_000_000, ["grafana-server"], [3000], "HTTP Server Listen address=[::]:3000";
    TRAEFIK: ["docker.io/library/traefik"], 50_000_000, ["traefik"], [80, 8080], "Traefik version 3.6.2 built";
    HAPROXY: ["docker.io/library/haproxy"], 45_000_000, ["haproxy"], [80], "Loading success.";
    ENVOY: ["docker.io/envoyproxy/envoy"], 75_000_000, ["envoy"], [10000, 9901], "starting main dispatch loop";
    JENKINS: ["docker.io/jenkins/jenkins", "docker.io/library/jenkins"], 280_000_000, ["jenkins.sh"], [8080, 50000], "Jenkins is fully up and running";
    CONSUL: ["docker.io/hashicorp/consul"], 80_000_000, ["consul"], [8500], "Consul agent running!";
    VAULT: ["docker.io/hashicorp/vault"], 190_000_000, ["vault"], [8200], "Vault server started!";
    MINIO: ["docker.io/minio/minio", "quay.io/minio/minio"], 60_000_000, ["minio"], [9000, 9001], "API: http://0.0.0.0:9000";
    INFLUXDB: ["docker.io/library/influxdb"], 140_000_000, ["influxd"], [8086], "Listening";
    NATS: ["docker.io/library/nats"], 10_000_000, ["nats-server"], [4222, 8222], "Server is ready";
    REGISTRY: ["docker.io/library/registry"], 17_000_000, ["registry"], [5000], "listening on [::]:5000";
    HAZELCAST: ["docker.io/hazelcast/hazelcast"], 300_000_000, ["hz"], [5701], "is STARTED";
    TOMCAT: ["docker.io/library/tomcat"], 190_000_000, ["catalina.sh"], [8080], "Server startup in [612] milliseconds";
    CADDY: ["docker.io/library/caddy"], 20_000_000, ["caddy"], [80], "serving initial configuration";
    GHOST: ["docker.io/library/ghost"], 190_000_000, ["ghost"], [2368], "Ghost booted in 2.1s";
    COREDNS: ["registry.k8s.io/coredns/coredns", "docker.io/coredns/coredns"], 22_000_000, ["/coredns"], [8080, 8181], "CoreDNS-1.13.1";
    METRICS_SERVER: ["registry.k8s.io/metrics-server/metrics-server"], 22_000_000, ["/metrics-server"], [10250], "Serving securely on [::]:10250";
    KUBE_STATE_METRICS: ["registry.k8s.io/kube-state-metrics/kube-state-metrics"], 15_000_000, ["/kube-state-metrics"], [8080, 8081], "Started metrics server";
    GUESTBOOK: ["us-docker.pkg.dev/google-samples/containers/gke/gb-frontend", "gcr.io/google-samples/gb-frontend", "gcr.io/google_samples/gb-frontend", "docker.io/corelab/gb-frontend"], 310_000_000, ["apache2-foreground"], [80], "resuming normal operations";
    REDIS_FOLLOWER: ["us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower", "gcr.io/google_samples/gb-redis-follower", "gcr.io/google_samples/gb-redisslave"], 45_000_000, ["/entrypoint.sh"], [6379], "Ready to accept connections";
    SYSTEM: ["registry.k8s.io/node-problem-detector", "registry.k8s.io/event-exporter", "registry.k8s.io/cpa/cluster-proportional-autoscaler", "registry.k8s.io/node-problem-detector/node-problem-detector", "registry.k8s.io/prometheus-to-sd", "registry.k8s.io/kube-scheduler", "registry.k8s.io/kube-controller-manager", "registry.k8s.io/kube-apiserver", "registry.k8s.io/kube-proxy", "registry.k8s.io/sig-storage/nfs-provisioner", "registry.k8s.io/volume-nfs", "registry.k8s.io/ip-masq-agent-amd64", "registry.k8s.io/ingress-nginx/controller", "registry.k8s.io/test-webserver", "registry.k8s.io/addon-resizer"], 40_000_000, ["/daemon", "/node-problem-detector", "/event-exporter", "/cluster-proportional-autoscaler", "kube-scheduler", "/usr/local/bin/kube-scheduler"], [], "started";
}

fn files(files: &mut Files) {
    files.debian("bookworm");
    for daemon in DAEMONS {
        for name in daemon.names {
            let path = if name.starts_with('/') {
                (*name).to_owned()
            } else {
                format!("/usr/local/bin/{name}")
            };
            files.program(&path, "daemon", "gnu");
        }
    }
    files.program(ENTRYPOINT, "daemon-entrypoint", "gnu");
    // What the readiness probes of the documentation's examples run.
    files.program("/usr/bin/zookeeper-ready", "true", "gnu");
    files.program("/ready-probe.sh", "true", "gnu");
    files.program("/usr/local/bin/nodetool", "true", "gnu");
    files.program("/usr/local/bin/mongosh", "mongosh", "gnu");
    files.program("/usr/local/bin/mongo", "mongosh", "gnu");
    files.dir("/var/www/html", 0o755);
    files.dir("/data/db", 0o777);
}

fn programs(programs: &Programs) {
    programs.add("daemon", daemon);
    programs.add("daemon-entrypoint", |proc: Proc| async move {
        let mut args = proc.args()[1..].to_vec();
        let given = args.split_off(args.len().min(1));
        super::mysql::run_or(&proc, args.first().map_or("", String::as_str), given).await
    });
    programs.add("mongosh", mongosh);
}

async fn daemon(proc: Proc) -> i32 {
    let args = proc.args();
    let own = args.first().map_or("", String::as_str);
    let short = own.rsplit('/').next().unwrap_or(own);
    let known = DAEMONS.iter().find(|daemon| {
        daemon
            .names
            .iter()
            .any(|name| *name == own || name.rsplit('/').next() == Some(short))
    });
    let Some(known) = known else {
        proc.eprint(format!("{own}: unknown\n")).await;
        return 1;
    };
    let mut servers = Vec::new();
    for port in known.ports {
        match listen(&proc, *port) {
            Some(listener) => servers.push(serve(listener, |request, _| {
                // etcd is what the documentation's example of a gRPC probe asks.
                let response = if short == "etcd" && grpc::is_call(&request) {
                    grpc::answer(&request, |_| "SERVING")
                } else {
                    Response::new(200, "text/plain", "")
                };
                async move { response }
            })),
            None => {
                proc.eprint(format!(
                    "listen tcp :{port}: bind: address already in use\n"
                ))
                .await;
                return 1;
            }
        }
    }
    proc.sleep(std::time::Duration::from_millis(700)).await;
    let now = slash_time(proc.now());
    proc.print(format!("{now} {short}: {}\n", known.says)).await;
    let serving = async {
        join_all(servers).await;
        std::future::pending::<()>().await;
    };
    if until_signal(&proc, &[Signal::TERM, Signal::INT], serving)
        .await
        .is_err()
    {
        let now = slash_time(proc.now());
        proc.print(format!("{now} {short}: shutting down\n")).await;
    }
    0
}

/// `mongosh --eval "db.adminCommand('ping')"`: whether the server is there, and no more.
async fn mongosh(proc: Proc) -> i32 {
    let args = proc.args();
    let at = args.iter().position(|arg| arg == "--eval");
    let code = at
        .and_then(|at| args.get(at + 1))
        .cloned()
        .unwrap_or_default();
    let host = args
        .iter()
        .find_map(|arg| arg.strip_prefix("mongodb://"))
        .map_or("127.0.0.1", |rest| {
            rest.split(['/', ':']).next().unwrap_or(rest)
        })
        .to_owned();
    let addresses = net_tools::resolve::resolve(&proc, &host).await;
    let ip = addresses.ok().and_then(|all| all.first().copied());
    let reached = match (crate::server::netns(&proc), ip) {
        (Some(netns), Some(ip)) => {
            let connecting = std::pin::pin!(netns.connect(network::HostAddr::new(ip, 27017)));
            let wait = std::pin::pin!(proc.sleep(std::time::Duration::from_secs(10)));
            matches!(select(connecting, wait).await, Either::Left((Ok(_), _)))
        }
        _ => false,
    };
    if !reached {
        proc.print(format!(
            "MongoNetworkError: connect ECONNREFUSED {host}:27017\n"
        ))
        .await;
        return 1;
    }
    if code.contains("ping") {
        proc.print("{ ok: 1 }\n").await;
        return 0;
    }
    proc.eprint("mongosh: this is a stand-in; it understands the command 'ping' only\n")
        .await;
    1
}
