//! A served resource: its names, its table in storage and its strategy.

use std::rc::Rc;

use apimachinery::codec::{self, DecodeError, StrictError};
use apimachinery::reflect::StructSchema;
use apimachinery::{
    GroupKind, GroupResource, GroupVersionKind, GroupVersionResource, Kind, Object, Str, Value,
};

use super::strategy::{AnyStrategy, Strategy};
use crate::storage::TableId;

/// The names of a resource, as discovery tells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The API group; empty for core.
    pub group: Str,
    /// The version.
    pub version: Str,
    /// Such as `Pod`.
    pub kind: Str,
    /// Such as `pods`.
    pub plural: Str,
    /// Such as `pod`.
    pub singular: Str,
    /// Such as `po`.
    pub short: Vec<Str>,
    /// Such as `all`.
    pub categories: Vec<Str>,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
}

impl Names {
    /// The names of a kind that is known at compile time.
    pub fn of<K: Kind>() -> Self {
        let (group, version) = K::API_VERSION
            .split_once('/')
            .unwrap_or(("", K::API_VERSION));
        Self {
            group: group.into(),
            version: version.into(),
            kind: K::KIND.into(),
            plural: K::PLURAL.into(),
            singular: K::SINGULAR.into(),
            short: K::SHORT_NAMES.iter().map(|name| (*name).into()).collect(),
            categories: K::CATEGORIES.iter().map(|name| (*name).into()).collect(),
            namespaced: K::NAMESPACED,
        }
    }

    /// Group, version and kind.
    pub fn gvk(&self) -> GroupVersionKind {
        GroupVersionKind::new(self.group.clone(), self.version.clone(), self.kind.clone())
    }

    /// Group, version and resource.
    pub fn gvr(&self) -> GroupVersionResource {
        GroupVersionResource::new(
            self.group.clone(),
            self.version.clone(),
            self.plural.clone(),
        )
    }

    /// Group and kind.
    pub fn group_kind(&self) -> GroupKind {
        GroupKind::new(self.group.clone(), self.kind.clone())
    }

    /// Group and resource.
    pub fn group_resource(&self) -> GroupResource {
        GroupResource::new(self.group.clone(), self.plural.clone())
    }
}

/// A resource and how it behaves.
pub struct Resource {
    /// Its names in the version it is stored in.
    pub names: Names,
    /// Where its objects are.
    pub table: TableId,
    /// What makes it different.
    pub strategy: Box<dyn AnyStrategy>,
    /// An object of its type with nothing in it.
    pub new: Box<dyn Fn() -> Box<dyn Object>>,
}

impl Resource {
    /// The resource of a strategy.
    pub fn new<S: Strategy>(strategy: S, table: TableId) -> Self {
        Self {
            names: Names::of::<S::Kind>(),
            table,
            strategy: Box::new(strategy),
            new: Box::new(|| Box::new(S::Kind::default())),
        }
    }

    /// `pods/default/web`: how traces name an object.
    pub fn path(&self, namespace: &str, name: &str, subresource: &str) -> String {
        let parts = [namespace, name, subresource];
        let lengths = parts.iter().map(|part| part.len() + 1).filter(|l| *l > 1);
        let mut path = String::with_capacity(self.names.plural.len() + lengths.sum::<usize>());
        path.push_str(&self.names.plural);
        for part in parts {
            if !part.is_empty() {
                path.push('/');
                path.push_str(part);
            }
        }
        path
    }
}

/// A resource as one API version shows it.
#[derive(Clone)]
pub struct Served {
    /// The names in that version.
    pub names: Names,
    /// The resource behind it.
    pub resource: Rc<Resource>,
    /// How the version's JSON and stored objects become each other.
    pub codec: Rc<VersionCodec>,
}

impl Served {
    /// A resource in the version it is stored in.
    pub fn stored<K: Kind>(resource: Rc<Resource>) -> Self {
        Self {
            names: resource.names.clone(),
            resource,
            codec: Rc::new(VersionCodec::of::<K>()),
        }
    }

    /// A resource in another version, which `V` describes.
    pub fn converted<V: Kind, K: Kind>(
        resource: Rc<Resource>,
        to: fn(&K) -> V,
        from: fn(V) -> K,
    ) -> Self {
        Self {
            names: Names::of::<V>(),
            resource,
            codec: Rc::new(VersionCodec::converted(to, from)),
        }
    }

    /// The version's JSON of a stored object.
    pub fn encode(&self, object: &dyn Object) -> Value {
        (self.codec.encode)(object)
    }

    /// The same as an item of a list: without `kind` and `apiVersion`, unless the kind has no struct of its own.
    pub fn encode_item(&self, object: &dyn Object) -> Value {
        let mut value = (self.codec.encode)(object);
        if self.codec.schema.is_some()
            && let Value::Object(map) = &mut value
        {
            map.remove("kind");
            map.remove("apiVersion");
        }
        value
    }

    /// The stored object of the version's JSON, and what a strict reader would complain about.
    ///
    /// # Errors
    /// When a value has the wrong type.
    pub fn decode(&self, value: &Value) -> Result<(Box<dyn Object>, StrictError), DecodeError> {
        (self.codec.decode)(value, false)
    }

    /// As [`Self::decode`], with the error texts that strategic merge patches have.
    ///
    /// # Errors
    /// When a value has the wrong type.
    pub fn convert(&self, value: &Value) -> Result<(Box<dyn Object>, StrictError), DecodeError> {
        (self.codec.decode)(value, true)
    }
}

type Encode = dyn Fn(&dyn Object) -> Value;
type Decode = dyn Fn(&Value, bool) -> Result<(Box<dyn Object>, StrictError), DecodeError>;

/// How the JSON of an API version and stored objects become each other.
pub struct VersionCodec {
    /// The table of the version's struct, if it has one.
    pub schema: Option<&'static StructSchema>,
    /// The OpenAPI v3 schema of a kind without a struct: server-side apply and `/openapi` go by it.
    pub openapi: Option<Rc<Value>>,
    encode: Box<Encode>,
    decode: Box<Decode>,
}

impl VersionCodec {
    fn of<K: Kind>() -> Self {
        Self {
            schema: Some(K::default().schema()),
            openapi: None,
            encode: Box::new(|object| object.to_value()),
            decode: Box::new(|value, converting| {
                let (object, strict) = read::<K>(value, converting)?;
                Ok((Box::new(object), strict))
            }),
        }
    }

    /// For kinds that have no struct.
    pub(crate) fn dynamic(
        openapi: Option<Rc<Value>>,
        encode: Box<Encode>,
        decode: Box<Decode>,
    ) -> Self {
        Self {
            schema: None,
            openapi,
            encode,
            decode,
        }
    }

    fn converted<V: Kind, K: Kind>(to: fn(&K) -> V, from: fn(V) -> K) -> Self {
        Self {
            schema: Some(V::default().schema()),
            openapi: None,
            encode: Box::new(move |object| {
                object
                    .downcast_ref::<K>()
                    .map_or(Value::Null, |object| codec::to_value(&to(object)))
            }),
            decode: Box::new(move |value, converting| {
                let (object, strict) = read::<V>(value, converting)?;
                Ok((Box::new(from(object)), strict))
            }),
        }
    }
}

fn read<K: Kind>(value: &Value, converting: bool) -> Result<(K, StrictError), DecodeError> {
    let mut object = K::default();
    let strict = if converting {
        codec::convert_into(&mut object, value)?
    } else {
        codec::decode_into(&mut object, value)?
    };
    Ok((object, strict))
}
