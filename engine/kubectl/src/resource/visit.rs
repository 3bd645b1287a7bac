//! Gives out the objects a [`super::Builder`] was asked for, one by one.

use std::collections::VecDeque;
use std::rc::Rc;

use apimachinery::labels::Selector;
use apimachinery::{Map, Str};
use serde_json::{Value, json};

use super::builder::Options;
use super::{Info, decode};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::helper::{Helper, ListOptions};
use crate::rest::mapper::{Mapper, Mapping};
use crate::transport::Watch;
use crate::util::{go, json as j, yaml};

/// Where objects come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    File(String),
    Stdin,
    Url(String),
    Kustomization(String),
    Single(Box<Info>),
    Selector {
        mapping: Rc<Mapping>,
        namespace: String,
        options: ListOptions,
    },
}

/// The objects found.
pub struct Found {
    cx: Context,
    options: Options,
    sources: Vec<Source>,
    next_source: usize,
    /// Documents of the file being read.
    documents: VecDeque<Result<Value, String>>,
    document_source: String,
    /// Objects taken out of a list.
    pending: VecDeque<Result<Info, Error>>,
    /// The rest of a list that comes in chunks.
    chunk: Option<(Rc<Mapping>, String, ListOptions)>,
    mapper: Option<Mapper>,
    stopped: bool,
    /// Whether exactly one object was asked for.
    pub single_item_implied: bool,
    /// Whether objects were asked for by name.
    pub targets_single_items: bool,
}

impl Found {
    pub(super) fn new(
        cx: Context,
        options: Options,
        sources: Vec<Source>,
        single: bool,
        single_items: bool,
    ) -> Found {
        Found {
            cx,
            options,
            sources,
            next_source: 0,
            documents: VecDeque::new(),
            document_source: String::new(),
            pending: VecDeque::new(),
            chunk: None,
            mapper: None,
            stopped: false,
            single_item_implied: single,
            targets_single_items: single_items,
        }
    }

    /// Whether errors of one object keep the others from being dealt with.
    pub fn continues(&self) -> bool {
        self.options.continue_on_error
    }

    /// The one resource that was asked for by type.
    pub fn mapping(&self) -> Option<Rc<Mapping>> {
        match self.sources.first()? {
            Source::Single(info) => info.mapping.clone(),
            Source::Selector { mapping, .. } => Some(Rc::clone(mapping)),
            _ => None,
        }
    }

    /// Deals with every object; goes on after errors if told to.
    pub fn each(&mut self, mut f: impl FnMut(Info) -> Result<(), Error>) -> Result<(), Error> {
        // What went wrong with finding objects is told after what went wrong with those found.
        let (mut errors, mut unfound) = (Vec::new(), Vec::new());
        while let Some(item) = self.next() {
            let (error, list) = match item.map(&mut f) {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => (error, &mut errors),
                Err(error) => (error, &mut unfound),
            };
            if !self.options.continue_on_error {
                return Err(error);
            }
            list.push(error);
        }
        errors.append(&mut unfound);
        Error::check(errors)
    }

    /// All objects, and what went wrong.
    pub fn infos(&mut self) -> (Vec<Info>, Result<(), Error>) {
        let mut infos = Vec::new();
        let result = self.each(|info| {
            infos.push(info);
            Ok(())
        });
        (infos, result)
    }

