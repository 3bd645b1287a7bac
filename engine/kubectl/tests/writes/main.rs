//! Commands that write, against an API server with no controllers: tables of lines and what they print.

#[path = "../world/mod.rs"]
mod world;

mod autoscale;
mod drain;
mod expose;
mod kustomize;
mod patch;
mod replace;
mod rollout;
mod run;
mod scale;
mod set;
mod taint;

use world::World;

/// A line, what it prints (standard error after standard output), and its exit code.
type Row<'a> = (&'a str, &'a str, i32);

/// Runs the lines one after the other on one cluster.
fn check(rows: &[Row<'_>]) {
    let world = World::new();
    // No controller makes it here.
    world.ok("create serviceaccount default");
    check_on(&world, rows);
}

fn check_on(world: &World, rows: &[Row<'_>]) {
    for (line, expected, code) in rows {
        let ran = world.run(line);
        let printed = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(printed, *expected, "\n$ kubectl {line}");
        assert_eq!(ran.code, *code, "$ kubectl {line}");
    }
}
