//! Whatever is typed leaves the engine responsive, and the memory bounded; what cannot be done says so.
//!
//! A line is stopped after a while, as a person would: what counts is that no single step of the engine takes long, so
//! that Ctrl-C is heard, and that the next line works.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "it measures what a person waits"
)]

mod world;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use os::{Capture, FdTable, File, Spawn};
use world::World;

/// What one step of the engine may take of real time. It is for unoptimized code on a busy machine; the page needs a small
/// part of it.
const STEP: Duration = Duration::from_secs(8);
/// When a person loses patience.
const PATIENCE: Duration = Duration::from_millis(150);
/// What the process may hold at most, in KiB.
const MEMORY: u64 = 1_500 << 10;

/// How much this process held at most, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Runs a line to its end, or for a while.
fn run(world: &World, line: &str, wrong: &mut Vec<String>) -> (String, i32) {
    let out = Capture::new(1 << 20);
    let file = File::from_stream(out.clone());
    let env = [("HOME", "/root"), ("PATH", "/usr/local/bin:/usr/bin:/bin")];
    let spawn = Spawn {
        args: vec!["bash".into(), "-c".into(), line.into()],
        env: env
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<BTreeMap<String, String>>()
            .into(),
        cwd: "/root".into(),
        fds: FdTable::standard(File::null(), file.clone(), file),
        ..Spawn::default()
    };
    let before = peak();
    let proc = world.machine.spawn_command(spawn).unwrap();
    let begin = Instant::now();
    let until = world.sim.now() + Duration::from_secs(20);
    let mut killed = false;
    while proc.ended().is_none() {
        let step = Instant::now();
        let more = world.sim.step(until);
        let took = step.elapsed();
        if took > STEP {
            wrong.push(format!("{line}: a step of {took:?}"));
        }
        if !killed && (!more || begin.elapsed() > PATIENCE) {
            world.machine.kill_all();
            killed = true;
        } else if !more || begin.elapsed() > STEP * 5 {
            wrong.push(format!("{line}: does not end"));
            break;
        }
    }
    let now = peak();
    eprintln!("{:?} +{} MiB {line}", begin.elapsed(), (now - before) >> 10);
    if now > MEMORY {
        wrong.push(format!(
            "{line}: {} MiB, {} before",
            now >> 10,
            before >> 10
        ));
    }
    world.machine.kill_all();
    let status = proc.ended().map_or(-1, os::ExitStatus::code);
    (String::from_utf8_lossy(&out.take()).into_owned(), status)
}

