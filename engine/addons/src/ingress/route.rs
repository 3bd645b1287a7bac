//! Which backend a request is for.
//!
//! First the host: a rule that names it, else one with a wildcard for its first label, else rules without a host. Then the
//! path among the rules of that host: `Exact` before `Prefix`, longer before shorter, older Ingresses before younger ones.
//! No path, no backend but the default one.

use std::rc::Rc;

use api::networking::v1::{Ingress, IngressBackend};
use apimachinery::{Shared, Str};

/// The annotation that replaces what the rule's path has matched.
const REWRITE: &str = "nginx.ingress.kubernetes.io/rewrite-target";

/// The annotation that says whether hosts with a certificate are served in plain HTTP, too.
const REDIRECT: &str = "nginx.ingress.kubernetes.io/ssl-redirect";

/// Where a request goes.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) namespace: Str,
    pub(super) backend: IngressBackend,
    /// The path that the backend is asked for.
    pub(super) path: String,
    /// Its host has a certificate, and plain HTTP is sent there.
    pub(super) only_tls: bool,
}

/// Whether a rule's host means a host name.
pub(super) fn is_host(rule: &str, host: &str) -> bool {
    match rule.strip_prefix("*.") {
        // The wildcard is for one label.
        Some(parent) => host
            .split_once('.')
            .is_some_and(|(first, rest)| !first.is_empty() && rest.eq_ignore_ascii_case(parent)),
        None => rule.eq_ignore_ascii_case(host),
    }
}

/// Whether plain HTTP for a host is sent to TLS.
fn is_only_tls(ingress: &Ingress, host: &str) -> bool {
    let mut tls = ingress.spec.tls.iter();
    tls.any(|tls| tls.hosts.iter().any(|name| is_host(name, host)))
        && ingress
            .metadata
            .annotations
            .get(REDIRECT)
            .is_none_or(|wish| wish != "false")
}

