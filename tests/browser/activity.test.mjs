// The audit log: what a person sees of it, and what administrators do.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { administrator, assertInOrder, startServer } from './harness.mjs';
import { clean, password, place, press, send } from './people.mjs';

const email = 'ada@example.com';

const here = place();

test('a person finds what was done in the account, newest first', async () => {
    const page = await here.register(email);
    await page.goto(`${here.server.url}/account/password`);
    const other = 'a kettle under the old stairs';
    await send(page, 'Change the password', async () => {
        await page.getByLabel('Password', { exact: true }).fill(password);
        await page.getByLabel('New password').fill(other);
    });
    await page.goto(`${here.server.url}/account`);
    await page.getByRole('link', { name: 'Sign-in and security' }).click();
    await page.getByRole('link', { name: 'What happened in your account' }).click();
    await clean(page);
    const rows = await page.getByRole('row').allInnerTexts();
    assert.match(rows[1], /Password changed/);
    assert.match(rows.at(-1), /Account made, and e-mail address confirmed/);
    await page.getByRole('link', { name: /Is there something that you did not do/ }).click();
    await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
});

for (const javaScript of [true, false]) {
    test(`administrators choose what they see and have it checked; scripts: ${javaScript}`, async (context) => {
        const server = await startServer();
        context.after(() => server.stop());
        const page = await administrator(here.browser, server, { javaScript });
        const parts = page.getByRole('navigation', { name: 'Administration' });
        await parts.getByRole('link', { name: 'Audit log' }).click();
        await assertInOrder(page, server.url);
        await page.getByLabel('Show').selectOption({ label: 'Became the first administrator' });
        await press(page, 'Show');
        assert.equal(await page.getByRole('row').count(), 2);
        await page.getByRole('link', { name: 'Check all entries now' }).click();
        await page.getByText(/\d+ entries, whole\./).waitFor();
        await assertInOrder(page, server.url);
    });
}
