//! `kubectl taint`

use super::check_on;
use crate::world::World;

#[test]
fn taints() {
    let world = World::new();
    for name in ["a", "b"] {
        let node = format!("apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n");
        world.write("/root/n.yaml", &node);
        world.ok("create -f n.yaml");
    }
    let usage = "\nSee 'kubectl taint -h' for help and examples\n";
    let bad = format!("error: invalid taint effect: Bad, unsupported taint effect{usage}");
    let unfit = format!("error: invalid taint spec: k{usage}");
    check_on(
        &world,
        &[
            ("taint nodes --all t=x:NoExecute", "node/a tainted\nnode/b tainted\n", 0),
            (
                "taint nodes a t=y:NoExecute",
                "error: node a already has t taint(s) with same effect(s) and --overwrite is false\n",
                1,
            ),
            ("taint nodes a t=y:NoExecute --overwrite", "node/a modified\n", 0),
            ("get node a -o jsonpath={.spec.taints[*].value}", "y", 0),
            ("taint nodes a u:NoExecute t:NoExecute-", "node/a modified\n", 0),
            ("taint nodes a u-", "node/a untainted\n", 0),
            ("taint nodes a u-", "error: taint \"u\" not found\n", 1),
            ("taint nodes b t=z:Bad", &bad, 1),
            ("taint nodes b k", "error: at least one taint update is required\n", 1),
            ("taint nodes b a=b:NoSchedule k=v", &unfit.replace(": k", ": k=v, name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"), 1),
            (
                "taint pods a t=z:NoExecute",
                "error: invalid resource type pods, only node types are supported\n",
                1,
            ),
            (
                "taint nodes t=z:NoExecute",
                "error: at least one resource name must be specified since 'all' parameter is not set\n",
                1,
            ),
            (
                "taint nodes x t=z:NoExecute",
                "Error from server (NotFound): nodes \"x\" not found\n",
                1,
            ),
        ],
    );
}
