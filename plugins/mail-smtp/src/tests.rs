//! Mail to a mail server of the test, which answers as told.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use affiant_backend::{Mail, MailError, MailFile, Mailer as _};

use crate::Smtp;

/// How the mail server answers, by the word that a line begins with; 250 to all others.
type Script = &'static [(&'static str, &'static str)];

/// Serves one connection and returns what it was told.
fn serve(script: Script) -> anyhow::Result<(String, JoinHandle<std::io::Result<String>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("smtp://{}", listener.local_addr()?);
    let told = thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        let mut lines = BufReader::new(stream.try_clone()?);
        let mut told = String::new();
        let (mut line, mut in_mail) = (String::new(), false);
        stream.write_all(b"220 sink\r\n")?;
        while lines.read_line(&mut line)? > 0 {
            told.push_str(&line);
            let answer = script.iter().find(|(word, _)| line.starts_with(word)).map(|it| it.1);
            if in_mail && line == ".\r\n" {
                stream.write_all(b"250 taken\r\n")?;
                break;
            } else if !in_mail {
                in_mail = line == "DATA\r\n" && answer.is_none();
                let usual = if in_mail { "354 go on" } else { "250 well" };
                stream.write_all(format!("{}\r\n", answer.unwrap_or(usual)).as_bytes())?;
            }
            // What asks whether the server is well asks nothing more.
            if line == "NOOP\r\n" || answer.is_some_and(|it| it.starts_with("421")) {
                break;
            }
            line.clear();
        }
        Ok(told)
    });
    Ok((url, told))
}

fn mail(to: &str) -> Mail {
    Mail {
        id: [10; 16],
        to: vec![to.to_owned()],
        subject: "Überprüfen Sie Ihre Adresse".to_owned(),
        text: "Öffnen Sie diese Adresse:\n\nhttps://forms.example/x?a=b\n.\nEnde\n".to_owned(),
        ..Mail::default()
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written_and_says_that_a_program_wrote_it() -> anyhow::Result<()> {
    let (url, told) = serve(&[])?;
    let smtp = Smtp::new(&url, "Rechtshilfe <forms@example.org>")?;
    smtp.send(&mail("ada@example.com")).await?;
    drop(smtp);
    let told = told.join().expect("the sink does not panic")?;
    for line in [
        "MAIL FROM:<forms@example.org>",
        "RCPT TO:<ada@example.com>",
        "From: Rechtshilfe <forms@example.org>\r\n",
        "To: ada@example.com\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Date: ",
        "Message-ID: <0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a@example.org>\r\n",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    // A dot alone on its line does not end it.
    assert!(told.contains("\r\n..\r\nEnde\r\n") || told.contains("base64"), "{told}");
    Ok(())
}

#[tokio::test]
async fn everybody_gets_it_with_its_files_and_nobody_hears_of_hidden_copies() -> anyhow::Result<()>
{
    let (url, told) = serve(&[])?;
    let smtp = Smtp::new(&url, "forms@example.org")?;
    let file = |name: &str| MailFile {
        name: name.to_owned(),
        media_type: "text/plain".to_owned(),
        content: b"enclosed words".to_vec(),
    };
    let mail = Mail {
        cc: vec!["bob@example.com".to_owned()],
        bcc: vec!["eve@example.com".to_owned()],
        reply_to: vec!["office@example.org".to_owned()],
        files: vec![file("letter.txt"), file("odd\r\nX-Odd: 1\".txt")],
        ..mail("ada@example.com")
    };
    smtp.send(&mail).await?;
    drop(smtp);
    let told = told.join().expect("the sink does not panic")?;
    for line in [
        "RCPT TO:<ada@example.com>",
        "RCPT TO:<bob@example.com>",
        "RCPT TO:<eve@example.com>",
        "Cc: bob@example.com",
        "Reply-To: office@example.org",
        "Message-ID: <0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a@example.org>",
        "letter.txt",
        "enclosed words",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    let (_, head) = told.split_once("DATA").unwrap_or_default();
    assert!(!head.contains("eve@example.com") && !head.contains("\nX-Odd"), "{head}");
    Ok(())
}

#[tokio::test]
async fn what_no_later_try_can_mend_is_told_from_what_one_can() -> anyhow::Result<()> {
    let cases: [(Script, bool); 6] = [
        (&[("RCPT", "550 no such person <ada@example.com>")], true),
        (&[("RCPT", "452 <ada@example.com> is full")], false),
        (&[("MAIL", "553 not from you")], true),
        (&[("MAIL", "530 sign in first")], false),
        (&[("DATA", "451 later")], false),
        (&[("EHLO", "421 closing")], false),
    ];
    for (script, for_good) in cases {
        let (url, told) = serve(script)?;
        let smtp = Smtp::new(&url, "forms@example.org")?;
        let sent = smtp.send(&mail("ada@example.com")).await;
        drop(smtp);
        told.join().expect("the sink does not panic").ok();
        let error = sent.expect_err("the sink refused it");
        assert_eq!(matches!(error, MailError::Refused(_)), for_good, "{script:?}: {error:?}");
        let told = format!("{error:?} {error}");
        assert!(!told.contains("ada"), "{told}");
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("smtp://{}", listener.local_addr()?);
    drop(listener);
    let smtp = Smtp::new(&url, "forms@example.org")?;
    assert!(matches!(smtp.send(&mail("ada@example.com")).await, Err(MailError::Unavailable(_))));
    assert!(matches!(smtp.check().await, Err(MailError::Unavailable(_))));
    Ok(())
}

#[tokio::test]
async fn a_server_that_answers_is_well() -> anyhow::Result<()> {
    let (url, told) = serve(&[])?;
    let smtp = Smtp::new(&url, "forms@example.org")?;
    smtp.check().await?;
    drop(smtp);
    told.join().expect("the sink does not panic")?;
    Ok(())
}

#[test]
fn nothing_can_be_smuggled_into_the_head_of_a_mail() {
    let cases = ["ada@example.com\r\nBcc: eve@example.com", "ada@example.com, eve@example.com", ""];
    assert!(matches!(
        crate::written(&Mail::default(), "forms@example.org"),
        Err(MailError::Refused(_))
    ));
    for to in cases {
        let written = crate::written(&mail(to), "forms@example.org");
        assert!(matches!(written, Err(MailError::Refused(_))), "{to:?}");
    }
    let mut subject = mail("ada@example.com");
    subject.subject = "Hello\r\nBcc: eve@example.com".to_owned();
    let written = crate::written(&subject, "forms@example.org").expect("it is written");
    let text = String::from_utf8_lossy(&written);
    assert!(!text.contains("\nBcc:"), "{text}");
}

// The connections that are kept need a runtime when they are dropped.
#[tokio::test]
async fn settings_that_do_not_fit_are_told_without_the_password() {
    for url in ["", "https://u:secret@host", "smtp//u:secret@host", "smtps://u:secret@host:99999"] {
        let error = Smtp::new(url, "forms@example.org").err().map(|it| it.to_string());
        assert!(error.is_some_and(|it| !it.contains("secret")), "{url}");
    }
    assert!(Smtp::new("smtp://localhost", "not an address").is_err());
    assert!(Smtp::new("smtps://u%40x:p%20w@mail.example.org:465", "a@example.org").is_ok());
    assert!(Smtp::new("smtp://mail.example.org:587?tls=required", "a@example.org").is_ok());
}
