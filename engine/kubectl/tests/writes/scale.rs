//! `kubectl scale`

use super::check;

#[test]
fn sizes_and_conditions() {
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            "scale deployment web --replicas=4",
            "deployment.apps/web scaled\n",
            0,
        ),
        ("get deploy web -o jsonpath={.spec.replicas}", "4", 0),
        (
            "scale deployment web --replicas=1 --current-replicas=2",
            "error: Expected replicas to be 2, was 4\n",
            1,
        ),
        (
            "scale deployment web --replicas=2 --current-replicas=4 -o jsonpath={.spec.replicas}",
            "2",
            0,
        ),
        (
            "scale deploy web --replicas=9 --dry-run=client",
            "deployment.apps/web scaled (dry run)\n",
            0,
        ),
        (
            "scale deploy web --replicas=9 --dry-run=server",
            "deployment.apps/web scaled (server dry run)\n",
            0,
        ),
        ("get deploy web -o jsonpath={.spec.replicas}", "2", 0),
        (
            "scale deployment web --replicas=-1",
            "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n",
            1,
        ),
        (
            "scale deployment web",
            "error: required flag(s) \"replicas\" not set\n",
            1,
        ),
        (
            "scale deployment nosuch --replicas=1",
            "Error from server (NotFound): deployments.apps \"nosuch\" not found\n",
            1,
        ),
        (
            "scale deployment web --replicas=3 --timeout=3s",
            "error: timed out waiting for \"web\" to be synced\n",
            1,
        ),
    ]);
}
