//! [`api_struct!`](crate::api_struct): declares an API struct together with its table.

/// Declares API structs.
///
/// ```
/// use apimachinery::Str;
/// apimachinery::api_struct! {
///     /// A port.
///     pub struct ContainerPort("v1.ContainerPort") {
///         name: Str = "name" omitempty,
///         container_port: i32 = "containerPort",
///         protocol: Str = "protocol" omitempty go("v1.Protocol"),
///     }
/// }
/// let p = ContainerPort { container_port: 80, ..Default::default() };
/// assert_eq!(apimachinery::codec::to_value(&p).to_string(), r#"{"containerPort":80}"#);
/// ```
///
/// After a field's JSON name come the rules of its Go tag, each a method of
/// [`Rules`](crate::reflect::Rules). A struct that carries `kind` and `apiVersion` says so in its head:
/// `pub struct Pod("v1.Pod", kind "v1" "Pod")`. Embedded Go structs are spelled out in place.
#[macro_export]
macro_rules! api_struct {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident($go:literal $(, kind $api:literal $kind:literal)?) {
            $( $field:ident : $ty:ty = $json:literal $( $rule:ident $( ( $($arg:expr),* ) )? )* , )*
        }
    )*) => {$(
        $(#[$meta])*
        pub struct $name {
            $( #[doc = concat!("`", $json, "`")] pub $field: $ty, )*
        }

        const _: () = {
            use $crate::reflect::{Field, FieldSchema, Reflect, Rules, Slot, StructSchema, Ty, Typed, View};

            /// The index of each field, for patterns.
            #[allow(non_camel_case_types, non_upper_case_globals)]
            mod index {
                enum Order { $( $field ),* }
                $( pub(super) const $field: usize = Order::$field as usize; )*
            }

            static SCHEMA: StructSchema = StructSchema {
                name: stringify!($name),
                go: $go,
                kind: $crate::api_struct!(@kind $($api $kind)?),
                fields: &[$(
                    FieldSchema {
                        json: $json,
                        ty: <$ty as Typed>::TY,
                        rules: &const { Rules::NONE $( . $rule ( $( $($arg),* )? ) )* },
                    }
                ),*],
            };

            impl $name {
                /// The table of this struct.
                #[allow(dead_code)]
                pub const SCHEMA: &'static StructSchema = &SCHEMA;
            }

            impl ::std::default::Default for $name {
                #[inline(never)]
                fn default() -> Self {
                    Self { $( $field: ::std::default::Default::default() ),* }
                }
            }

            impl ::std::clone::Clone for $name {
                #[inline(never)]
                fn clone(&self) -> Self {
                    Self { $( $field: $crate::reflect::dup(&self.$field) ),* }
                }
            }

            impl Typed for $name {
                const TY: Ty = Ty::Struct(|| &SCHEMA);
            }

            impl Field for $name {
                fn as_view(&self) -> View<'_> {
                    View::Struct(self)
                }
                fn as_slot(&mut self) -> Slot<'_> {
                    Slot::Struct(self)
                }
            }

            impl Reflect for $name {
                fn schema(&self) -> &'static StructSchema {
                    &SCHEMA
                }
                fn field(&self, index: usize) -> View<'_> {
                    match index {
                        $( index::$field => self.$field.as_view(), )*
                        _ => $crate::reflect::no_field(&SCHEMA, index),
                    }
                }
                fn field_mut(&mut self, index: usize) -> Slot<'_> {
                    match index {
                        $( index::$field => self.$field.as_slot(), )*
                        _ => $crate::reflect::no_field(&SCHEMA, index),
                    }
                }
            }

            impl PartialEq for $name {
                fn eq(&self, other: &Self) -> bool {
                    $crate::codec::equal(self, other)
                }
            }

            impl ::std::fmt::Debug for $name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    $crate::codec::debug(self, f)
                }
            }
        };
    )*};
    (@kind) => { None };
    (@kind $api:literal $kind:literal) => { Some($crate::reflect::TypeMeta { api_version: $api, kind: $kind }) };
}
