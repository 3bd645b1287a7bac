//! What a failed pod means for its job, as the job says.

use api::batch::v1::{Job, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule};
use api::core::v1::{ContainerStatus, Pod};

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// The job has failed; why.
    FailJob(String),
    /// The pod's number is given up.
    FailIndex,
    /// As if it had not happened.
    Ignore,
    /// The failure counts: also what holds when no rule matches.
    Count,
}

/// What the job's rules say of a failed pod.
pub(super) fn action(job: &Job, pod: &Pod) -> Action {
    let rules = job
        .spec
        .pod_failure_policy
        .iter()
        .flat_map(|policy| &policy.rules);
    for (index, rule) in rules.enumerate() {
        let Some(message) = matches(rule, pod, index) else {
            continue;
        };
        return match rule.action.as_str() {
            "FailJob" => Action::FailJob(message),
            "FailIndex" => Action::FailIndex,
            "Ignore" => Action::Ignore,
            _ => Action::Count,
        };
    }
    Action::Count
}

/// How the rule matches, in words.
fn matches(rule: &PodFailurePolicyRule, pod: &Pod, index: usize) -> Option<String> {
    let who = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
    if let Some(requirement) = &rule.on_exit_codes {
        let statuses = &pod.status;
        let all = statuses
            .init_container_statuses
            .iter()
            .chain(&statuses.container_statuses);
        let mut found = all.filter_map(|status| Some((status, exit_code(status, requirement)?)));
        let (status, code) = found.next()?;
        return Some(format!(
            "Container {} for pod {who} failed with exit code {code} matching {} rule at index {index}",
            status.name, rule.action
        ));
    }
    let wanted = &rule.on_pod_conditions;
    let mut conditions = pod.status.conditions.iter();
    let found = conditions.find(|c| {
        wanted
            .iter()
            .any(|w| w.type_ == c.type_ && w.status == c.status)
    })?;
    Some(format!(
        "Pod {who} has condition {} matching {} rule at index {index}",
        found.type_, rule.action
    ))
}

/// The exit code of a container that has failed as the requirement says.
fn exit_code(
    status: &ContainerStatus,
    requirement: &PodFailurePolicyOnExitCodesRequirement,
) -> Option<i32> {
    let name = requirement.container_name.as_ref();
    if name.is_some_and(|name| *name != status.name) {
        return None;
    }
    let code = status.state.terminated.as_ref()?.exit_code;
    let listed = requirement.values.contains(&code);
    let meets = if requirement.operator == "NotIn" {
        !listed
    } else {
        listed
    };
    (code != 0 && meets).then_some(code)
}
