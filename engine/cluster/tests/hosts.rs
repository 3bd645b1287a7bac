//! The machines behind the nodes: looking around, stopping a kubelet, joining one more node.

use cluster::{Cluster, Config};

fn cluster() -> Cluster {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    cluster
}

/// Runs commands one after the other; each must print what is named (`!` before it: must not), and end with the exit code.
fn check(cluster: &mut Cluster, steps: &[(&str, i32, &[&str])]) {
    for (command, exit, wanted) in steps {
        let done = cluster.run(command);
        let shown = format!("{}{}", done.stdout, done.stderr);
        assert_eq!(done.exit, *exit, "{command}: {shown}");
        for text in *wanted {
            match text.strip_prefix('!') {
                Some(text) => assert!(!shown.contains(text), "{command}: {text:?} in {shown}"),
                None => assert!(shown.contains(text), "{command}: no {text:?} in {shown}"),
            }
        }
    }
}

#[test]
fn looks_around_a_node() {
    let mut cluster = cluster();
    check(
        &mut cluster,
        &[
            (
                "kubectl create deployment web --image=nginx --replicas=3; sleep 20",
                0,
                &[],
            ),
            ("ssh node-1 hostname", 0, &["node-1\n"]),
            ("ssh root@172.18.0.3 hostname", 0, &["node-2\n"]),
            (
                "ssh node-1 crictl ps",
                0,
                &["CONTAINER           IMAGE", "Running", "nginx", "default"],
            ),
            ("ssh node-1 crictl pods", 0, &["POD ID", "Ready", "web-"]),
            (
                "ssh node-1 crictl images",
                0,
                &["docker.io/library/nginx", "MB"],
            ),
            (
                "ssh node-1 'crictl logs $(crictl ps -q)'",
                0,
                &["start worker processes"],
            ),
            (
                "ssh node-1 'crictl inspect $(crictl ps -q)' | jq -r .status.state",
                0,
                &["CONTAINER_RUNNING"],
            ),
            (
                "ssh node-1 'crictl exec $(crictl ps -q) hostname'",
                0,
                &["web-"],
            ),
            ("ssh node-1 crictl logs nosuch", 1, &["not found"]),
            (
                "ssh node-1 journalctl -u kubelet",
                0,
                &["Started k0sworker.service", "Pulling image"],
            ),
            (
                "ssh node-1 cat '/var/log/pods/*/nginx/0.log'",
                0,
                &[" stdout F "],
            ),
            ("ssh node-1 free -m", 0, &["16384"]),
            ("ssh node-1 ip a", 0, &["172.18.0.2/16"]),
            ("ssh nowhere", 255, &["Could not resolve hostname nowhere"]),
            ("echo hostname | ssh node-3", 0, &["node-3"]),
            // A container that is stopped behind the kubelet's back is started again.
            (
                "ssh node-1 'crictl stop $(crictl ps -q)'; sleep 30; kubectl get pods",
                0,
                &["1 (3"],
            ),
        ],
    );
}

#[test]
fn stops_a_kubelet() {
    let mut cluster = cluster();
    check(
        &mut cluster,
        &[
            (
                "ssh node-2 systemctl status kubelet",
                0,
                &["active (running)"],
            ),
            ("ssh node-2 systemctl stop kubelet", 0, &[]),
            (
                "ssh node-2 systemctl status kubelet",
                3,
                &["inactive (dead)"],
            ),
            ("fault list", 0, &["kubelet-stopped node-2"]),
            ("sleep 60; kubectl get node node-2", 0, &["NotReady"]),
            (
                "ssh node-2 crictl ps",
                1,
                &["connect: no such file or directory"],
            ),
            (
                "ssh node-2 systemctl start kubelet; sleep 20; kubectl get node node-2",
                0,
                &[" Ready"],
            ),
            ("fault list", 0, &["!kubelet-stopped"]),
            (
                "fault node-down node-2; ssh node-2 hostname",
                255,
                &["No route to host"],
            ),
        ],
    );
}

#[test]
fn joins_one_more_node() {
    let mut cluster = cluster();
    check(
        &mut cluster,
        &[
            (
                "k0s status",
                0,
                &["Version: v1.36.2+k0s.0", "Role: controller"],
            ),
            ("ssh node-4 k0s status", 1, &["status.sock"]),
            (
                "ssh node-4 k0s worker nonsense",
                1,
                &["failed to decode join token"],
            ),
            (
                "k0s token list; k0s token create --role=worker --expiry=10m > token; k0s token list",
                0,
                &[
                    "No k0s join tokens found\nID       ROLE     EXPIRES AT\n",
                    "   worker   2",
                ],
            ),
            (
                "k0s token list --role=worker | wc -l; k0s token list --role=controller | wc -c; k0s token list --role=x",
                1,
                &[
                    "2\n0\n",
                    "Error: unsupported role \"x\"; supported roles are \"controller\" and \"worker\"",
                ],
            ),
            (
                "k0s version; k0s version -a",
                0,
                &[
                    "v1.36.2+k0s.0\nk0s : v1.36.2+k0s.0\nrunc : ",
                    "\nkubernetes : 1.36.2\nkine : ",
                ],
            ),
            (
                "k0s version --json",
                0,
                &[
                    "{\n   \"k0s\": \"v1.36.2+k0s.0\",\n   \"runc\": \"",
                    "\n}\n",
                ],
            ),
            (
                "k0s status -o json",
                0,
                &[
                    "{\n   \"Version\": \"v1.36.2+k0s.0\",\n   \"Pid\": 436,\n   \"PPid\": 1,\n   \"Role\": \"controller\",\n",
                    "   \"WorkerToAPIConnectionStatus\": {\n      \"Message\": \"\",\n      \"Success\": false\n   },\n",
                ],
            ),
            (
                "k0s status -o yaml",
                0,
                &[
                    "Args:\n- /usr/local/bin/k0s\n- controller\nClusterConfig: null\n",
                    "\nSingleNode: false\n",
                    "\n\n",
                ],
            ),
            (
                "k0s sysinfo",
                0,
                &[
                    "Name resolution: localhost: [127.0.0.1] (pass)\n",
                    "\n  Executable in PATH: umount: /usr/bin/umount (pass)\n",
                    "\n    cgroup controller \"hugetlb\": unavailable (warning)\n",
                ],
            ),
            (
                "k0s sysinfo -o json | jq -r '.[0].category'; k0s sysinfo -o xml",
                1,
                &["pass\n", "Error: unknown output format: \"xml\"\n"],
            ),
            ("base64 -d token | head -c 2 | base64", 0, &["H4s="]),
            ("ssh node-4 'cat > token' < token", 0, &[]),
            (
                "ssh node-4 'k0s install worker --token-file token && k0s start && k0s status'",
                0,
                &["Role: worker"],
            ),
            (
                "sleep 20; kubectl get node node-4",
                0,
                &["Ready", "!NotReady"],
            ),
            (
                "kubectl create deployment web --image=nginx --replicas=8; sleep 20; ssh node-4 crictl pods",
                0,
                &["web-"],
            ),
            (
                "ssh node-4 k0s stop; sleep 60; kubectl get node node-4",
                0,
                &["NotReady"],
            ),
            (
                "ssh node-4 k0s start; sleep 20; kubectl get node node-4",
                0,
                &[" Ready"],
            ),
            (
                "sleep 20m; ssh node-5 'cat > token' < token; ssh node-5 k0s install worker --token-file token",
                1,
                &["Unauthorized"],
            ),
            ("k0s kubectl get nodes", 0, &["node-4"]),
            ("k0s etcd", 1, &["not in this playground"]),
        ],
    );
}
