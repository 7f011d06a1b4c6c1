//! Rows to test with. Those of a number differ from those of another in every id and hash.

use affiant_backend::{
    AccountId, AccountRow, AccountStatus, ApiKeyRow, Change, FactorRow, GrantRole, GrantRow,
    InvitationRow, Level, LinkPurpose, LinkRow, Lookup, MethodId, MethodKind, MethodRow, OutboxRow,
    PasskeyRow, PendingRow, SessionId, SessionRow, SignInRow, WrapKind, WrapRow,
};

use super::{row, step};

pub(crate) const A: AccountId = AccountId([1; 16]);
pub(crate) const B: AccountId = AccountId([2; 16]);

pub(crate) fn account(number: u8) -> AccountRow {
    AccountRow {
        id: AccountId([number; 16]),
        number: i64::from(number),
        email: Lookup([number; 32]),
        contact: vec![number, 1],
        profile: None,
        language: "en".to_owned(),
        status: AccountStatus::Active,
        roles: Vec::new(),
        auth_epoch: 0,
        key_epoch: 0,
        public_key: [number; 32],
        secret_key: vec![number, 2],
        created: 0,
        seen: 0,
    }
}

pub(crate) fn method(id: u8, account: AccountId, kind: MethodKind) -> MethodRow {
    MethodRow {
        id: MethodId([id; 16]),
        account,
        kind,
        key_epoch: 0,
        params: vec![1, 2, 3],
        salt: vec![id; 16],
        verifier: Some(Lookup([id; 32])),
        wrap: vec![id, 3],
        created: 0,
        used: None,
    }
}

pub(crate) fn passkey(id: u8, account: AccountId) -> PasskeyRow {
    PasskeyRow {
        credential: vec![id; 20],
        account,
        record: vec![id, 4],
        key_epoch: 0,
        wrap: Some(vec![id, 5]),
        label: vec![id, 6],
        created: 0,
        used: None,
    }
}

pub(crate) fn factor(account: AccountId) -> FactorRow {
    FactorRow { account, seed: vec![7, 7], last_step: 10, created: 0 }
}

pub(crate) fn sign_in(id: u8, account: AccountId) -> SignInRow {
    SignInRow {
        sid: Lookup([id; 32]),
        id: [id; 16],
        account,
        wrap: vec![id, 7],
        epoch: 3,
        auth_epoch: 0,
        level: Level::Password,
        agent: "Firefox on Linux".to_owned(),
        created: 0,
        proved: 50,
        idle_until: 100,
        absolute_until: 1000 + i64::from(id),
    }
}

pub(crate) fn pending(id: u8, account: AccountId) -> PendingRow {
    PendingRow {
        sid: Lookup([id; 32]),
        account,
        wrap: vec![id, 8],
        epoch: 3,
        auth_epoch: 0,
        then: "sign in".to_owned(),
        tries: 2,
        expires: 100,
    }
}

pub(crate) fn link(id: u8, account: Option<AccountId>, purpose: LinkPurpose) -> LinkRow {
    LinkRow {
        hash: Lookup([id; 32]),
        purpose,
        account,
        payload: vec![id],
        nonce: Some(Lookup([9; 32])),
        tries: 1,
        expires: 100,
    }
}

/// A session of an account.
pub(crate) fn owned(number: u8) -> SessionRow {
    let id = SessionId([number; 16]);
    SessionRow { lookup: Lookup::of_owned(id), wrapped: Vec::new(), ..row(number) }
}

pub(crate) fn grant(session: u8, account: AccountId, role: GrantRole) -> GrantRow {
    GrantRow {
        session: SessionId([session; 16]),
        section: String::new(),
        account,
        role,
        key_epoch: 0,
        epoch: 0,
        sealed: vec![session, account.0[0]],
        granter: None,
        whom: vec![session, 14],
        created: 5,
        expires: None,
    }
}

pub(crate) fn new_session(number: u8, owner: AccountId) -> Change {
    let grant = grant(number, owner, GrantRole::Owner);
    Change::NewSession(owned(number), step(0, b"zero", true), grant)
}

pub(crate) fn invitation(id: u8, session: u8, granter: AccountId) -> InvitationRow {
    InvitationRow {
        hash: Lookup([id; 32]),
        session: SessionId([session; 16]),
        section: String::new(),
        role: GrantRole::View,
        epoch: 0,
        sealed: vec![id, 9],
        whom: vec![id, 10],
        granter,
        addressed: None,
        grant_expires: Some(500),
        created: 5,
        expires: 100,
    }
}

pub(crate) fn wrap(session: u8, kind: WrapKind) -> WrapRow {
    WrapRow { session: SessionId([session; 16]), kind, epoch: 0, sealed: vec![session, 11] }
}

pub(crate) fn api_key(id: u8, account: AccountId) -> ApiKeyRow {
    ApiKeyRow {
        id: [id; 16],
        account,
        hash: Lookup([id; 32]),
        name: vec![id, 12],
        scopes: vec!["sessions:read".to_owned(), "export".to_owned()],
        networks: Vec::new(),
        key_epoch: 0,
        wrap: Some(vec![id, 13]),
        created: 0,
        expires: 100,
        used: None,
    }
}

pub(crate) fn mail(id: u8, account: Option<AccountId>) -> OutboxRow {
    OutboxRow { id: [id; 16], account, sealed: vec![id, 14], attempts: 0, next: 10, expires: 100 }
}
