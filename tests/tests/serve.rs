//! The real kubectl v1.36 against `tabernetes serve`.
//!
//! A few commands of every sort must work. Then recorded sessions are typed into a real bash with the real kubectl, and
//! compared as the transcripts are; the report is `target/serve.txt`. The commands that match are listed in
//! `recordings/kubectl/serving.txt`; one of them that differs fails the test, unless a second run of its session matches:
//! real programs share a real machine, and what happens within a second may come out in another order. The others are in
//! `recordings/kubectl/serving-misses.txt`, each with its reason.
//!
//! A few sessions are run by default, for these take real time. `SERVE=all` runs all; `SERVE=FOLDER` runs those of a
//! folder, or one, and only reports. `cargo xtask bless serve` writes the list anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use tabernetes_tests::reasons::{Matching, SERVE};
use tabernetes_tests::serve::{Server, kubectl};
use tabernetes_tests::transcript::{self, Command, Report, Verdict};

/// What is run by default: something of everything.
const USUAL: [&str; 14] = [
    "01-pod-lifecycle",
    "02-get-output-formats",
    "05-immutable-fields",
    "08-deployment-basics",
    "18-services",
    "22-configmaps",
    "42-quota",
    "43-limitrange",
    "44-rbac",
    "45-serviceaccounts",
    "46-labels-annotations",
    "47-patch-replace-edit",
    "58-custom-resources",
    "60-security-context",
];
/// How many sessions run at once.
const AT_ONCE: usize = 2;

fn real_kubectl() -> Result<PathBuf> {
    kubectl()
        .context("no kubectl v1.36: `cargo xtask setup` installs it, or say KUBECTL=/path/to/it")
}

#[test]
fn kubectl_works() {
    smoke().unwrap_or_else(|error| panic!("{error:#}"));
}

fn smoke() -> Result<()> {
    let server = Server::start("smoke", &real_kubectl()?)?;
    let check = |line: &str, exit: i32, wanted: &str| -> Result<()> {
        let done = server.run(line)?;
        if done.exit != exit || !(done.stdout.clone() + &done.stderr).contains(wanted) {
            bail!("{line}: wanted {wanted:?} and exit {exit}, got {done:#?}");
        }
        Ok(())
    };
    for (line, exit, wanted) in [
        ("kubectl version", 0, "Server Version: v1.36"),
        ("kubectl get nodes", 0, "node-3   Ready"),
        (
            "kubectl create deployment web --image=nginx --replicas=2",
            0,
            "deployment.apps/web created",
        ),
        (
            "kubectl rollout status deployment web --timeout=60s",
            0,
            "successfully rolled out",
        ),
        ("kubectl get deployment web -o yaml", 0, "replicas: 2"),
        ("kubectl get pods -o wide", 0, "Running"),
        ("kubectl describe deployment web", 0, "2 available"),
        ("kubectl scale deployment web --replicas=3", 0, "scaled"),
        ("kubectl label deployment web a=b", 0, "labeled"),
        (
            "kubectl set image deployment/web nginx=nginx:1.27",
            0,
            "image updated",
        ),
        (
            "kubectl patch deployment web -p '{\"spec\":{\"paused\":true}}'",
            0,
            "patched",
        ),
        (
            "kubectl create configmap c --from-literal=a=b",
            0,
            "configmap/c created",
        ),
        (
            "kubectl create configmap c --from-literal=a=b",
            1,
            "already exists",
        ),
        (
            "kubectl run shell --image=busybox -- sleep 1000",
            0,
            "pod/shell created",
        ),
        (
            "kubectl wait --for=condition=Ready pod/shell --timeout=60s",
            0,
            "condition met",
        ),
        ("kubectl exec shell -- echo hello", 0, "hello"),
        (
            "kubectl exec shell -- sh -c 'exit 3'",
            3,
            "terminated with exit code 3",
        ),
        ("echo in | kubectl exec -i shell -- cat", 0, "in"),
        (
            "kubectl run talk --image=busybox -- sh -c 'echo talking; sleep 1000'",
            0,
            "created",
        ),
        (
            "kubectl wait --for=condition=Ready pod/talk --timeout=60s",
            0,
            "condition met",
        ),
        ("kubectl logs talk", 0, "talking"),
        // The first line of what goes on; kubectl itself ends with the server.
        (
            "read line < <(kubectl logs -f talk); echo $line",
            0,
            "talking",
        ),
        (
            "read line < <(kubectl get pods shell -w --no-headers); echo $line",
            0,
            "shell",
        ),
        (
            "kubectl get pods --as=jane",
            1,
            "User \"jane\" cannot list resource \"pods\"",
        ),
        ("kubectl auth can-i list pods --as=jane", 1, "no"),
        ("kubectl auth whoami", 0, "kubernetes-admin"),
        ("kubectl create token default", 0, "ey"),
        ("kubectl get --raw /healthz", 0, "ok"),
        ("kubectl delete deployment web", 0, "deleted"),
        (
            "kubectl delete pod shell talk --grace-period=1",
            0,
            "deleted",
        ),
    ] {
        check(line, exit, wanted)?;
    }
    Ok(())
}

