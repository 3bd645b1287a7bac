//! [`Field`] for the types structs are made of.

use super::{Entries, Field, List, Pointer, Scalar, Slot, Text, Ty, Typed, View};
use crate::{
    Bytes, Duration, IntOrString, Map, MicroTime, Quantity, Raw, Shared, Str, Time, Value,
};

macro_rules! plain {
    ($($ty:ty => $shape:ident, $slot:ident, |$it:ident| $view:expr;)*) => {$(
        impl Typed for $ty {
            const TY: Ty = Ty::$shape;
        }
        impl Field for $ty {
            fn as_view(&self) -> View<'_> {
                let $it = self;
                $view
            }
            fn as_slot(&mut self) -> Slot<'_> {
                Slot::$slot(self)
            }
        }
    )*};
}

plain! {
    bool => Bool, Bool, |it| View::Bool(*it);
    i32 => I32, I32, |it| View::Int(i64::from(*it));
    i64 => I64, I64, |it| View::Int(*it);
    f64 => F64, F64, |it| View::Float(*it);
    Str => Str, Str, |it| View::Str(it);
    Bytes => Bytes, Scalar, |it| if it.is_empty() { View::Null } else { View::Text(Text::Bytes(it)) };
    Time => Time, Scalar, |it| if it.is_zero() { View::Null } else { View::Text(Text::Time(*it)) };
    MicroTime => MicroTime, Scalar, |it| if it.is_zero() { View::Null } else { View::Text(Text::MicroTime(*it)) };
    Duration => Duration, Scalar, |it| View::Text(Text::Duration(*it));
    Quantity => Quantity, Scalar, |it| View::Text(Text::Quantity(it));
    IntOrString => IntOrString, Scalar, |it| match it {
        IntOrString::Int(number) => View::Int(i64::from(*number)),
        IntOrString::Str(text) => View::Str(text),
    };
    Raw => Raw, Scalar, |it| if it.is_null() { View::Null } else { View::Json(it) };
}

impl Scalar for Raw {
    fn read(&mut self, value: &Value) -> Result<(), Str> {
        *self = Raw::from_value(value);
        Ok(())
    }
}

impl Scalar for Bytes {
    fn read(&mut self, value: &Value) -> Result<(), Str> {
        match value {
            Value::String(text) => *self = Bytes::from_base64(text)?,
            // The decoder reports anything else itself.
            _ => *self = Bytes::default(),
        }
        Ok(())
    }
}

impl<T: Typed> Typed for Option<T> {
    const TY: Ty = Ty::Ptr(&T::TY);
}

impl<T: Field + Default> Field for Option<T> {
    #[inline(never)]
    fn as_view(&self) -> View<'_> {
        match self {
            Some(value) => value.as_view(),
            None => View::Null,
        }
    }
    fn as_slot(&mut self) -> Slot<'_> {
        Slot::Ptr(self)
    }
}

impl<T: Field + Default> Pointer for Option<T> {
    fn clear(&mut self) {
        *self = None;
    }
    fn fill(&mut self) -> Slot<'_> {
        self.get_or_insert_default().as_slot()
    }
}

impl<T: Typed> Typed for Shared<T> {
    const TY: Ty = T::TY;
}

impl<T: Field + Clone> Field for Shared<T> {
    fn as_view(&self) -> View<'_> {
        (**self).as_view()
    }
    fn as_slot(&mut self) -> Slot<'_> {
        (**self).as_slot()
    }
}

impl<T: Typed> Typed for Vec<T> {
    const TY: Ty = Ty::List(&T::TY);
}

impl<T: Field + Default> Field for Vec<T> {
    fn as_view(&self) -> View<'_> {
        View::List(self)
    }
    fn as_slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Field + Default> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, index: usize) -> View<'_> {
        self[index].as_view()
    }
    fn reset(&mut self, len: usize) {
        self.clear();
        self.reserve_exact(len);
    }
    fn push(&mut self) -> Slot<'_> {
        self.push_mut(T::default()).as_slot()
    }
}

impl<T: Typed> Typed for Map<Str, T> {
    const TY: Ty = Ty::Map(&T::TY);
}

impl<T: Field + Default> Field for Map<Str, T> {
    fn as_view(&self) -> View<'_> {
        View::Map(self)
    }
    fn as_slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
}

impl<T: Field + Default> Entries for Map<Str, T> {
    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, index: usize) -> (&str, View<'_>) {
        let (key, value) = self.at(index).expect("index below len");
        (key, value.as_view())
    }
    fn reset(&mut self, len: usize) {
        self.clear();
        self.reserve(len);
    }
    fn put(&mut self, key: &str) -> Slot<'_> {
        self.remove(key);
        self.or_insert_with(crate::types::intern(key), T::default)
            .as_slot()
    }
}
