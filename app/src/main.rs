//! Starts the page.

use wasm_bindgen::JsCast;

fn main() {
    console_error_panic_hook::set_once();
    let place = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"))
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(place) = place {
        place.set_inner_html("");
        leptos::mount::mount_to(place, app::Page).forget();
    }
}
