//! kube-rs against `tabernetes serve`: a client of another family than Go's, which speaks to the server as its users'
//! programs do.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::{AsyncBufReadExt, StreamExt, TryStreamExt};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::api::{
    Api, AttachParams, DeleteParams, ListParams, LogParams, Patch, PatchParams, PostParams,
    WatchEvent, WatchParams,
};
use kube::{Client, Config};
use serde_json::json;
use tabernetes_tests::serve::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn kube_rs_works() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime
        .block_on(everything())
        .unwrap_or_else(|error| panic!("{error:#}"));
}

async fn everything() -> Result<()> {
    // The program that is put on the path is not used here.
    let server = Server::start("kube-rs", std::path::Path::new("/bin/true"))?;
    let client = Client::try_from(Config::new(server.url()?.parse()?))?;
    let version = client.apiserver_version().await?;
    ensure!(version.git_version.starts_with("v1.36."), "{version:?}");
    objects(&client).await.context("objects")?;
    applied(&client).await.context("server-side apply")?;
    pods(&client).await.context("pods")
}

/// Create, get, list in pieces, watch, patch, replace with a conflict, delete.
async fn objects(client: &Client) -> Result<()> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "default");
    let map = |name: &str| -> Result<ConfigMap> {
        Ok(serde_json::from_value(json!({
            "metadata": { "name": name, "labels": { "of": "kube-rs" } }, "data": { "a": "1" },
        }))?)
    };
    for name in ["one", "two", "three"] {
        maps.create(&PostParams::default(), &map(name)?).await?;
    }
    let again = maps.create(&PostParams::default(), &map("one")?).await;
    ensure!(
        matches!(&again, Err(kube::Error::Api(status)) if status.reason == "AlreadyExists"),
        "{again:?}"
    );

    let mut params = ListParams::default().labels("of=kube-rs").limit(2);
    let first = maps.list(&params).await?;
    ensure!(first.items.len() == 2, "{first:?}");
    params.continue_token = first.metadata.continue_;
    ensure!(maps.list(&params).await?.items.len() == 1);
    ensure!(
        maps.list_metadata(&ListParams::default().fields("metadata.name=two"))
            .await?
            .items
            .len()
            == 1
    );

    let revision = first
        .metadata
        .resource_version
        .context("a list has a revision")?;
    let mut watch = maps
        .watch(
            &WatchParams::default().labels("of=kube-rs").timeout(20),
            &revision,
        )
        .await?
        .boxed();
    let patch = Patch::Merge(json!({ "data": { "b": "2" } }));
    maps.patch("one", &PatchParams::default(), &patch).await?;
    let json_patch = Patch::Strategic(json!({ "metadata": { "annotations": { "seen": "yes" } } }));
    maps.patch("one", &PatchParams::default(), &json_patch)
        .await?;
    maps.delete("two", &DeleteParams::default()).await?;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let event = tokio::time::timeout(PATIENCE, watch.try_next()).await??;
        match event.context("the watch ended")? {
            WatchEvent::Modified(map) => seen.push(format!("modified {}", name_of(&map.metadata))),
            WatchEvent::Deleted(map) => seen.push(format!("deleted {}", name_of(&map.metadata))),
            WatchEvent::Bookmark(_) => {}
            other => bail!("{other:?}"),
        }
    }
    ensure!(
        seen == ["modified one", "modified one", "deleted two"],
        "{seen:?}"
    );

    let current = maps.get("one").await?;
    ensure!(
        current.data
            == Some(BTreeMap::from([
                ("a".into(), "1".into()),
                ("b".into(), "2".into())
            ]))
    );
    let mut stale = current.clone();
    maps.replace("one", &PostParams::default(), &current)
        .await?;
    stale.metadata.resource_version = Some("1".into());
    let conflict = maps.replace("one", &PostParams::default(), &stale).await;
    ensure!(
        matches!(&conflict, Err(kube::Error::Api(status)) if status.code == 409),
        "{conflict:?}"
    );
    maps.delete_collection(
        &DeleteParams::default(),
        &ListParams::default().labels("of=kube-rs"),
    )
    .await?;
    ensure!(
        maps.list(&ListParams::default().labels("of=kube-rs"))
            .await?
            .items
            .is_empty()
    );
    Ok(())
}

fn name_of(meta: &kube::core::ObjectMeta) -> &str {
    meta.name.as_deref().unwrap_or_default()
}

