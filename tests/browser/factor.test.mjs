// A second factor: turned on, asked for by code and by paper, turned off.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage } from './harness.mjs';
import { clean, code, password, place, press } from './people.mjs';

const email = 'ada@example.com';

const here = place();

/** Signs in as far as the password goes. */
async function signIn(page) {
    await here.signIn(page, email);
    await page.getByRole('heading', { name: 'Enter the code of your second factor' }).waitFor();
}

test('a second factor is turned on, asked for, and turned off', async () => {
    const page = await here.register(email);
    await page.goto(`${here.server.url}/account`);
    await page.getByRole('link', { name: 'Sign-in and security' }).click();
    await clean(page);
    await page.getByRole('link', { name: 'Second factor' }).click();
    await clean(page);
    assert.ok(await page.locator('.qr svg').isVisible(), 'the picture is drawn');
    const key = (await page.locator('p.code').innerText()).trim();
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByLabel('Password').fill(password);
    await press(page, 'Turn it on');
    assert.match(await page.title(), /^Error: /);
    await clean(page);
    assert.equal((await page.locator('p.code').innerText()).trim(), key, 'the app need not start again');
    const used = code(key);
    await page.getByLabel('Code', { exact: true }).fill(used);
    await page.getByLabel('Password').fill(password);
    await press(page, 'Turn it on');
    await page.getByRole('heading', { name: 'Your codes on paper' }).waitFor();
    await clean(page);
    const papers = await page.locator('.codes li').allInnerTexts();
    assert.equal(new Set(papers).size, 10);
    await page.getByRole('link', { name: 'I have written them down' }).click();
    await page.getByText('You have 10 codes on paper left.').waitFor();

    // Elsewhere the password alone opens nothing.
    const other = await openPage(here.browser, { javaScript: false });
    await signIn(other);
    await clean(other);
    await other.goto(`${here.server.url}/account`);
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.goto(`${here.server.url}/account/sign-in/code`);
    await other.getByLabel('Code', { exact: true }).fill(used);
    await press(other, 'Sign in');
    assert.match(await other.title(), /^Error: /, 'a code works once');
    await clean(other);
    await other.getByLabel('Code', { exact: true }).fill(code(key, 1));
    await press(other, 'Sign in');
    await other.getByRole('heading', { name: 'Your account' }).waitFor();

    const third = await openPage(here.browser);
    await signIn(third);
    await third.getByLabel('Code', { exact: true }).fill(papers[0].toLowerCase());
    await press(third, 'Sign in');
    await third.getByRole('heading', { name: 'Your account' }).waitFor();
    await third.goto(`${here.server.url}/account/second-factor`);
    await third.getByText('You have 9 codes on paper left.').waitFor();
    await clean(third);
    await third.getByLabel('Code', { exact: true }).fill(papers[1]);
    await third.getByLabel('Password').fill(password);
    await press(third, 'Turn it off');
    await third.getByRole('heading', { name: 'Your second factor is off' }).waitFor();
    await clean(third);
});
