//! What makes one kind different from another. Kubernetes' room for this is `pkg/registry/<group>/<kind>/strategy.go`.
//!
//! A kind is a [`Strategy`]: a stateless unit struct in its own folder, listed once in [`super::kinds`]. The verbs
//! ([`super::create`], [`super::update`], [`super::delete`], …) are written once against the type-erased [`AnyStrategy`],
//! which every strategy gets for free.

use std::borrow::Cow;

use apimachinery::meta::v1::DeleteOptions;
use apimachinery::{Kind, Object, Str};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::storage::Packing;
use crate::validation::content::{NameRule, name_is_dns_subdomain};
use crate::validation::field::Errors;

/// What clients may do with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbs {
    /// Everything.
    All,
    /// Everything but deleting many at once.
    OneByOne,
    /// Look, but not watch, nor touch.
    ReadOnly,
    /// Only POST; nothing is kept.
    CreateOnly,
}

/// What the `scale` subresource tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replicas {
    /// How many there should be.
    pub desired: i32,
    /// How many there are.
    pub actual: i32,
    /// Which pods they are, as a selector in text form.
    pub selector: Str,
}

/// The behaviour of one kind. Every method has the default that most kinds want.
pub trait Strategy: 'static {
    /// The kind, as stored.
    type Kind: Kind;

    /// What names may look like.
    fn name_rule(&self) -> NameRule {
        name_is_dns_subdomain
    }

    /// What every answer warns about when the kind is on its way out.
    fn deprecation(&self) -> Option<&'static str> {
        None
    }

    /// Which verbs clients may use.
    fn verbs(&self) -> Verbs {
        Verbs::All
    }

    /// Called before clients use the resource: makes the objects of it that every cluster has, when it is not worth while
    /// to make them at the start.
    fn before_use(&self, _cx: &Context) {}

    /// Why no such object can be made, for kinds whose work nobody does here.
    fn unsimulated(&self) -> Option<&'static str> {
        None
    }

    /// Whether finalizers must have a domain or be standard ones (all built-in kinds but a few newer groups).
    fn qualified_finalizers(&self) -> bool {
        true
    }

    /// Fills in what the user left out. Must give the same when done again.
    fn default(&self, _object: &mut Self::Kind) {}

    /// Lets go of the parts that equal those of the object before, so that both versions share them.
    fn share(&self, _new: &mut Self::Kind, _old: &Self::Kind) {}

    /// Resets what a user may not set on a new object (its status, say).
    fn prepare_for_create(&self, _cx: &Context, _object: &mut Self::Kind) {}

    /// Checks a new object; its metadata has been checked already.
    fn validate(&self, _cx: &Context, _object: &Self::Kind, _errors: &mut Errors) {}

    /// What to warn about when an object is made.
    fn warnings_on_create(&self, _cx: &Context, _object: &Self::Kind, _warnings: &mut Vec<String>) {
    }

    /// Makes the stored form of a valid object unique.
    fn canonicalize(&self, _object: &mut Self::Kind) {}

    /// Takes what must be unique in the cluster (addresses, ports) right before the object is stored.
    ///
    /// # Errors
    /// When there is none left or it is taken.
    fn begin_create(&self, _cx: &Context, _object: &mut Self::Kind) -> Result<(), Errors> {
        Ok(())
    }

    /// As [`Self::begin_create`], for an update.
    ///
    /// # Errors
    /// When there is none left or it is taken.
    fn begin_update(
        &self,
        _cx: &Context,
        _new: &mut Self::Kind,
        _old: &Self::Kind,
    ) -> Result<(), Errors> {
        Ok(())
    }

    /// Whether an update of what does not exist makes it.
    fn allow_create_on_update(&self) -> bool {
        false
    }

    /// Whether an update may leave out the resourceVersion.
    fn allow_unconditional_update(&self) -> bool {
        true
    }

    /// Puts back what this verb may not change (the status, say) and counts the generation.
    fn prepare_for_update(&self, _cx: &Context, _new: &mut Self::Kind, _old: &Self::Kind) {}

    /// Checks an update; the metadata has been checked already.
    fn validate_update(
        &self,
        _cx: &Context,
        _new: &Self::Kind,
        _old: &Self::Kind,
        _errors: &mut Errors,
    ) {
    }

    /// What to warn about when an object is changed.
    fn warnings_on_update(
        &self,
        _cx: &Context,
        _new: &Self::Kind,
        _old: &Self::Kind,
        _warnings: &mut Vec<String>,
    ) {
    }

    /// Whether there is a `status` subresource.
    fn has_status(&self) -> bool {
        false
    }

    /// As [`Self::prepare_for_update`], for the `status` subresource: puts back the spec.
    fn prepare_for_status_update(&self, _cx: &Context, _new: &mut Self::Kind, _old: &Self::Kind) {}

    /// As [`Self::validate_update`], for the `status` subresource.
    fn validate_status_update(
        &self,
        _cx: &Context,
        _new: &Self::Kind,
        _old: &Self::Kind,
        _errors: &mut Errors,
    ) {
    }

    /// How many there are and should be, for kinds with a `scale` subresource.
    fn replicas(&self, _object: &Self::Kind) -> Option<Replicas> {
        None
    }

    /// Sets how many there should be.
    fn set_replicas(&self, _object: &mut Self::Kind, _replicas: i32) {}

    /// Whether there is a `scale` subresource.
    fn has_scale(&self) -> bool {
        false
    }

    /// The other subresources that take the whole object (`finalize`, `ephemeralcontainers`, `resize`).
    fn subresources(&self) -> &'static [&'static str] {
        &[]
    }

    /// As [`Self::prepare_for_update`], for one of [`Self::subresources`].
    fn prepare_for_subresource_update(
        &self,
        _cx: &Context,
        _sub: &str,
        _new: &mut Self::Kind,
        _old: &Self::Kind,
    ) {
    }

    /// As [`Self::validate_update`], for one of [`Self::subresources`].
    fn validate_subresource_update(
        &self,
        _cx: &Context,
        _sub: &str,
        _new: &Self::Kind,
        _old: &Self::Kind,
        _errors: &mut Errors,
    ) {
    }

    /// Whether deleting may take time (pods; then somebody has to end it).
    fn deletes_gracefully(&self) -> bool {
        false
    }

    /// Sets `options.grace_period_seconds` to how long this deletion will take; `false` when it takes no time.
    fn check_graceful_delete(&self, _object: &Self::Kind, _options: &mut DeleteOptions) -> bool {
        false
    }

    /// Notes in the object that its deletion has begun.
    fn begin_delete(&self, _cx: &Context, _object: &mut Self::Kind) {}

    /// Whether something besides `metadata.finalizers` keeps the object (a namespace's `spec.finalizers`).
    fn holds_on(&self, _object: &Self::Kind) -> bool {
        false
    }

    /// After how many seconds without a write objects go away by themselves.
    fn lifetime_seconds(&self) -> Option<u64> {
        None
    }

    /// How objects become bytes in the store, if they do.
    fn packing(&self) -> Option<&'static dyn Packing> {
        None
    }

    /// Whether dependents are orphaned when nobody says otherwise (old versions of workloads).
    fn orphans_by_default(&self) -> bool {
        false
    }

    /// Whether DELETE answers with the object instead of a `Status`.
    fn returns_deleted_object(&self) -> bool {
        false
    }

    /// The field labels that selectors may name, besides `metadata.name` and `metadata.namespace`.
    fn selectable_fields(&self) -> &'static [&'static str] {
        &[]
    }

    /// The value of a field label, one of [`Self::selectable_fields`].
    fn field_value(&self, _object: &Self::Kind, _label: &str) -> Str {
        Str::new()
    }

    /// The columns of its tables.
    fn columns(&self) -> Cow<'static, [Column]> {
        crate::printers::NAME_AND_AGE.into()
    }

    /// The cells of a row, one for each column; wide ones may be left out unless asked for.
    fn row(&self, object: &Self::Kind, options: &PrintOptions) -> Cells {
        crate::printers::name_and_age(object.meta(), options)
    }
}

