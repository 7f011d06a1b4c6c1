// A copy of everything that an account holds: by a person with the password, by a program with a key.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';

import { launchBrowser, openPage, startServer, violations } from './harness.mjs';
import { walk } from './letter.mjs';

const password = 'seven lamps on a wet quay';

let browser;
let server;

before(async () => {
    server = await startServer({ flags: ['--dev'] });
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

async function mail(wanted) {
    const folder = join(server.data, 'mail');
    for (let turn = 0; turn < 600; turn += 1) {
        for (const name of await readdir(folder).catch(() => [])) {
            const text = (await readFile(join(folder, name), 'utf8')).replaceAll(/=\r?\n/g, '');
            const found = wanted.exec(text);
            if (found) return found[0];
        }
        await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error('no mail came');
}

async function clean(page) {
    assert.deepEqual(await violations(page), [], page.url());
}

async function press(page, name) {
    await page.getByRole('button', { name, exact: true }).click();
}

/** The parts of a ZIP archive, read by its table of contents. */
function unzip(bytes) {
    const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    assert.notEqual(end, -1, 'the archive is whole');
    const parts = new Map();
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
        const [packed, named, extra, comment] = [20, 28, 30, 32].map((it) =>
            it === 20 ? bytes.readUInt32LE(at + it) : bytes.readUInt16LE(at + it),
        );
        const start = bytes.readUInt32LE(at + 42);
        const name = bytes.toString('utf8', at + 46, at + 46 + named);
        const content = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
        parts.set(name, inflateRawSync(bytes.subarray(content, content + packed)));
        at += 46 + named + extra + comment;
    }
    return parts;
}

/** What must be in Ada's copy, whoever took it. */
function assertWhole(bytes) {
    const parts = unzip(bytes);
    const json = (name) => JSON.parse(parts.get(name).toString());
    const manifest = json('manifest.json');
    assert.equal(manifest.format, 'affiant-export/1');
    assert.deepEqual(manifest.parts.map((it) => it.name), [...parts.keys()].filter((it) => it !== 'manifest.json'));
    for (const { name, bytes: length, sha256 } of manifest.parts) {
        assert.equal(parts.get(name).length, length, name);
        assert.equal(createHash('sha256').update(parts.get(name)).digest('hex'), sha256, name);
    }
    const profile = json('profile.json');
    assert.deepEqual([profile.name, profile.email], ['Ada', 'ada@example.com']);
    const [shared] = json('sharing.json');
    assert.deepEqual([shared.role, shared.interview, shared.readers], ['owner', 'landlord-letter', []]);
    const folder = `sessions/${shared.session}`;
    const { title, pages, answers } = json(`${folder}/answers.json`);
    assert.equal(title, 'Letter to a landlord');
    assert.deepEqual(pages.map((it) => it.question).slice(0, 2), ['Do you rent the home you live in?', 'What is your name?']);
    assert.equal(pages[1].fields.find((it) => it.label === 'Last name').answer, 'Lovelace');
    assert.ok(JSON.stringify(answers).includes('Lovelace'));
    const table = parts.get(`${folder}/answers.csv`).toString();
    assert.ok(table.includes('"What is your name?","Last name","Lovelace"\r\n'), table);
    assert.match(parts.get('README.html').toString(), /^<!doctype html>/);
}

test('a person and a program each take a copy of everything', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.url}/account/register`);
    await page.getByLabel('What should we call you?').fill('Ada');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('New password').fill(password);
    await press(page, 'Make the account');
    const link = await mail(/https?:\/\/\S+\/account\/confirm\/[\w-]+/);
    await page.goto(server.url + new URL(link).pathname);
    await press(page, 'Confirm');
    await page.getByRole('heading', { name: 'Recovery key' }).waitFor();
    await page.goto(`${server.url}/i/landlord-letter`);
    await press(page, 'Start');
    await walk(page, { to: 3 });

    await page.goto(`${server.url}/account`);
    await page.getByRole('link', { name: 'Download a copy of everything' }).click();
    await clean(page);
    await page.getByLabel('Password').fill('not this one');
    await press(page, 'Download');
    await page.locator('#errors').waitFor();
    await clean(page);
    const downloads = [];
    page.on('download', (it) => downloads.push(it));
    for (let tries = 0; downloads.length === 0 && tries < 5; tries += 1) {
        await page.goto(`${server.url}/account/export`);
        await page.getByLabel('Password').fill(password);
        const [answer] = await Promise.all([
            page.waitForResponse((it) => it.request().method() === 'POST'),
            press(page, 'Download'),
        ]);
        if (answer.status() === 200) {
            if (downloads.length === 0) await page.waitForEvent('download');
        } else {
            // Nobody types a password twice as fast as this: wait for as long as the server says.
            await page.waitForTimeout(1000 * Number(answer.headers()['retry-after']));
        }
    }
    const [file] = downloads;
    assert.match(file.suggestedFilename(), /^my-copy-\d{4}-\d\d-\d\d\.zip$/);
    assertWhole(await readFile(await file.path()));

    // The same with a key, and never without.
    let key;
    for (let tries = 0; !key && tries < 5; tries += 1) {
        await page.goto(`${server.url}/account/keys`);
        await page.locator('input[value=export] + label').click();
        await page.getByLabel('Password').fill(password);
        const [answer] = await Promise.all([
            page.waitForResponse((it) => it.request().method() === 'POST'),
            press(page, 'Make the key'),
        ]);
        if (answer.status() === 200) key = (await page.locator('.code').innerText()).trim();
        else await page.waitForTimeout(1000 * Number(answer.headers()['retry-after']));
    }
    const address = `${server.url}/api/v1/account/export`;
    const taken = await fetch(address, { headers: { authorization: `Bearer ${key}` } });
    assert.deepEqual([taken.status, taken.headers.get('content-type')], [200, 'application/zip']);
    assertWhole(Buffer.from(await taken.arrayBuffer()));
    assert.equal((await fetch(address)).status, 401);
});
