//! The files that the checks look at.

use std::path::Path;

use anyhow::Context as _;

use crate::shell::{command, output};

/// The tree's files, by path.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    /// `None` when it is no UTF-8 text.
    pub(crate) text: Option<String>,
}

impl Tree {
    /// Reads every file that git tracks or would add.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let arguments = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
        let listing = output(command("git", &arguments).current_dir(root))
            .context("tidy reads git's list of files")?;
        let mut files = Vec::new();
        for path in listing.split_terminator('\0') {
            let full = root.join(path);
            // A file that was deleted and not yet committed is still on git's list.
            if full.is_file() {
                let text = String::from_utf8(fs_err::read(full)?).ok();
                files.push(File { path: path.into(), text });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Ok(Self { files })
    }

    /// Returns the paths and texts of the files with this extension.
    pub(crate) fn texts<'a>(
        &'a self,
        extension: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.files.iter().filter(move |file| file.extension() == extension);
        files.filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
    }

    /// Returns whether there is such a file, or a folder with a file in it.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }
}

impl File {
    /// Returns what follows the last dot of the name, or nothing.
    pub(crate) fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}
