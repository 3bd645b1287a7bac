//! `kubectl drain`, `cordon` and `uncordon`, with pods that nobody runs.

use super::check_on;
use crate::world::World;

fn pod(world: &World, name: &str, more: &str) {
    let manifest = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {name}}}}}\nspec:\n  nodeName: a\n  \
         terminationGracePeriodSeconds: 0\n  containers: [{{name: c, image: nginx}}]\n{more}"
    );
    world.write("/root/p.yaml", &manifest);
    world.ok("create -f p.yaml");
}

fn world() -> World {
    let world = World::new();
    world.ok("create serviceaccount default");
    world.write(
        "/root/n.yaml",
        "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n",
    );
    world.ok("create -f n.yaml");
    world
}

#[test]
fn cordon() {
    check_on(
        &world(),
        &[
            ("cordon a", "node/a cordoned\n", 0),
            ("cordon a", "node/a already cordoned\n", 0),
            ("get node a -o jsonpath={.spec.unschedulable}", "true", 0),
            (
                "uncordon a --dry-run=client",
                "node/a uncordoned (dry run)\n",
                0,
            ),
            ("uncordon a", "node/a uncordoned\n", 0),
            ("uncordon a", "node/a already uncordoned\n", 0),
            (
                "cordon x",
                "Error from server (NotFound): nodes \"x\" not found\n",
                1,
            ),
            (
                "cordon",
                "error: USAGE: cordon NODE [flags]\nSee 'kubectl cordon -h' for help and examples\n",
                1,
            ),
            (
                "drain a -l x=y",
                "error: cannot specify both a node name and a --selector option\nSee 'kubectl drain -h' for help and \
                 examples\n",
                1,
            ),
        ],
    );
}

#[test]
fn drain() {
    let world = world();
    pod(&world, "bare", "");
    pod(&world, "local", "  volumes: [{name: v, emptyDir: {}}]\n");
    let refused = |reason: &str| {
        format!(
            "node/a already cordoned\nerror: unable to drain node \"a\" due to error: {reason}, continuing command...\n\
             There are pending nodes to be drained:\n a\n{reason}\n"
        )
    };
    let local = "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/local";
    check_on(
        &world,
        &[
            ("cordon a", "node/a cordoned\n", 0),
            ("drain a --force", &refused(local), 1),
            (
                "drain a --force --pod-selector=app=bare",
                "node/a already cordoned\nevicting pod default/bare\npod/bare evicted\nnode/a drained\nWarning: deleting \
                 Pods that declare no controller: default/bare\n",
                0,
            ),
            (
                "drain a --force --delete-emptydir-data --dry-run=client",
                "node/a already cordoned (dry run)\nevicting pod default/local (dry run)\nnode/a drained (dry run)\nWarning: \
                 deleting Pods that declare no controller: default/local\n",
                0,
            ),
            (
                "drain a --force --delete-emptydir-data --disable-eviction",
                "node/a already cordoned\npod/local deleted\nnode/a drained\nWarning: deleting Pods that declare no \
                 controller: default/local\n",
                0,
            ),
            ("get pods", "No resources found in default namespace.\n", 0),
        ],
    );
}
