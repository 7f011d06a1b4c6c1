// A plugin that ships, from the package to the vendor: what arrives there, and what does not.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { administrator, agreed, launchBrowser, startServer } from './harness.mjs';
import { assertHeading, enter, name, proceed, screens } from './letter.mjs';
import { press } from './people.mjs';
import { affiant, answersOne, consider, decide, fits, install, packed, panel, standIn, visit } from './plugins.mjs';

const SEGMENT = 'plugins/segment';
const ID = 'org.affiant.segment';
const GO_ON = 'Continue where you were';

let browser;
let folder;
let first;
let second;

before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'affiant-vendor-'));
    await affiant('plugin', 'build', SEGMENT);
    first = await packed(SEGMENT, '1.0.0', folder, (it) => it);
    // Segment decides for itself what it does with what it is told.
    second = await packed(SEGMENT, '1.1.0', folder, (it) =>
        it.replace('privacy_revision = 1', 'privacy_revision = 2').replace('dpv:DataProcessor', 'dpv:DataController'),
    );
});

after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
});

/** Segment, as a server of this machine; `heard` gives the names of the events that arrived so far. */
async function vendor() {
    const { requests, ...segment } = await standIn('segment', folder);
    const heard = () => {
        const refused = requests.filter((it) => it.status !== 200);
        assert.deepEqual(refused, [], 'Segment takes what it is told');
        return requests.flatMap(({ body }) => body.batch ?? [body]).map((it) => it.event);
    };
    return { ...segment, heard };
}

/** Waits until so many events arrived, and gives their names. */
async function arrived(segment, count) {
    for (let turn = 0; turn < 200 && segment.heard().length < count; turn += 1) {
        // A plugin learns behind the answer.
        await new Promise((next) => setTimeout(next, 50));
    }
    return segment.heard();
}

/** Sets what only the administrator knows. */
async function settle(page) {
    await page.getByLabel('Who is it?').fill('Our own dashboard');
    await page.getByLabel('In which country?').fill('DE');
    await page.getByLabel('Address of its privacy policy').fill('https://dashboard.example/privacy');
    await page.getByLabel('What allows data to go there?').selectOption({ index: 1 });
    const onward = page.getByLabel('To whom does it hand data on?');
    for (const it of await onward.all()) await it.fill('Nobody');
}

test('Segment is told by those who agree, of no more than was decided, until it is switched off', async (context) => {
    const segment = await vendor();
    context.after(() => segment.stop());
    const server = await startServer({ named: true, flags: ['--dev'], env: { AFFIANT_STAND_IN: segment.place } });
    context.after(() => server.stop());
    const admin = await administrator(browser, server);

    await admin.goto(`${server.url}/privacy`);
    await admin.getByText('No plugin is on.').waitFor();
    await install(admin, server, first);
    await admin.getByText('to a company working for you').first().waitFor();
    await fits(admin, server);
    await admin.getByLabel('The write key of the source').fill('key-of-the-source');
    await press(admin, 'Keep secret settings');
    await admin.getByText('The secret settings are kept.').waitFor();

    // Installed is not on.
    const early = await visit(browser, server);
    assert.equal(await panel(early).count(), 0);
    await answersOne(early);

    await admin.getByRole('link', { name: 'Switch it on' }).click();
    await settle(admin);
    await decide(admin, server, 'In all interviews');
    await admin.goto(`${server.url}/privacy`);
    await admin.getByRole('heading', { name: 'Segment', exact: true }).first().waitFor();
    await admin.getByText('It does nothing before you allow it.').waitFor();
    await fits(admin, server);

    // Who refuses, and whose browser does, answers as everybody else, and nothing is told of them.
    const refuses = await visit(browser, server);
    await panel(refuses).waitFor();
    await fits(refuses, server);
    await press(refuses, 'Do not allow');
    await answersOne(refuses);
    const signalled = await visit(browser, server, { extraHTTPHeaders: { 'Sec-GPC': '1' } });
    await signalled.getByText('Your browser asked us not to follow you. We do not.').waitFor();
    assert.equal(await panel(signalled).count(), 0);
    await answersOne(signalled);

    // What arrives first is of who agrees: plugins learn in order.
    const allows = await visit(browser, server);
    await press(allows, 'Allow');
    await answersOne(allows);
    assert.deepEqual(await arrived(segment, 3), ['Interview Started', 'rents-home', 'your-name']);

    // A version that does more waits for somebody else, and the old one runs on.
    await install(admin, server, second);
    await admin.getByRole('link', { name: 'Change settings' }).click();
    await admin.getByRole('link', { name: 'version 1.1.0' }).click();
    await consider(admin, server, 'In all interviews');
    await admin.getByText('This does more to people’s privacy than you may decide alone.').waitFor();
    await press(admin, 'Ask for this change');
    await admin.waitForURL('**/admin/plugins/waiting/*');
    await fits(admin, server);
    const earlier = segment.heard().length;
    await allows.goto(`${server.url}/i/${name}`);
    assert.equal(await panel(allows).count(), 0, 'nobody is asked for what does not hold yet');
    await allows.getByRole('link', { name: GO_ON }).click();
    await assertHeading(allows, screens[1].heading);
    await enter(allows, screens[1]);
    await proceed(allows);
    await assertHeading(allows, screens[2].heading);
    assert.ok((await arrived(segment, earlier + 2)).length >= earlier + 2, `${segment.heard()}`);

    // Once it holds, a yes to less is no yes to it.
    await agreed(server);
    const silent = segment.heard().length;
    await allows.goto(`${server.url}/i/${name}`);
    await panel(allows).waitFor();
    await fits(allows, server);
    await allows.getByRole('link', { name: GO_ON }).click();
    await assertHeading(allows, screens[2].heading);
    await allows.goto(`${server.url}/i/${name}`);
    await press(allows, 'Allow');
    await allows.getByRole('link', { name: GO_ON }).click();
    await assertHeading(allows, screens[2].heading);
    assert.equal((await arrived(segment, silent + 1)).length, silent + 1, `${segment.heard()}`);

    // Off is off, for who agreed too.
    await admin.goto(`${server.url}/admin/plugins/${ID}`);
    await press(admin, 'Switch it off now');
    await admin.getByText('It is off. It does nothing any more.').waitFor();
    await fits(admin, server);
    const last = segment.heard().length;
    await enter(allows, screens[2]);
    await proceed(allows);
    await assertHeading(allows, screens[3].heading);
    await admin.goto(`${server.url}/privacy`);
    await admin.getByText('No plugin is on.').waitFor();
    assert.equal(segment.heard().length, last);
});
