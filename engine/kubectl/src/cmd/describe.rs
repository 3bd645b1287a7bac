//! `kubectl describe`: finds the objects; what is said about them stands in [`crate::describe`].

use serde_json::Value;

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::describe::{self, Query, Related};
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Info};
use crate::rest::helper::{Helper, ListOptions};
use crate::rest::mapper::Mapping;
use crate::util::json as j;

/// `describe`
pub const COMMAND: Command = Command {
    name: "describe",
    usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    no_flags_in_use: true,
    short: "Show details of a specific resource or group of resources",
    flags: &[
        shared::FOLDERS,
        shared::CHUNK_SIZE,
        shared::SELECTOR,
        shared::ALL_NAMESPACES,
        &[
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files containing the resource to describe",
            )
            .short('f'),
            Flag::bool(
                "show-events",
                "If true, show events of the object. Defaults to true for a single object, to \
                 false for several and for name prefixes.",
            )
            .default("true"),
        ],
    ],
    suggest_for: &["inspect"],
    long: "Show details of a specific resource or group of resources.

Prints a detailed description of the selected resources, together with what belongs to them, \
such as events or controllers. The objects are one by its name, all of a type, or those with a \
prefix of their names or with labels:

        $ kubectl describe TYPE NAME_PREFIX

looks for an object with exactly that name first. Without one, all whose names begin with \
NAME_PREFIX are described.

Use \"kubectl api-resources\" for a complete list of supported resources.",
    example: "# Describe a node
kubectl describe nodes kubernetes-node-emt8.c.myproject.internal

# Describe a pod
kubectl describe pods/nginx

# Describe the pod that a file describes
kubectl describe -f pod.json

# Describe all pods
kubectl describe pods

# Describe pods by a label
kubectl describe pods -l name=myLabel

# Describe the pods of the 'frontend' replication controller, whose names begin with it
kubectl describe pods frontend",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let (namespace, explicit) = cx.namespace()?;
        let all_namespaces = flags.bool("all-namespaces");
        let files = FilenameOptions::from_flags(&cx);
        if cx.args.is_empty() && files.is_empty() {
            return Err(fail!(
                "You must specify the type of resource to describe. {}\n",
                shared::SUGGEST_API_RESOURCES
            ));
        }
        let (infos, result) = Builder::new(&cx)
            .continue_on_error()
            .namespace(&namespace)
            .all_namespaces(all_namespaces)
            .filenames(explicit && !all_namespaces, &files)
            .label_selector(flags.str("selector"))
            .args(true, &cx.args)
            .chunks(flags.int("chunk-size"))
            .flatten()
            .find()?
            .infos();
        let show_events = if flags.changed("show-events") {
            flags.bool("show-events")
        } else {
            result.is_ok() && infos.len() <= 1
        };
        let mut errors = Vec::new();
        if let Err(error) = result {
            if let (true, [kind, prefix]) = (error.is_not_found(), &cx.args[..]) {
                return by_prefix(&cx, error, kind, prefix, &namespace, show_events);
            }
            errors.push(error);
        }
        let mut told: Vec<String> = Vec::new();
        let mut first = true;
        for info in &infos {
            match page(&cx, info, show_events) {
                Ok(page) => {
                    if !first {
                        cx.out("\n\n");
                    }
                    first = false;
                    cx.out(&page);
                }
                Err(error) => {
                    if !told.contains(&error.text()) {
                        told.push(error.text());
                        errors.push(error);
                    }
                }
            }
        }
        if infos.is_empty() && errors.is_empty() {
            cx.err(&match all_namespaces {
                true => "No resources found\n".to_owned(),
                false => format!("No resources found in {namespace} namespace.\n"),
            });
        }
        Error::check(errors)
    })
}

/// All objects whose names begin with what was not the name of any.
fn by_prefix(
    cx: &Context,
    original: Error,
    kind: &str,
    prefix: &str,
    namespace: &str,
    show_events: bool,
) -> Result<(), Error> {
    let (infos, result) = Builder::new(cx)
        .namespace(namespace)
        .args(true, &[kind.to_owned()])
        .single_resource_type()
        .chunks(cx.flags.int("chunk-size"))
        .flatten()
        .find()?
        .infos();
    result?;
    let mut found = false;
    for info in infos.iter().filter(|i| i.name.starts_with(prefix)) {
        found = true;
        let page = page(cx, info, show_events)?;
        cx.out(&format!("{page}\n"));
    }
    if found { Ok(()) } else { Err(original) }
}

fn page(cx: &Context, info: &Info, show_events: bool) -> Result<String, Error> {
    let mut mapping = Mapping::clone(info.mapping()?);
    if mapping.kind == "HorizontalPodAutoscaler" && mapping.group == "autoscaling" {
        // Told about in one version only, whichever was asked for.
        mapping.version = "v2".to_owned();
    }
    let object = Helper::new(cx, &mapping).get(&info.namespace, &info.name)?;
    let options = describe::Options {
        show_events,
        now: cx.host.now(),
    };
    describe::describe(&object, &Server(cx), options)
}

/// The server, for what belongs to an object.
struct Server<'a>(&'a Context);

impl Server<'_> {
    fn mapping(&self, api_version: &str, plural: &str) -> Result<Mapping, Error> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        self.0.mapper()?.resource_type(plural, group, version)
    }
}

impl Related for Server<'_> {
    fn list(&self, query: &Query<'_>) -> Result<Vec<Value>, Error> {
        // A server that does not know the type has none of it.
        let Ok(mapping) = self.mapping(query.api_version, query.plural) else {
            return Ok(Vec::new());
        };
        let mut options = ListOptions {
            label_selector: query.labels.to_owned(),
            field_selector: query.fields.to_owned(),
            limit: self.0.flags.int("chunk-size"),
            ..ListOptions::default()
        };
        let mut items = Vec::new();
        loop {
            let list = Helper::new(self.0, &mapping).list(query.namespace, &options)?;
            items.extend_from_slice(j::list(&list, &["items"]));
            options.continue_token = j::text(&list, &["metadata", "continue"]).to_owned();
            if options.continue_token.is_empty() {
                return Ok(items);
            }
        }
    }

    fn get(
        &self,
        api_version: &str,
        plural: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Value>, Error> {
        let Ok(mapping) = self.mapping(api_version, plural) else {
            return Ok(None);
        };
        match Helper::new(self.0, &mapping).get(namespace, name) {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
