//! `kubectl rollout`, as far as it goes without controllers.

use super::check;

#[test]
fn pause_resume_restart() {
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            "rollout pause deployment/web",
            "deployment.apps/web paused\n",
            0,
        ),
        (
            "rollout pause deployment/web",
            "error: deployments.apps \"web\" is already paused\n",
            1,
        ),
        (
            "rollout restart deployment/web",
            "error: deployments.apps \"web\" can't restart paused deployment (run rollout resume first)\n",
            1,
        ),
        (
            "rollout resume deployment/web",
            "deployment.apps/web resumed\n",
            0,
        ),
        (
            "rollout resume deployment/web",
            "error: deployments.apps \"web\" is not paused\n",
            1,
        ),
        (
            "rollout restart deployment/web",
            "deployment.apps/web restarted\n",
            0,
        ),
        (
            "rollout restart",
            "error: required resource not specified\n",
            1,
        ),
        ("create configmap c", "configmap/c created\n", 0),
        (
            "rollout restart cm/c",
            "error: configmaps \"c\" restarting is not supported\n",
            1,
        ),
    ]);
}

#[test]
fn status_history_and_undo() {
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            "rollout status deployment/web --timeout=2s",
            "Waiting for deployment spec update to be observed...\nerror: timed out waiting for the condition\n",
            1,
        ),
        (
            "rollout status deployment/web --watch=false",
            "Waiting for deployment spec update to be observed...\n",
            0,
        ),
        (
            "rollout history deployment/web",
            "deployment.apps/web \nNo rollout history found.\n",
            0,
        ),
        (
            "rollout undo deployment/web",
            "error: no rollout history found for deployment \"web\"\n",
            1,
        ),
        (
            "rollout undo deployment/web --to-revision=7",
            "error: unable to find specified revision 7 in history\n",
            1,
        ),
        (
            "rollout status deployment/nosuch",
            "Error from server (NotFound): deployments.apps \"nosuch\" not found\n",
            1,
        ),
        ("create configmap c", "configmap/c created\n", 0),
        (
            "rollout status cm/c",
            "error: no status viewer has been implemented for ConfigMap\n",
            1,
        ),
        (
            "rollout history cm/c",
            "error: error retrieving history for \"ConfigMap\", no visitor method exists for { ConfigMap}\n",
            1,
        ),
    ]);
}

#[test]
fn help() {
    let world = crate::world::World::new();
    let ran = world.run("rollout");
    assert_eq!(ran.code, 1);
    let start = "Manage the rollout of one or many resources.\n        \n Valid resource types include:\n\n  *  \
                 deployments\n  *  daemonsets\n  *  statefulsets\n\nExamples:\n";
    assert!(ran.stdout.starts_with(start), "{}", ran.stdout);
    let ran = world.run("set");
    let start = "Configure application resources.\n\n These commands help you make changes to existing application \
                 resources.\n\nAvailable Commands:\n  env ";
    assert!(ran.stderr.starts_with(start), "{}", ran.stderr);
}
