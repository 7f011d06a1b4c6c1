//! The pages about how a person signs in.

use affiant_account::FactorOffer;
use minijinja::{Value, context};

use crate::page::account::FormPage;
use crate::page::frame::Frame;
use crate::theme::Theme;

/// How a person signs in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Security {
    /// Codes on paper, if there is a second factor.
    pub(crate) codes_left: Option<u32>,
    /// How many passkeys, where the site can have any.
    pub(crate) passkeys: Option<usize>,
    /// How many accounts elsewhere, where there can be any.
    pub(crate) providers: Option<usize>,
    pub(crate) has_recovery: bool,
    /// Whether the server keeps a key to the account too.
    pub(crate) in_custody: bool,
    /// Whether the person has nothing to type.
    pub(crate) types_nothing: bool,
    /// In how many browsers.
    pub(crate) sign_ins: usize,
}

pub(crate) fn security_context(theme: &Theme, frame: &Frame, it: &Security) -> Value {
    context! {
        has_factor => it.codes_left.is_some(),
        codes_left => it.codes_left.unwrap_or_default(),
        passkeys => it.passkeys,
        providers => it.providers,
        has_recovery => it.has_recovery,
        in_custody => it.in_custody,
        types_nothing => it.types_nothing,
        sign_ins => it.sign_ins,
        ..frame.context(theme)
    }
}

/// The page that turns a second factor on.
pub(crate) fn offer_context(
    theme: &Theme,
    frame: &Frame,
    page: &FormPage,
    offer: &FactorOffer,
) -> Value {
    context! {
        seed => offer.seed.as_str(),
        address => offer.address.as_str(),
        picture => Value::from_safe_string(offer.picture.to_string()),
        offer => offer.sealed.as_str(),
        ..page.context(theme, frame)
    }
}

/// The page with codes to write down. `is_new`: the second factor was turned on just now.
pub(crate) fn codes_context(theme: &Theme, frame: &Frame, codes: &[String], is_new: bool) -> Value {
    context! { codes => codes.to_vec(), is_new, ..frame.context(theme) }
}
