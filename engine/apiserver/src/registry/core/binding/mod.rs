//! Binding: a pod's way to its node. It is posted, and never stored; [`super::pod::binding`] does it.

use api::core::v1::Binding;

use crate::registry::{Strategy, Verbs};

/// The strategy.
pub(crate) struct BindingStrategy;

impl Strategy for BindingStrategy {
    type Kind = Binding;

    fn verbs(&self) -> Verbs {
        Verbs::CreateOnly
    }
}
