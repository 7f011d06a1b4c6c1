//! What is left of a picture.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::{Unfit, draw_anew};

const SECRET: &[u8] = b"52.5163N 13.3777E";

fn drawn(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(32, 16, |x, _| Rgb([if x < 16 { 250 } else { 5 }, 90, 30]));
    written(&DynamicImage::from(picture), format)
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut content = Vec::new();
    picture.write_to(&mut Cursor::new(&mut content), format).unwrap();
    content
}

/// Exif that says the picture lies on its side, with a place behind.
fn exif() -> Vec<u8> {
    let mut exif =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend(SECRET);
    exif
}

/// A photo with Exif, a comment, and something behind its end.
fn photo() -> Vec<u8> {
    let plain = drawn(ImageFormat::Jpeg);
    let mut photo = plain[..2].to_vec();
    for (marker, content) in [(0xe1, exif()), (0xfe, SECRET.to_vec())] {
        photo.extend([0xff, marker]);
        photo.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        photo.extend(content);
    }
    photo.extend(&plain[2..]);
    photo.extend(SECRET);
    photo
}

fn holds(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|it| it == wanted)
}

#[test]
fn a_photo_says_no_longer_where_it_was_taken_and_stands_upright() {
    let photo = photo();
    assert!(holds(&photo, b"Exif"));
    let picture = draw_anew(&photo, ImageFormat::Jpeg).unwrap();
    assert!(!holds(&picture.content, SECRET));
    assert!(!holds(&picture.content, b"Exif"));
    assert_eq!((picture.media_type, picture.ending), ("image/jpeg", "jpg"));
    let seen = image::load_from_memory(&picture.content).unwrap();
    assert_eq!((seen.width(), seen.height()), (16, 32), "turned as the camera was held");
    assert!(seen.to_rgb8().get_pixel(8, 4).0[0] > 200, "it shows the same");
}

#[test]
fn every_kind_of_picture_loses_what_stands_behind_it() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let mut content = drawn(format);
        content.extend(SECRET);
        let picture = draw_anew(&content, format).unwrap();
        assert!(!holds(&picture.content, SECRET), "{format:?}");
        let seen = image::load_from_memory(&picture.content).unwrap().to_rgb8();
        assert_eq!(seen.dimensions(), (32, 16), "{format:?}");
        assert!(seen.get_pixel(4, 4).0[0] > 200, "{format:?}");
    }
}

#[test]
fn what_can_be_seen_through_stays_so() {
    let picture = DynamicImage::from(RgbaImage::from_pixel(4, 4, Rgba([9, 9, 9, 0])));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let kept = draw_anew(&written(&picture, format), format).unwrap();
        assert_eq!(kept.media_type, "image/png");
        let seen = image::load_from_memory(&kept.content).unwrap().to_rgba8();
        assert_eq!(seen.get_pixel(1, 1).0[3], 0, "{format:?}");
    }
}

#[test]
fn a_picture_of_too_many_points_is_refused_before_it_is_drawn() {
    let mut content = drawn(ImageFormat::Gif);
    content[6..10].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(draw_anew(&content, ImageFormat::Gif).unwrap_err(), Unfit::TooLarge);
}

#[test]
fn a_damaged_picture_is_refused_wherever_it_ends() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let content = drawn(format);
        for end in [0, 1, 8, 20, content.len() / 4] {
            let result = draw_anew(&content[..end], format);
            assert_eq!(result.unwrap_err(), Unfit::Damaged, "{format:?} cut at {end}");
        }
    }
}
