//! E-mail addresses: read strictly, and told apart as mail servers do.

/// An e-mail address as it was typed, and the spelling that it is known by.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    typed: String,
    normal: String,
}

/// What is wrong with an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Nothing was typed.
    #[error("there is no address")]
    Empty,
    /// It has no `@` with something on both sides, or a space in it.
    #[error("it is no address")]
    Form,
    /// It holds letters in front of the `@` that look like others, or that few mail servers take.
    #[error("letters in front of the @ are not plain")]
    Letters,
    /// It is longer than any address can be.
    #[error("it is too long")]
    Long,
}

/// Most bytes of an address (RFC 5321 with its erratum).
const LONGEST: usize = 254;

/// Most bytes in front of the `@`.
const LONGEST_LOCAL: usize = 64;

impl Address {
    /// Reads an address. Spaces around it are left out. In front of the `@` there may be plain
    /// letters only, so that no two addresses look alike; behind it a name in any script, which is
    /// compared in its form for the network.
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let typed = text.trim();
        if typed.is_empty() {
            return Err(BadAddress::Empty);
        }
        if typed.len() > LONGEST {
            return Err(BadAddress::Long);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(BadAddress::Form)?;
        if local.is_empty() || domain.is_empty() {
            return Err(BadAddress::Form);
        }
        if !local.is_ascii() {
            return Err(BadAddress::Letters);
        }
        let is_dotted = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        if !is_dotted || !local.bytes().all(is_atom) || local.len() > LONGEST_LOCAL {
            return Err(BadAddress::Form);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| BadAddress::Form)?;
        if !domain.contains('.') || domain.starts_with('.') || domain.ends_with('.') {
            return Err(BadAddress::Form);
        }
        let normal = format!("{}@{domain}", local.to_ascii_lowercase());
        if normal.len() > LONGEST {
            return Err(BadAddress::Long);
        }
        Ok(Self { typed: format!("{local}@{domain}"), normal })
    }

    /// As mail is sent to it: as it was typed, the part behind the `@` in its form for the network.
    pub fn as_sent(&self) -> &str {
        &self.typed
    }

    /// The spelling that all spellings of the same address share.
    pub fn normal(&self) -> &str {
        &self.normal
    }
}

/// Characters that an address may have in front of the `@` without quotes (RFC 5322).
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}
