// Signing in with an account elsewhere, at a certified provider of OpenID Connect: the first time, again,
// linked, unlinked, and out.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { elsewhere } from './elsewhere.mjs';
import { openPage } from './harness.mjs';
import { clean, heading, password, press, send } from './people.mjs';

const here = elsewhere();
const { atLamp, begin, look, mail } = here;

test('the first time, what was answered before, out, and in again', async () => {
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/i/landlord-letter`);
    await press(page, 'Start');
    await page.goto(`${here.server.url}/account/sign-in`);
    await look(page, 'provider-sign-in');
    await atLamp(page, 'ada');
    await heading(page, 'Make an account');
    assert.equal(await page.getByLabel('E-mail address').inputValue(), 'ada@example.com');
    await look(page, 'provider-new');
    await press(page, 'Make the account');
    assert.match(await page.title(), /^Error: /);
    await begin(page, 'ada@example.com');
    await press(page, 'Show me a recovery key');
    const key = (await page.locator('.code').innerText()).trim();
    const groups = key.split('-');
    await page.getByLabel('Third group').fill(groups[2]);
    await page.getByLabel('Seventh group').fill(groups[6]);
    await press(page, 'I have written it down');
    await page.getByRole('heading', { name: 'Letter to a landlord' }).waitFor();
    await press(page, 'Sign out');
    await heading(page, 'You are signed out');
    await look(page, 'provider-signed-out');
    const out = await page.getByRole('link', { name: 'Sign out at Lamp' }).count();
    assert.equal(out, 0, 'she signed in by confirming, not by Lamp');

    await page.goto(`${here.server.url}/account/sign-in`);
    await press(page, 'Sign in with Lamp');
    // Lamp knows her in this browser.
    await heading(page, 'Open your answers');
    await look(page, 'provider-unlock');
    await send(page, 'Open my answers', () => page.getByLabel('Passphrase').fill('not this one, surely'));
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await send(page, 'Open my answers', () => page.getByLabel('Passphrase').fill(password));
    await heading(page, 'Your account');
    await press(page, /^Continue/);
    assert.match(page.url(), /\/i\/landlord-letter\/\d+$/);
    await page.goto(`${here.server.url}/account`);
    await press(page, 'Sign out');
    const link = page.getByRole('link', { name: 'Sign out at Lamp' });
    assert.match(await link.getAttribute('href'), /\/session\/end\?client_id=affiant$/);

    // The recovery key opens as well, in a browser that Lamp does not know; the passphrase is no password.
    const other = await openPage(here.browser, { javaScript: false });
    await other.goto(`${here.server.url}/account/sign-in`);
    await other.getByLabel('E-mail address').fill('ada@example.com');
    await other.getByLabel('Password').fill(password);
    await press(other, 'Sign in');
    await other.getByText('The e-mail address or the password is not right.').first().waitFor();
    await other.goto(`${here.server.url}/account/sign-in`);
    await press(other, 'Sign in with Lamp');
    await other.waitForURL(/\/who\//);
    await other.getByLabel('Who').fill('ada');
    await press(other, 'It is me');
    await heading(other, 'Open your answers');
    await other.getByRole('link', { name: 'Use the recovery key' }).click();
    await look(page, 'provider-signed-out-at');
    await clean(other);
    await send(other, 'Open my answers', () => other.getByLabel('Recovery key').fill(key));
    await other.getByRole('heading', { name: 'Letter to a landlord' }).waitFor();
    await mail(/Somebody signed in|signed in/);
});

test('whoever cancels at the provider, or brings no answer of theirs, is told and not let in', async () => {
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/account/sign-in`);
    await press(page, 'Sign in with Lamp');
    await heading(page, 'Sign in at Lamp');
    await press(page, 'Cancel');
    await heading(page, 'You did not sign in there');
    await look(page, 'provider-denied');
    await page.goto(`${here.server.url}/account/provider/lamp/back?code=1&state=2`);
    await heading(page, 'Begin again');
    await look(page, 'provider-over');
    await page.goto(`${here.server.url}/account/sign-in/unlock`);
    await heading(page, 'Sign in');
    await page.goto(`${here.server.url}/account/sign-in/new`);
    await heading(page, 'Sign in');
});

