// The part of a plugin that runs in browsers: in a frame apart, or, where the operator allows it, in the
// page. What it does there is what its manifest says.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { administrator, agreed, launchBrowser, startServer } from './harness.mjs';
import { assertHeading, enter, name, proceed, screens } from './letter.mjs';
import { press } from './people.mjs';
import { affiant, answersOne, fits, install, packed, panel, visit } from './plugins.mjs';

const GOOGLE = 'plugins/google-analytics';
const ID = 'org.affiant.google-analytics';

/** Every host that the manifest names for browsers. */
const DECLARED = /^https:\/\/(www\.googletagmanager\.com|([^/]+\.)?(google-analytics|analytics\.google)\.com)\//;

/**
 * What stands for gtag.js: it counts what is in the data layer, as Google's does, leaves its cookie,
 * and tries what it must not. What came of that goes out with each count.
 */
const GTAG = `
(() => {
    const tried = {};
    const attempt = (what, action) => {
        try { tried[what] = Boolean(action()); } catch { tried[what] = false; }
    };
    attempt('cookie', () => {
        document.cookie = '_ga=GA1.1.5; Path=/; Max-Age=63072000';
        return document.cookie.includes('_ga=');
    });
    attempt('storage', () => { localStorage.setItem('_ga', '5'); return true; });
    attempt('reads', () => window.parent !== window && window.parent.document.body.textContent);
    fetch('https://evil.example/', { mode: 'no-cors' }).catch(() => {});
    const count = (it) => {
        if (it[0] !== 'event') return;
        const query = new URLSearchParams({ en: it[1], ...it[2], tried: JSON.stringify(tried) });
        fetch('https://region1.google-analytics.com/g/collect?' + query, { method: 'POST', mode: 'no-cors' });
    };
    for (const it of window.dataLayer) count(it);
    window.dataLayer.push = count;
})();`;

let browser;
let folder;
let plugin;

before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'affiant-scripts-'));
    await affiant('plugin', 'build', GOOGLE);
    plugin = await packed(GOOGLE, '1.0.0', folder, (it) => it, 'google-analytics.js');
});

after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
});

/** Stands for everything outside of this machine; gives what was asked of it. */
async function outside(page) {
    const requests = [];
    await page.context().route(/^https:/, (route) => {
        requests.push(route.request().url());
        const isScript = route.request().resourceType() === 'script';
        return route.fulfill(isScript ? { contentType: 'text/javascript', body: GTAG } : { status: 204 });
    });
    return requests;
}

/** What was counted, as the names of the events; and what the script could do that it tried. */
function counted(requests) {
    const counts = requests.filter((it) => it.includes('/g/collect?')).map((it) => new URL(it).searchParams);
    return {
        events: counts.map((it) => `${it.get('en')} ${it.get('page_title')}`),
        tried: counts.map((it) => JSON.parse(it.get('tried'))),
    };
}

/** Waits until so many events were counted. */
async function arrived(requests, count) {
    for (let turn = 0; turn < 200 && counted(requests).events.length < count; turn += 1) {
        await new Promise((next) => setTimeout(next, 50));
    }
    return counted(requests);
}

/** Installs it, and fills the form of the decision up to the reason. */
async function prepare(admin, server) {
    await install(admin, server, plugin);
    await admin.getByLabel('A secret of the Measurement Protocol').fill('a-secret-of-the-stream');
    await press(admin, 'Keep secret settings');
    await admin.getByText('The secret settings are kept.').waitFor();
}

/** Fills the form of a decision, and sends it. */
async function choose(admin, server, mode) {
    await admin.goto(`${server.url}/admin/plugins/${ID}/change`);
    await admin.getByLabel('The measurement ID of the data stream').fill('G-ABC123');
    await admin.locator('label').getByText(mode, { exact: true }).click();
    await admin.locator('label').getByText('In all interviews', { exact: true }).click();
    await admin.getByLabel('Why?').fill('The board wants to know where people give up.');
    await press(admin, 'Continue');
}

/** Asks for what was chosen; what a visitor's browser is told of takes two to decide. */
async function decided(admin, server) {
    await press(admin, 'Ask for this change');
    await admin.waitForURL('**/admin/plugins/waiting/*');
    await agreed(server);
}

