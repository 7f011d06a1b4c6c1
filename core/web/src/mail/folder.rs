//! Mail that is written into a folder instead of being sent: for authors who try things out.

use std::path::PathBuf;

use affiant_backend::{Mail, MailError, Mailer};
use async_trait::async_trait;

/// Most mails that are listed.
const SHOWN: usize = 50;

/// Gives each mail a file of its own, which any mail program opens.
pub struct MailFolder {
    path: PathBuf,
    write: Write,
}

type Write = Box<dyn Fn(&Mail) -> Result<Vec<u8>, MailError> + Send + Sync>;

/// A mail in the folder.
pub struct Kept {
    /// Name of the file.
    pub name: String,
    /// The whole mail.
    pub text: String,
}

impl MailFolder {
    /// Mail into the files of a folder, in the form that `write` gives it.
    pub fn new(
        path: PathBuf,
        write: impl Fn(&Mail) -> Result<Vec<u8>, MailError> + Send + Sync + 'static,
    ) -> Self {
        Self { path, write: Box::new(write) }
    }

    /// The names of the files, in the order in which they came.
    fn names(&self) -> std::io::Result<Vec<String>> {
        if !self.path.is_dir() {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for entry in fs_err::read_dir(&self.path)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".eml") {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The newest mails, newest first.
    pub fn newest(&self) -> std::io::Result<Vec<Kept>> {
        let names = self.names()?;
        let newest = names.into_iter().rev().take(SHOWN);
        newest
            .map(|name| {
                let bytes = fs_err::read(self.path.join(&name))?;
                Ok(Kept { name, text: String::from_utf8_lossy(&bytes).into_owned() })
            })
            .collect()
    }

    fn put(&self, bytes: &[u8]) -> std::io::Result<()> {
        fs_err::create_dir_all(&self.path)?;
        let last = self.names()?.last().and_then(|it| it.strip_suffix(".eml")?.parse::<u32>().ok());
        // Another mail may take the number first: then the next one is free.
        for number in last.unwrap_or(0) + 1.. {
            let path = self.path.join(format!("{number:06}.eml"));
            let mut options = fs_err::OpenOptions::new();
            match options.write(true).create_new(true).open(path) {
                Ok(mut file) => return std::io::Write::write_all(&mut file, bytes),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Mailer for MailFolder {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let bytes = (self.write)(mail)?;
        self.put(&bytes).map_err(|it| MailError::Unavailable(it.into()))
    }

    async fn check(&self) -> Result<(), MailError> {
        fs_err::create_dir_all(&self.path).map_err(|it| MailError::Unavailable(it.into()))
    }
}
