//! Images from a registry that wants to know who asks, and images as volumes.

use api::core::v1::{
    EmptyDirVolumeSource, ImageVolumeSource, LocalObjectReference, Pod, Secret, Volume, VolumeMount,
};
use api::meta::v1::ObjectMeta;
use apimachinery::Quantity;
use runtime::{PRIVATE_PASSWORD, PRIVATE_REGISTRY, PRIVATE_USER};

use crate::support::{World, pod, run};

fn secret(world: &World, name: &str, password: &str) {
    let config = format!(
        "{{\"auths\":{{\"{PRIVATE_REGISTRY}\":{{\"username\":\"{PRIVATE_USER}\",\"password\":\"{password}\"}}}}}}"
    );
    let mut secret = Secret {
        metadata: ObjectMeta::named("default", name),
        type_: "kubernetes.io/dockerconfigjson".into(),
        ..Secret::default()
    };
    secret.data.insert(".dockerconfigjson", config.as_bytes());
    world.client.create(secret).expect("a good secret");
}

fn private(name: &str, secret: Option<&str>) -> Pod {
    let mut pod = pod(name, &[("c", "registry.private.test/nginx:1.27", &[])]);
    let reference = |name: &str| LocalObjectReference { name: name.into() };
    pod.spec.image_pull_secrets = secret.map(reference).into_iter().collect();
    pod
}

#[test]
fn pull_secrets_open_a_private_registry() {
    run(|world| async move {
        secret(&world, "right", PRIVATE_PASSWORD);
        secret(&world, "wrong", "guess");
        world.create(private("none", None));
        world.create(private("wrong", Some("wrong")));
        world.create(private("missing", Some("nosuch")));
        world.wait(15.0).await;
        for (name, why) in [
            ("none", "no basic auth credentials"),
            ("wrong", "401 Unauthorized"),
            ("missing", "no basic auth credentials"),
        ] {
            let pod = world.pod(name);
            let waiting = pod.status.container_statuses[0].state.waiting.as_ref();
            let waiting = waiting.expect("it waits");
            let reason = waiting.reason.as_str();
            assert!(
                ["ErrImagePull", "ImagePullBackOff"].contains(&reason),
                "{name}: {reason}"
            );
            assert!(waiting.message.ends_with(why), "{}", waiting.message);
        }
        let missing = world.events("missing");
        let warning = "Unable to retrieve some image pull secrets (nosuch); attempting to pull the image may not succeed.";
        assert!(missing.iter().any(|event| event.ends_with(warning)));

        world.create(private("right", Some("right")));
        world.wait(15.0).await;
        assert_eq!(world.pod("right").status.phase, "Running");
        // That it is on the node by now does not let others in.
        world.create(private("late", None));
        world.wait(15.0).await;
        assert_eq!(world.pod("late").status.phase, "Pending");
    });
}

fn mount(pod: &mut Pod, volume: Volume) {
    pod.spec.containers[0].volume_mounts = vec![VolumeMount {
        name: volume.name.clone(),
        mount_path: "/volume".into(),
        ..VolumeMount::default()
    }];
    pod.spec.volumes = vec![volume];
}

#[test]
fn an_image_can_be_a_volume() {
    run(|world| async move {
        let volume = |reference: &str| Volume {
            name: "image".into(),
            image: Some(
                ImageVolumeSource {
                    reference: reference.into(),
                    pull_policy: "IfNotPresent".into(),
                }
                .into(),
            ),
            ..Volume::default()
        };
        let mut good = pod("good", &[("c", "busybox", &["sleep", "3600"])]);
        mount(&mut good, volume("nginx:1.27"));
        world.create(good);
        let mut bad = pod("bad", &[("c", "busybox", &["sleep", "3600"])]);
        mount(&mut bad, volume("nginx:nosuchtag"));
        world.create(bad);
        world.wait(15.0).await;
        let page = ["cat", "/volume/usr/share/nginx/html/index.html"];
        let (text, code) = world.exec("good", "c", &page).await;
        assert!(code == 0 && text.contains("Welcome to nginx!"), "{text}");
        let (text, code) = world
            .exec("good", "c", &["sh", "-c", "echo > /volume/x"])
            .await;
        assert!(
            code != 0 && text.contains("Read-only file system"),
            "{text}"
        );
        let bad = world.pod("bad");
        let waiting = bad.status.container_statuses[0].state.waiting.as_ref();
        assert!(
            waiting
                .expect("it waits")
                .message
                .contains("nosuchtag: not found")
        );
    });
}

#[test]
fn files_in_memory_count_as_memory() {
    run(|world| async move {
        let script = "sleep 5; head -c 20000000 /dev/zero > /volume/big; sleep 3600";
        let mut full = pod("full", &[("c", "busybox", &["sh", "-c", script])]);
        let limit = |text: &str| Quantity::parse(text).expect(text);
        full.spec.containers[0]
            .resources
            .limits
            .insert("memory", limit("16Mi"));
        full.spec.restart_policy = "Never".into();
        let volume = Volume {
            name: "cache".into(),
            empty_dir: Some(
                EmptyDirVolumeSource {
                    medium: "Memory".into(),
                    ..EmptyDirVolumeSource::default()
                }
                .into(),
            ),
            ..Volume::default()
        };
        mount(&mut full, volume);
        world.create(full);
        world.wait(30.0).await;
        let full = world.pod("full");
        let ended = full.status.container_statuses[0].state.terminated.as_ref();
        let ended = ended.expect("it was killed");
        assert_eq!((ended.reason.as_str(), ended.exit_code), ("OOMKilled", 137));
    });
}
