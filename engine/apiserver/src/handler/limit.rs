//! How large a request may be: 3 MiB, as upstream's `MaxRequestBodyBytes`.

use apimachinery::{Status, Value};

use super::{Request, RequestBody};

/// The limit in bytes.
const LIMIT: usize = 3 << 20;

/// Refuses a body that is too large. What is parsed already counts by its texts, which is less than it had on the wire:
/// nothing is refused that upstream takes.
pub(super) fn check(request: &Request) -> Result<(), Status> {
    let size = match &request.body {
        RequestBody::Empty => 0,
        RequestBody::Text(text) => text.len(),
        RequestBody::Json(value) => weight(value, 0),
    };
    if size > LIMIT {
        let message = format!("limit is {LIMIT}");
        return Err(Status::request_entity_too_large(&message));
    }
    Ok(())
}

/// Bytes of all texts, on top of those counted `before`; counting ends when it is too much.
fn weight(value: &Value, before: usize) -> usize {
    match value {
        Value::String(text) => before + text.len(),
        Value::Array(items) => items
            .iter()
            .try_fold(before, |sum, item| over(weight(item, sum + 1)))
            .unwrap_or_else(|sum| sum),
        Value::Object(fields) => fields
            .iter()
            .try_fold(before, |sum, (key, item)| {
                over(weight(item, sum + key.len()))
            })
            .unwrap_or_else(|sum| sum),
        _ => before + 1,
    }
}

fn over(sum: usize) -> Result<usize, usize> {
    if sum > LIMIT { Err(sum) } else { Ok(sum) }
}
