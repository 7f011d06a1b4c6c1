//! AT-10: a sign-in opens with its cookie, its row and the day's secret together, and with no two.

use std::path::Path;

use affiant_backend::{AccountStore as _, SecretKind, SecretName, SignInRow, SignInStore as _};
use affiant_vault::{AccountScope, Secret, SignIn, SignInToken};
use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::house::{House, stop};
use crate::proof::Figure;
use crate::proof::stored::Stored;

const PASSWORD: &str = "a long walk by river";

/// What a server holds of one sign-in when it is stopped.
struct Held {
    row: SignInRow,
    account: AccountScope,
    secret: Secret,
}

pub(crate) async fn figures() -> Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let (mut one, mut other) = (house.person(0), house.person(1));
    for person in [&mut one, &mut other] {
        person.register(server.address, PASSWORD).await?;
    }
    let inside = one.get(server.address, "/account").await?.status == 200;
    stop(server)?;
    let token = URL_SAFE_NO_PAD.decode(one.cookie("__Host-a").context("no cookie")?)?;
    let token: [u8; 32] = token.try_into().ok().context("a cookie has 32 bytes")?;

    let data = house.path().join("data");
    let (mine, others) = held(&data, &token).await?;
    let database = [fs_err::read(data.join("affiant.db"))?, vec![0; 32], vec![0xff; 32]].concat();
    let opens = |token: [u8; 32], held: &Held, secret: &Secret, wrap: &[u8]| {
        let row = &held.row;
        let (auth_epoch, epoch, level) = (row.auth_epoch, row.epoch, row.level.word());
        let bound = SignIn { account: held.account, auth_epoch, epoch, level };
        SignInToken::take(&mut { token }).open(&bound, secret, wrap).is_ok()
    };
    let windows = || database.windows(32).filter_map(|it| <[u8; 32]>::try_from(it).ok());
    let whole = opens(token, &mine, &mine.secret, &mine.row.wrap);
    let cookie = windows().filter(|it| opens(token, &mine, &mine.secret, it)).count()
        + usize::from(opens(token, &others, &others.secret, &others.row.wrap));
    let row = windows().filter(|it| opens(*it, &mine, &mine.secret, &mine.row.wrap)).count();
    let ended = windows()
        .filter(|it| opens(token, &mine, &Secret::take(&mut { *it }), &mine.row.wrap))
        .count();

    // The end of the day, as the server itself brings it about: the day's secret is deleted.
    forget_the_day(&data, mine.row.epoch).await?;
    let server = house.serve("data")?;
    let after = one.get(server.address, "/account").await?.status;
    stop(server)?;
    ensure!(inside, "who registered is not signed in");
    Ok(vec![
        Figure::exactly("AT-10 opened by cookie, row and secret of the day", 1, usize::from(whole)),
        Figure::exactly("AT-10 opened by the cookie without its row", 0, cookie),
        Figure::exactly("AT-10 opened by the row without its cookie", 0, row),
        Figure::exactly("AT-10 opened by both behind the end of the day", 0, ended),
        Figure::exactly("AT-10 pages shown then, by the server", 0, usize::from(after == 200)),
    ])
}

/// The sign-in of a cookie, and one of somebody else.
async fn held(data: &Path, token: &[u8; 32]) -> Result<(Held, Held)> {
    let stored = Stored::open(data).await?;
    let sid = SignInToken::take(&mut { *token }).lookup();
    let (mut mine, mut others) = (None, None);
    for account in stored.main.accounts(0, 100).await? {
        for row in stored.main.sign_ins(account.id).await? {
            let name = SecretName { kind: SecretKind::SignIn, id: [0; 16], epoch: row.epoch };
            let secret = stored.keys.find(name).await?.context("the day has a secret")?;
            let slot = if row.sid.0 == sid { &mut mine } else { &mut others };
            *slot = Some(Held { row, account: stored.account(&account), secret });
        }
    }
    Ok((mine.context("the sign-in is stored")?, others.context("the other one too")?))
}

async fn forget_the_day(data: &Path, epoch: u32) -> Result<()> {
    let name = SecretName { kind: SecretKind::SignIn, id: [0; 16], epoch };
    Ok(Stored::open(data).await?.keys.delete(vec![name]).await?)
}
