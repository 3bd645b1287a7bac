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
/// [`FieldSchema`](crate::reflect::FieldSchema). A struct that carries `kind` and `apiVersion` says so in its head:
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
        #[derive(Clone, Default)]
        pub struct $name {
            $( #[doc = concat!("`", $json, "`")] pub $field: $ty, )*
        }

        const _: () = {
            use $crate::reflect::{Field, FieldSchema, Reflect, Slot, StructSchema, Ty, Typed, View};

            #[allow(non_camel_case_types)]
            enum Index { $( $field ),* }

            static SCHEMA: StructSchema = StructSchema {
                name: stringify!($name),
                go: $go,
                kind: $crate::api_struct!(@kind $($api $kind)?),
                fields: &[$(
                    FieldSchema::new($json, <$ty as Typed>::TY) $( . $rule ( $( $($arg),* )? ) )*
                ),*],
            };

            impl $name {
                /// The table of this struct.
                #[allow(dead_code)]
                pub const SCHEMA: &'static StructSchema = &SCHEMA;
            }

            impl Typed for $name {
                const TY: Ty = Ty::Struct(|| &SCHEMA);
            }

            impl Field for $name {
                fn view(&self) -> View<'_> {
                    View::Struct(self)
                }
                fn slot(&mut self) -> Slot<'_> {
                    Slot::Struct(self)
                }
            }

            impl Reflect for $name {
                fn schema(&self) -> &'static StructSchema {
                    &SCHEMA
                }
                fn field(&self, index: usize) -> &dyn Field {
                    // The optimiser makes a jump table of these.
                    $( if index == Index::$field as usize { return &self.$field; } )*
                    unreachable!("{}: no field {index}", SCHEMA.name)
                }
                fn field_mut(&mut self, index: usize) -> &mut dyn Field {
                    $( if index == Index::$field as usize { return &mut self.$field; } )*
                    unreachable!("{}: no field {index}", SCHEMA.name)
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
