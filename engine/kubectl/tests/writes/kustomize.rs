//! `kubectl kustomize` and `-k`: folders of files, and what the real kubectl v1.36 makes of them.

use super::{check, check_on};
use crate::world::World;

fn world() -> World {
    let world = World::new();
    let files = [
        (
            "base/kustomization.yaml",
            include_str!("kustomize/base/kustomization.yaml"),
        ),
        ("base/d.yaml", include_str!("kustomize/base/d.yaml")),
        ("base/s.yaml", include_str!("kustomize/base/s.yaml")),
        ("base/f.txt", include_str!("kustomize/base/f.txt")),
        ("base/e.env", include_str!("kustomize/base/e.env")),
        (
            "over/kustomization.yaml",
            include_str!("kustomize/over/kustomization.yaml"),
        ),
        (
            "small/kustomization.yaml",
            "configMapGenerator: [{name: c, literals: [a=b]}]\n",
        ),
        ("over/p.yaml", include_str!("kustomize/over/p.yaml")),
    ];
    for (path, text) in files {
        world.write(&format!("/root/{path}"), text);
    }
    world
}

#[test]
fn bases_and_overlays() {
    check_on(
        &world(),
        &[
            (
                "kustomize base",
                include_str!("kustomize/base.expected.yaml"),
                0,
            ),
            (
                "kustomize /root/over",
                include_str!("kustomize/over.expected.yaml"),
                0,
            ),
            ("kustomize -o /root/out.yaml base", "", 0),
            ("apply -k small", "configmap/c-4h2mbtbbt6 created\n", 0),
            ("get -k small -o name", "configmap/c-4h2mbtbbt6\n", 0),
            (
                "delete -k small",
                "configmap \"c-4h2mbtbbt6\" deleted from default namespace\n",
                0,
            ),
        ],
    );
}

#[test]
fn mistakes() {
    let broken = |text: &str, message: &str| {
        let world = World::new();
        world.write(
            "/root/k/d.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
        );
        world.write(
            "/root/k/p.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: zz}\n",
        );
        world.write("/root/out.yaml", "");
        world.write("/root/k/kustomization.yaml", text);
        check_on(
            &world,
            &[("kustomize k", &format!("error: {message}\n"), 1)],
        );
    };
    broken("", "kustomization.yaml is empty");
    broken(
        "foo: 1\n",
        "invalid Kustomization: json: unknown field \"foo\"",
    );
    broken(
        "helmCharts: [{name: x}]\n",
        "the field \"helmCharts\" of kustomizations is not supported here",
    );
    broken(
        "resources: [d.yaml, d.yaml]\n",
        "accumulating resources: accumulation err='merging resources from 'd.yaml': may not add resource with an already \
         registered id: ConfigMap.v1.[noGrp]/c.[noNs]': must build at directory: '/root/k/d.yaml': file is not directory",
    );
    broken(
        "resources: [d.yaml]\npatches: [{path: p.yaml}]\n",
        "no resource matches strategic merge patch \"ConfigMap.v1.[noGrp]/zz.[noNs]\": no matches for Id \
         ConfigMap.v1.[noGrp]/zz.[noNs]; failed to find unique target for patch ConfigMap.v1.[noGrp]/zz.[noNs]",
    );
    broken(
        "secretGenerator: [{name: c, literals: [ab]}]\n",
        "loading KV pairs: literal sources [ab]: invalid literal source ab, expected key=value",
    );
    broken(
        "resources: [../out.yaml]\n",
        "accumulating resources: accumulation err='accumulating resources from '../out.yaml': security; file \
         '/root/out.yaml' is not in or below '/root/k'': must build at directory: '/root/out.yaml': file is not directory",
    );
    check(&[(
        "kustomize a b",
        "error: specify one path to kustomization.yaml\n",
        1,
    )]);
}
