//! Commands about the server and the kubeconfig, over a real API server; the lines beside them are the real kubectl's.

mod world;

use world::World;

/// Runs lines one after the other in one world; each must answer with these outputs and code.
fn check(lines: &[(&str, &str, &str, i32)]) {
    let world = World::new();
    for (line, stdout, stderr, code) in lines {
        let ran = world.run(line);
        assert_eq!(
            (ran.stdout.as_str(), ran.stderr.as_str(), ran.code),
            (*stdout, *stderr, *code),
            "{line}"
        );
    }
}

#[test]
fn contexts() {
    check(&[
        (
            "config current-context",
            "kubernetes-admin@kubernetes\n",
            "",
            0,
        ),
        (
            "config get-contexts",
            "CURRENT   NAME                          CLUSTER      AUTHINFO           NAMESPACE\n\
             *         kubernetes-admin@kubernetes   kubernetes   kubernetes-admin   \n",
            "",
            0,
        ),
        (
            "config get-contexts -o name",
            "kubernetes-admin@kubernetes\n",
            "",
            0,
        ),
        (
            "config get-contexts -o yaml",
            "",
            "error: --output yaml is not available in kubectl config get-contexts; resetting to default output format\n",
            1,
        ),
        (
            "config set-context dev --namespace=dev --cluster=kubernetes --user=kubernetes-admin",
            "Context \"dev\" created.\n",
            "",
            0,
        ),
        (
            "config use-context dev",
            "Switched to context \"dev\".\n",
            "",
            0,
        ),
        ("config current-context", "dev\n", "", 0),
        ("get pods", "", "No resources found in dev namespace.\n", 0),
        (
            "config rename-context dev devel",
            "Context \"dev\" renamed to \"devel\".\n",
            "",
            0,
        ),
        (
            "config use-context nosuch",
            "",
            "error: no context exists with the name: \"nosuch\"\n",
            1,
        ),
        (
            "config set-context --current",
            "Context \"devel\" modified.\n",
            "",
            0,
        ),
        (
            "config set-context",
            "",
            "error: you must specify a non-empty context name or --current\n",
            1,
        ),
        (
            "config use kubernetes-admin@kubernetes",
            "Switched to context \"kubernetes-admin@kubernetes\".\n",
            "",
            0,
        ),
        (
            "config delete-context devel",
            "deleted context devel from /root/.kube/config\n",
            "",
            0,
        ),
        (
            "config delete-context devel",
            "",
            "error: cannot delete context devel, not in /root/.kube/config\n",
            1,
        ),
        (
            "config get-contexts nosuch",
            "CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE\n",
            "error: context nosuch not found\n",
            1,
        ),
        (
            "config foo",
            "",
            "error: unknown command \"foo\"\nSee 'kubectl config -h' for help and examples\n",
            1,
        ),
    ]);
}

#[test]
fn entries() {
    check(&[
        ("config get-clusters", "NAME\nkubernetes\n", "", 0),
        (
            "config set-credentials bob --token=abc",
            "User \"bob\" set.\n",
            "",
            0,
        ),
        ("config get-users", "NAME\nbob\nkubernetes-admin\n", "", 0),
        (
            "config view -o jsonpath='{.users[*].name}'",
            "bob kubernetes-admin",
            "",
            0,
        ),
        (
            "config view -o jsonpath='{.users[0].user}'",
            "{\"token\":\"REDACTED\"}",
            "",
            0,
        ),
        (
            "config set-credentials bob --token=a --username=b",
            "",
            "error: you cannot specify more than one authentication method at the same time: --token, \
             --username/--password\n",
            1,
        ),
        (
            "config set-credentials bob --username=b",
            "User \"bob\" set.\n",
            "",
            0,
        ),
        (
            "config view --raw -o jsonpath='{.users[0].user}'",
            "{\"username\":\"b\"}",
            "",
            0,
        ),
        (
            "config set-cluster other --server=https://1.2.3.4:6443",
            "Cluster \"other\" set.\n",
            "",
            0,
        ),
        (
            "config set-cluster other --embed-certs",
            "",
            "error: you must specify a --certificate-authority to embed\n",
            1,
        ),
        (
            "config unset users.bob",
            "Property \"users.bob\" unset.\n",
            "",
            0,
        ),
        (
            "config set contexts.dev.namespace dev",
            "Property \"contexts.dev.namespace\" set.\n",
            "",
            0,
        ),
        (
            "config delete-cluster other",
            "deleted cluster other from /root/.kube/config\n",
            "",
            0,
        ),
        (
            "config delete-user bob",
            "",
            "error: cannot delete user bob, not in /root/.kube/config\n",
            1,
        ),
        (
            "config view --minify --context=zz",
            "",
            "error: cannot locate context zz\n",
            1,
        ),
        (
            "config view --merge=false",
            "",
            "error: if merge==false a precise file must be specified\n",
            1,
        ),
        (
            "config view foo",
            "",
            "error: unexpected arguments: [foo]\nSee 'kubectl config view -h' for help and examples\n",
            1,
        ),
    ]);
}

#[test]
fn view_in_all_formats() {
    let world = World::new();
    assert!(
        world
            .ok("config view")
            .contains("certificate-authority-data: DATA+OMITTED\n")
    );
    let json = world.ok("config view -o json");
    assert!(
        json.starts_with(
            "{\n    \"kind\": \"Config\",\n    \"apiVersion\": \"v1\",\n    \"clusters\": ["
        ),
        "{json}"
    );
    assert_eq!(world.ok("config view -o name"), "config/<unknown>\n");
    world.ok("config unset users");
    assert!(world.ok("config view").ends_with("users: null\n"));
}

