//! `kubectl autoscale`

use super::check;

#[test]
fn autoscalers() {
    let yaml = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  maxReplicas: 5\n  \
                metrics:\n  - resource:\n      name: cpu\n      target:\n        averageUtilization: 80\n        type: \
                Utilization\n    type: Resource\n  minReplicas: 2\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: \
                Deployment\n    name: web\nstatus:\n  currentMetrics: null\n  desiredReplicas: 0\n";
    let deprecated = format!(
        "{yaml}Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' \
         for utilization or '500m' for milliCPU).\n"
    );
    check(&[
        (
            "create deployment web --image=nginx",
            "deployment.apps/web created\n",
            0,
        ),
        (
            "autoscale deployment web --min=2 --max=5 --cpu=80% --dry-run=client -o yaml",
            yaml,
            0,
        ),
        (
            "autoscale deployment web --min=2 --max=5 --cpu-percent=80 --dry-run=client -o yaml",
            &deprecated,
            0,
        ),
        (
            "autoscale deployment web --max=3 --cpu=500 --memory=64 --dry-run=client -o \
             jsonpath={.spec.metrics[*].resource.target.averageValue}",
            "500m 64Mi",
            0,
        ),
        (
            "autoscale deployment web --min=5 --max=3",
            "error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: 3, min: 5\n",
            1,
        ),
        (
            "autoscale deployment web --max=0",
            "error: --max=MAXPODS is required and must be at least 1, max: 0\n",
            1,
        ),
        (
            "autoscale deployment web",
            "error: required flag(s) \"max\" not set\n",
            1,
        ),
        (
            "autoscale deployment web --max=3 --cpu=x",
            "error: invalid resource cpu value: x\n",
            1,
        ),
    ]);
}
