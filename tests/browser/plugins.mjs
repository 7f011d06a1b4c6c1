// Administrators and visitors where plugins are: what the tests about them do again and again.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { assertFits, openPage, root } from './harness.mjs';
import { name } from './letter.mjs';
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
    // A build for development compiles a component slowly.
    await page.getByRole('button', { name: 'Install', exact: true }).click({ timeout: 120_000 });
    await page.getByText('It is installed, and does nothing yet.').waitFor();
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

/** A page of the interview, for a visitor. */
export async function visit(browser, server, options) {
    const page = await openPage(browser, options);
    await page.goto(`${server.url}/i/${name}`);
    return page;
}

/** What asks a visitor before a plugin acts. */
export const panel = (page) => page.getByRole('heading', { name: 'May this site do more?' });
