//! What containers see: environment, volumes, users, hooks; what can be had of them: logs, programs run in them.

use crate::support::{World, container, pod, run};
use api::core::v1::{
    ConfigMap, ConfigMapEnvSource, ConfigMapKeySelector, ConfigMapVolumeSource,
    EmptyDirVolumeSource, EnvFromSource, EnvVar, EnvVarSource, ExecAction, Lifecycle,
    LifecycleHandler, ObjectFieldSelector, Pod, PodSecurityContext, SecurityContext, Volume,
    VolumeMount,
};
use api::meta::v1::ObjectMeta;
use client::node::NodeApi;

fn config_map(world: &World, name: &str, data: &[(&str, &str)]) {
    let mut map = ConfigMap {
        metadata: ObjectMeta::named("default", name),
        ..ConfigMap::default()
    };
    for (key, value) in data {
        map.data.insert(*key, *value);
    }
    world.client.create(map).expect("a good map");
}

fn mount(name: &str, path: &str) -> VolumeMount {
    VolumeMount {
        name: name.into(),
        mount_path: path.into(),
        ..VolumeMount::default()
    }
}

fn variable(name: &str, value: &str) -> EnvVar {
    EnvVar {
        name: name.into(),
        value: value.into(),
        ..EnvVar::default()
    }
}

fn from(name: &str, source: EnvVarSource) -> EnvVar {
    EnvVar {
        name: name.into(),
        value_from: Some(source.into()),
        ..EnvVar::default()
    }
}

fn key(map: &str, key: &str, optional: Option<bool>) -> EnvVarSource {
    let selector = ConfigMapKeySelector {
        name: map.into(),
        key: key.into(),
        optional,
    };
    EnvVarSource {
        config_map_key_ref: Some(selector.into()),
        ..EnvVarSource::default()
    }
}

fn field(path: &str) -> EnvVarSource {
    let selector = ObjectFieldSelector {
        field_path: path.into(),
        ..ObjectFieldSelector::default()
    };
    EnvVarSource {
        field_ref: Some(selector.into()),
        ..EnvVarSource::default()
    }
}

fn waiting(pod: &Pod) -> (String, String) {
    let state = pod.status.container_statuses[0].state.clone();
    let waiting = state.waiting.expect("waits");
    (waiting.reason.to_string(), waiting.message.to_string())
}

#[test]
fn the_environment() {
    run(|world| async move {
        config_map(&world, "conf", &[("color", "blue"), ("size", "large")]);
        let mut app = pod(
            "app",
            &[("c", "busybox", &["sh", "-c", "echo $(COLOR) $GREETING"])],
        );
        app.spec.restart_policy = "Never".into();
        let c = &mut app.spec.containers[0];
        c.env = vec![
            from("COLOR", key("conf", "color", None)),
            from("MAYBE", key("conf", "nosuch", Some(true))),
            from("POD", field("metadata.name")),
            from("IP", field("status.podIP")),
            variable(
                "GREETING",
                "$(COLOR) and $(NOSUCH) $$(COLOR) of $(POD) at $(IP)",
            ),
        ];
        c.env_from = vec![EnvFromSource {
            prefix: "CONF_".into(),
            config_map_ref: Some(
                ConfigMapEnvSource {
                    name: "conf".into(),
                    optional: None,
                }
                .into(),
            ),
            ..EnvFromSource::default()
        }];
        world.create(app);
        world.wait(5.0).await;
        let ip = &world.pod("app").status.pod_ip;
        assert_eq!(
            world.logs("app", "c").await,
            format!("blue blue and $(NOSUCH) $(COLOR) of app at {ip}\n")
        );
    });
}

#[test]
fn configuration_that_is_missing() {
    run(|world| async move {
        let mut env = pod("env", &[("c", "busybox", &["sleep", "3600"])]);
        env.spec.containers[0].env = vec![from("COLOR", key("conf", "color", None))];
        world.create(env);
        let mut vol = pod("vol", &[("c", "busybox", &["sleep", "3600"])]);
        vol.spec.containers[0].volume_mounts = vec![mount("v", "/v")];
        vol.spec.volumes = vec![Volume {
            name: "v".into(),
            config_map: Some(
                ConfigMapVolumeSource {
                    name: "conf".into(),
                    ..ConfigMapVolumeSource::default()
                }
                .into(),
            ),
            ..Volume::default()
        }];
        world.create(vol);
        world.wait(5.0).await;
        let error = "configmap \"conf\" not found";
        assert_eq!(
            waiting(&world.pod("env")),
            ("CreateContainerConfigError".to_owned(), error.to_owned())
        );
        let failed = format!("Failed x2: Error: {error}");
        assert!(
            world.events("env").contains(&failed),
            "{:?}",
            world.events("env")
        );
        assert_eq!(waiting(&world.pod("vol")).0, "ContainerCreating");
        let failed = format!("FailedMount x4: MountVolume.SetUp failed for volume \"v\" : {error}");
        assert!(
            world.events("vol").contains(&failed),
            "{:?}",
            world.events("vol")
        );

        config_map(&world, "conf", &[("color", "red")]);
        world.wait(20.0).await;
        for name in ["env", "vol"] {
            assert_eq!(world.pod(name).status.phase, "Running", "{name}");
        }
        let (text, code) = world.exec("vol", "c", &["cat", "/v/color"]).await;
        assert_eq!((text.as_str(), code), ("red", 0));
    });
}

