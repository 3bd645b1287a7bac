//! `kubectl patch`

use super::{check, check_on};
use crate::world::World;

#[test]
fn every_type_of_patch() {
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            r#"patch deployment web -p '{"spec":{"replicas":3}}'"#,
            "deployment.apps/web patched\n",
            0,
        ),
        (
            r#"patch deployment web -p '{"spec":{"replicas":3}}'"#,
            "deployment.apps/web patched (no change)\n",
            0,
        ),
        (
            "patch deploy web --type=merge -p 'spec: {replicas: 4}' -o jsonpath={.spec.replicas}",
            "4",
            0,
        ),
        (
            r#"patch deploy web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":5}]' -o jsonpath={.spec.replicas}"#,
            "5",
            0,
        ),
        (
            r#"patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'"#,
            "scale.autoscaling/web patched\n",
            0,
        ),
        (
            r#"patch deploy web -p '{"spec":{"replicas":9}}' --dry-run=client -o jsonpath={.spec.replicas}"#,
            "9",
            0,
        ),
        ("get deploy web -o jsonpath={.spec.replicas}", "2", 0),
    ]);
}

#[test]
fn files() {
    let world = World::new();
    world.write("/root/p.yaml", "data: {b: '2'}\n");
    world.write(
        "/root/cm.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1'}\n",
    );
    check_on(
        &world,
        &[
            ("create -f cm.yaml", "configmap/c created\n", 0),
            ("patch cm c --patch-file=p.yaml", "configmap/c patched\n", 0),
            (
                "patch -f cm.yaml --local --patch-file=p.yaml -o jsonpath={.data}",
                r#"{"a":"1","b":"2"}"#,
                0,
            ),
            (
                "patch cm c --patch-file=nosuch",
                "error: unable to read patch file: open nosuch: no such file or directory\n",
                1,
            ),
        ],
    );
}

#[test]
fn mistakes() {
    check(&[
        (
            "patch deploy web",
            "error: must specify --patch or --patch-file containing the contents of the patch\n",
            1,
        ),
        (
            "patch deploy web -p x --patch-file=y",
            "error: cannot specify --patch and --patch-file together\n",
            1,
        ),
        (
            "patch deploy web --type=foo -p x",
            "error: --type must be one of [json merge strategic], not \"foo\"\n",
            1,
        ),
        (
            r#"patch deploy web -p '{"spec":'"#,
            "Error from server (NotFound): deployments.apps \"web\" not found\n",
            1,
        ),
        (
            "patch deploy web -p '{}'",
            "Error from server (NotFound): deployments.apps \"web\" not found\n",
            1,
        ),
    ]);
}