/** The cookies of a browser that are not ours. */
async function strange(page) {
    const cookies = await page.context().cookies();
    return cookies.map((it) => it.name).filter((it) => !it.startsWith('__Host-'));
}

const begun = ['interview_started rents-home', 'page_view rents-home', 'page_view your-name'];

test('a script in a frame counts for those who agree, sees nothing of the page and leaves nothing', async (context) => {
    const server = await startServer({ named: true, flags: ['--dev'] });
    context.after(() => server.stop());
    const admin = await administrator(browser, server);
    await prepare(admin, server);
    await choose(admin, server, 'frame');
    await admin.getByRole('heading', { level: 1, name: 'What this would do' }).waitFor();
    await fits(admin, server);
    await decided(admin, server);

    const page = await visit(browser, server);
    const requests = await outside(page);
    await panel(page).waitFor();
    await fits(page, server);
    await press(page, 'Do not allow');
    await answersOne(page);
    assert.equal(await page.locator('iframe').count(), 0);
    assert.deepEqual(requests, []);

    const agrees = await visit(browser, server);
    const asked = await outside(agrees);
    await press(agrees, 'Allow');
    assert.deepEqual(asked, [], 'a start page counts nobody');
    await answersOne(agrees);
    await arrived(asked, 3);
    // A page that is loaded again, or shown again with what is missing, is no second screen.
    await agrees.reload();
    await proceed(agrees);
    await agrees.waitForSelector('#errors');
    await enter(agrees, screens[1]);
    await proceed(agrees);
    await assertHeading(agrees, screens[2].heading);
    const { events, tried } = await arrived(asked, 4);
    assert.deepEqual(events, [...begun, 'page_view tenant-address']);
    for (const it of tried) assert.deepEqual(it, { cookie: false, storage: false, reads: false });
    assert.deepEqual(asked.filter((it) => !DECLARED.test(it)), [], 'no other host is asked');
    assert.equal(JSON.stringify(asked).includes('/i/'), false, 'nobody is told of addresses here');
    assert.deepEqual(await strange(agrees), []);
    assert.equal(await agrees.evaluate(() => localStorage.length), 0);

    // What it tried all the same is shown to whoever decided about it.
    await admin.goto(`${server.url}/admin/plugins/${ID}`);
    await admin.getByText('evil.example').first().waitFor();
    await fits(admin, server);
});

test('a script in the page is refused unless the operator allows it, and its cookie goes with the yes', async (context) => {
    const server = await startServer({ named: true, flags: ['--dev'] });
    context.after(() => server.stop());
    const admin = await administrator(browser, server);
    await prepare(admin, server);
    await choose(admin, server, 'page');
    await admin.getByText('which whoever runs this server does not allow').first().waitFor();
    await fits(admin, server);
    await server.stop();

    const allowing = await startServer({ named: true, flags: ['--dev'], env: { AFFIANT_PLUGINS_IN_PAGES: 'true' } });
    context.after(() => allowing.stop());
    const other = await administrator(browser, allowing);
    await prepare(other, allowing);
    await choose(other, allowing, 'page');
    await other.getByText('could read what people type').first().waitFor();
    await fits(other, allowing);
    await decided(other, allowing);

    const page = await visit(browser, allowing);
    const requests = await outside(page);
    await press(page, 'Allow');
    await answersOne(page);
    const { events } = await arrived(requests, 3);
    assert.deepEqual(events, begun);
    assert.deepEqual(requests.filter((it) => !DECLARED.test(it)), []);
    assert.deepEqual(await strange(page), ['_ga']);

    await page.goto(`${allowing.url}/privacy/choices`);
    await page.getByText('Do not allow', { exact: true }).click();
    await press(page, 'Keep my choices');
    assert.deepEqual(await strange(page), [], 'the cookie goes with the yes');
    const before = requests.length;
    await page.goto(`${allowing.url}/i/${name}`);
    await page.getByRole('link', { name: 'Continue where you were' }).click();
    await assertHeading(page, screens[1].heading);
    assert.equal(requests.length, before);
});
