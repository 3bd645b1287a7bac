//! `cargo xtask`: the project's own commands (set-up, serve, test, build, bench).

fn main() {
    eprintln!("cargo xtask serve | test | build | bench");
    std::process::exit(2);
}
