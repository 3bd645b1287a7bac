//! Smooth motion of elements whose place in the document has changed: first, last, invert, play.
//!
//! Places are measured before a change and again after it. What has moved glides from its old place to its new one;
//! what is gone fades where it was. Elements are recognised by `data-flip`, so one may glide from one list to another
//! although the page made a new element for it. With many elements, or when less motion is wished for, things just
//! are where they are.

use wasm_bindgen::prelude::*;
use web_sys::{DomRect, Element, HtmlElement};

use super::media;

#[wasm_bindgen(module = "/src/interop/browser.js")]
extern "C" {
    fn glide(element: &Element, x: f64, y: f64);
    fn enter(element: &Element);
    fn leave(element: &Element, x: f64, y: f64, width: f64, height: f64);
    #[wasm_bindgen(js_name = fly)]
    fn fly_js(from: &Element, to: &Element, arrives: bool, label: &str);
}

/// More elements than this are not animated: it would cost more than it shows.
const MANY: u32 = 120;

/// Where everything was.
pub struct Places(Vec<Place>);

/// An element, the name by which it is recognised, and where it is.
struct Place {
    id: String,
    element: Element,
    rect: DomRect,
}

/// Measures all elements with `data-flip` below `root`. `None` when nothing is to be animated.
pub fn measure(root: &HtmlElement) -> Option<Places> {
    let elements = root.query_selector_all("[data-flip]").ok()?;
    // The number first: where anything is costs a layout.
    if elements.length() > MANY || media::matches(media::STILL) || root.offset_parent().is_none() {
        return None;
    }
    // A list to be searched: they are few, and the code of a map is large.
    let mut places = Vec::new();
    for index in 0..elements.length() {
        let Some(element) = elements
            .item(index)
            .and_then(|node| node.dyn_into::<Element>().ok())
        else {
            continue;
        };
        if let Some(id) = element.get_attribute("data-flip") {
            let rect = element.get_bounding_client_rect();
            places.push(Place { id, element, rect });
        }
    }
    Some(Places(places))
}

/// Lets everything move from where it was to where it is now.
pub fn play(root: &HtmlElement, before: Places) {
    let Some(mut after) = measure(root) else {
        return;
    };
    for Place {
        id,
        element: old,
        rect: from,
    } in before.0
    {
        match after.0.iter().position(|place| place.id == id) {
            Some(index) => {
                let Place {
                    element, rect: to, ..
                } = after.0.swap_remove(index);
                let (x, y) = (from.left() - to.left(), from.top() - to.top());
                if x.abs() > 1.0 || y.abs() > 1.0 {
                    glide(&element, x, y);
                }
            }
            None => leave(&old, from.left(), from.top(), from.width(), from.height()),
        }
    }
    for place in &after.0 {
        enter(&place.element);
    }
}

/// A dot flies from one element to another; one that does not arrive falls short of it.
pub fn fly(from: &Element, to: &Element, arrives: bool, label: &str) {
    fly_js(from, to, arrives, label);
}