/// Lines with a part of what they say, unless they have to be stopped.
const LINES: &[(&str, &str)] = &[
    // Outputs that never end.
    ("head -c 100m /dev/zero | wc -c", ""),
    ("yes | head -n 3000000 | wc -l", ""),
    ("yes", "y"),
    ("x=$(yes); echo $?", "output too large"),
    (
        "x=$(head -c 100m /dev/zero | tr \"\\0\" a); echo ${#x}",
        "output too large",
    ),
    (
        "yes > f; echo $?",
        "yes: standard output: No space left on device",
    ),
    ("dd if=/dev/zero of=big bs=1M count=100000", ""),
    (
        "head -c 2G /dev/zero > f; echo $?",
        "No space left on device",
    ),
    ("cat /dev/zero > f; echo $?", "No space left on device"),
    (
        "head -c 2000000000 /dev/zero > f; echo $?",
        "head: error writing 'standard output': No space left on device",
    ),
    (
        "seq 100000000 > f; echo $?",
        "seq: write error: No space left on device",
    ),
    (
        "base64 /dev/zero > f; echo $?",
        "base64: write error: No space left on device",
    ),
    ("echo x > f; while cat f >> f; do :; done", ""),
    ("echo x > f; cat f >> f; cat f", ""),
    (
        "echo x > f; for i in {1..60}; do cat f f > g; mv g f; done; echo $?",
        "No space left on device",
    ),
    ("truncate -s 100g f; fallocate -l 100g g", ""),
    ("seq 1 1000000000 | wc -l", ""),
    ("seq 1 0.0000001 2 | tail -1", ""),
    ("seq 5 | shuf -r | head -3 | wc -l", ""),
    ("cat /dev/urandom | base64 | head -c 10 | wc -c", ""),
    ("tail -f /dev/zero | head -c 5 | wc -c", ""),
    ("tail -c 100 /dev/zero", ""),
    ("tail /dev/zero", ""),
    ("sort /dev/zero", ""),
    ("sort < /dev/urandom", ""),
    ("tac /dev/zero", ""),
    ("wc -l /dev/zero", ""),
    ("md5sum /dev/zero", ""),
    ("rev /dev/zero", ""),
    ("grep x /dev/zero", ""),
    ("sed s/x/y/ /dev/zero", ""),
    ("awk 1 /dev/zero", ""),
    ("cut -c1 /dev/zero", ""),
    ("fold /dev/zero", ""),
    ("read x < /dev/zero; echo ${#x}", ""),
    ("mapfile x < /dev/urandom; echo ${#x[@]}", ""),
    ("mapfile x < <(yes); echo ${#x[@]}", ""),
    ("jq . /dev/zero", ""),
    ("base64 -d /dev/zero", ""),
    ("tr a b < /dev/zero", ""),
    ("diff /dev/zero /dev/urandom", ""),
    ("cmp /dev/zero /dev/zero", ""),
    ("xargs echo < /dev/zero", ""),
    ("yes | xargs", ""),
    ("yes | xargs -n1 echo | head -2", ""),
    ("tee a b c < /dev/zero > /dev/null", ""),
    ("cp /dev/zero x", ""),
    ("tar cf x.tar /dev", ""),
    ("column /dev/zero", ""),
    ("less /dev/zero", ""),
    ("source /dev/zero", ""),
    ("bash /dev/zero", ""),
    ("bash < /dev/zero", ""),
    ("od /dev/zero | head -1", ""),
    ("split /dev/zero", ""),
    ("paste /dev/zero /dev/zero", ""),
    ("uniq /dev/zero", ""),
    ("nl /dev/zero", ""),
    ("comm /dev/zero /dev/zero", ""),
    ("echo $(</dev/zero)", ""),
    // Words that grow.
    ("echo {1..1000000000} | wc -c", ""),
    (
        "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b} | wc -c",
        "",
    ),
    ("echo {1..100000}{1..100000} | wc -c", ""),
    ("a=aaaaaaaaaaaaaaaa; while :; do a=$a$a; done", "too long"),
    ("a=aaaaaaaaaaaaaaaa; while :; do a+=$a; done", "too long"),
    ("a=aaaa; while :; do a=${a//a/aaaaaaaaaa}; done", "too long"),
    ("a=aaaa; while :; do a=\"$(echo $a$a)\"; done", ""),
    ("a=(x); while :; do a+=(\"${a[@]}\"); done", ""),
    ("set -- x; while :; do set -- \"$@\" \"$@\"; done", ""),
    ("printf %1000000000d 1 | wc -c", ""),
    ("printf %.1000000000f 1 | wc -c", ""),
    ("printf %*d 1000000000 1 | wc -c", ""),
    ("printf -v x %1000000000s; echo ${#x}", ""),
    (
        "printf x%.0s {1..1000000} | wc -c",
        "Argument list too long",
    ),
    ("a[999999999999]=1; echo ${#a[@]}", "1"),
    (
        "declare -A a; for ((;;)); do a[$RANDOM$RANDOM]=$RANDOM; done",
        "",
    ),
    ("for ((;;)); do export x$RANDOM$RANDOM=1; done", ""),
    ("while :; do alias a$RANDOM=b; done", ""),
    ("while :; do touch f$RANDOM$RANDOM; done", ""),
    ("while :; do mkdir d; cd d; done 2>&1 | tail -1", ""),
    ("ln -s l l; cat l", "Too many levels of symbolic links"),
    ("while :; do exec 5>>f; done", ""),
    ("while :; do pushd / > /dev/null; done", ""),
    ("echo ${#$(seq 100000)}", ""),
    ("IFS=; x=$(seq 300000); echo ${#x}", ""),
    ("cat <<< $(seq 1000000) | wc -c", ""),
    // Arithmetic.
    (
        "echo $((2**62)) $((2**64)) $((3**1000000000000))",
        "4611686018427387904",
    ),
    ("x=x; echo $((x))", ""),
    ("a=b; b=a; echo $((a))", "recursion"),
    ("a=a+a; echo $((a))", "recursion"),
    ("echo $((1<<1000000)) $((1/0))", "division by 0"),
    ("for ((i=0;i<1;i+=0)); do :; done", ""),
    ("echo $((36#zzzzzzzzzzzzzzzzzzzzzzzzzzzz))", ""),
    // Loops and processes.
    ("while :; do :; done", ""),
    ("until false; do :; done", ""),
    ("while true; do sleep 0; done", ""),
    ("while true; do echo x | cat > /dev/null; done", ""),
    ("while true; do (exit); done", ""),
    ("while true; do sleep 100 & done", "fork: "),
    ("bomb() { bomb | bomb & }; bomb; wait", ""),
    ("f() { f & f & }; f; wait", ""),
    ("f() { $(f) $(f); }; f", "fork: "),
    (
        "exec bash -c \"exec bash -c \\\"\\$0\\\" \\\"\\$0\\\"\" \"exec bash -c \\\"\\$0\\\" \\\"\\$0\\\"\"",
        "",
    ),
    ("trap \"kill -USR1 $$\" USR1; kill -USR1 $$; echo done", ""),
    ("trap \"kill $$\" TERM; kill $$; sleep 1", ""),
    ("PROMPT_COMMAND=\"eval $PROMPT_COMMAND\"; echo fine", "fine"),
    ("alias a=\"a a\"; shopt -s expand_aliases; a", ""),
    ("echo \"$0 $@\" > s; chmod +x s; ./s", ""),
    ("echo \"./s; ./s\" > s; chmod +x s; ./s", ""),
    ("find / -exec find / ; -exec find / ;", ""),
    ("watch -n 0.1 true", ""),
    ("watch -n 0 true", ""),
    ("sleep infinity", ""),
    ("sleep 99999999999999999999", ""),
    ("timeout 99999999999 sleep 99999999999", ""),
    ("kill -9 -1; echo gone", ""),
    ("wait 99999999", "not a child"),
    ("read -t 99999999999 x < <(sleep 1000)", ""),
    ("exec 3<> >(cat); cat <&3", ""),
    // Patterns.
    (
        "[[ $(printf %05000d 1) == *0*0*0*0*0*0*0*0*0*x ]]; echo $?",
        "1",
    ),
    (
        "x=$(printf %05000d 1); echo ${x##*0*0*0*0*0*x}; echo ${x//*0*0*0*0*0*x/}",
        "0",
    ),
    (
        "shopt -s extglob; [[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == +(+(+(a)))b ]]; echo $?",
        "1",
    ),
    (
        "shopt -s extglob; [[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == *(a|aa|aaa)b ]]; echo $?",
        "1",
    ),
    (
        "[[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa =~ ^(a|aa)+$b ]]; echo $?",
        "",
    ),
    (
        "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac | grep -E \"^(a|aa|a*)*b\"; echo $?",
        "1",
    ),
    (
        "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac | grep \"\\(a*\\)*\\1b\"; echo $?",
        "",
    ),
    (
        "echo a | grep -E \"((((a{100}){100}){100}){100})\"; echo $?",
        "2",
    ),
    ("echo a | grep -E \"a{99999999}\"; echo $?", "2"),
    ("echo a | sed -E \"s/(a{1000}){1000}/x/\"; echo $?", "1"),
    (
        "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | sed -E \"s/(a*)*b/x/g\" | wc -c",
        "42",
    ),
    ("echo a | sed \":a;s/a/aa/;ta\"", ""),
    ("echo a | sed \":a;ba\"", ""),
    ("echo a | sed \":a;H;G;h;ba\"", ""),
    ("echo a | sed \":a;s/.*/&&/;ta\"", ""),
    ("yes | sed \":a;N;ba\"", ""),
    (
        "expr aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa : \"\\(a*\\)*b\"",
        "",
    ),
    ("ls /*/*/*/*/*/*/../*/../*/../*/../*/../* 2>&1 | wc -c", ""),
    ("shopt -s globstar; echo /**/**/**/**/** | wc -c", ""),
    // awk.
    ("awk \"BEGIN { while (1) ; }\"", ""),
    (
        "awk \"BEGIN { while (1) x = x \\\"aaaaaaaaaaaaaaaaa\\\" x }\"",
        "",
    ),
    ("awk \"BEGIN { for (;;) a[i++] = i }\"", ""),
    ("awk \"function f() { return f() } BEGIN { f() }\"", ""),
    (
        "awk \"BEGIN { printf \\\"%1000000000d\\\", 1 }\" | wc -c",
        "",
    ),
    (
        "awk \"BEGIN { printf \\\"%.1000000000f\\\", 1 }\" | wc -c",
        "",
    ),
    (
        "awk \"BEGIN { x = sprintf(\\\"%*d\\\", 1000000000, 1); print length(x) }\"",
        "",
    ),
    ("awk \"BEGIN { \\$1000000000 = 1; print NF }\"", ""),
    ("awk \"BEGIN { NF = 1000000000; print NF }\"", ""),
    (
        "awk \"BEGIN { while (1) print \\\"x\\\" > \\\"f\\\" }\"",
        "",
    ),
    (
        "awk \"BEGIN { while ((\\\"yes\\\" | getline x) > 0) ; }\"",
        "",
    ),
    (
        "awk \"BEGIN { while (1) print \\\"x\\\" | \\\"cat\\\" }\" > /dev/null",
        "",
    ),
    (
        "awk \"BEGIN { x = \\\"a\\\"; while (1) gsub(/a/, \\\"aaaaaaaaaa\\\", x) }\"",
        "",
    ),
    (
        "awk \"BEGIN { print substr(\\\"x\\\", -1e300, 1e300), 2^100000, int(1e300) }\"",
        "inf",
    ),
    (
        "awk \"BEGIN { print index(\\\"a\\\", \\\"\\\"), split(\\\"\\\", a, \\\"(x*)*\\\") }\"",
        "0",
    ),
    // Nesting.
    ("echo $(printf %0100000d 0 | tr 0 \"(\")", ""),
    ("eval \"$(printf %0100000d 0 | tr 0 \"(\")\"", ""),
    ("eval \"$(printf %0100000d 0 | tr 0 \"{\")\"", ""),
    (
        "eval \"echo \\$((  $(printf %0100000d 0 | tr 0 \"(\") ))\"",
        "",
    ),
    ("eval \"echo $(printf %0100000d 0 | tr 0 \"!\")\"", ""),
    (
        "eval \"echo \\$(( $(printf %0100000d 0 | tr 0 -) 1 ))\"",
        "",
    ),
    (
        "eval \"[[ $(printf %0100000d 0 | tr 0 \"!\" | sed \"s/!/! /g\") a ]]\"",
        "",
    ),
    (
        "eval \"$(printf %0100000d 0 | sed \"s/0/! /g\") true\"; echo $?",
        "",
    ),
    (
        "eval \"$(printf %0100000d 0 | sed \"s/0/true | /g\") true\"; echo $?",
        "",
    ),
    (
        "eval \"$(printf %0100000d 0 | sed \"s/0/true \\\\&\\\\& /g\") true\"; echo $?",
        "",
    ),
    (
        "eval \"$(printf %010000d 0 | sed \"s/0/true; /g\") true\"; echo $?",
        "0",
    ),
    ("test $(printf %010000d 0 | sed \"s/0/! /g\") a", ""),
    ("test $(printf %010000d 0 | sed \"s/0/( /g\") a", ""),
    ("expr $(printf %010000d 0 | sed \"s/0/( /g\") a", ""),
    ("find . $(printf %010000d 0 | sed \"s/0/( /g\") 2>&1", ""),
    (
        "awk \"BEGIN { print $(printf %0100000d 0 | tr 0 \"(\") 1 }\"",
        "",
    ),
    (
        "awk \"BEGIN { print $(printf %0100000d 0 | tr 0 \"!\") 1 }\"",
        "",
    ),
    (
        "awk \"BEGIN { print 1 $(printf %0100000d 0 | sed \"s/0/^1/g\") }\"",
        "",
    ),
    ("sed \"$(printf %0100000d 0 | tr 0 \"{\")\" <<< a", ""),
    ("grep -E \"$(printf %0100000d 0 | tr 0 \"(\")\" <<< a", ""),
    (
        "grep \"$(printf %050000d 0 | sed \"s/0/\\\\\\\\(/g\")\" <<< a",
        "",
    ),
    (
        "shopt -s extglob; [[ a == $(printf %010000d 0 | sed \"s/0/@(/g\") ]]",
        "",
    ),
    ("echo {{{{$(printf %0100000d 0 | tr 0 \"{\")", ""),
    ("eval \"echo $(printf %010000d 0 | tr 0 \"{\"),a\"", ""),
    ("jq -n \"$(printf %0100000d 0 | tr 0 \"[\")\"", ""),
];

#[test]
fn every_line_ends() {
    let only = std::env::var("LINE").unwrap_or_default();
    let mut wrong = Vec::new();
    let mut world = World::new(false);
    for (line, part) in LINES {
        if !line.contains(&only) {
            continue;
        }
        let (output, status) = run(&world, line, &mut wrong);
        let end = output.len().saturating_sub(600);
        let start: String = output.chars().take(100).collect();
        let end = output
            .get(output.ceil_char_boundary(end)..)
            .unwrap_or_default();
        // Who was stopped has said nothing yet.
        let stopped = status == 137;
        if !(stopped || start.contains(part) || end.contains(part)) {
            wrong.push(format!("{line}: {status} {start:?} … {end:?}"));
        }
        let (output, status) = world.run("bash", "cd; rm -rf ./*; echo fine");
        if (output.as_str(), status) != ("fine\n", 0) {
            wrong.push(format!("after {line}: {status} {output:?}"));
            world = World::new(false);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
