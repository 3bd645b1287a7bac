//! The rules of probes and of what happens when containers start and stop.

use api::core::v1::{
    ExecAction, GRPCAction, HTTPGetAction, Lifecycle, LifecycleHandler, PodSpec, Probe,
    SleepAction, TCPSocketAction,
};
use apimachinery::validation::{is_http_header_name, is_valid_port_name, is_valid_port_num};
use apimachinery::{IntOrString, Shared};

use crate::validation::NEGATIVE;
use crate::validation::field::{Errors, Path};

const SIGNALS: [&str; 65] = [
    "SIGABRT",
    "SIGALRM",
    "SIGBUS",
    "SIGCHLD",
    "SIGCLD",
    "SIGCONT",
    "SIGFPE",
    "SIGHUP",
    "SIGILL",
    "SIGINT",
    "SIGIO",
    "SIGIOT",
    "SIGKILL",
    "SIGPIPE",
    "SIGPOLL",
    "SIGPROF",
    "SIGPWR",
    "SIGQUIT",
    "SIGRTMAX",
    "SIGRTMAX-1",
    "SIGRTMAX-10",
    "SIGRTMAX-11",
    "SIGRTMAX-12",
    "SIGRTMAX-13",
    "SIGRTMAX-14",
    "SIGRTMAX-2",
    "SIGRTMAX-3",
    "SIGRTMAX-4",
    "SIGRTMAX-5",
    "SIGRTMAX-6",
    "SIGRTMAX-7",
    "SIGRTMAX-8",
    "SIGRTMAX-9",
    "SIGRTMIN",
    "SIGRTMIN+1",
    "SIGRTMIN+10",
    "SIGRTMIN+11",
    "SIGRTMIN+12",
    "SIGRTMIN+13",
    "SIGRTMIN+14",
    "SIGRTMIN+15",
    "SIGRTMIN+2",
    "SIGRTMIN+3",
    "SIGRTMIN+4",
    "SIGRTMIN+5",
    "SIGRTMIN+6",
    "SIGRTMIN+7",
    "SIGRTMIN+8",
    "SIGRTMIN+9",
    "SIGSEGV",
    "SIGSTKFLT",
    "SIGSTOP",
    "SIGSYS",
    "SIGTERM",
    "SIGTRAP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGUSR1",
    "SIGUSR2",
    "SIGVTALRM",
    "SIGWINCH",
    "SIGXCPU",
    "SIGXFSZ",
];

/// Which probe it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Liveness,
    Readiness,
    Startup,
}

/// Checks a probe.
pub(super) fn validate_probe(probe: &Probe, role: Role, path: &Path<'_>, errors: &mut Errors) {
    let handler = Handler {
        exec: probe.exec.as_ref(),
        http_get: probe.http_get.as_ref(),
        tcp_socket: probe.tcp_socket.as_ref(),
        grpc: probe.grpc.as_ref(),
        sleep: None,
    };
    handler.validate(None, path, errors);
    for (field, value) in [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ] {
        if value < 0 {
            errors.invalid(&path.child(field), value, NEGATIVE);
        }
    }
    let grace = path.child("terminationGracePeriodSeconds");
    if let Some(seconds) = probe
        .termination_grace_period_seconds
        .filter(|seconds| *seconds <= 0)
    {
        errors.invalid(&grace, seconds, "must be greater than 0");
    }
    if role == Role::Readiness {
        if let Some(seconds) = probe.termination_grace_period_seconds {
            errors.invalid(&grace, seconds, "must not be set for readinessProbes");
        }
    } else if probe.success_threshold != 1 {
        errors.invalid(
            &path.child("successThreshold"),
            probe.success_threshold,
            "must be 1",
        );
    }
}

