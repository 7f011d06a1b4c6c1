// An interview that a plugin decides, with a script and without: asked, refused, another way, changed
// from its end, and closed while the plugin is off.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { administrator, assertInOrder, launchBrowser, openPage, root, startServer } from './harness.mjs';
import { press } from './people.mjs';
import { affiant, decide, install } from './plugins.mjs';

const ID = 'org.example.parking';

let browser;
let folder;
let file;
let interviews;

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
    await install(page, server, file);
    await page.getByRole('link', { name: 'Switch it on' }).click();
    // It stands for an interview, so that it is on in those that are named and no others.
    await choose(page, 'parking');
    await decide(page, server, 'In some interviews');
}

/** A choice is taken by its card, which its label covers. */
const choose = (page, label) => page.locator('label').getByText(label, { exact: true }).click();

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

for (const javaScript of [true, false]) {
    const how = javaScript ? 'with' : 'without';
    test(`a plugin leads through its interview ${how} a script`, async (context) => {
        const server = await startServer({ interviews, flags: ['--dev'] });
        context.after(() => server.stop());
        await switchedOn(server);
        const page = await openPage(browser, { javaScript });
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
        await choose(page, 'I had paid');
        await assertInOrder(page, server.url, [/422/]);
        await press(page, 'Continue');
        await heading(page, 'Can you show it?');
        await choose(page, 'Yes');
        await press(page, 'Continue');
        await heading(page, 'Object');
        await assertInOrder(page, server.url, [/422/]);
        await page.getByText('$55.00').waitFor();

        await page.getByRole('button', { name: 'Change Reason' }).click();
        await heading(page, 'What is wrong with the ticket?');
        assert.ok(await page.getByLabel('I had paid').isChecked());
        await choose(page, 'None of these');
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