#[test]
fn recorded_sessions_come_out_the_same() {
    sessions().unwrap_or_else(|error| panic!("{error:#}"));
}

fn sessions() -> Result<()> {
    let kubectl = real_kubectl()?;
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let recordings = manifest.join("recordings/kubectl");
    let given = std::env::var("SERVE").ok();
    let folder = match given.as_deref() {
        None | Some("all") => recordings.clone(),
        Some(folder) => PathBuf::from(folder),
    };
    let mut chosen = tabernetes_tests::scenarios(&folder, "transcript.jsonl")?;
    if given.is_none() {
        chosen.retain(|name, _| USUAL.contains(&name.as_str()));
    }
    let queue = Mutex::new(chosen.clone());
    let played = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((name, folder)) = next(&queue) {
                    let session = play(&name, &folder, &kubectl);
                    if let Ok(mut played) = played.lock() {
                        played.insert(name, session);
                    }
                }
            });
        }
    });
    let mut report = Report::default();
    let mut matching = Matching::new();
    for (name, session) in played.into_inner().unwrap_or_default() {
        let (expected, verdicts) = session.with_context(|| name.clone())?;
        report.add(&name, &expected, &verdicts);
        matching.insert(name, matches(&verdicts));
    }
    let out = manifest.join("../target/serve.txt");
    std::fs::write(&out, report.text()).with_context(|| format!("writing {}", out.display()))?;
    println!(
        "matched {} of {} commands",
        report.matched(),
        report.total()
    );
    if given.as_deref().is_some_and(|given| given != "all") {
        return Ok(());
    }
    let mut listed = SERVE.read(&recordings)?;
    if std::env::var_os("BLESS").is_some() {
        listed.extend(matching);
        return SERVE.bless(&recordings, &listed);
    }
    let mut lost = Vec::new();
    for (name, wanted) in listed
        .iter()
        .filter(|(name, _)| matching.contains_key(*name))
    {
        let missing = |now: &BTreeSet<usize>| wanted.difference(now).copied().collect::<Vec<_>>();
        let mut now = missing(&matching[name]);
        if !now.is_empty()
            && let Some(folder) = chosen.get(name)
        {
            let again = matches(&play(name, folder, &kubectl)?.1);
            now.retain(|command| !again.contains(command));
        }
        lost.extend(now.into_iter().map(|command| format!("{name}[{command}]")));
    }
    if !lost.is_empty() {
        bail!(
            "matched once, and differ now (see target/serve.txt):\n{}",
            lost.join("\n")
        );
    }
    Ok(())
}

#[test]
fn every_command_matches_or_has_a_reason() {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/kubectl");
    SERVE
        .check(&recordings)
        .unwrap_or_else(|error| panic!("{error:#}"));
}

fn next(queue: &Mutex<BTreeMap<String, PathBuf>>) -> Option<(String, PathBuf)> {
    queue.lock().ok()?.pop_first()
}

fn play(name: &str, folder: &Path, kubectl: &Path) -> Result<(Vec<Command>, Vec<Verdict>)> {
    let expected = transcript::load(&folder.join("transcript.jsonl"))?;
    let meta = transcript::load_meta(&folder.join("meta.json"))?;
    let files = folder.join("files");
    let server = Server::stepped(name, kubectl, files.is_dir().then_some(files.as_path()))?;
    let actual = server.replay(&expected)?;
    let verdicts = transcript::compare(&expected, &meta, &actual);
    Ok((expected, verdicts))
}

fn matches(verdicts: &[Verdict]) -> BTreeSet<usize> {
    let matched = verdicts
        .iter()
        .enumerate()
        .filter(|(_, verdict)| **verdict == Verdict::Match);
    matched.map(|(i, _)| i).collect()
}
