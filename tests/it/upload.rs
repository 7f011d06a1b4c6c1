//! Files that people send, with the limits they meet.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::visitor::Visitor;

const INTERVIEW: &str = "metadata:
  title: Papers
---
mandatory: true
question: You sent {{ photo }}
subquestion: |
  [See it]({{ photo.url_for() }})
---
question: Your papers?
fields:
  - What they are: what
  - Photo: photo
    datatype: file
  - Others: others
    datatype: files
    required: false
";

const SECRET: &[u8] = b"taken at 52.5163N 13.3777E";

/// A small photo, with the place where it was taken.
fn photo() -> anyhow::Result<Vec<u8>> {
    let picture = DynamicImage::from(RgbImage::from_pixel(8, 8, Rgb([200, 30, 30])));
    let mut plain = Vec::new();
    picture.write_to(&mut Cursor::new(&mut plain), ImageFormat::Jpeg)?;
    let content = [b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0".as_slice(), SECRET].concat();
    let length = u16::try_from(content.len() + 2)?.to_be_bytes();
    Ok([&plain[..2], &[0xff, 0xe1], &length, &content, &plain[2..]].concat())
}

fn holds(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|it| it == wanted)
}

#[tokio::test]
async fn a_photo_comes_back_without_the_place_where_it_was_taken() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("papers", INTERVIEW).await?;
    let photo = photo()?;
    assert!(holds(&photo, SECRET));
    let parts = [("what", None, b"Rent".as_slice()), ("photo", Some("home.JPEG"), &photo[..])];
    let sent = visitor.upload(0, &parts).await?;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let page = visitor.page(0).await?;
    let link = page.split("href=\"").find(|it| it.contains("/file/")).unwrap_or_default();
    let link = link.split('"').next().unwrap_or_default().to_owned();
    let kept = visitor.get(&link).await?;
    assert_eq!(kept.status, 200, "{link}");
    assert_eq!(kept.header("content-type"), Some("application/octet-stream"), "nothing runs it");
    let disposition = kept.header("content-disposition").unwrap_or_default();
    assert!(disposition.starts_with("attachment") && disposition.ends_with("home%2Ejpg"));
    assert!(!holds(&kept.body, SECRET) && !holds(&kept.body, b"Exif"));
    assert_eq!(image::load_from_memory(&kept.body)?.width(), 8);

    // The interview's own text links to it too.
    let others = [("what", None, b"Rent".as_slice()), ("photo", Some("home.jpeg"), &photo[..])];
    let told = visitor.upload(0, &others).await?;
    let step = told.header("location").unwrap_or_default().to_owned();
    let page = visitor.get(&step).await?.text();
    let (_, link) = page
        .split_once("See it")
        .map_or(("", ""), |(before, _)| before.rsplit_once("<a href=\"").unwrap_or_default());
    let link = link.split('"').next().unwrap_or_default().to_owned();
    assert!(link.starts_with(&format!("{step}/file/")), "{link} in {page}");
    assert_eq!(visitor.get(&link).await?.status, 200, "{link}");
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_not_taken_is_told_at_its_field_and_the_rest_is_kept() -> anyhow::Result<()>
{
    let mut visitor = Visitor::begin("papers", INTERVIEW).await?;
    let large = vec![b'x'; (16 << 20) + 1];
    let damaged = &photo()?[..40];
    let cases: [(&str, &[u8], &str); 6] = [
        ("large.txt", &large, "Photo: the file must be 16 MB or smaller"),
        ("program.pdf", b"\x7fELF\x02\x01\x01\0\0\0", "Photo must be a PDF, a picture"),
        ("page.html.svg", b"\xff\xfe<\0s\0v\0g\0", "Photo must be a PDF, a picture"),
        ("nested.zip", b"PK\x03\x04rest", "Photo must be a PDF, a picture"),
        ("broken.jpg", damaged, "Photo: the picture cannot be read"),
        ("empty.txt", b"", ""),
    ];
    for (name, content, message) in cases {
        let parts = [("what", None, b"My rent".as_slice()), ("photo", Some(name), content)];
        let refused = visitor.upload(0, &parts).await?;
        let page = refused.text();
        if message.is_empty() {
            continue;
        }
        assert_eq!(refused.status, 422, "{name}: {page}");
        assert!(page.contains("<title>Error: Your papers?"), "{name}: {page}");
        assert!(page.contains(message), "{name}: {page}");
        assert!(page.contains("value=\"My rent\""), "{name}: what was typed is kept");
    }
    Ok(())
}

#[tokio::test]
async fn a_picture_of_too_many_points_is_refused() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("papers", INTERVIEW).await?;
    let mut content = Vec::new();
    let picture = DynamicImage::from(RgbImage::new(2, 2));
    picture.write_to(&mut Cursor::new(&mut content), ImageFormat::Gif)?;
    content[6..10].copy_from_slice(&[0xff; 4]);
    let parts = [("what", None, b"Rent".as_slice()), ("photo", Some("wide.gif"), &content[..])];
    let refused = visitor.upload(0, &parts).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("the picture must have 50 megapixels or fewer"));
    Ok(())
}

#[tokio::test]
async fn one_question_and_one_session_take_so_many_files() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("papers", INTERVIEW).await?;
    let mut parts = vec![("what", None, b"Rent".as_slice())];
    parts.push(("photo", Some("one.txt"), b"one"));
    parts.push(("photo", Some("two.txt"), b"two"));
    let refused = visitor.upload(0, &parts).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Photo must be one file"));
    parts.truncate(2);
    parts.extend([("others", Some("more.txt"), b"more".as_slice()); 26]);
    let refused = visitor.upload(0, &parts).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Others must be 25 files or fewer"));
    parts.truncate(2 + 25);
    let refused = visitor.upload(0, &parts).await?;
    assert_eq!(refused.status, 422, "one photo and 25 others are one too many");
    assert!(refused.text().contains("this interview has no room for more files"));
    parts.truncate(2 + 24);
    assert_eq!(visitor.upload(0, &parts).await?.status, 303);
    let refused = visitor.upload(0, &parts[..2]).await?;
    assert!(refused.text().contains("this interview has no room for more files"));
    Ok(())
}

#[tokio::test]
async fn the_files_of_a_session_take_only_the_room_that_the_operator_gives() -> anyhow::Result<()> {
    let configuration = "max_upload_bytes = 200000\n";
    let mut visitor = Visitor::configured("papers", INTERVIEW, configuration).await?;
    let content = "word ".repeat(30_000);
    let mut parts = vec![
        ("what", None, b"Rent".as_slice()),
        ("photo", Some("long.txt"), content.as_bytes()),
        ("others", Some("other.txt"), content.as_bytes()),
    ];
    let refused = visitor.upload(0, &parts).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("this interview has no room for more files"));
    parts.truncate(2);
    assert_eq!(visitor.upload(0, &parts).await?.status, 303);
    Ok(())
}
