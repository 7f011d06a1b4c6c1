// What holds for every page: keyboard alone, print, small windows, dark, pages that only tell.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertInOrder, launchBrowser, openPage, startServer, violations } from './harness.mjs';
import { assertHeading, begin, name, screens, title, walk } from './letter.mjs';

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

const addresses = [
    ['/', 200],
    [`/i/${name}`, 200],
    [`/i/${name}/resume`, 200],
    ['/privacy', 200],
    ['/accessibility', 200],
    ['/i/no-such-interview', 404],
    ['/nowhere', 404],
    [`/i/${name}/3`, undefined],
];

for (const colorScheme of ['light', 'dark']) {
    test(`pages that only tell are in order, in ${colorScheme} and at 320 pixels`, async () => {
        const page = await openPage(browser, { colorScheme, viewport: { width: 320, height: 640 } });
        for (const [address, status] of addresses) {
            const response = await page.goto(server.url + address);
            if (status) assert.equal(response.status(), status, address);
            await assertInOrder(page, server.url, [/status of 4\d\d/]);
            assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, address);
            const width = await page.evaluate(() => document.documentElement.scrollWidth);
            assert.ok(width <= 320, `${address} is ${width} pixels wide at 320`);
        }
        await page.context().close();
    });
}

test('the dark pages are dark', async () => {
    const background = async (colorScheme) => {
        const page = await openPage(browser, { colorScheme });
        await page.goto(server.url);
        const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await page.context().close();
        return color.match(/\d+/g).slice(0, 3).reduce((sum, it) => sum + Number(it), 0);
    };
    assert.ok((await background('dark')) < 200);
    assert.ok((await background('light')) > 600);
});

/** Presses Tab until the element has the focus. */
async function tabTo(page, locator) {
    for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press('Tab');
        if (await locator.evaluate((it) => it === document.activeElement)) return;
    }
    assert.fail(`no Tab leads to ${locator}`);
}

test('the first five screens are answered with the keyboard alone', async () => {
    const page = await openPage(browser);
    const button = (label) => page.getByRole('button', { name: label, exact: true });
    await page.goto(server.url);
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').innerText(), 'Skip to main content');
    await tabTo(page, page.getByRole('link', { name: title }));
    await page.keyboard.press('Enter');
    await tabTo(page, button('Start'));
    await page.keyboard.press('Enter');

    for (const screen of screens.slice(0, 5)) {
        await assertHeading(page, screen.heading);
        for (const option of screen.choose ?? []) {
            await chooseByKeyboard(page, option);
        }
        for (const [label, text] of Object.entries(screen.fill ?? {})) {
            await tabTo(page, page.getByRole('textbox', { name: label, exact: true }));
            await page.keyboard.type(text);
        }
        await tabTo(page, button('Continue'));
        await page.keyboard.press(screen === screens[0] ? 'Space' : 'Enter');
    }
    await assertHeading(page, screens[5].heading);
    await page.context().close();
});

/** Tab leads into a group of radio buttons, the arrows move in it. */
async function chooseByKeyboard(page, option) {
    const radios = page.getByRole('radio');
    await tabTo(page, radios.first());
    await page.keyboard.press('Space');
    const wanted = page.getByRole('radio', { name: option, exact: true });
    for (let presses = 0; !(await wanted.isChecked()); presses += 1) {
        assert.ok(presses < (await radios.count()), `no arrow leads to ${option}`);
        await page.keyboard.press('ArrowDown');
    }
}

test('Enter in a text box continues, wherever other buttons stand', async () => {
    const page = await openPage(browser);
    await begin(page, server.url);
    await walk(page, { to: 1 });
    await page.getByRole('textbox', { name: 'First name' }).fill('Ada');
    await page.getByRole('textbox', { name: 'Last name' }).fill('Lovelace');
    await page.getByRole('textbox', { name: 'Last name' }).press('Enter');
    await assertHeading(page, screens[2].heading);
    await page.context().close();
});

test('focus can be seen on everything that takes it', async () => {
    const page = await openPage(browser);
    await begin(page, server.url);
    await walk(page, { to: 3 });
    const seen = new Set();
    for (;;) {
        await page.keyboard.press('Tab');
        const { tag, html, style, width } = await page.evaluate(() => {
            const it = document.activeElement;
            // A choice shows the ring round itself and its label.
            const { outlineStyle, outlineWidth } = getComputedStyle(it.closest('.option') ?? it);
            return { tag: it.tagName, html: it.outerHTML, style: outlineStyle, width: parseFloat(outlineWidth) };
        });
        // Behind the last one the focus leaves the page.
        if (tag === 'BODY' || seen.has(html)) break;
        seen.add(html);
        assert.ok(style !== 'none' && width >= 2, `${html} has the outline ${style} ${width}`);
    }
    assert.ok(seen.size >= 8, [...seen].join('\n'));
    await page.context().close();
});

test('a dependent field comes and goes with scripts, and says its condition without', async () => {
    for (const javaScript of [true, false]) {
        const page = await openPage(browser, { javaScript });
        await begin(page, server.url);
        await walk(page, { to: 3 });
        const email = page.getByRole('textbox', { name: 'Email address' });
        const phone = page.getByRole('textbox', { name: 'Phone number' });
        assert.equal(await email.isVisible(), !javaScript);
        await page.getByRole('radio', { name: 'By phone' }).check({ force: true });
        assert.equal(await email.isVisible(), !javaScript);
        assert.ok(await phone.isVisible());
        if (!javaScript) {
            assert.match(await page.getByRole('main').innerText(), /By email/);
            // What was typed where it does not belong is not taken, and does no harm.
            await email.fill('not an address');
        }
        await phone.fill('01234 567890');
        await page.getByRole('button', { name: 'Continue', exact: true }).click();
        await assertHeading(page, screens[4].heading);
        await page.context().close();
    }
});

test('paper shows the question and no buttons', async () => {
    const page = await openPage(browser);
    await begin(page, server.url);
    await walk(page, { to: 1 });
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByRole('heading', { level: 1 }).isVisible());
    for (const hidden of ['Continue', 'Save and come back later']) {
        assert.equal(await page.getByRole('button', { name: hidden, exact: true }).count(), 0, hidden);
    }
    assert.equal(await page.getByRole('link', { name: 'Back', exact: true }).count(), 0);
    await page.context().close();
});

test('large text and wide spacing cut nothing off', async () => {
    const page = await openPage(browser, { viewport: { width: 640, height: 900 } });
    await begin(page, server.url);
    await walk(page, { to: 2 });
    await page.evaluate(() => {
        const style = document.documentElement.style;
        style.fontSize = '200%';
        style.lineHeight = '1.5';
        style.letterSpacing = '0.12em';
        style.wordSpacing = '0.16em';
    });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 640, `${width} pixels wide at 640`);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
});
