//! `kubectl apply edit-last-applied`: the configuration that was applied last, in an editor.

use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::edit::{self, Mode};
use crate::cmd::shared;
use crate::context::Context;

/// `apply edit-last-applied`
pub(super) const COMMAND: Command = Command {
    name: "edit-last-applied",
    usage: "(RESOURCE/NAME | -f FILENAME)",
    no_flags_in_use: true,
    short: "Edit latest last-applied-configuration annotations of a resource/object",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::VALIDATE,
        &[
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-client-side-apply"),
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files to use to edit the resource",
            )
            .short('f'),
            Flag::bool(
                "windows-line-endings",
                "Defaults to the line ending native to your platform.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Edit the latest last-applied-configuration annotations of resources from the \
default editor.

Any object that the command line tools can get can be edited. The editor is the one that \
KUBE_EDITOR or EDITOR name, or else 'vi'. Several objects can be edited at once; changes are \
applied one after the other. Files can be named, too, if they are saved versions of objects.

The default format is YAML. To edit in JSON, specify \"-o json\".

If something goes wrong with an update, a temporary file keeps what was edited. Most of the \
time somebody else changed the object on the server meanwhile; then the changes have to be made \
again on the newer version.",
    example: "# Edit the annotation of an object in YAML
kubectl apply edit-last-applied deployment/nginx

# Edit the annotations of the objects in a file in JSON
kubectl apply edit-last-applied -f deploy.yaml -o json",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move { edit::run(&cx, Mode::LastApplied).await })
}
