// An interview that a plugin decides, with a script and without: asked, refused, another way, changed
// from its end, and closed while the plugin is off.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { administrator, assertInOrder, launchBrowser, openPage, root, startServer } from './harness.mjs';
import { press } from './people.mjs';

const ID = 'org.example.parking';

let browser;
let folder;
let file;
let interviews;

async function affiant(...words) {
    return promisify(execFile)(process.env.AFFIANT_BIN, words, { cwd: root });
}

before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'affiant-logic-'));
    const example = join(root, 'examples/plugins/logic');
    await affiant('plugin', 'build', example);
    file = join(folder, 'parking.affiant');
    await affiant('plugin', 'pack', example, '--output', file);
    interviews = join(folder, 'interviews');
    await mkdir(interviews);
    await cp(join(example, 'parking.yml'), join(interviews, 'parking.yml'));
});

after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
});

/** An administrator installs the package and switches it on. */
async function switchedOn(server) {
    const page = await administrator(browser, server);
    await page.goto(`${server.url}/admin/plugins`);
    await page.getByLabel('Package').setInputFiles(file);
    await press(page, 'Install');
    await page.getByText('It is installed, and does nothing yet.').waitFor();
    await page.goto(`${server.url}/admin/plugins`);
    await page.getByRole('link', { name: 'Switch it on' }).click();
    await page.locator('label').getByText('In all interviews', { exact: true }).click();
    await page.getByLabel('Why?').fill('People ask for it.');
    await press(page, 'Continue');
    await press(page, 'Make this change');
    await page.getByText('It is done, and holds from now on.').waitFor();
    return page;
}

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    test(`a plugin leads through its interview ${how} a script`, async (context) => {
        const server = await startServer({ interviews, flags: ['--dev'] });
        context.after(() => server.stop());
        await switchedOn(server);
        const page = await openPage(browser, { javaScriptEnabled });
        await page.goto(`${server.url}/i/parking`);
        await press(page, 'Start');
        await heading(page, 'How much are you asked to pay?');
        await assertInOrder(page, server.url);
        await page.getByLabel('Amount').fill('0');
        await press(page, 'Continue');
        await page.getByText('A fine is more than nothing. Look at the ticket.').first().waitFor();
        await assertInOrder(page, server.url, [/422/]);
        await page.getByLabel('Amount').fill('55');
        await press(page, 'Continue');
        await heading(page, 'What is wrong with the ticket?');
        await page.getByLabel('I had paid').check();
        await assertInOrder(page, server.url, [/422/]);
        await press(page, 'Continue');
        await heading(page, 'Can you show it?');
        await page.getByLabel('Yes').check();
        await press(page, 'Continue');
        await heading(page, 'Object');
        await assertInOrder(page, server.url, [/422/]);
        await page.getByText('$55.00').waitFor();

        await page.getByRole('button', { name: 'Change Reason' }).click();
        await heading(page, 'What is wrong with the ticket?');
        assert.ok(await page.getByLabel('I had paid').isChecked());
        await page.getByLabel('None of these').check();
        await press(page, 'Continue');
        await heading(page, 'Pay it');
        // What was said about the receipt does not count any more.
        assert.equal(await page.getByText('I still have the receipt').count(), 0);

        await affiant('plugin', 'disable', ID, '--data', server.data);
        await closed(page);
        await page.getByText('is not switched on for this interview').waitFor();
    });
}

/** Asks for the page again until the server followed. */
async function closed(page) {
    for (let tries = 0; tries < 100; tries += 1) {
        const answer = await page.reload();
        if (answer.status() === 503) return;
        await new Promise((resolve) => {
            setTimeout(resolve, 100);
        });
    }
    assert.fail('it is not closed');
}
