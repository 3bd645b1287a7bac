//! `autoscaling/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

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
/// `ScalingActive`
pub const SCALING_ACTIVE: &str = "ScalingActive";
/// `AbleToScale`
pub const ABLE_TO_SCALE: &str = "AbleToScale";
/// `ScalingLimited`
pub const SCALING_LIMITED: &str = "ScalingLimited";
/// `ScaledToZero`
pub const SCALED_TO_ZERO: &str = "ScaledToZero";
