// A server that is moved from its folder to PostgreSQL and a bucket: whoever was there before finds
// everything in the same browser, and is told where it lies now.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';

import { administrator, assertFits, openPage, root } from './harness.mjs';
import { clean, place, press } from './people.mjs';

const SAID =
    '{name="Quay Cloud Ltd",country="IE",contract="Data processing agreement of March 2026",' +
    'transfer_basis="none",privacy_policy="https://quay.example/privacy"}';

// What the server is told beside its flags; it is told anew when it is started again.
const env = {};
const here = place({ interviews: join(root, 'tests/browser/interviews'), named: true, env });

const running = [];

// Made before the move, and still one after it.
let admin;

after(async () => {
    for (const end of running) await end();
});

/** A program that prints one line, and ends when its input does. Returns the line. */
async function started(program, ...words) {
    assert.ok(existsSync(program), `there is no ${program}; build the workspace`);
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    running.push(async () => {
        const ended = once(child, 'exit');
        child.stdin.end();
        await ended;
    });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return line;
}

/** Two empty databases in a PostgreSQL of their own. */
async function databases() {
    const address = await started(join(root, 'tests/postgres.sh'));
    for (const name of ['moved', 'moved_keyring']) {
        const child = spawn('psql', ['--quiet', address, '--command', `create database ${name}`]);
        assert.deepEqual(await once(child, 'exit'), [0, null]);
    }
    const part = (name) => address.replace('/postgres?', `/${name}?`);
    return { main: part('moved'), keyring: part('moved_keyring') };
}

/** A bucket, and where its files lie. */
async function bucket() {
    const folder = await mkdtemp(join(tmpdir(), 'affiant-bucket-'));
    running.push(() => rm(folder, { recursive: true, force: true }));
    const program = join(dirname(process.env.AFFIANT_BIN), 'bucket');
    return { folder, ...JSON.parse(await started(program, folder)) };
}

/** Runs `affiant migrate-storage` on the server's folder. Returns what it said. */
async function migrate(...words) {
    const call = ['migrate-storage', '--data', here.server.data, ...words];
    const child = spawn(process.env.AFFIANT_BIN, call, { cwd: root, env: { ...process.env, ...env } });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (it) => (told += it));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, told);
    return told;
}

/** Answers the interview and sends a paper. */
async function answer(page, name) {
    await page.goto(`${here.server.url}/i/papers`);
    await press(page, 'Start');
    await page.getByLabel('Name').fill(name);
    await press(page, 'Continue');
    const paper = { name: `${name}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`of ${name}`) };
    await page.getByLabel('Paper').setInputFiles(paper);
    await press(page, 'Continue');
    await has(page, name);
}

/** The last page thanks, and the paper that was sent can be fetched. */
async function has(page, name) {
    await page.getByRole('heading', { name: `Thank you, ${name}` }).waitFor();
    const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: `${name}.txt` }).first().click(),
    ]);
    assert.equal(await readFile(await file.path(), 'utf8'), `of ${name}`);
}

/** Where everything is kept, as everybody reads it: the text below that heading. */
async function kept(page) {
    await page.goto(`${here.server.url}/privacy`);
    await clean(page);
    return page.locator('main').innerText();
}

/** Every file below a folder. */
async function files(folder) {
    const all = await readdir(folder, { recursive: true, withFileTypes: true });
    return all.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
}

test('a person and a visitor find everything after a move to PostgreSQL and a bucket', async () => {
    admin = await administrator(here.browser, here.server);
    const visitor = await openPage(here.browser);
    await answer(visitor, 'Grace');
    const last = visitor.url();
    const person = await here.register('ada@example.com', { name: 'Ada' });
    await answer(person, 'Ada');
    const before = await kept(await openPage(here.browser));
    assert.match(before, /SQLite/);
    assert.doesNotMatch(before, /PostgreSQL|bucket/);
    assert.match(before, /Nobody\. The pages ask no other site for anything\./);

    await here.server.kill('SIGTERM');
    const { main, keyring } = await databases();
    const moved = await migrate('--to', main, '--keyring', keyring);
    assert.match(moved, /rows are in PostgreSQL, each as it was/);
    Object.assign(env, { AFFIANT_DATABASE: main, AFFIANT_KEYRING_DATABASE: keyring });
    const { folder, endpoint, bucket: name, accessKey, secretKey } = await bucket();
    Object.assign(env, {
        AFFIANT_OBJECTS_ENDPOINT: endpoint,
        AFFIANT_OBJECTS_ACCESS_KEY: accessKey,
        AFFIANT_OBJECTS_SECRET_KEY: secretKey,
    });
    assert.match(await migrate('--to-objects', `s3://${name}/forms`), /2 files moved; 2 are in the bucket/);
    env.AFFIANT_OBJECTS = `s3://${name}/forms`;
    await here.server.restart();

    // In the same browsers, where they were.
    await visitor.goto(last);
    await has(visitor, 'Grace');
    await person.goto(`${here.server.url}/account`);
    await person.getByRole('heading', { name: 'Papers' }).waitFor();
    await person.getByRole('button', { name: /^Continue/ }).first().click();
    await has(person, 'Ada');
    await answer(await openPage(here.browser), 'Hedy');
    const stored = await Promise.all((await files(folder)).map((it) => readFile(it, 'latin1')));
    assert.ok(stored.length >= 3);
    for (const content of stored) assert.doesNotMatch(content, /of (Ada|Grace|Hedy)/);

    const unsaid = await kept(await openPage(here.browser));
    assert.match(unsaid, /PostgreSQL/);
    assert.match(unsaid, /Files in a bucket/);
    assert.doesNotMatch(unsaid, /SQLite/);
    assert.match(unsaid, /Whoever runs the storages below has sealed data/);
    assert.match(unsaid, /Ask the people who run this site which one, in which country/);
});

test('who runs the storages is asked of administrators, and told to everybody once it is said', async () => {
    await admin.goto(`${here.server.url}/admin/plugins`);
    const asked = admin.getByText('Not said yet');
    assert.deepEqual(
        (await asked.allInnerTexts()).map((it) => /in the table (\w+)/.exec(it)[1]),
        ['database_host', 'objects_host'],
    );
    await assertFits(admin, here.server.url);

    Object.assign(env, { AFFIANT_DATABASE_HOST: '{hosted_by="us"}', AFFIANT_OBJECTS_HOST: SAID });
    await here.server.restart();
    await admin.goto(`${here.server.url}/admin/plugins`);
    assert.equal(await asked.count(), 0);
    for (const javaScript of [true, false]) {
        const page = await openPage(here.browser, { javaScript, locale: 'en-US' });
        const told = await kept(page);
        for (const words of [
            'The people who run this site run it themselves.',
            'Quay Cloud Ltd',
            'Data processing agreement of March 2026',
            'the same law holds there',
            'https://quay.example/privacy',
        ]) {
            assert.ok(told.includes(words), `${words}: ${told}`);
        }
        assert.doesNotMatch(told, /Ask the people who run this site/);
        await assertFits(page, here.server.url);
    }
});
