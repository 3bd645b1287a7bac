//! The lessons that come with the program, put into it when it is built (see `build.rs`).

use crate::{Error, Library};

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The lessons of the `lessons` folder.
///
/// # Errors
/// None in a build that passed its tests, which read every lesson.
pub fn bundled() -> Result<Library, Vec<Error>> {
    Library::from_files(FILES.iter().copied())
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_lesson_makes_sense() {
        let library = super::bundled().unwrap_or_else(|errors| panic!("{errors:#?}"));
        assert!(!library.lessons().is_empty());
    }
}
