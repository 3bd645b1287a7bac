//! What kubectl does with containers, in a whole cluster: programs run in them, files copied, ports forwarded, debugging.
//!
//! A table of command lines; `~` begins a text that must be part of the output, anything else is the whole of it.

use cluster::{Cluster, Config};

const POD: &str = r#"apiVersion: v1
kind: Pod
metadata:
  name: two
spec:
  terminationGracePeriodSeconds: 1
  initContainers:
  - {name: first, image: busybox, command: [echo, from the beginning]}
  containers:
  - {name: app, image: busybox, command: [sh, -c, "echo started; sleep 3600"]}
  - {name: other, image: nginx, ports: [{containerPort: 80, name: http}]}
"#;

/// Command, standard output, standard error, exit code.
type Row = (&'static str, &'static str, &'static str, i32);

fn check(cluster: &mut Cluster, rows: &[Row]) {
    let fits = |got: &str, want: &str| match want.strip_prefix('~') {
        Some(part) => got.contains(part),
        None => got.trim_end_matches('\n') == want,
    };
    for (line, stdout, stderr, exit) in rows {
        let ran = cluster.run(line);
        let fine = fits(&ran.stdout, stdout) && fits(&ran.stderr, stderr) && ran.exit == *exit;
        assert!(
            fine,
            "{line}\nexit {}, not {exit}\nstdout: {:?}\nwanted: {stdout:?}\nstderr: {:?}\nwanted: {stderr:?}",
            ran.exit, ran.stdout, ran.stderr
        );
    }
}

fn world() -> Cluster {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    cluster.write_file("pod.yml", POD.as_bytes()).unwrap();
    check(
        &mut cluster,
        &[
            ("kubectl create -f pod.yml", "pod/two created", "", 0),
            (
                "kubectl wait --for=condition=Ready pod/two --timeout=60s",
                "pod/two condition met",
                "",
                0,
            ),
        ],
    );
    cluster
}

const DEFAULTED: &str = "Defaulted container \"app\" out of: app, other, first (init)";

#[test]
fn programs_in_containers() {
    check(
        &mut world(),
        &[
            ("kubectl exec two -c app -- echo hi", "hi", "", 0),
            ("kubectl exec two -- hostname", "two", DEFAULTED, 0),
            ("kubectl exec -q two -- hostname", "two", "", 0),
            (
                "kubectl exec pod/two -c app -- sh -c 'echo a; echo b >&2; exit 3'",
                "a",
                "b\ncommand terminated with exit code 3",
                3,
            ),
            (
                "echo from here | kubectl exec -i two -c app -- cat",
                "from here",
                "",
                0,
            ),
            (
                "kubectl exec -it two -c app -- echo x </dev/null",
                "x",
                "Unable to use a TTY - input is not a terminal or the right kind of file",
                0,
            ),
            (
                "kubectl exec two -c app -- nosuch",
                "",
                "~executable file not found in $PATH",
                1,
            ),
            (
                "kubectl exec two -c nosuch -- ls",
                "",
                "error: container nosuch is not valid for pod two out of: app, other, first (init)",
                1,
            ),
            (
                "kubectl exec two -c first -- ls",
                "",
                "error: unable to upgrade connection: container not found (\"first\")",
                1,
            ),
            (
                "kubectl exec two",
                "",
                "error: you must specify at least one command for the container",
                1,
            ),
            (
                "kubectl exec",
                "",
                "error: pod, type/name or --filename must be specified",
                1,
            ),
            ("kubectl exec two ls", "", "~is not supported anymore", 1),
            ("kubectl exec -f pod.yml -c app -- echo file", "file", "", 0),
            ("kubectl logs two -c first", "from the beginning", "", 0),
            ("kubectl logs two", "started", DEFAULTED, 0),
            ("kubectl logs two -c app --tail=0", "", "", 0),
            (
                "kubectl attach",
                "",
                "error: at least 1 argument is required for attach",
                1,
            ),
            (
                "kubectl attach nosuch",
                "",
                "Error from server (NotFound): pods \"nosuch\" not found",
                1,
            ),
            (
                "kubectl attach a b c",
                "",
                "error: expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw 3: [a b c]",
                1,
            ),
            (
                "kubectl attach two -c first",
                "",
                "~container not found (\"first\")",
                1,
            ),
        ],
    );
}

#[test]
fn a_program_is_joined_until_it_ends() {
    let mut cluster = world();
    check(
        &mut cluster,
        &[
            (
                "kubectl run talker --image=busybox --restart=Never -- sh -c 'sleep 5; echo said; exit 4'",
                "pod/talker created",
                "",
                0,
            ),
            (
                "kubectl wait --for=condition=Ready pod/talker --timeout=60s",
                "pod/talker condition met",
                "",
                0,
            ),
            ("kubectl attach -q talker", "said", "", 0),
            (
                "sleep 3; kubectl attach talker",
                "",
                "error: cannot attach a container in a completed pod; current phase is Failed",
                1,
            ),
            (
                "kubectl exec talker -- ls",
                "",
                "error: cannot exec into a container in a completed pod; current phase is Failed",
                1,
            ),
        ],
    );
}

#[test]
fn files_are_copied() {
    check(
        &mut world(),
        &[
            (
                "mkdir -p dir/sub && echo one > dir/a && echo two > dir/sub/b",
                "",
                "",
                0,
            ),
            ("kubectl cp dir two:/tmp -c app", "", "", 0),
            (
                "kubectl exec two -c app -- cat /tmp/dir/a /tmp/dir/sub/b",
                "one\ntwo",
                "",
                0,
            ),
            ("kubectl cp dir/a two:/tmp/renamed -c app", "", "", 0),
            ("kubectl exec two -c app -- cat /tmp/renamed", "one", "", 0),
            (
                "kubectl cp two:/tmp/dir back -c app",
                "tar: removing leading '/' from member names",
                "",
                0,
            ),
            ("cat back/a back/sub/b", "one\ntwo", "", 0),
            (
                "kubectl cp default/two:/tmp/renamed got.txt",
                "Defaulted container \"app\" out of: app, other, first (init)\ntar: removing leading '/' from member names",
                "",
                0,
            ),
            ("cat got.txt", "one", "", 0),
            (
                "kubectl cp nosuch.txt two:/tmp",
                "",
                "error: nosuch.txt doesn't exist in local filesystem",
                1,
            ),
            (
                "kubectl cp a:b c:d",
                "",
                "error: one of src or dest must be a local file specification",
                1,
            ),
            (
                "kubectl cp a b",
                "",
                "error: one of src or dest must be a remote file specification",
                1,
            ),
            (
                "kubectl cp :a b",
                "",
                "error: filespec must match the canonical format: [[namespace/]pod:]file/path",
                1,
            ),
            (
                "tar cf - dir | kubectl exec -i two -c app -- tar tf -",
                "dir/\ndir/a\ndir/sub/\ndir/sub/b",
                "",
                0,
            ),
        ],
    );
}

#[test]
fn ports_are_forwarded() {
    check(
        &mut world(),
        &[
            (
                "timeout 2 kubectl port-forward pod/two 8080:http",
                "Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80",
                "",
                124,
            ),
            (
                "kubectl port-forward two 8080:80 & sleep 1; curl -s localhost:8080 | grep title; kill %1",
                "~<title>Welcome to nginx!</title>",
                "",
                0,
            ),
            (
                "kubectl port-forward two 8080:nosuch",
                "",
                "error: Pod 'two' does not have a named port 'nosuch'",
                1,
            ),
            (
                "kubectl port-forward two",
                "",
                "~TYPE/NAME and list of ports are required for port-forward",
                1,
            ),
            (
                "kubectl port-forward nosuch 80",
                "",
                "Error from server (NotFound): pods \"nosuch\" not found",
                1,
            ),
            (
                "kubectl port-forward two 8080:80 >/dev/null & sleep 1; timeout 2 kubectl port-forward two 8080:80",
                "",
                "~error: unable to listen on any of the requested ports: [{8080 80}]",
                1,
            ),
        ],
    );
}

#[test]
fn debugging() {
    check(
        &mut world(),
        &[
            (
                "kubectl debug two --image=busybox -c dbg -- sh -c 'echo debugging; sleep 60'",
                "",
                "",
                0,
            ),
            ("sleep 5; kubectl logs two -c dbg", "debugging", "", 0),
            (
                "kubectl get pod two -o jsonpath='{.spec.ephemeralContainers[0].securityContext}'",
                "{\"capabilities\":{\"add\":[\"SYS_PTRACE\"]}}",
                "",
                0,
            ),
            ("kubectl exec two -c dbg -- hostname", "two", "", 0),
            (
                "kubectl debug two --image=busybox --attach -c talk -q -- sh -c 'sleep 2; echo once'",
                "once",
                "",
                0,
            ),
            (
                "kubectl debug two --copy-to=copy --set-image=app=busybox:1.36,other=nginx:1.25",
                "",
                "",
                0,
            ),
            (
                "kubectl get pod copy -o jsonpath='{.spec.containers[*].image} {.spec.initContainers[*].name}'",
                "busybox:1.36 nginx:1.25 first",
                "",
                0,
            ),
            (
                "kubectl debug two --copy-to=more --image=busybox -c dbg -- sleep 60",
                "",
                "",
                0,
            ),
            (
                "kubectl get pod more -o jsonpath='{.spec.containers[*].name} {.spec.shareProcessNamespace}'",
                "app other dbg true",
                "",
                0,
            ),
            (
                "kubectl debug node/node-1 --image=busybox -- sleep 60",
                "~ with container debugger on node node-1.",
                "",
                0,
            ),
            (
                "kubectl get pod -l app.kubernetes.io/managed-by=kubectl-debug -o jsonpath='{.items[0].spec.nodeName} {.items[0].spec.hostPID} {.items[0].spec.volumes[0].hostPath.path}'",
                "node-1 true /",
                "",
                0,
            ),
            (
                "kubectl debug two",
                "",
                "error: you must specify --image when not using --copy-to.",
                1,
            ),
            (
                "kubectl debug two --image=busybox -t",
                "",
                "error: -i/--stdin is required for containers with -t/--tty=true",
                1,
            ),
            (
                "kubectl debug --image=busybox",
                "",
                "error: NAME or filename is required for debug",
                1,
            ),
            (
                "kubectl debug two --image=busybox --profile=x",
                "",
                "error: unknown profile: x",
                1,
            ),
            (
                "kubectl debug cm/kube-root-ca.crt --image=busybox",
                "",
                "~not supported by debug",
                1,
            ),
        ],
    );
}

const PACKAGES: &str = r#"apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: deb}
  spec: {containers: [{name: c, image: nginx}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: small}
  spec: {containers: [{name: c, image: "nginx:1.29-alpine"}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: alp}
  spec: {containers: [{name: c, image: alpine, command: [sleep, infinity]}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: shut, labels: {app: shut}}
  spec: {containers: [{name: c, image: debian, command: [sleep, infinity]}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: fixed}
  spec: {containers: [{name: c, image: debian, command: [sleep, infinity], securityContext: {readOnlyRootFilesystem: true}}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: user}
  spec: {containers: [{name: c, image: debian, command: [sleep, infinity], securityContext: {runAsUser: 1000}}]}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: shut}
  spec: {podSelector: {matchLabels: {app: shut}}, policyTypes: [Egress]}
"#;

const TREE: &str = "Reading package lists...
Building dependency tree...
Reading state information...
The following NEW packages will be installed:
  tree
0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.
Need to get 52.5 kB of archives.
After this operation, 116 kB of additional disk space will be used.
Get:1 http://deb.debian.org/debian bookworm/main amd64 tree amd64 2.1.0-1 [52.5 kB]
Fetched 52.5 kB in 0s (2231 kB/s)
Selecting previously unselected package tree.
(Reading database ... 6090 files and directories currently installed.)
Preparing to unpack .../tree_2.1.0-1_amd64.deb ...
Unpacking tree (2.1.0-1) ...
Setting up tree (2.1.0-1) ...";

/// What images lack can be installed, as the documentation does it, where there is a network and a right to write.
#[test]
fn packages() {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    cluster
        .write_file("packages.yml", PACKAGES.as_bytes())
        .unwrap();
    check(
        &mut cluster,
        &[
            ("kubectl apply -f packages.yml", "~pod/deb created", "", 0),
            (
                "kubectl wait --for=condition=Ready pods --all --timeout=60s",
                "~pod/user condition met",
                "",
                0,
            ),
            (
                "kubectl exec deb -- ps",
                "",
                "~executable file not found in $PATH",
                1,
            ),
            (
                "kubectl exec deb -- bash -c ps",
                "",
                "bash: line 1: ps: command not found\ncommand terminated with exit code 127",
                127,
            ),
            (
                "kubectl exec deb -- sh -c ps",
                "",
                "sh: 1: ps: not found\ncommand terminated with exit code 127",
                127,
            ),
            (
                "kubectl exec alp -- sh -c psx",
                "",
                "sh: psx: not found\ncommand terminated with exit code 127",
                127,
            ),
            (
                "kubectl exec deb -- apt-get install -y tree",
                "Reading package lists...\nBuilding dependency tree...\nReading state information...",
                "E: Unable to locate package tree\ncommand terminated with exit code 100",
                100,
            ),
            (
                "kubectl exec deb -- apt-get update",
                "~Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]\n",
                "",
                0,
            ),
            (
                "kubectl exec deb -- apt-get install -y tree",
                TREE,
                "debconf: delaying package configuration, since apt-utils is not installed",
                0,
            ),
            ("kubectl exec deb -- tree /opt", "~/opt", "", 0),
            (
                "kubectl exec deb -- apt install curl tree",
                "~tree is already the newest version (2.1.0-1).\n0 upgraded, 0 newly installed",
                "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.",
                0,
            ),
            (
                "kubectl exec deb -- apt-get -y remove tree",
                "~Removing tree (2.1.0-1) ...",
                "",
                0,
            ),
            (
                "kubectl exec deb -- tree",
                "",
                "~executable file not found in $PATH",
                1,
            ),
            (
                "kubectl exec deb -- apt-get -qq install -y procps",
                "",
                "debconf: delaying package configuration, since apt-utils is not installed",
                0,
            ),
            ("kubectl exec deb -- ps", "~PID", "", 0),
            (
                "kubectl exec deb -- apt-get frob",
                "",
                "E: Invalid operation frob\ncommand terminated with exit code 100",
                100,
            ),
            (
                "kubectl exec alp -- bash",
                "",
                "~executable file not found in $PATH",
                1,
            ),
            (
                "kubectl exec alp -- apk add --no-cache bash jq",
                "~(2/2) Installing jq",
                "",
                0,
            ),
            ("kubectl exec alp -- bash -c 'echo $((6 * 7))'", "42", "", 0),
            ("kubectl exec alp -- apk del jq", "~(1/1) Purging jq", "", 0),
            (
                "kubectl exec alp -- jq",
                "",
                "~executable file not found in $PATH",
                1,
            ),
            (
                "kubectl exec alp -- apk add nosuch",
                "~fetch https://dl-cdn.alpinelinux.org/alpine/v3.23/main/x86_64/APKINDEX.tar.gz\n",
                "ERROR: unable to select packages:\n  nosuch (no such package):\n    required by: world[nosuch]\n\
                 command terminated with exit code 1",
                1,
            ),
            (
                "kubectl exec shut -- apt-get update",
                "~Err:1 http://deb.debian.org/debian bookworm InRelease\n  Temporary failure resolving 'deb.debian.org'\n",
                "~W: Some index files failed to download.",
                0,
            ),
            (
                "kubectl exec fixed -- apt-get update",
                "",
                "E: List directory /var/lib/apt/lists/partial is missing. - Acquire (30: Read-only file system)\n\
                 command terminated with exit code 100",
                100,
            ),
            (
                "kubectl exec user -- apt-get update",
                "",
                "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\n\
                 E: Unable to lock directory /var/lib/apt/lists/\ncommand terminated with exit code 100",
                100,
            ),
        ],
    );
}
