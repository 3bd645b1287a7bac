//! `kubectl describe`: what there is to know about objects, for people.

use serde_json::Value;

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::describe::{self, Options, Query, Related};
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Info};
use crate::rest::helper::{Helper, ListOptions};
use crate::rest::mapper::Mapping;

/// `describe`
pub const COMMAND: Command = Command {
    name: "describe",
    usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    short: "Show details of a specific resource or group of resources",
    flags: &[
        shared::FOLDERS,
        shared::SELECTOR,
        shared::ALL_NAMESPACES,
        shared::CHUNK_SIZE,
        &[
            Flag::slice("filename", "containing the resource to describe").short('f'),
            Flag::bool("show-events", "If true, display events related to the described object.").default("true"),
        ],
    ],
    long: "Show details of a specific resource or group of resources.

A page about each object: its fields, what belongs to it, and its events. If there is no object of the given name, \
those whose names begin with it are shown.

Use \"kubectl api-resources\" for a complete list of supported resources.",
    example: "# A node
kubectl describe nodes kubernetes-node-emt8.c.myproject.internal

# A pod
kubectl describe pods/nginx

# The pod that a file describes
kubectl describe -f pod.json

# All pods
kubectl describe pods

# Pods with a label
kubectl describe pods -l name=myLabel

# All pods that a replication controller named \"frontend\" made (their names begin with its name)
kubectl describe pods frontend",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move { describe_all(&cx) })
}

fn describe_all(cx: &Context) -> Result<(), Error> {
    let files = FilenameOptions::from_flags(cx);
    if cx.args.is_empty() && files.is_empty() {
        return Err(fail!(
            "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of \
             supported resources."
        ));
    }
    let (namespace, enforce) = cx.namespace()?;
    let all = cx.flags.bool("all-namespaces");
    let mut found = Builder::new(cx)
        .continue_on_error()
        .namespace(&namespace)
        .all_namespaces(all)
        .filenames(enforce, &files)
        .label_selector(&cx.flags.string("selector"))
        .args(true, &cx.args)
        .chunks(500)
        .flatten()
        .find()?;
    let (infos, result) = found.infos();
    if let Err(error) = result {
        return by_prefix(cx, &namespace, infos, error);
    }
    let mut errors = Vec::new();
    let mut first = true;
    for info in &infos {
        match page(cx, info) {
            Ok(text) => print(cx, &text, &mut first),
            Err(error) => errors.push(error),
        }
    }
    if infos.is_empty() {
        if all {
            cx.err("No resources found\n");
        } else {
            cx.err(&format!("No resources found in {namespace} namespace.\n"));
        }
    }
    Error::check(errors)
}

/// Pages are two blank lines apart.
fn print(cx: &Context, text: &str, first: &mut bool) {
    if !std::mem::take(first) {
        cx.out("\n\n");
    }
    cx.out(text);
}

/// An object that was not found by its name may be meant by the beginning of it.
fn by_prefix(cx: &Context, namespace: &str, infos: Vec<Info>, error: Error) -> Result<(), Error> {
    let mut first = true;
    for info in &infos {
        print(cx, &page(cx, info)?, &mut first);
    }
    let [kind, prefix] = cx.args.as_slice() else {
        return Err(error);
    };
    if !error.is_not_found() || kind.contains(['/', ',']) {
        return Err(error);
    }
    let mapping = cx.mapper()?.resource(kind)?;
    let list = Helper::new(cx, &mapping).list(namespace, &ListOptions::default())?;
    let items = list["items"].as_array().cloned().unwrap_or_default();
    let mut any = false;
    for mut item in items {
        let name = item["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if !name.starts_with(prefix.as_str()) {
            continue;
        }
        any = true;
        // Items of a list do not say what they are.
        item["apiVersion"] = mapping.api_version().into();
        item["kind"] = mapping.kind.clone().into();
        print(cx, &text(cx, &item)?, &mut first);
    }
    if any { Ok(()) } else { Err(error) }
}

fn page(cx: &Context, info: &Info) -> Result<String, Error> {
    let object = Helper::new(cx, info.mapping()?).get(&info.namespace, &info.name)?;
    text(cx, &object)
}

fn text(cx: &Context, object: &Value) -> Result<String, Error> {
    let options = Options {
        show_events: cx.flags.bool("show-events"),
        now: cx.host.now(),
    };
    describe::describe(object, &Api(cx), options)
}

/// What belongs to an object, asked from the server.
struct Api<'a>(&'a Context);

impl Api<'_> {
    fn mapping(&self, api_version: &str, plural: &str) -> Result<Mapping, Error> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        self.0.mapper()?.resource_type(plural, group, version)
    }
}

impl Related for Api<'_> {
    fn list(&self, query: &Query<'_>) -> Result<Vec<Value>, Error> {
        // A server that does not know the kind has none of it.
        let Ok(mapping) = self.mapping(query.api_version, query.plural) else {
            return Ok(Vec::new());
        };
        let options = ListOptions {
            label_selector: query.labels.to_owned(),
            field_selector: query.fields.to_owned(),
            limit: 500,
            ..ListOptions::default()
        };
        let list = Helper::new(self.0, &mapping).list(query.namespace, &options)?;
        Ok(list["items"].as_array().cloned().unwrap_or_default())
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
