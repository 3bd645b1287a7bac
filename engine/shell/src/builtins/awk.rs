//! `awk`: the language of POSIX awk, with the manners of mawk (Debian's).
//!
//! Not here: `getline` into co-processes, time zones, the additions of gawk but `strftime`, `systime`, `nextfile`.

mod ast;
mod call;
mod io;
mod lex;
mod parse;
mod run;
mod value;

use std::rc::Rc;

use os::Proc;

use crate::opts::Spec;

/// Bytes of a program.
const MAX_PROGRAM: usize = 1 << 20;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "F:v:f:",
        &[("field-separator", 'F'), ("assign", 'v'), ("file", 'f')],
    );
    const USAGE: &str = "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n";
    let opts = match SPEC.parse(&args[1..]) {
        Ok(opts) => opts,
        Err(message) => {
            proc.eprint(format!("awk: {message}\n{USAGE}")).await;
            return 2;
        }
    };
    let mut operands = opts.rest.clone();
    let mut source = String::new();
    for file in opts.values('f') {
        match proc.read_path(file, MAX_PROGRAM).await {
            Ok(data) => source.push_str(&String::from_utf8_lossy(&data)),
            Err(error) => {
                proc.eprint(format!(
                    "awk: couldn't open file {file}: {}\n",
                    error.text()
                ))
                .await;
                return 2;
            }
        }
        source.push('\n');
    }
    if opts.value('f').is_none() {
        if operands.is_empty() {
            proc.eprint(USAGE).await;
            return 0;
        }
        source = operands.remove(0);
    }
    let program = match parse::parse(&source) {
        Ok(program) => program,
        Err(error) => {
            proc.eprint(format!("awk: {error}\n")).await;
            return 2;
        }
    };
    let awk = Rc::new(run::Awk::new(&proc, program, operands));
    if let Some(separator) = opts.value('F') {
        awk.set_named("FS", if separator == "t" { "\t" } else { separator });
    }
    for assign in opts.values('v') {
        match assign.split_once('=') {
            Some((name, value)) if super::is_name(name) => awk.set_named(name, value),
            _ => {
                proc.eprint(format!("awk: improper assignment: -v {assign}\n"))
                    .await;
                return 2;
            }
        }
    }
    awk.main().await
}

#[cfg(test)]
mod tests {
    #[test]
    fn odd_programs_are_refused_without_a_crash() {
        let deep = "(".repeat(5000);
        for text in [
            "{",
            "}",
            "{print",
            "/",
            "\"",
            "{print >}",
            "BEGIN",
            "function",
            "function f(",
            "f(",
            "{x[}",
            "{getline <}",
            "$",
            "1,",
            &deep,
            "!!!!",
            "{if}",
            "{for(;;}",
            "{a b = 1}",
            "{1=2}",
            "é",
            "{printf}",
        ] {
            assert!(
                super::parse::parse(text).is_err(),
                "{}",
                &text[..text.len().min(20)]
            );
        }
    }
}
