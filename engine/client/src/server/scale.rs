//! The subresource `scale` of any resource that has one (`k8s.io/client-go/scale`), and questions to APIs that other servers
//! answer (metrics).

use api::autoscaling::v1::Scale;
use apimachinery::{Status, codec};
use apiserver::handler::{Request, Response};

use super::{AnyResource, Client, User};

impl Client {
    /// The scale of an object.
    ///
    /// # Errors
    /// When there is no such object, or it has no scale.
    pub fn get_scale(
        &self,
        resource: &AnyResource,
        namespace: &str,
        name: &str,
    ) -> Result<Scale, Status> {
        scale(&self.privileged_request(Request::get(path(resource, namespace, name))))
    }

    /// Replaces the scale of an object.
    ///
    /// # Errors
    /// As [`Self::get_scale`]; a conflict when it has changed since.
    pub fn update_scale(
        &self,
        resource: &AnyResource,
        namespace: &str,
        wanted: &Scale,
    ) -> Result<Scale, Status> {
        let path = path(resource, namespace, &wanted.metadata.name);
        scale(&self.privileged_request(Request::put(path, codec::to_value(wanted))))
    }

    /// As [`Self::request`] for a component: it keeps its name, and is not asked for permission.
    pub fn privileged_request(&self, request: Request) -> Response {
        self.impersonating(User::admin()).request(request)
    }
}

fn path(resource: &AnyResource, namespace: &str, name: &str) -> String {
    let gvk = resource.gvk();
    let root = if gvk.group.is_empty() {
        format!("/api/{}", gvk.version)
    } else {
        format!("/apis/{}/{}", gvk.group, gvk.version)
    };
    format!(
        "{root}/namespaces/{namespace}/{}/{name}/scale",
        resource.plural()
    )
}

fn scale(response: &Response) -> Result<Scale, Status> {
    if let Some(error) = response.error() {
        return Err(error.clone());
    }
    let value = response.to_value().unwrap_or_default();
    codec::from_value(&value).map_err(|error| Status::internal_error(&error.0))
}
