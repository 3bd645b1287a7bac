//! jq: what filters give, and that none runs for ever, fills the memory or the stack.

mod world;

use world::World;

#[test]
fn filters() {
    let world = World::new(false);
    for (line, shown) in [
        (
            "jq -c . <<< '{\"b\":[1,2.50,-3e2,1e400,\"\\u00e9\\n\"],\"a\":{}}'",
            "{\"b\":[1,2.5,-300,1.7976931348623157e+308,\"é\\n\"],\"a\":{}}",
        ),
        (
            "jq -S . <<< '{\"b\":1,\"a\":[]}'",
            "{\n  \"a\": [],\n  \"b\": 1\n}",
        ),
        ("jq -n '[range(5)] | map(. * 2) | add'", "20"),
        (
            "jq -nc '[1,[2,[3]]] | flatten, (.[1][1][0] = 9), del(.[0])'",
            "[1,2,3]\n[1,[2,[9]]]\n[[2,[3]]]",
        ),
        (
            "jq -nc '{} | .a.b.c = 1 | .x[2] = 3'",
            "{\"a\":{\"b\":{\"c\":1}},\"x\":[null,null,3]}",
        ),
        (
            "jq -nc '{a:1,b:2} | to_entries, with_entries(.value += 1), keys, length, has(\"a\")'",
            "[{\"key\":\"a\",\"value\":1},{\"key\":\"b\",\"value\":2}]\n{\"a\":2,\"b\":3}\n[\"a\",\"b\"]\n2\ntrue",
        ),
        (
            "jq -nc '[{n:\"b\",v:1},{n:\"a\",v:2},{n:\"b\",v:3}] | group_by(.n), sort_by(.n, -.v), (map(.v) | max), unique_by(.n)'",
            "[[{\"n\":\"a\",\"v\":2}],[{\"n\":\"b\",\"v\":1},{\"n\":\"b\",\"v\":3}]]\n[{\"n\":\"a\",\"v\":2},{\"n\":\"b\",\"v\":3},{\"n\":\"b\",\"v\":1}]\n3\n[{\"n\":\"a\",\"v\":2},{\"n\":\"b\",\"v\":1}]",
        ),
        (
            "jq -nr '\"a,b\" | split(\",\") | @csv, @tsv, join(\"-\"), @json, @base64 \"x\\(.[0])\"'",
            "\"a\",\"b\"\na\tb\na-b\n[\"a\",\"b\"]\nxYQ==",
        ),
        (
            "jq -nc '\"abcé\" | .[1:3], length, utf8bytelength, ascii_upcase, test(\"B\"; \"i\"), indices(\"b\"), [match(\"(?<x>b)\").captures[0].name]'",
            "\"bc\"\n4\n5\n\"ABCé\"\ntrue\n[1]\n[\"x\"]",
        ),
        (
            "jq -nc '[limit(3; repeat(1))], [.[]?], first(range(10)), [recurse(if . < 3 then .+1 else empty end; true)?] '",
            "[1,1,1]\n[]\n0\n[null,1,2,3]",
        ),
        (
            "jq -nc '[splits(\"a\")?], (reduce range(4) as $i (0; . + $i)), [foreach range(4) as $i (0; . + $i)], ([1,2] | IN(.[]; 2)), input?' ",
            "[]\n6\n[0,1,3,6]\ntrue",
        ),
        ("printf '1 2\\n3' | jq -c '[., input?]'", "[1,2]\n[3]"),
        ("printf '1 2 3' | jq -nc '[inputs]'", "[1,2,3]"),
        (
            "printf '1 2 3' | jq -sc 'map(. + 1), transpose?'",
            "[2,3,4]",
        ),
        (
            "jq -nc '[[1,2],[3]] | transpose, [paths], [leaf_paths], (tostream | select(length == 2) | .[1])'",
            "[[1,3],[2,null]]\n[[0],[0,0],[0,1],[1],[1,0]]\n[[0,0],[0,1],[1,0]]\n1\n2\n3",
        ),
        (
            "jq -nc '[nan] | sort, (.[0] | isnan), ([nan, 1] | sort)'",
            "[null]\ntrue\n[null,1]",
        ),
        (
            "jq -nc '{a:{b:1}} * {a:{c:2}}, ([1,2,3] - [2]), (7 % 3, -7 % 3, 7 / 2, 6 / 2, 1e17, 1.5e300, 0.00001)'",
            "{\"a\":{\"b\":1,\"c\":2}}\n[1,3]\n1\n-1\n3.5\n3\n1e+17\n1.5e+300\n0.00001",
        ),
        (
            "jq -nc '\"1.50\" | tonumber, (\"x\" | tonumber? // \"none\"), ([3,1] | tojson), (\"[1]\" | fromjson)'",
            "1.5\n\"none\"\n\"[3,1]\"\n[1]",
        ),
        (
            "jq -n --arg a 1 --argjson b 2 '[$a, $b, $ARGS.named.a]' -c",
            "[\"1\",2,\"1\"]",
        ),
        (
            "jq -nc '[.[]?], (try error(\"x\") catch .), (try error({a:1}) catch .a), ([.[] ] ? // 5)'",
            "[]\n\"x\"\n1\n5",
        ),
    ] {
        let (output, status) = world.run("bash", line);
        assert_eq!((output.trim_end(), status), (shown, 0), "{line}");
    }
}

