//! Starting a container: image, configuration, creation, start, postStart hook.

use std::rc::Rc;

use api::core::v1::{Container, Pod, PodSecurityContext, SecurityContext};
use runtime::{ContainerConfig, ContainerState, PodStatus, Resolved, RunAs};

use super::kill::KillWhy;
use super::restart::container_hash;
use super::round::StartError;
use crate::environment::expand;
use crate::kubelet::Kubelet;
use crate::names::pod_name;
use crate::status::VANISHED;

impl Kubelet {
    /// Starts a container, and says in events how far it came.
    pub(super) async fn start_container(
        &self,
        pod: &Rc<Pod>,
        container: &Container,
        sandbox: &Rc<str>,
        status: &PodStatus,
    ) -> Result<(), StartError> {
        let name = &container.name;
        let failed = |text: &str| {
            let message = format!("Error: {text}");
            self.container_event(pod, name, "Warning", "Failed", &message);
        };
        if let Err(error) = self.ensure_image_volumes(pod, container).await {
            failed(&error.waiting.reason);
            return Err(error);
        }
        let image = match self.ensure_image(pod, container).await {
            Ok(image) => image,
            Err(error) => {
                failed(&error.waiting.reason);
                return Err(error);
            }
        };
        let config = match self.container_config(pod, container, image, status) {
            Ok(config) => config,
            Err(why) => {
                failed(&why);
                return Err(StartError::new("CreateContainerConfigError", why));
            }
        };
        let created = self.runtime().create_container(sandbox, config).await;
        let id = match created {
            Ok(id) => id,
            Err(error) => {
                failed(&error.to_string());
                return Err(StartError::new("CreateContainerError", error.to_string()));
            }
        };
        self.container_event(pod, name, "Normal", "Created", "Container created");
        if let Err(error) = self.runtime().start_container(&id).await {
            failed(&error.to_string());
            return Err(StartError::new("RunContainerError", error.to_string()));
        }
        self.container_event(pod, name, "Normal", "Started", "Container started");
        self.set_actuated(pod, container);
        self.run_post_start(pod, container, &id).await
    }

    async fn run_post_start(
        &self,
        pod: &Rc<Pod>,
        container: &Container,
        id: &Rc<str>,
    ) -> Result<(), StartError> {
        let hook = container
            .lifecycle
            .as_ref()
            .and_then(|lifecycle| lifecycle.post_start.as_ref());
        let Some(hook) = hook else { return Ok(()) };
        let Err(why) = self.run_hook(pod, container, id, hook).await else {
            return Ok(());
        };
        let name = &container.name;
        self.container_event(
            pod,
            name,
            "Warning",
            "FailedPostStartHook",
            "PostStartHook failed",
        );
        self.kill_container(pod, id, name, Some("FailedPostStartHook"), KillWhy::Other)
            .await;
        Err(StartError::new("PostStartHookError", why))
    }

