//! AT-23: whether an address has an account shows in no answer, by text, size or time; and no code works
//! twice.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::account::{SAME, form};
use crate::client::{Connection, Reply};
use crate::house::{House, stop};
use crate::person::Person;
use crate::program::Server;
use crate::proof::{Figure, welch};

const PASSWORD: &str = "a long walk by river";

/// How much is asked.
#[derive(Clone, Copy)]
struct Extent {
    /// Accounts that there are, and addresses without one that are asked about.
    accounts: usize,
    /// How often it is asked about each kind.
    samples: usize,
}

/// What strangers ask about an address.
#[derive(Clone, Copy)]
enum Asked {
    SignIn,
    Register,
    Reset,
}

impl Asked {
    fn path(self) -> &'static str {
        match self {
            Self::SignIn => "/account/sign-in",
            Self::Register => "/account/register",
            Self::Reset => "/account/reset",
        }
    }
}

/// What came back for addresses with an account, and for those without.
#[derive(Default)]
struct Answers {
    seconds: [Vec<f64>; 2],
    sizes: BTreeSet<usize>,
    /// Status and text, without the address that was typed.
    texts: BTreeSet<(u16, String)>,
}

pub(crate) async fn figures(long: bool) -> Result<Vec<Figure>> {
    let extent = if long {
        Extent { accounts: 200, samples: 1_000 }
    } else {
        Extent { accounts: 40, samples: 100 }
    };
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let mut people = Vec::new();
    for number in 0..extent.accounts {
        let mut person = house.person(number);
        // Of one length, so that what is typed makes no difference.
        person.email = format!("person{number:05}@example.org");
        person.register(server.address, PASSWORD).await?;
        people.push(person);
    }
    let mut figures = Vec::new();
    let mut random = fastrand::Rng::with_seed(23);
    let mut spread = 0;
    let mut texts = 0;
    for (name, asked, count) in [
        ("AT-23 t of signing in, with or without an account", Asked::SignIn, extent.samples),
        ("AT-23 t of registering, likewise", Asked::Register, extent.samples),
        ("AT-23 t of asking for a reset, likewise", Asked::Reset, extent.accounts),
    ] {
        let answers = ask(&server, asked, extent.accounts, count, &mut random).await?;
        figures.push(Figure::within(name, 4.5, welch::t(&answers.seconds[0], &answers.seconds[1])));
        let sizes = answers.sizes.last().copied().zip(answers.sizes.first().copied());
        spread = spread.max(sizes.map_or(0, |(most, least)| most - least));
        texts += answers.texts.len();
    }
    figures.push(Figure::exactly("AT-23 different statuses and texts of the three", 3, texts));
    figures.push(Figure::at_most("AT-23 bytes by which their sizes differ", 16, spread));
    let person = people.first_mut().context("there are accounts")?;
    let (used, replayed) = replay(&server, person).await?;
    figures.push(Figure::exactly("AT-23 codes of a second factor that work once", 2, used));
    figures.push(Figure::exactly("AT-23 of those that work again", 0, replayed));
    stop(server)?;
    Ok(figures)
}

/// Asks so often about addresses with and without an account, of which there are equally many, in
/// random order. For a reset, which is done once an hour, that is once each.
async fn ask(
    server: &Server,
    asked: Asked,
    accounts: usize,
    count: usize,
    random: &mut fastrand::Rng,
) -> Result<Answers> {
    let mut answers = Answers::default();
    let mut connection = Connection::open(server.address).await?;
    // In rounds of one order, since tries at one address have to be some seconds apart.
    let mut round: Vec<(bool, usize)> = (0..accounts * 2).map(|it| (it % 2 == 0, it / 2)).collect();
    random.shuffle(&mut round);
    let order = round.into_iter().cycle().take(count * 2);
    for (number, (is_known, which)) in order.enumerate() {
        // Who is nobody here is nobody everywhere: registering makes an account that waits.
        let email = if is_known {
            format!("person{which:05}@example.org")
        } else {
            format!("nobody{:05}@example.org", which + asked as usize * 10_000)
        };
        // Another network each time, so that nobody is kept waiting.
        let second = 64 + asked as usize * 8 + number / 250;
        let from = format!("100.{second}.{}.7", number % 250);
        let fields = [
            ("email", email.as_str()),
            ("name", "Ada"),
            ("password", "not the password of anybody"),
            ("new", "a long walk by another river"),
        ];
        let headers = [SAME, ("x-forwarded-for", from.as_str())];
        let start = Instant::now();
        let reply = connection.post(asked.path(), &headers, form(&fields)).await?;
        answers.seconds[usize::from(is_known)].push(start.elapsed().as_secs_f64());
        answers.sizes.insert(reply.body.len());
        answers.texts.insert((reply.status.as_u16(), told(&reply, &email)));
    }
    Ok(answers)
}

/// What a page says, without the address that was typed and without codes of forms.
fn told(reply: &Reply, email: &str) -> String {
    let page = reply.text().replace(email, "");
    let mut parts = page.split("name=\"_csrf\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, it| told + it.split_once('"').map_or("", |it| it.1))
}

/// Shows codes of a second factor twice. Returns how many worked, and how many worked again.
async fn replay(server: &Server, person: &mut Person) -> Result<(usize, usize)> {
    person.sign_in(server.address, PASSWORD).await?;
    let codes = person.second_factor(server.address, PASSWORD).await?;
    let (mut used, mut again) = (0, 0);
    for code in codes.iter().take(2) {
        for count in [&mut used, &mut again] {
            person.sign_in(server.address, PASSWORD).await?;
            let path = "/account/sign-in/code";
            let fields = [("code", code.as_str())];
            let shown = person.submit(server.address, path, path, &fields).await?;
            *count += usize::from(shown.status == 303);
        }
    }
    Ok((used, again))
}