/// Server-side apply by two managers, and the `scale` subresource.
async fn applied(client: &Client) -> Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), "default");
    let config = |replicas: i32| {
        Patch::Apply(json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
            "spec": {
                "replicas": replicas,
                "selector": { "matchLabels": { "app": "web" } },
                "template": {
                    "metadata": { "labels": { "app": "web" } },
                    "spec": { "containers": [{ "name": "web", "image": "nginx" }] },
                },
            },
        }))
    };
    deployments
        .patch("web", &PatchParams::apply("one"), &config(1))
        .await?;
    let conflict = deployments
        .patch("web", &PatchParams::apply("two"), &config(2))
        .await;
    ensure!(
        matches!(&conflict, Err(kube::Error::Api(status)) if status.code == 409),
        "{conflict:?}"
    );
    let forced = deployments
        .patch("web", &PatchParams::apply("two").force(), &config(2))
        .await?;
    ensure!(forced.spec.and_then(|spec| spec.replicas) == Some(2));
    let scale = Patch::Merge(json!({ "spec": { "replicas": 1 } }));
    let scale = deployments
        .patch_scale("web", &PatchParams::default(), &scale)
        .await?;
    ensure!(scale.spec.and_then(|spec| spec.replicas) == Some(1));
    deployments
        .delete("web", &DeleteParams::background())
        .await?;
    Ok(())
}

/// A pod: until it is ready, its log as a stream, a program in it, and a port of it.
async fn pods(client: &Client) -> Result<()> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), "default");
    let pod = |name: &str, container: serde_json::Value| -> Result<Pod> {
        let spec = json!({ "containers": [container] });
        Ok(serde_json::from_value(
            json!({ "metadata": { "name": name }, "spec": spec }),
        )?)
    };
    let talk = json!({
        "name": "talk", "image": "busybox",
        "command": ["sh", "-c", "for i in 1 2 3; do echo line $i; sleep 1; done; sleep 1000"],
    });
    pods.create(&PostParams::default(), &pod("talk", talk)?)
        .await?;
    let web = json!({ "name": "web", "image": "nginx" });
    pods.create(&PostParams::default(), &pod("web", web)?)
        .await?;
    for name in ["talk", "web"] {
        tokio::time::timeout(PATIENCE, ready(&pods, name)).await??;
    }

    let follow = LogParams {
        follow: true,
        ..LogParams::default()
    };
    let mut lines = pods.log_stream("talk", &follow).await?.lines();
    for wanted in ["line 1", "line 2", "line 3"] {
        let line = tokio::time::timeout(PATIENCE, lines.try_next()).await??;
        ensure!(line.as_deref() == Some(wanted), "{line:?}");
    }

    let shell = [
        "sh",
        "-c",
        "read word; echo heard $word; echo no >&2; exit 3",
    ];
    let params = AttachParams::default()
        .stdin(true)
        .stdout(true)
        .stderr(true);
    let mut process = pods.exec("talk", shell, &params).await?;
    let mut stdin = process.stdin().context("a process has input")?;
    let (mut stdout, mut stderr) = (
        process.stdout().context("a process has output")?,
        process.stderr().context("a process has errors")?,
    );
    let status = process.take_status().context("a process has a status")?;
    stdin.write_all(b"hello\n").await?;
    let (mut out, mut err) = (String::new(), String::new());
    tokio::time::timeout(PATIENCE, stdout.read_to_string(&mut out)).await??;
    tokio::time::timeout(PATIENCE, stderr.read_to_string(&mut err)).await??;
    ensure!(
        (out.as_str(), err.as_str()) == ("heard hello\n", "no\n"),
        "{out:?} {err:?}"
    );
    let status = tokio::time::timeout(PATIENCE, status)
        .await?
        .context("it tells how it ended")?;
    ensure!(
        status.reason.as_deref() == Some("NonZeroExitCode"),
        "{status:?}"
    );

    let mut forwarder = pods.portforward("web", &[80]).await?;
    let mut port = forwarder.take_stream(80).context("the port has a stream")?;
    port.write_all(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
        .await?;
    let mut page = String::new();
    tokio::time::timeout(PATIENCE, port.read_to_string(&mut page)).await??;
    ensure!(
        page.starts_with("HTTP/1.1 200 OK") && page.contains("Welcome to nginx!"),
        "{page}"
    );

    let path = "/api/v1/namespaces/default/pods/web:80/proxy/";
    let request = http::Request::get(path).body(Vec::new())?;
    let page = client.request_text(request).await?;
    ensure!(page.contains("Welcome to nginx!"), "{page}");
    Ok(())
}

async fn ready(pods: &Api<Pod>, name: &str) -> Result<()> {
    loop {
        let status = pods.get(name).await?.status.unwrap_or_default();
        let conditions = status.conditions.unwrap_or_default();
        if conditions
            .iter()
            .any(|c| c.type_ == "Ready" && c.status == "True")
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
