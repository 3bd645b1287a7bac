//! `kubectl api-resources`: types of resources that the server has, with their short names.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::discovery::{Discovery, Resource, discover};
use crate::util::print::kyaml;
use crate::util::tabwriter::TabWriter;
use crate::util::{go, json as j, yaml};

/// `api-resources`
pub const COMMAND: Command = Command {
    name: "api-resources",
    short: "Print the supported API resources on the server",
    long: "Print the supported API resources on the server.",
    example: "# All types of resources
kubectl api-resources

# With their verbs and categories
kubectl api-resources -o wide

# In the order of a column
kubectl api-resources --sort-by=name

# Those whose objects live in namespaces
kubectl api-resources --namespaced=true

# Those whose objects do not
kubectl api-resources --namespaced=false

# Those of one API group
kubectl api-resources --api-group=rbac.authorization.k8s.io",
    flags: &[&[
        Flag::string("api-group", "Limit to resources in the specified API group."),
        Flag::bool("cached", "Use the cached list of resources if available."),
        Flag::slice(
            "categories",
            "Limit to resources that belong to the specified categories.",
        ),
        Flag::bool(
            "namespaced",
            "If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.",
        )
        .default("true"),
        Flag::bool(
            "no-headers",
            "When using the default or custom-column output format, don't print headers (default print headers).",
        ),
        Flag::string(
            "output",
            "Output format. One of: (json, yaml, kyaml, name, wide).",
        )
        .short('o'),
        Flag::bool(
            "show-managed-fields",
            "If true, keep the managedFields when printing objects in JSON or YAML format.",
        ),
        Flag::string(
            "sort-by",
            "If non-empty, sort list of resources using specified field. The field can be either 'name' or 'kind'.",
        ),
        Flag::slice(
            "verbs",
            "Limit to resources that support the specified verbs.",
        ),
    ]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        if !cx.args.is_empty() {
            let args = go::slice(&cx.args);
            return Err(cx.usage_error(format!("unexpected arguments: {args}")));
        }
        cx.selected()?;
        let (output, sort_by) = (cx.flags.str("output"), cx.flags.str("sort-by"));
        if !matches!(output, "" | "json" | "yaml" | "kyaml" | "name" | "wide") {
            return Err(fail!(
                "unable to match a printer suitable for the output format {}, allowed formats are: \
                 json,kyaml,name,wide,yaml",
                go::quote(output)
            ));
        }
        if !matches!(sort_by, "" | "name" | "kind") {
            return Err("--sort-by accepts only name or kind".into());
        }
        let discovery = discover(&cx, !cx.flags.bool("cached"))?;
        let mut resources = preferred(&discovery);
        resources.retain(|resource| wanted(&cx, resource));
        resources.sort_by(|a, b| order(a, b, sort_by));
        print(&cx, output, &resources)
    })
}

/// The names that `-o name --verbs=VERB` prints.
pub(crate) fn names_with(discovery: &Discovery, verb: &str) -> Vec<String> {
    let mut found = preferred(discovery);
    found.retain(|resource| resource.verbs.iter().any(|known| known == verb));
    found.sort_by(|a, b| order(a, b, ""));
    let dotted = |resource: &&Resource| match resource.group.as_str() {
        "" => resource.name.clone(),
        group => format!("{}.{group}", resource.name),
    };
    found.iter().map(dotted).collect()
}

/// Every resource once, in the version that the server prefers, or the first that has it.
fn preferred(discovery: &Discovery) -> Vec<&Resource> {
    let mut found: Vec<&Resource> = Vec::new();
    for resource in &discovery.resources {
        let same = |other: &&Resource| other.group == resource.group && other.name == resource.name;
        match found.iter().position(same) {
            Some(at) if resource.preferred => found[at] = resource,
            Some(_) => {}
            None => found.push(resource),
        }
    }
    found
}

fn wanted(cx: &Context, resource: &Resource) -> bool {
    let flags = &cx.flags;
    let has_all =
        |flag: &str, list: &[String]| flags.strings(flag).iter().all(|t| list.contains(t));
    !resource.verbs.is_empty()
        && (!flags.changed("api-group") || flags.str("api-group") == resource.group)
        && (!flags.changed("namespaced") || flags.bool("namespaced") == resource.namespaced)
        && has_all("verbs", &resource.verbs)
        && has_all("categories", &resource.categories)
}

fn order(a: &Resource, b: &Resource, sort_by: &str) -> Ordering {
    let first = match sort_by {
        "name" => a.name.cmp(&b.name),
        "kind" => a.kind.cmp(&b.kind),
        _ => a.group.cmp(&b.group),
    };
    first.then_with(|| a.name.cmp(&b.name))
}

fn api_version(resource: &Resource) -> String {
    match resource.group.as_str() {
        "" => resource.version.clone(),
        group => format!("{group}/{}", resource.version),
    }
}

fn print(cx: &Context, output: &str, resources: &[&Resource]) -> Result<(), Error> {
    let wide = output == "wide";
    let mut out = TabWriter::table();
    match output {
        "name" => {
            for resource in resources {
                let dot = if resource.group.is_empty() { "" } else { "." };
                cx.out(&format!("{}{dot}{}\n", resource.name, resource.group));
            }
        }
        "json" => cx.out(&(j::pretty_escaped(&list(resources)) + "\n")),
        "yaml" => cx.out(&yaml::emit(&list(resources))),
        "kyaml" => cx.out(&kyaml::emit(&list(resources), false)),
        _ => {
            if !cx.flags.bool("no-headers") {
                out.push("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND");
                out.push(if wide { "\tVERBS\tCATEGORIES\n" } else { "\n" });
            }
            for resource in resources {
                out.push(&format!(
                    "{}\t{}\t{}\t{}\t{}",
                    resource.name,
                    resource.short_names.join(","),
                    api_version(resource),
                    resource.namespaced,
                    resource.kind
                ));
                if wide {
                    let (verbs, categories) =
                        (resource.verbs.join(","), resource.categories.join(","));
                    out.push(&format!("\t{verbs}\t{categories}"));
                }
                out.push("\n");
            }
            cx.out(&out.flush());
        }
    }
    Ok(())
}

/// The list as an object.
fn list(resources: &[&Resource]) -> Value {
    let entries: Vec<Value> = resources
        .iter()
        .map(|resource| {
            let mut entry = json!({
                "name": resource.name, "singularName": resource.singular, "namespaced": resource.namespaced,
                "version": resource.version, "kind": resource.kind, "verbs": resource.verbs,
            });
            for (key, list) in [
                ("shortNames", &resource.short_names),
                ("categories", &resource.categories),
            ] {
                if !list.is_empty() {
                    entry[key] = json!(list);
                }
            }
            if !resource.group.is_empty() {
                entry["group"] = json!(resource.group);
            }
            entry
        })
        .collect();
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": entries})
}
