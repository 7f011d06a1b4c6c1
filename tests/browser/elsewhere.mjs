// A place whose people have an account elsewhere, at a certified provider of OpenID Connect: what they do
// there again and again.

import assert from 'node:assert/strict';

import { assertFits, shoot } from './harness.mjs';
import { heading, password, place, press } from './people.mjs';
import { startProvider } from './provider.mjs';

// The browser logs an answer of 4xx as an error, and goes to the provider when it is told to.
const expected = [/status of 4\d\d/, /request to another site: http:\/\/127\.0\.0\.1:/];

/** A place with a provider, and `{ look, atLamp, begin }` besides. */
export function elsewhere() {
    const here = place({ elsewhere: () => startProvider() });

    /** The page is in order at any width, and pictures of it are there to be looked at. */
    async function look(page, name) {
        await assertFits(page, here.server.url, { expected });
        await shoot(page, name);
    }

    /** Goes to the provider and says who one is there, if it does not know yet. */
    async function atLamp(page, who, button = 'Sign in with Lamp') {
        await press(page, button);
        await heading(page, 'Sign in at Lamp');
        assert.equal(new URL(page.url()).origin, here.provider.issuer);
        await page.getByLabel('Who').fill(who);
        await press(page, 'It is me');
    }

    /** Registers whoever came from the provider, as far as the page about a recovery key. */
    async function begin(page, email) {
        await heading(page, 'Make an account');
        await page.getByLabel('E-mail address').fill(email);
        await page.getByLabel('Passphrase for your answers').fill(password);
        await press(page, 'Make the account');
        await heading(page, 'Look into your mail');
        await page.goto(here.server.url + (await here.mail(/\/account\/confirm\/[\w-]+/)));
        await press(page, 'Confirm');
        await heading(page, 'Recovery key');
    }

    return Object.assign(here, { look, atLamp, begin });
}
