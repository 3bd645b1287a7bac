//! Reflection over API structs: how one routine can encode, decode, compare and walk every type.
//!
//! Upstream does this with Go's `reflect` and struct tags. Here [`api_struct!`](crate::api_struct) gives each struct a
//! static table ([`StructSchema`]) and index access to its fields; a field shows itself for reading as a [`View`] and
//! for writing as a [`Slot`]. One enum match instead of code generated per type is what keeps the wasm small.
//!
//! This module knows no JSON texts and no rules of encoding; those are in [`crate::codec`].

mod impls;
mod structs;

use crate::{Bytes, Duration, MicroTime, Quantity, Raw, Str, Time};

/// What a struct field holds, as far as codecs and patches care.
#[derive(Debug)]
pub enum Ty {
    /// `bool`
    Bool,
    /// `int32`
    I32,
    /// `int64`
    I64,
    /// `float64`
    F64,
    /// `string`, or a named string type
    Str,
    /// `[]byte`, base64 text in JSON
    Bytes,
    /// `metav1.Time`
    Time,
    /// `metav1.MicroTime`
    MicroTime,
    /// `metav1.Duration`
    Duration,
    /// `resource.Quantity`
    Quantity,
    /// `intstr.IntOrString`
    IntOrString,
    /// JSON of unknown shape
    Raw,
    /// A struct by value (behind a function, because schemas may be recursive)
    Struct(fn() -> &'static StructSchema),
    /// `[]T`
    List(&'static Ty),
    /// `map[string]T`
    Map(&'static Ty),
    /// `*T`
    Ptr(&'static Ty),
}

impl Ty {
    /// The type behind pointers.
    pub fn target(&self) -> &Ty {
        match self {
            Ty::Ptr(inner) => inner.target(),
            other => other,
        }
    }

    /// The struct behind pointers, if it is one.
    pub fn as_struct(&self) -> Option<&'static StructSchema> {
        match self.target() {
            Ty::Struct(schema) => Some(schema()),
            _ => None,
        }
    }

    /// What a list or map holds.
    pub fn element(&self) -> Option<&'static Ty> {
        match self.target() {
            Ty::List(inner) | Ty::Map(inner) => Some(inner),
            _ => None,
        }
    }

    /// Go's name of the type, as its JSON errors print it.
    pub fn go_name(&self) -> Str {
        match self {
            Ty::Bool => "bool".into(),
            Ty::I32 => "int32".into(),
            Ty::I64 => "int64".into(),
            Ty::F64 => "float64".into(),
            Ty::Str => "string".into(),
            Ty::Bytes => "[]uint8".into(),
            Ty::Time => "v1.Time".into(),
            Ty::MicroTime => "v1.MicroTime".into(),
            Ty::Duration => "v1.Duration".into(),
            Ty::Quantity => "resource.Quantity".into(),
            Ty::IntOrString => "intstr.IntOrString".into(),
            Ty::Raw => "runtime.RawExtension".into(),
            Ty::Struct(schema) => schema().go.into(),
            Ty::List(inner) => ecow::eco_format!("[]{}", inner.go_name()),
            Ty::Map(inner) => ecow::eco_format!("map[string]{}", inner.go_name()),
            Ty::Ptr(inner) => ecow::eco_format!("*{}", inner.go_name()),
        }
    }
}

/// The table of a struct.
#[derive(Debug)]
pub struct StructSchema {
    /// Go's struct name, such as `PodSpec`.
    pub name: &'static str,
    /// Go's qualified name, such as `v1.PodSpec`.
    pub go: &'static str,
    /// Set when the struct carries `kind` and `apiVersion`.
    pub kind: Option<TypeMeta>,
    /// Fields in Go's order, embedded structs spelled out in place.
    pub fields: &'static [FieldSchema],
}

impl StructSchema {
    /// The field of a JSON name, with its index.
    pub fn field(&self, json: &str) -> Option<(usize, &'static FieldSchema)> {
        self.fields
            .iter()
            .enumerate()
            .find(|(_, field)| field.json == json)
    }
}

/// What Go's `TypeMeta` would hold for a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeMeta {
    /// `v1` or `group/version`.
    pub api_version: &'static str,
    /// Such as `Pod`.
    pub kind: &'static str,
}

/// The list types of server-side apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListType {
    /// Replaced as a whole (the default).
    Atomic,
    /// Scalars without duplicates.
    Set,
    /// Structs told apart by keys.
    Map,
}

