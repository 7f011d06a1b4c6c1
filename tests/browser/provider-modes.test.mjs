// Signing in with an account elsewhere and nothing more, where administrators allow it: under its warning,
// before something grave, and out of it; and what else there may be behind a provider.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { device } from './authenticator.mjs';
import { elsewhere } from './elsewhere.mjs';
import { administrator, agreed, hourPassed, openPage } from './harness.mjs';
import { clean, code, heading, password, press, send } from './people.mjs';

const here = elsewhere();
const { atLamp, begin, look, mail } = here;

/** The administrator's page, and Ada's, who types nothing. */
let root;
let ada;

/** Sets a switch, as far as the page that says what it would do. */
async function choose(switchName, choice) {
    await root.goto(`${here.server.url}/admin/switches/${switchName}`);
    await root.locator('label').getByText(choice, { exact: true }).click();
    await root.getByLabel('Why?').fill('The board decided it on Monday.');
    await press(root, 'Continue');
    await heading(root, 'What this would do');
}

/** Answers the first two screens of the letter. */
async function answer(page) {
    await page.goto(`${here.server.url}/i/landlord-letter`);
    await press(page, 'Start');
    await page.locator('label').filter({ hasText: 'Yes' }).first().click();
    await press(page, 'Continue');
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Last name').fill('Lovelace');
    await press(page, 'Continue');
    await heading(page, /^Where do you live/);
}

/** The answer that was given before is there. */
async function seesAnswers(page) {
    await heading(page, 'Your account');
    await page.getByRole('button', { name: /^Continue/ }).first().click();
    await page.goto(`${here.server.url}/i/landlord-letter/1`);
    assert.equal(await page.getByLabel('First name').inputValue(), 'Ada');
    await page.goto(`${here.server.url}/account`);
}

async function signOut(page) {
    await page.goto(`${here.server.url}/account`);
    await press(page, 'Sign out');
    await heading(page, 'You are signed out');
    await page.goto(`${here.server.url}/account/sign-in`);
}

const server = (page) => page.getByLabel(/^Let the server hold the key/);

/** Clicks what people click: the label covers its box. */
const letServer = (page) => page.locator('label').filter({ hasText: 'Let the server hold the key' }).click();

const link = () => mail(/\/account\/confirm\/[\w-]+/);

test('an administrator allows it, and it is chosen under its warning', async () => {
    root = await administrator(here.browser, here.server);
    ada = await openPage(here.browser);
    await ada.goto(`${here.server.url}/account/sign-in`);
    await atLamp(ada, 'ada');
    await heading(ada, 'Make an account');
    assert.equal(await server(ada).count(), 0, 'nobody may choose it before');

    await choose('keys', 'The server holds a key too');
    await press(root, 'Ask for this change');
    await root.waitForURL('**/waiting/*');
    await agreed(here.server);

    await answer(ada);
    await ada.goto(`${here.server.url}/account/sign-in`);
    await press(ada, 'Sign in with Lamp');
    await heading(ada, 'Make an account');
    await ada.getByText('the people who run this site can then open your answers').waitFor();
    await ada.getByText('So can whoever signs in as you at Lamp, Lamp itself included').waitFor();
    await look(ada, 'modes-new');
    await ada.getByLabel('E-mail address').fill('ada@example.com');
    await press(ada, 'Make the account');
    assert.match(await ada.title(), /^Error: /, 'without a passphrase it must be chosen');
    await ada.getByText('Choose a passphrase, or let the server hold the key').first().waitFor();
    await look(ada, 'modes-new-error');
    await letServer(ada);
    await ada.getByLabel('Passphrase for your answers').fill('too short');
    await press(ada, 'Make the account');
    assert.match(await ada.title(), /^Error: /, 'one that is chosen all the same must be good');
    assert.ok(await server(ada).isChecked(), 'what was chosen is kept');
    await press(ada, 'Make the account');
    await heading(ada, 'Look into your mail');
    await ada.goto(here.server.url + (await link()));
    await press(ada, 'Confirm');
    await ada.getByText('So you need no passphrase, but the people who run this site').waitFor();
    await look(ada, 'modes-account');
    await seesAnswers(ada);
});