/// Whether a path is meant by a rule's path of that type; how long what is matched is.
fn is_path(type_: &str, rule: &str, path: &str) -> bool {
    let rule = if rule.is_empty() { "/" } else { rule };
    if type_ == "Exact" {
        return rule == path;
    }
    // By elements: /foo is for /foo, /foo/ and /foo/bar, not for /foobar.
    let prefix = rule.trim_end_matches('/');
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The backend of a request, if a rule is for it; `ingresses` are in order of age.
pub(super) fn find(ingresses: &[Rc<Ingress>], host: &str, path: &str) -> Option<Found> {
    let kinds: [&dyn Fn(&str) -> bool; 3] = [
        &|rule| !rule.starts_with("*.") && is_host(rule, host),
        &|rule| rule.starts_with("*.") && is_host(rule, host),
        &str::is_empty,
    ];
    let any = |fits: &dyn Fn(&str) -> bool| {
        let mut rules = ingresses.iter().flat_map(|ingress| &ingress.spec.rules);
        rules.any(|rule| fits(&rule.host))
    };
    // A host that is named anywhere is served by its own rules only.
    let fits = kinds.into_iter().find(|fits| any(*fits));
    let mut best: Option<((bool, usize), Found)> = None;
    for ingress in ingresses {
        let target = ingress.metadata.annotations.get(REWRITE);
        let rules = ingress.spec.rules.iter();
        for rule in rules.filter(|rule| fits.is_some_and(|fits| fits(&rule.host))) {
            for candidate in rule.http.iter().flat_map(|http| &http.paths) {
                let type_ = candidate.path_type.as_deref().unwrap_or_default();
                let rewritten = if is_pattern(&candidate.path) {
                    by_pattern(&candidate.path, target, path)
                } else if is_path(type_, &candidate.path, path) {
                    Some(target.map_or_else(|| path.to_owned(), |target| target.to_string()))
                } else {
                    None
                };
                let Some(path) = rewritten else { continue };
                let rank = (type_ == "Exact", candidate.path.trim_end_matches('/').len());
                if best.as_ref().is_none_or(|(known, _)| rank > *known) {
                    let found = Found {
                        namespace: ingress.metadata.namespace.clone(),
                        backend: candidate.backend.clone(),
                        path,
                        only_tls: is_only_tls(ingress, host),
                    };
                    best = Some((rank, found));
                }
            }
        }
    }
    best.map(|(_, found)| found)
        .or_else(|| default(ingresses, fits, (host, path)))
}

/// The default backend of an Ingress whose rules the host is in, or of one without rules.
fn default(
    ingresses: &[Rc<Ingress>],
    fits: Option<&dyn Fn(&str) -> bool>,
    (host, path): (&str, &str),
) -> Option<Found> {
    let of = |ingress: &Rc<Ingress>| {
        let backend: &Shared<IngressBackend> = ingress.spec.default_backend.as_ref()?;
        Some(Found {
            namespace: ingress.metadata.namespace.clone(),
            backend: (**backend).clone(),
            path: path.to_owned(),
            only_tls: is_only_tls(ingress, host),
        })
    };
    let mut own = ingresses.iter().filter(|ingress| {
        let mut rules = ingress.spec.rules.iter();
        rules.any(|rule| fits.is_some_and(|fits| fits(&rule.host)))
    });
    let mut without = ingresses.iter().filter(|i| i.spec.rules.is_empty());
    own.find_map(of).or_else(|| without.find_map(of))
}

/// Whether a path is a regular expression, as `use-regex` and rewriting with groups make it.
fn is_pattern(path: &str) -> bool {
    path.contains('(')
}

fn by_pattern(pattern: &str, target: Option<&Str>, path: &str) -> Option<String> {
    let pattern = regex_lite::Regex::new(&format!("(?i)^{pattern}")).ok()?;
    let groups = pattern.captures(path)?;
    let Some(target) = target else {
        return Some(path.to_owned());
    };
    let mut out = String::new();
    let mut chars = target.chars();
    while let Some(c) = chars.next() {
        let number = match c {
            '$' => chars.next().and_then(|digit| digit.to_digit(10)),
            other => {
                out.push(other);
                continue;
            }
        };
        let group = number.and_then(|number| groups.get(number as usize));
        out.push_str(group.map_or("", |group| group.as_str()));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use api::networking::v1::{HTTPIngressPath, HTTPIngressRuleValue, IngressRule};

    use super::*;

    fn ingress(host: &str, paths: &[(&str, &str, &str)]) -> Ingress {
        let mut ingress = Ingress::default();
        let paths = paths.iter().map(|(type_, path, service)| {
            let mut candidate = HTTPIngressPath {
                path: (*path).into(),
                path_type: Some((*type_).into()),
                ..HTTPIngressPath::default()
            };
            candidate.backend.service.get_or_insert_default().name = (*service).into();
            candidate
        });
        ingress.spec.rules.push(IngressRule {
            host: host.into(),
            http: Some(
                HTTPIngressRuleValue {
                    paths: paths.collect(),
                }
                .into(),
            ),
        });
        ingress
    }

    fn check(ingresses: &[Rc<Ingress>], host: &str, path: &str) -> String {
        let Some(found) = find(ingresses, host, path) else {
            return "none".to_owned();
        };
        let service = found.backend.service.map(|s| s.name.to_string());
        format!("{} {}", service.unwrap_or_default(), found.path)
    }

    #[test]
    fn the_longest_path_of_the_nearest_host() {
        let all = [
            ingress(
                "a.example.com",
                &[
                    ("Prefix", "/", "root"),
                    ("Prefix", "/foo", "foo"),
                    ("Exact", "/foo", "exact"),
                ],
            ),
            ingress("*.example.com", &[("Prefix", "/", "wild")]),
            ingress("", &[("Prefix", "/x", "any")]),
        ]
        .map(Rc::new);
        assert_eq!(check(&all, "a.example.com", "/"), "root /");
        assert_eq!(check(&all, "a.example.com", "/foo"), "exact /foo");
        assert_eq!(check(&all, "a.example.com", "/foo/"), "foo /foo/");
        assert_eq!(check(&all, "a.example.com", "/foobar"), "root /foobar");
        assert_eq!(check(&all, "b.example.com", "/foo"), "wild /foo");
        assert_eq!(check(&all, "c.b.example.com", "/x"), "any /x");
        assert_eq!(check(&all, "10.0.0.1", "/y"), "none");
    }

    #[test]
    fn a_rewritten_path_has_its_groups() {
        let mut one = ingress(
            "h",
            &[("ImplementationSpecific", "/something(/|$)(.*)", "s")],
        );
        one.metadata.annotations.insert(REWRITE, "/$2");
        assert_eq!(check(&[Rc::new(one)], "h", "/something/new"), "s /new");
    }

    #[test]
    fn without_a_path_there_is_the_default_backend() {
        let mut one = ingress("h", &[("Exact", "/a", "a")]);
        let backend = one.spec.default_backend.get_or_insert_default();
        backend.service.get_or_insert_default().name = "rest".into();
        let all = [Rc::new(one)];
        assert_eq!(check(&all, "h", "/b"), "rest /b");
        assert_eq!(check(&all, "other", "/b"), "none");
    }
}
