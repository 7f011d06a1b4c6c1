// B1 to B3 of the checks of plugins: what a plugin's script does in browsers is what its manifest says.
// Of every plugin of the tree that has a script, in each of its places; or of the one whose folder
// AFFIANT_PLUGIN names, with the settings that it cannot do without in AFFIANT_PLUGIN_SETTINGS, as in
// `id=G-1,region=eu`. And that what is not declared is found.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

import { administrator, agreed, launchBrowser, root, startServer } from './harness.mjs';
import { enter, name, proceed, screens } from './letter.mjs';
import { press } from './people.mjs';
import { affiant, answersOne, install, panel, visit } from './plugins.mjs';

/** Settings that plugins of the tree cannot do without. */
const SETTINGS = { 'org.affiant.google-analytics': { measurement_id: 'G-ABC123' } };

/** What the browser's own words say when it kept something from a page. */
const KEPT_FROM = /Content Security Policy/;

let browser;
let folder;

before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'affiant-kit-'));
});

after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
});

/** The tables of a manifest, each as `{ table, … }`. What is no value of one line is refused. */
function tables(text) {
    const all = [];
    for (const line of text.split('\n').map((it) => it.trim())) {
        if (line === '' || line.startsWith('#')) continue;
        const header = /^\[\[?([^\]]+)\]\]?$/.exec(line);
        if (header) {
            all.push({ table: header[1] });
            continue;
        }
        const entry = /^([\w-]+) = (.*)$/.exec(line);
        assert.ok(entry, `this reads a key and its value in each line, and not ${line}`);
        const value = JSON.parse(entry[2].replaceAll(/([{,] ?)([\w-]+) = /g, '$1"$2": '));
        if (all.length > 0) all.at(-1)[entry[1]] = value;
    }
    return all;
}

/** What holds of a manifest's tables with these settings. */
function holding(all, settings) {
    const value = (key) => settings[key] ?? all.find((it) => it.table === `settings.${key}`)?.default;
    return all.filter(({ when }) => !when || [when.is].flat().includes(value(when.setting)));
}

/** What a plugin declares of browsers with these settings. */
function declared(all, settings) {
    const here = holding(all, settings);
    const hosts = here.filter((it) => it.table === 'network' && it.side === 'browser').map((it) => it.host);
    const stored = here.filter((it) => it.table === 'browser_storage');
    const is = (pattern, text) =>
        pattern === text ||
        (pattern.startsWith('*.') && text.endsWith(pattern.slice(1))) ||
        (pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1)));
    return {
        reaches: (host) => hosts.some((it) => is(it, host)),
        keeps: (kind, what) => stored.some((it) => it.kind === kind && is(it.name, what)),
    };
}

/** The settings of a plugin for each place that its script can be in. */
function places(all, settings) {
    const script = all.find((it) => it.table === 'capability' && it.id === 'page.inject-script');
    const key = script.placement_from?.replace('setting:', '');
    if (!key) return [settings];
    const { values } = all.find((it) => it.table === `settings.${key}`);
    const where = values.filter((it) => it === 'frame' || it === 'page');
    assert.ok(where.length > 0, `no value of ${key} is a place for a script`);
    return where.map((it) => ({ ...settings, [key]: it }));
}

/** Sets fields of the form that is open, by their names, whatever they are. */
const fill = (page, values) =>
    page.evaluate((all) => {
        for (const [name, value] of Object.entries(all)) {
            const inputs = [...document.getElementsByName(name)];
            const choices = inputs.filter((it) => it.type === 'radio' || it.type === 'checkbox');
            for (const it of choices) it.checked = it.value === String(value);
            if (choices.length === 0 && inputs.length > 0) inputs[0].value = value;
        }
    }, values);

/** A server where a built plugin of a folder is on with these settings, by the word of two. */
async function serving(context, at, all, settings) {
    const { id } = all.find((it) => it.table === 'plugin');
    const file = join(folder, `${id}.affiant`);
    await affiant('plugin', 'pack', at, '--output', file);
    const env = { AFFIANT_PLUGINS_IN_PAGES: 'true' };
    const server = await startServer({ named: true, flags: ['--dev'], env });
    context.after(() => server.stop());
    const admin = await administrator(browser, server);
    await install(admin, server, file);
    const secrets = all.filter((it) => it.secret).map((it) => it.table.replace('settings.', 'secret--'));
    if (secrets.length > 0) {
        await fill(admin, Object.fromEntries(secrets.map((it) => [it, 'a-secret'])));
        await press(admin, 'Keep secret settings');
        await admin.getByText('The secret settings are kept.').waitFor();
    }
    await admin.goto(`${server.url}/admin/plugins/${id}/change`);
    const set = Object.entries(settings).map(([key, value]) => [`setting--${key}`, value]);
    const { levels } = all.find((it) => it.table === 'scope') ?? {};
    const scope = levels && !levels.includes('site') ? 'interviews' : 'site';
    await fill(admin, { ...Object.fromEntries(set), scope, interviews: name, reason: 'It is tested.' });
    await press(admin, 'Continue');
    await admin.getByRole('heading', { level: 1, name: 'What this would do' }).waitFor();
    // What a browser is told of somebody takes two to decide.
    await press(admin, 'Ask for this change');
    await admin.waitForURL('**/admin/plugins/waiting/*');
    await agreed(server);
    return server;
}

