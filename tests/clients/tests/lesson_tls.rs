//! `tabernetes lesson run` on a cluster that is reached as real ones are: over TLS, with a CA of its own, client
//! certificates, tokens and programs that log in. The native server speaks plain HTTP, so a front stands before it here.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command as Process;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tabernetes_tests::learner::{Learner, library};
use tabernetes_tests::serve::{Server, binary, kubectl};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// How many virtual seconds pass in a real one.
const SPEED: f64 = 8.0;
/// The one name that the front's certificate is for.
const NAME: &str = "api.test";

/// A certificate authority with what it has signed, as kubeconfigs want it.
struct Certificates {
    ca: String,
    server: (CertificateDer<'static>, PrivateKeyDer<'static>),
    client: (String, String),
}

impl Certificates {
    fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "a CA");
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let server_key = KeyPair::generate()?;
        let server = CertificateParams::new(vec![NAME.to_owned()])?.signed_by(&server_key, &ca)?;
        let client_key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "anna");
        let client = params.signed_by(&client_key, &ca)?;
        let key =
            PrivateKeyDer::try_from(server_key.serialize_der()).map_err(anyhow::Error::msg)?;
        Ok(Self {
            ca: ca.pem(),
            server: (server.der().clone(), key),
            client: (client.pem(), client_key.serialize_pem()),
        })
    }

    /// What the front is: it shows its certificate, and demands one if it is told so.
    fn front(&self, demanding: bool) -> Result<ServerConfig> {
        let config = ServerConfig::builder();
        let config = if demanding {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(pem(&self.ca)?);
            config
                .with_client_cert_verifier(WebPkiClientVerifier::builder(Arc::new(roots)).build()?)
        } else {
            config.with_no_client_auth()
        };
        let (certificate, key) = &self.server;
        Ok(config.with_single_cert(vec![certificate.clone()], key.clone_key())?)
    }
}

/// The certificates of a PEM text.
fn pem(text: &str) -> Result<Vec<CertificateDer<'static>>> {
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    let all = CertificateDer::pem_slice_iter(text.as_bytes());
    Ok(all.collect::<Result<_, _>>()?)
}

/// Starts a front before a server; where it listens.
async fn front(config: ServerConfig, server: SocketAddr) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut outside = match acceptor.accept(stream).into_fallible().await {
                    Ok(outside) => outside,
                    // Whoever is refused may have asked already: what closes with that unread resets the connection,
                    // and the alert that says why can be lost.
                    Err((_, mut refused)) => {
                        let _ = tokio::io::copy(&mut refused, &mut tokio::io::sink()).await;
                        return;
                    }
                };
                if let Ok(mut inside) = TcpStream::connect(server).await {
                    let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
                }
            });
        }
    });
    Ok(address)
}

/// A kubeconfig with what it says of the cluster and of the user.
fn kubeconfig(address: SocketAddr, cluster: &str, user: &str) -> String {
    format!(
        "apiVersion: v1
kind: Config
current-context: elsewhere
contexts:
- {{ name: elsewhere, context: {{ cluster: nowhere, user: nobody }} }}
- {{ name: far, context: {{ cluster: far, user: anna }} }}
clusters:
- {{ name: nowhere, cluster: {{ server: 'https://127.0.0.1:1' }} }}
- {{ name: far, cluster: {{ server: 'https://{address}', {cluster} }} }}
users:
- {{ name: nobody, user: {{}} }}
- {{ name: anna, user: {{ {user} }} }}
"
    )
}

/// A program that takes lessons on the context `far` of this kubeconfig.
fn tabernetes(server: &Server, config: &str) -> Result<Process> {
    let path = server.home.join("far/config");
    std::fs::write(&path, config)?;
    let mut process = server.program(binary()?);
    process.env("KUBECONFIG", path);
    Ok(process)
}

#[test]
fn a_lesson_is_taken_over_tls_with_whatever_logs_in() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    everything(&runtime).unwrap_or_else(|error| panic!("{error:#}"));
}

