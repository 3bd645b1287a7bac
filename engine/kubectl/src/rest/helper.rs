//! Requests for single objects and lists: client-go's `resource.Helper`.

use serde_json::{Value, json};

use super::mapper::Mapping;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::transport::{Request, Watch};
use crate::util::{go, json as j};

/// Patch types and their content types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchType {
    /// `json`
    Json,
    /// `merge`
    Merge,
    /// `strategic`
    Strategic,
    /// Server-side apply.
    Apply,
}

impl PatchType {
    /// Its content type.
    pub fn content_type(self) -> &'static str {
        match self {
            PatchType::Json => "application/json-patch+json",
            PatchType::Merge => "application/merge-patch+json",
            PatchType::Strategic => "application/strategic-merge-patch+json",
            PatchType::Apply => "application/apply-patch+yaml",
        }
    }
}

/// Accepts tables.
pub const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,\
                         application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/// How requests for a resource are made.
#[derive(Debug, Clone)]
pub struct Helper<'a> {
    cx: &'a Context,
    mapping: &'a Mapping,
    subresource: String,
    field_manager: String,
    field_validation: String,
    dry_run: bool,
    force: Option<bool>,
    table: bool,
    include_object: bool,
    bare_rows: bool,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("words", &self.words)
            .finish_non_exhaustive()
    }
}

impl<'a> Helper<'a> {
    /// Requests for `mapping`.
    pub fn new(cx: &'a Context, mapping: &'a Mapping) -> Helper<'a> {
        Helper {
            cx,
            mapping,
            subresource: String::new(),
            field_manager: String::new(),
            field_validation: String::new(),
            dry_run: false,
            force: None,
            table: false,
            include_object: false,
            bare_rows: false,
        }
    }

    /// For a subresource; empty for none.
    #[must_use]
    pub fn subresource(mut self, name: &str) -> Self {
        self.subresource = name.to_owned();
        self
    }

    /// Writing as this manager; empty for the default.
    #[must_use]
    pub fn manager(mut self, name: &str) -> Self {
        self.field_manager = name.to_owned();
        self
    }

    /// With this treatment of unknown fields; empty for the server's default.
    #[must_use]
    pub fn validation(mut self, mode: &str) -> Self {
        self.field_validation = mode.to_owned();
        self
    }

    /// Only trying.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Taking over fields of other managers, or not.
    #[must_use]
    pub fn force(mut self, force: bool) -> Self {
        self.force = Some(force);
        self
    }

    /// Asking for tables, with whole objects in them or not.
    #[must_use]
    pub fn table(mut self, table: bool, include_object: bool) -> Self {
        self.table = table;
        self.include_object = include_object;
        self
    }

    /// Looking only at the cells of tables.
    #[must_use]
    pub fn bare_rows(mut self, bare_rows: bool) -> Self {
        self.bare_rows = bare_rows;
        self
    }

    fn root(&self, namespace: &str) -> Result<String, Error> {
        if self.mapping.namespaced && !namespace.is_empty() {
            check_segment("namespace", namespace)?;
        }
        Ok(self.mapping.path(namespace))
    }

    fn path(&self, namespace: &str, name: &str) -> Result<String, Error> {
        check_name(name)?;
        let mut path = format!("{}/{name}", self.root(namespace)?);
        if !self.subresource.is_empty() {
            path.push('/');
            path.push_str(&self.subresource);
        }
        Ok(path)
    }

    /// What a request is about. The client for scales does not tell the group.
    fn about(&self, name: &str) -> String {
        let mut about = self.mapping.resource.clone();
        if !self.mapping.group.is_empty() && self.subresource != "scale" {
            about.push('.');
            about.push_str(&self.mapping.group);
        }
        if !name.is_empty() {
            about.push(' ');
            about.push_str(name);
        }
        about
    }

    fn request(&self, method: &'static str, path: String, name: &str) -> Request {
        let mut request = Request::new(method, path);
        request.about = self.about(name);
        if self.table {
            request.accept = Some(TABLE);
            request.bare_rows = self.bare_rows;
            if self.include_object {
                request = request.param("includeObject", "Object");
            }
        }
        request
    }

    fn write(&self, method: &'static str, path: String, name: &str) -> Request {
        let mut request = Request::new(method, path);
        request.about = self.about(name);
        if self.dry_run {
            request = request.param("dryRun", "All");
        }
        if !self.field_manager.is_empty() {
            request = request.param("fieldManager", self.field_manager.as_str());
        }
        if !self.field_validation.is_empty() {
            request = request.param("fieldValidation", self.field_validation.as_str());
        }
        if let Some(force) = self.force {
            request = request.param("force", if force { "true" } else { "false" });
        }
        request
    }

    /// Gets an object.
    pub fn get(&self, namespace: &str, name: &str) -> Result<Value, Error> {
        let request = self.request("GET", self.path(namespace, name)?, name);
        self.cx.client()?.json(self.cx, request)
    }

    /// Lists objects, one chunk.
    pub fn list(&self, namespace: &str, options: &ListOptions) -> Result<Value, Error> {
        let mut request = self.request("GET", self.root(namespace)?, "");
        request = options.apply(request);
        self.cx
            .client()?
            .json(self.cx, request)
            .map_err(|error| options.explain(error, self.mapping))
    }

    /// Watches objects.
    pub fn watch(&self, namespace: &str, options: &ListOptions) -> Result<Box<dyn Watch>, Error> {
        let mut request = self.request("GET", self.root(namespace)?, "");
        request = options.apply(request).param("watch", "true");
        self.cx.client()?.watch(self.cx, request)
    }

    /// Creates an object; a version that it had elsewhere is taken off.
    pub fn create(&self, namespace: &str, object: &Value) -> Result<Value, Error> {
        let mut object = std::borrow::Cow::Borrowed(object);
        if !j::text(&object, &["metadata", "resourceVersion"]).is_empty() {
            j::set(object.to_mut(), &["metadata", "resourceVersion"], "");
        }
        let request = self
            .write("POST", self.root(namespace)?, "")
            .json("application/json", &object);
        self.cx.client()?.json(self.cx, request)
    }

    /// Replaces an object.
    pub fn replace(&self, namespace: &str, name: &str, object: &Value) -> Result<Value, Error> {
        let request = self
            .write("PUT", self.path(namespace, name)?, name)
            .json("application/json", object);
        self.cx.client()?.json(self.cx, request)
    }

    /// Replaces an object whatever version it has.
    pub fn replace_any(&self, namespace: &str, name: &str, object: &Value) -> Result<Value, Error> {
        let mut object = object.clone();
        if j::text(&object, &["metadata", "resourceVersion"]).is_empty()
            && let Ok(live) = self.get(namespace, name)
        {
            let version = j::text(&live, &["metadata", "resourceVersion"]);
            j::set(&mut object, &["metadata", "resourceVersion"], version);
        }
        self.replace(namespace, name, &object)
    }

    /// Patches an object.
    pub fn patch(
        &self,
        namespace: &str,
        name: &str,
        kind: PatchType,
        patch: &[u8],
    ) -> Result<Value, Error> {
        let mut request = self.write("PATCH", self.path(namespace, name)?, name);
        request.content_type = Some(kind.content_type());
        request.body = Some(patch.to_vec());
        self.cx.client()?.json(self.cx, request)
    }

    /// Deletes an object with these options.
    pub fn delete(&self, namespace: &str, name: &str, options: Value) -> Result<Value, Error> {
        let mut options = options;
        if self.dry_run {
            j::set(&mut options, &["dryRun"], json!(["All"]));
        }
        let mut request =
            Request::new("DELETE", self.path(namespace, name)?).json("application/json", &options);
        request.about = self.about(name);
        self.cx.client()?.json(self.cx, request)
    }
}

