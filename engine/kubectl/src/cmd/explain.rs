//! `kubectl explain`: what a resource and its fields mean, as the server tells it.

use serde_json::Value;

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::explain::{Subject, render};
use crate::fail;
use crate::rest::mapper::{Mapper, Mapping};
use crate::transport::Request;
use crate::util::{go, json as j};

/// `explain`
pub const COMMAND: Command = Command {
    name: "explain",
    usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]",
    no_flags_in_use: true,
    short: "Get documentation for a resource",
    long: "Describe fields and structure of various resources.

Each field of a type has its description; a path of names leads to it: <type>.<fieldName>[.<fieldName>]

The descriptions come from the server, in OpenAPI format.

Use \"kubectl api-resources\" for a complete list of supported resources.",
    example: "# A resource and its fields
kubectl explain pods

# All fields, and theirs
kubectl explain pods --recursive

# In one of the versions that the server has
kubectl explain deployments --api-version=apps/v1

# One field
kubectl explain pods.spec.containers

# The layout of old
kubectl explain deployment --output=plaintext-openapiv2",
    flags: &[&[
        Flag::string(
            "api-version",
            "Get different explanations for particular API version (API group/version)",
        ),
        Flag::string(
            "output",
            "Format in which to render the schema (plaintext, plaintext-openapiv2)",
        )
        .short('o')
        .default("plaintext"),
        Flag::bool(
            "recursive",
            "Print the fields of fields (Currently only 1 level deep)",
        )
        .short('R'),
    ]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let mapper = cx.mapper()?;
        let argument = match cx.args.as_slice() {
            [one] => one,
            [] => {
                return Err(fail!(
                    "You must specify the type of resource to explain. {}\n",
                    shared::SUGGEST_API_RESOURCES
                ));
            }
            _ => return Err("We accept only this format: explain RESOURCE\n".into()),
        };
        let version = cx.flags.str("api-version");
        let (mut mapping, fields) = parse(&mapper, argument, version.is_empty())?;
        if !version.is_empty() {
            let (group, version) = version.split_once('/').unwrap_or(("", version));
            (mapping.group, mapping.version) = (group.to_owned(), version.to_owned());
        }
        let old = match cx.flags.str("output") {
            "plaintext" => false,
            "plaintext-openapiv2" => true,
            other => return Err(fail!("unrecognized format: {other}")),
        };
        let document = document(&cx, &mapping)?;
        let subject = Subject {
            mapping: &mapping,
            fields: &fields,
            recursive: cx.flags.bool("recursive"),
            old,
        };
        match render(&document, &subject) {
            Ok(text) => {
                cx.out(&text);
                Ok(())
            }
            Err((text, reason)) => {
                cx.out(&text);
                Err(Error::Message(reason))
            }
        }
    })
}

/// `deployments.apps.spec` is a resource (with as much of its group as is given) and a path of fields.
fn parse(
    mapper: &Mapper,
    argument: &str,
    with_group: bool,
) -> Result<(Mapping, Vec<String>), Error> {
    if argument.starts_with('.') || argument.contains("..") {
        return Err("invalid jsonpath syntax, first node must be field node".into());
    }
    let parts: Vec<&str> = argument.split('.').filter(|p| !p.is_empty()).collect();
    let (name, rest) = parts
        .split_first()
        .ok_or("resource name may not be empty")?;
    let owned = |parts: &[&str]| parts.iter().map(|p| (*p).to_owned()).collect();
    let known = |group: &str| mapper.discovery.groups.iter().any(|g| g.name == group);
    for end in (1..=rest.len()).rev().filter(|_| with_group) {
        let group = rest[..end].join(".");
        if known(&group)
            && let Ok(mapping) = mapper.resource_type(name, &group, "")
        {
            return Ok((mapping, owned(&rest[end..])));
        }
    }
    Ok((mapper.resource_type(name, "", "")?, owned(rest)))
}

/// The document of a group and version.
fn document(cx: &Context, mapping: &Mapping) -> Result<Value, Error> {
    let client = cx.client()?;
    let request = Request::new("GET", "/openapi/v3").param("timeout", "32s");
    let index = client.json(cx, request)?;
    let path = match mapping.group.as_str() {
        "" => format!("api/{}", mapping.version),
        group => format!("apis/{group}/{}", mapping.version),
    };
    let url = j::text(&index, &["paths", &path, "serverRelativeURL"]);
    if url.is_empty() {
        let version = if mapping.group.is_empty() {
            format!("/{}", mapping.version)
        } else {
            mapping.api_version()
        };
        let wanted = go::quote(&format!("{version}, Resource={}", mapping.resource));
        return Err(fail!("couldn't find resource for {wanted}"));
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut request = Request::new("GET", path);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        request = request.param(name, value);
    }
    client.json(cx, request.param("timeout", "32s"))
}
