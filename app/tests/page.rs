//! The page's components in a real browser. Run by `cargo xtask test wasm`.
//!
//! There is no engine: what it would say is put into the stores, and what a person sees of it is read from the document.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)]

use app::bridge::Bridge;
use app::components::cluster_map::ClusterMap;
use app::components::lesson::Lesson;
use app::components::notice::Notices;
use app::components::time_bar::TimeBar;
use app::components::tone::Tone;
use app::state::Stores;
use app::state::notices::Weight;
use app::state::session::Phase;
use leptos::prelude::*;
use view::{
    Clock, ContainerState, ContainerView, LessonCard, NodeView, PodPhase, PodView, Time, ViewPatch,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// A mounted component and the stores it shows.
struct Shown {
    place: HtmlElement,
    stores: Stores,
    _mounted: Box<dyn std::any::Any>,
}

impl Shown {
    fn new<V: IntoView + 'static>(component: impl FnOnce() -> V + 'static) -> Shown {
        let place = document().create_element("div").expect("a div");
        let body = document().body().expect("a body");
        body.append_child(&place).expect("appended");
        let place: HtmlElement = place.dyn_into().expect("an HTML element");
        let stores = Stores::new();
        let mounted = leptos::mount::mount_to(place.clone(), move || {
            provide_context(stores);
            provide_context(Bridge::new(stores));
            component()
        });
        Shown {
            place,
            stores,
            _mounted: Box::new(mounted),
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.place.query_selector(selector).expect("a selector")
    }

    fn count(&self, selector: &str) -> u32 {
        let found = self.place.query_selector_all(selector);
        found.expect("a selector").length()
    }

    fn text(&self) -> String {
        self.place.text_content().unwrap_or_default()
    }
}

/// Lets what has been written be drawn.
async fn drawn() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let window = web_sys::window().expect("a window");
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 20);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

fn node(name: &str) -> ViewPatch {
    ViewPatch::Node(NodeView {
        uid: format!("uid-{name}"),
        name: name.into(),
        status: "Ready".into(),
        ready: true,
        schedulable: true,
        ..NodeView::default()
    })
}

fn pod(status: &str, phase: PodPhase, node: Option<&str>) -> PodView {
    PodView {
        uid: "uid-web".into(),
        name: "web".into(),
        namespace: "default".into(),
        status: status.into(),
        phase,
        node: node.map(str::to_owned),
        containers: vec![ContainerView {
            name: "nginx".into(),
            image: "nginx".into(),
            state: ContainerState::Waiting {
                reason: "ContainerCreating".into(),
                message: String::new(),
                pull: None,
                retry: None,
            },
            ..ContainerView::default()
        }],
        ..PodView::default()
    }
}

#[wasm_bindgen_test]
fn the_page_mounts_without_its_engine() {
    let shown = Shown::new(app::Page);
    assert!(shown.text().contains("Tabernetes"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn a_pod_waits_for_its_node_moves_to_it_and_goes() {
    let shown = Shown::new(ClusterMap);
    let cluster = shown.stores.cluster;
    // node-10 comes behind node-9.
    cluster.apply(vec![node("node-10"), node("node-9")]);
    cluster.apply(vec![ViewPatch::Pod(pod(
        "Pending",
        PodPhase::Pending,
        None,
    ))]);
    drawn().await;
    let names: Vec<String> = ["node-9", "node-10"].map(str::to_owned).into();
    let heads = shown
        .place
        .query_selector_all("[data-node]")
        .expect("heads");
    let order: Vec<String> = (0..heads.length())
        .filter_map(|i| {
            heads
                .item(i)?
                .dyn_into::<Element>()
                .ok()?
                .get_attribute("data-node")
        })
        .collect();
    assert_eq!(order, names);
    assert!(shown.find(".queue [data-pod='web']").is_some());

    let said = cluster.apply(vec![ViewPatch::Pod(pod(
        "ContainerCreating",
        PodPhase::Pending,
        Some("node-9"),
    ))]);
    assert_eq!(said, ["web ContainerCreating"]);
    drawn().await;
    assert!(shown.find(".queue").is_none());
    let tile = shown.find("[aria-label='Node node-9'] [data-pod='web']");
    let tile = tile.expect("on its node");
    assert_eq!(
        tile.get_attribute("data-status").as_deref(),
        Some("ContainerCreating")
    );
    assert!(tile.class_list().contains("tone-starting"));
    assert_eq!(tile.get_attribute("tabindex").as_deref(), Some("0"));

    cluster.apply(vec![ViewPatch::PodGone("uid-web".into())]);
    drawn().await;
    assert!(
        shown
            .find("[aria-label='Node node-9'] [data-pod]")
            .is_none()
    );
}

#[wasm_bindgen_test]
async fn speed_and_pause_follow_the_engines_word() {
    let shown = Shown::new(TimeBar);
    let pressed = || {
        shown
            .find("[aria-checked='true']")
            .and_then(|b| b.text_content())
    };
    shown.stores.session.phase.set(Phase::Ready);
    shown.stores.clock.set(Clock {
        now: Time(3_600 * Time::SECOND),
        speed: 20,
        running: false,
        ..Clock::default()
    });
    drawn().await;
    assert_eq!(pressed().as_deref(), Some("20×"));
    assert!(shown.find("[aria-label='Let time run']").is_some());
    assert!(shown.text().contains("01:00:00"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn lessons_are_listed_by_track() {
    let shown = Shown::new(Lesson);
    let card = |id: &str, track: &str| LessonCard {
        id: id.into(),
        track: track.into(),
        title: format!("About {id}"),
        minutes: 5,
        steps: 3,
        ..LessonCard::default()
    };
    let cards = vec![
        card("pods/a", "Pods"),
        card("pods/b", "Pods"),
        card("apps/c", "Apps"),
    ];
    shown.stores.lesson.cards.set(cards);
    drawn().await;
    assert_eq!(shown.count("[data-lesson]"), 3);
    assert!(shown.text().contains("About apps/c"));
}

#[wasm_bindgen_test]
async fn a_notice_is_shown_said_and_closed() {
    let shown = Shown::new(Notices);
    shown.stores.notices.show(Weight::Trouble, "it broke");
    drawn().await;
    assert_eq!(shown.count(".notice.trouble"), 1);
    let said = shown
        .find("[aria-live]")
        .and_then(|region| region.text_content());
    assert_eq!(said.as_deref(), Some("it broke"));
    let close = shown.find(".notice button").expect("a button");
    close.unchecked_into::<HtmlElement>().click();
    drawn().await;
    assert_eq!(shown.count(".notice"), 0);
}

#[wasm_bindgen_test]
fn every_tone_has_a_shape_and_a_word_of_its_own() {
    let shown = Shown::new(|| {
        Tone::ALL
            .map(Tone::glyph)
            .into_iter()
            .collect::<Vec<AnyView>>()
    });
    let glyphs = shown.place.query_selector_all("svg").expect("glyphs");
    let mut shapes: Vec<String> = (0..glyphs.length())
        .filter_map(|i| Some(glyphs.item(i)?.dyn_into::<Element>().ok()?.inner_html()))
        .chain(Tone::ALL.iter().map(|tone| tone.word().to_owned()))
        .collect();
    let all = shapes.len();
    shapes.sort();
    shapes.dedup();
    assert_eq!((all, shapes.len()), (16, 16));
}