#[test]
fn containers_share_a_volume() {
    run(|world| async move {
        let mut two = pod(
            "two",
            &[
                (
                    "writer",
                    "busybox",
                    &["sh", "-c", "echo hello > /data/log; sleep 3600"],
                ),
                ("reader", "busybox", &["sleep", "3600"]),
            ],
        );
        two.spec.volumes = vec![Volume {
            name: "data".into(),
            empty_dir: Some(EmptyDirVolumeSource::default().into()),
            ..Volume::default()
        }];
        two.spec.containers[0].volume_mounts = vec![mount("data", "/data")];
        two.spec.containers[1].volume_mounts = vec![VolumeMount {
            read_only: true,
            ..mount("data", "/data")
        }];
        world.create(two);
        world.wait(5.0).await;
        assert_eq!(
            world.exec("two", "reader", &["cat", "/data/log"]).await,
            ("hello\n".to_owned(), 0)
        );
        let write = ["sh", "-c", "echo x > /data/y"];
        let (text, code) = world.exec("two", "reader", &write).await;
        assert_eq!(
            (text.as_str(), code),
            ("sh: can't create /data/y: Read-only file system\n", 1)
        );
    });
}

#[test]
fn users_and_read_only_files() {
    run(|world| async move {
        let mut user = pod("user", &[("c", "busybox", &["sleep", "3600"])]);
        user.spec.security_context = Some(
            PodSecurityContext {
                run_as_user: Some(1000),
                run_as_group: Some(3000),
                fs_group: Some(2000),
                ..PodSecurityContext::default()
            }
            .into(),
        );
        user.spec.containers[0].security_context = Some(
            SecurityContext {
                read_only_root_filesystem: Some(true),
                ..SecurityContext::default()
            }
            .into(),
        );
        world.create(user);
        let mut nonroot = pod("nonroot", &[("c", "busybox", &["sleep", "3600"])]);
        nonroot.spec.containers[0].security_context = Some(
            SecurityContext {
                run_as_non_root: Some(true),
                ..SecurityContext::default()
            }
            .into(),
        );
        world.create(nonroot);
        world.wait(5.0).await;
        assert_eq!(world.exec("user", "c", &["id", "-u"]).await.0, "1000\n");
        assert_eq!(world.exec("user", "c", &["id", "-g"]).await.0, "3000\n");
        let (text, _) = world.exec("user", "c", &["sh", "-c", "echo > /x"]).await;
        assert_eq!(text, "sh: can't create /x: Read-only file system\n");
        let nonroot = world.pod("nonroot");
        assert_eq!(
            waiting(&nonroot),
            (
                "CreateContainerConfigError".to_owned(),
                format!(
                    "container has runAsNonRoot and image will run as root (pod: \"nonroot_default({})\", container: c)",
                    nonroot.metadata.uid
                )
            )
        );
    });
}

#[test]
fn hooks_run_after_the_start_and_before_the_end() {
    run(|world| async move {
        let exec = |script: &str| {
            let command = ["sh", "-c", script].map(Into::into).to_vec();
            let handler = LifecycleHandler {
                exec: Some(ExecAction { command }.into()),
                ..LifecycleHandler::default()
            };
            Some(handler.into())
        };
        let mut hooks = pod("hooks", &[("c", "nginx", &[])]);
        hooks.spec.containers[0].lifecycle = Some(
            Lifecycle {
                post_start: exec("echo started > /tmp/post"),
                pre_stop: exec("sleep 2"),
                ..Lifecycle::default()
            }
            .into(),
        );
        world.create(hooks);
        let mut bad = pod("bad", &[("c", "nginx", &[])]);
        bad.spec.restart_policy = "Never".into();
        bad.spec.containers[0].lifecycle = Some(
            Lifecycle {
                post_start: exec("exit 9"),
                ..Lifecycle::default()
            }
            .into(),
        );
        world.create(bad);
        world.wait(5.0).await;
        assert_eq!(
            world.exec("hooks", "c", &["cat", "/tmp/post"]).await.0,
            "started\n"
        );
        assert!(
            world
                .events("bad")
                .contains(&"FailedPostStartHook: PostStartHook failed".to_owned())
        );
        assert_ne!(world.pod("bad").status.phase, "Running");
        let began = world.sim.now();
        world.delete("hooks", &client::Delete::default());
        while world.client.get::<Pod>("default", "hooks").is_ok() {
            world.wait(0.1).await;
        }
        let took = (world.sim.now() - began).as_secs_f64();
        assert!((2.0..4.5).contains(&took), "{took}");
    });
}

#[test]
fn logs_say_why_there_are_none() {
    run(|world| async move {
        let mut p = pod("p", &[("main", "nginx", &[])]);
        p.spec.init_containers = vec![container("init", "busybox", &["sleep", "5"])];
        world.create(p);
        world.create(pod("typo", &[("c", "ngnix", &[])]));
        world.wait(3.0).await;
        let error = |pod: &str, name: &str| {
            let options = Default::default();
            let logs = world.kubelet.logs(&world.pod(pod), name, &options);
            logs.expect_err("none").message.to_string()
        };
        assert_eq!(
            error("p", "main"),
            "container \"main\" in pod \"p\" is waiting to start: PodInitializing"
        );
        assert_eq!(
            error("typo", "c"),
            "container \"c\" in pod \"typo\" is waiting to start: image can't be pulled"
        );
        let previous = api::core::v1::PodLogOptions {
            previous: true,
            ..Default::default()
        };
        let logs = world.kubelet.logs(&world.pod("p"), "init", &previous);
        assert_eq!(
            logs.expect_err("none").message,
            "previous terminated container \"init\" in pod \"p\" not found"
        );
    });
}
