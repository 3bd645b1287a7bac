//! The phone's tab bar: one pane at a time.

use leptos::prelude::*;

use super::icon;
use crate::bridge::page;
use crate::state::layout::PhoneTab;

/// The bar at the bottom; shown by the style sheet on narrow screens only.
#[component]
pub fn TabBar() -> impl IntoView {
    let (stores, _) = page();
    let layout = stores.layout;
    let tab = move |tab: PhoneTab| {
        let (label, drawing) = match tab {
            PhoneTab::Lesson => ("Lesson", icon::BOOK),
            PhoneTab::Map => ("Map", icon::MAP),
            PhoneTab::Terminal => ("Terminal", icon::PROMPT),
            PhoneTab::Editor => ("Files", icon::FILE),
        };
        view! {
            <button
                role="tab"
                aria-selected=move || (layout.tab.get() == tab).to_string()
                on:click=move |_| {
                    layout.home.put(layout.home.get_untracked() && tab == PhoneTab::Lesson);
                    layout.show(tab);
                }
            >
                {icon::icon(drawing)}
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="tab-bar" role="tablist" aria-label="Panes">
            {PhoneTab::ALL.into_iter().map(tab).collect::<Vec<AnyView>>()}
        </div>
    }
}
