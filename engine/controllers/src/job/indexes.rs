//! The numbers of an indexed job's pods, and sets of numbers as the status writes them: `1,3-5,7`.

use std::collections::BTreeSet;

use api::batch::v1::Job;
use api::core::v1::{Container, EnvVar, EnvVarSource, ObjectFieldSelector, Pod, PodTemplateSpec};
use apimachinery::{Shared, Str};

/// The annotation and label with a pod's number.
pub(super) const COMPLETION_INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// The annotation with how often the pods of this number have failed before.
pub(super) const FAILURE_COUNT: &str = "batch.kubernetes.io/job-index-failure-count";
const ENV: &str = "JOB_COMPLETION_INDEX";

/// A set of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Indexes(pub(super) BTreeSet<i32>);

impl Indexes {
    /// Reads `1,3-5,7`; numbers from `completions` on are left out.
    pub(super) fn parse(text: &str, completions: i32) -> Self {
        let mut set = BTreeSet::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            if let (Ok(first), Ok(last)) = (first.parse::<i32>(), last.parse::<i32>()) {
                set.extend(first..=last.min(completions - 1));
            }
        }
        Self(set)
    }

    /// How many.
    pub(super) fn len(&self) -> i32 {
        super::count(self.0.len())
    }

    /// Whether the number is in it.
    pub(super) fn has(&self, index: i32) -> bool {
        self.0.contains(&index)
    }
}

impl std::fmt::Display for Indexes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut runs: Vec<(i32, i32)> = Vec::new();
        for index in &self.0 {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == *index => *last = *index,
                _ => runs.push((*index, *index)),
            }
        }
        for (i, (first, last)) in runs.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            match last - first {
                0 => write!(f, "{comma}{first}")?,
                // Two neighbours are written as such.
                1 => write!(f, "{comma}{first},{last}")?,
                _ => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

/// The number of a pod.
pub(super) fn of(pod: &Pod) -> Option<i32> {
    pod.metadata.annotations.get(COMPLETION_INDEX)?.parse().ok()
}

/// How often the pods of this one's number had failed before it.
pub(super) fn failures_before(pod: &Pod) -> u32 {
    pod.metadata
        .annotations
        .text(FAILURE_COUNT)
        .parse()
        .unwrap_or(0)
}

/// Tells a pod its number: by annotation, label, host name and environment.
pub(super) fn number(job: &Job, template: &mut PodTemplateSpec, index: i32) {
    let text: Str = index.to_string().into();
    template
        .metadata
        .annotations
        .insert(COMPLETION_INDEX, text.clone());
    template.metadata.labels.insert(COMPLETION_INDEX, text);
    template.spec.hostname = format!("{}-{index}", job.metadata.name).into();
    let spec = &mut *template.spec;
    spec.init_containers.iter_mut().for_each(add_env);
    spec.containers.iter_mut().for_each(add_env);
}

fn add_env(container: &mut Container) {
    if container.env.iter().any(|env| env.name == ENV) {
        return;
    }
    let field = ObjectFieldSelector {
        field_path: format!("metadata.labels['{COMPLETION_INDEX}']").into(),
        ..ObjectFieldSelector::default()
    };
    let source = EnvVarSource {
        field_ref: Some(Shared::new(field)),
        ..EnvVarSource::default()
    };
    container.env.push(EnvVar {
        name: ENV.into(),
        value_from: Some(Shared::new(source)),
        ..EnvVar::default()
    });
}

#[cfg(test)]
mod tests {
    use super::Indexes;

    #[test]
    fn sets_are_written_as_runs() {
        for (text, written) in [
            ("", ""),
            ("0", "0"),
            ("0,1", "0,1"),
            ("0-2", "0-2"),
            ("1,3-5,7", "1,3-5,7"),
            ("5,3,4", "3-5"),
            ("8-20", "8,9"),
        ] {
            assert_eq!(Indexes::parse(text, 10).to_string(), written, "{text}");
        }
    }
}
