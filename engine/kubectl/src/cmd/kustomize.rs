//! `kubectl kustomize`: prints what a kustomization comes to.

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::kustomize;

/// `kustomize`
pub const COMMAND: Command = Command {
    name: "kustomize",
    usage: "DIR",
    short: "Build a kustomization target from a directory or URL",
    flags: &[&[
        Flag::bool(
            "as-current-user",
            "use the uid and gid of the command executor to run the function in the container",
        ),
        Flag::bool("enable-alpha-plugins", "enable kustomize plugins"),
        Flag::bool(
            "enable-helm",
            "Enable use of the Helm chart inflator generator.",
        ),
        Flag::array(
            "env",
            "a list of environment variables to be used by functions",
        )
        .short('e'),
        Flag::array(
            "helm-api-versions",
            "Kubernetes api versions used by Helm for Capabilities.APIVersions",
        ),
        Flag::string("helm-command", "helm command (path to executable)").default("helm"),
        Flag::bool(
            "helm-debug",
            "Enable debug output from the Helm chart inflator generator.",
        ),
        Flag::string(
            "helm-kube-version",
            "Kubernetes version used by Helm for Capabilities.KubeVersion",
        ),
        Flag::string(
            "load-restrictor",
            "if set to 'LoadRestrictionsNone', kustomizations may load files from outside their root. They can no longer \
             be moved about then.",
        )
        .default("LoadRestrictionsRootOnly"),
        Flag::array("mount", "a list of storage options read from the filesystem"),
        Flag::bool(
            "network",
            "enable network access for functions that declare it",
        ),
        Flag::string("network-name", "the docker network to run the container in").default("bridge"),
        Flag::string("output", "If specified, write output to this path.").short('o'),
    ]],
    long: "Build a set of KRM resources using a 'kustomization.yaml' file. The DIR argument must be a path to a directory \
that has one. Without it, the working folder is taken.",
    example: "# What the working folder's kustomization comes to
kubectl kustomize

# That of another folder
kubectl kustomize /home/config/production",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let folder = match &cx.args[..] {
            [] => ".",
            [folder] => folder.as_str(),
            _ => return Err("specify one path to kustomization.yaml".into()),
        };
        let text = kustomize::build(&cx, folder)?;
        let path = cx.flags.str("output");
        if path.is_empty() {
            cx.out(&text);
            return Ok(());
        }
        let file = match cx.host.stat(path) {
            Ok(info) if info.is_dir => crate::resource::files::join(path, "output.yaml"),
            _ => path.to_owned(),
        };
        cx.host
            .write_file(&file, text.as_bytes())
            .map_err(|e| e.of("open", &file))
    })
}
