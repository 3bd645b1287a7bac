//! Errors and how kubectl shows them.
//!
//! Verbs return an [`Error`]; [`report`] turns it into the text for standard error and the exit code, by the rules of
//! kubectl's `CheckErr`: a status from the server starts with `Error from server (Reason):`, an invalid object lists its
//! causes, several errors stand one to a line, and everything else starts with `error:`.

use serde_json::Value;

use crate::util::go;

/// An error of the API server: the parts of a `Status` object that kubectl looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// HTTP code.
    pub code: u16,
    /// Reason, such as `NotFound`; may be empty.
    pub reason: String,
    /// Sentence for people.
    pub message: String,
    /// `details`, if any.
    pub details: Option<Value>,
}

impl Status {
    /// A status as the server sends it.
    pub fn from_value(value: &Value, code: u16) -> Status {
        let text = |key: &str| {
            value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Status {
            code: value
                .get("code")
                .and_then(Value::as_u64)
                .map_or(code, |c| c as u16),
            reason: text("reason"),
            message: text("message"),
            details: value.get("details").filter(|d| d.is_object()).cloned(),
        }
    }

    /// Whether the object was not found.
    pub fn is_not_found(&self) -> bool {
        self.reason == "NotFound" || (self.reason.is_empty() && self.code == 404)
    }

    fn detail(&self, key: &str) -> &str {
        self.details
            .as_ref()
            .and_then(|d| d.get(key))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    fn causes(&self) -> Vec<String> {
        let causes = self
            .details
            .as_ref()
            .and_then(|d| d.get("causes"))
            .and_then(Value::as_array);
        let mut texts: Vec<String> = Vec::new();
        for cause in causes.into_iter().flatten() {
            let text = |key: &str| cause.get(key).and_then(Value::as_str).unwrap_or_default();
            let line = format!("{}: {}", text("field"), text("message"));
            if !texts.contains(&line) {
                texts.push(line);
            }
        }
        texts
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// Everything was said already; only the exit code is left.
    Exit(i32),
    /// A sentence.
    Message(String),
    /// An answer of the server.
    Status(Box<Status>),
    /// A resource type the server does not have.
    NoResource {
        /// As asked for.
        resource: String,
        /// Group asked for, or empty.
        group: String,
        /// Version asked for, or empty.
        version: String,
    },
    /// A kind the server does not have.
    NoKind(String),
    /// The server cannot be reached.
    Connection {
        /// `Get` and the like.
        verb: String,
        /// Whole URL asked for.
        url: String,
        /// Reason.
        reason: String,
    },
    /// A kubeconfig that cannot be used.
    Configuration(Vec<String>),
    /// Several errors.
    Many(Vec<Error>),
    /// What ends the program by a line in the log: the place in upstream's source, and the words.
    Fatal(&'static str, String),
    /// A remote command's exit code, with its sentence.
    Command(i32, String),
}

impl From<Status> for Error {
    fn from(status: Status) -> Error {
        Error::Status(Box::new(status))
    }
}

impl From<String> for Error {
    fn from(text: String) -> Error {
        Error::Message(text)
    }
}

impl From<&str> for Error {
    fn from(text: &str) -> Error {
        Error::Message(text.to_owned())
    }
}

/// Shorthand for a [`Error::Message`] with a format string.
#[macro_export]
macro_rules! fail {
    ($($arg:tt)*) => {
        $crate::error::Error::Message(format!($($arg)*))
    };
}

impl Error {
    /// One error of several; `None` if there are none.
    pub fn collect(mut errors: Vec<Error>) -> Option<Error> {
        match errors.len() {
            0 => None,
            1 => errors.pop(),
            _ => Some(Error::Many(errors)),
        }
    }

    /// Result of having met `errors`.
    pub fn check(errors: Vec<Error>) -> Result<(), Error> {
        Error::collect(errors).map_or(Ok(()), Err)
    }

    /// The server's status, if that is what it is.
    pub fn status(&self) -> Option<&Status> {
        match self {
            Error::Status(status) => Some(status),
            _ => None,
        }
    }

    /// Whether the server said that the object is not there.
    pub fn is_not_found(&self) -> bool {
        self.status().is_some_and(Status::is_not_found)
    }

    /// Whether the server said so with that reason.
    pub fn has_reason(&self, reason: &str) -> bool {
        self.status().is_some_and(|s| s.reason == reason)
    }

    /// Whether no such type exists.
    pub fn is_no_match(&self) -> bool {
        matches!(self, Error::NoResource { .. } | Error::NoKind(_))
    }

    /// The plain text, as Go's `err.Error()`.
    pub fn text(&self) -> String {
        match self {
            Error::Exit(_) => "exit".to_owned(),
            Error::Message(text)
            | Error::NoKind(text)
            | Error::Fatal(_, text)
            | Error::Command(_, text) => text.clone(),
            Error::Status(status) => status.message.clone(),
            Error::NoResource {
                resource,
                group,
                version,
            } => no_match(resource, group, version),
            Error::Connection { verb, url, reason } => {
                format!("{verb} {}: {reason}", go::quote(url))
            }
            Error::Configuration(reasons) => {
                format!("invalid configuration: {}", reasons.join(", "))
            }
            Error::Many(errors) => {
                let mut texts: Vec<String> = Vec::new();
                flatten(errors, &mut |error| {
                    let text = error.text();
                    if !texts.contains(&text) {
                        texts.push(text);
                    }
                });
                match texts.as_slice() {
                    [one] => one.clone(),
                    _ => format!("[{}]", texts.join(", ")),
                }
            }
        }
    }

    /// The error, met while doing something with what came from `source`.
    #[must_use]
    pub fn while_doing(self, verb: &str, source: &str) -> Error {
        if source.is_empty() {
            return self;
        }
        match self {
            Error::Status(mut status) => {
                status.message = format!(
                    "error when {verb} {}: {}",
                    go::quote(source),
                    status.message
                );
                Error::Status(status)
            }
            error => Error::Message(format!(
                "error when {verb} {}: {}",
                go::quote(source),
                error.text()
            )),
        }
    }

    /// The error with words before it; a status stays a status.
    #[must_use]
    pub fn context(self, prefix: &str) -> Error {
        match self {
            Error::Status(mut status) => {
                status.message = format!("{prefix}: {}", status.message);
                Error::Status(status)
            }
            error => Error::Message(format!("{prefix}: {}", error.text())),
        }
    }
}

fn flatten(errors: &[Error], each: &mut dyn FnMut(&Error)) {
    for error in errors {
        match error {
            Error::Many(inner) => flatten(inner, each),
            error => each(error),
        }
    }
}

fn no_match(resource: &str, group: &str, version: &str) -> String {
    let what = match (group.is_empty(), version.is_empty()) {
        (true, true) => resource.to_owned(),
        (false, true) => format!("{group}/, Resource={resource}"),
        (true, false) => format!("/{version}, Resource={resource}"),
        (false, false) => format!("{group}/{version}, Resource={resource}"),
    };
    format!("no matches for {what}")
}

/// What goes to standard error for `error`, and the exit code.
pub fn report(error: &Error) -> (String, i32) {
    let error = match error {
        Error::Many(errors) if errors.len() == 1 => &errors[0],
        error => error,
    };
    match error {
        Error::Exit(code) => (String::new(), *code),
        Error::Status(status) if status.reason == "Invalid" && status.code == 422 => {
            (invalid(status), 1)
        }
        Error::Configuration(reasons) => (multiline("Error in configuration: ", reasons), 1),
        Error::NoResource {
            resource,
            group,
            version,
        } => {
            let mut text = format!(
                "the server doesn't have a resource type {}",
                go::quote(resource)
            );
            match (group.is_empty(), version.is_empty()) {
                (false, false) => text.push_str(&format!(
                    " in group {} and version {}",
                    go::quote(group),
                    go::quote(version)
                )),
                (false, true) => text.push_str(&format!(" in group {}", go::quote(group))),
                (true, false) => text.push_str(&format!(" in version {}", go::quote(version))),
                (true, true) => {}
            }
            (text + "\n", 1)
        }
        Error::Many(errors) => {
            let lines = errors.iter().map(|e| one_line(e) + "\n").collect();
            (lines, 1)
        }
        Error::Command(code, text) => (ended(text.clone()), *code),
        error => {
            let text = standard(error).unwrap_or_else(|| {
                let text = error.text();
                if text.starts_with("error: ") {
                    text
                } else {
                    format!("error: {text}")
                }
            });
            (ended(text), 1)
        }
    }
}

fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// One of several errors.
pub fn one_line(error: &Error) -> String {
    standard(error).unwrap_or_else(|| error.text())
}

fn standard(error: &Error) -> Option<String> {
    match error {
        Error::Status(status) if status.reason == "Unauthorized" => Some(format!(
            "error: You must be logged in to the server ({})",
            status.message
        )),
        Error::Status(status) if status.reason.is_empty() => {
            Some(format!("Error from server: {}", status.message))
        }
        Error::Status(status) => Some(format!(
            "Error from server ({}): {}",
            status.reason, status.message
        )),
        Error::Connection { url, reason, .. } if reason.contains("connection refused") => {
            let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            let host = host.split('/').next().unwrap_or(host);
            Some(format!(
                "The connection to the server {host} was refused - did you specify the right host or port?"
            ))
        }
        Error::Connection { reason, .. } => {
            Some(format!("Unable to connect to the server: {reason}"))
        }
        _ => None,
    }
}

fn invalid(status: &Status) -> String {
    let mut text = "The request is invalid".to_owned();
    if status.details.is_none() {
        if !status.message.is_empty() {
            text = format!("{text}: {}", status.message);
        }
        return ended(text);
    }
    let (kind, name, causes) = (
        status.detail("kind"),
        status.detail("name"),
        status.causes(),
    );
    if !kind.is_empty() || !name.is_empty() {
        text = format!("The {kind} {} is invalid", go::quote(name));
    } else if !status.message.is_empty() && causes.is_empty() {
        text = format!("{text}: {}", status.message);
    }
    if causes.is_empty() {
        return ended(text);
    }
    multiline(&format!("{text}: "), &causes)
}

fn multiline(prefix: &str, reasons: &[String]) -> String {
    match reasons {
        [one] => format!("{prefix}{one}\n"),
        _ => {
            let mut text = format!("{prefix}\n");
            for reason in reasons {
                text.push_str(&format!("* {reason}\n"));
            }
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn not_found(name: &str) -> Error {
        let message = format!("pods \"{name}\" not found");
        Status {
            code: 404,
            reason: "NotFound".into(),
            message,
            details: None,
        }
        .into()
    }

    #[test]
    fn one_and_many() {
        let (text, code) = report(&not_found("a"));
        assert_eq!(
            (text.as_str(), code),
            ("Error from server (NotFound): pods \"a\" not found\n", 1)
        );
        let many = Error::Many(vec![not_found("a"), "plain".into()]);
        assert_eq!(
            report(&many).0,
            "Error from server (NotFound): pods \"a\" not found\nplain\n"
        );
        assert_eq!(report(&"plain".into()).0, "error: plain\n");
        let source = not_found("a").while_doing("deleting", "x.yml");
        assert_eq!(
            report(&source).0,
            "Error from server (NotFound): error when deleting \"x.yml\": pods \"a\" not found\n"
        );
    }

    #[test]
    fn invalid_objects_list_causes() {
        let status = |causes: Value| {
            let body = json!({"reason": "Invalid", "code": 422, "message": "m",
                "details": {"kind": "Pod", "name": "web", "causes": causes}});
            Error::from(Status::from_value(&body, 422))
        };
        let one = json!([{"field": "spec.containers", "message": "Required value"}]);
        assert_eq!(
            report(&status(one)).0,
            "The Pod \"web\" is invalid: spec.containers: Required value\n"
        );
        let two = json!([{"field": "a", "message": "x"}, {"field": "b", "message": "y"}, {"field": "a", "message": "x"}]);
        assert_eq!(
            report(&status(two)).0,
            "The Pod \"web\" is invalid: \n* a: x\n* b: y\n"
        );
    }

    #[test]
    fn refused_connections_name_the_host() {
        let error = Error::Connection {
            verb: "Get".into(),
            url: "https://127.0.0.1:6443/api".into(),
            reason: "dial tcp 127.0.0.1:6443: connect: connection refused".into(),
        };
        assert_eq!(
            report(&error).0,
            "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n"
        );
    }
}
