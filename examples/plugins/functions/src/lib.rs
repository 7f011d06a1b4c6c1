//! Functions that interviews call in scripts, texts and documents.

use affiant_plugin::Failure;

affiant_plugin::functions! {
    /// Says a text louder, with as many exclamation marks as you like; one, if you do not say.
    pub fn shout(text: String, marks: Option<u8>) -> String {
        text.to_uppercase() + &"!".repeat(marks.unwrap_or(1).into())
    }

    /// Says a text quieter.
    pub fn whisper(text: String) -> Result<String, Failure> {
        if text.ends_with('!') {
            return Err(Failure::BadArgument("nobody whispers an exclamation mark".to_owned()));
        }
        Ok(text.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_said_louder() {
        assert_eq!(shout("stop".to_owned(), None), "STOP!");
        assert_eq!(shout("stop".to_owned(), Some(3)), "STOP!!!");
    }

    #[test]
    fn an_exclamation_mark_is_not_whispered() {
        assert_eq!(whisper("Well".to_owned()), Ok("well".to_owned()));
        assert!(whisper("Stop!".to_owned()).is_err());
    }
}
