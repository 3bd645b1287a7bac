//! GET: one object, or many, with selectors and pages. Kubernetes' room for this is `Store.ListPredicate` and
//! `k8s.io/apiserver/pkg/storage`.

use std::collections::VecDeque;

use apimachinery::fields::{Selector as FieldSelector, Term};
use apimachinery::labels::Selector as LabelSelector;
use apimachinery::meta::v1::ListOptions;
use apimachinery::{GroupKind, Object, Status, Str};

use super::Resource;
use super::continue_token::{self, Token};
use crate::context::Context;
use crate::storage::{Key, Obj, Revision, Storage};
use crate::validation::field::{Errors, Path};

/// Snapshots that pages of lists are served from; the oldest goes when there are more.
const SNAPSHOTS: usize = 8;

/// Which objects of a resource.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this namespace; of all when empty.
    pub namespace: Str,
    /// With these labels.
    pub labels: LabelSelector,
    /// With these fields.
    pub fields: FieldSelector,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            namespace: Str::new(),
            labels: LabelSelector::everything(),
            fields: FieldSelector::everything(),
        }
    }
}

impl Filter {
    /// Everything in a namespace; in all when it is empty.
    pub fn namespaced(namespace: impl Into<Str>) -> Self {
        Self {
            namespace: namespace.into(),
            ..Self::default()
        }
    }

    /// The same, of one name only.
    #[must_use]
    pub fn named(mut self, name: impl Into<Str>) -> Self {
        let mut terms = self.fields.terms().to_vec();
        terms.push(Term {
            field: "metadata.name".into(),
            value: name.into(),
            negated: false,
        });
        self.fields = FieldSelector::from_terms(terms);
        self
    }

    /// The namespace, if it is only one.
    pub fn namespace(&self) -> Option<&str> {
        (!self.namespace.is_empty()).then_some(&*self.namespace)
    }

    /// Whether an object is among them.
    pub fn matches(&self, resource: &Resource, object: &dyn Object) -> bool {
        let meta = object.meta();
        (self.namespace.is_empty() || meta.namespace == self.namespace)
            && (self.labels.is_empty() || self.labels.matches(&meta.labels))
            && self.fields.terms().iter().all(|term| {
                (field_value(resource, object, &term.field) == term.value) != term.negated
            })
    }

    /// The filter that the selectors of `options` spell.
    ///
    /// # Errors
    /// For selectors that cannot be read, or name fields that the resource does not select by.
    pub fn parse(
        resource: &Resource,
        namespace: &str,
        labels: &str,
        fields: &str,
    ) -> Result<Self, Status> {
        let labels = LabelSelector::parse(labels).map_err(Status::bad_request)?;
        let fields = FieldSelector::parse(fields).map_err(Status::bad_request)?;
        for term in fields.terms() {
            check_field_label(resource, &term.field)?;
        }
        Ok(Self {
            namespace: namespace.into(),
            labels,
            fields,
        })
    }
}

fn check_field_label(resource: &Resource, label: &str) -> Result<(), Status> {
    let strategy = &resource.strategy;
    if label == "metadata.name"
        || (label == "metadata.namespace" && resource.names.namespaced)
        || strategy.selects_by(label)
    {
        return Ok(());
    }
    if strategy.selects_by_metadata_only() {
        let text = format!(
            "{} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
            apimachinery::gotext::quote(label)
        );
        return Err(Status::bad_request(text));
    }
    Err(Status::bad_request(format!(
        "field label not supported: {label}"
    )))
}

fn field_value(resource: &Resource, object: &dyn Object, label: &str) -> Str {
    match label {
        "metadata.name" => object.meta().name.clone(),
        "metadata.namespace" => object.meta().namespace.clone(),
        other => resource.strategy.field_value(object, other),
    }
}

/// Objects of a resource, at one revision.
pub struct ObjectList {
    /// The objects in key order.
    pub items: Vec<Obj>,
    /// The revision the list is of.
    pub revision: Revision,
    /// Where the next page begins; empty on the last one.
    pub continue_token: Str,
    /// How many more there are, when that is known.
    pub remaining: Option<i64>,
}

/// Earlier states of the whole storage, for the later pages of lists.
#[derive(Default)]
pub struct Snapshots(VecDeque<Storage>);

impl Snapshots {
    fn keep(&mut self, storage: &Storage) {
        if self
            .0
            .iter()
            .any(|kept| kept.revision() == storage.revision())
        {
            return;
        }
        if self.0.len() == SNAPSHOTS {
            self.0.pop_front();
        }
        self.0.push_back(storage.clone());
    }