#[test]
fn errors() {
    let world = World::new(false);
    for (line, shown, exit) in [
        (
            "jq .a <<< 5",
            "jq: error (at <stdin>:1): Cannot index number with \"a\"\n",
            5,
        ),
        (
            "jq '.[]' <<< null",
            "jq: error (at <stdin>:1): Cannot iterate over null (null)\n",
            5,
        ),
        (
            "jq -n '1 + {}'",
            "jq: error (at <unknown>): number (1) and object ({}) cannot be added\n",
            5,
        ),
        (
            "jq -n '{a:1} | error'",
            "jq: error (at <unknown>) (not a string): {\"a\":1}\n",
            5,
        ),
        ("jq -n '\"x\" | error'", "jq: error (at <unknown>): x\n", 5),
        (
            "echo No resources | jq .",
            "jq: parse error: Invalid numeric literal at line 1, column 3\n",
            2,
        ),
        (
            "echo '{\"a\": 1' | jq .",
            "jq: parse error: Unfinished JSON term at EOF at line 2, column 0\n",
            2,
        ),
        (
            "jq -n nothing",
            "jq: error: nothing/0 is not defined at <top-level>, line 1:\njq: 1 compile error\n",
            3,
        ),
        (
            "jq -n '1) | (2' | wc -l",
            "jq: error: syntax error, unexpected ) (expecting token)\njq: 1 compile error\n0\n",
            0,
        ),
        (
            "jq -n '\"a\" | debug | ascii_upcase, halt_error'",
            "[\"DEBUG:\",\"a\"]\n\"A\"\na",
            5,
        ),
    ] {
        let (output, status) = world.run("bash", line);
        assert_eq!((output.as_str(), status), (shown, exit), "{line}");
    }
}

/// Each would hang, or take all memory or stack.
#[test]
fn runaway_filters_end() {
    let world = World::new(false);
    let mut wrong = Vec::new();
    for filter in [
        "def f: f; f",
        "def f: f, 1; f",
        "def f: f + 1; f",
        "def f: [f]; f",
        "def f: try f catch 1; f",
        "def f: (f | f); f",
        "until(false; .)",
        "until(false; . + 1)",
        "last(range(infinite))",
        "last(range(0; 1; 0))",
        "[limit(1000000000; repeat(1))]",
        "[range(1000000000)]",
        "[repeat(1)]",
        "[recurse] | last(repeat(.))",
        "first(range(infinite) | select(. < 0))",
        "reduce range(infinite) as $i (0; . + $i)",
        "[foreach range(infinite) as $i (0; . + $i)]",
        "isempty(range(infinite) | empty)",
        "any(range(infinite); false)",
        "label $out | last(range(infinite) | if . < 0 then break $out else . end)",
        "try last(range(infinite)) catch .",
        "last(range(infinite))?",
        "(range(infinite) | select(false)) // 1",
        "path(last(repeat(.)))",
        "[1] | .[] |= until(false; .)",
        "[range(100000)] | map(last(range(100000)))",
        "[while(true; .)]",
        "[limit(5; repeat(repeat(empty)))]",
        "last(combinations(1000000000)?), last([[range(1000)], [range(1000)], [range(1000)]] | combinations)",
        "\"a\" | until(false; . + .)",
        "\"a\" * 1000000000000",
        "\"ab\" | until(false; @json)",
        "\"&&&&\" | until(false; @html)",
        "[0] | until(false; . + .)",
        "{} | until(false; {a: ., b: .})",
        "0 | until(false; [.])",
        "0 | until(false; [., .]) | tojson",
        "reduce range(40) as $i (0; [., .]) | last(..)",
        "reduce range(1000000) as $i (0; [.]) | 1",
        "[] | .[1000000000] = 1",
        "[] | .[-1:][1000000000] = 1",
        "[range(1000)] | until(false; [.[], .[]])",
        "[limit(100000; repeat(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"))] | until(false; tojson)",
        "def f(g): f(g | g); f(.) | 1",
        "def f(g): def h(i): f(i | g); h(g | g); f(.)",
        "def f(g; $x): f(g, 1; $x + 1) | g; f(.; 1)",
        "[range(300)] | until(false; sort_by(-.))",
    ] {
        let (output, status) = world.run("bash", &format!("jq -n '{filter}'"));
        let said = ["too many steps", "recurses too deeply", "too large"];
        let start: String = output.chars().take(200).collect();
        if status != 5 || !said.iter().any(|text| output.contains(text)) {
            wrong.push(format!("{filter}: {status} {start}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let long = [
        format!("jq -n '{}'", "[".repeat(100_000)),
        format!("jq -n '. | {}1'", "- ".repeat(50_000)),
        format!("jq -n '.{}'", "|.".repeat(50_000)),
        format!("jq -n '{}1'", "if ".repeat(50_000)),
        format!("jq -n '.{}'", "[0]".repeat(9900)),
        format!("jq -n '{}'", ".a".repeat(9900)),
        format!("jq -n '{}1'", "def f: ".repeat(5_000)),
    ];
    for line in long {
        let (output, status) = world.run("bash", &line);
        assert_eq!(status, 3, "{output}");
    }
    // As long as may be.
    for line in [
        format!("jq -n '.{}'", "|.".repeat(190)),
        format!("jq -n '. | {}1'", "- ".repeat(190)),
        format!("jq -nc '{}1{}'", "[".repeat(99), "]".repeat(99)),
        format!("jq -n '{}1'", "def f: 1; ".repeat(190)),
        format!("jq -n '1{}'", "+1".repeat(190)),
        format!("jq -n '.{}'", "[0]".repeat(190)),
        format!("jq -n '{}'", ".a".repeat(190)),
    ] {
        let (output, status) = world.run("bash", &line);
        assert!(status == 0 || output.contains("too deeply"), "{output}");
    }
    let line = "head -c 100000 /dev/zero | tr '\\0' '[' | jq .";
    let (output, status) = world.run("bash", line);
    assert!(
        output.contains("Exceeds depth limit") && status == 2,
        "{output}"
    );
    assert_eq!(world.run("bash", "echo fine").0, "fine\n");
}
