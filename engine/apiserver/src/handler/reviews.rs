//! Questions that are asked by POST and answered at once: who am I, may I, is this token good. Kubernetes' room for this is
//! `pkg/registry/authorization` and `pkg/registry/authentication`. Nothing of it is stored.

use std::rc::Rc;

use api::authentication::v1::{SelfSubjectReview, TokenReview, UserInfo};
use api::authorization::v1::{
    LocalSubjectAccessReview, NonResourceAttributes, NonResourceRule, ResourceAttributes,
    ResourceRule, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview,
    SubjectAccessReviewSpec, SubjectAccessReviewStatus,
};
use apimachinery::{Shared, Status, Str};

use super::{Call, Response, ResponseBody, decode, verbs};
use crate::authz::{self, Action};
use crate::context::User;
use crate::tokens;
use crate::validation::field::{Errors, Path};

/// POST of a question.
pub(super) fn create(call: &Call<'_>) -> Result<Response, Status> {
    let (cx, validation) = verbs::writing(call, "CreateOptions")?;
    let (value, doubles) = decode::object_body(call.request, &call.served.names.kind)?;
    let mut object = decode::object(&cx, call.served, &value, doubles, validation)?;
    verbs::pass_warnings(&cx, call);
    let user = &call.cx.user;
    if let Some(review) = object.downcast_mut::<SelfSubjectReview>() {
        review.metadata.creation_timestamp = cx.now();
        review.status.user_info = info(user);
    } else if let Some(review) = object.downcast_mut::<SelfSubjectAccessReview>() {
        let (resource, path) = (
            &review.spec.resource_attributes,
            &review.spec.non_resource_attributes,
        );
        one_of(call, resource.is_some(), path.is_some())?;
        review.status = Shared::new(answer(call, user, resource.as_deref(), path.as_deref()));
    } else if let Some(review) = object.downcast_mut::<SubjectAccessReview>() {
        review.status = Shared::new(about_others(call, &review.spec)?);
    } else if let Some(review) = object.downcast_mut::<LocalSubjectAccessReview>() {
        let named = review
            .spec
            .resource_attributes
            .as_ref()
            .map(|a| a.namespace.clone());
        if named.is_some_and(|named| named != call.namespace()) {
            return Err(Status::bad_request(format!(
                "spec.resourceAttributes.namespace must match namespace: {}",
                call.namespace()
            )));
        }
        review.status = Shared::new(about_others(call, &review.spec)?);
    } else if let Some(review) = object.downcast_mut::<SelfSubjectRulesReview>() {
        if review.spec.namespace.is_empty() {
            return Err(Status::bad_request("no namespace on request"));
        }
        list_rules(call, review);
    } else if let Some(review) = object.downcast_mut::<TokenReview>() {
        if review.spec.token.is_empty() {
            return Err(Status::bad_request(
                "token is required for TokenReview in authentication",
            ));
        }
        match tokens::verify(&cx.server, &review.spec.token, &review.spec.audiences) {
            Some(verified) => {
                review.status.authenticated = true;
                review.status.user = info(&verified.user);
                review.status.audiences = verified.audiences;
            }
            None => review.status.error = "invalid bearer token".into(),
        }
    }
    Ok(Response::new(
        201,
        ResponseBody::Object(call.served.clone(), Rc::from(object)),
    ))
}

fn info(user: &User) -> UserInfo {
    UserInfo {
        username: user.name.clone(),
        uid: user.uid.clone(),
        groups: user.groups.clone(),
        extra: user.extra.clone(),
    }
}

/// A question is about a resource or a path, not both and not neither.
fn one_of(call: &Call<'_>, resource: bool, path: bool) -> Result<(), Status> {
    if resource != path {
        return Ok(());
    }
    let mut errors = Errors::new();
    let text = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    errors.invalid(&Path::new("spec").child("resourceAttributes"), "", text);
    Err(Status::invalid(
        &call.served.names.group_kind(),
        "",
        &errors.into_list(),
    ))
}

fn about_others(
    call: &Call<'_>,
    spec: &SubjectAccessReviewSpec,
) -> Result<SubjectAccessReviewStatus, Status> {
    let (resource, path) = (&spec.resource_attributes, &spec.non_resource_attributes);
    one_of(call, resource.is_some(), path.is_some())?;
    if spec.user.is_empty() && spec.groups.is_empty() {
        let mut errors = Errors::new();
        let text = "at least one of user or group must be specified";
        errors.invalid(&Path::new("spec").child("user"), "", text);
        return Err(Status::invalid(
            &call.served.names.group_kind(),
            "",
            &errors.into_list(),
        ));
    }
    let user = User {
        name: spec.user.clone(),
        uid: spec.uid.clone(),
        groups: spec.groups.clone(),
        extra: spec.extra.clone(),
    };
    Ok(answer(call, &user, resource.as_deref(), path.as_deref()))
}

fn answer(
    call: &Call<'_>,
    user: &User,
    resource: Option<&ResourceAttributes>,
    path: Option<&NonResourceAttributes>,
) -> SubjectAccessReviewStatus {
    let mut action = Action::default();
    if let Some(asked) = resource {
        action = Action {
            verb: asked.verb.clone(),
            group: asked.group.clone(),
            resource: asked.resource.clone(),
            subresource: asked.subresource.clone(),
            namespace: asked.namespace.clone(),
            name: asked.name.clone(),
            path: Str::new(),
        };
    } else if let Some(asked) = path {
        action.verb = asked.verb.clone();
        action.path = asked.path.clone();
    }
    let decision = authz::decide(&call.cx.server, user, &action);
    SubjectAccessReviewStatus {
        allowed: decision.allowed,
        reason: decision.reason.into(),
        ..SubjectAccessReviewStatus::default()
    }
}

fn list_rules(call: &Call<'_>, review: &mut SelfSubjectRulesReview) {
    let user = &call.cx.user;
    let (mut rules, problems) = authz::rules_for(&call.cx.server, user, &review.spec.namespace);
    if user.groups.iter().any(|group| group == "system:masters") {
        // Whatever the roles say, they may do everything.
        let any = || vec![Str::from("*")];
        let all = api::rbac::v1::PolicyRule {
            verbs: any(),
            api_groups: any(),
            resources: any(),
            ..Default::default()
        };
        let paths = api::rbac::v1::PolicyRule {
            verbs: any(),
            non_resource_urls: any(),
            ..Default::default()
        };
        rules.splice(0..0, [all, paths]);
    }
    for rule in rules {
        if rule.resources.is_empty() {
            review.status.non_resource_rules.push(NonResourceRule {
                verbs: rule.verbs,
                non_resource_urls: rule.non_resource_urls,
            });
        } else {
            review.status.resource_rules.push(ResourceRule {
                verbs: rule.verbs,
                api_groups: rule.api_groups,
                resources: rule.resources,
                resource_names: rule.resource_names,
            });
        }
    }
    review.status.evaluation_error = problems.join(", ").into();
}