test('she comes in with nothing more, in any browser', async () => {
    await signOut(ada);
    await press(ada, 'Sign in with Lamp');
    await seesAnswers(ada);
    await ada.goto(`${here.server.url}/account/sign-ins`);
    await ada.getByText('With a password, or with an account elsewhere.').first().waitFor();
    const other = await openPage(here.browser, { javaScript: false });
    await other.goto(`${here.server.url}/account/sign-in`);
    await press(other, 'Sign in with Lamp');
    await other.waitForURL(/\/who\//);
    await other.getByLabel('Who').fill('ada');
    await press(other, 'It is me');
    await seesAnswers(other);
    // The address with the answer is of no use a second time.
    const [used] = await Promise.all([
        other.waitForRequest(/\/account\/provider\/lamp\/back\?/),
        (async () => {
            await signOut(other);
            await press(other, 'Sign in with Lamp');
            await heading(other, 'Your account');
        })(),
    ]);
    await signOut(other);
    await other.goto(used.url());
    await heading(other, 'Begin again');
    await other.goto(`${here.server.url}/account`);
    await heading(other, 'Sign in');
});

test('what is grave asks for no password, and for the provider when that was long ago', async () => {
    await ada.goto(`${here.server.url}/account/security`);
    assert.equal(await ada.getByRole('link', { name: 'Password' }).count(), 0);
    await ada.getByText('and you have no passphrase').waitFor();
    await look(ada, 'modes-security');
    for (const path of ['export', 'delete', 'email', 'keys', 'passkeys', 'providers', 'second-factor']) {
        await ada.goto(`${here.server.url}/account/${path}`);
        assert.equal(new URL(ada.url()).pathname, `/account/${path}`);
        assert.equal(await ada.getByLabel('Password').count(), 0, path);
        await clean(ada);
    }
    await ada.goto(`${here.server.url}/account/password`);
    await heading(ada, 'Hold the key alone');
    await ada.goto(`${here.server.url}/account/providers`);
    await ada.getByRole('link', { name: /^Unlink/ }).click();
    await heading(ada, 'It is your only way in');
    await look(ada, 'modes-only');

    await hourPassed(here.server);
    await ada.goto(`${here.server.url}/account/export`);
    await heading(ada, 'Sign in once more');
    await look(ada, 'modes-again');
    await press(ada, 'Sign in with Lamp');
    await heading(ada, 'Sign in at Lamp');
    await ada.getByLabel('Who').fill('eve');
    await press(ada, 'It is me');
    await heading(ada, 'That is another account');
    await look(ada, 'modes-other');
    await ada.goto(`${here.server.url}/account/export`);
    await atLamp(ada, 'ada');
    await ada.waitForURL('**/account/export');
    const [download] = await Promise.all([
        ada.waitForEvent('download'),
        ada.locator('form[action$=export] button').click(),
    ]);
    assert.match(download.suggestedFilename(), /\.zip$/);

    // A form that lay open for too long changes nothing.
    await ada.goto(`${here.server.url}/account/email`);
    await ada.getByLabel('New e-mail address').fill('ada@other.example');
    await hourPassed(here.server);
    await ada.locator('form[action$=email] button').click();
    await heading(ada, 'Sign in once more');
});

test('a second factor is asked for behind the provider', async () => {
    await atLamp(ada, 'ada');
    await ada.goto(`${here.server.url}/account/second-factor`);
    const key = (await ada.locator('p.code').innerText()).trim();
    await ada.getByLabel('Code', { exact: true }).fill(code(key));
    await press(ada, 'Turn it on');
    await heading(ada, 'Your codes on paper');
    const papers = await ada.locator('.codes li').allInnerTexts();
    await signOut(ada);
    await press(ada, 'Sign in with Lamp');
    await heading(ada, 'Enter the code of your second factor');
    await ada.goto(`${here.server.url}/account`);
    await heading(ada, 'Sign in');
    await ada.goto(`${here.server.url}/account/sign-in/code`);
    await ada.getByLabel('Code', { exact: true }).fill(papers[0]);
    await press(ada, 'Sign in');
    await seesAnswers(ada);
    await ada.goto(`${here.server.url}/account/second-factor`);
    await ada.getByLabel('Code', { exact: true }).fill(papers[1]);
    await press(ada, 'Turn it off');
    await heading(ada, 'Your second factor is off');
});

test('she chooses a passphrase, and the server holds nothing any more', async () => {
    await ada.goto(`${here.server.url}/account`);
    await ada.getByRole('link', { name: 'Hold the key alone' }).click();
    await heading(ada, 'Hold the key alone');
    await look(ada, 'modes-leave');
    await press(ada, 'Hold the key alone');
    assert.match(await ada.title(), /^Error: /);
    await look(ada, 'modes-leave-error');
    await ada.getByLabel('Passphrase').fill(password);
    await press(ada, 'Hold the key alone');
    await heading(ada, 'Recovery key');
    await ada.goto(`${here.server.url}/account`);
    assert.equal(await ada.getByText('The server holds a key to your answers').count(), 0);
    await signOut(ada);
    await press(ada, 'Sign in with Lamp');
    await heading(ada, 'Open your answers');
    await send(ada, 'Open my answers', () => ada.getByLabel('Passphrase').fill(password));
    await seesAnswers(ada);
    await ada.goto(`${here.server.url}/account/export`);
    await ada.getByLabel('Password').waitFor();
});

test('a passkey opens the answers behind the provider', async () => {
    const unplug = await device(ada, true);
    await ada.goto(`${here.server.url}/account/passkeys`);
    await send(ada, 'Go on', async () => {
        await ada.getByLabel('What should it be called?').fill('My phone');
        await ada.getByLabel('Password').fill(password);
    });
    await press(ada, 'Make the passkey');
    await heading(ada, 'Your passkey is ready');
    await signOut(ada);
    await press(ada, 'Sign in with Lamp');
    await heading(ada, 'Open your answers');
    await look(ada, 'modes-unlock-passkey');
    await press(ada, 'Sign in with a passkey');
    await seesAnswers(ada);
    await unplug();
});

test('another browser confirms with the account elsewhere that registered', async () => {
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/account/register`);
    await atLamp(page, 'mary');
    await heading(page, 'Make an account');
    await page.getByLabel('E-mail address').fill('mary@example.com');
    await letServer(page);
    await press(page, 'Make the account');
    await heading(page, 'Look into your mail');
    const other = await openPage(here.browser, { javaScript: false });
    const confirm = await link();
    await other.goto(here.server.url + confirm);
    await heading(other, 'Confirm your e-mail address');
    await look(other, 'modes-confirm');
    await press(other, 'Sign in with Lamp');
    await other.waitForURL(/\/who\//);
    await other.getByLabel('Who').fill('mallory');
    await press(other, 'It is me');
    await heading(other, 'That is another account');
    const third = await openPage(here.browser, { javaScript: false });
    await third.goto(here.server.url + confirm);
    await press(third, 'Sign in with Lamp');
    await third.waitForURL(/\/who\//);
    await third.getByLabel('Who').fill('mary');
    await press(third, 'It is me');
    await heading(third, 'Your account');
    await page.goto(here.server.url + confirm);
    await heading(page, 'This link does not work any more');
});

test('where only who was invited may register, a provider lets in nobody else', async () => {
    await root.goto(`${here.server.url}/admin/people`);
    await press(root, 'Make an invitation');
    const invitation = (await root.locator('.code').innerText()).trim();
    await choose('registration', 'Who was invited');
    await press(root, 'Make this change');
    await root.getByText('It is done, and holds from now on.').waitFor();
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/account/sign-in`);
    await atLamp(page, 'grace');
    await heading(page, 'Only who was invited can make an account here');
    await look(page, 'modes-by-invitation');
    await page.goto(invitation.replace(/^https?:\/\/[^/]+/, here.server.url));
    await press(page, 'Sign in with Lamp');
    await begin(page, 'grace@example.com');
    const late = await openPage(here.browser);
    await late.goto(invitation.replace(/^https?:\/\/[^/]+/, here.server.url));
    await heading(late, 'This link does not work any more');
});

