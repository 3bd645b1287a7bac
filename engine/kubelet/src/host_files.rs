//! The files that the kubelet writes into every container: `/etc/hosts`, `/etc/hostname`, `/etc/resolv.conf`.

use std::rc::Rc;

use api::core::v1::Pod;

use crate::kubelet::Kubelet;

/// No host name is longer than this.
const HOSTNAME_LIMIT: usize = 63;

impl Kubelet {
    /// The host name of a pod's containers: the whole name if the pod wants it.
    pub(crate) fn hostname(&self, pod: &Pod) -> String {
        let whole = pod.spec.set_hostname_as_fqdn == Some(true);
        let fqdn = self
            .fqdn(pod)
            .filter(|name| whole && name.len() < HOSTNAME_LIMIT);
        fqdn.unwrap_or_else(|| self.short_hostname(pod))
    }

    fn short_hostname(&self, pod: &Pod) -> String {
        if let Some(name) = &pod.spec.hostname_override {
            return name.to_string();
        }
        if pod.spec.host_network {
            return self.config().node.to_string();
        }
        let name = match pod.spec.hostname.as_str() {
            "" => &pod.metadata.name,
            _ => &pod.spec.hostname,
        };
        let cut = name.get(..HOSTNAME_LIMIT).unwrap_or(name);
        cut.trim_end_matches(['-', '.']).to_owned()
    }

    /// The pod's name in the cluster's DNS, if it has a subdomain and was not given any other name.
    fn fqdn(&self, pod: &Pod) -> Option<String> {
        let subdomain = &pod.spec.subdomain;
        if subdomain.is_empty() || pod.spec.hostname_override.is_some() {
            return None;
        }
        let hostname = self.short_hostname(pod);
        let (namespace, domain) = (&pod.metadata.namespace, &self.config().cluster_domain);
        Some(format!("{hostname}.{subdomain}.{namespace}.svc.{domain}"))
    }

    /// Paths and contents.
    pub(crate) fn managed_files(&self, pod: &Pod, pod_ip: &str) -> Vec<(&'static str, Rc<str>)> {
        let share = |text: &str| self.runtime().shared().texts.share(text);
        vec![
            ("/etc/hosts", self.hosts_file(pod, pod_ip).into()),
            ("/etc/hostname", format!("{}\n", self.hostname(pod)).into()),
            ("/etc/resolv.conf", share(&self.resolv_conf(pod))),
        ]
    }

    fn hosts_file(&self, pod: &Pod, pod_ip: &str) -> String {
        if pod.spec.host_network {
            let (ip, node) = (self.config().ip, &self.config().node);
            let mut text = format!(
                "# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n{ip}\t{node}\n"
            );
            add_aliases(pod, &mut text);
            return text;
        }
        let mut text = "# Kubernetes-managed hosts file.\n\
                        127.0.0.1\tlocalhost\n\
                        ::1\tlocalhost ip6-localhost ip6-loopback\n\
                        fe00::\tip6-localnet\n\
                        fe00::\tip6-mcastprefix\n\
                        fe00::1\tip6-allnodes\n\
                        fe00::2\tip6-allrouters\n"
            .to_owned();
        let hostname = self.short_hostname(pod);
        match self.fqdn(pod) {
            Some(fqdn) => text.push_str(&format!("{pod_ip}\t{fqdn}\t{hostname}\n")),
            None => text.push_str(&format!("{pod_ip}\t{hostname}\n")),
        }
        add_aliases(pod, &mut text);
        text
    }

    fn resolv_conf(&self, pod: &Pod) -> String {
        let config = self.config();
        let domain = &config.cluster_domain;
        let policy = pod.spec.dns_policy.as_str();
        let cluster_first = match policy {
            "ClusterFirst" | "" => !pod.spec.host_network,
            "ClusterFirstWithHostNet" => true,
            _ => false,
        };
        let mut servers = Vec::new();
        let mut searches = Vec::new();
        let mut options = Vec::new();
        match config.cluster_dns {
            Some(dns) if cluster_first => {
                servers.push(dns.to_string());
                let namespace = &pod.metadata.namespace;
                searches.push(format!("{namespace}.svc.{domain}"));
                searches.push(format!("svc.{domain}"));
                searches.push(domain.to_string());
                options.push("ndots:5".to_owned());
            }
            _ if policy == "None" => {}
            _ => servers.push("192.0.2.53".to_owned()),
        }
        if let Some(dns) = &pod.spec.dns_config {
            servers.extend(dns.nameservers.iter().map(|server| server.to_string()));
            searches.extend(dns.searches.iter().map(|search| search.to_string()));
            for option in &dns.options {
                let text = match &option.value {
                    Some(value) => format!("{}:{value}", option.name),
                    None => option.name.to_string(),
                };
                options.retain(|known| !known.starts_with(&format!("{}:", option.name)));
                options.push(text);
            }
        }
        let mut text = String::new();
        if !searches.is_empty() {
            text.push_str(&format!("search {}\n", searches.join(" ")));
        }
        for server in servers {
            text.push_str(&format!("nameserver {server}\n"));
        }
        if !options.is_empty() {
            text.push_str(&format!("options {}\n", options.join(" ")));
        }
        text
    }
}

/// The lines of a pod's `hostAliases`.
fn add_aliases(pod: &Pod, text: &mut String) {
    if pod.spec.host_aliases.is_empty() {
        return;
    }
    text.push_str("\n# Entries added by HostAliases.\n");
    for alias in &pod.spec.host_aliases {
        text.push_str(&format!("{}\t{}\n", alias.ip, alias.hostnames.join("\t")));
    }
}
