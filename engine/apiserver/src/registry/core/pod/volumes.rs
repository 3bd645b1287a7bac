//! Volumes of pods.

use api::core::v1::Volume;
use apimachinery::reflect::{Reflect, View};

/// How many sources a volume names; good ones name one.
pub(crate) fn sources(volume: &Volume) -> usize {
    let fields = volume
        .schema()
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.json != "name");
    fields
        .filter(|(i, _)| !matches!(volume.field(*i), View::Null))
        .count()
}
