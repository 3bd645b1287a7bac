//! `kubectl config set-cluster`

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::kubeconfig::Store;
use crate::kubeconfig::types::{Cluster, NamedCluster};
use crate::util::go;

pub(super) const COMMAND: Command = Command {
    name: "set-cluster",
    usage: "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] \
            [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
    no_flags_in_use: true,
    short: "Set a cluster entry in kubeconfig",
    long: "Set a cluster entry in kubeconfig.

Specifying a name that already exists will merge new fields on top of existing values for those fields.",
    example: "# Another server for a cluster, the rest as it was
kubectl config set-cluster e2e --server=https://1.2.3.4

# The certificate authority's data inside the kubeconfig
kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt

# No checks of the server's certificate
kubectl config set-cluster e2e --insecure-skip-tls-verify=true

# The name that the certificate must have
kubectl config set-cluster e2e --tls-server-name=my-cluster-name

# By way of a proxy
kubectl config set-cluster e2e --proxy-url=https://1.2.3.4",
    flags: &[&[
        Flag::string(
            "certificate-authority",
            "Path to certificate-authority file for the cluster entry in kubeconfig",
        ),
        Flag::bool("embed-certs", "embed-certs for the cluster entry in kubeconfig"),
        Flag::bool(
            "insecure-skip-tls-verify",
            "insecure-skip-tls-verify for the cluster entry in kubeconfig",
        ),
        Flag::string("proxy-url", "proxy-url for the cluster entry in kubeconfig"),
        Flag::string("server", "server for the cluster entry in kubeconfig"),
        Flag::string(
            "tls-server-name",
            "tls-server-name for the cluster entry in kubeconfig",
        ),
    ]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let [name] = cx.args.as_slice() else {
            return Err(super::wrong_arguments(&cx));
        };
        validate(&cx, name)?;
        let (mut store, mut config) = super::starting_or_new(&cx)?;
        let at = config.clusters.iter().position(|c| c.name == *name);
        let mut entry = at.map_or_else(NamedCluster::default, |at| config.clusters.remove(at));
        entry.name = name.as_str().into();
        change(&cx, &store, &mut entry.cluster)?;
        config.clusters.push(entry);
        config.clusters.sort_by(|a, b| a.name.cmp(&b.name));
        store.write(&*cx.host, &config)?;
        cx.out(&format!("Cluster {} set.\n", go::quote(name)));
        Ok(())
    })
}

fn validate(cx: &Context, name: &str) -> Result<(), Error> {
    let (flags, authority) = (&cx.flags, cx.flags.str("certificate-authority"));
    if name.is_empty() {
        return Err("you must specify a non-empty cluster name".into());
    }
    if flags.bool("insecure-skip-tls-verify") && !authority.is_empty() {
        return Err(
            "you cannot specify a certificate authority and insecure mode at the same time".into(),
        );
    }
    if flags.bool("embed-certs") {
        if authority.is_empty() {
            return Err("you must specify a --certificate-authority to embed".into());
        }
        cx.host.stat(authority).map_err(|error| {
            fail!(
                "could not stat certificate-authority file {authority}: {}",
                error.of("stat", authority).text()
            )
        })?;
    }
    Ok(())
}

fn change(cx: &Context, store: &Store, cluster: &mut Cluster) -> Result<(), Error> {
    let flags = &cx.flags;
    if flags.changed("server") {
        cluster.server = flags.str("server").into();
        cluster.tls_server_name = Default::default();
    }
    if flags.changed("tls-server-name") {
        cluster.tls_server_name = flags.str("tls-server-name").into();
    }
    if flags.changed("insecure-skip-tls-verify") {
        cluster.insecure_skip_tls_verify = flags.bool("insecure-skip-tls-verify");
        if cluster.insecure_skip_tls_verify {
            cluster.certificate_authority = Default::default();
            cluster.certificate_authority_data = Default::default();
        }
    }
    if flags.changed("certificate-authority") {
        let path = flags.str("certificate-authority");
        cluster.insecure_skip_tls_verify = false;
        if flags.bool("embed-certs") {
            let bytes = cx.host.read_file(path).map_err(|e| e.of("open", path))?;
            cluster.certificate_authority_data = bytes.into();
            cluster.certificate_authority = Default::default();
        } else {
            cluster.certificate_authority = super::kept_path(cx, store, path).into();
            cluster.certificate_authority_data = Default::default();
        }
    }
    if flags.changed("proxy-url") {
        cluster.proxy_url = flags.str("proxy-url").into();
    }
    Ok(())
}