/// [`Strategy`] without the type: what the verbs see.
#[expect(
    missing_docs,
    reason = "each method is the method of the same name of `Strategy`"
)]
pub trait AnyStrategy {
    fn name_rule(&self) -> NameRule;
    fn deprecation(&self) -> Option<&'static str>;
    fn verbs(&self) -> Verbs;
    fn before_use(&self, cx: &Context);
    fn unsimulated(&self) -> Option<&'static str>;
    fn qualified_finalizers(&self) -> bool;
    fn default(&self, object: &mut dyn Object);
    fn share(&self, new: &mut dyn Object, old: &dyn Object);
    fn prepare_for_create(&self, cx: &Context, object: &mut dyn Object);
    fn validate(&self, cx: &Context, object: &dyn Object, errors: &mut Errors);
    fn warnings_on_create(&self, cx: &Context, object: &dyn Object, warnings: &mut Vec<String>);
    fn canonicalize(&self, object: &mut dyn Object);
    fn begin_create(&self, cx: &Context, object: &mut dyn Object) -> Result<(), Errors>;
    fn begin_update(
        &self,
        cx: &Context,
        new: &mut dyn Object,
        old: &dyn Object,
    ) -> Result<(), Errors>;
    fn allow_create_on_update(&self) -> bool;
    fn allow_unconditional_update(&self) -> bool;
    fn prepare_for_update(&self, cx: &Context, new: &mut dyn Object, old: &dyn Object);
    fn validate_update(
        &self,
        cx: &Context,
        new: &dyn Object,
        old: &dyn Object,
        errors: &mut Errors,
    );
    fn warnings_on_update(
        &self,
        cx: &Context,
        new: &dyn Object,
        old: &dyn Object,
        warnings: &mut Vec<String>,
    );
    fn has_status(&self) -> bool;
    fn prepare_for_status_update(&self, cx: &Context, new: &mut dyn Object, old: &dyn Object);
    fn validate_status_update(
        &self,
        cx: &Context,
        new: &dyn Object,
        old: &dyn Object,
        errors: &mut Errors,
    );
    fn replicas(&self, object: &dyn Object) -> Option<Replicas>;
    fn set_replicas(&self, object: &mut dyn Object, replicas: i32);
    fn has_scale(&self) -> bool;
    fn subresources(&self) -> &'static [&'static str];
    fn prepare_for_subresource_update(
        &self,
        cx: &Context,
        sub: &str,
        new: &mut dyn Object,
        old: &dyn Object,
    );
    fn validate_subresource_update(
        &self,
        cx: &Context,
        sub: &str,
        new: &dyn Object,
        old: &dyn Object,
        errors: &mut Errors,
    );
    fn deletes_gracefully(&self) -> bool;
    fn check_graceful_delete(&self, object: &dyn Object, options: &mut DeleteOptions) -> bool;
    fn begin_delete(&self, cx: &Context, object: &mut dyn Object);
    fn holds_on(&self, object: &dyn Object) -> bool;
    /// Whether the kind itself is being taken away.
    fn is_ending(&self) -> bool {
        false
    }
    fn lifetime_seconds(&self) -> Option<u64>;
    fn packing(&self) -> Option<&'static dyn Packing>;
    fn orphans_by_default(&self) -> bool;
    fn returns_deleted_object(&self) -> bool;
    /// Whether selectors may name a field, besides `metadata.name` and `metadata.namespace`.
    fn selects_by(&self, label: &str) -> bool;
    /// Whether nobody has said anything about fields to select by: then the error names the two that there always are.
    fn selects_by_metadata_only(&self) -> bool;
    fn field_value(&self, object: &dyn Object, label: &str) -> Str;
    fn columns(&self) -> Cow<'static, [Column]>;
    fn row(&self, object: &dyn Object, options: &PrintOptions) -> Cells;
}

