// Documents and plugins, with a script and without: one makes a letter of a template, one hands a
// document to a court, once, and says what became of it.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { administrator, agreed, launchBrowser, openPage, root, startServer } from './harness.mjs';
import { press } from './people.mjs';
import { affiant, consider, decide, fits, install, standIn } from './plugins.mjs';

const FILING = 'org.example.filing';

let browser;
let folder;
let interviews;

before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'affiant-documents-'));
    interviews = join(folder, 'interviews');
    await mkdir(interviews);
    for (const [kind, ...files] of [
        ['assembly', 'letter.yml', 'letter.txt'],
        ['delivery', 'filing.yml'],
    ]) {
        const example = join(root, 'examples/plugins', kind);
        for (const file of files) await cp(join(example, file), join(interviews, file));
        await affiant('plugin', 'build', example);
        await affiant('plugin', 'pack', example, '--output', join(folder, `${kind}.affiant`));
    }
});

after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

/** A choice is taken by its card, which its label covers. */
const choose = (page, label) => page.locator('label').getByText(label, { exact: true }).click();

/** What the link of a document leads to, as a file that was kept. */
async function downloaded(page, link) {
    const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: link }).click(),
    ]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

/** An administrator reads the label of a package and installs it. */
async function installed(context, kind, env = {}) {
    const server = await startServer({ interviews, flags: ['--dev'], env });
    context.after(() => server.stop());
    const admin = await administrator(browser, server);
    await install(admin, server, join(folder, `${kind}.affiant`));
    return { server, admin };
}

/** A server where the plugin that files with a court is on, and the court. */
async function filing(context) {
    const court = await standIn('court', folder);
    context.after(() => court.stop());
    const { server, admin } = await installed(context, 'delivery', { AFFIANT_STAND_IN: court.place });
    await admin.getByText('to someone who decides for themselves').first().waitFor();
    await fits(admin, server);
    await admin.getByLabel('The token that the court gave you').fill('token-of-the-court');
    await press(admin, 'Keep secret settings');
    await admin.getByText('The secret settings are kept.').waitFor();
    await admin.goto(`${server.url}/admin/plugins/${FILING}/change`);
    await choose(admin, 'filing');
    await consider(admin, server, 'In some interviews');
    // The court decides for itself what it does with what it gets, so somebody else agrees.
    await press(admin, 'Ask for this change');
    await admin.waitForURL('**/admin/plugins/waiting/*');
    await agreed(server);
    return { server, court };
}

for (const javaScript of [true, false]) {
    const how = javaScript ? 'with' : 'without';

    test(`a plugin makes a letter that is downloaded ${how} a script`, async (context) => {
        const { server, admin } = await installed(context, 'assembly');
        await admin.getByText('never', { exact: true }).first().waitFor();
        await fits(admin, server);
        await admin.getByRole('link', { name: 'Switch it on' }).click();
        await choose(admin, 'letter');
        await decide(admin, server, 'In some interviews');

        const page = await openPage(browser, { javaScript });
        await page.goto(`${server.url}/i/letter`);
        await press(page, 'Start');
        await heading(page, 'Who writes, and to whom?');
        await page.getByLabel('Your name').fill('Ada');
        await page.getByLabel("Your landlord's name").fill('Grey');
        await press(page, 'Continue');
        // No question of the interview needs the day: the template does.
        await heading(page, 'When did you say that the heating does not work?');
        await page.getByLabel('Day', { exact: true }).fill('2');
        await page.getByLabel('Month').fill('11');
        await page.getByLabel('Year').fill('2026');
        await press(page, 'Continue');
        await heading(page, 'Your letter is ready');
        await fits(page, server);
        const letter = await downloaded(page, 'Download plain text');
        assert.equal(letter.name, 'heating.txt');
        assert.match(letter.text, /^Ada\n\nDear Grey,\n\non 2026-11-02 I told you/);
        assert.equal(await page.getByText('{ sender }').count(), 0);

        // An answer that is changed is in the letter from then on.
        await page.goBack();
        await page.goBack();
        await page.getByLabel("Your landlord's name").fill('Brown');
        await press(page, 'Continue');
        await press(page, 'Continue');
        await heading(page, 'Your letter is ready');
        assert.match((await downloaded(page, 'Download plain text')).text, /Dear Brown,/);
    });

    test(`a plugin delivers what somebody confirmed, once, ${how} a script`, async (context) => {
        const { server, court } = await filing(context);
        const page = await openPage(browser, { javaScript });
        await tells(page, server, 'The kettle is broken');
        await choose(page, 'No');
        await press(page, 'Continue');
        await heading(page, 'Nothing was sent');
        assert.deepEqual(court.requests, [], 'nothing is sent that nobody confirmed');

        await page.goBack();
        await choose(page, 'Yes');
        await press(page, 'Continue');
        await heading(page, 'The court has your complaint');
        await page.getByText('Their number for it: AZ').waitFor();
        await fits(page, server);
        assert.equal(court.requests.length, 1);
        assert.match(court.requests[0].body, /# Complaint\s+The kettle is broken\s+Ada/);

        // Back, forward, the same answer again and a reload send nothing.
        await page.goBack();
        await press(page, 'Continue');
        await heading(page, 'The court has your complaint');
        await page.goBack();
        await page.goForward();
        await page.reload();
        await heading(page, 'The court has your complaint');
        assert.equal(await page.getByRole('button', { name: 'Send again' }).count(), 0);
        assert.equal(court.requests.length, 1);
    });

    test(`people see that a delivery waits for a receiver that is down ${how} a script`, async (context) => {
        const { server, court } = await filing(context);
        await court.say('down');
        const page = await openPage(browser, { javaScript });
        await tells(page, server, 'The lift is stuck.');
        await choose(page, 'Yes');
        await press(page, 'Continue');
        await heading(page, 'Your complaint is on its way');
        await page.getByText('They do not take anything at the moment. Nothing is lost.').waitFor();
        await page.getByText('This server tries again by itself until').waitFor();
        await fits(page, server);
        assert.deepEqual(court.requests.map((it) => it.status), [503]);
        await page.reload();
        await press(page, 'Send again');
        await heading(page, 'Your complaint is on its way');
        assert.deepEqual(court.requests.map((it) => it.status), [503, 503]);

        await court.say('up');
        await press(page, 'Send again');
        await heading(page, 'The court has your complaint');
        assert.equal(await page.getByText('This server tries again by itself').count(), 0);
        await fits(page, server);
        assert.deepEqual(court.requests.map((it) => it.status), [503, 503, 201]);
        // However often it was tried, it was the same filing to the court.
        assert.equal(new Set(court.requests.map((it) => it.path)).size, 1);
    });
}

/** Begins the interview of the delivery, and tells what is wrong. */
async function tells(page, server, story) {
    await page.goto(`${server.url}/i/filing`);
    await press(page, 'Start');
    await heading(page, 'What is wrong?');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('What happened').fill(story);
    await press(page, 'Continue');
    await heading(page, 'Send your complaint to the court?');
}
