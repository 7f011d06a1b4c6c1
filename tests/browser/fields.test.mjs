// Fields of plugins, with a script and without: a datatype of a plugin's own, and suggestions while
// somebody types.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { administrator, assertFits, launchBrowser, openPage, root, startServer } from './harness.mjs';
import { press } from './people.mjs';
import { affiant, decide, install } from './plugins.mjs';

const PLATES = `
metadata:
  title: Plates
---
plugins: [org.example.plates]
---
mandatory: true
question: Your car is {{ plate }}
---
question: Which car?
fields:
  - Number plate: plate
    datatype: german plate
    data: none
`;

let browser;
let folder;
let interviews;

before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'affiant-fields-'));
    interviews = join(folder, 'interviews');
    await mkdir(interviews);
    await writeFile(join(interviews, 'plates.yml'), PLATES);
    await cp(join(root, 'examples/plugins/lookup/court.yml'), join(interviews, 'court.yml'));
    for (const kind of ['field', 'lookup']) {
        const example = join(root, 'examples/plugins', kind);
        await affiant('plugin', 'build', example);
        await affiant('plugin', 'pack', example, '--output', join(folder, `${kind}.affiant`));
    }
});

after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
});

/** A server where the example of a kind is switched on for an interview. */
async function serving(context, kind, interview) {
    const server = await startServer({ interviews, flags: ['--dev'] });
    context.after(() => server.stop());
    const page = await administrator(browser, server);
    await install(page, server, join(folder, `${kind}.affiant`));
    await page.getByRole('link', { name: 'Switch it on' }).click();
    await page.locator('label').getByText(interview, { exact: true }).click();
    await decide(page, server, 'In some interviews');
    return server;
}

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

/** A picture of a page, for whoever wants to look: only where `PICTURES` names a folder. */
async function picture(page, name) {
    if (!process.env.PICTURES) return;
    const wide = page.viewportSize();
    for (const [size, viewport] of [['wide', wide], ['phone', { width: 360, height: 740 }]]) {
        await page.setViewportSize(viewport);
        await page.screenshot({ path: join(process.env.PICTURES, `${name}-${size}.png`), fullPage: true });
    }
    await page.setViewportSize(wide);
}

for (const javaScript of [true, false]) {
    const how = javaScript ? 'with' : 'without';

    test(`a datatype of a plugin is entered and shown ${how} a script`, async (context) => {
        const server = await serving(context, 'field', 'plates');
        const page = await openPage(browser, { javaScript });
        await page.goto(`${server.url}/i/plates`);
        await press(page, 'Start');
        const plate = page.getByLabel('Number plate');
        await page.getByText('For example, B-AB 123').waitFor();
        await assertFits(page, server.url);
        await picture(page, `plate-${how}`);
        await plate.fill('my car');
        await press(page, 'Continue');
        const said = 'Write the town, letters and a number, as in B-AB 123.';
        await page.getByRole('link', { name: said }).waitFor();
        assert.equal(await plate.inputValue(), 'my car');
        assert.equal(await plate.getAttribute('aria-invalid'), 'true');
        const described = (await plate.getAttribute('aria-describedby')).split(' ');
        const texts = await Promise.all(described.map((id) => page.locator(`#${id}`).textContent()));
        assert.ok(texts.some((it) => it.includes(said)), `the input is described by ${texts}`);
        await assertFits(page, server.url, { expected: [/422/] });
        await picture(page, `plate-refused-${how}`);
        await plate.fill('b ab 123');
        await press(page, 'Continue');
        await heading(page, 'Your car is B-AB 123');
        await page.getByRole('link', { name: 'Back' }).click();
        assert.equal(await plate.inputValue(), 'B-AB 123');
    });
}

test('suggestions are chosen by keyboard, and fill in what stands beside', async (context) => {
    const server = await serving(context, 'lookup', 'court');
    const page = await openPage(browser);
    await page.goto(`${server.url}/i/court`);
    await press(page, 'Start');
    await page.getByRole('button', { name: 'Look up' }).waitFor({ state: 'detached' });
    const court = page.getByRole('combobox', { name: 'Court' });
    await court.pressSequentially('kö');
    await page.getByRole('option', { name: 'Amtsgericht Köln' }).waitFor();
    await page.getByText('1 match').waitFor();
    await assertFits(page, server.url);
    await picture(page, 'court-open');
    await court.press('ArrowDown');
    assert.equal(await page.locator('[role=option][aria-selected=true]').textContent(), 'Amtsgericht Köln');
    await court.press('Enter');
    assert.equal(await court.inputValue(), 'Amtsgericht Köln');
    assert.equal(await page.getByLabel('Address').inputValue(), 'Luxemburger Straße 101, 50939 Köln');
    await page.getByText('Filled in. Check it before you continue.').waitFor();
    await court.press('Enter');
    await heading(page, 'Write to Amtsgericht Köln');

    // Another is chosen by a click, and what nobody suggests is typed.
    await page.getByRole('link', { name: 'Back' }).click();
    await court.fill('');
    await court.pressSequentially('aa');
    await page.getByRole('option', { name: 'Amtsgericht Aachen' }).click();
    assert.equal(await court.inputValue(), 'Amtsgericht Aachen');
    await court.fill('Our court');
    await page.getByText('Nothing was found.').waitFor();
    await court.press('Escape');
    await court.press('Enter');
    await heading(page, 'Write to Our court');
});

test('suggestions are chosen without a script', async (context) => {
    const server = await serving(context, 'lookup', 'court');
    const page = await openPage(browser, { javaScript: false });
    await page.goto(`${server.url}/i/court`);
    await press(page, 'Start');
    const court = page.getByLabel('Court', { exact: true });
    await court.fill('be');
    await assertFits(page, server.url);
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByRole('group', { name: 'Which of these do you mean?' }).waitFor();
    assert.equal(await court.inputValue(), 'be');
    await assertFits(page, server.url);
    await picture(page, 'court-found');
    await page.locator('label').getByText('Amtsgericht Berlin Mitte').click();
    await page.getByRole('button', { name: 'Fill in' }).click();
    assert.equal(await court.inputValue(), 'Amtsgericht Berlin Mitte');
    assert.equal(await page.getByLabel('Address').inputValue(), 'Littenstraße 12, 10179 Berlin');
    // Enter goes on, and looks nothing up.
    await court.press('Enter');
    await heading(page, 'Write to Amtsgericht Berlin Mitte');
});
