//! `kubectl run`

use super::check;

#[test]
fn pods_and_services() {
    check(&[
        (
            "run web --image=nginx:1.25 --port=80 --expose --env=A=1 --labels=app=web",
            "service/web created\npod/web created\n",
            0,
        ),
        (
            "get pod web -o jsonpath={.spec.containers[0].env[0].value}{.spec.containers[0].ports[0].containerPort}",
            "180",
            0,
        ),
        ("get svc web -o jsonpath={.spec.selector.app}", "web", 0),
        (
            "run web --image=nginx",
            "Error from server (AlreadyExists): pods \"web\" already exists\n",
            1,
        ),
        (
            "run a --image=nginx --dry-run=client -o yaml --annotations=k=v -n other",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    k: v\n  labels:\n    run: a\n  name: a\n  \
             namespace: other\nspec:\n  containers:\n  - image: nginx\n    name: a\n    resources: {}\n  dnsPolicy: \
             ClusterFirst\n  restartPolicy: Always\nstatus: {}\n",
            0,
        ),
        (
            "run a --image=busybox --restart=Never --dry-run=client -o jsonpath={.spec.containers[0].command} --command -- sh -c 'a b'",
            "[\"sh\",\"-c\",\"a b\"]",
            0,
        ),
        (
            "run a --image=nginx --override-type=json --dry-run=client -o jsonpath={.spec.nodeName} \
             --overrides '[{\"op\":\"add\",\"path\":\"/spec/nodeName\",\"value\":\"n\"}]'",
            "n",
            0,
        ),
        (
            "run a --image=nginx --override-type=strategic --dry-run=client -o jsonpath={.spec.containers[*].image} \
             --overrides '{\"spec\":{\"containers\":[{\"name\":\"b\",\"image\":\"x\"}]}}'",
            "x nginx",
            0,
        ),
    ]);
}

#[test]
fn mistakes() {
    let usage = |text: &str| format!("error: {text}\nSee 'kubectl run -h' for help and examples\n");
    for (flags, message) in [
        ("--image=nginx", usage("NAME is required for run")),
        (
            "a --image=nginx -t",
            usage("-i/--stdin is required for containers with -t/--tty=true"),
        ),
        (
            "a --image=nginx --rm",
            usage("--rm should only be used for attached containers"),
        ),
        (
            "a --image=nginx --restart=Sometimes",
            usage("invalid restart policy: Sometimes"),
        ),
        (
            "a --image=nginx --image-pull-policy=x",
            usage("invalid image pull policy: x"),
        ),
        (
            "a --image=nginx -it --dry-run=client",
            usage(
                "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
            ),
        ),
        (
            "a",
            "error: required flag(s) \"image\" not set\n".to_owned(),
        ),
        (
            "a --image=NGINX",
            "error: Invalid image name \"NGINX\": invalid reference format\n".to_owned(),
        ),
        (
            "a --image=nginx --port=http",
            "error: strconv.Atoi: parsing \"http\": invalid syntax\n".to_owned(),
        ),
        (
            "a --image=nginx --env=A",
            "error: invalid env: A\n".to_owned(),
        ),
        (
            "a --image=nginx --overrides=x",
            "error: Invalid JSON Patch\n".to_owned(),
        ),
    ] {
        check(&[(&format!("run {flags}"), &message, 1)]);
    }
}
