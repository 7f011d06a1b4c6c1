// The administration: taking the printed link, then every page of it, with and without scripts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertInOrder, launchBrowser, openPage, startServer } from './harness.mjs';

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

/** The link for the first administrator that a server printed; it follows its address. */
async function printed(server) {
    for (;;) {
        const link = server.lines.join('\n').match(/(\/admin\/first\/\S+)/);
        if (link) return link[1];
        await fetch(`${server.url}/health/live`);
    }
}

/** Opens the printed link in a new page and takes it. */
async function administrator(server, options) {
    const page = await openPage(browser, options);
    await page.goto(server.url + (await printed(server)));
    await page.getByRole('button', { name: 'Become the administrator' }).click();
    await page.waitForURL('**/admin');
    return page;
}

for (const options of WAYS) {
    const way = JSON.stringify(options);
    test(`every page of the administration is in order: ${way}`, async (context) => {
        const server = await startServer();
        context.after(() => server.stop());
        const page = await administrator(server, options);
        for (const part of ['Overview', 'People', 'Roles', 'Bans', 'Mail']) {
            await page.getByRole('link', { name: part, exact: true }).click();
            const current = page.getByRole('link', { name: part, exact: true });
            assert.equal(await current.getAttribute('aria-current'), 'page');
            await assertInOrder(page, server.url);
        }
    });
}

test('a network is entered, a wrong one is told at its field, and removed', async (context) => {
    const server = await startServer();
    context.after(() => server.stop());
    const page = await administrator(server);
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
    const page = await administrator(server);
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
    await administrator(server);
    const stranger = await openPage(browser);
    assert.equal((await stranger.goto(server.url + link)).status(), 404);
    await stranger.goto(`${server.url}/admin/people`);
    assert.equal(stranger.url(), `${server.url}/account/sign-in`);
    await stranger.getByRole('heading', { name: 'Sign in' }).waitFor();
    await assertInOrder(stranger, server.url, [/404/]);
});
