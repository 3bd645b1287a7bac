//! `id`

use os::Proc;

use crate::opts::Spec;
use crate::users;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "ugnGr",
        &[
            ("user", 'u'),
            ("group", 'g'),
            ("name", 'n'),
            ("groups", 'G'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (mut uid, mut gid) = proc.ids();
    if let Some(name) = opts.rest.first() {
        match users::user_id(&proc, name) {
            Some(found) => (uid, gid) = (found, found),
            None => {
                proc.eprint(format!("id: '{name}': no such user\n")).await;
                return 1;
            }
        }
    }
    let mut groups: Vec<u32> = vec![gid];
    groups.extend(proc.groups().iter().copied().filter(|group| *group != gid));
    let named = |id: u32, name: Option<String>| match name {
        Some(name) => format!("{id}({name})"),
        None => id.to_string(),
    };
    let line = if opts.has('u') {
        if opts.has('n') {
            users::user_name(&proc, uid)
        } else {
            uid.to_string()
        }
    } else if opts.has('g') {
        if opts.has('n') {
            users::group_name(&proc, gid)
        } else {
            gid.to_string()
        }
    } else if opts.has('G') {
        let all: Vec<String> = groups
            .iter()
            .map(|group| {
                if opts.has('n') {
                    users::group_name(&proc, *group)
                } else {
                    group.to_string()
                }
            })
            .collect();
        all.join(" ")
    } else {
        let all: Vec<String> = groups
            .iter()
            .map(|group| named(*group, users::known_group(&proc, *group)))
            .collect();
        format!(
            "uid={} gid={} groups={}",
            named(uid, users::known_user(&proc, uid)),
            named(gid, users::known_group(&proc, gid)),
            all.join(",")
        )
    };
    proc.print(line + "\n").await;
    0
}
