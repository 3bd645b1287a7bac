//! Which command lines a check means.
//!
//! `kubectl get pods`, `k get po -o wide` and `kubectl get pod/web` are the same deed. A pattern names the verb, the
//! resource and the object, and looks through spelling: aliases, short names, flags and their places.

use serde::Deserialize;

/// A command, of kubectl if nothing else is said, that must have been run with success.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CommandPattern {
    /// The program; kubectl (and its alias `k`) if not given.
    #[serde(default = "kubectl")]
    pub program: String,
    /// Such as `describe`: the first word that is no flag. Any when not given.
    #[serde(default)]
    pub verb: Option<String>,
    /// All accepted spellings of the resource, such as `[pods, pod, po]`; any when empty.
    #[serde(default)]
    pub resource: Vec<String>,
    /// The object; any, or none, when not given.
    #[serde(default)]
    pub name: Option<String>,
    /// A flag that must be there, such as `-w`; any of those given will do.
    #[serde(default)]
    pub flag: Vec<String>,
    /// A text that must stand somewhere in the command, such as `localhost`: for what is run inside of a container.
    #[serde(default)]
    pub contains: Option<String>,
    /// Texts that must all stand in what it printed: only where the lesson is about that.
    #[serde(default)]
    pub output: Vec<String>,
    /// The exit code that it must have ended with; success if not given. For steps that are about being refused.
    #[serde(default)]
    pub exit: Option<i32>,
}

fn kubectl() -> String {
    "kubectl".into()
}

/// Kubectl flags whose value may be the next word, so that the value is not taken for an argument.
const FLAGS_WITH_VALUE: &[&str] = &[
    "-n",
    "--namespace",
    "-o",
    "--output",
    "-l",
    "--selector",
    "-f",
    "--filename",
    "-c",
    "--container",
    "-L",
    "--label-columns",
    "--field-selector",
    "--sort-by",
    "--context",
    "--grace-period",
    "--timeout",
    "--for",
    "--as",
    "--tail",
    "--since",
    "-v",
];

impl CommandPattern {
    /// Whether a typed line does this. Each command of a list or pipeline is looked at by itself.
    pub fn matches(&self, line: &str) -> bool {
        line.split(['|', ';', '&', '\n'])
            .any(|command| self.matches_one(command))
    }

    fn matches_one(&self, command: &str) -> bool {
        if !self
            .contains
            .as_deref()
            .is_none_or(|text| command.contains(text))
        {
            return false;
        }
        let mut words = command.split_whitespace();
        // Variables that are set for this command alone.
        let is_set = |word: &&str| {
            word.split_once('=')
                .is_some_and(|(name, _)| !name.starts_with('-'))
        };
        let program = match words.find(|word| !is_set(word) && *word != "sudo") {
            Some("k") => "kubectl",
            Some(program) => program,
            None => return false,
        };
        if program != self.program {
            return false;
        }
        let mut arguments = Vec::new();
        let mut flags = Vec::new();
        while let Some(word) = words.next() {
            if word.len() > 1 && word.starts_with('-') {
                flags.push(word);
                if FLAGS_WITH_VALUE.contains(&word) {
                    words.next();
                }
            } else {
                arguments.push(word.trim_matches(['"', '\'']));
            }
        }
        let arguments = match &self.verb {
            None => arguments.as_slice(),
            Some(wanted) => match arguments.split_first() {
                Some((verb, rest)) if verb == wanted => rest,
                _ => return false,
            },
        };
        self.names_object(arguments) && self.has_flag(&flags)
    }

    /// `pod web`, `pod/web`, or `web` alone for verbs that are about pods only (`logs web`).
    fn names_object(&self, arguments: &[&str]) -> bool {
        let split: Vec<&str> = arguments.iter().flat_map(|word| word.split('/')).collect();
        let (resource, names) = match split.split_first() {
            Some((first, rest)) if self.resource.iter().any(|r| r == first) => (true, rest),
            _ => (self.resource.is_empty(), split.as_slice()),
        };
        resource
            && self
                .name
                .as_deref()
                .is_none_or(|name| names.contains(&name))
    }

    fn has_flag(&self, flags: &[&str]) -> bool {
        self.flag.is_empty()
            || self.flag.iter().any(|flag| {
                flags
                    .iter()
                    .any(|f| f == flag || f.starts_with(&format!("{flag}=")))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(verb: &str, resource: &[&str], name: Option<&str>) -> CommandPattern {
        CommandPattern {
            program: "kubectl".into(),
            verb: Some(verb.into()),
            resource: resource.iter().map(ToString::to_string).collect(),
            name: name.map(Into::into),
            flag: Vec::new(),
            contains: None,
            output: Vec::new(),
            exit: None,
        }
    }

    #[test]
    fn spelling_does_not_matter_and_the_deed_does() {
        let get = pattern("get", &["pods", "pod", "po"], None);
        let describe = pattern("describe", &["pods", "pod", "po"], Some("web"));
        let logs = pattern("logs", &[], Some("web"));
        for (pattern, line, want) in [
            (&get, "kubectl get pods", true),
            (&get, "k get po -o wide", true),
            (&get, "kubectl -n dev get pod/web", true),
            (&get, "kubectl get pods | grep web", true),
            (&get, "kubectl get nodes", false),
            (&get, "echo kubectl get pods", false),
            (&get, "kubectl describe pods", false),
            (&describe, "kubectl describe pod web", true),
            (&describe, "kubectl describe po/web", true),
            (&describe, "kubectl describe pod other", false),
            (&describe, "kubectl describe -n web pod other", false),
            (&logs, "kubectl logs web", true),
            (&logs, "kubectl logs pod/web -f", true),
            (&logs, "kubectl logs", false),
        ] {
            assert_eq!(pattern.matches(line), want, "{line}");
        }
    }

    #[test]
    fn a_text_may_be_asked_for() {
        let mut exec = pattern("exec", &[], Some("web"));
        exec.contains = Some("localhost".into());
        assert!(exec.matches("kubectl exec web -- wget -qO- localhost"));
        assert!(!exec.matches("kubectl exec web -- date"));
    }

    #[test]
    fn a_flag_may_be_asked_for() {
        let mut watch = pattern("get", &["pods"], None);
        watch.flag = vec!["-w".into(), "--watch".into()];
        assert!(watch.matches("kubectl get pods -w"));
        assert!(watch.matches("kubectl get pods --watch=true"));
        assert!(!watch.matches("kubectl get pods"));
    }
}
