//! The causal trace: what happened, when, by whom, and because of what.
//!
//! A link is recorded wherever something changes that a learner could ask about: an API write, an event, a container
//! that starts. Each link names the link that caused it, found without any effort of the components: whoever is
//! woken inherits the last link of whoever woke it. The page walks these chains to answer "why did this pod appear?",
//! and two runs are the same run exactly when their traces are equal.

use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

use crate::Time;

/// How many links are kept. Older ones are forgotten; the running digest still covers them.
const CAPACITY: usize = 1 << 16;

/// Names a link within one simulation; 0 means "no cause": something from outside, such as a keystroke.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its own name; ascending.
    pub id: LinkId,
    /// The link that led to this one.
    pub cause: LinkId,
    /// When it happened.
    pub at: Time,
    /// Who did it, such as `default-scheduler` or `kubelet/node-1`.
    pub actor: Rc<str>,
    /// What was done, such as `create` or `start`.
    pub verb: &'static str,
    /// To what, such as `pods/default/web`.
    pub object: Box<str>,
    /// More about it, for reading; may be empty.
    pub detail: Box<str>,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            cause,
            at,
            actor,
            verb,
            object,
            detail,
        } = self;
        write!(f, "{} <{} {at} {actor} {verb} {object}", id.0, cause.0)?;
        if !detail.is_empty() {
            write!(f, " {detail}")?;
        }
        Ok(())
    }
}

/// How many actors' names are known, so that their links share them.
const ACTORS: usize = 64;

/// The links of one simulation, newest last, with a digest of all that ever were.
#[derive(Default)]
pub struct Trace {
    links: VecDeque<Link>,
    /// Who did something of late, one in each place of a table.
    actors: Vec<Option<Rc<str>>>,
    last: u64,
    digest: Digest,
}

impl Trace {
    pub(crate) fn record(&mut self, mut link: Link) -> LinkId {
        self.last += 1;
        link.id = LinkId(self.last);
        self.digest.add(&link);
        if self.links.len() == CAPACITY {
            self.links.pop_front();
        }
        self.links.push_back(link);
        LinkId(self.last)
    }

    /// An actor's name, as a text that its links share.
    pub(crate) fn actor(&mut self, name: &str) -> Rc<str> {
        if self.actors.is_empty() {
            self.actors.resize(ACTORS, None);
        }
        let sum = name.bytes().fold(name.len(), |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(usize::from(byte))
        });
        match &mut self.actors[sum % ACTORS] {
            Some(known) if **known == *name => Rc::clone(known),
            place => Rc::clone(place.insert(name.into())),
        }
    }

    /// The link of that name, if it is still kept.
    pub fn get(&self, id: LinkId) -> Option<&Link> {
        let first = self.links.front()?.id.0;
        let index = usize::try_from(id.0.checked_sub(first)?).ok()?;
        self.links.get(index)
    }

    /// The link and what led to it, effect first, as far as it is kept.
    pub fn chain(&self, id: LinkId) -> impl Iterator<Item = &Link> {
        std::iter::successors(self.get(id), |link| self.get(link.cause))
    }

    /// All links that are kept, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Link> {
        self.links.iter()
    }

    /// The name of the newest link.
    pub fn last(&self) -> LinkId {
        LinkId(self.last)
    }

    /// A 64-bit digest of every link ever recorded.
    pub fn digest(&self) -> u64 {
        self.digest.0
    }
}

/// Of the links' fields, eight bytes at a time.
struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    fn add(&mut self, link: &Link) {
        self.number(link.id.0);
        self.number(link.cause.0);
        self.number(link.at.as_micros().cast_unsigned());
        for text in [&*link.actor, link.verb, &link.object, &link.detail] {
            self.text(text);
        }
    }

    fn number(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        for part in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.number(u64::from_le_bytes(word));
        }
    }
}
