//! The structs of a kubeconfig file (client-go's `tools/clientcmd/api/v1`).

use apimachinery::{Bytes, Map, Raw, Shared, Str};

apimachinery::api_struct! {
    /// A kubeconfig file.
    pub struct Config("v1.Config", kind "v1" "Config") {
        preferences: Preferences = "preferences" omitzero,
        clusters: Vec<NamedCluster> = "clusters",
        users: Vec<NamedUser> = "users",
        contexts: Vec<NamedContext> = "contexts",
        current_context: Str = "current-context",
        extensions: Vec<NamedExtension> = "extensions" omitempty,
    }

    /// Old settings of the command line.
    pub struct Preferences("v1.Preferences") {
        colors: bool = "colors" omitempty,
        extensions: Vec<NamedExtension> = "extensions" omitempty,
    }

    /// How to reach a cluster.
    pub struct Cluster("v1.Cluster") {
        server: Str = "server",
        tls_server_name: Str = "tls-server-name" omitempty,
        insecure_skip_tls_verify: bool = "insecure-skip-tls-verify" omitempty,
        certificate_authority: Str = "certificate-authority" omitempty,
        certificate_authority_data: Bytes = "certificate-authority-data" omitempty,
        proxy_url: Str = "proxy-url" omitempty,
        disable_compression: bool = "disable-compression" omitempty,
        extensions: Vec<NamedExtension> = "extensions" omitempty,
    }

    /// Who a user is.
    pub struct User("v1.AuthInfo") {
        client_certificate: Str = "client-certificate" omitempty,
        client_certificate_data: Bytes = "client-certificate-data" omitempty,
        client_key: Str = "client-key" omitempty,
        client_key_data: Bytes = "client-key-data" omitempty,
        token: Str = "token" omitempty,
        token_file: Str = "tokenFile" omitempty,
        impersonate: Str = "as" omitempty,
        impersonate_uid: Str = "as-uid" omitempty,
        impersonate_groups: Vec<Str> = "as-groups" omitempty,
        impersonate_user_extra: Map<Str, Vec<Str>> = "as-user-extra" omitempty,
        username: Str = "username" omitempty,
        password: Str = "password" omitempty,
        auth_provider: Option<Shared<AuthProvider>> = "auth-provider" omitempty,
        exec: Option<Shared<Exec>> = "exec" omitempty,
        extensions: Vec<NamedExtension> = "extensions" omitempty,
    }

    /// A cluster, a user and a namespace.
    pub struct ContextEntry("v1.Context") {
        cluster: Str = "cluster",
        user: Str = "user",
        namespace: Str = "namespace" omitempty,
        extensions: Vec<NamedExtension> = "extensions" omitempty,
    }

    /// A cluster and its name.
    pub struct NamedCluster("v1.NamedCluster") {
        name: Str = "name",
        cluster: Cluster = "cluster",
    }

    /// A context and its name.
    pub struct NamedContext("v1.NamedContext") {
        name: Str = "name",
        context: ContextEntry = "context",
    }

    /// A user and its name.
    pub struct NamedUser("v1.NamedAuthInfo") {
        name: Str = "name",
        user: User = "user",
    }

    /// Whatever other tools keep here.
    pub struct NamedExtension("v1.NamedExtension") {
        name: Str = "name",
        extension: Raw = "extension",
    }

    /// A provider of credentials.
    pub struct AuthProvider("v1.AuthProviderConfig") {
        name: Str = "name",
        config: Map<Str, Str> = "config",
    }

    /// A program that gives credentials.
    pub struct Exec("v1.ExecConfig") {
        command: Str = "command",
        args: Vec<Str> = "args",
        env: Vec<ExecEnv> = "env",
        api_version: Str = "apiVersion" omitempty,
        install_hint: Str = "installHint" omitempty,
        provide_cluster_info: bool = "provideClusterInfo",
        interactive_mode: Str = "interactiveMode" omitempty,
    }

    /// An environment variable of that program.
    pub struct ExecEnv("v1.ExecEnvVar") {
        name: Str = "name",
        value: Str = "value",
    }
}
