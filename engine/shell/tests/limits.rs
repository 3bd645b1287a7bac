//! Runaway input ends with a clear message and a working prompt.

mod world;

use world::World;

fn check(line: &str, message: &str) {
    let world = World::new(false);
    let (output, _) = world.run("bash", line);
    let start: String = output.chars().take(500).collect();
    assert!(output.contains(message), "{line}: {start}");
    let (output, status) = world.run("bash", "echo fine");
    assert_eq!((output.as_str(), status), ("fine\n", 0), "after {line}");
}

#[test]
fn recursion() {
    for line in [
        "f() { f; }; f",
        "f() { if true; then for x in 1; do { f; }; done; fi; }; f",
        "f() { eval f; }; f",
        "f() { case a in a) while true; do f; done;; esac; }; f",
    ] {
        check(line, "maximum function nesting level exceeded");
    }
    check("f() { x=$(f); }; f", "fork: ");
    check("f() { f | f; }; f", "fork: ");
    check("f() { f | f & }; f; sleep 5; wait", "fork: ");
    check(
        "x='eval \"$x\"'; eval \"$x\"",
        "maximum function nesting level exceeded",
    );
    check(
        "echo 'source ./s' > s; source ./s",
        "maximum function nesting level exceeded",
    );
    check("echo 'bash ./s' > s; bash ./s", "fork: ");
}

#[test]
fn nesting() {
    let deep = |open: &str, close: &str, count: usize| {
        format!("{}echo hi; {}", open.repeat(count), close.repeat(count))
    };
    let world = World::new(false);
    assert_eq!(world.run("bash", &deep("{ ", "} ; ", 25)).0, "hi\n");
    assert_eq!(
        world.run("bash", &deep("if true; then ", "fi; ", 25)).0,
        "hi\n"
    );
    assert_eq!(world.run("bash", &deep("( ", ") ; ", 25)).0, "hi\n");
    for (open, close) in [
        ("{ ", "} ; "),
        ("( ", ") ; "),
        ("$(", ")"),
        ("while ", "do :; done; "),
        ("${x:-", "}"),
        ("$((", "))"),
        ("\"$(", ")\""),
    ] {
        let (output, status) = world.run("bash", &deep(open, close, 5000));
        assert!(status != 0 && output.len() < 100_000, "{open}: {status}");
    }
}

#[test]
fn recursion_that_ends() {
    let world = World::new(false);
    let line =
        "f() { if [ $1 -le 1 ]; then r=1; else f $(($1-1)); r=$((r*$1)); fi; }; f 15; echo $r";
    assert_eq!(world.run("bash", line).0, "1307674368000\n");
    let line = "f() { [ $1 -gt 0 ] && f $(($1-1)) || echo bottom; }; f 200";
    assert_eq!(world.run("bash", line).0, "bottom\n");
}

#[test]
fn sizes() {
    check("x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done", "too long");
    check("echo {1..100000000}; echo more", "");
    check("x=$(yes)", "output too large");
    check("printf '%1000000000d' 1 | wc -c", "");
    check(
        "echo $((2**63)) $((1<<100)) $((9223372036854775807+1)) $((-9223372036854775808/-1))",
        "",
    );
    check("a[99999999999]=1; echo ${#a[@]}", "1");
    check("seq 1 1000000 | sort -rn | head -1", "1000000");
    check("cat /dev/zero | head -c 10 | wc -c", "10");
}

#[test]
fn endless_loops_let_time_pass() {
    let world = World::new(false);
    for line in [
        "while :; do :; done",
        "until false; do :; done",
        "for ((;;)); do :; done",
        "f() { :; }; while f; do f; done",
        "yes > /dev/null",
        "while true; do echo x; done > /dev/null",
    ] {
        let before = world.sim.now();
        let (_, status) = world.run("bash", &format!("timeout 3 bash -c '{line}'"));
        let passed = world.sim.now().since(before).as_secs();
        assert_eq!((status, passed), (124, 3), "{line}");
    }
}
