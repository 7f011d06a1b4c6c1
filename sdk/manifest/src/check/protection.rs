//! What protects people: X5, X9 and X10.

use crate::declaration::Declaration;
use crate::finding::Finding;
use crate::model::{BrowserStorage, DataItem, KeyCustody};
use crate::vocabulary::{
    CapabilityId, Custody, CustodyEffect, EncryptionEffect, Gate, Holder, LegalBasis,
};

/// The longest that something may stay in a browser, in seconds: ten years is longer than any need.
const LONGEST_IN_BROWSER: u64 = 3_660 * 86_400;

pub(crate) fn check(declaration: &Declaration<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for storage in &declaration.browser_storage {
        findings.extend(browser_storage(declaration, storage));
    }
    findings.extend(encryption(declaration));
    for custody in &declaration.key_custody {
        findings.extend(self::custody(declaration, custody));
    }
    findings.extend(key_capability(declaration));
    findings.extend(declaration.data.iter().filter_map(|it| special(declaration, it)));
    findings
}

/// X5: what is not needed waits for a yes.
fn browser_storage(declaration: &Declaration<'_>, storage: &BrowserStorage) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !storage.essential && declaration.gate() <= Gate::Functional {
        findings.push(Finding::error(
            "x5-storage-without-gate",
            storage.place,
            format!("`{}` is not needed, and is left without asking", storage.name),
            "add `[[consent]]` with `gate = \"preferences\"`, `\"statistics\"` or `\"marketing\"`",
        ));
    }
    if storage.duration.value.seconds() > LONGEST_IN_BROWSER {
        findings.push(Finding::error(
            "bad-duration",
            storage.duration.place,
            "this stays in a browser for more than ten years",
            "write the time with its unit, as in `P90D`",
        ));
    }
    findings
}

/// X9: whoever seals less says what is readable then.
fn encryption(declaration: &Declaration<'_>) -> Vec<Finding> {
    let weak = declaration.encryption.iter().filter(|it| {
        it.effect >= EncryptionEffect::Weakens
            && it.text.is_none()
            && it.metadata_visible.is_empty()
    });
    let told = weak.map(|it| {
        Finding::error(
            "x9-weakening-unexplained",
            it.place,
            format!("this `{}` encryption, and nothing says what is readable then", it.effect),
            "add a `text`, or list what is readable in `metadata_visible`",
        )
    });
    told.collect()
}

/// X9: whoever changes who can open answers says so, and says it truly.
fn custody(declaration: &Declaration<'_>, custody: &KeyCustody) -> Vec<Finding> {
    let mut findings = Vec::new();
    let effect = custody.effect.value;
    if effect == CustodyEffect::Weakens && custody.text.is_none() {
        findings.push(Finding::error(
            "x9-weakening-unexplained",
            custody.effect.place,
            "more people can open answers, and no `text` says who",
            "add a `text`; people see it before their key moves",
        ));
    }
    let outsider = custody.can_decrypt.iter().find(|it| !it.value.is_no_change());
    let is_weaker = custody.after > custody.before && custody.after > Custody::Inherit;
    if effect != CustodyEffect::Weakens && (outsider.is_some() || is_weaker) {
        findings.push(Finding::error(
            "x9-weakening-denied",
            outsider.map_or(custody.effect.place, |it| it.place),
            format!("the effect is `{effect}`, and somebody else can open answers"),
            "write `effect = \"weakens\"`, or leave out who cannot",
        ));
    }
    for holder in &custody.can_decrypt {
        if let Holder::Recipient(id) = &holder.value
            && declaration.recipient(id).is_none()
        {
            findings.push(Finding::error(
                "x9-nobody",
                holder.place,
                format!("`{id}` is no recipient here"),
                "give the table the `when` of its recipient",
            ));
        }
    }
    findings
}

/// X9: the one capability that moves keys, and the statement that they move.
fn key_capability(declaration: &Declaration<'_>) -> Option<Finding> {
    let capability = declaration.capability(CapabilityId::KeysProvideAccountKey)?;
    let is_said =
        declaration.key_custody.iter().any(|it| it.effect.value == CustodyEffect::Weakens);
    (!is_said).then(|| {
        Finding::error(
            "x9-weakening-denied",
            capability.id.place,
            "whoever supplies the key can open answers, and no `key_custody` says so",
            "add `[[key_custody]]` with `effect = \"weakens\"` under the same `when`",
        )
    })
}

/// X10: what Articles 9 and 10 of the GDPR protect needs a basis of theirs, and an explicit yes.
fn special(declaration: &Declaration<'_>, item: &DataItem) -> Option<Finding> {
    let category = item.categories.iter().find(|it| {
        declaration.known_category(&it.value).is_some_and(crate::vocabulary::Category::is_special)
    })?;
    if !item.legal_basis.iter().copied().any(LegalBasis::is_for_special) {
        return Some(Finding::error(
            "x10-special-without-basis",
            category.place,
            format!("`{}` is protected by Article 9 or 10 of the GDPR", category.value),
            "add the basis to `legal_basis`, as in `eu-gdpr:A9-2-a`",
        ));
    }
    let is_explicit = declaration.consent.iter().any(|it| it.gate > Gate::None && it.explicit);
    (!is_explicit).then(|| {
        Finding::error(
            "x10-special-without-consent",
            category.place,
            format!("`{}` is handled without an explicit yes", category.value),
            "add `[[consent]]` with a `gate` and `explicit = true`",
        )
    })
}
