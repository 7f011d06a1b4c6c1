// A copy of everything that an account holds: by a person with the password, by a program with a key.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';

import { walk } from './letter.mjs';
import { clean, password, place, press, send } from './people.mjs';

const here = place();

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
    const page = await here.register('ada@example.com', { name: 'Ada' });
    await page.goto(`${here.server.url}/i/landlord-letter`);
    await press(page, 'Start');
    await walk(page, { to: 3 });

    await page.goto(`${here.server.url}/account`);
    await page.getByRole('link', { name: 'Download a copy of everything' }).click();
    await clean(page);
    await page.getByLabel('Password').fill('not this one');
    await press(page, 'Download');
    await page.locator('#errors').waitFor();
    await clean(page);
    const downloads = [];
    page.on('download', (it) => downloads.push(it));
    await send(page, 'Download', async () => {
        await page.goto(`${here.server.url}/account/export`);
        await page.getByLabel('Password').fill(password);
    });
    if (downloads.length === 0) await page.waitForEvent('download');
    const [file] = downloads;
    assert.match(file.suggestedFilename(), /^my-copy-\d{4}-\d\d-\d\d\.zip$/);
    assertWhole(await readFile(await file.path()));

    // The same with a key, and never without.
    await send(page, 'Make the key', async () => {
        await page.goto(`${here.server.url}/account/keys`);
        await page.locator('input[value=export] + label').click();
        await page.getByLabel('Password').fill(password);
    });
    const key = (await page.locator('.code').innerText()).trim();
    const address = `${here.server.url}/api/v1/account/export`;
    const taken = await fetch(address, { headers: { authorization: `Bearer ${key}` } });
    assert.deepEqual([taken.status, taken.headers.get('content-type')], [200, 'application/zip']);
    assertWhole(Buffer.from(await taken.arrayBuffer()));
    assert.equal((await fetch(address)).status, 401);
});
