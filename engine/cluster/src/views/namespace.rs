//! A namespace on the page.

use api::core::v1::Namespace;
use view::NamespaceView;

/// The namespace's name and phase.
pub(crate) fn namespace_view(namespace: &Namespace) -> NamespaceView {
    NamespaceView {
        uid: namespace.metadata.uid.to_string(),
        name: namespace.metadata.name.to_string(),
        phase: namespace.status.phase.to_string(),
    }
}
