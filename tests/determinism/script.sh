# What `cargo xtask test determinism` runs natively and as wasm. A line is a command; the shell of each is its own.

kubectl get nodes -o wide
kubectl create -f example-pod.yml
kubectl get pods -A -o wide
kubectl describe pod example-pod
kubectl run web --image=nginx
kubectl run once --image=busybox --restart=Never -- sh -c "echo done"
kubectl run crash --image=busybox -- sh -c "exit 3"
kubectl run nowhere --image=example.invalid/none:1
printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: front\nspec:\n  replicas: 5\n  selector:\n    matchLabels: {app: front}\n  template:\n    metadata:\n      labels: {app: front}\n    spec:\n      containers:\n      - name: nginx\n        image: nginx\n        resources:\n          requests: {cpu: 300m, memory: 64Mi}\n' | kubectl create -f -
kubectl get pods -o wide
kubectl logs web
kubectl delete pod web
kubectl delete pod example-pod --grace-period=0 --force
kubectl get pods --show-labels
kubectl get pods -o json
kubectl get pod does-not-exist
kubectl pods