/// What a list or watch is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ListOptions {
    /// Labels.
    pub label_selector: String,
    /// Fields.
    pub field_selector: String,
    /// Chunk size; zero for all at once.
    pub limit: i64,
    /// Where the next chunk starts.
    pub continue_token: String,
    /// Where a watch starts.
    pub resource_version: String,
}

impl ListOptions {
    fn apply(&self, mut request: Request) -> Request {
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                request.query.push((name.to_owned(), value.to_owned()));
            }
        };
        add("continue", &self.continue_token);
        add("fieldSelector", &self.field_selector);
        add("labelSelector", &self.label_selector);
        if self.limit > 0 {
            add("limit", &self.limit.to_string());
        }
        add("resourceVersion", &self.resource_version);
        request
    }

    /// Says in an error what was looked for.
    fn explain(&self, error: Error, mapping: &Mapping) -> Error {
        let Error::Status(mut status) = error else {
            return error;
        };
        if status.reason != "Expired" && matches!(status.code, 400 | 404) {
            let subject = go::quote(&mapping.resource_text());
            status.message = if self.label_selector.is_empty() && self.field_selector.is_empty() {
                format!("Unable to list {subject}: {}", status.message)
            } else {
                format!(
                    "Unable to find {subject} that match label selector {}, field selector {}: {}",
                    go::quote(&self.label_selector),
                    go::quote(&self.field_selector),
                    status.message
                )
            };
        }
        Error::Status(status)
    }
}

/// Whether a name can stand in a path.
pub fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() {
        return Err("resource name may not be empty".into());
    }
    check_segment("resource name", name)
}

fn check_segment(what: &str, name: &str) -> Result<(), Error> {
    let mut problems = Vec::new();
    if name == "." || name == ".." {
        problems.push(format!("may not be '{name}'"));
    } else {
        problems.extend(
            ['/', '%']
                .into_iter()
                .filter(|c| name.contains(*c))
                .map(|c| format!("may not contain '{c}'")),
        );
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(fail!(
        "invalid {what} {}: {}",
        go::quote(name),
        go::slice(&problems)
    ))
}
