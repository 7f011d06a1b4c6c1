// Signing in with an account elsewhere, at a certified provider of OpenID Connect: the first time, again,
// linked, unlinked, and out.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertFits, launchBrowser, openPage, startServer } from './harness.mjs';
import { clean, password, press, send } from './people.mjs';
import { client, startProvider } from './provider.mjs';

const shots = process.env.TEST_SHOTS;

// The browser logs an answer of 4xx as an error, and goes to the provider when it is told to.
const expected = [/status of 4\d\d/, /request to another site: http:\/\/127\.0\.0\.1:/];

let browser;
let provider;
let server;

before(async () => {
    provider = await startProvider();
    server = await startServer({
        named: true,
        flags: ['--dev'],
        env: {
            AFFIANT_PROVIDERS: `[${provider.setting}]`,
            AFFIANT_PROVIDER_SECRETS: `{lamp="${client.secret}"}`,
        },
    });
    provider.serve(server.url);
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
    await provider?.stop();
});

const given = new Set();

/** What a mail holds that looks like this. Each mail is given once. */
async function mail(wanted) {
    const folder = join(server.data, 'mail');
    for (let turn = 0; turn < 600; turn += 1) {
        const names = await readdir(folder).catch(() => []);
        for (const name of names.filter((it) => it.endsWith('.eml') && !given.has(it)).sort()) {
            const text = (await readFile(join(folder, name), 'utf8')).replaceAll(/=\r?\n/g, '');
            const found = wanted.exec(text);
            if (!found) continue;
            given.add(name);
            return found[0];
        }
        await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`no mail came with ${wanted}`);
}

/** Writes pictures where TEST_SHOTS says, to be looked at; and the page is in order at any width. */
async function look(page, name) {
    await assertFits(page, server.url, { expected });
    if (!shots) return;
    for (const [kind, width, colorScheme] of [['desktop', 1280, 'light'], ['phone', 390, 'light'], ['dark', 1280, 'dark']]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(shots, `${name}-${kind}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: null });
}

const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor();

/** Goes to the provider and says who one is there, if it does not know yet. */
async function atLamp(page, who, button = 'Sign in with Lamp') {
    await press(page, button);
    await heading(page, 'Sign in at Lamp');
    assert.equal(new URL(page.url()).origin, provider.issuer);
    await page.getByLabel('Who').fill(who);
    await press(page, 'It is me');
}

/** Registers whoever came from the provider, as far as the page about a recovery key. */
async function begin(page, email) {
    await heading(page, 'Make an account');
    if (email) await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Passphrase').fill(password);
    await press(page, 'Make the account');
    await heading(page, 'Look into your mail');
    await page.goto(server.url + (await mail(/\/account\/confirm\/[\w-]+/)));
    await press(page, 'Confirm');
    await heading(page, 'Recovery key');
}

test('the first time, what was answered before, out, and in again', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.url}/i/landlord-letter`);
    await press(page, 'Start');
    await page.goto(`${server.url}/account/sign-in`);
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

    await page.goto(`${server.url}/account/sign-in`);
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
    await page.goto(`${server.url}/account`);
    await press(page, 'Sign out');
    const link = page.getByRole('link', { name: 'Sign out at Lamp' });
    assert.match(await link.getAttribute('href'), /\/session\/end\?client_id=affiant$/);

    // The recovery key opens as well, in a browser that Lamp does not know; the passphrase is no password.
    const other = await openPage(browser, { javaScript: false });
    await other.goto(`${server.url}/account/sign-in`);
    await other.getByLabel('E-mail address').fill('ada@example.com');
    await other.getByLabel('Password').fill(password);
    await press(other, 'Sign in');
    await other.getByText('The e-mail address or the password is not right.').first().waitFor();
    await other.goto(`${server.url}/account/sign-in`);
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
    const page = await openPage(browser);
    await page.goto(`${server.url}/account/sign-in`);
    await press(page, 'Sign in with Lamp');
    await heading(page, 'Sign in at Lamp');
    await press(page, 'Cancel');
    await heading(page, 'You did not sign in there');
    await look(page, 'provider-denied');
    await page.goto(`${server.url}/account/provider/lamp/back?code=1&state=2`);
    await heading(page, 'Begin again');
    await look(page, 'provider-over');
    await page.goto(`${server.url}/account/sign-in/unlock`);
    await heading(page, 'Sign in');
    await page.goto(`${server.url}/account/sign-in/new`);
    await heading(page, 'Sign in');
});

