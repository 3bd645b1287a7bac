//! Redirections: what is done before a command, and undone after it.

use os::{Errno, File, OpenFlags};

use super::{Flow, Shell};
use crate::syntax::ast::{Redirect, RedirectKind, Word};

/// Descriptors as they were.
#[derive(Default)]
pub(crate) struct Saved(Vec<(u32, Option<File>)>);

impl Shell {
    /// Makes redirections, remembering what was. None: one failed, and has been complained about.
    pub(crate) async fn redirect(&mut self, redirects: &[Redirect]) -> Result<Option<Saved>, Flow> {
        let mut saved = Saved::default();
        for redirect in redirects {
            match self.redirect_one(redirect, &mut saved).await {
                Ok(true) => {}
                Ok(false) => {
                    self.undo_redirects(saved);
                    return Ok(None);
                }
                Err(flow) => {
                    self.undo_redirects(saved);
                    return Err(flow);
                }
            }
        }
        Ok(Some(saved))
    }

    /// The status of a command whose redirection failed.
    pub(crate) fn redirection_failure(&self) -> i32 {
        if self.is_dash() { 2 } else { 1 }
    }

    /// Puts descriptors back.
    pub(crate) fn undo_redirects(&mut self, saved: Saved) {
        for (fd, file) in saved.0.into_iter().rev() {
            match file {
                Some(file) => drop(self.proc.set_fd(fd, file)),
                None => drop(self.proc.close_fd(fd)),
            }
        }
    }

    fn put(&self, fd: u32, file: Option<File>, saved: &mut Saved) -> Result<(), Errno> {
        let old = self.proc.fd(fd).ok();
        match file {
            Some(file) => self.proc.set_fd(fd, file)?,
            None => drop(self.proc.close_fd(fd)),
        }
        saved.0.push((fd, old));
        Ok(())
    }

    async fn redirect_one(&mut self, redirect: &Redirect, saved: &mut Saved) -> Result<bool, Flow> {
        let fd = redirect.fd;
        match &redirect.kind {
            RedirectKind::Read(word) => {
                self.open_to(fd.unwrap_or(0), word, OpenFlags::READ, saved)
                    .await
            }
            RedirectKind::ReadWrite(word) => {
                self.open_to(fd.unwrap_or(0), word, OpenFlags::READ_WRITE, saved)
                    .await
            }
            RedirectKind::Append(word) => {
                self.open_to(fd.unwrap_or(1), word, OpenFlags::APPEND, saved)
                    .await
            }
            RedirectKind::Write(word, force) => {
                let fd = fd.unwrap_or(1);
                if self.options.noclobber && !force {
                    return self.open_noclobber(fd, word, saved).await;
                }
                self.open_to(fd, word, OpenFlags::WRITE, saved).await
            }
            RedirectKind::Both(word, append) => {
                let flags = if *append {
                    OpenFlags::APPEND
                } else {
                    OpenFlags::WRITE
                };
                if !self.open_to(1, word, flags, saved).await? {
                    return Ok(false);
                }
                let file = self.proc.fd(1).ok();
                let _ = self.put(2, file, saved);
                Ok(true)
            }
            RedirectKind::HereString(word) => {
                let mut text = self.expand_single(word).await?;
                text.push('\n');
                self.feed(fd.unwrap_or(0), &text, saved)
            }
            RedirectKind::HereDoc(body, _) => {
                let text = match body.get() {
                    Some(word) => self.expand_single(word).await?,
                    None => String::new(),
                };
                self.feed(fd.unwrap_or(0), &text, saved)
            }
            RedirectKind::DupIn(word) => self.duplicate(fd.unwrap_or(0), word, false, saved).await,
            RedirectKind::DupOut(word) => {
                let plain = fd.is_none();
                self.duplicate(fd.unwrap_or(1), word, plain, saved).await
            }
        }
    }

    /// The one file name that a redirection's word stands for.
    async fn target(&mut self, word: &Word) -> Result<Option<String>, Flow> {
        let mut words = self.expand_words(std::slice::from_ref(word)).await?;
        if words.len() == 1 {
            return Ok(words.pop());
        }
        self.complain(&format!("{}: ambiguous redirect", word.source))
            .await;
        Ok(None)
    }

