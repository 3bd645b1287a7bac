//! Programs that exercises and books use and that are not on the workstation: what one types here instead.
//!
//! The shell says `command not found` as anywhere; these are the playground's own words under it.

/// What to do without the program of that name.
pub(crate) fn why(name: &str) -> Option<&'static str> {
    Some(match name {
        "etcdctl" | "etcdutl" => {
            "There is no etcd in this playground: the API server keeps its objects in memory, so there is nothing to take a \
             snapshot of. `kubectl get all -A -o yaml` writes down what is in the cluster."
        }
        "kubeadm" => {
            "This cluster is not one of kubeadm's but laid out as k0s does it. `k0s token create` and `ssh node-4` show how a \
             machine joins, `kubectl drain` how a node is emptied; the version stays as it is."
        }
        "kubelet" | "containerd" | "crictl" | "systemctl" | "journalctl" => {
            "It is on the nodes: `ssh node-1` leads to one."
        }
        "kube-apiserver" | "kube-scheduler" | "kube-controller-manager" | "kube-proxy" | "etcd" => {
            "The control plane runs, but on no machine that one can log in to, as in k0s; `faults` stops its parts."
        }
        "docker" | "podman" | "nerdctl" | "ctr" | "buildah" => {
            "Containers run on the nodes: `ssh node-1 crictl ps` shows them. Images cannot be built here."
        }
        "helm" | "helmfile" => {
            "Charts come over the network, and there is none outside of this playground. `kubectl apply -f` takes what \
             `helm template` prints elsewhere; `kubectl apply -k` knows kustomize."
        }
        "kustomize" => "kubectl knows it: `kubectl kustomize FOLDER`, `kubectl apply -k FOLDER`.",
        "minikube" | "kind" | "k3d" | "k3s" | "microk8s" | "kops" | "eksctl" => {
            "A cluster is running already: `kubectl get nodes` shows it."
        }
        "kubectx" => {
            "kubectl does it: `kubectl config get-contexts`, `kubectl config use-context NAME`."
        }
        "kubens" => "kubectl does it: `kubectl config set-context --current --namespace=NAME`.",
        "stern" | "kubetail" => {
            "kubectl does it: `kubectl logs -f -l app=NAME --prefix --all-containers`."
        }
        "k9s" => "`watch kubectl get pods -A` looks at all pods every two seconds.",
        "iptables" | "iptables-save" | "nft" | "ipvsadm" => {
            "There are no packet filters to look at: services and policies are carried out straight from the API. \
             `kubectl get endpointslices` shows where a service leads."
        }
        "argocd" | "flux" | "istioctl" | "linkerd" | "cilium" | "calicoctl" | "velero"
        | "kubeseal" | "trivy" | "kube-bench" | "falco" | "opa" | "cosign" | "terraform"
        | "ansible" | "git" | "python" | "python3" | "pip" | "node" | "npm" | "go" | "ruby"
        | "gcc" | "make" => {
            "This playground does not have it; `help` lists the commands that there are."
        }
        _ => return None,
    })
}
