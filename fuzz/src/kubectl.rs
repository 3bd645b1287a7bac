//! What kubectl reads: its arguments, and the languages of its output formats.

use kubectl::cli::command::{find, flags_of};
use kubectl::cli::parse;
use kubectl::cmd::ROOT;
use kubectl::util::jsonpath::{JsonPath, relaxed};
use kubectl::util::print::columns::CustomColumns;
use kubectl::util::template::Template;
use serde_json::{Value, json};

fn object() -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "labels": {"a.b/c": "d", "app": "web"}},
        "spec": {"n": 5, "f": 1.5, "list": [1, 2, {"name": "x", "on": true}], "empty": {}, "none": null},
        "items": [{"metadata": {"name": "ü"}}, {"metadata": {"name": "日本"}}],
    })
}

/// Words, one a line, as arguments.
pub fn arguments(text: &str) {
    let words: Vec<String> = text.split('\n').take(64).map(str::to_owned).collect();
    if let Ok(found) = find(&ROOT, &words) {
        let _ = parse::parse(flags_of(&found.path), &found.rest);
    }
}

/// `{.items[*].metadata.name}`
pub fn jsonpath(text: &str) {
    let data = object();
    for path in [JsonPath::parse(text), JsonPath::parse_relaxed(text)]
        .into_iter()
        .flatten()
    {
        let _ = path.execute(&data);
        let _ = path.execute_json(&data);
        let _ = path.allow_missing(true).find(&data);
    }
    let _ = relaxed(text);
}

/// `{{range .items}}{{.metadata.name}}{{end}}`
pub fn go_template(text: &str) {
    if let Ok(template) = Template::parse(text) {
        let _ = template.execute(&object());
    }
}

/// `NAME:.metadata.name`
pub fn custom_columns(text: &str) {
    for columns in [
        CustomColumns::from_spec(text, false),
        CustomColumns::from_file(text),
    ] {
        if let Ok(mut columns) = columns {
            let _ = columns.print(&object());
        }
    }
}
