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

impl Kept {
    /// Subject, address and text of the mail.
    pub(crate) fn read(&self) -> (String, String, String) {
        let (head, body) = self.text.split_once("\r\n\r\n").unwrap_or((&self.text, ""));
        let field = |name: &str| {
            let line = head.lines().find_map(|it| it.strip_prefix(name));
            line.unwrap_or("").trim().to_owned()
        };
        let text = match field("Content-Transfer-Encoding:").as_str() {
            "quoted-printable" => quoted_printable(body),
            _ => body.to_owned(),
        };
        (field("Subject:"), field("To:"), text)
    }
}

/// Text as it was before it was made fit for old mail servers.
fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let byte = code.and_then(|it| u8::from_str_radix(it, 16).ok());
        if let Some(byte) = byte.filter(|_| *first == b'=') {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "eml") {
                names.extend(path.file_name().map(|it| it.to_string_lossy().into_owned()));
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
