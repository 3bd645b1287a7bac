//! `kubectl replace`

use super::check_on;
use crate::world::World;

#[test]
fn in_place_and_by_force() {
    let world = World::new();
    let manifest = |value: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{a: {value}}}\n")
    };
    world.write("/root/c.yaml", &manifest("one"));
    check_on(
        &world,
        &[
            (
                "replace -f c.yaml",
                "Error from server (NotFound): error when replacing \"c.yaml\": configmaps \"c\" not found\n",
                1,
            ),
            ("create -f c.yaml", "configmap/c created\n", 0),
        ],
    );
    world.write("/root/c.yaml", &manifest("two"));
    check_on(
        &world,
        &[
            ("replace -f c.yaml", "configmap/c replaced\n", 0),
            ("get cm c -o jsonpath={.data.a}", "two", 0),
            (
                "replace --force -f c.yaml",
                "configmap \"c\" deleted from default namespace\nconfigmap/c replaced\n",
                0,
            ),
            ("replace", "error: must specify one of -f and -k\n", 1),
            (
                "replace -f c.yaml --grace-period=3",
                "error: --grace-period must have --force specified\n",
                1,
            ),
            (
                "replace -f c.yaml --force --dry-run=client",
                "error: --dry-run can not be used when --force is set\n",
                1,
            ),
        ],
    );
    let ran = world.run_for(&["replace", "--force", "-f", "-"], &manifest("three"), 60);
    assert_eq!(
        ran.stdout,
        "configmap \"c\" deleted from default namespace\nconfigmap/c replaced\n"
    );
    assert_eq!(world.ok("get cm c -o jsonpath={.data.a}"), "three");
}
