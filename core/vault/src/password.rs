//! Passwords: what a person remembers, stretched until guessing is slow.

use argon2::{Algorithm, Argon2, AssociatedData, Block, ParamsBuilder, Version};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::cost::{Cost, Stretching};
use crate::keys::{Secret, derive, derive_of_both};
use crate::master::Master;
use crate::place::Mode;
use crate::user_key::{AccountScope, Method, UserKey, open_user_key, seal_user_key};
use crate::{NoRandomness, Randomness, Refused};

/// Bytes that a password may have, in its normal form.
pub const LONGEST_PASSWORD: usize = 1024;

/// A password in its normal form (NFKC), so that it is the same from every keyboard.
pub struct Password(Zeroizing<String>);

impl Password {
    /// The password that somebody typed; `None` if it is longer than [`LONGEST_PASSWORD`]. A long
    /// text is refused before anything is done with all of it.
    pub fn parse(text: &str) -> Option<Self> {
        // Full-width letters lose two of their three bytes; nothing loses more than that.
        if text.len() > LONGEST_PASSWORD * 4 {
            return None;
        }
        let mut password = Zeroizing::new(String::with_capacity(LONGEST_PASSWORD));
        for character in text.nfkc() {
            if password.len() + character.len_utf8() > LONGEST_PASSWORD {
                return None;
            }
            password.push(character);
        }
        Some(Self(password))
    }

    /// How many characters it has, in its normal form.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// Shows it to who compares it with lists of bad ones.
    pub fn reveal<T>(&self, see: impl FnOnce(&str) -> T) -> T {
        see(&self.0)
    }
}

/// There is not enough memory to stretch a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is not enough memory to check a password")]
pub struct NoMemory;

/// A stretched password: it says whether the password was right, and opens the user key.
pub struct Stretched {
    key: Secret,
    stretching: Stretching,
}

impl Master {
    /// Stretches a password, with the pepper as secret and the account as associated data. Takes
    /// some hundred milliseconds of one core, and the memory that the cost says.
    pub fn stretch(
        &self,
        password: &Password,
        account: &[u8; 16],
        stretching: &Stretching,
    ) -> Result<Stretched, NoMemory> {
        let pepper = self.pepper(stretching.pepper());
        let key = argon2id(&pepper, password, account, stretching)?;
        Ok(Stretched { key, stretching: *stretching })
    }

    /// Stretches what is no password, for whoever measures how long it takes.
    pub fn measure(&self, cost: &Cost) -> Result<(), NoMemory> {
        let stretching = Stretching::of_nobody(*cost, &[0; 32]);
        let nothing = Password(Zeroizing::new(String::new()));
        argon2id(&self.pepper(stretching.pepper()), &nothing, &[0; 16], &stretching)?;
        Ok(())
    }

    /// How the password of nobody is stretched: at the same cost as anybody's, so that time does not
    /// tell whether there is an account. What comes of it opens nothing.
    pub fn stretching_of_nobody(&self, email_index: &[u8; 32], cost: &Cost) -> Stretching {
        Stretching::of_nobody(*cost, &self.tag("salt of nobody", &[email_index]))
    }
}

impl Stretched {
    /// What is stored to tell a wrong password from a damaged row. Tells nothing about the key that
    /// opens.
    pub fn verifier(&self) -> [u8; 32] {
        Sha256::digest(derive(self.key.bytes(), &[], "pw-verifier", &[]).bytes()).into()
    }

    /// Whether it is the password that a verifier was stored for, in constant time.
    pub fn is_right(&self, verifier: &[u8]) -> bool {
        self.verifier().ct_eq(verifier).into()
    }

    /// Seals a user key. `secret` is the account's in the keyring: without it, a stolen store cannot
    /// be guessed against.
    pub fn seal(
        &self,
        method: &Method,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (key, row) = (self.kek(method, secret), self.row(method));
        seal_user_key(&key, Mode::Account, &method.account, &row, WAY, user_key, randomness)
    }

    /// Opens a user key. If the password was right, a refusal means that the row is damaged.
    pub fn open(
        &self,
        method: &Method,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<UserKey, Refused> {
        let (key, row) = (self.kek(method, secret), self.row(method));
        open_user_key(&key, Mode::Account, &method.account, &row, WAY, sealed)
    }

    fn kek(&self, method: &Method, secret: &Secret) -> Secret {
        let AccountScope { account, .. } = &method.account;
        derive_of_both(self.key.bytes(), secret, &method.id, "pw-kek", &[account, &method.id])
    }

    /// The method's id with all parameters, so that none can be lowered.
    fn row(&self, method: &Method) -> Vec<u8> {
        [&method.id[..], &self.stretching.params(), self.stretching.salt()].concat()
    }
}

const WAY: &str = "password";

fn argon2id(
    pepper: &Secret,
    password: &Password,
    account: &[u8; 16],
    stretching: &Stretching,
) -> Result<Secret, NoMemory> {
    let cost = stretching.cost();
    let params = ParamsBuilder::new()
        .m_cost(cost.memory())
        .t_cost(cost.passes())
        .p_cost(cost.lanes())
        .data(AssociatedData::new(account).expect("an id has 16 bytes"))
        .output_len(32)
        .build()
        .expect("a cost is within the limits of Argon2");
    let mut memory = memory(params.block_count())?;
    let argon2 =
        Argon2::new_with_secret(pepper.bytes(), Algorithm::Argon2id, Version::V0x13, params)
            .expect("a pepper has 32 bytes");
    let mut key = Secret::empty();
    argon2
        .hash_password_into_with_memory(
            password.0.as_bytes(),
            stretching.salt(),
            key.bytes_mut(),
            memory.as_mut_slice(),
        )
        .expect("lengths and memory are as Argon2 wants them");
    Ok(key)
}

/// Memory for Argon2. It is ours, since what the library would take it does not zero.
fn memory(blocks: usize) -> Result<Zeroizing<Vec<Block>>, NoMemory> {
    let mut memory = Vec::new();
    memory.try_reserve_exact(blocks).map_err(|_| NoMemory)?;
    memory.resize(blocks, Block::new());
    Ok(Zeroizing::new(memory))
}