/** What of a visit is not what is declared, each in a sentence; and in how many frames it was. */
async function found(server, { reaches, keeps }) {
    const page = await visit(browser, server);
    const wrong = [];
    let loaded = 0;
    const own = new URL(server.url).host;
    page.on('console', (it) => KEPT_FROM.test(it.text()) && wrong.push(`B2: ${it.text()}`));
    page.on('request', (it) => {
        loaded += new URL(it.url()).pathname.endsWith('/script.js') ? 1 : 0;
        if (it.url().includes('/csp-report')) wrong.push('B2: the browser reported something');
        const { protocol, host } = new URL(it.url());
        if (protocol === 'https:' && host !== own && !reaches(host)) wrong.push(`B1: it asks ${host}`);
    });
    await page.context().route(/^https:/, (route) => route.fulfill({ status: 204 }));
    // Where nobody is to be asked, it acts at once.
    if ((await panel(page).count()) > 0) {
        assert.equal(await page.locator('iframe').count(), 0);
        await press(page, 'Allow');
    }
    await answersOne(page);
    await enter(page, screens[1]);
    await proceed(page);
    await page.waitForLoadState('networkidle');
    assert.ok(loaded > 0, 'the script was not even loaded');

    const cookies = await page.context().cookies();
    for (const it of cookies.filter((it) => !it.name.startsWith('__Host-'))) {
        if (!keeps('cookie', it.name)) wrong.push(`B1: it leaves the cookie ${it.name}`);
    }
    const kept = await page.evaluate(async () => ({
        'local-storage': Object.keys(localStorage),
        'session-storage': Object.keys(sessionStorage),
        'indexed-db': (await indexedDB.databases()).map((it) => it.name),
    }));
    for (const [kind, names] of Object.entries(kept)) {
        for (const it of names) if (!keeps(kind, it)) wrong.push(`B1: it leaves ${it} (${kind})`);
    }
    const frames = page.frames().filter((it) => it !== page.mainFrame());
    for (const frame of frames) {
        const reads = await frame.evaluate(() => {
            const can = (action) => {
                try {
                    return Boolean(action());
                } catch {
                    return false;
                }
            };
            return {
                'the page around it': can(() => window.parent.document.body.textContent),
                'the address of that': can(() => window.parent.location.href),
                'cookies of its own': can(() => ((document.cookie = 'a=1'), document.cookie)),
                'storage of its own': can(() => localStorage),
            };
        });
        for (const [what, can] of Object.entries(reads)) if (can) wrong.push(`B3: a frame has ${what}`);
    }
    await page.context().close();
    return { wrong, frames: frames.length };
}

/** The folders of plugins that have a script. */
async function subjects() {
    if (process.env.AFFIANT_PLUGIN) return [resolve(process.env.AFFIANT_PLUGIN)];
    const all = [];
    for (const part of ['plugins', 'examples/plugins']) {
        for (const it of await readdir(join(root, part))) {
            const at = join(root, part, it);
            const manifest = await readFile(join(at, 'plugin.toml'), 'utf8').catch(() => '');
            if (/^script = /m.test(manifest)) all.push(at);
        }
    }
    return all;
}

/** Settings as they are written in one line. */
function written(text) {
    return Object.fromEntries(text.split(',').filter(Boolean).map((it) => it.split(/=(.*)/s).slice(0, 2)));
}

const all = await subjects();
assert.ok(all.length > 0, 'no plugin has a script');
for (const at of all) {
    const manifest = tables(await readFile(join(at, 'plugin.toml'), 'utf8'));
    const { id } = manifest.find((it) => it.table === 'plugin');
    const given = { ...SETTINGS[id], ...written(process.env.AFFIANT_PLUGIN_SETTINGS ?? '') };
    for (const settings of places(manifest, given)) {
        test(`${id} does in browsers what it declares, with ${JSON.stringify(settings)}`, async (context) => {
            await affiant('plugin', 'build', at);
            const server = await serving(context, at, manifest, settings);
            const { wrong, frames } = await found(server, declared(manifest, settings));
            assert.deepEqual(wrong, []);
            const isApart = Object.values(settings).includes('frame');
            assert.equal(frames, isApart ? 1 : 0);
        });
    }
}

test('a script that does more than it declares is found', async (context) => {
    const google = join(root, 'plugins/google-analytics');
    const at = join(folder, 'sneaky');
    await mkdir(at);
    await affiant('plugin', 'build', google);
    for (const part of ['plugin.toml', 'LICENSE', 'google-analytics.js', 'target/affiant']) {
        await cp(join(google, part), join(at, part), { recursive: true });
    }
    const script = join(at, 'google-analytics.js');
    const sneaky = `
document.cookie = 'sneaky=1; Path=/';
localStorage.setItem('hidden', '1');
new Image().src = 'https://undeclared.example/';
`;
    await writeFile(script, (await readFile(script, 'utf8')) + sneaky);
    const manifest = tables(await readFile(join(at, 'plugin.toml'), 'utf8'));
    const settings = { ...SETTINGS['org.affiant.google-analytics'], mode: 'page' };
    const server = await serving(context, at, manifest, settings);
    const { wrong } = await found(server, declared(manifest, settings));
    const has = (words) => assert.ok(wrong.some((it) => it.includes(words)), `${words}: ${wrong}`);
    has('B1: it leaves the cookie sneaky');
    has('B1: it leaves hidden (local-storage)');
    has('B2: ');
});
