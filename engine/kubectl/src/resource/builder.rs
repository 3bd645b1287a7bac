//! Collects what flags and arguments say about the objects meant, and checks that it fits together.

use std::rc::Rc;

use super::visit::{Found, Source};
use super::{Info, files};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::helper::ListOptions;
use crate::rest::mapper::{Mapper, Mapping};

/// What a command is about, step by step.
pub struct Builder {
    pub(super) cx: Context,
    errors: Vec<Error>,
    paths: Vec<Source>,
    stream: bool,
    folder: bool,
    single_item_implied: bool,
    label_selector: Option<String>,
    field_selector: Option<String>,
    select_all: bool,
    resources: Vec<String>,
    names: Vec<String>,
    tuples: Vec<(String, String)>,
    subresource: String,
    limit: i64,
    single_resource_type: bool,
    options: Options,
}

/// How the objects are given out.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    pub(super) namespace: String,
    pub(super) all_namespaces: bool,
    pub(super) default_namespace: bool,
    pub(super) require_namespace: bool,
    pub(super) flatten: bool,
    pub(super) latest: bool,
    pub(super) require_object: bool,
    pub(super) continue_on_error: bool,
    pub(super) validate: bool,
    pub(super) local: bool,
    pub(super) table: bool,
    pub(super) include_object: bool,
    pub(super) bare_rows: bool,
    /// Selects among documents of files.
    pub(super) file_selector: Option<String>,
}

const MISSING: &str = "You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'";

/// Flags that name files.
#[derive(Debug, Clone, Default)]
pub struct FilenameOptions {
    /// `-f`
    pub filenames: Vec<String>,
    /// `-k`
    pub kustomize: String,
    /// `-R`
    pub recursive: bool,
}

impl FilenameOptions {
    /// Reads the flags.
    pub fn from_flags(cx: &Context) -> FilenameOptions {
        FilenameOptions {
            filenames: cx.flags.strings("filename"),
            kustomize: cx.flags.string("kustomize"),
            recursive: cx.flags.bool("recursive"),
        }
    }

    /// Whether no file was named.
    pub fn is_empty(&self) -> bool {
        self.filenames.is_empty() && self.kustomize.is_empty()
    }

    /// Fails where no file was named.
    pub fn require(&self) -> Result<(), Error> {
        if self.is_empty() {
            Err("must specify one of -f and -k".into())
        } else {
            Ok(())
        }
    }
}

impl Builder {
    /// A builder with nothing said.
    pub fn new(cx: &Context) -> Builder {
        Builder {
            cx: cx.clone(),
            errors: Vec::new(),
            paths: Vec::new(),
            stream: false,
            folder: false,
            single_item_implied: false,
            label_selector: None,
            field_selector: None,
            select_all: false,
            resources: Vec::new(),
            names: Vec::new(),
            tuples: Vec::new(),
            subresource: String::new(),
            limit: 0,
            single_resource_type: false,
            options: Options {
                require_object: true,
                ..Options::default()
            },
        }
    }

    /// Goes on after errors and tells them together.
    #[must_use]
    pub fn continue_on_error(mut self) -> Self {
        self.options.continue_on_error = true;
        self
    }

