// The whole letter, from the list of interviews to the file: with scripts and without, on a wide
// window and on a phone, in light and in dark. Every way gives the same letter.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertInOrder, launchBrowser, openPage, startServer, troubles, violations } from './harness.mjs';
import { begin, download, inLetter, proceed, screens, textOfPdf, walk } from './letter.mjs';

const refused = [/status of 422/];
const letters = new Map();

let browser;
let server;

before(async () => {
    server = await startServer();
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

/** Sends the screen with nothing entered and looks at what is said of it. */
async function assertErrors(page, { heading, wrong, button }) {
    await proceed(page, { button });
    assert.ok((await page.title()).startsWith(`Error: ${heading} – `), `the title ${await page.title()}`);
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
    const links = page.getByRole('alert').getByRole('link');
    const messages = await links.allInnerTexts();
    assert.equal(messages.length, wrong, `errors of “${heading}”: ${messages.join(' | ')}`);
    for (const [at, message] of messages.entries()) {
        await links.nth(at).click();
        const focused = page.locator(':focus');
        assert.equal(await focused.getAttribute('aria-invalid') ?? 'in a group', await focused.getAttribute('aria-invalid') ? 'true' : 'in a group');
        assert.match(await focused.evaluate((it) => it.tagName), /^(INPUT|TEXTAREA|SELECT|BUTTON)$/, message);
        const beside = page.getByRole('main').getByText(message, { exact: false });
        assert.ok((await beside.count()) >= 2, `“${message}” stands at the field too`);
    }
}

async function assertNoSideways(page) {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 320, `${page.url()} is ${width} pixels wide at 320`);
    await page.setViewportSize(size);
}

/** Walks the whole interview; returns the text of the letter. */
async function makeLetter(options, look = async () => {}) {
    const page = await openPage(browser, options);
    await begin(page, server.url);
    await walk(page, { look: (screen) => look(page, screen) });
    await look(page, screens.at(-1));
    const { path, filename } = await download(page, 'PDF');
    assert.equal(filename, 'letter-to-landlord.pdf');
    const text = textOfPdf(path);
    for (const part of inLetter) {
        assert.ok(text.includes(part), `“${part}” is missing in: ${text}`);
    }
    assert.deepEqual(troubles(page, server.url, refused), []);
    await page.context().close();
    return text;
}

const phone = { width: 390, height: 844 };

test('with scripts, every page is in order, clean and with errors', async () => {
    const text = await makeLetter({}, async (page, screen) => {
        await assertInOrder(page, server.url, refused);
        if (screen.wrong) {
            await assertErrors(page, screen);
            assert.deepEqual(await violations(page), [], `axe on the errors of “${screen.heading}”`);
        }
    });
    letters.set('wide, scripts', text);
});

test('on a phone in the dark, every page is in order and never wider than the phone', async () => {
    const text = await makeLetter({ viewport: phone, colorScheme: 'dark' }, async (page) => {
        await assertInOrder(page, server.url);
        await assertNoSideways(page);
    });
    letters.set('phone, scripts', text);
});

test('without scripts, every error is told and leads to its field', async () => {
    const text = await makeLetter({ javaScript: false }, async (page, screen) => {
        if (screen.wrong) await assertErrors(page, screen);
    });
    letters.set('wide, no scripts', text);
});

test('without scripts on a phone, every page is in order', async () => {
    const text = await makeLetter({ javaScript: false, viewport: phone }, async (page) => {
        assert.deepEqual(await violations(page), [], `axe on ${page.url()}`);
    });
    letters.set('phone, no scripts', text);
});

test('all ways of answering give the same letter', () => {
    assert.equal(letters.size, 4, 'each way came to its end');
    assert.equal(new Set(letters.values()).size, 1, [...letters.values()].join('\n---\n'));
});
