//! PUT and what PATCH ends in: the next version of an object. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/registry/rest/update.go` and `Store.Update` of the generic registry.

use apimachinery::{Object, Status, Str};

use super::{Resource, create, delete, managed};
use crate::admission::{self, Attributes, Operation};
use crate::context::Context;
use crate::registry::meta;
use crate::server::Write;
use crate::storage::{Expect, Key, Obj, Revision};
use crate::validation::field::{Errors, Path};
use crate::validation::meta as rules;

/// Which object, and through which door.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// Empty for cluster-scoped resources.
    pub namespace: &'a str,
    /// The name in the URL.
    pub name: &'a str,
    /// `status` and the like; empty for the object itself.
    pub subresource: &'a str,
}

/// What an update did.
pub struct Updated {
    /// The object as it is now.
    pub object: Obj,
    /// Whether it did not exist before.
    pub created: bool,
}

/// How the next version comes about; told the present one, if there is any.
pub type Next<'a> = dyn FnMut(Option<&Obj>) -> Result<Box<dyn Object>, Status> + 'a;

/// What kind of change this is.
#[derive(Clone, Copy, Default)]
pub struct How {
    /// Make the object if there is none (server-side apply).
    pub create: bool,
    /// `patch` in traces.
    pub patch: bool,
    /// The next version comes with its managed fields (server-side apply).
    pub applied: bool,
}

/// Puts the next version of an object in place of the present one.
///
/// # Errors
/// Whatever is wrong with it, in upstream's words.
pub fn update(
    cx: &Context,
    target: Target<'_>,
    how: How,
    next: &mut Next<'_>,
) -> Result<Updated, Status> {
    let Target {
        resource,
        namespace,
        name,
        subresource,
    } = target;
    let key = Key::new(namespace, name);
    let existing = cx
        .server
        .storage()
        .table(resource.table)
        .get_with_revision(&key);
    let Some((old, revision)) = existing else {
        let may_create =
            subresource.is_empty() && (how.create || resource.strategy.allow_create_on_update());
        if !may_create {
            return Err(Status::not_found(&resource.names.group_resource(), name));
        }
        return create_instead(cx, target, how, next);
    };
    let mut object = next(Some(&old))?;
    check_uid_precondition(resource, name, &*object, &old)?;
    resource.strategy.default(&mut *object);
    meta::dedup_owner_references(cx, object.meta_mut());
    if !how.applied {
        managed::note_update(cx, resource, subresource, Some(&*old), &mut *object);
    }
    let attributes = Attributes {
        cx,
        resource,
        operation: Operation::Update,
        namespace,
        name,
        subresource,
        old: Some(&*old),
    };
    admission::admit(&attributes, &mut *object)?;
    meta::dedup_owner_references(cx, object.meta_mut());
    check_revision(resource, name, &mut *object, &old, revision)?;
    before_update(cx, target, &mut *object, &*old)?;
    admission::validate(&attributes, Some(&*object))?;
    store(cx, target, how, object, &old, revision)
}

fn store(
    cx: &Context,
    target: Target<'_>,
    how: How,
    mut object: Box<dyn Object>,
    old: &Obj,
    revision: Revision,
) -> Result<Updated, Status> {
    let Target {
        resource,
        subresource,
        ..
    } = target;
    if delete::should_delete_during_update(resource, &*object, old.meta()) {
        delete::remove(cx, resource, old, revision)?;
        return Ok(Updated {
            object: object.into(),
            created: false,
        });
    }
    resource.strategy.share(&mut *object, &**old);
    object.meta_mut().resource_version = old.meta().resource_version.clone();
    if let Some(entries) = managed::keep_times(&mut *object, &**old) {
        if meta::same(&*object, &**old) {
            // Nothing changed, so nothing is written and nobody is told.
            return Ok(Updated {
                object: old.clone(),
                created: false,
            });
        }
        object.meta_mut().managed_fields = entries;
    }
    let key = Key::new(old.meta().namespace.clone(), old.meta().name.clone());
    let verb = if how.patch { "patch" } else { "update" };
    let object = cx
        .server
        .put(
            cx,
            resource,
            &key,
            object,
            Expect::At(revision),
            Write { verb, subresource },
        )
        .map_err(|_| Status::stale(&resource.names.group_resource(), &key.name))?;
    Ok(Updated {
        object,
        created: false,
    })
}