test('an account is linked, no second one with the same, and unlinked', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.url}/account/register`);
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByLabel('New password').fill(password);
    await press(page, 'Make the account');
    await page.goto(server.url + (await mail(/\/account\/confirm\/[\w-]+/)));
    await press(page, 'Confirm');
    await page.goto(`${server.url}/account/security`);
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

    const elsewhere = await openPage(browser);
    await elsewhere.context().addCookies(await page.context().cookies(server.url));
    await elsewhere.goto(`${server.url}/account/providers`);
    await elsewhere.getByLabel('Password').fill(password);
    await atLamp(elsewhere, 'grace', 'Link Lamp');
    await heading(elsewhere, 'It is linked');
    await mail(/was linked/);
    await elsewhere.getByRole('link', { name: 'Accounts elsewhere' }).click();
    await elsewhere.getByText('grace@example.com').first().waitFor();
    await look(elsewhere, 'provider-list');
    await press(elsewhere, 'Sign out').catch(() => elsewhere.goto(`${server.url}/account`).then(() => press(elsewhere, 'Sign out')));
    await elsewhere.goto(`${server.url}/account/sign-in`);
    await press(elsewhere, 'Sign in with Lamp');
    await elsewhere.getByText('The password of your account here opens them.').waitFor();
    await send(elsewhere, 'Open my answers', () => elsewhere.getByLabel('Password').fill(password));
    await heading(elsewhere, 'Your account');

    await elsewhere.goto(`${server.url}/account/providers`);
    await elsewhere.getByRole('link', { name: /^Unlink/ }).click();
    await heading(elsewhere, 'Unlink Lamp');
    await look(elsewhere, 'provider-unlink');
    await send(elsewhere, 'Unlink', () => elsewhere.getByLabel('Password').fill(password));
    await heading(elsewhere, 'It is unlinked');
    await mail(/was unlinked/);
    await elsewhere.goto(`${server.url}/account/sign-in`);
});

test('the last one is unlinked, and the passphrase is a password then', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.url}/account/register`);
    await atLamp(page, 'mary');
    await begin(page, 'mary@example.com');
    await page.goto(`${server.url}/account/providers`);
    await page.getByText('Where your password is asked for, your passphrase is meant.').waitFor();
    await page.getByRole('link', { name: /^Unlink/ }).click();
    await page.getByText('your passphrase becomes your password').waitFor();
    await look(page, 'provider-unlink-last');
    await send(page, 'Unlink', () => page.getByLabel('Password').fill(password));
    await page.getByText('it is your password now').waitFor();
    const other = await openPage(browser);
    await send(other, 'Sign in', async () => {
        await other.goto(`${server.url}/account/sign-in`);
        await other.getByLabel('E-mail address').fill('mary@example.com');
        await other.getByLabel('Password').fill(password);
    });
    await heading(other, 'Your account');
});

test('everybody can read what the provider learns, and who runs it', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.url}/privacy`);
    await page.getByText('Lamp, run by Lamp Works in Utrecht, under contract.').waitFor();
    await page.getByText(/learns that somebody signs in here, and when/).waitFor();
    await look(page, 'provider-privacy');
    const told = await (await fetch(`${server.url}/privacy.json`)).json();
    assert.deepEqual(told.providers, [{ name: 'Lamp', run_by: 'Lamp Works in Utrecht, under contract' }]);
});
