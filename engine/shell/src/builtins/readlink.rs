//! `readlink`

use os::Proc;

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "femnqsv",
        &[
            ("canonicalize", 'f'),
            ("canonicalize-existing", 'e'),
            ("canonicalize-missing", 'm'),
            ("no-newline", 'n'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.is_empty() {
        proc.eprint("readlink: missing operand\nTry 'readlink --help' for more information.\n")
            .await;
        return 1;
    }
    let mut status = 0;
    for name in &opts.rest {
        let full = proc.absolute(name);
        let found = if "fem".chars().any(|flag| opts.has(flag)) {
            super::realpath::resolve(&proc, name, opts.has('e'), opts.has('m'))
        } else {
            proc.vfs()
                .read_link(&proc.cred(), &full)
                .map(|target| target.to_string())
        };
        match found {
            Ok(text) => {
                proc.print(text + if opts.has('n') { "" } else { "\n" })
                    .await
            }
            Err(_) => status = 1,
        }
    }
    status
}
