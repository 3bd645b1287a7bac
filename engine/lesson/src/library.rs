//! All lessons: read from files, put in order, and checked for sense.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use view::{LessonCard, LessonSource};

use crate::nonsense::nonsense;
use crate::place::from_yaml;
use crate::{Data, Lesson, Text};

/// How large a file of a lesson may be, in bytes.
const LARGEST: usize = 256 << 10;
/// How large all files of a lesson may be together.
const ALL: usize = 1 << 20;

/// Lessons in the order in which they are offered.
#[derive(Clone, Debug, Default)]
pub struct Library {
    tracks: Vec<Track>,
    lessons: Vec<Lesson>,
}

/// A track: a folder of lessons, `lessons/<track>/track.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Its folder.
    #[serde(skip)]
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its title in other languages.
    #[serde(default)]
    pub titles: BTreeMap<String, String>,
    /// Its place among the tracks; the lowest first.
    pub order: u32,
}

/// A lesson that makes no sense, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The file that is wrong.
    pub file: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

impl std::error::Error for Error {}

impl Library {
    /// Reads lessons from files: paths relative to the `lessons` folder, with `/`, and their content.
    ///
    /// # Errors
    /// Everything that is wrong, so that an author can mend it in one go.
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<Error>> {
        let files: BTreeMap<&str, &str> = files.into_iter().collect();
        let mut errors = Vec::new();
        let mut library = Self::default();
        for (&path, &content) in &files {
            let parts: Vec<&str> = path.split('/').collect();
            match parts.as_slice() {
                [track, "track.yaml"] => match from_yaml::<Track>(content) {
                    Ok(parsed) => library.tracks.push(Track {
                        id: (*track).to_owned(),
                        ..parsed
                    }),
                    Err(message) => errors.push(Error {
                        file: path.into(),
                        message,
                    }),
                },
                [track, slug, "lesson.yaml"] => {
                    match read_lesson(&files, &format!("{track}/{slug}"), "") {
                        Ok(lesson) => library.lessons.push(lesson),
                        Err(mut e) => errors.append(&mut e),
                    }
                }
                _ => {}
            }
        }
        let known: BTreeSet<&str> = library.tracks.iter().map(|t| t.id.as_str()).collect();
        for lesson in &library.lessons {
            if !known.contains(lesson.track()) {
                let file = format!("{}/track.yaml", lesson.track());
                errors.push(Error {
                    file,
                    message: "is missing: it gives the track's title and order".into(),
                });
            }
        }
        library
            .tracks
            .sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        let order: BTreeMap<String, usize> = library
            .tracks
            .iter()
            .enumerate()
            .map(|(i, track)| (track.id.clone(), i))
            .collect();
        library
            .lessons
            .sort_by_key(|lesson| (order.get(lesson.track()).copied(), lesson.id.clone()));
        if errors.is_empty() {
            Ok(library)
        } else {
            Err(errors)
        }
    }

    /// All lessons in order.
    pub fn lessons(&self) -> &[Lesson] {
        &self.lessons
    }

    /// All tracks in order.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// Lessons that are too much alike: two ids, and what they share.
    pub fn alike(&self) -> Vec<(String, String, String)> {
        let mut out = Vec::new();
        let lines = |lesson: &Lesson| -> BTreeSet<String> {
            let steps = lesson.data.steps.iter();
            steps.flat_map(|step| step.solution.clone()).collect()
        };
        for (i, one) in self.lessons.iter().enumerate() {
            for other in &self.lessons[i + 1..] {
                let (a, b) = (lines(one), lines(other));
                let same = a.intersection(&b).count();
                let why = if one.text.title == other.text.title {
                    "the same title".to_owned()
                } else if one.text.summary == other.text.summary {
                    "the same summary".to_owned()
                } else if 10 * same >= 7 * a.len().min(b.len()) {
                    format!("{same} command lines of their solutions")
                } else {
                    continue;
                };
                out.push((one.id.clone(), other.id.clone(), why));
            }
        }
        out
    }

    /// The lesson of that id.
    pub fn get(&self, id: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.id == id)
    }
}