fn create_instead(
    cx: &Context,
    target: Target<'_>,
    how: How,
    next: &mut Next<'_>,
) -> Result<Updated, Status> {
    let Target {
        resource,
        namespace,
        name,
        ..
    } = target;
    let mut object = next(None)?;
    if !object.meta().resource_version.is_empty() && object.meta().resource_version != "0" {
        return Err(Status::stale(&resource.names.group_resource(), name));
    }
    if !object.meta().uid.is_empty() {
        let wanted = &object.meta().uid;
        return Err(another_uid(resource, namespace, name, wanted, ""));
    }
    resource.strategy.default(&mut *object);
    if !how.applied {
        managed::note_update(cx, resource, "", None, &mut *object);
    }
    let attributes = Attributes {
        cx,
        resource,
        operation: Operation::Create,
        namespace,
        name,
        subresource: "",
        old: None,
    };
    admission::admit(&attributes, &mut *object)?;
    meta::wipe_system_fields(object.meta_mut());
    object.meta_mut().resource_version = "".into();
    object.meta_mut().creation_timestamp = cx.now();
    object.meta_mut().uid = cx.server.new_uid();
    create::prepare(cx, resource, namespace, &mut *object)?;
    admission::validate(&attributes, Some(&*object))?;
    let key = Key::new(object.meta().namespace.clone(), object.meta().name.clone());
    let verb = if how.patch { "patch" } else { "create" };
    let object = cx
        .server
        .put(
            cx,
            resource,
            &key,
            object,
            Expect::Absent,
            Write::plain(verb),
        )
        .map_err(|_| Status::already_exists(&resource.names.group_resource(), name))?;
    Ok(Updated {
        object,
        created: true,
    })
}

/// A UID in the object means: this very one, not another of the same name.
fn check_uid_precondition(
    resource: &Resource,
    name: &str,
    object: &dyn Object,
    old: &Obj,
) -> Result<(), Status> {
    let (wanted, found): (&Str, &Str) = (&object.meta().uid, &old.meta().uid);
    if wanted.is_empty() || wanted == found {
        return Ok(());
    }
    let namespace = &old.meta().namespace;
    Err(another_uid(resource, namespace, name, wanted, found))
}

/// The conflict of an object that is not the one that was meant, as upstream's store puts it.
pub(super) fn another_uid(
    resource: &Resource,
    namespace: &str,
    name: &str,
    wanted: &str,
    found: &str,
) -> Status {
    let key = storage_key(resource, namespace, name);
    let message = format!(
        "StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: \
         Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"
    );
    Status::conflict(&resource.names.group_resource(), name, &message)
}

/// Where upstream keeps an object in etcd.
fn storage_key(resource: &Resource, namespace: &str, name: &str) -> String {
    let names = &resource.names;
    let plural = match (&*names.group, &*names.plural) {
        ("", "nodes") => "minions".to_owned(),
        ("", "services") => "services/specs".to_owned(),
        ("", "endpoints") => "services/endpoints".to_owned(),
        ("networking.k8s.io", "ingresses") => "ingress".to_owned(),
        (group @ ("apiextensions.k8s.io" | "apiregistration.k8s.io"), plural) => {
            format!("{group}/{plural}")
        }
        (group, plural) if group.contains('.') && !group.ends_with(".k8s.io") => {
            format!("{group}/{plural}")
        }
        (_, plural) => plural.to_owned(),
    };
    if namespace.is_empty() {
        format!("/registry/{plural}/{name}")
    } else {
        format!("/registry/{plural}/{namespace}/{name}")
    }
}

