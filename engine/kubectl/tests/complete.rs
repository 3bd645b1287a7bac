//! What the Tab key suggests on a kubectl command line.

mod world;

use world::World;

#[test]
fn suggestions() {
    let world = World::new();
    world.write(
        "/root/all.yml",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: main, image: nginx, ports: \
         [{containerPort: 80}]}\n  - {name: side, image: nginx}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: \
         other}\nspec: {containers: [{name: main, image: nginx}]}\n---\napiVersion: v1\nkind: Namespace\nmetadata: \
         {name: dev}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: dev}\n",
    );
    world.ok("create -f all.yml");
    let mut wrong = Vec::new();
    for (line, expected) in [
        ("ge", "get"),
        ("con", "config"),
        ("config use", "use-context"),
        ("config use-context ", "kubernetes-admin@kubernetes"),
        ("config delete-cluster ", "kubernetes"),
        ("create conf", "configmap"),
        ("create secret ", "docker-registry generic tls"),
        ("get po", "pods podtemplates poddisruptionbudgets.policy"),
        ("get deploy", "deployments.apps"),
        ("get svc", "svc"),
        ("get pods,cm", "pods,cm"),
        ("get pods ", "other web"),
        ("get po w", "web"),
        ("get pods web ", "other"),
        ("get pod/", "pod/other pod/web"),
        ("get pod/web pod/", "pod/other"),
        ("get -n dev cm ", "settings"),
        ("get cm ", ""),
        ("get cm -n dev s", "settings"),
        ("get cm --namespace=dev s", "settings"),
        ("get pods -n d", "default dev"),
        (
            "get pods -nx --sh",
            "--show-kind --show-labels --show-managed-fields",
        ),
        ("get pods -o ya", "yaml"),
        (
            "get pods -o jsonpath",
            "jsonpath=… jsonpath-as-json=… jsonpath-file=…",
        ),
        ("get pods --output=wi", "--output=wide"),
        ("get pods --out", "--output --output-watch-events"),
        ("apply --dry", "--dry-run=…"),
        (
            "apply --dry-run=",
            "--dry-run=client --dry-run=none --dry-run=server",
        ),
        ("apply -f ", "FILES"),
        ("logs w", "web"),
        ("logs web -c ", "main side"),
        ("logs web -c s", "side"),
        ("logs dep", "deployments/…"),
        ("exec web -- ", "FILES"),
        ("wait pod/web --for=cond", "--for=condition=…"),
        ("delete pod web --cascade=o", "--cascade=orphan"),
        (
            "explain pod",
            "pods podtemplates poddisruptionbudgets.policy",
        ),
        ("--context ku", "kubernetes-admin@kubernetes"),
        ("nosuch ", ""),
        ("get podz x", ""),
    ] {
        let found = world.suggest(line);
        if found != expected {
            wrong.push(format!("{line}: {found} instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
