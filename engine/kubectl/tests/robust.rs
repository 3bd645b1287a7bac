//! Whatever is typed, the argument parser and the templates of output formats answer with a text or an error: no crash, no
//! hang. A few thousand seeded tries each; `fuzz/` goes on where they end.

use kubectl::cli::command::{find, flags_of};
use kubectl::cli::parse;
use kubectl::cmd::ROOT;
use kubectl::util::jsonpath::JsonPath;
use kubectl::util::print::columns::CustomColumns;
use kubectl::util::template::Template;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    TestRunner::new_with_rng(config, rng)
}

/// Texts made of the parts that mean something to a language, and of any characters.
fn texts(parts: &'static [&'static str]) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => proptest::sample::select(parts).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    vec(part, 0..24).prop_map(|parts| parts.concat())
}

fn object() -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "labels": {"a.b/c": "d", "app": "web"}},
        "spec": {"n": 5, "f": 1.5, "list": [1, 2, {"name": "x", "on": true}], "empty": {}, "none": null},
        "items": [{"metadata": {"name": "ü"}}, {"metadata": {"name": "日本"}}],
    })
}

fn holds(parts: &'static [&'static str], check: impl Fn(&str)) {
    let tried = runner(4000).run(&texts(parts), |text| {
        check(&text);
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_arguments_are_parsed_or_refused() {
    const WORDS: &[&str] = &[
        "get",
        "pods",
        "create",
        "deployment",
        "-o",
        "yaml",
        "-n",
        "--",
        "--all",
        "-A",
        "=",
        "--output=",
        "-oyaml",
        "--namespace",
        "-l",
        "a=b,c",
        "--dry-run",
        "-",
        "---x",
        "--=",
        "-=",
        "-n=",
        "é",
        "-é",
        "--é=ü",
        "rollout",
        "status",
        "--from-literal",
        "\"a\",\"b",
        "-f",
        "--replicas",
        "99999999999999999999",
        "0x",
        "-1",
        "--timeout",
        "1h2m",
        "set",
        "image",
        "",
        " ",
        "config",
        "-vv",
        "-v=",
        "-it",
        "--limits",
        "cpu=1,",
        "help",
    ];
    let words = vec(
        prop_oneof![
            6 => proptest::sample::select(WORDS).prop_map(str::to_owned),
            1 => any::<String>(),
        ],
        0..10,
    );
    let tried = runner(4000).run(&words, |words| {
        if let Ok(found) = find(&ROOT, &words) {
            // Only that it comes to an end matters.
            let _ = parse::parse(flags_of(&found.path), &found.rest);
        }
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_jsonpath_is_evaluated_or_refused() {
    const PARTS: &[&str] = &[
        "{", "}", ".", "..", "[", "]", "*", "$", "@", "?(", ")", "==", "!=", "<", ">=", "'", "\"",
        "range ", "end", "items", "metadata", "name", "spec", "list", "0", "-1", ":", ",", "\\.",
        "\\n", "1.5", "true", " ", "~", "é",
    ];
    let object = object();
    holds(PARTS, |text| {
        for text in [
            text.to_owned(),
            format!("{{{text}}}"),
            format!("{{.{text}}}"),
        ] {
            if let Ok(path) = JsonPath::parse(&text) {
                let _ = path.execute(&object);
                let _ = path.allow_missing(true).execute_json(&object);
            }
            let _ = JsonPath::parse_relaxed(&text);
        }
    });
}

#[test]
fn any_template_is_executed_or_refused() {
    const PARTS: &[&str] = &[
        "{{",
        "}}",
        "{{-",
        "-}}",
        ".",
        "$",
        "$x",
        ":=",
        "=",
        "|",
        "(",
        ")",
        "range ",
        "if ",
        "else",
        "with ",
        "end",
        "define \"a\"",
        "template \"a\"",
        "block \"b\" .",
        "break",
        "continue",
        "printf ",
        "\"%d %s %v %q\"",
        "%",
        "index ",
        "len ",
        "slice ",
        "and ",
        "or ",
        "not ",
        "eq ",
        "lt ",
        ".items",
        ".metadata.name",
        ".spec.list",
        "0",
        "-1",
        "1.5",
        "'a'",
        "`x`",
        "nil",
        "true",
        "/*",
        "*/",
        " ",
        "\n",
        "é",
        "html",
        "js ",
        "urlquery ",
        "base64decode ",
        "1e9",
    ];
    let object = object();
    holds(PARTS, |text| {
        for text in [text.to_owned(), format!("{{{{{text}}}}}")] {
            if let Ok(template) = Template::parse(&text) {
                let _ = template.allow_missing(true).execute(&object);
            }
        }
    });
}

#[test]
fn any_columns_are_printed_or_refused() {
    const PARTS: &[&str] = &[
        "NAME",
        ":",
        ".metadata.name",
        ",",
        "{",
        "}",
        "[*]",
        "..",
        ".spec",
        "[0]",
        "?(@.x)",
        " ",
        "\n",
        "\t",
        "é",
        "'",
        "*",
        ".items",
        "kind",
        "$",
        "@",
    ];
    let object = object();
    holds(PARTS, |text| {
        let parsed = [
            CustomColumns::from_spec(text, false),
            CustomColumns::from_file(text),
        ];
        for mut columns in parsed.into_iter().flatten() {
            let _ = columns.print(&object);
        }
    });
}
