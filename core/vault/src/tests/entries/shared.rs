//! What the fuzzer and the property tests both try: each takes any bytes, and panics if something
//! opens that must not, or does not come back as it went in.

use affiant_vault::{
    AccountScope, ApiKey, Cost, Grant, InvitationSecret, KeyPair, KeySet, Master, Method,
    NoRandomness, Passkey, Prf, PublicKey, Randomness, RecoveryKey, ResumeCode, Scope, SealedFile,
    Secret, SecretName, Seed, SeedName, SessionKeys, SignIn, SignInToken, Stretching, Token,
    UserKey,
};

/// Bytes that are the same each time.
struct Constant;

impl Randomness for Constant {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        buffer.fill(7);
        Ok(())
    }
}

const SCOPE: Scope = Scope { deployment: [2; 16], session: [3; 16], epoch: 0 };
const ACCOUNT: AccountScope = AccountScope { deployment: [2; 16], account: [4; 16], epoch: 0 };
const NAME: SeedName<'static> = SeedName { session: SCOPE, section: "" };
const GRANT: Grant<'static> = Grant { seed: NAME, to: ACCOUNT, role: "view", expires: None };

fn secret(byte: u8) -> Secret {
    Secret::take(&mut [byte; 32])
}

fn user_key() -> UserKey {
    UserKey::random(&Constant).expect("it never fails")
}

/// Any bytes as an envelope, and an envelope that the bytes alter.
pub(crate) fn envelope(data: &[u8]) {
    let keys = SessionKeys::derive(SCOPE, &secret(1), &secret(2));
    assert!(keys.open(0, "delta", data, |_| ()).is_err());
    assert!(keys.file_key([8; 16], data).is_err());
    assert!(Token::take(&mut [1; 32]).unwrap(&SCOPE, data).is_err());
    let name = SecretName { deployment: [2; 16], kind: "session", id: [3; 16], epoch: 0 };
    assert!(Master::take(&mut [1; 32]).open_secret(&name, data).is_err());
    assert!(user_key().open_seed(&ACCOUNT, &NAME, data).is_err());
    let sign_in = SignIn { account: ACCOUNT, auth_epoch: 0, epoch: 0, level: "password" };
    assert!(SignInToken::take(&mut [1; 32]).open(&sign_in, &secret(3), data).is_err());

    let sealed = keys.seal(0, "delta", b"an answer", &Constant).expect("it never fails");
    let altered: Vec<u8> = sealed
        .iter()
        .enumerate()
        .map(|(at, byte)| byte ^ data.get(at).copied().unwrap_or_default())
        .collect();
    assert_eq!(keys.open(0, "delta", &altered, |_| ()).is_ok(), altered == sealed);

    // The same for a record of several parts, and for what follows its first byte.
    let keys = KeySet::whole(SCOPE, Seed::anonymous(secret(1)), secret(2));
    for record in [data.to_vec(), [&[2], data].concat()] {
        assert!(keys.open(0, "delta", &record, |_, _| ()).is_err());
        assert!(keys.open_file([8; 16], &file_of(record)).is_err());
    }
    let others: [(&str, &[u8]); 2] = [("hers", b"hers"), ("", b"all")];
    let sealed = keys.seal_parts(0, "delta", b"common", &others, &Constant).expect("never fails");
    let altered: Vec<u8> = sealed
        .iter()
        .enumerate()
        .map(|(at, byte)| byte ^ data.get(at).copied().unwrap_or_default())
        .collect();
    assert_eq!(keys.open(0, "delta", &altered, |_, _| ()).is_ok(), altered == sealed);
}

fn file_of(wrapped: Vec<u8>) -> SealedFile {
    SealedFile { wrapped, name: Vec::new(), chunks: vec![Vec::new()] }
}

/// Two places: what is sealed in one opens in the other only if they are the same.
pub(crate) fn place(data: &[u8]) {
    let (first, second) = data.split_at(data.len() / 2);
    let parts = |data: &[u8]| {
        let at = usize::from(data.first().copied().unwrap_or_default()) % (data.len() + 1);
        let (content, row) = data.split_at(at);
        (String::from_utf8_lossy(content).into_owned(), row.to_vec())
    };
    let (one, other) = (parts(first), parts(second));
    let key = user_key();
    let sealed = key.seal(&ACCOUNT, &one.0, &one.1, b"x", &Constant).expect("it never fails");
    let opens = |(content, row): &(String, Vec<u8>)| {
        key.open(&ACCOUNT, content, row, &sealed, |_| ()).is_ok()
    };
    assert!(opens(&one));
    assert_eq!(opens(&other), one == other);
}

/// Codes as people type them.
pub(crate) fn codes(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(code) = RecoveryKey::parse(&text) {
        let shown = code.reveal(str::to_owned);
        let again = RecoveryKey::parse(&shown).expect("what is shown can be read");
        let method = Method { account: ACCOUNT, id: [6; 16] };
        assert!(again.is_right(&method, &code.verifier(&method)));
        assert!(shown.split('-').enumerate().all(|(at, group)| code.has_group(at, group)));
    }
    if let Some(code) = ResumeCode::parse(&text) {
        let again = code.reveal(ResumeCode::parse).expect("what is shown can be read");
        assert_eq!(again.lookup(), code.lookup());
    }
    if let Some(key) = ApiKey::parse(&text) {
        assert_eq!(key.reveal(str::to_owned), text);
    }
    let key = RecoveryKey::random(&Constant).expect("it never fails");
    assert_eq!(key.has_group(0, &text), as_typed(&text) == "0W3G");
}

/// As the pages take what was typed, by other code than the vault's.
fn as_typed(text: &str) -> String {
    let skipped = |it: char| {
        it.is_whitespace()
            || "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}".contains(it)
    };
    let letter = |it: char| match it.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let known = |it: &char| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(*it);
    text.chars().filter(|it| !skipped(*it)).map(letter).filter(known).collect()
}

/// Any bytes as what was sealed to somebody, as a public key, and as what a row tells of a password.
pub(crate) fn grants(data: &[u8]) {
    let pair = KeyPair::of_private(secret(1));
    assert!(pair.open_grant(&GRANT, data).is_err());
    let invitation = InvitationSecret::take(&mut [1; 16]);
    assert!(invitation.open_seed(&NAME, "view", None, data).is_err());
    let keys = SessionKeys::derive(SCOPE, &secret(1), &secret(2));
    assert!(keys.open_item(&[8; 16], data, |_| ()).is_err());

    let passkey = Passkey { deployment: [2; 16], account: [4; 16], credential: data };
    let prf = Prf::take(&mut vec![1; 32].into()).expect("it is 32 bytes");
    assert!(passkey.open(0, &prf, &secret(2), data).is_err());
    let replaced = passkey.replace(&user_key(), data, 1, &secret(2), &user_key(), &Constant);
    assert!(replaced.expect("it never fails").is_err());

    if let Some(bytes) = data.first_chunk::<32>() {
        // What is accepted as a public key can be sealed to.
        if let Ok(public) = PublicKey::of_bytes(*bytes) {
            let seed = Seed::anonymous(secret(5));
            let sealed = public.seal_grant(&GRANT, &seed, &Constant).expect("it never fails");
            assert_eq!(sealed.len(), 81);
        }
    }
    let (params, salt) = data.split_at(data.len().min(17));
    if let Ok(stretching) = Stretching::of_row(params, salt) {
        assert!(stretching.cost().reaches(&Cost::FLOOR) || cfg!(test));
        assert_eq!((stretching.params(), stretching.salt()), (params.to_vec(), salt));
    }
}
