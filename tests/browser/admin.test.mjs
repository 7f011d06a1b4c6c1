// The administration: taking the printed link, then every page of it, with and without scripts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
    administrator,
    assertInOrder,
    launchBrowser,
    openPage,
    printed,
    startServer,
} from './harness.mjs';

const WAYS = [
    { javaScript: true },
    { javaScript: false },
    { javaScript: true, viewport: { width: 375, height: 700 }, colorScheme: 'dark' },
];

let browser;

before(async () => {
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
});

for (const options of WAYS) {
    const way = JSON.stringify(options);
    test(`every page of the administration is in order: ${way}`, async (context) => {
        const server = await startServer();
        context.after(() => server.stop());
        const page = await administrator(browser, server, options);
        for (const part of ['Overview', 'People', 'Roles', 'Privacy', 'Answers', 'Bans', 'Audit log', 'Mail']) {
            const parts = page.getByRole('navigation', { name: 'Administration' });
            const current = parts.getByRole('link', { name: part, exact: true });
            await current.click();
            assert.equal(await current.getAttribute('aria-current'), 'page');
            await assertInOrder(page, server.url);
        }
    });
}

test('a network is entered, a wrong one is told at its field, and removed', async (context) => {
    const server = await startServer();
    context.after(() => server.stop());
    const page = await administrator(browser, server);
    await page.goto(`${server.url}/admin/bans`);
    const add = page.getByRole('button', { name: 'Add the network' });
    const box = (label) => page.getByRole('textbox', { name: label, exact: true });
    await box('Network').fill('everybody');
    await box('Reason').fill('Guesses for weeks');
    await add.click();
    await page.waitForSelector('#errors');
    assert.match(await page.title(), /^Error: Bans/);
    assert.equal(await box('Reason').inputValue(), 'Guesses for weeks');
    await assertInOrder(page, server.url, [/422/]);

    await box('Network').fill('127.0.0.0/8');
    await add.click();
    await page.getByText('you would shut yourself out').first().waitFor();

    await box('Network').fill('203.0.113.77/24');
    await box('For how many days').fill('7');
    await add.click();
    const row = page.getByRole('row', { name: /203\.0\.113\.0\/24/ });
    assert.match(await row.textContent(), /Keep it out.*Guesses for weeks/);
    await page.getByRole('button', { name: 'Remove 203.0.113.0/24' }).click();
    await page.getByText('No network is kept out or let in.').waitFor();
});

test('a role is made out of permissions and deleted', async (context) => {
    const server = await startServer();
    context.after(() => server.stop());
    const page = await administrator(browser, server);
    await page.goto(`${server.url}/admin/roles`);
    await page.getByRole('textbox', { name: 'Name' }).fill('Clerk!');
    await page.getByRole('button', { name: 'Save the role' }).click();
    await page.waitForSelector('#errors');
    await page.getByRole('textbox', { name: 'Name' }).fill('clerk');
    await page.locator('label', { hasText: 'See who has an account' }).click();
    await page.getByRole('button', { name: 'Save the role' }).click();
    await page.getByRole('heading', { name: 'clerk', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete the role clerk' }).click();
    await page.getByText('Make or change a role').waitFor();
    assert.equal(await page.getByRole('heading', { name: 'clerk', exact: true }).count(), 0);
});

test('the link works once, and nobody else sees the administration', async (context) => {
    const server = await startServer();
    context.after(() => server.stop());
    const link = await printed(server);
    await administrator(browser, server);
    const stranger = await openPage(browser);
    assert.equal((await stranger.goto(server.url + link)).status(), 404);
    await stranger.goto(`${server.url}/admin/people`);
    assert.equal(stranger.url(), `${server.url}/account/sign-in`);
    await stranger.getByRole('heading', { name: 'Sign in' }).waitFor();
    await assertInOrder(stranger, server.url, [/404/]);
});

test('somebody is invited, makes an account, gets a role and a link for a new password', async (context) => {
    const server = await startServer({ flags: ['--dev'] });
    context.after(() => server.stop());
    const page = await administrator(browser, server);
    await page.goto(`${server.url}/admin/people`);
    const box = page.getByLabel('E-mail address');
    await box.fill('ada at home');
    await page.getByRole('button', { name: 'Make an invitation' }).click();
    await page.waitForSelector('#errors');
    assert.equal(await box.inputValue(), 'ada at home');
    await assertInOrder(page, server.url, [/422/]);
    await box.fill('');
    await page.getByRole('button', { name: 'Make an invitation' }).click();
    await page.getByText('The invitation is made').waitFor();
    await assertInOrder(page, server.url, [/422/]);
    const link = (await page.locator('.code').innerText()).trim();

    const guest = await openPage(browser);
    await guest.goto(link);
    await guest.getByLabel('What should we call you?').fill('Ada');
    await guest.getByLabel('E-mail address').fill('ada@example.com');
    await guest.getByLabel('New password').fill('a kettle under the old stairs');
    await guest.getByRole('button', { name: 'Make the account' }).click();
    await guest.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    assert.equal((await guest.goto(link)).status(), 404);

    await page.goto(`${server.url}/admin/people`);
    await page.getByRole('link', { name: 'Account 2' }).click();
    await page.locator('label', { hasText: 'trainer' }).click();
    await page.getByRole('button', { name: 'Give these roles' }).click();
    assert.equal(await page.getByRole('checkbox', { name: 'trainer' }).isChecked(), true);
    await page.getByRole('button', { name: 'Send a link for a new password' }).click();
    await page.getByText('A mail with the link is on its way.').waitFor();
    await assertInOrder(page, server.url, [/422/]);
});