    /// The namespace of requests, also for objects of files that name none.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.options.namespace = namespace.to_owned();
        self.options.default_namespace = true;
        self
    }

    /// All namespaces, or not.
    #[must_use]
    pub fn all_namespaces(mut self, all: bool) -> Self {
        if all {
            self.options.namespace.clear();
        }
        self.options.all_namespaces = all;
        self
    }

    /// Checks documents before use.
    #[must_use]
    pub fn validate(mut self, validate: bool) -> Self {
        self.options.validate = validate;
        self
    }

    /// Works without a server.
    #[must_use]
    pub fn local(mut self, local: bool) -> Self {
        self.options.local = local;
        self
    }

    /// Takes lists apart.
    #[must_use]
    pub fn flatten(mut self) -> Self {
        self.options.flatten = true;
        self
    }

    /// Gets objects of files from the server.
    #[must_use]
    pub fn latest(mut self) -> Self {
        self.options.latest = true;
        self
    }

    /// Whether objects are got from the server at all.
    #[must_use]
    pub fn require_object(mut self, require: bool) -> Self {
        self.options.require_object = require;
        self
    }

    /// Gets tables.
    #[must_use]
    pub fn table(mut self, table: bool, include_object: bool) -> Self {
        self.options.table = table;
        self.options.include_object = include_object;
        self
    }

    /// Of tables, only the cells are looked at.
    #[must_use]
    pub fn bare_rows(mut self, bare_rows: bool) -> Self {
        self.options.bare_rows = bare_rows;
        self
    }

    /// Only one type of resource may be named.
    #[must_use]
    pub fn single_resource_type(mut self) -> Self {
        self.single_resource_type = true;
        self
    }

    /// Lists in chunks.
    #[must_use]
    pub fn chunks(mut self, size: i64) -> Self {
        self.limit = size;
        self
    }

    /// For a subresource.
    #[must_use]
    pub fn subresource(mut self, name: &str) -> Self {
        self.subresource = name.to_owned();
        self
    }

    /// Files; with `enforce`, objects in them must be of this namespace.
    #[must_use]
    pub fn filenames(mut self, enforce: bool, files: &FilenameOptions) -> Self {
        if !files.filenames.is_empty() && !files.kustomize.is_empty() {
            self.errors
                .push("only one of -f or -k can be specified".into());
        }
        if !files.kustomize.is_empty() && files.recursive {
            self.errors
                .push("the -k flag can't be used with -f or -R".into());
        }
        if !self.errors.is_empty() {
            return self;
        }
        let mut stdin = false;
        for name in &files.filenames {
            if name == "-" {
                self.stream = true;
                if stdin {
                    self.errors
                        .push("standard input cannot be used for multiple arguments".into());
                }
                stdin = true;
                self.paths.push(Source::Stdin);
            } else if name.starts_with("http://") || name.starts_with("https://") {
                self.paths.push(Source::Url(name.clone()));
            } else {
                self.path(name, files.recursive);
            }
        }
        if !files.kustomize.is_empty() {
            self.paths
                .push(Source::Kustomization(files.kustomize.clone()));
        }
        self.options.require_namespace |= enforce;
        self
    }

    fn path(&mut self, name: &str, recursive: bool) {
        let host = std::rc::Rc::clone(&self.cx.host);
        let expanded = match files::expand(&*host, name) {
            Ok(paths) => paths,
            Err(error) => return self.errors.push(error),
        };
        if !recursive && expanded.len() == 1 {
            self.single_item_implied = true;
        }
        for path in &expanded {
            match files::walk(&*host, path, recursive) {
                Ok(files) => {
                    self.folder |= files.len() > 1;
                    self.paths.extend(files.into_iter().map(Source::File));
                }
                Err(error) => self.errors.push(error),
            }
        }
        if self.paths.is_empty() && self.errors.is_empty() {
            self.errors.push(fail!(
                "error reading {}: recognized file extensions are [.json .yaml .yml]",
                crate::util::go::slice(&expanded)
            ));
        }
    }

    /// A label selector; blank for none.
    #[must_use]
    pub fn label_selector(mut self, selector: &str) -> Self {
        let selector = selector.trim();
        if selector.is_empty() {
            return self;
        }
        if self.select_all {
            self.errors.push(fail!(
                "found non-empty label selector {} with previously set 'all' parameter. ",
                crate::util::go::quote(selector)
            ));
            return self;
        }
        self.label_selector = Some(selector.to_owned());
        self
    }

    /// A field selector; blank for none.
    #[must_use]
    pub fn field_selector(mut self, selector: &str) -> Self {
        let selector = selector.trim();
        if selector.is_empty() {
            return self;
        }
        if self.select_all {
            self.errors.push(fail!(
                "found non-empty field selector {} with previously set 'all' parameter. ",
                crate::util::go::quote(selector)
            ));
            return self;
        }
        self.field_selector = Some(selector.to_owned());
        self
    }

    /// All objects of the types named.
    #[must_use]
    pub fn select_all(mut self, all: bool) -> Self {
        if all && (self.label_selector.is_some() || self.field_selector.is_some()) {
            self.errors
                .push("setting 'all' parameter but found a non empty selector. ".into());
            return self;
        }
        self.select_all = all;
        self
    }

    /// Arguments: `TYPE`, `TYPE NAME…`, `TYPE/NAME…`. A type alone means all of it if `allow_empty`.
    #[must_use]
    pub fn args(mut self, allow_empty: bool, args: &[String]) -> Self {
        let args = normalize(args);
        let with_slash = args.iter().filter(|a| a.contains('/')).count();
        if with_slash > 0 {
            if with_slash != args.len() {
                self.errors.push(
                    "there is no need to specify a resource type as a separate argument when passing arguments in \
                     resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource \
                     resource/<resource_name>'"
                        .into(),
                );
                return self;
            }
            return self.tuples(&args);
        }
        let Some((types, names)) = args.split_first() else {
            return self;
        };
        let types = self.replace_aliases(types);
        self.names.extend(names.iter().cloned());
        self.resources.extend(split_types(&types));
        if names.is_empty() && self.label_selector.is_none() && allow_empty {
            self.label_selector = Some(String::new());
        }
        self
    }

    /// Names of one type, or `TYPE/NAME`s.
    #[must_use]
    pub fn resource_names(mut self, resource: &str, names: &[String]) -> Self {
        for name in names {
            if name.contains('/') {
                self = self.tuples(std::slice::from_ref(name));
            } else if resource.is_empty() {
                self.errors.push(fail!(
                    "the argument {} must be RESOURCE/NAME",
                    crate::util::go::quote(name)
                ));
            } else {
                self.tuples.push((resource.to_owned(), name.clone()));
            }
        }
        self
    }

    /// Types, for selectors.
    #[must_use]
    pub fn resource_types(mut self, types: &[&str]) -> Self {
        self.resources.extend(types.iter().map(|t| (*t).to_owned()));
        self
    }

    fn tuples(mut self, args: &[String]) -> Self {
        for arg in args {
            match split_tuple(arg) {
                Ok(tuple) => self.tuples.push(tuple),
                Err(error) => {
                    self.errors.push(error);
                    break;
                }
            }
        }
        self
    }

    fn replace_aliases(&mut self, types: &str) -> String {
        let mut out = Vec::new();
        for name in types.split(',') {
            let mapper = if self.options.local {
                Err("local operation only".into())
            } else {
                self.cx.mapper()
            };
            match mapper {
                Ok(mapper) => {
                    let members = mapper.category(name);
                    if members.is_empty() {
                        out.push(name.to_owned());
                    }
                    out.extend(members.iter().map(Mapping::group_resource));
                }
                Err(error) => self.errors.push(error),
            }
        }
        out.join(",")
    }

    /// The objects.
    pub fn find(mut self) -> Result<Found, Error> {
        Error::check(std::mem::take(&mut self.errors))?;
        if self.select_all {
            self.label_selector = Some(String::new());
        }
        if !self.paths.is_empty() {
            return self.by_paths();
        }
        if self.label_selector.is_some() || self.field_selector.is_some() {
            return self.by_selector();
        }
        if !self.tuples.is_empty() {
            return self.by_tuples();
        }
        if !self.names.is_empty() {
            return self.by_names();
        }
        if self.resources.is_empty() {
            return Err(MISSING.into());
        }
        let mapper = self.mapper()?;
        for resource in &self.resources {
            mapper.resource(resource)?;
        }
        Err("resource(s) were provided, but no name was specified".into())
    }

    fn mapper(&self) -> Result<Mapper, Error> {
        if self.options.local {
            Err("local operation only".into())
        } else {
            self.cx.mapper()
        }
    }

    fn found(self, sources: Vec<Source>, single: bool, single_items: bool) -> Found {
        Found::new(self.cx, self.options, sources, single, single_items)
    }

    fn by_paths(mut self) -> Result<Found, Error> {
        if !self.resources.is_empty() {
            return Err(
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well".into(),
            );
        }
        if !self.names.is_empty() {
            return Err("name cannot be provided when a path is specified".into());
        }
        if !self.tuples.is_empty() {
            return Err(
                "resource/name arguments cannot be provided when a path is specified".into(),
            );
        }
        if let Some(selector) = &self.label_selector {
            if let Err(error) = apimachinery::labels::Selector::parse(selector) {
                return Err(fail!(
                    "the provided selector {} is not valid: {error}",
                    crate::util::go::quote(selector)
                ));
            }
            self.options.file_selector = Some(selector.clone()).filter(|s| !s.is_empty());
        }
        let single = !self.folder && !self.stream && self.paths.len() == 1;
        let sources = std::mem::take(&mut self.paths);
        Ok(self.found(sources, single, true))
    }

    fn mappings(&self) -> Result<Vec<Rc<Mapping>>, Error> {
        if self.resources.len() > 1 && self.single_resource_type {
            return Err("you may only specify a single resource type".into());
        }
        let mapper = self.mapper()?;
        let mut mappings: Vec<Rc<Mapping>> = Vec::new();
        for resource in &self.resources {
            let mapping = mapper.resource(resource)?;
            if !mappings
                .iter()
                .any(|m| m.kind == mapping.kind && m.api_version() == mapping.api_version())
            {
                mappings.push(Rc::new(mapping));
            }
        }
        Ok(mappings)
    }

    fn by_selector(self) -> Result<Found, Error> {
        if !self.names.is_empty() {
            return Err("name cannot be provided when a selector is specified".into());
        }
        if !self.tuples.is_empty() {
            return Err(
                "selectors and the all flag cannot be used when passing resource/name arguments"
                    .into(),
            );
        }
        if self.resources.is_empty() {
            return Err("at least one resource must be specified to use a selector".into());
        }
        if !self.subresource.is_empty() {
            return Err("subresource cannot be used when bulk resources are specified".into());
        }
        let mut sources = Vec::new();
        for mapping in self.mappings()? {
            let namespace = if mapping.namespaced {
                self.options.namespace.clone()
            } else {
                String::new()
            };
            let options = ListOptions {
                label_selector: self.label_selector.clone().unwrap_or_default(),
                field_selector: self.field_selector.clone().unwrap_or_default(),
                limit: self.limit,
                ..ListOptions::default()
            };
            sources.push(Source::Selector {
                mapping,
                namespace,
                options,
            });
        }
        Ok(self.found(sources, false, false))
    }

    fn single(&self, mapping: &Rc<Mapping>, name: &str) -> Result<Source, Error> {
        let mut namespace = String::new();
        if mapping.namespaced {
            if self.options.namespace.is_empty() {
                return Err(if self.options.all_namespaces {
                    "a resource cannot be retrieved by name across all namespaces".into()
                } else {
                    "namespace may not be empty when retrieving a resource by name".into()
                });
            }
            namespace.clone_from(&self.options.namespace);
        }
        Ok(Source::Single(Box::new(Info {
            mapping: Some(Rc::clone(mapping)),
            namespace,
            name: name.to_owned(),
            source: String::new(),
            object: None,
            resource_version: String::new(),
            subresource: self.subresource.clone(),
        })))
    }

    fn by_tuples(self) -> Result<Found, Error> {
        if !self.resources.is_empty() {
            return Err(
                "you may not specify individual resources and bulk resources in the same call"
                    .into(),
            );
        }
        let mapper = self.mapper()?;
        let mut known: Vec<(&str, Rc<Mapping>)> = Vec::new();
        for (resource, _) in &self.tuples {
            if !known.iter().any(|(name, _)| name == resource) {
                known.push((resource, Rc::new(mapper.resource(resource)?)));
            }
        }
        let first = known.first().map(|(_, m)| Rc::clone(m));
        if self.single_resource_type && known.iter().any(|(_, m)| Some(m) != first.as_ref()) {
            return Err("you may only specify a single resource type".into());
        }
        let mut sources = Vec::new();
        for (resource, name) in &self.tuples {
            if let Some((_, mapping)) = known.iter().find(|(known, _)| known == resource) {
                sources.push(self.single(mapping, name)?);
            }
        }
        let single = self.single_item_implied || self.tuples.len() == 1;
        Ok(self.found(sources, single, true))
    }

    fn by_names(self) -> Result<Found, Error> {
        if self.resources.is_empty() {
            return Err("you must provide a resource and a resource name together".into());
        }
        if self.resources.len() > 1 {
            return Err("you must specify only one resource".into());
        }
        let mappings = self.mappings()?;
        let mut sources = Vec::new();
        for name in &self.names {
            for mapping in &mappings {
                sources.push(self.single(mapping, name)?);
            }
        }
        let single = self.names.len() == 1;
        Ok(self.found(sources, single, true))
    }
}

