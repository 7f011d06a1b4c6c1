// An account from its beginning to its end: registered in one browser, used in another, its password
// forgotten, its interview deleted, and itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage } from './harness.mjs';
import { clean, password, place, press } from './people.mjs';

const email = 'ada@example.com';
const newer = 'a kettle under the old stairs';

const here = place();
const link = () => here.mail(/\/account\/(?:confirm|reset|email)\/[\w-]+/);

test('register, answer, sign in elsewhere, continue, reset, delete', async () => {
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/account`);
    await page.getByRole('link', { name: 'Make an account' }).click();
    await clean(page);
    await press(page, 'Make the account');
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByLabel('What should we call you?').fill('Ada');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('New password').fill(password);
    await press(page, 'Make the account');
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    await clean(page);
    await page.goto(here.server.url + (await link()));
    await clean(page);
    await press(page, 'Confirm');

    await page.getByRole('heading', { name: 'Recovery key' }).waitFor();
    await clean(page);
    await press(page, 'Show me a recovery key');
    await clean(page);
    const key = await page.locator('.code').innerText();
    const groups = key.trim().split('-');
    await page.getByLabel('Third group').fill('0000');
    await press(page, 'I have written it down');
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByLabel('Third group').fill(groups[2]);
    await page.getByLabel('Seventh group').fill(groups[6].toLowerCase());
    await press(page, 'I have written it down');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await clean(page);

    await page.goto(`${here.server.url}/i/landlord-letter`);
    await press(page, 'Start');
    await page.goto(`${here.server.url}/account`);
    await page.getByRole('heading', { name: 'Letter to a landlord' }).waitFor();
    await clean(page);
    await press(page, 'Sign out');
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await clean(page);

    const other = await openPage(here.browser);
    await here.signIn(other, email, newer);
    assert.match(await other.title(), /^Error: /);
    await clean(other);
    await here.signIn(other, email, password);
    await press(other, /^Continue/);
    assert.match(other.url(), /\/i\/landlord-letter\/\d+$/);
    for (const path of ['sign-ins', 'password', 'email', 'profile', 'delete', 'locked']) {
        await other.goto(`${here.server.url}/account/${path}`);
        await clean(other);
    }

    await page.goto(`${here.server.url}/account/reset`);
    await clean(page);
    await page.getByLabel('E-mail address').fill(email);
    await press(page, 'Send the link');
    const reset = await link();
    await other.goto(here.server.url + reset);
    await other.getByRole('heading', { name: /^Open this link in the browser/ }).waitFor();
    await page.goto(here.server.url + reset);
    await clean(page);
    await page.getByRole('link', { name: 'I do not have my recovery key' }).click();
    await clean(page);
    await page.getByRole('link', { name: 'I do have my recovery key' }).click();
    await page.getByLabel('Recovery key').fill(key);
    await page.getByLabel('New password').fill(newer);
    await press(page, 'Set the new password');
    await page.getByText('This one takes its place.').waitFor();
    await clean(page);
    assert.notEqual((await page.locator('.code').innerText()).trim(), key.trim());
    await other.goto(`${here.server.url}/account`);
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();

    await page.goto(`${here.server.url}/account`);
    await page.getByRole('link', { name: /^Delete Letter/ }).click();
    await clean(page);
    await press(page, 'Delete it');
    await page.goto(`${here.server.url}/account/delete`);
    await page.getByLabel('Password').fill(newer);
    await press(page, 'Delete my account');
    await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor();
    await clean(page);
    await here.signIn(page, email, newer);
    assert.match(await page.title(), /^Error: /);
});

test('what was answered before moves into the account, and a forgotten password locks it', async () => {
    const page = await openPage(here.browser, { javaScript: false });
    await page.goto(`${here.server.url}/i/landlord-letter`);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.goto(`${here.server.url}/account/register`);
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByLabel('New password').fill(password);
    await press(page, 'Make the account');
    await page.goto(here.server.url + (await link()));
    await press(page, 'Confirm');
    await press(page, 'Go on without a recovery key');
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByText('I accept that a forgotten password loses my answers').click();
    await press(page, 'Go on without a recovery key');
    await page.getByRole('heading', { name: 'Letter to a landlord' }).waitFor();
    await clean(page);

    await page.goto(`${here.server.url}/account/reset`);
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await press(page, 'Send the link');
    await page.goto(here.server.url + (await link()));
    await page.getByText('Your account stays yours').waitFor();
    await clean(page);
    await page.getByLabel('New password').fill(newer);
    await press(page, /^Set the new password/);
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    await page.getByLabel('New password').fill(newer);
    await page.locator('label[for=accept]').click();
    await press(page, /^Set the new password/);
    await page.getByText('Locked with your old password.', { exact: true }).waitFor();
    await clean(page);
    await page.getByRole('link', { name: 'Bring them back' }).click();
    await page.getByLabel('Old password or recovery key').fill(newer);
    await press(page, 'Bring them back');
    assert.match(await page.title(), /^Error: /);
    await page.getByLabel('Old password or recovery key').fill(password);
    await press(page, 'Bring them back');
    await press(page, /^Continue/);
    assert.match(page.url(), /\/i\/landlord-letter\/\d+$/);
});