    async fn open_to(
        &mut self,
        fd: u32,
        word: &Word,
        flags: OpenFlags,
        saved: &mut Saved,
    ) -> Result<bool, Flow> {
        let Some(path) = self.target(word).await? else {
            return Ok(false);
        };
        let opened = self.open(&path, flags);
        match opened.and_then(|file| self.put(fd, Some(file), saved)) {
            Ok(()) => Ok(true),
            Err(error) => {
                let text = match (self.is_ash(), flags.write) {
                    (true, true) if self.is_dash() && error == Errno::ENOENT => {
                        format!("cannot create {path}: Directory nonexistent")
                    }
                    (true, true) if self.is_dash() => {
                        format!("cannot create {path}: {}", error.text())
                    }
                    (true, false) if self.is_dash() && error == Errno::ENOENT => {
                        format!("cannot open {path}: No such file")
                    }
                    (true, false) if self.is_dash() => {
                        format!("cannot open {path}: {}", error.text())
                    }
                    (true, true) if error == Errno::ENOENT => {
                        format!("can't create {path}: nonexistent directory")
                    }
                    (true, true) => format!("can't create {path}: {}", error.text()),
                    (true, false) if error == Errno::ENOENT => {
                        format!("can't open {path}: no such file")
                    }
                    (true, false) => format!("can't open {path}: {}", error.text()),
                    (false, _) => format!("{path}: {}", error.text()),
                };
                self.complain(&text).await;
                Ok(false)
            }
        }
    }

    async fn open_noclobber(
        &mut self,
        fd: u32,
        word: &Word,
        saved: &mut Saved,
    ) -> Result<bool, Flow> {
        let Some(path) = self.target(word).await? else {
            return Ok(false);
        };
        let full = self.proc.absolute(&path);
        let is_file = self
            .proc
            .vfs()
            .stat(&self.proc.cred(), &full)
            .is_ok_and(|stat| matches!(stat.inode.node, os::Node::File(_)));
        if is_file {
            self.complain(&format!("{path}: cannot overwrite existing file"))
                .await;
            return Ok(false);
        }
        let file = self.open(&path, OpenFlags::WRITE);
        match file.and_then(|file| self.put(fd, Some(file), saved)) {
            Ok(()) => Ok(true),
            Err(error) => {
                self.complain(&format!("{path}: {}", error.text())).await;
                Ok(false)
            }
        }
    }

    /// A here-document's text, to be read from the descriptor.
    fn feed(&mut self, fd: u32, text: &str, saved: &mut Saved) -> Result<bool, Flow> {
        let file = File::from_stream(os::Input::fixed(text.as_bytes()));
        Ok(self.put(fd, Some(file), saved).is_ok())
    }

    async fn duplicate(
        &mut self,
        fd: u32,
        word: &Word,
        may_be_file: bool,
        saved: &mut Saved,
    ) -> Result<bool, Flow> {
        let Some(text) = self.target(word).await? else {
            return Ok(false);
        };
        if text == "-" {
            let _ = self.put(fd, None, saved);
            return Ok(true);
        }
        let (digits, moves) = match text.strip_suffix('-') {
            Some(digits) => (digits, true),
            None => (text.as_str(), false),
        };
        let Ok(from) = digits.parse::<u32>() else {
            if may_be_file {
                // `>& file` is `&> file`.
                if !self.open_to(1, word, OpenFlags::WRITE, saved).await? {
                    return Ok(false);
                }
                let file = self.proc.fd(1).ok();
                let _ = self.put(2, file, saved);
                return Ok(true);
            }
            self.complain(&format!("{}: ambiguous redirect", word.source))
                .await;
            return Ok(false);
        };
        let result = self
            .proc
            .fd(from)
            .and_then(|file| self.put(fd, Some(file), saved));
        if let Err(error) = result {
            self.complain(&format!("{text}: {}", error.text())).await;
            return Ok(false);
        }
        if moves {
            let _ = self.put(from, None, saved);
        }
        Ok(true)
    }
}
