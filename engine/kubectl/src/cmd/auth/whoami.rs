//! `kubectl auth whoami`

use serde_json::{Value, json};

use super::super::shared;
use crate::cli::{Action, Command, Running};
use crate::context::Context;
use crate::transport::Request;
use crate::util::print::{Offer, PrintFlags};
use crate::util::tabwriter::TabWriter;
use crate::util::{go, json as j};

pub(super) const COMMAND: Command = Command {
    name: "whoami",
    no_flags_in_use: true,
    short: "Experimental: Check self subject attributes",
    long: "Experimental: Check who you are and your attributes (groups, extra).

It is the server's view of you, after your credentials, tokens or proxies have been looked at.",
    example: "# Who am I
kubectl auth whoami

# As JSON
kubectl auth whoami -o json",
    flags: &[shared::PRINT],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = PrintFlags::new(&cx, Offer::Names);
        let human = flags.format().is_empty();
        let mut printer = flags.printer(&cx, "")?.typed();
        let body = json!({
            "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": {}, "status": {"userInfo": {}},
        });
        let request = Request::new("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews")
            .json("application/json", &body);
        let review = cx.client()?.json(&cx, request).map_err(|error| {
            if error.has_reason("Forbidden") {
                "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it".into()
            } else if error.is_not_found() {
                "the selfsubjectreviews API is not enabled in the cluster".into()
            } else {
                error
            }
        })?;
        if human {
            cx.out(&table(j::at(&review, &["status", "userInfo"])));
            return Ok(());
        }
        printer.print(&cx, &review)
    })
}

fn table(user: &Value) -> String {
    let mut out = TabWriter::table();
    out.push("ATTRIBUTE\tVALUE\n");
    for (title, key) in [("Username", "username"), ("UID", "uid")] {
        let text = j::text(user, &[key]);
        if !text.is_empty() {
            out.push(&format!("{title}\t{text}\n"));
        }
    }
    if !j::list(user, &["groups"]).is_empty() {
        let groups = go::display(j::at(user, &["groups"]));
        out.push(&format!("Groups\t{groups}\n"));
    }
    let extra = j::at(user, &["extra"]).as_object();
    for (key, values) in extra.into_iter().flatten() {
        out.push(&format!("Extra: {key}\t{}\n", go::display(values)));
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes() {
        let user = json!({"username": "jane", "groups": ["a", "system:authenticated"], "extra": {"k": ["v"]}});
        assert_eq!(
            table(&user),
            "ATTRIBUTE   VALUE\nUsername    jane\nGroups      [a system:authenticated]\nExtra: k    [v]\n"
        );
    }
}
