//! `kubectl describe priorityclass`.

use api::scheduling::v1::PriorityClass;
use apimachinery::labels::format_labels;

use super::about::About;
use crate::error::Error;

/// The class.
pub(crate) fn priority_class(class: &PriorityClass, about: &About<'_>) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &class.metadata.name);
    page.field(0, "Value", &class.value.to_string());
    page.field(
        0,
        "GlobalDefault",
        if class.global_default {
            "true"
        } else {
            "false"
        },
    );
    let policy = class.preemption_policy.as_deref();
    page.field(0, "PreemptionPolicy", policy.unwrap_or_default());
    page.field(0, "Description", &class.description);
    page.field(
        0,
        "Annotations",
        &format_labels(&class.metadata.annotations),
    );
    Ok(about.finish(page))
}