    /// The next object.
    #[expect(
        clippy::should_implement_trait,
        reason = "borrows the context; an iterator adds nothing"
    )]
    pub fn next(&mut self) -> Option<Result<Info, Error>> {
        loop {
            if self.stopped {
                return None;
            }
            let item = match self.raw() {
                None => return None,
                Some(Ok(info)) => match self.decorate(info) {
                    Ok(Some(info)) => Ok(info),
                    Ok(None) => continue,
                    Err(error) => Err(error),
                },
                Some(Err(error)) => Err(error),
            };
            if item.is_err() && !self.options.continue_on_error {
                self.stopped = true;
            }
            return Some(item);
        }
    }

    /// The next object as its source has it, lists taken apart.
    fn raw(&mut self) -> Option<Result<Info, Error>> {
        loop {
            if let Some(item) = self.pending.pop_front() {
                return Some(item);
            }
            let item = if let Some(document) = self.documents.pop_front() {
                match self.document(document) {
                    Some(item) => item,
                    None => continue,
                }
            } else if let Some((mapping, namespace, options)) = self.chunk.take() {
                self.list(mapping, namespace, options)
            } else {
                let source = self.sources.get(self.next_source)?.clone();
                self.next_source += 1;
                match source {
                    Source::Single(info) => Ok(*info),
                    Source::Selector {
                        mapping,
                        namespace,
                        options,
                    } => self.list(mapping, namespace, options),
                    source => match self.open(source) {
                        Ok(()) => continue,
                        Err(error) => Err(error),
                    },
                }
            };
            match item {
                Ok(info)
                    if self.options.flatten && info.object.as_ref().is_some_and(j::is_list) =>
                {
                    let mapper = match self.mapper() {
                        Ok(mapper) => mapper,
                        Err(error) => return Some(Err(error)),
                    };
                    self.pending.extend(decode::flatten(info, mapper.as_ref()));
                }
                item => return Some(item),
            }
        }
    }

    fn mapper(&mut self) -> Result<Option<Mapper>, Error> {
        if self.options.local {
            return Ok(None);
        }
        if self.mapper.is_none() {
            self.mapper = Some(self.cx.mapper()?);
        }
        Ok(self.mapper.clone())
    }

    fn open(&mut self, source: Source) -> Result<(), Error> {
        let (name, bytes) = match source {
            Source::File(path) => {
                let bytes = self.cx.host.read_file(&path).map_err(|e| match e {
                    crate::host::FileError::IsDirectory => e.of("read", &path),
                    e => e.of("open", &path),
                })?;
                (path, bytes)
            }
            Source::Stdin => ("STDIN".to_owned(), self.cx.take_stdin()),
            Source::Url(url) => return Err(no_network(&url)),
            Source::Kustomization(folder) => {
                let text = crate::kustomize::build(&self.cx, &folder)?;
                (folder, text.into_bytes())
            }
            Source::Single(_) | Source::Selector { .. } => return Ok(()),
        };
        self.documents = yaml::stream(&decode_text(&bytes)).into();
        self.document_source = name;
        Ok(())
    }

    fn document(&mut self, document: Result<Value, String>) -> Option<Result<Info, Error>> {
        let source = self.document_source.clone();
        let value = match document {
            Ok(Value::Null) => return None,
            Ok(value) => value,
            Err(reason) => {
                self.documents.clear();
                return Some(Err(fail!("error parsing {source}: {reason}")));
            }
        };
        if self.options.validate
            && let Err(error) = decode::validate(&value, &source)
        {
            self.documents.clear();
            return Some(Err(error));
        }
        let mapper = match self.mapper() {
            Ok(mapper) => mapper,
            Err(error) => return Some(Err(error)),
        };
        Some(decode::info(value, &source, mapper.as_ref()))
    }

    fn list(
        &mut self,
        mapping: Rc<Mapping>,
        namespace: String,
        mut options: ListOptions,
    ) -> Result<Info, Error> {
        let helper = Helper::new(&self.cx, &mapping)
            .table(self.options.table, self.options.include_object)
            .bare_rows(self.options.bare_rows);
        let list = helper.list(&namespace, &options)?;
        let token = j::text(&list, &["metadata", "continue"]);
        if !token.is_empty() {
            options.continue_token = token.to_owned();
            self.chunk = Some((Rc::clone(&mapping), namespace.clone(), options));
        }
        Ok(Info {
            resource_version: j::text(&list, &["metadata", "resourceVersion"]).to_owned(),
            mapping: Some(mapping),
            namespace,
            name: String::new(),
            source: String::new(),
            object: Some(list),
            subresource: String::new(),
        })
    }

    /// Namespaces, objects and selectors; `None` for an object that is not selected.
    fn decorate(&mut self, mut info: Info) -> Result<Option<Info>, Error> {
        let from_file = !info.source.is_empty();
        if from_file
            && let Some(selector) = &self.options.file_selector
            && !selects(selector, info.value())
        {
            return Ok(None);
        }
        let namespaced = info.namespaced();
        if self.options.default_namespace && namespaced && info.namespace.is_empty() {
            set_namespace(&mut info, &self.options.namespace);
        }
        if self.options.require_namespace && namespaced && !self.options.namespace.is_empty() {
            let required = &self.options.namespace;
            if info.namespace.is_empty() {
                set_namespace(&mut info, &required.clone());
            } else if info.namespace != *required {
                return Err(fail!(
                    "the namespace from the provided object {} does not match the namespace {}. You must pass \
                     '--namespace={}' to perform this operation.",
                    go::quote(&info.namespace),
                    go::quote(required),
                    info.namespace
                ));
            }
        }
        if !namespaced && !info.namespace.is_empty() {
            info.namespace.clear();
            if let Some(object) = &mut info.object {
                j::remove(object, &["metadata", "namespace"]);
            }
        }
        let (table, include) = (self.options.table, self.options.include_object);
        if from_file && self.options.latest {
            if !info.name.is_empty() {
                info.get(&self.cx, table, include)?;
            }
        } else if info.object.is_none() && self.options.require_object {
            info.get(&self.cx, table, include)?;
        }
        Ok(Some(info))
    }

    /// All objects as one: the single one asked for, a list from the server, or a list made here.
    pub fn object(infos: &[Info], single_item_implied: bool) -> Value {
        let objects: Vec<&Value> = infos.iter().filter_map(|i| i.object.as_ref()).collect();
        if let [one] = objects.as_slice()
            && (single_item_implied || j::is_list(one))
        {
            return (*one).clone();
        }
        let mut versions: Vec<&str> = infos.iter().map(|i| i.resource_version.as_str()).collect();
        versions.sort_unstable();
        versions.dedup();
        let version = if versions.len() == 1 { versions[0] } else { "" };
        let items: Vec<Value> = objects.into_iter().cloned().collect();
        json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": version}, "items": items})
    }

    /// Watches the one object or type that was asked for.
    pub fn watch(&self, infos: &[Info], resource_version: &str) -> Result<Box<dyn Watch>, Error> {
        if self.sources.len() != 1 {
            return Err(
                "you may only watch a single resource or type of resource at a time".into(),
            );
        }
        if let Source::Selector {
            mapping,
            namespace,
            options,
        } = &self.sources[0]
        {
            let options = ListOptions {
                resource_version: resource_version.to_owned(),
                limit: 0,
                ..options.clone()
            };
            let helper = Helper::new(&self.cx, mapping)
                .table(self.options.table, self.options.include_object);
            return helper.watch(namespace, &options);
        }
        let [info] = infos else {
            return Err(fail!(
                "watch is only supported on individual resources and resource collections - {} resources were found",
                infos.len()
            ));
        };
        let mapping = info.mapping()?;
        let options = ListOptions {
            field_selector: format!("metadata.name={}", info.name),
            resource_version: resource_version.to_owned(),
            ..ListOptions::default()
        };
        let helper =
            Helper::new(&self.cx, mapping).table(self.options.table, self.options.include_object);
        helper.watch(&info.namespace, &options)
    }
}

