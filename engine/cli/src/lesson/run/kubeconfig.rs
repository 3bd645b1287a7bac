//! The learner's kubeconfig: the chosen context of the machine's own, with the lesson's namespace.

use anyhow::{Context, Result, bail};
use kube::config::Kubeconfig;

/// A kubeconfig with one context only, whose namespace is this one.
pub(super) fn for_namespace(
    whole: Kubeconfig,
    context: Option<&str>,
    namespace: &str,
) -> Result<Kubeconfig> {
    let Some(name) = context.map(str::to_owned).or(whole.current_context.clone()) else {
        bail!("the kubeconfig has no current context: name one with --context");
    };
    let names: Vec<&str> = whole.contexts.iter().map(|c| c.name.as_str()).collect();
    let found = whole.contexts.iter().find(|known| known.name == name);
    let mut named = found
        .with_context(|| {
            format!(
                "there is no context {name:?}; there are: {}",
                names.join(", ")
            )
        })?
        .clone();
    let about = named
        .context
        .as_mut()
        .with_context(|| format!("the context {name:?} says nothing"))?;
    about.namespace = Some(namespace.to_owned());
    let (cluster, user) = (about.cluster.clone(), about.user.clone());
    let mut own = whole;
    own.clusters.retain(|known| known.name == cluster);
    own.auth_infos
        .retain(|known| Some(&known.name) == user.as_ref());
    own.contexts = vec![named];
    own.current_context = Some(name);
    own.kind.get_or_insert_with(|| "Config".into());
    own.api_version.get_or_insert_with(|| "v1".into());
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "
current-context: home
clusters:
- { name: here, cluster: { server: 'http://127.0.0.1:1' } }
- { name: there, cluster: { server: 'https://there:6443' } }
users:
- { name: me, user: { token: secret } }
- { name: other, user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: login } } }
contexts:
- { name: home, context: { cluster: here, user: me, namespace: mine } }
- { name: work, context: { cluster: there, user: other } }
";

    #[test]
    fn the_learner_gets_one_context_and_the_lessons_namespace() {
        for (context, name, cluster, user) in [
            (None, "home", "here", "me"),
            (Some("work"), "work", "there", "other"),
        ] {
            let whole = Kubeconfig::from_yaml(CONFIG).expect("valid");
            let own = for_namespace(whole, context, "lesson").expect("it is there");
            let text = serde_json::to_value(&own).expect("it can be written");
            assert_eq!(text["current-context"], name);
            assert_eq!(text["contexts"][0]["context"]["namespace"], "lesson");
            assert_eq!(text["contexts"].as_array().map(Vec::len), Some(1));
            assert_eq!(text["clusters"][0]["name"], cluster);
            assert_eq!(text["users"][0]["name"], user);
            assert_eq!(text["users"].as_array().map(Vec::len), Some(1));
        }
        let whole = Kubeconfig::from_yaml(CONFIG).expect("valid");
        let error = for_namespace(whole, Some("moon"), "lesson").expect_err("there is none");
        assert_eq!(
            error.to_string(),
            r#"there is no context "moon"; there are: home, work"#
        );
    }
}
