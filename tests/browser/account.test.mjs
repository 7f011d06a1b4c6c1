// An account from its beginning to its end: registered in one browser, used in another, its password
// forgotten, its interview deleted, and itself.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launchBrowser, openPage, startServer, violations } from './harness.mjs';

const email = 'ada@example.com';
const password = 'seven lamps on a wet quay';
const newer = 'a kettle under the old stairs';

let browser;
let server;
const seen = new Set();

before(async () => {
    server = await startServer({ flags: ['--dev'] });
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

/** The link of the next mail that has one. Mails are written by the server at its next turn. */
async function link() {
    const folder = join(server.data, 'mail');
    for (let turn = 0; turn < 600; turn += 1) {
        const names = await readdir(folder).catch(() => []);
        for (const name of names.filter((it) => it.endsWith('.eml') && !seen.has(it)).sort()) {
            seen.add(name);
            const text = (await readFile(join(folder, name), 'utf8')).replaceAll(/=\r?\n/g, '');
            const found = /https?:\/\/\S+\/account\/(?:confirm|reset|email)\/[\w-]+/.exec(text);
            if (found) return new URL(found[0]).pathname;
        }
        await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error('no mail came');
}

async function clean(page) {
    assert.deepEqual(await violations(page), [], page.url());
}

async function signIn(page, word) {
    for (let tries = 0; tries < 5; tries += 1) {
        await page.goto(`${server.url}/account/sign-in`);
        await clean(page);
        await page.getByLabel('E-mail address').fill(email);
        await page.getByLabel('Password').fill(word);
        const [answer] = await Promise.all([
            page.waitForResponse((it) => it.request().method() === 'POST'),
            page.getByRole('button', { name: 'Sign in' }).click(),
        ]);
        if (answer.status() !== 429) return;
        // Nobody types a second password as fast as this: wait for as long as the server says.
        await page.waitForTimeout(1000 * Number(answer.headers()['retry-after']));
    }
    assert.fail('the server never lets a second try in');
}

test('register, answer, sign in elsewhere, continue, reset, delete', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.url}/account`);
    await page.getByRole('link', { name: 'Make an account' }).click();
    await clean(page);
    await page.getByRole('button', { name: 'Make the account' }).click();
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByLabel('What should we call you?').fill('Ada');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    await clean(page);
    await page.goto(server.url + (await link()));
    await clean(page);
    await page.getByRole('button', { name: 'Confirm' }).click();

    await page.getByRole('heading', { name: 'Recovery key' }).waitFor();
    await clean(page);
    await page.getByRole('button', { name: 'Show me a recovery key' }).click();
    await clean(page);
    const key = await page.locator('.code').innerText();
    const groups = key.trim().split('-');
    await page.getByLabel('Third group').fill('0000');
    await page.getByRole('button', { name: 'I have written it down' }).click();
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByLabel('Third group').fill(groups[2]);
    await page.getByLabel('Seventh group').fill(groups[6].toLowerCase());
    await page.getByRole('button', { name: 'I have written it down' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await clean(page);

    await page.goto(`${server.url}/i/landlord-letter`);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.goto(`${server.url}/account`);
    await page.getByRole('heading', { name: 'Letter to a landlord' }).waitFor();
    await clean(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await clean(page);

    const other = await openPage(browser);
    await signIn(other, newer);
    assert.match(await other.title(), /^Error: /);
    await clean(other);
    await signIn(other, password);
    await other.getByRole('button', { name: /^Continue/ }).click();
    assert.match(other.url(), /\/i\/landlord-letter\/\d+$/);
    for (const path of ['sign-ins', 'password', 'email', 'profile', 'delete', 'locked']) {
        await other.goto(`${server.url}/account/${path}`);
        await clean(other);
    }

    await page.goto(`${server.url}/account/reset`);
    await clean(page);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    const reset = await link();
    await other.goto(server.url + reset);
    await other.getByRole('heading', { name: /^Open this link in the browser/ }).waitFor();
    await page.goto(server.url + reset);
    await clean(page);
    await page.getByRole('link', { name: 'I do not have my recovery key' }).click();
    await clean(page);
    await page.getByRole('link', { name: 'I do have my recovery key' }).click();
    await page.getByLabel('Recovery key').fill(key);
    await page.getByLabel('New password').fill(newer);
    await page.getByRole('button', { name: 'Set the new password' }).click();
    await page.getByText('This one takes its place.').waitFor();
    await clean(page);
    assert.notEqual((await page.locator('.code').innerText()).trim(), key.trim());
    await other.goto(`${server.url}/account`);
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();

    await page.goto(`${server.url}/account`);
    await page.getByRole('link', { name: /^Delete Letter/ }).click();
    await clean(page);
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.goto(`${server.url}/account/delete`);
    await page.getByLabel('Password').fill(newer);
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor();
    await clean(page);
    await signIn(page, newer);
    assert.match(await page.title(), /^Error: /);
});

test('what was answered before moves into the account, and a forgotten password locks it', async () => {
    const page = await openPage(browser, { javaScript: false });
    await page.goto(`${server.url}/i/landlord-letter`);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.goto(`${server.url}/account/register`);
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.goto(server.url + (await link()));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('button', { name: 'Go on without a recovery key' }).click();
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByText('I accept that a forgotten password loses my answers').click();
    await page.getByRole('button', { name: 'Go on without a recovery key' }).click();
    await page.getByRole('heading', { name: 'Letter to a landlord' }).waitFor();
    await clean(page);

    await page.goto(`${server.url}/account/reset`);
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.goto(server.url + (await link()));
    await page.getByText('Your account stays yours').waitFor();
    await clean(page);
    await page.getByLabel('New password').fill(newer);
    await page.getByRole('button', { name: /^Set the new password/ }).click();
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByLabel('New password').fill(newer);
    await page.locator('label[for=accept]').click();
    await page.getByRole('button', { name: /^Set the new password/ }).click();
    await page.getByText('Locked with your old password.', { exact: true }).waitFor();
    await clean(page);
    await page.getByRole('link', { name: 'Bring them back' }).click();
    await page.getByLabel('Old password or recovery key').fill(newer);
    await page.getByRole('button', { name: 'Bring them back' }).click();
    assert.match(await page.title(), /^Error: /);
    await page.getByLabel('Old password or recovery key').fill(password);
    await page.getByRole('button', { name: 'Bring them back' }).click();
    await page.getByRole('button', { name: /^Continue/ }).click();
    assert.match(page.url(), /\/i\/landlord-letter\/\d+$/);
});
