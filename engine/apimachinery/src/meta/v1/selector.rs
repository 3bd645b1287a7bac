//! Label and field selectors as API types (matching is in [`crate::labels`] and [`crate::fields`]).

use crate::{Map, Str};

crate::api_struct! {
    /// A label query; empty matches everything.
    pub struct LabelSelector("v1.LabelSelector") {
        match_labels: Map<Str, Str> = "matchLabels" omitempty,
        match_expressions: Vec<LabelSelectorRequirement> = "matchExpressions" omitempty,
    }

    /// One requirement of a label query.
    pub struct LabelSelectorRequirement("v1.LabelSelectorRequirement") {
        key: Str = "key",
        operator: Str = "operator" go("v1.LabelSelectorOperator"),
        values: Vec<Str> = "values" omitempty,
    }

    /// One requirement of a field query.
    pub struct FieldSelectorRequirement("v1.FieldSelectorRequirement") {
        key: Str = "key",
        operator: Str = "operator" go("v1.FieldSelectorOperator"),
        values: Vec<Str> = "values" omitempty,
    }
}
