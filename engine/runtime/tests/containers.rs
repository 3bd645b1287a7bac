//! Containers from pull to exit, without a kubelet.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use network::http::{HttpError, Request, fetch};
use network::{Fabric, HostAddr, Netns, NetnsConfig};
use os::Programs;
use runtime::{
    ContainerConfig, ContainerState, LogPosition, Reference, Registry, RunAs, Runtime,
    RuntimeConfig, SandboxConfig,
};
use sim::{Sim, Time};

struct World {
    sim: Sim,
    runtime: Runtime,
    client: Netns,
    changes: Rc<Cell<u32>>,
}

/// Runs `test` in a world with one node, and fails if it does not come to an end.
fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(World) -> F) {
    let sim = Sim::new(7, Time::from_secs(1_795_366_800));
    let fabric = Fabric::new(&sim);
    let join = |ip: &str, node: &str| {
        fabric.join(NetnsConfig {
            ip: ip.parse().expect("an address"),
            node: node.into(),
            owner: node.into(),
        })
    };
    let programs = Programs::new();
    Registry::register_programs(&programs);
    let runtime = Runtime::new(
        &sim,
        RuntimeConfig {
            node: "node-1".into(),
            pod_cidr: "10.244.0.0/24".parse().expect("a range"),
            host: join("172.18.0.2", "node-1"),
            registry: Rc::default(),
            programs,
        },
    );
    let changes = Rc::new(Cell::new(0));
    let counter = Rc::clone(&changes);
    runtime.set_observer(move |_| counter.set(counter.get() + 1));
    let done = Rc::new(Cell::new(false));
    let future = test(World {
        sim: sim.clone(),
        runtime,
        client: join("172.18.0.9", "elsewhere"),
        changes,
    });
    let d = Rc::clone(&done);
    sim.spawn("test", async move {
        future.await;
        d.set(true);
    });
    let mut budget = 1_000_000;
    sim.run_until(Time::from_secs(1_795_370_000), &mut budget);
    assert!(done.get(), "the test hangs: {:?}", sim.task_names());
    sim.shutdown();
}

async fn sandbox(runtime: &Runtime) -> Rc<str> {
    runtime
        .run_pod_sandbox(SandboxConfig {
            uid: "uid-1".into(),
            name: "web".into(),
            namespace: "default".into(),
            attempt: 0,
            hostname: "web".to_owned(),
            host_network: false,
            host_ports: Vec::new(),
        })
        .await
        .expect("an address is free")
}

async fn container(runtime: &Runtime, sandbox: &str, image: &str, command: &[&str]) -> Rc<str> {
    let reference = Reference::parse(image).expect("a reference");
    let image = runtime
        .pull_image(&reference, &[])
        .await
        .expect("can be pulled");
    runtime
        .create_container(
            sandbox,
            ContainerConfig {
                name: "main".into(),
                attempt: 0,
                image,
                command: command.iter().map(|word| (*word).to_owned()).collect(),
                args: Vec::new(),
                env: vec![("COLOR".to_owned(), "blue".to_owned())],
                working_dir: String::new(),
                mounts: Vec::new(),
                files: Vec::new(),
                run_as: RunAs::default(),
                read_only_root: false,
                tty: false,
                stdin: false,
                stdin_once: false,
                cpu_limit: None,
                memory_limit: None,
                oom_score_adj: 0,
                hash: 0,
                termination_message_path: "/dev/termination-log".to_owned(),
                termination_message_from_log: true,
            },
        )
        .await
        .expect("can be made")
}

fn log(runtime: &Runtime, id: &str) -> String {
    let log = runtime.log(id).expect("a container");
    let (entries, _) = log.read(LogPosition::default());
    let text = entries.iter().flat_map(|entry| entry.text.to_vec());
    String::from_utf8(text.collect()).expect("text")
}

#[test]
fn a_program_that_ends() {
    run(|world| async move {
        let runtime = &world.runtime;
        let sandbox = sandbox(runtime).await;
        let id = container(runtime, &sandbox, "hello-world", &[]).await;
        let before = runtime.pod_status("uid-1").containers.remove(0);
        assert_eq!(before.state, ContainerState::Created);
        runtime.start_container(&id).await.expect("starts");
        world.sim.sleep(Duration::from_millis(100)).await;
        let status = runtime.pod_status("uid-1").containers.remove(0);
        assert_eq!(status.state, ContainerState::Exited);
        assert_eq!((status.exit_code, status.reason), (0, "Completed"));
        assert_eq!(&*status.image, "docker.io/library/hello-world:latest");
        assert!(log(runtime, &id).contains("\nHello from Docker!\n"));
        assert_eq!(world.changes.get(), 4);
    });
}

