//! Go templates, as `-o go-template` runs them: text with actions in double braces over a JSON value.
//!
//! The language of Go's `text/template` with kubectl's two functions, `exists` and `base64decode`: fields, variables,
//! pipelines, `if`, `with`, `range`, `define`, `template`, `block`, comparison and formatting functions, trimming. Words
//! and places in errors are Go's. Steps and depth are bounded; methods, channels and the like have no room over JSON.
//!
//! [`lex`] cuts the text, [`parse`] builds the tree ([`ast`]), [`exec`] walks it, [`funcs`] and [`printf`] are the
//! functions.

mod ast;
mod exec;
mod funcs;
mod lex;
mod parse;
mod printf;

use serde_json::Value;

/// A parsed template.
#[derive(Debug, Clone)]
pub struct Template {
    trees: Vec<(String, Vec<ast::Node>)>,
    source: String,
    missing_is_error: bool,
}

impl Template {
    /// Parses `text`; the error is Go's, with its place.
    pub fn parse(text: &str) -> Result<Template, String> {
        let trees = parse::parse(text)?;
        Ok(Template {
            trees,
            source: text.to_owned(),
            missing_is_error: false,
        })
    }

    /// Sets whether a missing key is fine (`<no value>`) or an error.
    #[must_use]
    pub fn allow_missing(mut self, allow: bool) -> Template {
        self.missing_is_error = !allow;
        self
    }

