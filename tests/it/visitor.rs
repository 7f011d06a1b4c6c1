//! A browser with one cookie, at a server of its own.

use std::fmt::Write as _;

use affiant_tests::client::{Connection, Reply};
use affiant_tests::program::{Server, Setup};
use anyhow::{Context as _, ensure};
use tempfile::TempDir;

pub(crate) use affiant_tests::account::SAME;

/// A browser with one cookie.
pub(crate) struct Visitor {
    pub(crate) folder: TempDir,
    pub(crate) server: Server,
    pub(crate) connection: Connection,
    pub(crate) cookie: String,
    interview: &'static str,
}

impl Visitor {
    /// Starts a server with one interview, and a session of it.
    pub(crate) async fn begin(interview: &'static str, text: &str) -> anyhow::Result<Self> {
        Self::configured(interview, text, "").await
    }

    /// The same with lines of the server's configuration.
    pub(crate) async fn configured(
        interview: &'static str,
        text: &str,
        configuration: &str,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let interviews = folder.path().join("interviews");
        fs_err::create_dir(&interviews)?;
        fs_err::write(interviews.join(format!("{interview}.yml")), text)?;
        fs_err::write(folder.path().join("affiant.toml"), configuration)?;
        let server = start(&folder)?;
        Self::at(folder, server, interview).await
    }

    /// Starts a session of an interview of a server that runs.
    pub(crate) async fn at(
        folder: TempDir,
        server: Server,
        interview: &'static str,
    ) -> anyhow::Result<Self> {
        let mut connection = Connection::open(server.address).await?;
        let begun =
            connection.post(&format!("/i/{interview}/sessions"), &[SAME], String::new()).await?;
        ensure!(begun.status == 303, "{}: {}", begun.status, begun.text());
        ensure!(begun.header("location") == Some(format!("/i/{interview}/0").as_str()));
        let cookie = begun.header("set-cookie").context("no cookie")?;
        let name = format!("__Host-s-{interview}=");
        for part in [name.as_str(), "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            ensure!(cookie.contains(part), "{part} in the cookie");
        }
        let cookie = cookie.split(';').next().unwrap_or("").to_owned();
        Ok(Self { folder, server, connection, cookie, interview })
    }

    /// Stops the server and starts it again on the same data, with this configuration.
    pub(crate) async fn restart(&mut self, configuration: &str) -> anyhow::Result<()> {
        self.stop()?;
        self.start_again(configuration).await
    }

    /// Stops the server in order.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.server.terminate()?;
        self.server.wait()?;
        Ok(())
    }

    /// Starts the server on the same data, after it was stopped.
    pub(crate) async fn start_again(&mut self, configuration: &str) -> anyhow::Result<()> {
        fs_err::write(self.folder.path().join("affiant.toml"), configuration)?;
        self.server = start(&self.folder)?;
        self.connection = Connection::open(self.server.address).await?;
        Ok(())
    }

    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Reply> {
        self.connection.get(path, &[("cookie", &self.cookie)]).await
    }

    /// The page of a step.
    pub(crate) async fn page(&mut self, step: u32) -> anyhow::Result<String> {
        let page = self.get(&format!("/i/{}/{step}", self.interview)).await?;
        ensure!(page.status == 200, "{}: {}", page.status, page.text());
        Ok(page.text())
    }

    /// Posts fields to a step as its page would, with the page's own hidden fields.
    pub(crate) async fn answer(&mut self, step: u32, body: &str) -> anyhow::Result<Reply> {
        let page = self.get(&format!("/i/{}/{step}", self.interview)).await?.text();
        self.send(step, &hidden(&page), body).await
    }

    pub(crate) async fn send(
        &mut self,
        step: u32,
        hidden: &str,
        body: &str,
    ) -> anyhow::Result<Reply> {
        let body = format!("{hidden}&{body}");
        let headers = [SAME, ("cookie", self.cookie.as_str())];
        self.connection.post(&format!("/i/{}/{step}", self.interview), &headers, body).await
    }

    /// Posts a form with files to a step, as its page would: `(field, file name, content)`. Without
    /// a file name it is a plain field.
    pub(crate) async fn upload(
        &mut self,
        step: u32,
        parts: &[(&str, Option<&str>, &[u8])],
    ) -> anyhow::Result<Reply> {
        let page = self.get(&format!("/i/{}/{step}", self.interview)).await?.text();
        let mut body = Vec::new();
        let own = [("_csrf", value(&page, "_csrf")), ("_revision", value(&page, "_revision"))];
        let own = own.iter().map(|(name, value)| (*name, None, value.as_bytes()));
        for (name, file, content) in own.chain(parts.iter().copied()) {
            let mut head =
                format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"");
            if let Some(file) = file {
                let _ = write!(head, "; filename=\"{file}\"\r\ncontent-type: image/jpeg");
            }
            body.extend(head.as_bytes());
            body.extend(b"\r\n\r\n");
            body.extend(content);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
        let headers = [SAME, ("cookie", self.cookie.as_str())];
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let path = format!("/i/{}/{step}", self.interview);
        self.connection.post_as(&path, &kind, &headers, body).await
    }
}

const BOUNDARY: &str = "a-boundary-that-no-file-has";

fn start(folder: &TempDir) -> anyhow::Result<Server> {
    Server::start(&Setup {
        data: folder.path().join("data"),
        interviews: folder.path().join("interviews"),
        flags: Vec::new(),
        folder: folder.path().to_owned(),
    })
}

/// The hidden fields of a page's form.
pub(crate) fn hidden(page: &str) -> String {
    format!("_csrf={}&_revision={}", value(page, "_csrf"), value(page, "_revision"))
}

/// The value of a hidden field.
fn value(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|it| it.split('"').next()).unwrap_or("").to_owned()
}