    /// All that the runtime has to know. The error is what the container then waits for.
    fn container_config(
        &self,
        pod: &Rc<Pod>,
        container: &Container,
        image: Resolved,
        status: &PodStatus,
    ) -> Result<ContainerConfig, String> {
        let pod_ip = self.pod_ip(pod);
        let env = self.environment(pod, container, &pod_ip)?;
        let mounts = self.mounts(pod, container, &env)?;
        let run_as = run_as(pod, container);
        verify_non_root(pod, container, &image, &run_as)?;
        let lookup = |name: &str| {
            let found = env.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let expanded = |words: &[apimachinery::Str]| -> Vec<String> {
            words.iter().map(|word| expand(word, lookup)).collect()
        };
        let newest = status.container(&container.name);
        let security = container.security_context.as_deref();
        let cpu_limit = container.resources.limits.get("cpu");
        let memory_limit = container.resources.limits.get("memory");
        Ok(ContainerConfig {
            name: container.name.as_str().into(),
            attempt: match newest {
                Some(newest) if newest.state == ContainerState::Created => newest.attempt,
                Some(newest) => newest.attempt + 1,
                None => self.attempts_before(pod, &container.name),
            },
            image,
            command: expanded(&container.command),
            args: expanded(&container.args),
            working_dir: container.working_dir.to_string(),
            mounts,
            files: self.managed_files(pod, &pod_ip),
            run_as,
            read_only_root: security.and_then(|s| s.read_only_root_filesystem) == Some(true),
            tty: container.tty,
            stdin: container.stdin,
            stdin_once: container.stdin_once,
            cpu_limit: cpu_limit.and_then(|limit| u32::try_from(limit.milli_value()).ok()),
            memory_limit: memory_limit.and_then(|limit| u64::try_from(limit.value()).ok()),
            oom_score_adj: self.oom_score_adj(pod, container),
            hash: container_hash(container),
            termination_message_path: container.termination_message_path.to_string(),
            termination_message_from_log: container.termination_message_policy
                == "FallbackToLogsOnError",
            env,
        })
    }

    /// How often a container was started whose runs have all been cleaned up.
    fn attempts_before(&self, pod: &Pod, name: &str) -> u32 {
        let Some(old) = self.last_status(&pod.metadata.uid) else {
            return 0;
        };
        let mut all = old
            .container_statuses
            .iter()
            .chain(&old.init_container_statuses);
        let started = all.find(|status| {
            let ended = &status.last_state.terminated;
            status.name == name && (!status.container_id.is_empty() || ended.is_some())
        });
        started.map_or(0, |known| {
            let ended = known.last_state.terminated.as_ref();
            // One that vanished while it ran has been counted already.
            let counted = ended.is_some_and(|ended| ended.reason == VANISHED);
            u32::try_from(known.restart_count + i32::from(!counted)).unwrap_or(0)
        })
    }

    /// The pod's address as its containers see it.
    pub(crate) fn pod_ip(&self, pod: &Pod) -> String {
        if pod.spec.host_network {
            return self.config().ip.to_string();
        }
        let network = self.runtime().pod_network(&pod.metadata.uid);
        network.map_or_else(String::new, |netns| netns.ip().to_string())
    }
}

fn security_contexts<'a>(
    pod: &'a Pod,
    container: &'a Container,
) -> (Option<&'a PodSecurityContext>, Option<&'a SecurityContext>) {
    (
        pod.spec.security_context.as_deref(),
        container.security_context.as_deref(),
    )
}

/// Who runs a container: its own word counts before the pod's.
fn run_as(pod: &Pod, container: &Container) -> RunAs {
    let (of_pod, own) = security_contexts(pod, container);
    let id = |id: Option<i64>| id.and_then(|id| u32::try_from(id).ok());
    let mut groups = Vec::new();
    if let Some(of_pod) = of_pod {
        groups.extend(
            of_pod
                .supplemental_groups
                .iter()
                .filter_map(|group| id(Some(*group))),
        );
        groups.extend(id(of_pod.fs_group));
    }
    RunAs {
        uid: id(own.and_then(|s| s.run_as_user)).or(id(of_pod.and_then(|s| s.run_as_user))),
        gid: id(own.and_then(|s| s.run_as_group)).or(id(of_pod.and_then(|s| s.run_as_group))),
        groups,
    }
}

/// A container that must not run as root must not.
fn verify_non_root(
    pod: &Pod,
    container: &Container,
    image: &Resolved,
    run_as: &RunAs,
) -> Result<(), String> {
    let (of_pod, own) = security_contexts(pod, container);
    let wanted = own
        .and_then(|s| s.run_as_non_root)
        .or(of_pod.and_then(|s| s.run_as_non_root));
    if wanted != Some(true) {
        return Ok(());
    }
    let whose = format!(
        "(pod: \"{}\", container: {})",
        pod_name(pod),
        container.name
    );
    match run_as.uid {
        Some(0) => Err(format!(
            "container's runAsUser breaks non-root policy {whose}"
        )),
        Some(_) => Ok(()),
        None => {
            let user = image
                .image
                .config
                .user
                .split(':')
                .next()
                .unwrap_or_default();
            match user.parse::<u32>() {
                Ok(0) => Err(runs_as_root(&whose)),
                Ok(_) => Ok(()),
                Err(_) if user.is_empty() => Err(runs_as_root(&whose)),
                Err(_) => Err(format!(
                    "container has runAsNonRoot and image has non-numeric user ({user}), cannot verify user is \
                     non-root {whose}"
                )),
            }
        }
    }
}

fn runs_as_root(whose: &str) -> String {
    format!("container has runAsNonRoot and image will run as root {whose}")
}