    /// Fills the template in. On an error, what was written before it comes along.
    pub fn execute(&self, data: &Value) -> Result<String, (String, String)> {
        exec::execute(self, data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn data() -> Value {
        json!({
            "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"b": "aGk=", "k": "v"},
            "n": 1234567, "items": [{"x": 1}, {"x": 2}], "null": null
        })
    }

    fn check(template: &str, expected: &str) {
        let actual = match Template::parse(template) {
            Err(error) => format!("parse: {error}"),
            Ok(template) => match template.execute(&data()) {
                Ok(text) => text,
                Err((_, error)) => format!("exec: {error}"),
            },
        };
        assert_eq!(actual, expected, "{template}");
    }

    #[test]
    fn values() {
        check("{{.data.k}}", "v");
        check(
            "{{.nosuch}}{{.nosuch.x}}{{.null}}",
            "<no value><no value><no value>",
        );
        check(
            "{{.n}} {{1.5}} {{0x10}} {{\"a\\tb\"}} {{`raw`}} {{true}} {{1_000}} {{'a'}}",
            "1234567 1.5 16 a\tb raw true 1000 97",
        );
        check("{{.data}}{{$.kind}}", "map[b:aGk= k:v]ConfigMap");
        check("{{.data.b | base64decode}}", "hi");
        check("{{(index .data \"k\")}}{{(.data).k}}", "vv");
        check(
            "{{index .items 1 \"x\"}}{{len .items}}{{index .data \"zz\"}}",
            "22<no value>",
        );
        check(
            "{{exists . \"data\" \"k\"}}{{exists . \"nope\"}}",
            "truefalse",
        );
        check("{{.1}}", "0.1");
    }

    #[test]
    fn control() {
        check("{{range .data}}{{.}},{{end}}", "aGk=,v,");
        check(
            "{{range $k,$v := .data}}{{$k}}={{$v}} {{else}}none{{end}}",
            "b=aGk= k=v ",
        );
        check("{{range .nosuch}}a{{else}}none{{end}}", "none");
        check(
            "{{range .items}}{{.x}}{{$.kind}}{{break}}{{end}}",
            "1ConfigMap",
        );
        check("{{range 3}}{{.}}{{end}}", "012");
        check(
            "{{if eq .kind \"ConfigMap\"}}yes{{else if .x}}b{{else}}no{{end}}",
            "yes",
        );
        check(
            "{{with .nosuch}}a{{else with .kind}}b{{.}}{{end}}",
            "bConfigMap",
        );
        check(
            "{{define \"a\"}}[{{.}}]{{end}}{{template \"a\" .kind}}{{block \"x\" .kind}}B{{.}}{{end}}",
            "[ConfigMap]BConfigMap",
        );
        check("{{/* c */}}x{{- 3 -}} y", "x3y");
        check(
            "{{$x := 3}}{{$x = 4}}{{$x}}{{if true}}{{$x := 5}}{{end}}{{$x}}",
            "44",
        );
        check(
            "{{and 0 1}} {{or 0 \"x\"}} {{not 1}} {{eq 1 2 3 1}} {{lt 1 2}}",
            "0 x false true true",
        );
    }

    #[test]
    fn functions() {
        check(
            "{{printf \"%-10s|%5d|%v|%q\" .kind 3 .data .kind}}",
            "ConfigMap |    3|map[b:aGk= k:v]|\"ConfigMap\"",
        );
        check(
            "{{printf \"%s %d\" 1 \"a\"}} {{printf \"%d\"}} {{printf \"%s\" .nosuch}} {{printf \"x\" 1}}",
            "%!s(int=1) %!d(string=a) %!d(MISSING) %!s(<nil>) x%!(EXTRA int=1)",
        );
        check(
            "{{printf \"%6s|%-6s|%.2s|%x|%X|%q|%U|%5t|%3c|%%|%z\" \"abc\" \"abc\" \"abc\" \"abc\" \"abc\" \"a\\\"\" 0x41 true 65 4}}",
            "   abc|abc   |ab|616263|616263|\"a\\\"\"|U+0041| true|  A|%|%!z(int=4)",
        );
        check(
            "{{printf \"%08.3f|%x|%+d|%e|%g\" 3.14159 255 3 1.5 1.5}}",
            "0003.142|ff|+3|1.500000e+00|1.5",
        );
        check(
            "{{println \"a\" 1 true}}{{print 1 2 \"a\" \"b\" 3}}",
            "a 1 true\n1 2ab3",
        );
        check(
            "{{html \"<a>&\"}}{{js \"a'b\"}}{{urlquery \"a b&c\"}}",
            "&lt;a&gt;&amp;a\\'ba+b%26c",
        );
        check("{{slice .kind 1 3}}", "on");
        check(
            "{{.data|len}}{{.kind|printf \"%s-%s\" \"x\"}}",
            "2x-ConfigMap",
        );
    }

    #[test]
    fn errors() {
        check("{{.data", "parse: template: output:1: unclosed action");
        check(
            "{{foo}}",
            "parse: template: output:1: function \"foo\" not defined",
        );
        check(
            "a\n{{.x}}\n{{foo}}",
            "parse: template: output:3: function \"foo\" not defined",
        );
        check("{{end}}", "parse: template: output:1: unexpected {{end}}");
        check("{{if}}", "parse: template: output:1: missing value for if");
        check("{{if .a}}", "parse: template: output:1: unexpected EOF");
        check(
            "{{ }}",
            "parse: template: output:1: missing value for command",
        );
        check(
            "{{break}}",
            "parse: template: output:1: {{break}} outside {{range}}",
        );
        check(
            "{{$y}}",
            "parse: template: output:1: undefined variable \"$y\"",
        );
        check(
            "{{1a}}",
            "parse: template: output:1: bad number syntax: \"1a\"",
        );
        check(
            "{{ \"abc\".x }}",
            "parse: template: output:1: unexpected . after term \"\\\"abc\\\"\"",
        );
        check(
            "{{.data.k.x}}",
            "exec: template: output:1:7: executing \"output\" at <.data.k.x>: can't evaluate field x in type interface {}",
        );
        check(
            "{{len 3}}",
            "exec: template: output:1:2: executing \"output\" at <len 3>: error calling len: len of type int",
        );
        check(
            "{{eq 1 1.0}}",
            "exec: template: output:1:2: executing \"output\" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64",
        );
        check(
            "{{slice \"abc\" 5}}",
            "exec: template: output:1:2: executing \"output\" at <slice \"abc\" 5>: error calling slice: index out of range: 5",
        );
        check(
            "{{template \"nope\"}}",
            "exec: template: output:1:11: executing \"output\" at <{{template \"nope\"}}>: template \"nope\" not defined",
        );
        check(
            "{{.kind 1}}",
            "exec: template: output:1:2: executing \"output\" at <.kind>: kind is not a method but has arguments",
        );
        check(
            "{{nil}}",
            "exec: template: output:1:2: executing \"output\" at <nil>: nil is not a command",
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\{\\{|\\}\\}|range|end|if|else|with|\\.|[$a-z:=|(),\"`0-9 é-]){0,30}") {
            if let Ok(template) = Template::parse(&text) {
                let _ = template.execute(&data());
            }
        }

        #[test]
        fn printf_never_panics(format in "[%a-zA-Z0-9.*+# -]{0,20}") {
            let template = format!("{{{{printf {format:?} .n .kind .data true 1.5}}}}");
            if let Ok(template) = Template::parse(&template) {
                let _ = template.execute(&data());
            }
        }
    }
}
