//! Images to work in: curl, netshoot, bash, Debian, Ubuntu, Fedora.

use os::{Proc, Programs};

use crate::files::Files;
use crate::image::{Image, ImageConfig, no_programs};
use crate::tags::Tags;

const fn image(
    repositories: &'static [&'static str],
    size: u64,
    files: fn(&mut Files),
    config: ImageConfig,
) -> Image {
    Image {
        repositories,
        tags: Tags::ANY,
        size,
        config,
        files,
        programs: no_programs,
    }
}

const fn runs(command: &'static [&'static str]) -> ImageConfig {
    ImageConfig {
        command,
        ..ImageConfig::DEFAULT
    }
}

pub(super) static CURL: Image = Image {
    programs,
    ..image(
        &["docker.io/curlimages/curl", "quay.io/curl/curl"],
        9_800_000,
        curl,
        ImageConfig {
            entrypoint: &["/entrypoint.sh"],
            user: "100:101",
            ..runs(&["curl"])
        },
    )
};

pub(super) static BUSYBOXPLUS: Image = image(
    &["docker.io/radial/busyboxplus"],
    4_900_000,
    |files| {
        files.busybox();
        files.program("/usr/bin/curl", "curl", "gnu");
    },
    runs(&["/bin/sh"]),
);

pub(super) static NETSHOOT: Image = image(
    &[
        "docker.io/nicolaka/netshoot",
        "docker.io/praqma/network-multitool",
        "docker.io/wbitt/network-multitool",
        "registry.k8s.io/e2e-test-images/jessie-dnsutils",
        "docker.io/tutum/dnsutils",
        "registry.k8s.io/e2e-test-images/dnsutils",
        "docker.io/infoblox/dnstools",
    ],
    202_000_000,
    |files| {
        files.busybox();
        files.program("/bin/bash", "bash", "gnu");
        files.program("/bin/zsh", "bash", "gnu");
        for name in ["curl", "dig", "nc", "ping", "nslookup", "wget"] {
            files.program(&format!("/usr/local/bin/{name}"), name, "gnu");
        }
    },
    runs(&["sleep", "infinity"]),
);

pub(super) static BASH: Image = image(
    &["docker.io/library/bash"],
    6_500_000,
    |files| {
        files.busybox();
        files.program("/usr/local/bin/bash", "bash", "gnu");
    },
    ImageConfig {
        entrypoint: &["bash"],
        ..ImageConfig::DEFAULT
    },
);

pub(super) static DEBIAN: Image = image(
    &[
        "docker.io/library/debian",
        "docker.io/library/buildpack-deps",
        "registry.k8s.io/debian-base",
        "registry.k8s.io/build-image/debian-base",
    ],
    48_500_000,
    |files| files.debian("bookworm"),
    runs(&["bash"]),
);

pub(super) static UBUNTU: Image = image(
    &["docker.io/library/ubuntu", "public.ecr.aws/ubuntu/ubuntu"],
    29_700_000,
    |files| {
        files.debian("bookworm");
        files.file(
            "/etc/os-release",
            "PRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\n\
             VERSION=\"24.04.3 LTS (Noble Numbat)\"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n",
        );
    },
    runs(&["/bin/bash"]),
);

pub(super) static FEDORA: Image = image(
    &[
        "docker.io/library/fedora",
        "docker.io/library/centos",
        "docker.io/library/rockylinux",
        "docker.io/library/almalinux",
        "docker.io/library/amazonlinux",
        "registry.access.redhat.com/ubi9/ubi",
        "registry.access.redhat.com/ubi8/ubi",
    ],
    62_000_000,
    |files| {
        files.gnu();
        files.file(
            "/etc/os-release",
            "NAME=\"Fedora Linux\"\nVERSION=\"43 (Container Image)\"\nID=fedora\nVERSION_ID=43\n",
        );
    },
    runs(&["/bin/bash"]),
);

fn curl(files: &mut Files) {
    files.busybox();
    files.users(&[
        ("root", 0, 0, "/root"),
        ("curl_user", 100, 101, "/home/curl_user"),
    ]);
    files.dir("/home/curl_user", 0o755);
    files.program("/usr/bin/curl", "curl", "gnu");
    files.program("/entrypoint.sh", "curl-entrypoint", "gnu");
}

fn programs(programs: &Programs) {
    programs.add("curl-entrypoint", curl_entrypoint);
}

/// Options, an address or nothing mean curl with them; anything else is run as it is.
async fn curl_entrypoint(proc: Proc) -> i32 {
    let mut args = proc.args()[1..].to_vec();
    let path = proc.env("PATH").unwrap_or_default();
    let find = |name: &str| {
        proc.machine()
            .find_executable(&proc.cred(), &proc.cwd(), &path, name)
    };
    let is_program = args
        .first()
        .is_some_and(|first| !first.starts_with('-') && find(first).is_ok());
    if !is_program {
        args.insert(0, "curl".to_owned());
    }
    let ran = match find(&args[0]) {
        Ok(path) => proc.exec(&path, &args).await,
        Err(error) => Err(error),
    };
    ran.unwrap_or(127)
}
