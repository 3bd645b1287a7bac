//! URLs, as far as programs here take them apart.

/// A URL of the scheme `http` or `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Path and query, with the slash at its beginning.
    pub(crate) target: String,
}

/// Why a text is no URL that can be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BadUrl {
    /// A scheme that is not spoken here.
    Scheme(String),
    /// There is no host, or a port that is none.
    Malformed,
    /// The port is no number.
    Port,
}

impl Url {
    /// Reads `[http[s]://]HOST[:PORT][/PATH]`.
    pub(crate) fn parse(text: &str) -> Result<Self, BadUrl> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let tls = scheme.eq_ignore_ascii_case("https");
        if !tls && !scheme.eq_ignore_ascii_case("http") {
            return Err(BadUrl::Scheme(scheme.to_ascii_lowercase()));
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let authority = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        let (host, port) = match authority.split_once(':') {
            Some((host, "")) => (host, default_port(tls)),
            Some((host, port)) => (host, port.parse().map_err(|_| BadUrl::Port)?),
            None => (authority, default_port(tls)),
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(BadUrl::Malformed);
        }
        let target = target.split('#').next().unwrap_or_default();
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(Self {
            tls,
            host: host.to_owned(),
            port,
            target: format!("{slash}{target}"),
        })
    }

    /// What the `Host` field says.
    pub(crate) fn authority(&self) -> String {
        match self.port {
            port if port == default_port(self.tls) => self.host.clone(),
            port => format!("{}:{port}", self.host),
        }
    }

    /// The URL as text.
    pub(crate) fn text(&self) -> String {
        let scheme = self.scheme();
        format!("{scheme}://{}{}", self.authority(), self.target)
    }

    /// `http` or `https`.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }

    /// Where a redirection leads.
    pub(crate) fn join(&self, location: &str) -> Result<Self, BadUrl> {
        if location.contains("://") {
            return Self::parse(location);
        }
        let target = if location.starts_with('/') {
            location.to_owned()
        } else {
            let folder = self
                .target
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder);
            format!("{folder}/{location}")
        };
        Ok(Self {
            target,
            ..self.clone()
        })
    }

    /// The name of the file that a download is saved as.
    pub(crate) fn file_name(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.is_empty() {
            "index.html".to_owned()
        } else {
            name.to_owned()
        }
    }
}

fn default_port(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

#[cfg(test)]
mod tests {
    use super::{BadUrl, Url};

    #[test]
    fn urls_are_taken_apart() {
        let url = Url::parse("web:8080/a/b?q=1#top").unwrap();
        assert_eq!((url.host.as_str(), url.port), ("web", 8080));
        assert_eq!(url.target, "/a/b?q=1");
        assert_eq!(url.join("c").unwrap().target, "/a/c");
        assert_eq!(url.join("/c").unwrap().target, "/c");
        assert_eq!(Url::parse("http://web").unwrap().target, "/");
        assert_eq!(Url::parse("http://web?x").unwrap().target, "/?x");
        assert_eq!(Url::parse("http://"), Err(BadUrl::Malformed));
        assert_eq!(Url::parse("web:http"), Err(BadUrl::Port));
        assert_eq!(Url::parse("https://web").unwrap().port, 443);
        assert_eq!(Url::parse("https://web").unwrap().authority(), "web");
        assert_eq!(Url::parse("ftp://web"), Err(BadUrl::Scheme("ftp".into())));
    }
}
