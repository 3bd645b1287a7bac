//! POST: a new object. Kubernetes' room for this is `k8s.io/apiserver/pkg/registry/rest/create.go`.

use apimachinery::{Object, Status, Str};

use super::{Resource, managed};
use crate::admission::{self, Attributes, Operation};
use crate::context::Context;
use crate::registry::meta;
use crate::server::Write;
use crate::storage::{Expect, Key, Obj};
use crate::validation::field::{Errors, Path};
use crate::validation::meta as rules;

/// How often a generated name is tried before giving up.
const NAME_ATTEMPTS: usize = 8;
/// Generated names are cut so that the suffix fits into a DNS label.
const GENERATED_PREFIX_MAX: usize = 58;
const SUFFIX: usize = 5;

/// Makes an object in `namespace` (empty for cluster-scoped resources).
///
/// # Errors
/// Whatever is wrong with it, in upstream's words.
pub fn create(
    cx: &Context,
    resource: &Resource,
    namespace: &str,
    mut object: Box<dyn Object>,
) -> Result<Obj, Status> {
    if let Some(why) = resource.strategy.unsimulated() {
        let what = resource.names.group_resource();
        return Err(Status::failure(
            501,
            "NotImplemented",
            format!("{what} cannot be made: {why}"),
        ));
    }
    meta::wipe_system_fields(object.meta_mut());
    // A namespace is admitted into itself.
    let admitted_into: Str = match &*resource.names.plural {
        "namespaces" if resource.names.group.is_empty() => object.meta().name.clone(),
        _ => namespace.into(),
    };
    meta::ensure_namespace(expected_namespace(resource, namespace), object.meta_mut())?;
    resource.strategy.default(&mut *object);
    meta::dedup_owner_references(cx, object.meta_mut());
    managed::note_update(cx, resource, "", None, &mut *object);
    let name = object.meta().name.clone();
    let attributes = Attributes {
        cx,
        resource,
        operation: Operation::Create,
        namespace: &admitted_into,
        name: &name,
        subresource: "",
        old: None,
    };
    admission::admit(&attributes, &mut *object)?;
    meta::dedup_owner_references(cx, object.meta_mut());

    let generated = object.meta().name.is_empty() && !object.meta().generate_name.is_empty();
    let attempts = if generated { NAME_ATTEMPTS } else { 1 };
    let mut attempt = 0;
    loop {
        attempt += 1;
        let candidate = if attempt < attempts {
            object.clone_box()
        } else {
            std::mem::replace(&mut object, (resource.new)())
        };
        match create_named(cx, resource, namespace, candidate, &attributes) {
            Err(status) if generated && attempt < attempts && status.is_already_exists() => {}
            other => return other,
        }
    }
}

/// The namespace that objects must have, given that of the request.
pub(super) fn expected_namespace<'a>(resource: &Resource, namespace: &'a str) -> &'a str {
    if resource.names.namespaced {
        namespace
    } else {
        ""
    }
}

fn create_named(
    cx: &Context,
    resource: &Resource,
    namespace: &str,
    mut object: Box<dyn Object>,
    attributes: &Attributes<'_>,
) -> Result<Obj, Status> {
    let generated = {
        let meta = object.meta_mut();
        meta.creation_timestamp = cx.now();
        meta.uid = cx.server.new_uid();
        let generate = meta.name.is_empty() && !meta.generate_name.is_empty();
        if generate {
            let mut prefix = meta.generate_name.as_str();
            if prefix.len() > GENERATED_PREFIX_MAX {
                let mut cut = GENERATED_PREFIX_MAX;
                while !prefix.is_char_boundary(cut) {
                    cut -= 1;
                }
                prefix = &prefix[..cut];
            }
            meta.name = format!("{prefix}{}", cx.server.name_suffix(SUFFIX)).into();
        }
        generate
    };
    prepare(cx, resource, namespace, &mut *object)?;
    let name = object.meta().name.clone();
    admission::validate(
        &Attributes {
            name: &name,
            ..*attributes
        },
        Some(&*object),
    )?;
    let given = &object.meta().resource_version;
    if !cx.dry_run && !given.is_empty() && given != "0" {
        // An error of the store, which upstream passes on as it is.
        let text = "resourceVersion should not be set on objects to be created";
        return Err(Status::failure(500, "", text));
    }
    let key = Key::new(object.meta().namespace.clone(), name.clone());
    match cx.server.put(
        cx,
        resource,
        &key,
        object,
        Expect::Absent,
        Write::plain("create"),
    ) {
        Ok(object) => Ok(object),
        Err(_) if generated => Err(Status::generate_name_conflict(
            &resource.names.group_resource(),
            &name,
            1,
        )),
        Err(_) => {
            let mut status = Status::already_exists(&resource.names.group_resource(), &name);
            let existing = cx.server.storage().table(resource.table).get(&key);
            if existing.is_some_and(|existing| existing.meta().deletion_timestamp.is_some()) {
                status.message = format!("object is being deleted: {}", status.message).into();
            }
            Err(status)
        }
    }
}

/// What upstream calls `BeginCreate` and `BeforeCreate`: allocations, resets and validation.
pub(super) fn prepare(
    cx: &Context,
    resource: &Resource,
    namespace: &str,
    object: &mut dyn Object,
) -> Result<(), Status> {
    let strategy = &resource.strategy;
    let invalid = |name: &str, errors: Errors| {
        Status::invalid(&resource.names.group_kind(), name, &errors.into_list())
    };
    strategy
        .begin_create(cx, object)
        .map_err(|errors| invalid(&object.meta().name, errors))?;
    meta::ensure_namespace(expected_namespace(resource, namespace), object.meta_mut())?;
    strategy.prepare_for_create(cx, object);

    let mut errors = Errors::new();
    let path = Path::new("metadata");
    rules::validate_object_meta(
        object.meta(),
        None,
        resource.names.namespaced,
        strategy.name_rule(),
        &path,
        &mut errors,
    );
    if strategy.qualified_finalizers() {
        rules::validate_finalizers_qualified(
            &object.meta().finalizers,
            &path.child("finalizers"),
            &mut errors,
        );
    }
    strategy.validate(cx, object, &mut errors);
    if !errors.is_empty() {
        return Err(invalid(&object.meta().name, errors));
    }
    let mut warnings = Vec::new();
    strategy.warnings_on_create(cx, object, &mut warnings);
    warnings.into_iter().for_each(|warning| cx.warn(warning));
    strategy.canonicalize(object);
    Ok(())
}
