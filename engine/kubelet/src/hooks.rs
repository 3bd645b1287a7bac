//! Lifecycle hooks: what a container wants done right after its start and right before its end.

use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Container, HTTPGetAction, LifecycleHandler, Pod};
use network::HostAddr;
use network::http::{Request, fetch};

use crate::kubelet::Kubelet;
use crate::names::pod_name;
use crate::prober::port_number;

/// A hook that goes on for longer than this has hung; the grace period ends preStop hooks earlier.
const LIMIT: Duration = Duration::from_secs(3600);

impl Kubelet {
    /// Runs a hook. The error is what upstream would say.
    pub(crate) async fn run_hook(
        &self,
        pod: &Pod,
        container: &Container,
        id: &Rc<str>,
        hook: &LifecycleHandler,
    ) -> Result<(), String> {
        if let Some(exec) = &hook.exec {
            let command: Vec<String> = exec.command.iter().map(|word| word.to_string()).collect();
            let ran = self.runtime().exec_sync(id, &command, LIMIT).await;
            return match ran {
                Ok(Ok(output)) if output.code == Some(0) => Ok(()),
                Ok(Ok(output)) => {
                    let code = output.code.unwrap_or(137);
                    let text = String::from_utf8_lossy(&output.output);
                    let errors = String::from_utf8_lossy(&output.errors);
                    let why = format!(
                        "command '{}' exited with {code}: {errors}",
                        command.join(" ")
                    );
                    Err(exec_failed(pod, container, &command, &why, &text))
                }
                Ok(Err(why)) => Err(exec_failed(pod, container, &command, &why, "")),
                Err(_) => {
                    let why = "container not running";
                    Err(exec_failed(pod, container, &command, why, ""))
                }
            };
        }
        if let Some(sleep) = &hook.sleep {
            let seconds = u64::try_from(sleep.seconds).unwrap_or(0);
            self.sim().sleep(Duration::from_secs(seconds)).await;
            return Ok(());
        }
        if let Some(get) = &hook.http_get {
            return self.run_http_hook(pod, container, get).await;
        }
        Ok(())
    }

    async fn run_http_hook(
        &self,
        pod: &Pod,
        container: &Container,
        get: &HTTPGetAction,
    ) -> Result<(), String> {
        let host = match get.host.as_str() {
            "" => self.pod_ip(pod),
            host => host.to_owned(),
        };
        let port = port_number(&get.port, container)?;
        let ip = host
            .parse()
            .map_err(|_| format!("lookup {host}: no such host"))?;
        let mut request = Request::get(&format!("{host}:{port}"), &path_of(get));
        for header in &get.http_headers {
            request.headers.set(&header.name, &header.value);
        }
        let answer = fetch(self.runtime().host(), HostAddr::new(ip, port), &request).await;
        let Err(error) = answer else { return Ok(()) };
        let path = &get.path;
        Err(format!(
            "HTTP lifecycle hook ({path}) for Container \"{}\" in Pod \"{}\" failed - error: {error}",
            container.name,
            pod_name(pod)
        ))
    }
}

/// What a container that waits says of a command that failed.
fn exec_failed(
    pod: &Pod,
    container: &Container,
    command: &[String],
    why: &str,
    output: &str,
) -> String {
    let (name, pod) = (&container.name, pod_name(pod));
    let command = command.join(" ");
    format!(
        "Exec lifecycle hook ([{command}]) for Container \"{name}\" in Pod \"{pod}\" failed - error: {why}, message: {}",
        apimachinery::Value::from(output)
    )
}

/// The path of a request, with the slash it must begin with.
pub(crate) fn path_of(get: &HTTPGetAction) -> String {
    if get.path.starts_with('/') {
        get.path.to_string()
    } else {
        format!("/{}", get.path)
    }
}