/// `pods,svc a b` means `pods/a pods/b svc/a svc/b`.
fn normalize(args: &[String]) -> Vec<String> {
    if let Some((types, names)) = args.split_first().filter(|(_, names)| !names.is_empty()) {
        let types = split_types(types);
        if types.len() > 1 {
            return types
                .iter()
                .flat_map(|t| names.iter().map(move |n| format!("{t}/{n}")))
                .collect();
        }
    }
    args.to_vec()
}

/// Types between commas, each once.
pub fn split_types(types: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in types.split(',') {
        if !out.iter().any(|known| known == name) {
            out.push(name.to_owned());
        }
    }
    out
}

fn split_tuple(arg: &str) -> Result<(String, String), Error> {
    let parts: Vec<&str> = arg.split('/').collect();
    let [resource, name] = parts.as_slice() else {
        return Err("arguments in resource/name form may not have more than one slash".into());
    };
    if resource.is_empty() || name.is_empty() || split_types(resource).len() != 1 {
        return Err("arguments in resource/name form must have a single resource and name".into());
    }
    Ok(((*resource).to_owned(), (*name).to_owned()))
}

/// Whether arguments name objects and not only types.
pub fn has_names(args: &[String]) -> Result<bool, Error> {
    let args = normalize(args);
    let with_slash = args.iter().filter(|a| a.contains('/')).count();
    if with_slash > 0 && with_slash != args.len() {
        return Err("there is no need to specify a resource type as a separate argument when passing arguments in \
                    resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource \
                    resource/<resource_name>'"
            .into());
    }
    Ok(with_slash > 0 || args.len() > 1)
}