/// The table row of a field. Its rules are read as if they were its own (`field.omit_empty`).
#[derive(Debug)]
pub struct FieldSchema {
    /// The JSON name.
    pub json: &'static str,
    /// The type.
    pub ty: Ty,
    /// What Go's struct tag and markers say.
    pub rules: &'static Rules,
}

impl std::ops::Deref for FieldSchema {
    type Target = Rules;
    fn deref(&self) -> &Rules {
        self.rules
    }
}

/// What Go's struct tag and the markers above a field say. Most fields share one of a few of these.
#[derive(Debug)]
pub struct Rules {
    /// Go's name of the type where a named type stands for a plain one (`v1.PullPolicy`); else empty.
    pub go: &'static str,
    /// `json:",omitempty"`.
    pub omit_empty: bool,
    /// `json:",omitzero"`.
    pub omit_zero: bool,
    /// `patchStrategy:"merge"`.
    pub patch_merge: bool,
    /// `patchStrategy:"replace"`.
    pub patch_replace: bool,
    /// `patchStrategy:"retainKeys"`.
    pub patch_retain_keys: bool,
    /// `patchMergeKey`.
    pub merge_key: &'static str,
    /// `+listType` (`Atomic` when not said).
    pub list_type: ListType,
    /// `+listMapKey`s.
    pub list_map_keys: &'static [&'static str],
    /// `+listType=atomic`, `+structType=atomic` or `+mapType=atomic`.
    pub atomic: bool,
    /// `+default` of a string, which stands in for a missing key of a list.
    pub default: Option<&'static str>,
}

impl Rules {
    /// No rules.
    pub const NONE: Self = Self {
        go: "",
        omit_empty: false,
        omit_zero: false,
        patch_merge: false,
        patch_replace: false,
        patch_retain_keys: false,
        merge_key: "",
        list_type: ListType::Atomic,
        list_map_keys: &[],
        atomic: false,
        default: None,
    };

    /// Go's `omitempty`.
    pub const fn omitempty(mut self) -> Self {
        self.omit_empty = true;
        self
    }

    /// Go's `omitzero`.
    pub const fn omitzero(mut self) -> Self {
        self.omit_zero = true;
        self
    }

    /// The Go type's name where it differs from the plain one.
    pub const fn go(mut self, name: &'static str) -> Self {
        self.go = name;
        self
    }

    /// `patchStrategy:"merge"` with its `patchMergeKey` (empty for lists of scalars).
    pub const fn merge(mut self, key: &'static str) -> Self {
        self.patch_merge = true;
        self.merge_key = key;
        self
    }

    /// `patchStrategy:"replace"`.
    pub const fn replace(mut self) -> Self {
        self.patch_replace = true;
        self
    }

    /// `patchStrategy:"retainKeys"`.
    pub const fn retain_keys(mut self) -> Self {
        self.patch_retain_keys = true;
        self
    }

    /// `+listType=set`.
    pub const fn set(mut self) -> Self {
        self.list_type = ListType::Set;
        self
    }

    /// `+listType=map` with its `+listMapKey`s.
    pub const fn list_map(mut self, keys: &'static [&'static str]) -> Self {
        self.list_type = ListType::Map;
        self.list_map_keys = keys;
        self
    }

    /// `+listType=atomic`, `+structType=atomic` or `+mapType=atomic`.
    pub const fn atomic(mut self) -> Self {
        self.atomic = true;
        self
    }

    /// `+default` of a string.
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }
}

/// A type whose shape is known at compile time.
pub trait Typed {
    /// The shape.
    const TY: Ty;
}

/// A struct with a table; written by [`api_struct!`](crate::api_struct).
pub trait Reflect: 'static {
    /// The table.
    fn schema(&self) -> &'static StructSchema;
    /// The field at an index of the table, to read.
    fn field(&self, index: usize) -> View<'_>;
    /// The field at an index of the table, to write.
    fn field_mut(&mut self, index: usize) -> Slot<'_>;
}

