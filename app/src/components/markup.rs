//! Views as text: for what is drawn anew as a whole and only read and pressed.
//!
//! Leptos' views cost the page's module a kilobyte a handful of elements, for they can be updated piece by piece. Texts
//! of lessons, lists and pictures need none of that. Here they are written as markup, whose every text from outside
//! is escaped, and what is pressed in them says what it does in `data-do` and `data-of` (see `acts`).

use leptos::html::Div;
use leptos::prelude::*;

use super::icon::Icon;
use crate::interop::browser;
use crate::state::watch;

/// Markup that is being written.
#[derive(Default)]
pub struct Html(String);

impl Html {
    /// Nothing yet.
    pub fn new() -> Html {
        Html::default()
    }

    /// Markup as it is; never anything from outside.
    pub fn raw(&mut self, markup: &str) -> &mut Html {
        self.0.push_str(markup);
        self
    }

    /// A text, in an element or in an attribute's quotes.
    pub fn text(&mut self, text: &str) -> &mut Html {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                letter => self.0.push(letter),
            }
        }
        self
    }

    /// A number.
    pub fn number(&mut self, number: i64) -> &mut Html {
        self.0.push_str(&number.to_string());
        self
    }

    /// An element with a class and a text.
    pub fn tag(&mut self, name: &str, class: &str, text: &str) -> &mut Html {
        self.open(name, class);
        self.text(text).close(name)
    }

    /// The beginning of an element with a class.
    pub fn open(&mut self, name: &str, class: &str) -> &mut Html {
        self.raw("<").raw(name);
        if !class.is_empty() {
            self.raw(" class=\"").raw(class).raw("\"");
        }
        self.raw(">")
    }

    /// The end of an element.
    pub fn close(&mut self, name: &str) -> &mut Html {
        self.raw("</").raw(name).raw(">")
    }

    /// The beginning of a button that does something of something.
    pub fn act(&mut self, class: &str, act: &str, of: &str) -> &mut Html {
        self.raw("<button class=\"").raw(class).raw("\" data-do=\"");
        self.raw(act).raw("\" data-of=\"").text(of).raw("\">")
    }

    /// A whole button: with an icon and a word.
    pub fn button(
        &mut self,
        class: &str,
        act: &str,
        of: &str,
        icon: Icon,
        word: &str,
    ) -> &mut Html {
        self.act(class, act, of).icon(icon);
        self.raw("<span>").text(word).raw("</span></button>")
    }

    /// An icon, for the eye only.
    pub fn icon(&mut self, icon: Icon) -> &mut Html {
        self.raw("<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"");
        self.raw(icon.strokes()).raw("\"/></svg>")
    }

    /// What has been written.
    pub fn done(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// Shows what a closure writes, and writes it again whenever something it listens to has changed. The keyboard's focus
/// stays on what it was on.
pub fn markup(write: impl Fn(&mut Html) + 'static) -> AnyView {
    fn markup(write: Box<dyn Fn(&mut Html)>) -> AnyView {
        let place = NodeRef::<Div>::new();
        watch(move || {
            let mut html = Html::new();
            write(&mut html);
            if let Some(place) = place.get() {
                browser::fill(&place, &html.done());
            }
        });
        view! { <div class="markup" node_ref=place></div> }.into_any()
    }
    markup(Box::new(write))
}