/// Compare-and-swap: the new version names the version that it was made from, or none at all.
fn check_revision(
    resource: &Resource,
    name: &str,
    object: &mut dyn Object,
    old: &Obj,
    revision: Revision,
) -> Result<(), Status> {
    let given = object.meta().resource_version.clone();
    let parsed = match given.as_str() {
        "" | "0" => None,
        text => Some(Revision::parse(text).ok_or_else(|| {
            Status::internal_error(&format!(
                "strconv.ParseUint: parsing {text:?}: invalid syntax"
            ))
        })?),
    };
    match parsed {
        None if resource.strategy.allow_unconditional_update() => {
            object.meta_mut().resource_version = old.meta().resource_version.clone();
            Ok(())
        }
        None => {
            let mut errors = Errors::new();
            let path = Path::new("metadata.resourceVersion");
            errors.invalid(
                &path,
                crate::validation::field::Verbatim("0".into()),
                "must be specified for an update",
            );
            let mut kind = resource.names.group_kind();
            kind.kind = resource.names.plural.clone();
            Err(Status::invalid(&kind, name, &errors.into_list()))
        }
        Some(parsed) if parsed == revision => Ok(()),
        Some(_) => Err(Status::stale(&resource.names.group_resource(), name)),
    }
}

/// Puts back what no update may change, and validates.
fn before_update(
    cx: &Context,
    target: Target<'_>,
    object: &mut dyn Object,
    old: &dyn Object,
) -> Result<(), Status> {
    let Target {
        resource,
        namespace,
        subresource,
        ..
    } = target;
    let strategy = &resource.strategy;
    let invalid = |name: &str, errors: Errors| {
        Status::invalid(&resource.names.group_kind(), name, &errors.into_list())
    };
    // To scale is to update one field.
    let subresource = if subresource == "scale" {
        ""
    } else {
        subresource
    };
    if subresource.is_empty() {
        strategy
            .begin_update(cx, object, old)
            .map_err(|errors| invalid(&old.meta().name, errors))?;
    }
    meta::ensure_namespace(
        create::expected_namespace(resource, namespace),
        object.meta_mut(),
    )?;
    object.meta_mut().generation = old.meta().generation;
    match subresource {
        "" => strategy.prepare_for_update(cx, object, old),
        "status" => strategy.prepare_for_status_update(cx, object, old),
        other => strategy.prepare_for_subresource_update(cx, other, object, old),
    }
    {
        let (new, old) = (object.meta_mut(), old.meta());
        if new.uid.is_empty() {
            new.uid = old.uid.clone();
        }
        if !old.creation_timestamp.is_zero() {
            new.creation_timestamp = old.creation_timestamp;
        }
        if old.deletion_timestamp.is_some() {
            new.deletion_timestamp = old.deletion_timestamp;
        }
        if old.deletion_grace_period_seconds.is_some()
            && new.deletion_grace_period_seconds.is_none()
        {
            new.deletion_grace_period_seconds = old.deletion_grace_period_seconds;
        }
    }
    let mut errors = Errors::new();
    let path = Path::new("metadata");
    rules::validate_object_meta(
        object.meta(),
        Some(old.meta()),
        resource.names.namespaced,
        strategy.name_rule(),
        &path,
        &mut errors,
    );
    rules::validate_object_meta_update(object.meta(), old.meta(), &path, &mut errors);
    if strategy.qualified_finalizers() {
        rules::validate_finalizers_qualified(
            &object.meta().finalizers,
            &path.child("finalizers"),
            &mut errors,
        );
    }
    match subresource {
        "" => strategy.validate_update(cx, object, old, &mut errors),
        "status" => strategy.validate_status_update(cx, object, old, &mut errors),
        other => strategy.validate_subresource_update(cx, other, object, old, &mut errors),
    }
    if !errors.is_empty() {
        return Err(invalid(&object.meta().name, errors));
    }
    let mut warnings = Vec::new();
    if subresource.is_empty() {
        strategy.warnings_on_update(cx, object, old, &mut warnings);
    }
    warnings.into_iter().for_each(|warning| cx.warn(warning));
    strategy.canonicalize(object);
    Ok(())
}
