//! `kubectl version`: this kubectl's version, and the server's.

use apimachinery::codec::json::VERSION;
use serde_json::{Map, Value, json};

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::transport::Request;
use crate::util::{go, json as j, yaml};

/// `version`
pub const COMMAND: Command = Command {
    name: "version",
    short: "Print the client and server version information",
    long: "Print the client and server version information for the current context.",
    example: "# Both versions, of client and server\nkubectl version",
    flags: &[&[
        Flag::bool(
            "client",
            "If true, shows client version only (no server required).",
        ),
        Flag::string("output", "One of 'yaml' or 'json'.").short('o'),
    ]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

const CLIENT_VERSION: &str = "v1.36.2";
const KUSTOMIZE_VERSION: &str = "v5.8.1";

fn client_version() -> Value {
    // There is no build of Go's to tell about: commit, date and compiler stay empty, as in a build from plain sources.
    json!({
        "major": "1", "minor": "36", "gitVersion": CLIENT_VERSION, "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "", "goVersion": "", "compiler": "gc", "platform": "linux/amd64",
    })
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let output = cx.flags.str("output");
        // A kubeconfig that cannot be used is said before anything else; none at all is no mistake.
        let selected = (!cx.flags.bool("client")).then(|| cx.selected());
        if let Some(Err(error)) = &selected
            && !matches!(error, Error::Configuration(reasons) if reasons.iter().any(|r| r.starts_with("no configuration")))
        {
            return Err(error.clone());
        }
        if !cx.args.is_empty() && selected.is_some() {
            return Err(fail!("extra arguments: {}", go::slice(&cx.args)));
        }
        if !matches!(output, "" | "yaml" | "json") {
            return Err("--output must be 'yaml' or 'json'".into());
        }
        let server = match selected {
            Some(Ok(_)) => {
                let request = Request::new("GET", "/version").param("timeout", "32s");
                Some(cx.client()?.json(&cx, request))
            }
            _ => None,
        };
        let (server, failed) = match server {
            Some(Ok(version)) => (Some(version), None),
            Some(Err(error)) => (None, Some(error)),
            None => (None, None),
        };
        cx.out(&text(output, server.as_ref()));
        if let Some(server) = &server
            && let Some(warning) = skew(server)
        {
            if cx.flags.bool("warnings-as-errors") {
                return Err(warning.into());
            }
            cx.err(&format!("Warning: {warning}\n"));
        }
        failed.map_or(Ok(()), Err)
    })
}

fn text(output: &str, server: Option<&Value>) -> String {
    let client = client_version();
    match output {
        "json" => {
            let mut text = format!("{{\n  \"clientVersion\": {},\n", struct_json(&client));
            text.push_str(&format!("  \"kustomizeVersion\": \"{KUSTOMIZE_VERSION}\""));
            if let Some(server) = server {
                text.push_str(&format!(",\n  \"serverVersion\": {}", struct_json(server)));
            }
            text.push_str("\n}\n");
            text
        }
        "yaml" => {
            let mut value = json!({"clientVersion": client, "kustomizeVersion": KUSTOMIZE_VERSION});
            if let Some(server) = server {
                value["serverVersion"] = known_fields(server);
            }
            yaml::emit(&value) + "\n"
        }
        _ => {
            let mut text = format!(
                "Client Version: {CLIENT_VERSION}\nKustomize Version: {KUSTOMIZE_VERSION}\n"
            );
            if let Some(server) = server {
                text.push_str(&format!(
                    "Server Version: {}\n",
                    j::text(server, &["gitVersion"])
                ));
            }
            text
        }
    }
}

/// What of a server's answer Go's struct keeps.
fn known_fields(version: &Value) -> Value {
    let kept = VERSION
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), version.get(field)?.clone())));
    Value::Object(kept.collect::<Map<_, _>>())
}

fn struct_json(version: &Value) -> String {
    let lines: Vec<String> = VERSION
        .iter()
        .filter_map(|field| {
            let value = version.get(field)?;
            Some(format!("    \"{field}\": {}", j::compact_escaped(value)))
        })
        .collect();
    format!("{{\n{}\n  }}", lines.join(",\n"))
}

/// What is said when the two versions are more than one minor apart.
fn skew(server: &Value) -> Option<String> {
    let number = |key: &str| -> Option<i64> {
        let text = j::text(server, &[key]);
        let digits: &str = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        digits.parse().ok()
    };
    let (major, minor) = (number("major")?, number("minor")?);
    if major == 1 && (minor - 36).abs() <= 1 {
        return None;
    }
    Some(format!(
        "version difference between client (1.36) and server ({major}.{minor}) exceeds the supported minor version skew of +/-1"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let server = json!({"major": "1", "minor": "36", "gitVersion": "v1.36.2", "extra": 1});
        assert_eq!(
            text("", Some(&server)),
            "Client Version: v1.36.2\nKustomize Version: v5.8.1\nServer Version: v1.36.2\n"
        );
        let json = text("json", Some(&server));
        assert!(json.ends_with(
            "\"serverVersion\": {\n    \"major\": \"1\",\n    \"minor\": \"36\",\n    \"gitVersion\": \"v1.36.2\"\n  }\n}\n"
        ));
        assert!(
            text("yaml", None).ends_with("platform: linux/amd64\nkustomizeVersion: v5.8.1\n\n")
        );
    }

    #[test]
    fn far_versions_warn() {
        for (minor, warns) in [("36", false), ("35+", false), ("37", false), ("33", true)] {
            let server = json!({"major": "1", "minor": minor});
            assert_eq!(skew(&server).is_some(), warns, "{minor}");
        }
    }
}
