//! `kubectl describe configmap`.

use api::core::v1::{ConfigMap, Event};

use super::events::events as event_table;
use super::page::Page;

/// The config map with all of its data.
pub(crate) fn config_map(map: &ConfigMap, events: Option<&[Event]>, now: i64) -> String {
    let mut page = Page::new(now);
    page.head(&map.metadata);
    page.raw("\nData\n====\n");
    for (key, value) in &map.data {
        page.raw(&format!("{key}:\n----\n{value}\n\n"));
    }
    page.raw("\nBinaryData\n====\n");
    for (key, value) in &map.binary_data {
        page.raw(&format!("{key}: {} bytes\n", value.len()));
    }
    page.raw("\n");
    if let Some(events) = events {
        event_table(&mut page, events);
    }
    page.finish()
}
