// A screen that waits for an action in the background: with a script it goes on by itself, without one by
// its button, and the mail that was promised arrives. Administrators see what was done.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, assertFits, assertInOrder, launchBrowser, openPage, startServer, violations } from './harness.mjs';

let browser;

before(async () => {
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
});

/** A server, on which so many jobs are done at once. */
async function serving(context, workers) {
    const server = await startServer({ flags: ['--dev'], env: { AFFIANT_JOB_WORKERS: String(workers) } });
    context.after(() => server.stop());
    return server;
}

/** Answers until the screen that waits, or what comes behind it. */
async function ask(page, server) {
    await page.goto(`${server.url}/i/appointment`);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Last name').fill('Lovelace');
    await page.getByLabel('Email address').fill('ada@example.com');
    await page.getByRole('button', { name: 'Continue' }).click();
    for (const [part, value] of [['Day', '2'], ['Month', '3'], ['Year', '2099']]) {
        await page.getByLabel(part, { exact: true }).fill(value);
    }
    await page.locator('label').getByText('In the morning', { exact: true }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
}

const found = { name: /We expect you on .*2099, 10 a\.m\./ };

test('with a script the page goes on by itself, and the mail arrives', async (context) => {
    const server = await serving(context, 2);
    const page = await openPage(browser);
    await ask(page, server);
    await page.getByRole('heading', found).waitFor();
    await page.getByText('We have sent it to ada@example.com').waitFor({ timeout: 60_000 });
    await assertInOrder(page, server.url);
    await page.goto(`${server.url}/dev/mail`);
    await page.getByText('Your appointment on').first().waitFor();
    assert.match(await page.locator('main').innerText(), /ada@example\.com/);
    const admin = await administrator(browser, server);
    await admin.goto(`${server.url}/admin/jobs`);
    await admin.getByRole('heading', { name: 'Background' }).waitFor();
    await admin.getByText('Nothing failed.').waitFor();
    assert.deepEqual(await violations(admin), []);
    await assertFits(admin, server.url);
});

test('while nobody does it, the page waits, with nothing wrong on it', async (context) => {
    const server = await serving(context, 0);
    const page = await openPage(browser);
    await ask(page, server);
    await page.getByRole('heading', { name: 'One moment' }).waitFor();
    await page.getByText('This page looks by itself whether it can go on.').waitFor();
    await assertInOrder(page, server.url);
});

test('without scripts the button looks again', async (context) => {
    const server = await serving(context, 2);
    const page = await openPage(browser, { javaScript: false });
    await ask(page, server);
    const there = page.getByRole('heading', found);
    for (let look = 0; look < 100 && !(await there.isVisible()); look += 1) {
        const again = page.getByRole('button', { name: 'Look again' });
        assert.equal(await page.getByText('This page looks by itself').isVisible(), false);
        await again.click();
    }
    await there.waitFor();
    assert.match(page.url(), /\/i\/appointment\/\d+$/);
});
