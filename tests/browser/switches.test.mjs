// The two switches about who can open answers, as administrators and people meet them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
    administrator,
    agreed,
    assertFits,
    assertInOrder,
    launchBrowser,
    openPage,
    startServer,
} from './harness.mjs';
import { begin, name } from './letter.mjs';
import { password, press } from './people.mjs';

const PHONE = { viewport: { width: 375, height: 700 }, colorScheme: 'dark' };

let browser;

before(async () => {
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
});

/** Sets a switch in the form, as far as the page that says what it would do. */
async function choose(page, server, switchName, choice) {
    await page.goto(`${server.url}/admin/switches/${switchName}`);
    await assertInOrder(page, server.url);
    await page.locator('label').getByText(choice, { exact: true }).click();
    await page.getByLabel('Why?').fill('The board decided it on Monday.');
    await press(page, 'Continue');
    await page.getByRole('heading', { level: 1, name: 'What this would do' }).waitFor();
    await assertInOrder(page, server.url);
}

const fits = (page, server, expected = []) => assertFits(page, server.url, { expected });

test('administrators read with the key that was shown once, and the person sees it', async (context) => {
    const server = await startServer({ named: true });
    context.after(() => server.stop());
    const page = await administrator(browser, server);
    await page.goto(`${server.url}/admin/reading`);
    await page.getByText('No administrator can read answers on this site.').waitFor();
    await fits(page, server);

    await choose(page, server, 'reading', 'They can, with the organisation’s key');
    const key = (await page.locator('.code').innerText()).trim();
    await page.getByLabel('Third group of the organisation’s key').fill('0000');
    await press(page, 'Ask for this change');
    await page.waitForSelector('#errors');
    assert.match(await page.title(), /^Error: /);
    assert.equal((await page.locator('.code').innerText()).trim(), key, 'the key stays');
    await fits(page, server, [/422/]);
    const groups = key.split('-');
    await page.getByLabel('Third group of the organisation’s key').fill(groups[2]);
    await page.getByLabel('Seventh group of the organisation’s key').fill(groups[6]);
    await press(page, 'Ask for this change');
    await page.waitForURL('**/waiting/*');
    await agreed(server);

    // Who is signed in is told before the first answer, and who is not, too.
    const visitor = await openPage(browser, PHONE);
    await visitor.goto(`${server.url}/i/${name}`);
    await visitor.getByText('Nobody else can read what you answer without an account').waitFor();
    await fits(visitor, server);
    await page.goto(`${server.url}/i/${name}`);
    await page.getByText('Administrators of this site can read what you answer').waitFor();
    await fits(page, server, [/422/]);
    await begin(page, server.url);
    await page.locator('label').getByText('Yes', { exact: true }).click();
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.getByLabel('First name').waitFor();
    await page.goto(`${server.url}/account`);
    await page.getByText('Administrators of this site can read it').waitFor();
    await fits(page, server, [/422/]);

    const now = new Date();
    await page.goto(`${server.url}/admin/reading`);
    await page.getByLabel('Interview').selectOption(name);
    await page.getByLabel('Day').fill('40');
    await press(page, 'Find interviews');
    await page.waitForSelector('#errors');
    await fits(page, server, [/422/]);
    await page.getByLabel('Day').fill(`${now.getUTCDate()}`);
    await page.getByLabel('Month').fill(`${now.getUTCMonth() + 1}`);
    await page.getByLabel('Year').fill(`${now.getUTCFullYear()}`);
    await press(page, 'Find interviews');
    await page.getByRole('heading', { name: 'What was found' }).waitFor();
    await fits(page, server, [/422/]);
    await page.locator('.card a').click();
    await fits(page, server, [/422/]);
    await press(page, 'Read the answers');
    await page.waitForSelector('#errors');
    await fits(page, server, [/422/]);
    await page.locator('label').getByText('The person asked for help', { exact: true }).click();
    await page.getByLabel('The organisation’s key').fill(key.toLowerCase());
    await press(page, 'Read the answers');
    await page.getByText('These answers are shown only on this page.').waitFor();
    await page.getByText('All answers, by the name of the variable').click();
    await fits(page, server, [/422/]);

    await page.goto(`${server.url}/account/activity`);
    await page.getByText('Answers read by an administrator: The person asked for help').waitFor();
    await fits(page, server, [/422/]);
});

test('an account with a key of the server says so, and its person takes the key back', async (context) => {
    const server = await startServer({ named: true, flags: ['--dev'] });
    context.after(() => server.stop());
    const page = await administrator(browser, server);
    await choose(page, server, 'keys', 'The server holds a key too');
    await press(page, 'Ask for this change');
    await page.waitForURL('**/waiting/*');
    await agreed(server);
    await page.goto(`${server.url}/admin/people`);
    await press(page, 'Make an invitation');
    const link = (await page.locator('.code').innerText()).trim();

    const person = await openPage(browser, { javaScript: false });
    await person.goto(link.replace(/^https?:\/\/[^/]+/, server.url));
    await person.getByText('The people who run this site can open your answers').waitFor();
    await fits(person, server);
    await person.getByLabel('What should we call you?').fill('Carol');
    await person.getByLabel('E-mail address').fill('carol@example.com');
    await person.getByLabel('New password').fill(password);
    await press(person, 'Make the account');
    await person.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    await person.goto(await confirmation(page, server));
    await press(person, 'Confirm');
    await person.goto(`${server.url}/account`);
    await person.getByText('The server holds a key to your answers').waitFor();
    await fits(person, server);
    await person.goto(`${server.url}/account/security`);
    await fits(person, server);
    await person.getByRole('link', { name: 'Hold the key alone' }).click();
    await fits(person, server);
    await person.getByLabel('Password').fill(password);
    await press(person, 'Hold the key alone');
    await person.getByRole('heading', { name: 'Recovery key' }).waitFor();
    await person.goto(`${server.url}/account`);
    assert.equal(await person.getByText('The server holds a key to your answers').count(), 0);
});

/** The address in the mail that confirms an account, as authors see it. */
async function confirmation(page, server) {
    for (;;) {
        await page.goto(`${server.url}/dev/mail`);
        const found = /\/account\/confirm\/[\w-]+/.exec(await page.content());
        if (found) return server.url + found[0];
    }
}
