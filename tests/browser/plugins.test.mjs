// Plugins: an administrator reads what one does before it is on, people are asked before it acts.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { administrator, launchBrowser, startServer } from './harness.mjs';
import { name, title } from './letter.mjs';
import { press } from './people.mjs';
import { affiant, decide, fits, install, packed, panel, visit } from './plugins.mjs';

const ID = 'org.example.counting';
const EXAMPLE = 'examples/plugins/analytics';

/** What a second version adds: a mark in the browser, if the administrator wants one. */
const MARK = `
[settings.mark]
type = "bool"
label = "Leave a mark in the browser"
[[browser_storage]]
when = { setting = "mark", is = true }
kind = "cookie"
name = "_count"
party = "first"
duration = "P1Y"
purpose = "dpv:ServiceUsageAnalytics"
`;

let browser;
let folder;
let first;
let second;

before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'affiant-plugins-'));
    await affiant('plugin', 'build', EXAMPLE);
    first = await packed(EXAMPLE, '0.1.0', folder, (it) => it);
    second = await packed(EXAMPLE, '0.2.0', folder, (it) => {
        const wider = it.replace('privacy_revision = 1', 'privacy_revision = 2');
        return wider.replaceAll('P400D', 'P800D').replace('[[capability]]', `${MARK}\n[[capability]]`);
    });
});

after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
});

test('a plugin is read before it is on, asks people, is upgraded, and is switched off', async (context) => {
    const server = await startServer({ flags: ['--dev'] });
    context.after(() => server.stop());
    const page = await administrator(browser, server);
    await page.goto(`${server.url}/admin/plugins`);
    await page.getByText('No plugin is installed.').waitFor();
    await fits(page, server);
    await press(page, 'Install');
    await page.waitForSelector('#errors');
    await fits(page, server);

    await page.goto(`${server.url}/privacy`);
    await page.getByText('No plugin is on.').waitFor();
    await install(page, server, first);
    await fits(page, server);
    await page.getByText('What happens in interviews', { exact: false }).first().waitFor();

    // Before it is on, nobody is asked for anything.
    const early = await visit(browser, server);
    assert.equal(await panel(early).count(), 0);

    await page.getByRole('link', { name: 'Switch it on' }).click();
    await fits(page, server);
    await press(page, 'Continue');
    await page.waitForSelector('#errors');
    assert.match(await page.title(), /^Error: /);
    await fits(page, server);
    await decide(page, server, 'In all interviews');
    await fits(page, server);

    await page.goto(`${server.url}/privacy`);
    await page.getByRole('heading', { name: 'Counting' }).first().waitFor();
    await page.getByText('It does nothing before you allow it.').waitFor();
    await page.getByText('The board wants to know where people give up.').waitFor();
    await fits(page, server);
    await page.goto(`${server.url}/privacy/${name}`);
    await page.getByRole('heading', { name: `Privacy in “${title}”` }).waitFor();
    await fits(page, server);

    // A wider version runs only once it was chosen, with what changes in sentences.
    await install(page, server, second);
    await page.getByRole('link', { name: 'Change settings' }).click();
    await page.getByRole('link', { name: 'version 0.2.0' }).click();
    const label = page.locator('#label');
    await label.getByText('nothing', { exact: true }).waitFor();
    await page.locator('label').getByText('Leave a mark in the browser').click();
    await label.getByText('extra, this site\'s own').waitFor();
    await page.getByLabel('Why?').fill('A newer version.');
    await press(page, 'Continue');
    await page.getByRole('heading', { name: 'More for people’s privacy to bear' }).waitFor();
    await page.getByText('It leaves _count in the browser (cookie).', { exact: false }).waitFor();
    await fits(page, server);
    await page.goto(`${server.url}/admin/plugins/${ID}`);

    await press(page, 'Switch it off now');
    await page.getByText('It is off. It does nothing any more.').waitFor();
    await page.goto(`${server.url}/privacy`);
    await page.getByText('No plugin is on.').waitFor();
    await page.goto(`${server.url}/admin/plugins/${ID}`);
    await press(page, 'Remove this plugin');
    await page.getByText('No plugin is installed.').waitFor();
});

for (const javaScript of [true, false]) {
    const how = javaScript ? 'with' : 'without';
    test(`people allow, refuse and take back ${how} scripts`, async (context) => {
        const server = await startServer({ flags: ['--dev'] });
        context.after(() => server.stop());
        const admin = await administrator(browser, server, { javaScript });
        await install(admin, server, first);
        await admin.getByRole('link', { name: 'Switch it on' }).click();
        await decide(admin, server, 'In all interviews');

        const refuses = await visit(browser, server, { javaScript });
        await panel(refuses).waitFor();
        await fits(refuses, server);
        await press(refuses, 'Do not allow');
        await refuses.waitForURL(`**/i/${name}`);
        assert.equal(await panel(refuses).count(), 0);
        await refuses.goto(`${server.url}/privacy/choices`);
        await refuses.getByText('You did not allow it.').waitFor();
        await fits(refuses, server);
        await refuses.getByText('Allow', { exact: true }).click();
        await press(refuses, 'Keep my choices');
        await refuses.getByText('You allowed it.').waitFor();
        await fits(refuses, server);

        const allows = await visit(browser, server, { javaScript });
        await press(allows, 'Allow');
        await allows.waitForURL(`**/i/${name}`);
        assert.equal(await panel(allows).count(), 0);

        const signals = { javaScript, extraHTTPHeaders: { 'Sec-GPC': '1' } };
        const signalled = await visit(browser, server, signals);
        await signalled.getByText('Your browser asked us not to follow you. We do not.').waitFor();
        assert.equal(await panel(signalled).count(), 0);
        await fits(signalled, server);

        // More than was agreed to is asked for again; a no stays one.
        await install(admin, server, second);
        await admin.getByRole('link', { name: 'Change settings' }).click();
        await admin.getByRole('link', { name: 'version 0.2.0' }).click();
        await decide(admin, server, 'In all interviews');
        await allows.goto(`${server.url}/i/${name}`);
        await panel(allows).waitFor();
    });
}
