// Passkeys with the browser's own authenticator: one that gives a key opens the answers, one that
// gives none asks for the password, one that was removed lets nobody in.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { device } from './authenticator.mjs';
import {
    administrator,
    assertInOrder,
    launchBrowser,
    openPage,
    shoot,
    startServer,
    violations,
} from './harness.mjs';
import { password, send } from './people.mjs';

// The browser logs an answer of 422 or 429 as an error.
const expected = [/status of 4(22|29)/];

let browser;
let server;
let page;

before(async () => {
    server = await startServer({ named: true });
    browser = await launchBrowser();
    page = await administrator(browser, server);
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

const heading = (name, level) => page.getByRole('heading', { name, level }).waitFor();
const press = (name) => page.getByRole('button', { name, exact: true }).click();
const inOrder = () => assertInOrder(page, server.url, expected);

/** Goes as far as the page that asks the browser to make a passkey. */
async function begin(name, typed = password) {
    await page.goto(`${server.url}/account/security`);
    await page.getByRole('link', { name: 'Passkeys' }).click();
    await page.getByLabel('What should it be called?').fill(name);
    await page.getByLabel('Password').fill(typed);
    await press('Go on');
}

async function signOut() {
    await page.goto(`${server.url}/account`);
    await press('Sign out');
    await heading('You are signed out');
    await page.goto(`${server.url}/account/sign-in`);
}

/** The answer that was given before is there, for whoever opens it. */
async function seesAnswers() {
    await heading('Your account');
    await page.goto(`${server.url}/account`);
    await page.getByRole('button', { name: /^Continue Letter/ }).click();
    await page.goto(`${server.url}/i/landlord-letter/1`);
    assert.equal(await page.getByLabel('First name').inputValue(), 'Ada');
}

test('a passkey signs in and opens the answers, until it is removed', async () => {
    await page.goto(`${server.url}/i/landlord-letter`);
    await page.locator('form[action$=sessions] button').click();
    await page.locator('label').filter({ hasText: 'Yes' }).first().click();
    await press('Continue');
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Last name').fill('Lovelace');
    await press('Continue');
    await heading(/^Where do you live/);

    await page.goto(`${server.url}/account/security`);
    await inOrder();
    await shoot(page, 'security');
    await begin('My phone', 'not the password');
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.getByLabel('What should it be called?').inputValue(), 'My phone');
    await inOrder();
    await shoot(page, 'passkeys-error');
    await begin('My phone');
    await heading('Make the passkey now');
    await inOrder();
    const unplugStranger = await device(page, true, false);
    await press('Make the passkey');
    const failed = page.getByText('No passkey was made.');
    await failed.waitFor();
    assert.ok(await failed.evaluate((it) => it === document.activeElement), 'it is read out');
    await inOrder();
    await shoot(page, 'passkey-make-failed');
    await unplugStranger();
    const unplug = await device(page, true);
    await press('Make the passkey');
    await heading('Your passkey is ready');
    await inOrder();
    await shoot(page, 'passkey-ready');

    await begin('The same');
    await press('Make the passkey');
    await page.getByText('This device has a passkey for your account already.').waitFor();
    await page.getByRole('link', { name: 'Back', exact: true }).click();
    await page.getByRole('heading', { name: 'My phone' }).waitFor();
    assert.equal(await page.getByRole('listitem').filter({ hasText: 'Made on' }).count(), 1);
    await inOrder();
    await shoot(page, 'passkeys');

    await signOut();
    await inOrder();
    await shoot(page, 'sign-in');
    await press('Sign in with a passkey');
    await seesAnswers();

    await page.goto(`${server.url}/account/passkeys`);
    await press('Remove My phone');
    await heading('The passkey is removed');
    await inOrder();
    await signOut();
    await press('Sign in with a passkey');
    await heading('This passkey did not sign you in');
    await inOrder();
    await shoot(page, 'passkey-refused');
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByLabel('E-mail address').fill('root@example.com');
    await page.getByLabel('Password').fill(password);
    await press('Sign in');
    await heading('Your account');
    await unplug();
});

test('a passkey that gives no key asks for the password', async () => {
    const unplug = await device(page, false);
    await begin('Old key');
    await press('Make the passkey');
    await heading('Your passkey signs you in');
    await inOrder();
    await signOut();
    await press('Sign in with a passkey');
    await heading('Enter your password to open your answers');
    await inOrder();
    await shoot(page, 'passkey-unlock');
    await page.getByLabel('Password').fill('not the password');
    await press('Open my answers');
    assert.match(await page.title(), /^Error: /);
    await inOrder();
    await shoot(page, 'passkey-unlock-error');
    await page.getByLabel('Password').fill(password);
    await press('Open my answers');
    await seesAnswers();
    await page.goto(`${server.url}/account/passkeys`);
    await page.getByText('To open your answers, you enter your password too.').waitFor();
    await unplug();
});

test('a device without a passkey for the site loses nothing', async () => {
    await signOut();
    const unplug = await device(page, true);
    await press('Sign in with a passkey');
    await page.getByText('Your browser gave no passkey.').waitFor();
    await inOrder();
    await shoot(page, 'sign-in-failed');
    await unplug();
});

test('without scripts the pages say what to use instead', async () => {
    const plain = await openPage(browser, { javaScript: false });
    await plain.goto(`${server.url}/account/sign-in`);
    await plain.getByText('To sign in with a passkey, this browser needs JavaScript').waitFor();
    assert.equal(await plain.getByRole('button', { name: 'Sign in with a passkey' }).isVisible(), false);
    assert.deepEqual(await violations(plain), []);
    await send(plain, 'Sign in', async () => {
        await plain.goto(`${server.url}/account/sign-in`);
        await plain.getByLabel('E-mail address').fill('root@example.com');
        await plain.getByLabel('Password').fill(password);
    });
    await plain.goto(`${server.url}/account/passkeys`);
    await plain.getByText('This browser cannot make a passkey here.').waitFor();
    assert.equal(await plain.getByRole('button', { name: 'Go on' }).isVisible(), false);
    assert.deepEqual(await violations(plain), []);
    await plain.getByRole('link', { name: 'Second factor' }).click();
    await plain.getByRole('heading', { name: 'Second factor', level: 1 }).waitFor();
});
