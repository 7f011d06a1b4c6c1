// A provider that lies, or is gone: a clear page, nobody is let in, and everything else goes on.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage } from './harness.mjs';
import { all, startLiar } from './liar.mjs';
import { clean, heading, place, press } from './people.mjs';

const here = place({ elsewhere: startLiar });

/** Goes to the provider, which sends back at once. */
async function goes() {
    const page = await openPage(here.browser);
    await page.goto(`${here.server.url}/account/sign-in`);
    await press(page, 'Sign in with Liar');
    return page;
}

/** Nobody is signed in, and nothing waits. */
async function isOutside(page) {
    for (const path of ['/account', '/account/sign-in/new', '/account/sign-in/unlock']) {
        await page.goto(here.server.url + path);
        await heading(page, 'Sign in');
    }
}

test('a provider that tells the truth is believed', async () => {
    const page = await goes();
    await heading(page, 'Make an account');
});

for (const lie of all) {
    test(`${lie}: it is not believed`, async () => {
        here.provider.lie = lie;
        const page = await goes();
        const told = page.getByRole('heading', { name: /^(You are not signed in|Your other account cannot be reached)$/ });
        await told.waitFor();
        await page.getByText('Nothing').first().waitFor();
        await clean(page);
        await isOutside(page);
        assert.ok(!here.server.lines.some((line) => line.includes('code=')), 'no code is in the log');
    });
}

test('one that is gone is told, and everything else goes on', async () => {
    await here.provider.stop();
    await here.server.restart();
    const page = await goes();
    await heading(page, 'Your other account cannot be reached');
    await clean(page);
    await isOutside(page);
    const other = await here.register('ada@example.com');
    await other.goto(`${here.server.url}/account`);
    await heading(other, 'Your account');
});
