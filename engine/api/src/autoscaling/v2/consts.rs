//! `autoscaling/v2`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `Max`
pub const MAX_CHANGE_POLICY_SELECT: &str = "Max";
/// `Min`
pub const MIN_CHANGE_POLICY_SELECT: &str = "Min";
/// `Disabled`
pub const DISABLED_POLICY_SELECT: &str = "Disabled";
/// `Pods`
pub const PODS_SCALING_POLICY: &str = "Pods";
/// `Percent`
pub const PERCENT_SCALING_POLICY: &str = "Percent";
/// `Object`
pub const OBJECT_METRIC_SOURCE_TYPE: &str = "Object";
/// `Pods`
pub const PODS_METRIC_SOURCE_TYPE: &str = "Pods";
/// `Resource`
pub const RESOURCE_METRIC_SOURCE_TYPE: &str = "Resource";
/// `ContainerResource`
pub const CONTAINER_RESOURCE_METRIC_SOURCE_TYPE: &str = "ContainerResource";
/// `External`
pub const EXTERNAL_METRIC_SOURCE_TYPE: &str = "External";
/// `Utilization`
pub const UTILIZATION_METRIC_TYPE: &str = "Utilization";
/// `Value`
pub const VALUE_METRIC_TYPE: &str = "Value";
/// `AverageValue`
pub const AVERAGE_VALUE_METRIC_TYPE: &str = "AverageValue";
/// `ScalingActive`
pub const SCALING_ACTIVE: &str = "ScalingActive";
/// `AbleToScale`
pub const ABLE_TO_SCALE: &str = "AbleToScale";
/// `ScalingLimited`
pub const SCALING_LIMITED: &str = "ScalingLimited";
/// `ScaledToZero`
pub const SCALED_TO_ZERO: &str = "ScaledToZero";
