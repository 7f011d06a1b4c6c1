//! Every letter in words.

use affiant_backend::{Letter, Mail, Mailer as _};

use crate::mail::{MailFolder, samples, write};
use crate::theme::Theme;

fn written(letter: &Letter) -> Mail {
    let theme = Theme::load(None).expect("the built-in theme");
    write(&theme, "https://forms.example", [1; 16], letter)
        .unwrap_or_else(|it| panic!("{}: {it:#}", letter.template))
}

fn sample(template: &str) -> Letter {
    samples().into_iter().find(|it| it.template == template).expect("a letter")
}

#[test]
fn every_letter_reads_well_with_and_without_what_may_be_missing() {
    let mut all = Vec::new();
    for letter in samples() {
        let mail = written(&letter);
        let template = letter.template;
        assert!(!mail.subject.contains('\n') && mail.subject.len() > 10, "{template}");
        assert!(!mail.text.contains("\n\n\n") && !mail.text.contains("&amp;"), "{template}");
        assert!(mail.text.contains("https://forms.example"), "{template}");
        all.push(format!("Subject: {}\n\n{}", mail.subject, mail.text));
    }
    insta::assert_snapshot!("letters", all.join("--------\n"));
}

#[test]
fn letters_speak_german_and_spanish() {
    for letter in samples() {
        let english = written(&letter);
        for language in ["de", "es"] {
            let mail = written(&Letter { language: language.to_owned(), ..letter.clone() });
            assert_ne!(mail.subject, english.subject, "{language} {}", letter.template);
            let is_said = |it: &&str| it.contains(' ') && it.len() > 20;
            for line in mail.text.lines().filter(is_said) {
                let is_english = english.text.lines().any(|it| it == line);
                assert!(!is_english, "{language} {}: {line}", letter.template);
            }
        }
    }
}

#[test]
fn what_fills_a_letter_stays_text() {
    let values = vec![("browser", "{{ 7 * 7 }}<b>\r\nBcc: x".to_owned())];
    let mail = written(&Letter { values, ..sample("signed-in") });
    assert!(mail.text.contains("{{ 7 * 7 }}<b>"), "{}", mail.text);
    assert_eq!(mail.subject, "A new device signed in");
}

#[tokio::test]
async fn mail_of_a_trial_lies_in_a_folder_newest_first() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mails = MailFolder::new(folder.path().join("mail"), |it| Ok(it.subject.clone().into()));
    assert!(mails.newest()?.is_empty());
    mails.check().await?;
    for template in ["confirm", "reset"] {
        mails.send(&written(&sample(template))).await?;
    }
    let names: Vec<(String, String)> =
        mails.newest()?.into_iter().map(|it| (it.name, it.text)).collect();
    assert_eq!(
        names,
        [
            ("000002.eml".to_owned(), "Set a new password".to_owned()),
            ("000001.eml".to_owned(), "Confirm your e-mail address".to_owned()),
        ]
    );
    Ok(())
}
