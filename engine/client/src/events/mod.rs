//! Events: what components tell people about objects.
//!
//! There are two kinds of recorders, as upstream. [`EventRecorder`] counts repetitions and combines similar events
//! (`tools/record`; kubelet and controllers). [`SeriesRecorder`] writes `eventTime` and series (`tools/events`; the
//! scheduler).

pub mod correlator;
mod recorder;
mod series;
#[cfg(test)]
mod tests;

use api::core::v1::ObjectReference;
use apimachinery::Object;

pub use recorder::EventRecorder;
pub use series::{Happening, SeriesRecorder};

/// All is well.
pub const NORMAL: &str = "Normal";
/// Somebody should look at this.
pub const WARNING: &str = "Warning";

/// A reference to an object, as events carry it.
pub fn reference(object: &dyn Object) -> ObjectReference {
    let meta = object.meta();
    let gvk = object.gvk();
    ObjectReference {
        kind: gvk.kind.clone(),
        namespace: meta.namespace.clone(),
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        api_version: gvk.api_version(),
        resource_version: meta.resource_version.clone(),
        ..ObjectReference::default()
    }
}

/// Events about cluster-scoped objects are in the default namespace.
fn namespace_of(reference: &ObjectReference) -> &str {
    match reference.namespace.as_str() {
        "" => "default",
        namespace => namespace,
    }
}
