//! Taints and tolerations (`component-helpers/scheduling/corev1`).

use api::core::v1::{Taint, Toleration};

/// New pods are kept away unless they tolerate the taint.
pub const NO_SCHEDULE: &str = "NoSchedule";
/// New pods are kept away if there is another node.
pub const PREFER_NO_SCHEDULE: &str = "PreferNoSchedule";
/// New pods are kept away, and running ones are evicted.
pub const NO_EXECUTE: &str = "NoExecute";

/// Whether `toleration` covers `taint`.
pub fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    if !toleration.effect.is_empty() && toleration.effect != taint.effect {
        return false;
    }
    if !toleration.key.is_empty() && toleration.key != taint.key {
        return false;
    }
    match toleration.operator.as_str() {
        "" | "Equal" => toleration.value == taint.value,
        "Exists" => true,
        "Lt" | "Gt" => compares(toleration, taint),
        _ => false,
    }
}

/// The numeric operators: the taint's value is compared with the toleration's.
fn compares(toleration: &Toleration, taint: &Taint) -> bool {
    match (toleration.value.parse::<i64>(), taint.value.parse::<i64>()) {
        (Ok(limit), Ok(value)) if toleration.operator == "Lt" => value < limit,
        (Ok(limit), Ok(value)) => value > limit,
        _ => false,
    }
}

/// Whether any of `tolerations` covers `taint`.
pub fn tolerated(tolerations: &[Toleration], taint: &Taint) -> bool {
    tolerations.iter().any(|t| tolerates(t, taint))
}

/// The first of `taints` with an effect in `effects` that `tolerations` do not cover.
pub fn first_untolerated<'a>(
    taints: &'a [Taint],
    tolerations: &[Toleration],
    effects: &[&str],
) -> Option<&'a Taint> {
    taints
        .iter()
        .filter(|taint| effects.contains(&taint.effect.as_str()))
        .find(|taint| !tolerated(tolerations, taint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toleration(key: &str, operator: &str, value: &str, effect: &str) -> Toleration {
        Toleration {
            key: key.into(),
            operator: operator.into(),
            value: value.into(),
            effect: effect.into(),
            ..Toleration::default()
        }
    }

    #[test]
    fn operators() {
        let taint = Taint {
            key: "k".into(),
            value: "5".into(),
            effect: NO_SCHEDULE.into(),
            ..Taint::default()
        };
        for (key, operator, value, effect, expected) in [
            ("k", "", "5", "", true),
            ("k", "Equal", "5", NO_SCHEDULE, true),
            ("k", "Equal", "6", "", false),
            ("k", "Exists", "", "", true),
            ("", "Exists", "", "", true),
            ("k", "Exists", "", NO_EXECUTE, false),
            ("x", "Exists", "", "", false),
            ("k", "Gt", "4", "", true),
            ("k", "Gt", "5", "", false),
            ("k", "Lt", "6", "", true),
            ("k", "Lt", "x", "", false),
        ] {
            let toleration = toleration(key, operator, value, effect);
            assert_eq!(tolerates(&toleration, &taint), expected, "{toleration:?}");
        }
    }
}
