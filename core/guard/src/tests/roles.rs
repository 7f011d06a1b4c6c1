//! What roles allow.

use crate::{ADMIN, BUILT_IN, CustomRole, Permission, Permissions, RoleRefused, permissions};

#[test]
fn names_of_permissions_lead_back_to_them() {
    for (index, permission) in Permission::ALL.into_iter().enumerate() {
        assert_eq!(permission as usize, index, "{permission} stands in its place");
        assert_eq!(Permission::parse(permission.name()), Some(permission));
    }
    assert_eq!(Permission::parse("people:*"), None);
}

#[test]
fn authors_and_helpers_see_nobodys_account() {
    let about_people = Permissions::of(&[
        Permission::SeePeople,
        Permission::SeeAddresses,
        Permission::ManagePeople,
        Permission::ManageRoles,
        Permission::ManageSwitches,
    ]);
    for role in BUILT_IN.iter().filter(|it| it.name != ADMIN) {
        let both = role.permissions.iter().filter(|it| about_people.allows(*it));
        assert_eq!(both.count(), 0, "{}", role.name);
    }
    assert_eq!(permissions([ADMIN], &[]), Permissions::ALL);
}

#[test]
fn roles_add_up_and_unknown_ones_allow_nothing() {
    let own = Permissions::ALL;
    let clerk = CustomRole::new("clerk", Permissions::of(&[Permission::SeePeople]), own);
    let custom = [clerk.expect("a role")];
    assert_eq!(permissions(["clerk-2", "Admin", "", "user"], &custom), Permissions::NONE);
    let both = permissions(["clerk", "trainer"], &custom);
    assert_eq!(both.iter().collect::<Vec<_>>(), [Permission::SeeUnlisted, Permission::SeePeople]);
}

#[test]
fn a_role_allows_no_more_than_whoever_makes_it_may() {
    let own = Permissions::of(&[Permission::ManageRoles, Permission::SeePeople]);
    let make = |name, permissions: &[Permission]| {
        CustomRole::new(name, Permissions::of(permissions), own).map(|it| it.name)
    };
    assert_eq!(make("clerk", &[Permission::SeePeople]), Ok("clerk".to_owned()));
    assert_eq!(make("spy", &[Permission::SeeAddresses]), Err(RoleRefused::Beyond));
    assert_eq!(make("admin", &[]), Err(RoleRefused::BuiltIn));
    for name in ["", "Clerk", "a b", "é", &"a".repeat(41)] {
        assert_eq!(make(name, &[]), Err(RoleRefused::Name), "{name}");
    }
}
