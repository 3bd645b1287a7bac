//! `kubectl edit`

use crate::context::Context;
use crate::error::Error;
use crate::resource::builder::FilenameOptions;

/// `create --edit`
pub async fn on_create(_cx: &Context, _files: &FilenameOptions) -> Result<(), Error> {
    Err("--edit is not supported yet".into())
}
