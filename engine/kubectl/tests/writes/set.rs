//! `kubectl set`

use super::check;

#[test]
fn image() {
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            "set image deployment/web nginx=nginx:1.25",
            "deployment.apps/web image updated\n",
            0,
        ),
        (
            "set image deployment/web *=nginx:1.26",
            "deployment.apps/web image updated\n",
            0,
        ),
        ("set image deployment/web *=nginx:1.26", "", 0),
        (
            "get deploy web -o jsonpath={.spec.template.spec.containers[0].image}",
            "nginx:1.26",
            0,
        ),
        (
            "set image deployment/web x=nginx",
            "error: unable to find container named \"x\"\n",
            1,
        ),
        (
            "set image deployment/web",
            "error: at least one image update is required\n",
            1,
        ),
        (
            "set image deployment/web nginx=",
            "error: failed to patch image update to pod template: Deployment.apps \"web\" is invalid: \
             spec.template.spec.containers[0].image: Required value\n",
            1,
        ),
        (
            "set image deployment/web nginx=x --dry-run=client",
            "deployment.apps/web image updated (dry run)\n",
            0,
        ),
        ("create configmap c", "configmap/c created\n", 0),
        (
            "set image cm/c a=b",
            "error: configmaps/c the object is not a pod or does not have a pod template: *v1.ConfigMap\n",
            1,
        ),
    ]);
}

#[test]
fn env() {
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            "set env deployment/web COLOR=blue B=2",
            "deployment.apps/web env updated\n",
            0,
        ),
        (
            "set env deployment/web --list",
            "# Deployment web, container nginx\nCOLOR=blue\nB=2\n",
            0,
        ),
        (
            "set env deployment/web COLOR=red --overwrite=false",
            "error: deployments/web 'COLOR' already has a value (blue), and --overwrite is false\n",
            1,
        ),
        (
            "set env deployment/web B- COLOR=red",
            "deployment.apps/web env updated\n",
            0,
        ),
        (
            "create configmap c --from-literal=log.level=info",
            "configmap/c created\n",
            0,
        ),
        (
            "set env deployment/web --from=cm/c --prefix=P_",
            "deployment.apps/web env updated\nWarning: key log.level transferred to LOG_LEVEL\n",
            0,
        ),
        (
            "set env deployment/web --list",
            "# Deployment web, container nginx\nCOLOR=red\n# P_LOG_LEVEL from configmap c, key log.level\n",
            0,
        ),
        (
            "set env deployment/web --list --resolve",
            "# Deployment web, container nginx\nCOLOR=red\nP_LOG_LEVEL=info\n",
            0,
        ),
        (
            "set env deployment/web A=1 A-",
            "error: can not both modify and remove the same environment variable in the same command\n",
            1,
        ),
        (
            "set env A=1",
            "error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n",
            1,
        ),
    ]);
}

#[test]
fn resources_accounts_selectors_and_subjects() {
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            "set resources deployment web --limits=cpu=200m,memory=128Mi",
            "deployment.apps/web resource requirements updated\n",
            0,
        ),
        (
            "get deploy web -o jsonpath={.spec.template.spec.containers[0].resources.limits}",
            "{\"cpu\":\"200m\",\"memory\":\"128Mi\"}",
            0,
        ),
        (
            "set resources deployment web",
            "error: you must specify an update to requests or limits (in the form of --requests/--limits)\n",
            1,
        ),
        (
            "set resources deployment web --limits=cpu",
            "error: Invalid argument syntax cpu, expected <resource>=<value>\n",
            1,
        ),
        (
            "set serviceaccount deployment web robot",
            "deployment.apps/web serviceaccount updated\n",
            0,
        ),
        ("set sa", "error: serviceaccount is required\n", 1),
        (
            "create service clusterip web --tcp=80",
            "service/web created\n",
            0,
        ),
        (
            "set selector svc web app=x",
            "service/web selector updated\n",
            0,
        ),
        (
            "get svc web -o jsonpath={.spec.selector}",
            "{\"app\":\"x\"}",
            0,
        ),
        (
            "set selector deploy web app=x",
            "error: setting a selector is only supported for Services\n",
            1,
        ),
        (
            "create rolebinding b --role=r --user=u",
            "rolebinding.rbac.authorization.k8s.io/b created\n",
            0,
        ),
        (
            "set subject rolebinding b --user=v --serviceaccount=default:s",
            "rolebinding.rbac.authorization.k8s.io/b subjects updated\n",
            0,
        ),
        (
            "get rolebinding b -o jsonpath={.subjects[*].name}",
            "u v s",
            0,
        ),
        ("set subject rolebinding b --user=v", "", 0),
    ]);
}
