// A page that needs a plugin which acts only for people who agree: it says what is missing, asks, and
// goes on with what was typed.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { administrator, launchBrowser, openPage, root, startServer } from './harness.mjs';
import { press } from './people.mjs';
import { decide, fits, install } from './plugins.mjs';

const SOURCE = `//! Says which day it is.

use affiant_plugin::{Failure, clock};

affiant_plugin::functions! {
    /// The day.
    pub fn day() -> Result<String, Failure> {
        Ok(clock::today()?.to_string())
    }
}
`;

/** What the plugin asks the host for, and people. */
const ASKS = `[[capability]]
id = "clock"
reason = "core-function"
text = "Reads which day it is."

[[consent]]
gate = "functional"
explicit = true
if_denied = "degrade"

[[data]]`;

const INTERVIEW = `metadata:
  title: A word a day
---
plugins: [org.example.dated]
---
mandatory: true
question: "{{ word }} on {{ day() }}"
---
question: What is the word?
fields:
  - Word: word
`;

let browser;
let folder;
let file;
let interviews;

/** Runs \`affiant plugin …\` as the plugin's developer. */
const develop = (...words) =>
    promisify(execFile)(process.env.AFFIANT_BIN, ['plugin', ...words], {
        cwd: folder,
        env: { ...process.env, AFFIANT_SDK: join(root, 'sdk/plugin'), CARGO_NET_OFFLINE: 'true' },
    });

before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'affiant-consent-'));
    interviews = join(folder, 'interviews');
    await mkdir(interviews);
    await writeFile(join(interviews, 'daily.yml'), INTERVIEW);
    await develop('new', 'dated', '--kind', 'functions');
    const manifest = await readFile(join(folder, 'dated/plugin.toml'), 'utf8');
    await writeFile(join(folder, 'dated/plugin.toml'), manifest.replace('[[data]]', ASKS));
    await writeFile(join(folder, 'dated/src/lib.rs'), SOURCE);
    await develop('build', 'dated');
    await develop('check', '--accept', 'dated');
    file = join(folder, 'dated.affiant');
    await develop('pack', 'dated', '--output', file);
});

after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Answers up to the page that needs a yes. */
async function answered(server, options) {
    const page = await openPage(browser, options);
    await page.goto(`${server.url}/i/daily`);
    await press(page, 'Do not allow');
    await press(page, 'Start');
    await heading(page, 'What is the word?');
    await page.getByLabel('Word').fill('Sesame');
    await press(page, 'Continue');
    await heading(page, 'This page needs your agreement');
    return page;
}

for (const javaScript of [true, false]) {
    const how = javaScript ? 'with' : 'without';
    test(`a page that needs a yes asks for it and goes on ${how} a script`, async (context) => {
        const server = await startServer({ interviews, flags: ['--dev'] });
        context.after(() => server.stop());
        const admin = await administrator(browser, server);
        await install(admin, server, file);
        await admin.getByRole('link', { name: 'Switch it on' }).click();
        await admin.locator('label').getByText('daily', { exact: true }).click();
        await decide(admin, server, 'In some interviews');

        const page = await answered(server, { javaScript });
        await page.getByText('Nothing is lost').waitFor();
        await fits(page, server, [/403/]);
        await press(page, 'Allow and go on');
        await heading(page, /^Sesame on \d/);

        const refuses = await answered(server, { javaScript });
        await refuses.getByRole('link', { name: 'Back, without allowing it' }).click();
        await heading(refuses, 'What is the word?');
        assert.equal(new URL(refuses.url()).pathname, '/i/daily/0');
    });
}
