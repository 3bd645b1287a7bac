//! The groups `authentication.k8s.io` and `authorization.k8s.io`: kinds that are asked and never stored. The answers are
//! [`crate::handler`]'s.

use api::authentication::v1::{SelfSubjectReview, TokenReview};
use api::authorization::v1::{
    LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview,
};

use crate::registry::{Registry, Strategy, Verbs};

macro_rules! reviews {
    ($($strategy:ident($kind:ty)),* $(,)?) => {
        $(
            struct $strategy;

            impl Strategy for $strategy {
                type Kind = $kind;

                fn verbs(&self) -> Verbs {
                    Verbs::CreateOnly
                }
            }
        )*

        /// Adds all of them.
        pub(crate) fn register(registry: &mut Registry) {
            $(registry.add($strategy);)*
        }
    };
}

reviews!(
    SelfSubjectReviewStrategy(SelfSubjectReview),
    TokenReviewStrategy(TokenReview),
    LocalSubjectAccessReviewStrategy(LocalSubjectAccessReview),
    SelfSubjectAccessReviewStrategy(SelfSubjectAccessReview),
    SelfSubjectRulesReviewStrategy(SelfSubjectRulesReview),
    SubjectAccessReviewStrategy(SubjectAccessReview),
);
