//! Flags that every command takes, and `--help`.

use super::flag::Flag;

/// `-h, --help`
pub const HELP: &[Flag] = &[Flag::bool("help", "help for this command").short('h')];

/// What `kubectl options` lists.
pub const FLAGS: &[Flag] = &[
    Flag::string(
        "as",
        "Username to impersonate for the operation. User could be a regular user or a service account in a namespace.",
    ),
    Flag::array(
        "as-group",
        "Group to impersonate for the operation, this flag can be repeated to specify multiple groups.",
    ),
    Flag::string("as-uid", "UID to impersonate for the operation."),
    Flag::array(
        "as-user-extra",
        "User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the \
         same key.",
    ),
    Flag::string("cache-dir", "Default cache directory").default("/root/.kube/cache"),
    Flag::string("certificate-authority", "Path to a cert file for the certificate authority"),
    Flag::string("client-certificate", "Path to a client certificate file for TLS"),
    Flag::string("client-key", "Path to a client key file for TLS"),
    Flag::string("cluster", "The name of the kubeconfig cluster to use"),
    Flag::string("context", "The name of the kubeconfig context to use"),
    Flag::bool("disable-compression", "If true, opt-out of response compression for all requests to the server"),
    Flag::bool(
        "insecure-skip-tls-verify",
        "If true, the server's certificate will not be checked for validity. This will make your HTTPS connections \
         insecure",
    ),
    Flag::string("kubeconfig", "Path to the kubeconfig file to use for CLI requests."),
    Flag::string(
        "kuberc",
        "Path to the kuberc file to use for preferences. This can be disabled by exporting KUBECTL_KUBERC=false \
         feature gate or turning off the feature KUBERC=off.",
    ),
    Flag::duration("log-flush-frequency", "5s", "Maximum number of seconds between log flushes"),
    Flag::bool("match-server-version", "Require server version to match client version"),
    Flag::string("namespace", "If present, the namespace scope for this CLI request").short('n'),
    Flag::string("password", "Password for basic authentication to the API server"),
    Flag::string(
        "profile",
        "Name of profile to capture. One of (none|cpu|heap|goroutine|threadcreate|block|mutex|trace)",
    )
    .default("none"),
    Flag::string("profile-output", "Name of the file to write the profile to").default("profile.pprof"),
    Flag::string(
        "request-timeout",
        "The length of time to wait before giving up on a single server request. Non-zero values should contain a \
         corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don't timeout requests.",
    )
    .default("0"),
    Flag::string("server", "The address and port of the Kubernetes API server").short('s'),
    Flag::string(
        "tls-server-name",
        "Server name to use for server certificate validation. If it is not provided, the hostname used to contact \
         the server is used",
    ),
    Flag::string("token", "Bearer token for authentication to the API server"),
    Flag::string("user", "The name of the kubeconfig user to use"),
    Flag::string("username", "Username for basic authentication to the API server"),
    Flag::int32("v", "0", "number for the log level verbosity").short('v'),
    Flag::plain(
        "vmodule",
        "comma-separated list of pattern=N settings for file-filtered logging (only works for the default text log \
         format)",
    ),
    Flag::bool(
        "warnings-as-errors",
        "Treat warnings received from the server as errors and exit with a non-zero exit code",
    ),
];
