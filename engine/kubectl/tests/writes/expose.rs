//! `kubectl expose`

use super::check;

#[test]
fn services() {
    let yaml = "apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    app: web\n  name: other\nspec:\n  ports:\n  - \
                port: 80\n    protocol: TCP\n    targetPort: 8080\n  selector:\n    app: web\n  type: NodePort\nstatus:\n  \
                loadBalancer: {}\n";
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            "expose deployment web",
            "error: couldn't find port via --port flag or introspection\n",
            1,
        ),
        (
            "expose deployment web --port=80 --target-port=8080 --type=NodePort --name=other --dry-run=client -o yaml",
            yaml,
            0,
        ),
        (
            "expose deployment web --port=80",
            "service/web exposed\n",
            0,
        ),
        (
            "expose deployment web --port=80",
            "Error from server (AlreadyExists): services \"web\" already exists\n",
            1,
        ),
        (
            "expose service web --name=two --dry-run=client -o jsonpath={.spec.ports[0].port}",
            "80",
            0,
        ),
        (
            "expose deployment web --port=80 --name=x --type=Foo",
            "The Service \"x\" is invalid: spec.type: Unsupported value: \"Foo\": supported values: \"ClusterIP\", \
             \"ExternalName\", \"LoadBalancer\", \"NodePort\"\n",
            1,
        ),
        (
            "expose deployment web --port=80 --session-affinity=x",
            "error: unknown session affinity: x\n",
            1,
        ),
        ("create configmap c", "configmap/c created\n", 0),
        (
            "expose cm c --port=1",
            "error: cannot expose a ConfigMap\n",
            1,
        ),
    ]);
}
