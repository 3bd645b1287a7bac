//! `mktemp`

use os::{OpenFlags, Proc, path};

use crate::opts::Spec;

/// Names tried.
const TRIES: usize = 100;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "dqtup:",
        &[
            ("directory", 'd'),
            ("quiet", 'q'),
            ("tmpdir", 'p'),
            ("dry-run", 'u'),
            ("suffix", '!'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let tmp = opts
        .value('p')
        .map(str::to_owned)
        .or_else(|| proc.env("TMPDIR"))
        .unwrap_or_else(|| "/tmp".into());
    let given = opts.rest.first().cloned();
    let template = given.clone().unwrap_or_else(|| "tmp.XXXXXXXXXX".into());
    let stem = template.trim_end_matches('X');
    let marks = template.len() - stem.len();
    if marks < 3 {
        proc.eprint(format!("mktemp: too few X's in template '{template}'\n"))
            .await;
        return 1;
    }
    let base = if given.is_none() || opts.has('p') || opts.has('t') {
        path::join(&tmp, stem)
    } else {
        stem.to_owned()
    };
    let mut rng = proc.sim().rng(&format!("mktemp/{}", proc.pid()));
    for _ in 0..TRIES {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let end: String = (0..marks)
            .map(|_| char::from(LETTERS[usize::try_from(rng.below(62)).unwrap_or(0)]))
            .collect();
        let name = format!("{base}{end}");
        let full = proc.absolute(&name);
        let made = if opts.has('u') {
            Ok(())
        } else if opts.has('d') {
            proc.vfs().mkdir(&proc.cred(), &full, 0o700)
        } else {
            let flags = OpenFlags {
                exclusive: true,
                ..OpenFlags::WRITE
            };
            proc.open(&name, flags)
                .map(drop)
                .and_then(|()| proc.vfs().chmod(&proc.cred(), &full, 0o600))
        };
        match made {
            Ok(()) => {
                proc.print(name + "\n").await;
                return 0;
            }
            Err(os::Errno::EEXIST) => {}
            Err(error) => {
                let what = if opts.has('d') { "directory" } else { "file" };
                proc.eprint(format!(
                    "mktemp: failed to create {what} via template '{base}{}': {}\n",
                    "X".repeat(marks),
                    error.text()
                ))
                .await;
                return 1;
            }
        }
    }
    1
}
