//! `serviceaccounts/token`: a new token for an account (`kubectl create token`).

use std::rc::Rc;

use api::authentication::v1::TokenRequest;
use api::core::v1::{Pod, Secret, ServiceAccount};
use apimachinery::{GroupResource, Kind, Status, Str, Time, codec};

use crate::admission::lookup;
use crate::context::Context;
use crate::handler::{Call, Method, Response, decode, verbs};
use crate::registry;
use crate::tokens::{Claims, ISSUER, sign};
use crate::validation::field::{Errors, Path};

/// The shortest life of a token.
const SHORTEST: i64 = 10 * 60;
/// What a token lives when nobody says otherwise.
const USUAL: i64 = 60 * 60;

/// POST of a request for a token.
pub(super) fn create(call: &Call<'_>) -> Result<Response, Status> {
    if call.request.method != Method::Post {
        return Err(Status::method_not_allowed());
    }
    let (cx, _) = verbs::writing(call, "CreateOptions")?;
    let (value, _) = decode::body(call.request)?;
    let request: TokenRequest =
        codec::from_value(&value).map_err(|error| Status::bad_request(error.0))?;
    let object = registry::list::get(
        &cx,
        &call.served.resource,
        call.namespace(),
        &call.route.name,
    )?;
    let account: Rc<ServiceAccount> = object
        .downcast_rc()
        .ok_or_else(|| Status::internal_error("this is no service account"))?;
    let answer = issue(&cx, &account, request)?;
    let mut value = codec::to_value(&answer);
    value["kind"] = TokenRequest::KIND.into();
    value["apiVersion"] = TokenRequest::API_VERSION.into();
    let mut response = Response::json(value);
    response.code = 201;
    Ok(response)
}

/// The request with its token.
fn issue(
    cx: &Context,
    account: &ServiceAccount,
    mut request: TokenRequest,
) -> Result<TokenRequest, Status> {
    let mut errors = Errors::new();
    let seconds = *request.spec.expiration_seconds.get_or_insert(USUAL);
    let spec = Path::new("spec");
    let path = spec.child("expirationSeconds");
    if seconds < SHORTEST {
        errors.invalid(
            &path,
            seconds,
            "may not specify a duration less than 10 minutes",
        );
    } else if seconds > 1 << 32 {
        errors.invalid(
            &path,
            seconds,
            "may not specify a duration larger than 2^32 seconds",
        );
    }
    if !errors.is_empty() {
        let kind = apimachinery::GroupKind::new("authentication.k8s.io", "TokenRequest");
        return Err(Status::invalid(&kind, "", &errors.into_list()));
    }
    let namespace = &account.metadata.namespace;
    let path = Path::new("metadata");
    for (field, given, wanted) in [
        ("name", &request.metadata.name, &account.metadata.name),
        ("namespace", &request.metadata.namespace, namespace),
    ] {
        if !given.is_empty() && given != wanted {
            let text = format!("must match the service account {field} if specified");
            errors.invalid(&path.child(field), given.as_str(), text);
        }
    }
    if !errors.is_empty() {
        let kind = apimachinery::GroupKind::new("authentication.k8s.io", "TokenRequest");
        let name = &account.metadata.name;
        return Err(Status::invalid(&kind, name, &errors.into_list()));
    }
    let (given, uid) = (&request.metadata.uid, &account.metadata.uid);
    if !given.is_empty() && given != uid {
        return Err(Status::conflict(
            &GroupResource::new("authentication.k8s.io", "TokenRequest"),
            &account.metadata.name,
            &format!(
                "the UID in the token request ({given}) does not match the UID of the service account ({uid})"
            ),
        ));
    }
    let mut node = Str::new();
    if let Some(bound) = &mut request.spec.bound_object_ref {
        let group_version = bound.api_version.split_once('/');
        let (group, version) = group_version.unwrap_or(("", &bound.api_version));
        let uid = match (&*bound.kind, group) {
            ("Pod", "") => {
                let pod = lookup::<Pod>(cx, namespace, &bound.name).ok_or_else(|| {
                    Status::not_found(&GroupResource::new("", "pods"), &bound.name)
                })?;
                if pod.spec.service_account_name != account.metadata.name {
                    return Err(Status::bad_request(format!(
                        "cannot bind token for serviceaccount \"{}\" to pod running with different serviceaccount name.",
                        account.metadata.name
                    )));
                }
                node = pod.spec.node_name.clone();
                pod.metadata.uid.clone()
            }
            ("Secret", "") => lookup::<Secret>(cx, namespace, &bound.name)
                .ok_or_else(|| Status::not_found(&GroupResource::new("", "secrets"), &bound.name))?
                .metadata
                .uid
                .clone(),
            (kind, group) => {
                return Err(Status::bad_request(format!(
                    "cannot bind token to object of type {group}/{version}, Kind={kind}"
                )));
            }
        };
        if !bound.uid.is_empty() && bound.uid != uid {
            return Err(Status::conflict(
                &GroupResource::new("", "pods"),
                &bound.name,
                &format!(
                    "the UID in the bound object reference ({}) does not match the UID in record. The object might have been deleted and then recreated",
                    bound.uid
                ),
            ));
        }
        bound.uid = uid;
    }
    let now = cx.now().unix();
    if request.spec.audiences.is_empty() {
        request.spec.audiences = vec![ISSUER.into()];
    }
    request.status.token = sign(&Claims {
        account,
        audiences: request.spec.audiences.clone(),
        issued_at: now,
        lifetime: seconds,
        bound: request.spec.bound_object_ref.as_deref(),
        node,
        id: cx.server.new_uid(),
    })
    .into();
    request.status.expiration_timestamp = Time::from_unix(now + seconds);
    request.metadata.name = account.metadata.name.clone();
    request.metadata.namespace = namespace.clone();
    request.metadata.creation_timestamp = cx.now();
    Ok(request)
}
