//! Waiting with an end to it.

use std::future::Future;
use std::pin::pin;

use futures_util::future::{Either, select};

use crate::context::Context;

/// A week: what kubectl takes for "as long as it takes".
pub const WEEK: i64 = 168 * 3600 * 1_000_000;

/// Waits for something until a moment in microseconds since 1970; `None` when the moment comes first.
pub async fn before<T>(cx: &Context, deadline: i64, future: impl Future<Output = T>) -> Option<T> {
    let left = deadline - cx.host.now();
    if left <= 0 {
        return None;
    }
    match select(pin!(future), cx.host.sleep(left)).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(_) => None,
    }
}
