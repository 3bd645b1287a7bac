//! Texts were taken from kubectl v1.36.

use super::*;
use serde_json::json;

#[test]
fn plain_scalars_mean_what_yaml_1_1_says() {
    for (text, value) in [
        ("Y", json!(true)),
        ("off", json!(false)),
        ("014", json!(12)),
        ("0o14", json!(12)),
        ("0x1F", json!(31)),
        ("1_000", json!(1000)),
        ("1e3", json!(1000)),
        ("1.5", json!(1.5)),
        (".5", json!(0.5)),
        ("2024-01-01", json!("2024-01-01")),
        ("12:30", json!("12:30")),
        ("~", json!(null)),
        ("'1'", json!("1")),
        ("!!str 1", json!("1")),
        ("!!float 1", json!(1)),
        ("18446744073709551615", json!(18_446_744_073_709_551_615.0)),
        ("0.1.2", json!("0.1.2")),
        ("-", json!([null])),
        ("1.0", json!(1)),
        ("08", json!(8)),
    ] {
        assert_eq!(parse(text).unwrap(), value, "{text}");
    }
}

#[test]
fn errors_are_go_yamls() {
    for (text, message) in [
        (
            "a: b: c",
            "yaml: mapping values are not allowed in this context",
        ),
        (
            "x: 1\na: b: c",
            "yaml: line 2: mapping values are not allowed in this context",
        ),
        (
            "a:\n\tb: 1",
            "yaml: line 2: found character that cannot start any token",
        ),
        (
            "a: [1, 2\nb: 3",
            "yaml: line 1: did not find expected ',' or ']'",
        ),
        ("a: *x", "yaml: unknown anchor 'x' referenced"),
        ("a: &x [*x]", "yaml: anchor 'x' value contains itself"),
        (
            "a: {{ .Values.x }}",
            "yaml: invalid map key: map[interface {}]interface {}{\".Values.x\":interface {}(nil)}",
        ),
        (
            "~: 1",
            "unsupported map key of type: %!s(<nil>), key: <nil>, value: 1",
        ),
        ("a: !!int x", "yaml: cannot decode !!str `x` as a !!int"),
        ("a: \u{7}", "yaml: control characters are not allowed"),
        (
            "<<: 1",
            "yaml: map merge requires map or sequence of maps as the value",
        ),
    ] {
        assert_eq!(parse(text).unwrap_err().message, message, "{text}");
    }
    assert_eq!(parse("x: 1\na: b: c").unwrap_err().position, Some((2, 5)));
}

#[test]
fn repeated_keys() {
    assert_eq!(parse("a: 1\nb: 2\na: 3").unwrap(), json!({"a": 3, "b": 2}));
    assert_eq!(
        parse_strict("a: 1\nb: 2\na: 3").unwrap_err().message,
        "yaml: unmarshal errors:\n  line 3: key \"a\" already set in map"
    );
}

#[test]
fn aliases_and_merge_keys() {
    assert_eq!(
        parse("base: &b {x: 1, y: 2}\nz:\n  <<: *b\n  y: 3").unwrap(),
        json!({"base": {"x": 1, "true": 2}, "z": {"x": 1, "true": 3}})
    );
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..10 {
        let previous = format!("*a{}", i - 1);
        bomb += &format!("a{i}: &a{i} [{}]\n", [previous.as_str(); 10].join(", "));
    }
    assert_eq!(
        parse(&bomb).unwrap_err().message,
        "yaml: document contains excessive aliasing"
    );
    let deep = "[".repeat(100_000);
    assert!(parse(&deep).unwrap_err().message.contains("max depth"));
}

#[test]
fn writes_as_kubectl() {
    let value = json!({
        "plain": "a b", "number": "1", "bool": "yes", "date": "2024-01-01", "empty": "", "null": null,
        "colon": "a: b", "hash": "a #b", "star": "*a", "blank": " a", "tab": "a\tb", "emoji": "😀",
        "lines": "a\n b\n", "no-newline": "a\nb", "keep": "a\n\n", "indented": "  a\nb", "trailing": "a \nb",
        "list": [1, "a", {"x": 1, "y": [true]}, [1, [2]], [], {}],
        "map": {"a10": 1, "a9": 2, "B": 3, "_": 4},
        "float": 1_000_000.5,
        "long": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccccccc ddd",
    });
    assert_eq!(
        to_yaml(&value),
        r#"blank: ' a'
bool: "yes"
colon: 'a: b'
date: "2024-01-01"
emoji: "\U0001F600"
empty: ""
float: 1.0000005e+06
hash: 'a #b'
indented: |2-
    a
  b
keep: |+
  a

lines: |
  a
   b
list:
- 1
- a
- x: 1
  "y":
  - true
- - 1
  - - 2
- []
- {}
long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccccccc
  ddd
map:
  _: 4
  B: 3
  a9: 2
  a10: 1
no-newline: |-
  a
  b
"null": null
number: "1"
plain: a b
star: '*a'
tab: "a\tb"
trailing: "a \nb"
"#
    );
}