test('an account is linked, no second one with the same, and unlinked', async () => {
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/account/register`);
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByLabel('New password').fill(password);
    await press(page, 'Make the account');
    await page.goto(here.server.url + (await mail(/\/account\/confirm\/[\w-]+/)));
    await press(page, 'Confirm');
    await page.goto(`${here.server.url}/account/security`);
    await look(page, 'provider-security');
    await page.getByRole('link', { name: 'Accounts elsewhere' }).click();
    await look(page, 'provider-list-none');
    await send(page, 'Link Lamp', () => page.getByLabel('Password').fill('not this one, surely'));
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByLabel('Password').fill(password);
    await atLamp(page, 'ada', 'Link Lamp');
    await heading(page, 'It cannot be linked');
    await look(page, 'provider-taken');

    const elsewhere = await openPage(here.browser);
    await elsewhere.context().addCookies(await page.context().cookies(here.server.url));
    await elsewhere.goto(`${here.server.url}/account/providers`);
    await elsewhere.getByLabel('Password').fill(password);
    await atLamp(elsewhere, 'grace', 'Link Lamp');
    await heading(elsewhere, 'It is linked');
    await mail(/was linked/);
    await elsewhere.getByRole('link', { name: 'Accounts elsewhere' }).click();
    await elsewhere.getByText('grace@example.com').first().waitFor();
    await look(elsewhere, 'provider-list');
    await press(elsewhere, 'Sign out').catch(() => elsewhere.goto(`${here.server.url}/account`).then(() => press(elsewhere, 'Sign out')));
    await elsewhere.goto(`${here.server.url}/account/sign-in`);
    await press(elsewhere, 'Sign in with Lamp');
    await elsewhere.getByText('The password of your account here opens them.').waitFor();
    await send(elsewhere, 'Open my answers', () => elsewhere.getByLabel('Password').fill(password));
    await heading(elsewhere, 'Your account');

    await elsewhere.goto(`${here.server.url}/account/providers`);
    await elsewhere.getByRole('link', { name: /^Unlink/ }).click();
    await heading(elsewhere, 'Unlink Lamp');
    await look(elsewhere, 'provider-unlink');
    await send(elsewhere, 'Unlink', () => elsewhere.getByLabel('Password').fill(password));
    await heading(elsewhere, 'It is unlinked');
    await mail(/was unlinked/);
    await elsewhere.goto(`${here.server.url}/account/sign-in`);
});

test('the last one is unlinked, and the passphrase is a password then', async () => {
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/account/register`);
    await atLamp(page, 'mary');
    await begin(page, 'mary@example.com');
    await page.goto(`${here.server.url}/account/providers`);
    await page.getByText('Where your password is asked for, your passphrase is meant.').waitFor();
    await page.getByRole('link', { name: /^Unlink/ }).click();
    await page.getByText('your passphrase becomes your password').waitFor();
    await look(page, 'provider-unlink-last');
    await send(page, 'Unlink', () => page.getByLabel('Password').fill(password));
    await page.getByText('it is your password now').waitFor();
    const other = await openPage(here.browser);
    await send(other, 'Sign in', async () => {
        await other.goto(`${here.server.url}/account/sign-in`);
        await other.getByLabel('E-mail address').fill('mary@example.com');
        await other.getByLabel('Password').fill(password);
    });
    await heading(other, 'Your account');
});

test('everybody can read what the provider learns, and who runs it', async () => {
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/privacy`);
    await page.getByText('Lamp, run by Lamp Works in Utrecht, under contract.').waitFor();
    await page.getByText(/learns that somebody signs in here, and when/).waitFor();
    await look(page, 'provider-privacy');
    const told = await (await fetch(`${here.server.url}/privacy.json`)).json();
    assert.deepEqual(told.providers, [{ name: 'Lamp', run_by: 'Lamp Works in Utrecht, under contract' }]);
});
