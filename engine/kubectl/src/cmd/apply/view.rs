//! `kubectl apply view-last-applied`: the configuration that was applied last.

use apimachinery::codec::json::Writer;
use serde_json::Value;

use crate::apply::annotation;
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::util::yaml;

/// `apply view-last-applied`
pub(super) const COMMAND: Command = Command {
    name: "view-last-applied",
    usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    no_flags_in_use: true,
    short: "View the latest last-applied-configuration annotations of a resource/object",
    flags: &[
        shared::FOLDERS,
        shared::SELECTOR,
        &[
            Flag::bool(
                "all",
                "Select all resources in the namespace of the specified resource types",
            ),
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files that contains the \
                 last-applied-configuration annotations",
            )
            .short('f'),
            Flag::string("output", "Output format. Must be one of (yaml, json)")
                .default("yaml")
                .short('o'),
        ],
    ],
    long: "View the latest last-applied-configuration annotations by type/name or file.

The output is YAML; the -o option asks for JSON.",
    example: "# The annotation of an object in YAML
kubectl apply view-last-applied deployment/nginx

# The annotations of the objects in a file in JSON
kubectl apply view-last-applied -f deploy.yaml -o json",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let (namespace, explicit) = cx.namespace()?;
        let mut texts: Vec<String> = Vec::new();
        Builder::new(&cx)
            .namespace(&namespace)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .args(explicit, &cx.args)
            .select_all(cx.flags.bool("all"))
            .label_selector(cx.flags.str("selector"))
            .latest()
            .flatten()
            .find()?
            .each(|info| match annotation::original(info.value()) {
                Some(text) => {
                    texts.push(text.to_owned());
                    Ok(())
                }
                None if info.source.is_empty() => Ok(()),
                None => Err(fail!("<nil>").while_doing(
                    &format!(
                        "no last-applied-configuration annotation found on resource: {}\n",
                        info.name
                    ),
                    &info.source,
                )),
            })?;
        for text in &texts {
            let value: Value =
                serde_json::from_str(text).map_err(|e| Error::Message(e.to_string()))?;
            match cx.flags.str("output") {
                "json" => {
                    let mut writer = Writer::pretty(2);
                    writer.value(&value);
                    cx.out(&writer.finish());
                    // Whatever blank the annotation ends with stays.
                    cx.out(&text[text.trim_end().len()..]);
                }
                "yaml" => cx.out(&yaml::emit(&value)),
                output => {
                    return Err(cx.usage_error(format!(
                        "Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json"
                    )));
                }
            }
        }
        Ok(())
    })
}
