// The browser's own authenticator, for tests of passkeys.

/**
 * Plugs a device into the page's browser. `isUserVerified`: whether it knows its person; one that
 * does not is blocked after some tries. Returns a function that unplugs it.
 */
export async function device(page, hasPrf, isUserVerified = true) {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
        options: {
            protocol: 'ctap2',
            ctap2Version: 'ctap2_1',
            transport: 'internal',
            hasResidentKey: true,
            hasUserVerification: true,
            isUserVerified,
            automaticPresenceSimulation: true,
            hasPrf,
        },
    });
    return () => session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
}
