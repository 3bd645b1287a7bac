//! What the deeds put into the cluster.

use sim::Rng;

/// Labels, image and requests of a random pod template, as the lines of a manifest.
fn template(rng: &mut Rng, app: &str, restart: &str, command: &str, indent: usize) -> String {
    let cpu = [50, 100, 250][pick(rng, 3)];
    let memory = [32, 64, 128][pick(rng, 3)];
    let grace = [0, 1, 5][pick(rng, 3)];
    let text = format!(
        "template:\n  metadata:\n    labels: {{app: {app}}}\n  spec:\n    restartPolicy: {restart}\n    \
         terminationGracePeriodSeconds: {grace}\n    containers:\n    - name: c\n      image: busybox\n      \
         command: [sh, -c, \"{command}\"]\n      resources: {{requests: {{cpu: {cpu}m, memory: {memory}Mi}}}}\n"
    );
    let pad = " ".repeat(indent);
    text.lines().map(|line| format!("{pad}{line}\n")).collect()
}

pub(super) fn pick(rng: &mut Rng, count: usize) -> usize {
    let bound = u64::try_from(count).unwrap_or(1);
    usize::try_from(rng.below(bound)).unwrap_or(0)
}

/// What runs until it is stopped; it costs nothing meanwhile.
const SERVE: &str = "sleep 1000000";

/// A deployment with a random strategy.
pub(super) fn deployment(rng: &mut Rng, name: &str) -> String {
    let replicas = 1 + pick(rng, 5);
    let strategy = match pick(rng, 3) {
        0 => "{type: Recreate}",
        1 => "{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}",
        _ => "{rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}",
    };
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n  strategy: {strategy}\n  \
         selector: {{matchLabels: {{app: {name}}}}}\n{}",
        template(rng, name, "Always", SERVE, 2)
    )
}

/// A stateful set, ordered or not.
pub(super) fn stateful_set(rng: &mut Rng, name: &str) -> String {
    let replicas = 1 + pick(rng, 3);
    let policy = ["OrderedReady", "Parallel"][pick(rng, 2)];
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n  serviceName: {name}\n  \
         podManagementPolicy: {policy}\n  selector: {{matchLabels: {{app: {name}}}}}\n{}",
        template(rng, name, "Always", SERVE, 2)
    )
}

/// A daemon set.
pub(super) fn daemon_set(rng: &mut Rng, name: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: {name}}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n{}",
        template(rng, name, "Always", SERVE, 2)
    )
}

/// A job of a few pods.
pub(super) fn job(rng: &mut Rng, name: &str) -> String {
    let (completions, parallelism) = (1 + pick(rng, 4), 1 + pick(rng, 3));
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  completions: {completions}\n  parallelism: {parallelism}\n  \
         backoffLimit: 50\n{}",
        template(rng, name, "Never", "sleep 2", 2)
    )
}

/// A service for the pods of that name.
pub(super) fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {{app: {name}}}\n  ports: [{{port: 80}}]\n"
    )
}

/// A disruption budget for the pods of that name.
pub(super) fn budget(rng: &mut Rng, name: &str) -> String {
    let limit = match pick(rng, 3) {
        0 => "minAvailable: 1",
        1 => "maxUnavailable: 1",
        _ => "minAvailable: 50%",
    };
    format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\nspec:\n  {limit}\n  selector: {{matchLabels: {{app: {name}}}}}\n"
    )
}
