//! Pictures are drawn anew before they are kept: what a camera or a program wrote beside the picture,
//! such as the place where it was taken, does not come along.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

/// Most points of a picture.
const MAX_POINTS: u64 = 50_000_000;

/// Most bytes that reading a picture may take: its points with four bytes each, twice.
const MAX_BYTES: u64 = MAX_POINTS * 8;

/// How much of a photo is kept, of 100: more than people see.
const QUALITY: u8 = 90;

/// A picture that holds nothing but what it shows.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) content: Vec<u8>,
    pub(crate) media_type: &'static str,
    /// What its file name ends in.
    pub(crate) ending: &'static str,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It has too many points.
    TooLarge,
    /// It cannot be read.
    Damaged,
}

/// The format of a picture by its media type.
pub(crate) fn format(media_type: &str) -> Option<ImageFormat> {
    ImageFormat::from_mime_type(media_type)
}

/// Draws a picture anew, turned as its camera was held. A moving picture stands still.
///
/// Costs about a second and 200 MB for the largest picture, so call it where that may be.
pub(crate) fn draw_anew(content: &[u8], format: ImageFormat) -> Result<Picture, Unfit> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Unfit::Damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_POINTS {
        return Err(Unfit::TooLarge);
    }
    // A picture whose metadata is damaged is as good as one without.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Unfit::Damaged)?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let is_photo = matches!(format, ImageFormat::Jpeg | ImageFormat::WebP);
    encode(&picture, is_photo && !picture.color().has_alpha()).map_err(|_| Unfit::Damaged)
}

fn encode(picture: &DynamicImage, is_photo: bool) -> image::ImageResult<Picture> {
    let mut content = Vec::new();
    if is_photo {
        let encoder = JpegEncoder::new_with_quality(&mut content, QUALITY);
        picture.to_rgb8().write_with_encoder(encoder)?;
        return Ok(Picture { content, media_type: "image/jpeg", ending: "jpg" });
    }
    picture.write_to(&mut Cursor::new(&mut content), ImageFormat::Png)?;
    Ok(Picture { content, media_type: "image/png", ending: "png" })
}

#[cfg(test)]
mod tests;