#[test]
fn streams() {
    let all = |text| {
        decode_stream(text)
            .into_iter()
            .map(|v| v.map_err(String::from))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        all("---\na: 1\n---\n# nothing\n---\nb: 2\n"),
        [Ok(json!({"a": 1})), Ok(json!(null)), Ok(json!({"b": 2}))]
    );
    assert_eq!(
        all("{\"a\": 1} {\"b\": 2}\n"),
        [Ok(json!({"a": 1})), Ok(json!({"b": 2}))]
    );
    assert_eq!(
        all("{\"a\": 1]"),
        [Err(
            "json: offset 8: invalid character ']' after object key:value pair".into()
        )]
    );
    assert_eq!(all("{a: 1}\n"), [Ok(json!({"a": 1}))]);
    assert_eq!(
        all("a: 1\n--- x\n")[0],
        Err("invalid Yaml document separator: x".into())
    );
    assert_eq!(all(""), []);
}

#[test]
fn block_scalars_may_end_with_the_text() {
    for (text, value) in [
        ("a: |\n  b", json!({"a": "b"})),
        ("a: |\n  b\n", json!({"a": "b\n"})),
        ("a: |-\n  b", json!({"a": "b"})),
        ("a: |+\n  b", json!({"a": "b"})),
        ("a: |+\n  b\n\n", json!({"a": "b\n\n"})),
        ("a: >\n  b\n  c", json!({"a": "b c"})),
        ("a: |\n  b\n  ", json!({"a": "b\n"})),
        ("a: |", json!({"a": ""})),
        ("a: b > c", json!({"a": "b > c"})),
        ("- |\n  a\n- 'b|", Value::Null),
    ] {
        assert_eq!(parse(text).unwrap_or_default(), value, "{text:?}");
    }
}

#[test]
fn keys_without_an_order_among_three_are_written() {
    let parts = ["a", "0", "9", "00", "-", "b1", "10", "_"];
    let keys = (0..512).map(|i| [parts[i % 8], parts[i / 8 % 8], parts[i / 64]].concat());
    let map: serde_json::Map<String, Value> = keys.map(|key| (key, json!(1))).collect();
    let written = to_yaml(&Value::Object(map.clone()));
    assert_eq!(parse(&written).unwrap(), Value::Object(map));
}

#[test]
fn a_text_may_end_within_an_escape() {
    for text in ["\"\\", "a: \"b\\", "- 'b\\", "[\"x\\\\\\"] {
        let error = parse(text).unwrap_err();
        assert!(
            error.message.ends_with("found unexpected end of stream"),
            "{text:?}: {}",
            error.message
        );
    }
    assert_eq!(parse("a: b\\").unwrap(), json!({"a": "b\\"}));
    assert_eq!(parse("a: |\n  b\\").unwrap(), json!({"a": "b\\"}));
}

#[test]
fn tags_end_with_a_space() {
    for (text, line) in [
        ("[!,", ""),
        ("[!a,b]", ""),
        ("a: 1\nb: [x, !!str,y]", "line 2: "),
        ("a:\n  {!<x,y>,b: 1}", "line 2: "),
        ("a: !b,c", ""),
        ("-b:\n    a\n{!)(, b},\n}\n", "line 3: "),
        ("a: b\u{85}{!x,y}", ""),
    ] {
        let error = parse(text).unwrap_err();
        let wanted = format!("yaml: {line}did not find expected whitespace or line break");
        assert_eq!(error.message, wanted.as_str(), "{text:?}");
    }
    for (text, value) in [
        ("[x !a,b]", json!(["x !a", "b"])),
        ("a: 'x !b,c'", json!({"a": "x !b,c"})),
        ("a: |\n  !b,c\n", json!({"a": "!b,c\n"})),
        ("a: 1 # !b,c", json!({"a": 1})),
        ("a: !<b> 'x !c,d'", json!({"a": "x !c,d"})),
    ] {
        assert_eq!(parse(text).unwrap_or_default(), value, "{text:?}");
    }
}