#[test]
fn server() {
    check(&[
        (
            "version",
            "Client Version: v1.36.2\nKustomize Version: v5.8.1\nServer Version: v1.36.2\n",
            "",
            0,
        ),
        (
            "version --client",
            "Client Version: v1.36.2\nKustomize Version: v5.8.1\n",
            "",
            0,
        ),
        (
            "version -o x",
            "",
            "error: --output must be 'yaml' or 'json'\n",
            1,
        ),
        ("version a b", "", "error: extra arguments: [a b]\n", 1),
        (
            "cluster-info",
            "Kubernetes control plane is running at https://127.0.0.1:6443\n\nTo further debug and diagnose cluster \
             problems, use 'kubectl cluster-info dump'.\n",
            "",
            0,
        ),
        (
            "api-resources --api-group=apps",
            "NAME                  SHORTNAMES   APIVERSION   NAMESPACED   KIND
controllerrevisions                apps/v1      true         ControllerRevision
daemonsets            ds           apps/v1      true         DaemonSet
deployments           deploy       apps/v1      true         Deployment
replicasets           rs           apps/v1      true         ReplicaSet
statefulsets          sts          apps/v1      true         StatefulSet\n",
            "",
            0,
        ),
        (
            "api-resources --api-group=nosuch",
            "NAME   SHORTNAMES   APIVERSION   NAMESPACED   KIND\n",
            "",
            0,
        ),
        (
            "api-resources --api-group=batch -o name",
            "cronjobs.batch\njobs.batch\n",
            "",
            0,
        ),
        (
            "api-resources a b",
            "",
            "error: unexpected arguments: [a b]\nSee 'kubectl api-resources -h' for help and examples\n",
            1,
        ),
        (
            "api-resources --sort-by=x",
            "",
            "error: --sort-by accepts only name or kind\n",
            1,
        ),
    ]);
    let world = World::new();
    let versions = world.ok("api-versions");
    assert!(
        versions.contains("\napps/v1\n".trim_start()) && versions.ends_with("\nv1\n"),
        "{versions}"
    );
    assert!(
        world
            .ok("version -o json")
            .contains("\n    \"gitVersion\": \"v1.36.2\",\n")
    );
    assert!(
        world
            .ok("cluster-info dump")
            .contains("\"kind\": \"NodeList\"")
    );
    assert_eq!(
        world.ok("cluster-info dump --output-directory=/tmp/x"),
        "Cluster info dumped to /tmp/x\n"
    );
    assert!(world.read("/tmp/x/default/pods.json").contains("PodList"));
}

#[test]
fn mistakes() {
    check(&[
        (
            "auth can-i",
            "",
            "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i \
             -h' for help and examples.\n",
            1,
        ),
        (
            "auth can-i get pods --no-headers",
            "",
            "error: --no-headers cannot be set without --list specified\n",
            1,
        ),
        (
            "auth can-i --list pods",
            "",
            "error: list option must be specified with no arguments\n",
            1,
        ),
        (
            "auth foo",
            "",
            "error: unknown command \"foo\"\nSee 'kubectl auth -h' for help and examples\n",
            1,
        ),
        (
            "events --types=Bad",
            "",
            "error: valid --types are Normal or Warning\n",
            1,
        ),
        (
            "events --for pod",
            "",
            "error: --for must be in resource/name form\n",
            1,
        ),
        (
            "events --for podz/x",
            "",
            "the server doesn't have a resource type \"podz\"\n",
            1,
        ),
        ("events", "", "No events found in default namespace.\n", 0),
        ("events -A", "", "No events found.\n", 0),
        (
            "explain",
            "",
            "error: You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list \
             of supported resources.\n",
            1,
        ),
        (
            "explain podz",
            "",
            "the server doesn't have a resource type \"podz\"\n",
            1,
        ),
        (
            "explain pods -o x",
            "",
            "error: unrecognized format: x\n",
            1,
        ),
    ]);
}

#[test]
fn events_of_an_object() {
    let world = World::new();
    world.write(
        "/root/event.yml",
        "apiVersion: v1\nkind: Event\nmetadata: {name: e1, namespace: default}\ninvolvedObject: {kind: Pod, apiVersion: \
         v1, name: web, namespace: default}\nreason: Started\nmessage: Container started\ntype: Normal\ncount: \
         1\nfirstTimestamp: 2026-11-18T11:06:30Z\nlastTimestamp: 2026-11-18T11:06:30Z\n",
    );
    world.ok("create -f event.yml");
    let row = |line: &str| world.ok(line).lines().last().unwrap_or_default().to_owned();
    for line in ["events", "events --for pod/web", "events --types=normal"] {
        assert!(
            row(line).ends_with("Normal   Started   Pod/web   Container started"),
            "{line}: {}",
            row(line)
        );
    }
    assert_eq!(
        world.run("events --for pod/other").stderr,
        "No events found in default namespace.\n"
    );
    assert!(
        world
            .ok("events -o json")
            .contains("\"kind\": \"EventList\"")
    );
    assert!(!world.ok("events --no-headers").contains("LAST SEEN"));
}

#[test]
fn help() {
    let world = World::new();
    let root = world.ok("");
    assert!(root.starts_with(
        "kubectl controls the Kubernetes cluster manager.\n\n Find more information at: "
    ));
    assert_eq!(world.ok("help"), root);
    assert_eq!(world.ok("--help"), root);
    assert_eq!(world.ok("help config vie"), world.ok("config --help"));
    let ran = world.run("help nosuch");
    assert_eq!((ran.stdout.as_str(), ran.code), ("", 0));
    assert!(
        ran.stderr
            .starts_with("Unknown help topic [`nosuch`]\n\n\nBasic Commands (Beginner):\n")
    );
}