#[test]
fn a_server_that_is_stopped() {
    run(|world| async move {
        let runtime = &world.runtime;
        let sandbox = sandbox(runtime).await;
        let id = container(runtime, &sandbox, "nginx:1.27.3", &[]).await;
        runtime.start_container(&id).await.expect("starts");
        let ip = runtime.pod_status("uid-1").sandboxes[0]
            .ip
            .expect("an address");
        world.sim.sleep(Duration::from_secs(1)).await;
        let to = HostAddr::new(ip, 80);
        let get = |path| Request::get("web", path);
        let page = fetch(&world.client, to, &get("/")).await.expect("answers");
        assert_eq!(page.status, 200);
        assert!(String::from_utf8_lossy(&page.body).contains("<h1>Welcome to nginx!</h1>"));
        assert_eq!(page.headers.get("Server"), Some("nginx/1.27.3"));
        let missing = fetch(&world.client, to, &get("/no"))
            .await
            .expect("answers");
        assert_eq!(missing.status, 404);
        let log = log(runtime, &id);
        assert!(
            log.starts_with("/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty"),
            "{log}"
        );
        assert!(
            log.contains("172.18.0.9 - - [22/Nov/2026:17:00:01 +0000] \"GET / HTTP/1.1\" 200 615 \"-\" \"-\" \"-\"\n"),
            "{log}"
        );
        let began = world.sim.now();
        runtime.stop_container(&id, Duration::from_secs(30)).await;
        assert!(world.sim.now() - began < Duration::from_secs(1));
        let status = runtime.pod_status("uid-1").containers.remove(0);
        assert_eq!((status.exit_code, status.reason), (0, "Completed"));
        let gone = fetch(&world.client, to, &get("/")).await;
        assert!(matches!(gone, Err(HttpError::Connect(_))));
        runtime.stop_pod_sandbox(&sandbox).await;
        assert!(!runtime.pod_status("uid-1").sandbox_ready());
        assert!(world.client.fabric().find(ip).is_none());
        runtime.remove_pod_sandbox(&sandbox);
        assert!(runtime.pods().is_empty());
    });
}

#[test]
fn a_program_that_does_not_exist() {
    run(|world| async move {
        let runtime = &world.runtime;
        let sandbox = sandbox(runtime).await;
        for (command, words) in [
            (
                "nosuchbinary",
                "exec: \"nosuchbinary\": executable file not found in $PATH",
            ),
            (
                "/no/such",
                "exec: \"/no/such\": stat /no/such: no such file or directory",
            ),
            ("/etc", "exec: \"/etc\": is a directory"),
            ("/etc/hosts", "exec: \"/etc/hosts\": permission denied"),
        ] {
            let id = container(runtime, &sandbox, "busybox", &[command]).await;
            let error = runtime.start_container(&id).await.expect_err(command);
            assert_eq!(
                error.to_string(),
                format!(
                    "failed to create containerd task: failed to create shim task: OCI runtime create failed: \
                     runc create failed: unable to start container process: error during container init: {words}"
                )
            );
            let status = runtime.pod_status("uid-1").containers.remove(0);
            assert_eq!((status.exit_code, status.reason), (128, "StartError"));
            assert_eq!(*status.message, error.to_string());
            assert_eq!(status.started_at, Time::default());
        }
    });
}

#[test]
fn a_killed_container_has_137() {
    run(|world| async move {
        let runtime = &world.runtime;
        let sandbox = sandbox(runtime).await;
        let id = container(runtime, &sandbox, "redis", &[]).await;
        runtime.start_container(&id).await.expect("starts");
        world.sim.sleep(Duration::from_secs(1)).await;
        runtime.stop_container(&id, Duration::ZERO).await;
        let status = runtime.pod_status("uid-1").containers.remove(0);
        assert_eq!((status.exit_code, status.reason), (137, "Error"));
        assert!(
            status.message.contains("Redis is starting"),
            "{}",
            status.message
        );
    });
}

#[test]
fn images_are_pulled_once_and_kept() {
    run(|world| async move {
        let runtime = &world.runtime;
        let reference = Reference::parse("nginx").expect("a reference");
        assert!(runtime.image(&reference).is_none());
        let pulling = runtime.clone();
        let wanted = reference.clone();
        world.sim.spawn("pull", async move {
            pulling.pull_image(&wanted, &[]).await.expect("is there");
        });
        world.sim.sleep(Duration::from_millis(300)).await;
        let pull = runtime.pulls().remove(0);
        let middle = pull.size * 48 / 100..=pull.size * 50 / 100;
        assert!(middle.contains(&pull.received(world.sim.now())));
        world.sim.sleep(Duration::from_millis(302)).await;
        assert!(runtime.pulls().is_empty());
        assert!(runtime.image(&reference).is_some());
        assert!(runtime.remove_image("docker.io/library/nginx:latest"));
        assert!(runtime.images().is_empty());
    });
}
