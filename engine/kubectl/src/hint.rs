//! Hints: the command that was probably meant, for mistakes that kubectl answers with an error only.
//!
//! kubectl's own text stays as it is. A hint goes to whoever shows the terminal, apart from standard output and standard
//! error; scripts never see it. Adding one means adding a line to [`HINTS`].

/// A rule: looks at the words after `kubectl` and the error, and may know better.
type Rule = fn(args: &[String], error: &str) -> Option<String>;

const HINTS: &[Rule] = &[type_as_verb, name_without_type, exec_without_dashes];

/// The hint for an error, if there is one.
pub fn for_error(args: &[String], error: &str) -> Option<String> {
    HINTS.iter().find_map(|rule| rule(args, error))
}

/// Names of types that people type where a verb should be.
const TYPES: &[&str] = &[
    "all",
    "cm",
    "configmap",
    "configmaps",
    "cronjob",
    "cronjobs",
    "daemonset",
    "daemonsets",
    "deploy",
    "deployment",
    "deployments",
    "ds",
    "endpoints",
    "ev",
    "hpa",
    "ing",
    "ingress",
    "ingresses",
    "job",
    "jobs",
    "namespace",
    "namespaces",
    "no",
    "node",
    "nodes",
    "ns",
    "pdb",
    "po",
    "pod",
    "pods",
    "pv",
    "pvc",
    "replicaset",
    "replicasets",
    "rs",
    "sa",
    "sc",
    "secret",
    "secrets",
    "service",
    "serviceaccount",
    "serviceaccounts",
    "services",
    "statefulset",
    "statefulsets",
    "sts",
    "svc",
];

/// Verbs that take a type and names.
const VERBS: &[&str] = &[
    "get", "describe", "delete", "edit", "label", "annotate", "patch",
];

fn words(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

/// `kubectl pods`, `kubectl pod delete web`
fn type_as_verb(args: &[String], error: &str) -> Option<String> {
    if !error.starts_with("error: unknown command") {
        return None;
    }
    let words = words(args);
    let first = *words.first()?;
    if !TYPES.contains(&first) {
        return None;
    }
    match words.get(1) {
        Some(verb) if VERBS.contains(verb) => {
            let mut line = vec![*verb, first];
            line.extend(&words[2..]);
            Some(format!("The verb comes first: kubectl {}", line.join(" ")))
        }
        _ => Some(format!("To list them: kubectl get {}", words.join(" "))),
    }
}

/// `kubectl delete example-pod`
fn name_without_type(args: &[String], error: &str) -> Option<String> {
    if !error.starts_with("error: the server doesn't have a resource type") {
        return None;
    }
    let words = words(args);
    let verb = words.iter().position(|w| VERBS.contains(w))?;
    let name = words
        .iter()
        .skip(verb + 1)
        .position(|w| !w.starts_with('-'))?
        + verb
        + 1;
    // One word is a name without a type; `get podz x` is another mistake.
    let next_is_name = words.get(name + 1).is_some_and(|w| !w.starts_with('-'));
    if next_is_name || words[name].contains(['/', ',', '.']) || !words[name].contains('-') {
        return None;
    }
    let mut line = words.clone();
    line.insert(name, "pod");
    Some(format!(
        "A name needs its type before it: kubectl {}",
        line.join(" ")
    ))
}

/// `kubectl exec web ls`
fn exec_without_dashes(args: &[String], error: &str) -> Option<String> {
    if !error.contains("exec [POD] [COMMAND] is not supported anymore") {
        return None;
    }
    let words = words(args);
    let at = words.iter().position(|w| *w == "exec")?;
    let pod = words
        .iter()
        .skip(at + 1)
        .position(|w| !w.starts_with('-'))?
        + at
        + 1;
    let mut line = words.clone();
    line.insert(pod + 1, "--");
    Some(format!(
        "Two dashes go before the command: kubectl {}",
        line.join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, error: &str, expected: Option<&str>) {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        assert_eq!(for_error(&args, error).as_deref(), expected, "{line}");
    }

    #[test]
    fn the_article() {
        check(
            "delete example-pod",
            "error: the server doesn't have a resource type \"example-pod\"",
            Some("A name needs its type before it: kubectl delete pod example-pod"),
        );
        check(
            "pods",
            "error: unknown command \"pods\" for \"kubectl\"",
            Some("To list them: kubectl get pods"),
        );
        check(
            "pod delete example-pod",
            "error: unknown command \"pod\" for \"kubectl\"",
            Some("The verb comes first: kubectl delete pod example-pod"),
        );
        check(
            "get podz",
            "error: the server doesn't have a resource type \"podz\"",
            None,
        );
        check(
            "exec web ls",
            "error: exec [POD] [COMMAND] is not supported anymore.",
            Some("Two dashes go before the command: kubectl exec web -- ls"),
        );
    }
}
