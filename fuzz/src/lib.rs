//! What the fuzz targets do with their input, a file a part of the engine. Each function takes any text and must not panic;
//! what it accepts must come back the same.
//!
//! The tests of the parts include these files by their path and call the same functions with inputs from a seed, so that
//! every run of the tests fuzzes a little.

pub mod apiserver;
pub mod kubectl;
pub mod shell;