/// A clone by a call instead of in place: structs have hundreds of fields of a few types.
#[inline(never)]
pub fn dup<T: Clone>(value: &T) -> T {
    value.clone()
}

/// What asking for a field beyond the table comes to.
#[cold]
#[inline(never)]
pub fn no_field(schema: &StructSchema, index: usize) -> ! {
    unreachable!("{}: no field {index}", schema.name)
}

/// Anything that can be a field of an API struct. Never used as a trait object: a struct's accessors call these directly.
pub trait Field {
    /// The value, to read.
    fn as_view(&self) -> View<'_>;
    /// The value, to write.
    fn as_slot(&mut self) -> Slot<'_>;
}

/// A field's value, to read.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// A nil pointer, a zero time, empty raw JSON.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer of either size.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(&'a str),
    /// A scalar with a text form of its own.
    Text(Text<'a>),
    /// JSON of any shape.
    Json(&'a Raw),
    /// A list.
    List(&'a dyn List),
    /// A map with string keys.
    Map(&'a dyn Entries),
    /// A struct.
    Struct(&'a dyn Reflect),
}

/// A scalar with a text form of its own, which is made when somebody asks for it: objects are compared far more often
/// than they are written.
#[derive(Clone, Copy)]
pub enum Text<'a> {
    /// Base64 in JSON.
    Bytes(&'a Bytes),
    /// A second.
    Time(Time),
    /// A microsecond.
    MicroTime(MicroTime),
    /// A span of time.
    Duration(Duration),
    /// An amount.
    Quantity(&'a Quantity),
}

impl Text<'_> {
    /// The text form.
    pub fn to_text(self) -> Str {
        match self {
            Self::Bytes(bytes) => bytes.to_base64(),
            Self::Time(time) => time.to_rfc3339(),
            Self::MicroTime(time) => time.to_rfc3339(),
            Self::Duration(span) => span.to_go_string(),
            Self::Quantity(quantity) => quantity.to_text(),
        }
    }

    /// Whether both have the same text form.
    pub fn same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Time(a), Self::Time(b)) => a == b,
            (Self::MicroTime(a), Self::MicroTime(b)) => a == b,
            (Self::Duration(a), Self::Duration(b)) => a == b,
            (Self::Quantity(a), Self::Quantity(b)) => a.as_text() == b.as_text(),
            _ => false,
        }
    }
}

/// A field's value, to write.
pub enum Slot<'a> {
    /// A boolean.
    Bool(&'a mut bool),
    /// `int32`
    I32(&'a mut i32),
    /// `int64`
    I64(&'a mut i64),
    /// A float.
    F64(&'a mut f64),
    /// A string.
    Str(&'a mut Str),
    /// A scalar with a JSON form of its own.
    Scalar(&'a mut dyn Scalar),
    /// A pointer.
    Ptr(&'a mut dyn Pointer),
    /// A list.
    List(&'a mut dyn List),
    /// A map with string keys.
    Map(&'a mut dyn Entries),
    /// A struct.
    Struct(&'a mut dyn Reflect),
}

/// A scalar that reads its own JSON form (Go's `UnmarshalJSON`).
pub trait Scalar {
    /// Reads a JSON value; the error is Go's text.
    ///
    /// # Errors
    /// When the value has the wrong form.
    fn read(&mut self, value: &crate::Value) -> Result<(), Str>;
}

/// `Option<T>`, seen without its type.
pub trait Pointer {
    /// Makes it nil.
    fn clear(&mut self);
    /// What it points at, put there when it was nil.
    fn fill(&mut self) -> Slot<'_>;
}

/// `Vec<T>`, seen without its type.
pub trait List {
    /// How many elements.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// An element.
    fn get(&self, index: usize) -> View<'_>;
    /// Empties the list and makes room for exactly `len` elements.
    fn reset(&mut self, len: usize);
    /// Adds a default element and shows it.
    fn push(&mut self) -> Slot<'_>;
}

/// `Map<Str, T>`, seen without its type.
pub trait Entries {
    /// How many entries.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// An entry, in key order.
    fn get(&self, index: usize) -> (&str, View<'_>);
    /// Empties the map and makes room for exactly `len` entries.
    fn reset(&mut self, len: usize);
    /// Sets `key` to a default value and shows it.
    fn put(&mut self, key: &str) -> Slot<'_>;
}