test('a role that needs a second factor needs it behind a provider too', async () => {
    await root.goto(`${here.server.url}/account/providers`);
    await root.getByLabel('Password').fill(password);
    await atLamp(root, 'root', 'Link Lamp');
    await heading(root, 'It is linked');
    await choose('second-factor', 'admin');
    await press(root, 'Make this change');
    await root.waitForURL(/second-factor|switches$/);
    await root.context().clearCookies({ name: /^(__Host-)?a$/ });

    const unlock = async () => {
        await root.goto(`${here.server.url}/account/sign-in`);
        await press(root, 'Sign in with Lamp');
        await heading(root, 'Open your answers');
        await send(root, 'Open my answers', () => root.getByLabel('Password').fill(password));
    };
    await unlock();
    await root.goto(`${here.server.url}/admin`);
    await heading(root, 'Second factor');
    await root.getByText('Your role needs a second factor.').waitFor();
    const key = (await root.locator('p.code').innerText()).trim();
    await send(root, 'Turn it on', async () => {
        await root.getByLabel('Code', { exact: true }).fill(code(key));
        await root.getByLabel('Password').fill(password);
    });
    await heading(root, 'Your codes on paper');
    const papers = await root.locator('.codes li').allInnerTexts();
    await signOut(root);
    await unlock();
    await heading(root, 'Enter the code of your second factor');
    await root.goto(`${here.server.url}/admin`);
    await heading(root, 'Sign in');
    await root.goto(`${here.server.url}/account/sign-in/code`);
    await root.getByLabel('Code', { exact: true }).fill(papers[0]);
    await press(root, 'Sign in');
    await root.goto(`${here.server.url}/admin`);
    assert.equal(new URL(root.url()).pathname, '/admin');
});