impl Lesson {
    /// Reads one lesson from its files, wherever they come from.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn read(source: &LessonSource) -> Result<Self, Vec<Error>> {
        let files = source.files.iter();
        let files = files.map(|(path, text)| (format!("{}/{path}", source.id), text.as_str()));
        let files: Vec<(String, &str)> = files.collect();
        let files = files.iter().map(|(path, text)| (path.as_str(), *text));
        read_lesson(&files.collect(), &source.id, &source.language)
    }

    /// What a list of lessons shows of it, in a track of that title.
    pub fn card(&self, track: &str) -> LessonCard {
        LessonCard {
            id: self.id.clone(),
            track: track.to_owned(),
            title: self.text.title.clone(),
            summary: self.text.summary.clone(),
            minutes: self.data.minutes,
            steps: u32::try_from(self.data.steps.len()).unwrap_or(u32::MAX),
            languages: std::iter::once("en".to_owned())
                .chain(self.languages.iter().cloned())
                .collect(),
        }
    }

    /// The folder of the track it belongs to.
    pub fn track(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }
}

/// Reads a lesson; all of its languages are looked at, and the words of the wanted one taken.
fn read_lesson(files: &BTreeMap<&str, &str>, id: &str, wanted: &str) -> Result<Lesson, Vec<Error>> {
    let error = |file: &str, message: String| Error {
        file: format!("{id}/{file}"),
        message,
    };
    let read = |file: &str| {
        let path = format!("{id}/{file}");
        files
            .get(path.as_str())
            .copied()
            .ok_or_else(|| vec![error(file, "is missing".into())])
    };
    let too_large = too_large(files, id);
    if !too_large.is_empty() {
        return Err(too_large);
    }
    let data: Data = from_yaml(read("lesson.yaml")?).map_err(|e| vec![error("lesson.yaml", e)])?;
    let english = Text::parse(read("text.md")?).map_err(|e| vec![error("text.md", e)])?;
    let (mut text, mut languages, mut errors) = (english.clone(), Vec::new(), Vec::new());
    for (path, content) in below(files, &format!("{id}/")) {
        let Some(language) = path.strip_suffix("/text.md") else {
            continue;
        };
        match Text::parse(&content) {
            Ok(words) => {
                let (translated, strange) = english.clone().translated(words);
                errors.extend(strange.into_iter().map(|e| error(&path, e)));
                if language == wanted {
                    text = translated;
                }
            }
            Err(e) => errors.push(error(&path, e)),
        }
        languages.push(language.to_owned());
    }
    let lesson = Lesson {
        id: id.to_owned(),
        data,
        text,
        files: below(files, &format!("{id}/files/")),
        manifests: below(files, &format!("{id}/setup/")),
        language: wanted.to_owned(),
        languages,
    };
    let wrong = nonsense(&lesson).into_iter();
    errors.extend(wrong.map(|(file, message)| error(file, message)));
    if errors.is_empty() {
        Ok(lesson)
    } else {
        Err(errors)
    }
}

/// Files that nobody can mean: a lesson is small, for it is kept in the browser's memory.
fn too_large(files: &BTreeMap<&str, &str>, id: &str) -> Vec<Error> {
    let folder = format!("{id}/");
    let own = files.range(folder.as_str()..);
    let own: Vec<(&str, usize)> = own
        .take_while(|(path, _)| path.starts_with(&folder))
        .map(|(path, content)| (*path, content.len()))
        .collect();
    let large = own.iter().filter(|(_, size)| *size > LARGEST);
    let mut errors: Vec<Error> = large
        .map(|(path, size)| Error {
            file: (*path).to_owned(),
            message: format!(
                "is too large: {} KiB, and a lesson's file has {} at the most",
                size >> 10,
                LARGEST >> 10
            ),
        })
        .collect();
    let all: usize = own.iter().map(|(_, size)| size).sum();
    if errors.is_empty() && all > ALL {
        errors.push(Error {
            file: id.to_owned(),
            message: format!(
                "is too large: {} KiB, and a lesson has {} at the most",
                all >> 10,
                ALL >> 10
            ),
        });
    }
    errors
}

/// The files below a folder, by their path in it.
fn below(files: &BTreeMap<&str, &str>, folder: &str) -> Vec<(String, String)> {
    let files = files.range(folder..);
    let files = files.map_while(|(path, content)| {
        let path = path.strip_prefix(folder)?;
        Some((path.to_owned(), (*content).to_owned()))
    });
    files.collect()
}