/// The object as its own type. A table holds one type only, so this never fails.
fn of<K: Kind>(object: &dyn Object) -> &K {
    object
        .downcast_ref()
        .expect("a table holds objects of one type")
}

fn of_mut<K: Kind>(object: &mut dyn Object) -> &mut K {
    object
        .downcast_mut()
        .expect("a table holds objects of one type")
}

impl<S: Strategy> AnyStrategy for S {
    fn name_rule(&self) -> NameRule {
        Strategy::name_rule(self)
    }
    fn deprecation(&self) -> Option<&'static str> {
        Strategy::deprecation(self)
    }
    fn verbs(&self) -> Verbs {
        Strategy::verbs(self)
    }
    fn before_use(&self, cx: &Context) {
        Strategy::before_use(self, cx);
    }
    fn unsimulated(&self) -> Option<&'static str> {
        Strategy::unsimulated(self)
    }
    fn qualified_finalizers(&self) -> bool {
        Strategy::qualified_finalizers(self)
    }
    fn default(&self, object: &mut dyn Object) {
        Strategy::default(self, of_mut(object));
    }
    fn share(&self, new: &mut dyn Object, old: &dyn Object) {
        Strategy::share(self, of_mut(new), of(old));
    }
    fn prepare_for_create(&self, cx: &Context, object: &mut dyn Object) {
        Strategy::prepare_for_create(self, cx, of_mut(object));
    }
    fn validate(&self, cx: &Context, object: &dyn Object, errors: &mut Errors) {
        Strategy::validate(self, cx, of(object), errors);
    }
    fn warnings_on_create(&self, cx: &Context, object: &dyn Object, warnings: &mut Vec<String>) {
        Strategy::warnings_on_create(self, cx, of(object), warnings);
    }
    fn canonicalize(&self, object: &mut dyn Object) {
        Strategy::canonicalize(self, of_mut(object));
    }
    fn begin_create(&self, cx: &Context, object: &mut dyn Object) -> Result<(), Errors> {
        Strategy::begin_create(self, cx, of_mut(object))
    }
    fn begin_update(
        &self,
        cx: &Context,
        new: &mut dyn Object,
        old: &dyn Object,
    ) -> Result<(), Errors> {
        Strategy::begin_update(self, cx, of_mut(new), of(old))
    }
    fn allow_create_on_update(&self) -> bool {
        Strategy::allow_create_on_update(self)
    }
    fn allow_unconditional_update(&self) -> bool {
        Strategy::allow_unconditional_update(self)
    }
    fn prepare_for_update(&self, cx: &Context, new: &mut dyn Object, old: &dyn Object) {
        Strategy::prepare_for_update(self, cx, of_mut(new), of(old));
    }
    fn validate_update(
        &self,
        cx: &Context,
        new: &dyn Object,
        old: &dyn Object,
        errors: &mut Errors,
    ) {
        Strategy::validate_update(self, cx, of(new), of(old), errors);
    }
    fn warnings_on_update(
        &self,
        cx: &Context,
        new: &dyn Object,
        old: &dyn Object,
        warnings: &mut Vec<String>,
    ) {
        Strategy::warnings_on_update(self, cx, of(new), of(old), warnings);
    }
    fn has_status(&self) -> bool {
        Strategy::has_status(self)
    }
    fn prepare_for_status_update(&self, cx: &Context, new: &mut dyn Object, old: &dyn Object) {
        Strategy::prepare_for_status_update(self, cx, of_mut(new), of(old));
    }
    fn validate_status_update(
        &self,
        cx: &Context,
        new: &dyn Object,
        old: &dyn Object,
        errors: &mut Errors,
    ) {
        Strategy::validate_status_update(self, cx, of(new), of(old), errors);
    }
    fn replicas(&self, object: &dyn Object) -> Option<Replicas> {
        Strategy::replicas(self, of(object))
    }
    fn set_replicas(&self, object: &mut dyn Object, replicas: i32) {
        Strategy::set_replicas(self, of_mut(object), replicas);
    }
    fn has_scale(&self) -> bool {
        Strategy::has_scale(self)
    }
    fn subresources(&self) -> &'static [&'static str] {
        Strategy::subresources(self)
    }
    fn prepare_for_subresource_update(
        &self,
        cx: &Context,
        sub: &str,
        new: &mut dyn Object,
        old: &dyn Object,
    ) {
        Strategy::prepare_for_subresource_update(self, cx, sub, of_mut(new), of(old));
    }
    fn validate_subresource_update(
        &self,
        cx: &Context,
        sub: &str,
        new: &dyn Object,
        old: &dyn Object,
        errors: &mut Errors,
    ) {
        Strategy::validate_subresource_update(self, cx, sub, of(new), of(old), errors);
    }
    fn deletes_gracefully(&self) -> bool {
        Strategy::deletes_gracefully(self)
    }
    fn check_graceful_delete(&self, object: &dyn Object, options: &mut DeleteOptions) -> bool {
        Strategy::check_graceful_delete(self, of(object), options)
    }
    fn begin_delete(&self, cx: &Context, object: &mut dyn Object) {
        Strategy::begin_delete(self, cx, of_mut(object));
    }
    fn holds_on(&self, object: &dyn Object) -> bool {
        Strategy::holds_on(self, of(object))
    }
    fn lifetime_seconds(&self) -> Option<u64> {
        Strategy::lifetime_seconds(self)
    }
    fn packing(&self) -> Option<&'static dyn Packing> {
        Strategy::packing(self)
    }
    fn orphans_by_default(&self) -> bool {
        Strategy::orphans_by_default(self)
    }
    fn returns_deleted_object(&self) -> bool {
        Strategy::returns_deleted_object(self)
    }
    fn selects_by(&self, label: &str) -> bool {
        Strategy::selectable_fields(self).contains(&label)
    }
    fn selects_by_metadata_only(&self) -> bool {
        Strategy::selectable_fields(self).is_empty()
    }
    fn field_value(&self, object: &dyn Object, label: &str) -> Str {
        Strategy::field_value(self, of(object), label)
    }
    fn columns(&self) -> Cow<'static, [Column]> {
        Strategy::columns(self)
    }
    fn row(&self, object: &dyn Object, options: &PrintOptions) -> Cells {
        Strategy::row(self, of(object), options)
    }
}
