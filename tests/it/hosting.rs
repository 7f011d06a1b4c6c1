//! Who runs a storage, in which country and under which contract: asked of whoever runs the server where
//! the storage may be of somebody else, and told to everybody.

use affiant_tests::account;
use affiant_tests::client::Connection;
use affiant_tests::house::{House, stop};
use affiant_tests::pair::Pair;
use affiant_tests::program::Server;
use anyhow::Context as _;
use serde_json::{Value, json};

const ASKS: &str = "nobody said who runs it, in which country and under which contract";

/// What everybody is told of the storages: the page, and the first of them as programs are told.
async fn told(server: &Server) -> anyhow::Result<(String, Value)> {
    let mut connection = Connection::open(server.address).await?;
    let page = connection.get("/privacy", &[("accept", "text/html")]).await?.text();
    let facts = connection.get("/privacy.json", &[]).await?.json()?;
    Ok((page, facts["storages"][0].clone()))
}

/// What administrators are told of them.
async fn told_to_administrators(
    connection: &mut Connection,
    cookie: &str,
) -> anyhow::Result<String> {
    Ok(connection.get("/admin/plugins", &[("cookie", cookie)]).await?.text())
}

#[tokio::test]
async fn whoever_runs_the_server_is_asked_who_runs_the_database_until_all_of_it_is_said()
-> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    let server = house.serve("data")?;
    let (page, storage) = told(&server).await?;
    assert!(page.contains("Ask the people who run this site which one"), "{page}");
    assert!(!page.contains("database_host"), "{page}");
    assert_eq!((&storage["run_by"], &storage["facts"]["leaves"]), (&Value::Null, &json!(1)));
    assert_eq!(storage["may_be_run_by_others"], true);
    assert!(server.lines().iter().any(|it| it.contains(ASKS)), "{:?}", server.lines());
    let mut connection = Connection::open(server.address).await?;
    let cookie = account::sent(&account::first(&server, &mut connection).await?);
    let asked = told_to_administrators(&mut connection, &cookie).await?;
    assert!(asked.contains("Not said yet: hosted_by."), "{asked}");
    assert!(asked.contains("in the table database_host"), "{asked}");
    stop(server)?;

    let said = "[database_host]\nname = \"Quay Cloud Ltd\"\ncountry = \"ie\"\n";
    let config = house.path().join("affiant.toml");
    fs_err::write(&config, format!("{}{said}", pair.config()))?;
    let wrong = format!("{:#}", house.serve("data").err().context("it started")?);
    assert!(wrong.contains("database_host: `ie` is no good as `country`"), "{wrong}");
    assert!(!wrong.contains("only-for-tests"), "{wrong}");

    let said = said.replace("ie", "IE");
    fs_err::write(&config, format!("{}{said}", pair.config()))?;
    let server = house.serve("data")?;
    let (page, storage) = told(&server).await?;
    assert!(page.contains("Quay Cloud Ltd") && page.contains("<dd>IE</dd>"), "{page}");
    assert!(page.contains("Ask the people who run this site for what is not said here"), "{page}");
    assert_eq!(storage["run_by"]["contract"], Value::Null);
    let lines = server.lines().join("\n");
    assert!(lines.contains("contract, privacy_policy, transfer_basis"), "{lines}");
    stop(server)
}

#[tokio::test]
async fn who_runs_the_database_is_told_to_people_and_programs() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let said = "[database_host]\nname = \"Quay Cloud Ltd\"\ncountry = \"US\"\n\
                contract = \"Data processing agreement of March 2026\"\n\
                transfer_basis = \"eu-gdpr:A46-2-c\"\n\
                privacy_policy = \"https://quay.example/privacy\"\n";
    let house = House::new(&format!("{}{said}", pair.config()))?;
    let server = house.serve("data")?;
    let (page, storage) = told(&server).await?;
    for words in [
        "Quay Cloud Ltd",
        "<dd>US</dd>",
        "Data processing agreement of March 2026",
        "GDPR, Article 46(2)(c)",
        "quay.example",
        "only sealed",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Ask the people who run this site"), "{page}");
    assert_eq!(
        storage["run_by"],
        json!({
            "hosted_by": "provider",
            "name": "Quay Cloud Ltd",
            "country": "US",
            "contract": "Data processing agreement of March 2026",
            "transfer_basis": ["eu-gdpr:A46-2-c"],
            "needs_no_transfer_basis": false,
            "privacy_policy": "https://quay.example/privacy",
        })
    );
    let mut connection = Connection::open(server.address).await?;
    let linked = connection.get("/privacy.jsonld", &[]).await?.text();
    for words in ["Quay Cloud Ltd", "loc:US", "eu-gdpr:A46-2-c"] {
        assert!(linked.contains(words), "{words}: {linked}");
    }
    let cookie = account::sent(&account::first(&server, &mut connection).await?);
    let asked = told_to_administrators(&mut connection, &cookie).await?;
    assert!(asked.contains("Quay Cloud Ltd") && !asked.contains("Not said yet"), "{asked}");
    let record = connection.get("/admin/plugins-record.csv", &[("cookie", &cookie)]).await?;
    assert!(record.text().contains("Quay Cloud Ltd"), "{}", record.text());
    assert!(!server.lines().join("\n").contains(ASKS));
    stop(server)
}

#[tokio::test]
async fn a_database_of_ones_own_is_told_as_such_and_leaves_nobody_to_ask() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let ours = format!("{}[database_host]\nhosted_by = \"us\"\n", pair.config());
    let house = House::new(&ours)?;
    let server = house.serve("data")?;
    let (page, storage) = told(&server).await?;
    assert!(page.contains("The people who run this site run it themselves."), "{page}");
    assert!(!page.contains("Ask the people who run this site"), "{page}");
    assert_eq!(storage["run_by"], json!({ "hosted_by": "us" }));
    assert_eq!(storage["facts"]["leaves"], 0);
    assert!(!server.lines().join("\n").contains(ASKS));
    stop(server)
}

#[tokio::test]
async fn what_is_said_of_nobody_or_of_two_is_refused_with_what_to_do() -> anyhow::Result<()> {
    for (config, expected) in [
        ("[database_host]\nhosted_by = \"us\"\n", "nobody else can run what `database` names"),
        ("[objects_host]\nname = \"Quay\"\n", "nobody else can run what `objects` names"),
        ("[database_host]\nowner = \"Quay\"\n", "unknown field"),
    ] {
        let house = House::new(config)?;
        let told = format!("{:#}", house.serve("data").err().context("it started")?);
        assert!(told.contains(expected), "{told}");
    }
    let pair = Pair::new()?;
    for (said, expected) in [
        ("hosted_by = \"us\"\nname = \"Quay\"\n", "take out the one or the other"),
        ("hosted_by = \"them\"\n", "`hosted_by` is `us` or `provider`"),
        ("transfer_basis = \"trust\"\n", "write `none` where the same law holds"),
        ("privacy_policy = \"quay.example\"\n", "begins with `https://`"),
    ] {
        let house = House::new(&format!("{}[database_host]\n{said}", pair.config()))?;
        let told = format!("{:#}", house.serve("data").err().context("it started")?);
        assert!(told.contains(expected), "{told}");
    }
    Ok(())
}
