//! `uname`

use os::Proc;

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "asnrvmpio",
        &[
            ("all", 'a'),
            ("kernel-name", 's'),
            ("nodename", 'n'),
            ("kernel-release", 'r'),
            ("machine", 'm'),
            ("operating-system", 'o'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let all = opts.has('a');
    let host = proc.machine().hostname();
    let fields = [
        ('s', "Linux"),
        ('n', host.as_str()),
        ('r', "6.1.0-37-amd64"),
        ('v', "#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)"),
        ('m', "x86_64"),
        (
            'o',
            if proc.is_busybox() {
                "Linux"
            } else {
                "GNU/Linux"
            },
        ),
    ];
    let none = args.len() == 1;
    let shown: Vec<&str> = fields
        .iter()
        .filter(|(flag, _)| all || opts.has(*flag) || (none && *flag == 's'))
        .map(|(_, text)| *text)
        .collect();
    proc.print(shown.join(" ") + "\n").await;
    0
}