fn set_namespace(info: &mut Info, namespace: &str) {
    info.namespace = namespace.to_owned();
    if let Some(object) = info.object.as_mut().filter(|o| !j::is_list(o)) {
        j::set(object, &["metadata", "namespace"], namespace);
    }
}

/// Whether the labels of an object fit a selector.
pub(crate) fn selects(selector: &str, object: &Value) -> bool {
    let labels: Map<Str, Str> = j::entries(object, &["metadata", "labels"])
        .into_iter()
        .map(|(k, v)| (k.into(), v.into()))
        .collect();
    Selector::parse(selector).is_ok_and(|s| s.matches(&labels))
}

/// Text in UTF-8, or in UTF-16 with a mark.
fn decode_text(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| join([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        bytes => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// There is nothing behind the playground's network but the cluster.
fn no_network(url: &str) -> Error {
    let host = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest)
        .split('/')
        .next()
        .unwrap_or(url);
    let (name, port) = host.rsplit_once(':').unwrap_or((
        host,
        if url.starts_with("https") {
            "443"
        } else {
            "80"
        },
    ));
    let numeric =
        name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    let reason = if numeric || name == "localhost" {
        let address = if name == "localhost" {
            "127.0.0.1"
        } else {
            name
        };
        format!("dial tcp {address}:{port}: connect: connection refused")
    } else {
        format!("dial tcp: lookup {name}: no such host")
    };
    Error::Connection {
        verb: "Get".to_owned(),
        url: url.to_owned(),
        reason,
    }
}