/// Checks what happens after a start and before a stop.
pub(super) fn validate_lifecycle(
    lifecycle: &Lifecycle,
    spec: &PodSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let grace = spec.termination_grace_period_seconds;
    let hooks = [
        ("postStart", &lifecycle.post_start),
        ("preStop", &lifecycle.pre_stop),
    ];
    for (field, hook) in hooks {
        if let Some(hook) = hook {
            Handler::of_hook(hook).validate(grace, &path.child(field), errors);
        }
    }
    if let Some(signal) = &lifecycle.stop_signal {
        let path = path.child("stopSignal");
        match spec.os.as_ref().map(|os| os.name.as_str()) {
            None => errors.forbidden(
                &path,
                "may not be set for containers with empty `spec.os.name`",
            ),
            Some("windows") if !matches!(signal.as_str(), "SIGKILL" | "SIGTERM") => {
                errors.not_supported(&path, signal, &["SIGKILL", "SIGTERM"]);
            }
            Some("linux") if !SIGNALS.contains(&signal.as_str()) => {
                errors.not_supported(&path, signal, &SIGNALS)
            }
            Some(_) => {}
        }
    }
}

/// What probes and hooks have in common: one thing to do.
struct Handler<'a> {
    exec: Option<&'a Shared<ExecAction>>,
    http_get: Option<&'a Shared<HTTPGetAction>>,
    tcp_socket: Option<&'a Shared<TCPSocketAction>>,
    grpc: Option<&'a Shared<GRPCAction>>,
    sleep: Option<&'a Shared<SleepAction>>,
}

impl<'a> Handler<'a> {
    fn of_hook(hook: &'a LifecycleHandler) -> Self {
        Self {
            exec: hook.exec.as_ref(),
            http_get: hook.http_get.as_ref(),
            tcp_socket: hook.tcp_socket.as_ref(),
            grpc: None,
            sleep: hook.sleep.as_ref(),
        }
    }

    fn validate(&self, grace: Option<i64>, path: &Path<'_>, errors: &mut Errors) {
        let mut handlers = 0;
        let mut first = |field: &'static str, errors: &mut Errors| {
            handlers += 1;
            if handlers > 1 {
                errors.forbidden(
                    &path.child(field),
                    "may not specify more than 1 handler type",
                );
            }
            handlers == 1
        };
        if let Some(exec) = self.exec
            && first("exec", errors)
            && exec.command.is_empty()
        {
            errors.required(&path.child("exec").child("command"), "");
        }
        if let Some(http) = self.http_get
            && first("httpGet", errors)
        {
            validate_http_get(http, &path.child("httpGet"), errors);
        }
        if let Some(tcp) = self.tcp_socket
            && first("tcpSocket", errors)
        {
            validate_port(&tcp.port, &path.child("tcpSocket").child("port"), errors);
        }
        if let Some(grpc) = self.grpc
            && first("grpc", errors)
        {
            validate_port(
                &IntOrString::Int(grpc.port),
                &path.child("grpc").child("port"),
                errors,
            );
        }
        if let Some(sleep) = self.sleep
            && first("sleep", errors)
            && let Some(grace) = grace
            && !(0..=grace).contains(&sleep.seconds)
        {
            let detail = format!(
                "must be non-negative and less than terminationGracePeriodSeconds ({grace})"
            );
            errors.invalid(&path.child("sleep"), sleep.seconds, detail);
        }
        if handlers == 0 {
            errors.required(path, "must specify a handler type");
        }
    }
}

fn validate_http_get(http: &HTTPGetAction, path: &Path<'_>, errors: &mut Errors) {
    if http.path.is_empty() {
        errors.required(&path.child("path"), "");
    }
    validate_port(&http.port, &path.child("port"), errors);
    if !matches!(http.scheme.as_str(), "HTTP" | "HTTPS") {
        errors.not_supported(&path.child("scheme"), &http.scheme, &["HTTP", "HTTPS"]);
    }
    for header in &http.http_headers {
        errors.invalid_each(
            &path.child("httpHeaders"),
            &header.name,
            is_http_header_name(&header.name),
        );
    }
}

/// Checks a port that may be a number or a name.
pub(crate) fn validate_port(port: &IntOrString, path: &Path<'_>, errors: &mut Errors) {
    match port {
        IntOrString::Int(number) => {
            for message in is_valid_port_num(i64::from(*number)) {
                errors.invalid(path, *number, message);
            }
        }
        IntOrString::Str(name) => errors.invalid_each(path, name, is_valid_port_name(name)),
    }
}
