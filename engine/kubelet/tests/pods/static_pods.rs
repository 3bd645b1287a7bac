//! Pods that are files on the node, and their mirrors in the API.

use kubelet::MANIFESTS;
use os::{Cred, Vfs};

use crate::support::{World, run};

const FILE: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: default}\nspec:\n  containers: [{name: web, image: \
                    nginx}]\n";

fn write(world: &World, name: &str, text: &str) {
    let vfs = Vfs::new(world.kubelet.disk());
    let root = Cred::root(0);
    vfs.write_file(&root, &format!("{MANIFESTS}/{name}"), text.as_bytes())
        .expect("there is room");
}

#[test]
fn a_file_becomes_a_pod_that_nobody_can_delete() {
    run(|world| async move {
        world.wait(5.0).await;
        write(&world, "web.yaml", FILE);
        write(&world, "notes.txt", "no pod at all");
        world.wait(10.0).await;
        let mirror = world.pod("web-node-1");
        assert_eq!(mirror.status.phase, "Running");
        assert_eq!(mirror.metadata.owner_references[0].kind, "Node");
        let annotation = |name: &str| {
            let annotations = &mirror.metadata.annotations;
            annotations.get(name).cloned().unwrap_or_default()
        };
        let hash = annotation("kubernetes.io/config.hash");
        assert_eq!(hash.len(), 32);
        assert_eq!(annotation("kubernetes.io/config.mirror"), hash);
        assert_eq!(annotation("kubernetes.io/config.source"), "file");
        let (text, _) = world.exec("web-node-1", "web", &["hostname"]).await;
        assert_eq!(text, "web-node-1\n");

        // Deleted, it comes back, and the container has not noticed.
        let before = mirror.status.container_statuses[0].container_id.clone();
        world.delete("web-node-1", &client::Delete::default());
        world.wait(5.0).await;
        let again = world.pod("web-node-1");
        assert_ne!(again.metadata.uid, mirror.metadata.uid);
        assert_eq!(again.status.phase, "Running");
        assert_eq!(again.status.container_statuses[0].container_id, before);

        let vfs = Vfs::new(world.kubelet.disk());
        vfs.unlink(&Cred::root(0), &format!("{MANIFESTS}/web.yaml"))
            .expect("it is there");
        world.wait(40.0).await;
        let gone = world
            .client
            .get::<api::core::v1::Pod>("default", "web-node-1");
        assert!(gone.is_err());
        assert!(world.kubelet.runtime().pods().is_empty());
    });
}

#[test]
fn a_file_may_not_need_the_api() {
    run(|world| async move {
        world.wait(5.0).await;
        let parts = [
            ("serviceaccounts", "serviceAccountName: default"),
            ("secrets", "imagePullSecrets: [{name: s}]"),
            ("configmaps", "volumes: [{name: v, configMap: {name: c}}]"),
            (
                "persistentvolumeclaims",
                "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]",
            ),
            (
                "csidrivers",
                "volumes: [{name: v, csi: {driver: example.com}}]",
            ),
        ];
        for (resource, part) in parts {
            write(
                &world,
                &format!("{resource}.yaml"),
                &format!("{FILE}  {part}\n"),
            );
        }
        let inside = "  volumes: [{name: v, hostPath: {path: /tmp}}]\n";
        write(&world, "web.yaml", &format!("{FILE}{inside}"));
        world.wait(10.0).await;
        assert_eq!(world.pod("web-node-1").status.phase, "Running");
        assert_eq!(world.kubelet.runtime().pods().len(), 1);
        let refused = world.kubelet.refused_manifests();
        let refused: Vec<(String, String)> = refused.into_iter().map(|(_, p, w)| (p, w)).collect();
        let mut wanted = parts.map(|(resource, _)| {
            let path = format!("{MANIFESTS}/{resource}.yaml");
            (path, format!("static pods may not reference {resource}"))
        });
        wanted.sort();
        assert_eq!(refused, wanted);
    });
}