fn everything(runtime: &tokio::runtime::Runtime) -> Result<()> {
    let kubectl = kubectl().context("no kubectl v1.36: `cargo xtask setup` installs it")?;
    let server = Server::start_at(SPEED, "tls", &kubectl, None)?;
    let behind: SocketAddr = server.url()?.trim_start_matches("http://").parse()?;
    let folder = server.home.join("far");
    std::fs::create_dir_all(&folder)?;
    let (ours, others) = (Certificates::new()?, Certificates::new()?);
    let strict = runtime.block_on(front(ours.front(true)?, behind))?;
    let open = runtime.block_on(front(ours.front(false)?, behind))?;
    for (name, text) in [
        ("ca.crt", &ours.ca),
        ("anna.crt", &ours.client.0),
        ("anna.key", &ours.client.1),
    ] {
        std::fs::write(folder.join(name), text)?;
    }
    let data = |text: &str| STANDARD.encode(text);
    let ca = format!(
        "certificate-authority-data: {}, tls-server-name: {NAME}",
        data(&ours.ca)
    );
    let anna = |of: &Certificates| {
        let (certificate, key) = &of.client;
        format!(
            "client-certificate-data: {}, client-key-data: {}",
            data(certificate),
            data(key)
        )
    };

    // A whole lesson, the real kubectl's part of it too, by a certificate.
    let library = library()?;
    let lesson = library.get("pods/01-first-pod").context("the first")?;
    let config = kubeconfig(strict, &ca, &anna(&ours));
    let mut learner = Learner::begin_at(
        tabernetes(&server, &config)?,
        &lesson.id,
        &["--context", "far"],
    )?;
    let outcome = learner.follow(lesson, str::to_owned);
    outcome.context(learner.seen())?;

    // The other ways to say the same: the lesson begins, and kubectl is answered.
    let made = "kubectl create serviceaccount boss && kubectl create clusterrolebinding boss \
                --clusterrole=cluster-admin --serviceaccount=default:boss >/dev/null && kubectl create token boss";
    let made = server.run(made)?;
    let token = made.stdout.lines().last().context("a token")?.to_owned();
    std::fs::write(folder.join("token"), &token)?;
    let login = format!(
        "#!/bin/sh\necho '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"{token}\"}}}}'\n"
    );
    program(&folder.join("login"), &login)?;
    program(&folder.join("no-login"), "#!/bin/sh\nexit 3\n")?;
    let exec = |name: &str| {
        format!(
            "exec: {{ apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: '{}' }}",
            folder.join(name).display()
        )
    };
    let files = format!("certificate-authority: ca.crt, tls-server-name: {NAME}");
    for (address, cluster, user) in [
        (
            strict,
            files.clone(),
            "client-certificate: anna.crt, client-key: anna.key".into(),
        ),
        (strict, "insecure-skip-tls-verify: true".into(), anna(&ours)),
        (open, ca.clone(), format!("token: {token}")),
        (
            open,
            ca.clone(),
            format!("tokenFile: '{}'", folder.join("token").display()),
        ),
        (open, ca.clone(), exec("login")),
    ] {
        let config = kubeconfig(address, &cluster, &user);
        let mut learner = Learner::begin_at(
            tabernetes(&server, &config)?,
            "pods/05-phases",
            &["--context", "far"],
        )?;
        let mut begin = || -> Result<()> {
            learner.wait_for("## 1. ")?;
            learner.type_line("kubectl get pods || echo REFUSED")?;
            learner.wait_for("No resources found in lesson-pods-05-phases namespace.")?;
            // No mark comes after it: nobody is there any more.
            let _ = learner.type_line("quit");
            learner.wait_for("Not finished.")?;
            learner.end()?;
            Ok(())
        };
        begin().with_context(|| format!("{cluster} {user}"))?;
        gone(&server)?;
    }

    // And what does not work says why.
    let trusts_others = format!(
        "certificate-authority-data: {}, tls-server-name: {NAME}",
        data(&others.ca)
    );
    let no_name = format!("certificate-authority-data: {}", data(&ours.ca));
    let none = "username: anna".to_owned();
    for (address, cluster, user, says) in [
        (
            strict,
            &trusts_others,
            anna(&ours),
            "its certificate is not signed by whom the kubeconfig trusts (certificate-authority)",
        ),
        (
            strict,
            &no_name,
            anna(&ours),
            "its certificate is for another name",
        ),
        (strict, &ca, none, "it wants a client certificate"),
        (
            strict,
            &ca,
            anna(&others),
            "client certificate of the kubeconfig's user",
        ),
        (
            open,
            &ca,
            "token: wrong".into(),
            "it does not know who the kubeconfig's user is",
        ),
        (open, &ca, exec("no-login"), "logging in"),
        (behind, &ca, anna(&ours), "it does not speak TLS there"),
        (
            "127.0.0.1:1".parse()?,
            &ca,
            anna(&ours),
            "nobody listens there",
        ),
    ] {
        let config = kubeconfig(address, cluster, &user);
        let mut learner = Learner::begin_at(
            tabernetes(&server, &config)?,
            "pods/05-phases",
            &["--context", "far"],
        )?;
        ensure!(!learner.end()?, "{says}: it says that all went well");
        learner.wait_for(says)?;
        let seen = learner.seen();
        ensure!(
            seen.contains("tabernetes: ") && !seen.contains("## 1."),
            "{seen}"
        );
    }
    Ok(())
}

/// Nothing is left of the lesson.
fn gone(server: &Server) -> Result<()> {
    let there = server.run("kubectl get namespaces --no-headers | grep -v Terminating")?;
    ensure!(!there.stdout.contains("lesson-"), "{}", there.stdout);
    // The next one needs its name.
    server.run("kubectl wait --for=delete namespace/lesson-pods-05-phases --timeout=60s")?;
    Ok(())
}

fn program(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}