    fn at(&self, revision: Revision) -> Option<Storage> {
        self.0
            .iter()
            .find(|kept| kept.revision() == revision)
            .cloned()
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// One object.
///
/// # Errors
/// When it does not exist.
pub fn get(cx: &Context, resource: &Resource, namespace: &str, name: &str) -> Result<Obj, Status> {
    let storage = cx.server.storage();
    let found = storage
        .table(resource.table)
        .get(&Key::new(namespace, name));
    found.ok_or_else(|| Status::not_found(&resource.names.group_resource(), name))
}

/// The objects that match, or a page of them.
///
/// # Errors
/// For options that cannot be met.
pub fn list(
    cx: &Context,
    resource: &Resource,
    filter: &Filter,
    options: &ListOptions,
) -> Result<ObjectList, Status> {
    validate_options(options)?;
    let current = cx.server.storage().clone();
    if options.continue_.is_empty() {
        let storage = choose_revision(cx, options, current)?;
        return Ok(page(cx, resource, filter, options.limit, &storage, None));
    }
    let token = continue_token::decode(&options.continue_)?;
    let storage = match token.revision {
        None => current,
        Some(revision) if revision == current.revision() => current,
        Some(revision) => match cx.server.snapshots().borrow().at(revision) {
            Some(storage) => storage,
            None => return Err(continue_token::expired(&token)),
        },
    };
    Ok(page(
        cx,
        resource,
        filter,
        options.limit,
        &storage,
        Some(token.after),
    ))
}

fn validate_options(options: &ListOptions) -> Result<(), Status> {
    let mut errors = Errors::new();
    let path = Path::new("resourceVersionMatch");
    let wanted = options.resource_version_match.as_str();
    if !wanted.is_empty() {
        if options.resource_version.is_empty() {
            let text = "resourceVersionMatch is forbidden unless resourceVersion is provided";
            errors.forbidden(&path, text);
        }
        if !options.continue_.is_empty() {
            let text = "resourceVersionMatch is forbidden when continue is provided";
            errors.forbidden(&path, text);
        }
        if !matches!(wanted, "Exact" | "NotOlderThan") {
            errors.not_supported(&path, wanted, &["Exact", "NotOlderThan", ""]);
        }
        if wanted == "Exact" && options.resource_version == "0" {
            let text = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
            errors.forbidden(&path, text);
        }
    }
    if options.send_initial_events.is_some() {
        let path = Path::new("sendInitialEvents");
        errors.forbidden(&path, "sendInitialEvents is forbidden for list");
    }
    if !errors.is_empty() {
        return Err(Status::invalid(
            &GroupKind::new("meta.k8s.io", "ListOptions"),
            "",
            &errors.into_list(),
        ));
    }
    if !options.continue_.is_empty()
        && !options.resource_version.is_empty()
        && options.resource_version != "0"
    {
        return Err(Status::bad_request(
            "specifying resource version is not allowed when using continue",
        ));
    }
    Ok(())
}

/// The state that a list is made from.
fn choose_revision(
    cx: &Context,
    options: &ListOptions,
    current: Storage,
) -> Result<Storage, Status> {
    if matches!(options.resource_version.as_str(), "" | "0") {
        return Ok(current);
    }
    let wanted = parse_revision(&options.resource_version)?;
    if wanted > current.revision() {
        return Err(too_large(wanted, current.revision()));
    }
    // A limit without a word on how to match means this very revision, as it did before there was such a word.
    let exact = match options.resource_version_match.as_str() {
        "" => options.limit > 0,
        word => word == "Exact",
    };
    if !exact || wanted == current.revision() {
        return Ok(current);
    }
    cx.server
        .snapshots()
        .borrow()
        .at(wanted)
        .ok_or_else(|| Status::expired("The resourceVersion for the provided list is too old."))
}

/// A `resourceVersion` parameter.
///
/// # Errors
/// When it is not a number.
pub fn parse_revision(text: &str) -> Result<Revision, Status> {
    Revision::parse(text).ok_or_else(|| {
        let mut errors = Errors::new();
        let detail = format!(
            "strconv.ParseUint: parsing {}: invalid syntax",
            apimachinery::gotext::quote(text)
        );
        errors.invalid(&Path::new("resourceVersion"), text, detail);
        Status::invalid(
            &GroupKind::new("meta.k8s.io", "ListOptions"),
            "",
            &errors.into_list(),
        )
    })
}

fn too_large(wanted: Revision, current: Revision) -> Status {
    let mut status = Status::timeout(
        &format!("Too large resource version: {wanted}, current: {current}"),
        1,
    );
    status
        .details
        .get_or_insert_default()
        .causes
        .push(apimachinery::meta::v1::StatusCause {
            type_: "ResourceVersionTooLarge".into(),
            message: "Too large resource version".into(),
            ..Default::default()
        });
    status
}

fn page(
    cx: &Context,
    resource: &Resource,
    filter: &Filter,
    limit: i64,
    storage: &Storage,
    after: Option<Key>,
) -> ObjectList {
    let table = storage.table(resource.table);
    let limit = usize::try_from(limit)
        .ok()
        .filter(|limit| *limit > 0)
        .unwrap_or(usize::MAX);
    let mut items = Vec::new();
    let mut matching = table
        .iter(filter.namespace(), after.as_ref())
        .filter(|(_, object)| filter.matches(resource, &**object));
    let mut last = None;
    while items.len() < limit {
        let Some((key, object)) = matching.next() else {
            break;
        };
        items.push(object);
        last = Some(key);
    }
    let (mut continue_token, mut remaining) = (Str::new(), None);
    if let Some(last) = last.filter(|_| items.len() == limit)
        && matching.next().is_some()
    {
        cx.server.snapshots().borrow_mut().keep(storage);
        let token = Token {
            revision: Some(storage.revision()),
            after: last.clone(),
        };
        continue_token = continue_token::encode(&token);
        if filter.labels.is_empty() && filter.fields.is_empty() {
            remaining = i64::try_from(1 + matching.count()).ok();
        }
    }
    ObjectList {
        items,
        revision: storage.revision(),
        continue_token,
        remaining,
    }
}
