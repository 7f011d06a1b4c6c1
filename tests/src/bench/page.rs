//! What a browser has to fetch for a page.

use std::collections::BTreeSet;

use anyhow::ensure;

use crate::bench::figure::Figure;
use crate::client::Connection;

/// Measures the first page and the start of an interview: HTML, style sheets and scripts, as they
/// travel.
pub(crate) async fn measure(connection: &mut Connection) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (path, name) in [("/", "first page"), ("/i/landlord-letter", "an interview's first page")] {
        let bytes = weight(connection, path).await?;
        figures.push(Figure::at_most(
            &format!("{name}: HTML, CSS and JavaScript, compressed"),
            bytes / 1_000.0,
            40.0,
            "kB",
        ));
    }
    Ok(figures)
}

async fn weight(connection: &mut Connection, path: &str) -> anyhow::Result<f64> {
    let compressed = [("accept-encoding", "gzip")];
    let plain = connection.get(path, &[]).await?;
    ensure!(plain.status.is_success(), "{path} answered {}", plain.status);
    let mut addresses = BTreeSet::from([path.to_owned()]);
    addresses.extend(assets(&plain.text()));
    ensure!(addresses.len() > 1, "{path} names no style sheet");
    let mut bytes = 0;
    for address in addresses {
        let reply = connection.get(&address, &compressed).await?;
        ensure!(reply.status.is_success(), "{address} answered {}", reply.status);
        bytes += reply.body.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "a page is shorter than that")]
    let bytes = bytes as f64;
    Ok(bytes)
}

/// The addresses of style sheets, scripts, icons and fonts in a page.
fn assets(html: &str) -> impl Iterator<Item = String> + '_ {
    html.split('"').filter(|it| it.starts_with("/assets/")).map(str::to_owned)
}
