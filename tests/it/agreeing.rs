//! A second administrator agrees to what weakens people's privacy.

use affiant_tests::administrators::{self, set_to};
use affiant_tests::program::{Server, Setup};
use anyhow::Context as _;
use tempfile::TempDir;

fn run(folder: &TempDir) -> anyhow::Result<Server> {
    let interviews = folder.path().join("interviews");
    fs_err::create_dir_all(&interviews)?;
    fs_err::write(interviews.join("one.yml"), "mandatory: true\nquestion: Hello\n")?;
    let (data, flags) = (folder.path().join("data"), vec!["--dev".to_owned()]);
    Server::start(&Setup { data, interviews, flags, folder: folder.path().to_owned() })
}

#[tokio::test]
async fn who_has_been_an_administrator_for_a_day_agrees_and_it_holds() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = run(&folder)?;
    let data = folder.path().join("data");
    let (mut ada, mut grace) = administrators::two(&server, &data.join("mail")).await?;
    let form = "/admin/switches/keep-visitors";
    let wanted = [("days", "30"), ("reason", "People are away for long.")];
    let asked = ada.submit(server.address, form, form, &wanted).await?;
    let waits = asked.header("location").context("it does not wait")?.to_owned();
    let agree = format!("{waits}/agree");

    let page = grace.get(server.address, &waits).await?.text();
    assert!(page.contains("People are away for long."), "{page}");
    assert!(!page.contains("/agree"), "nobody agrees on their first day: {page}");
    let early = grace.submit(server.address, "/account/profile", &agree, &[]).await?;
    assert_eq!(early.status, 403);
    assert_eq!(set_to(server.address, "keep-visitors").await?, "7");

    server.terminate()?;
    server.wait()?;
    administrators::two_days_pass(&data).await?;
    let server = run(&folder)?;
    let own = ada.submit(server.address, "/account/profile", &agree, &[]).await?;
    assert_eq!(own.status, 403, "nobody agrees to their own change");
    let page = grace.get(server.address, &waits).await?.text();
    assert!(page.contains(&agree.replace('/', "&#x2f;")) || page.contains(&agree), "{page}");
    let agreed = grace.submit(server.address, &waits, &agree, &[]).await?;
    assert_eq!(agreed.header("location"), Some("/admin/switches?done=agreed"));
    assert_eq!(set_to(server.address, "keep-visitors").await?, "30");
    let log = ada.get(server.address, "/admin/audit").await?.text();
    assert!(log.contains("How long answers of visitors are kept"), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_leave_at_the_same_time_one_stays() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = run(&folder)?;
    let (ada, grace) = administrators::two(&server, &folder.path().join("data/mail")).await?;
    let at = server.address;
    let mut leaving = tokio::task::JoinSet::new();
    for mut person in [ada.clone(), grace.clone()] {
        leaving.spawn(async move {
            let path = "/account/delete";
            person.submit(at, path, path, &[("password", administrators::PASSWORD)]).await
        });
    }
    let mut answers = Vec::new();
    while let Some(answer) = leaving.join_next().await {
        answers.push(answer??.status.as_u16());
    }
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
    let mut inside = 0;
    for mut person in [ada, grace] {
        inside += u32::from(person.get(at, "/admin").await?.status == 200);
    }
    assert_eq!(inside, 1);
    Ok(())
}
