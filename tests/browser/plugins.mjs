// Administrators and visitors where plugins are: what the tests about them do again and again.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { assertFits, openPage, root } from './harness.mjs';
import { assertHeading, enter, name, proceed, screens } from './letter.mjs';
import { press } from './people.mjs';

const PHONE = { width: 360, height: 740 };

/** Runs `affiant plugin …`. */
export async function affiant(...words) {
    return promisify(execFile)(process.env.AFFIANT_BIN, words, { cwd: root });
}

/**
 * A package of a plugin that was built, with another manifest, in a folder. `change` gets the
 * manifest's text and gives another one; `script` is the file of its part in browsers, if it has one.
 */
export async function packed(plugin, version, folder, change, script) {
    const copy = join(folder, version);
    await mkdir(copy, { recursive: true });
    for (const part of ['LICENSE', 'target/affiant', script].filter(Boolean)) {
        await cp(join(root, plugin, part), join(copy, part), { recursive: true });
    }
    const manifest = await readFile(join(root, plugin, 'plugin.toml'), 'utf8');
    const numbered = manifest.replace(/^version = .*$/m, `version = "${version}"`);
    await writeFile(join(copy, 'plugin.toml'), change(numbered));
    const file = join(folder, `plugin-${version}.affiant`);
    await affiant('plugin', 'check', '--accept', copy);
    await affiant('plugin', 'pack', copy, '--output', file);
    return file;
}

/** On a phone in the dark and in a wide window. */
export const fits = (page, server, expected = [/422/]) =>
    assertFits(page, server.url, { expected, small: PHONE });

export async function install(page, server, file) {
    await page.goto(`${server.url}/admin/plugins`);
    await page.getByLabel('Package').setInputFiles(file);
    await page.getByRole('button', { name: 'Install', exact: true }).click({ timeout: 120_000 });
    // A build for development compiles a component slowly.
    await page.getByText('It is installed, and does nothing yet.').waitFor({ timeout: 120_000 });
}

/** Fills the form that is open, as far as every plugin has it, and reads what it would do. */
export async function consider(page, server, where) {
    await page.locator('label').getByText(where, { exact: true }).click();
    await page.getByLabel('Why?').fill('The board wants to know where people give up.');
    await press(page, 'Continue');
    await page.getByRole('heading', { level: 1, name: 'What this would do' }).waitFor();
    await fits(page, server);
}

/** Fills the form that is open, and decides. */
export async function decide(page, server, where) {
    await consider(page, server, where);
    await press(page, 'Make this change');
    await page.getByText('It is done, and holds from now on.').waitFor();
}

/**
 * A server of this machine that speaks the protocol of a vendor, and writes down what it hears;
 * `folder` is where it leaves its certificate.
 *
 * Returns `{ place, requests, say, stop }`: what the server needs to know of it, the requests that
 * arrived so far, a function that has it take nothing (`down`) or everything again (`up`), and one that
 * ends it.
 */
export async function standIn(whom, folder) {
    const program = join(dirname(process.env.AFFIANT_BIN), 'vendor');
    assert.ok(existsSync(program), `there is no ${program}; build the workspace`);
    const authority = join(folder, `${whom}.der`);
    const child = spawn(program, [authority, whom], { stdio: ['pipe', 'pipe', 'inherit'] });
    const requests = [];
    const lines = createInterface({ input: child.stdout });
    const [port] = await once(lines, 'line');
    let told = () => {};
    lines.on('line', (line) => {
        const it = JSON.parse(line);
        if (typeof it === 'string') told();
        else requests.push(it);
    });

    function say(word) {
        return new Promise((done) => {
            told = done;
            child.stdin.write(`${word}\n`);
        });
    }

    async function stop() {
        const ended = once(child, 'exit');
        child.stdin.end();
        await ended;
    }

    return { place: `${port} ${authority}`, requests, say, stop };
}

/** A page of the interview, for a visitor. */
export async function visit(browser, server, options) {
    const page = await openPage(browser, options);
    await page.goto(`${server.url}/i/${name}`);
    return page;
}

/** Begins the interview, and answers its first question. */
export async function answersOne(page) {
    await press(page, 'Start');
    await assertHeading(page, screens[0].heading);
    await enter(page, screens[0]);
    await proceed(page);
    await assertHeading(page, screens[1].heading);
}

/** What asks a visitor before a plugin acts. */
export const panel = (page) => page.getByRole('heading', { name: 'May this site do more?' });
