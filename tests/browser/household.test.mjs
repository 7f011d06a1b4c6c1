// Languages, conditions over a screen, several items at once, long lists, files, a signature: with
// scripts and without.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';

import { assertInOrder, launchBrowser, openPage, root, startServer, violations } from './harness.mjs';

const interviews = join(root, 'tests/browser/interviews');
const shots = process.env.TEST_SHOTS;

let browser;
let server;

before(async () => {
    server = await startServer({ interviews });
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

const heading = (page) => page.getByRole('heading', { level: 1 });
const proceed = (page) => page.getByRole('button', { name: 'Continue', exact: true }).click();
const box = (page, label) => page.getByRole('textbox', { name: label, exact: true });

/** Opens the interview at its first screen. */
async function begin(options = {}) {
    const page = await openPage(browser, options);
    await page.goto(`${server.url}/i/household`);
    await page.locator('form[action$=sessions] button').click();
    return page;
}

/** Writes a picture where TEST_SHOTS says, to be looked at. */
async function shoot(page, name) {
    if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** Clicks what people click: the label covers its button. */
const tick = (within, label) => within.locator('label').filter({ hasText: label }).first().click();

async function choose(page, group, label) {
    await tick(page.getByRole('group', { name: group }), label);
}

test('a field shows as soon as what is entered fits its condition', async () => {
    const page = await begin();
    const why = box(page, 'What makes it so expensive?');
    const breed = box(page, 'Breed of the dog');
    await shoot(page, 'conditions-closed');
    assert.equal(await why.isVisible(), false);
    await choose(page, 'Do you rent your home?', 'Yes');
    await box(page, 'Rent each month (optional)').fill('1,000.00');
    assert.equal(await why.isVisible(), false, 'a thousand is not more than a thousand');
    await box(page, 'Rent each month (optional)').fill('$1,000.01');
    assert.ok(await why.isVisible());
    await tick(page, 'Dog');
    assert.ok(await breed.isVisible());
    await shoot(page, 'conditions-open');
    await assertInOrder(page, server.url);
    await choose(page, 'Do you rent your home?', 'No');
    assert.equal(await why.isVisible(), false);
    assert.equal(await breed.isVisible(), false);
    await choose(page, 'Do you rent your home?', 'Yes');
    await breed.fill('Poodle');
    await proceed(page);
    await page.getByRole('alert').getByRole('link', { name: 'Enter what makes it so expensive' }).waitFor();
    await shoot(page, 'conditions-errors');
    assert.deepEqual(await violations(page), []);
    await page.context().close();
});

test('without scripts every field stands there with its condition, and the server decides', async () => {
    const page = await begin({ javaScript: false, viewport: { width: 360, height: 740 } });
    await page.getByText('If “Do you rent your home?” is “Yes” and “Rent each month” is more than 1000').waitFor();
    await page.getByText('If “Dog” is selected in “Which of these do you have?” and “Do you rent your home?” is not “No”').waitFor();
    await shoot(page, 'conditions-no-js');
    await assertInOrder(page, server.url);
    await choose(page, 'Do you rent your home?', 'No');
    await box(page, 'What makes it so expensive?').fill('nothing');
    await proceed(page);
    assert.equal(await heading(page).innerText(), 'Where were you born?');
    await page.context().close();
});

test('the language is chosen in the header, and answers stay', async () => {
    for (const javaScript of [true, false]) {
        const page = await begin({ javaScript });
        await choose(page, 'Do you rent your home?', 'Yes');
        await page.getByRole('navigation', { name: 'Language' }).getByRole('button', { name: 'Español' }).click();
        assert.equal(await heading(page).innerText(), 'Su hogar');
        assert.equal(await page.locator('html').getAttribute('lang'), 'es');
        await shoot(page, 'spanish');
        await assertInOrder(page, server.url);
        await page.getByRole('button', { name: 'Continuar' }).click();
        await page.getByRole('alert').getByText('Elija una respuesta en «¿Alquila su vivienda?»').waitFor();
        await choose(page, '¿Alquila su vivienda?', 'Sí');
        await box(page, 'Alquiler al mes (opcional)').fill('1.250,50');
        await page.getByRole('button', { name: 'Continuar' }).click();
        // This question is in English only.
        assert.equal(await page.locator('h1 [lang=en]').innerText(), 'Where were you born?');
        await shoot(page, 'spanish-untranslated');
        await assertInOrder(page, server.url, [/status of 422/]);
        await page.getByRole('link', { name: 'Atrás' }).click();
        assert.equal(await box(page, 'Alquiler al mes (opcional)').inputValue(), '1250,5');
        await page.context().close();
    }
});

test('a language from right to left turns the page round', async () => {
    const page = await begin({ locale: 'ar', colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
    await shoot(page, 'arabic-dark-phone');
    await assertInOrder(page, server.url);
    await page.context().close();
});

test('typing finds a choice of a long list, by keyboard alone', async () => {
    const page = await begin();
    await choose(page, 'Do you rent your home?', 'No');
    await proceed(page);
    const country = page.getByRole('combobox', { name: 'Country' });
    await country.focus();
    await page.keyboard.type('cote');
    await page.getByRole('option', { name: 'Côte d’Ivoire' }).waitFor();
    await shoot(page, 'typeahead');
    await assertInOrder(page, server.url);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await country.inputValue(), 'Côte d’Ivoire');
    const court = page.getByRole('combobox', { name: 'Court (optional)' });
    await court.fill('Own court');
    await page.keyboard.press('Escape');
    await proceed(page);
    assert.equal(await heading(page).innerText(), 'Do you have children?');
    await page.getByRole('link', { name: 'Back', exact: true }).click();
    assert.equal(await page.getByRole('combobox', { name: 'Country' }).inputValue(), 'Côte d’Ivoire');
    assert.equal(await page.getByRole('combobox', { name: 'Court (optional)' }).inputValue(), 'Own court');
    await page.context().close();
});

for (const javaScript of [true, false]) {
    test(`a household is told to its end, ${javaScript ? 'with' : 'without'} scripts`, async () => {
        const page = await begin({ javaScript, ...(javaScript ? {} : { viewport: { width: 360, height: 740 } }) });
        await choose(page, 'Do you rent your home?', 'No');
        await proceed(page);
        if (javaScript) {
            await page.getByRole('combobox', { name: 'Country' }).fill('Latvia');
        } else {
            await page.getByRole('combobox', { name: 'Country' }).selectOption('Latvia');
        }
        await proceed(page);
        await tick(page, 'Yes');
        await proceed(page);

        const child = (number) => page.getByRole('group', { name: `Child ${number}`, exact: true });
        const first = (number) => child(number).getByRole('textbox', { name: 'First name' });
        await shoot(page, `collect-${javaScript ? 'js' : 'no-js'}`);
        await assertInOrder(page, server.url);
        await first(1).fill('Ann');
        if (javaScript) {
            assert.equal(await child(2).isVisible(), false);
            await page.getByRole('button', { name: 'Add another' }).click();
        }
        await first(2).fill('Bob');
        await tick(child(2), 'At school');
        await proceed(page);
        await page.getByRole('alert').getByText('Enter name of the school').waitFor();
        await child(2).getByRole('textbox', { name: 'Name of the school' }).fill('High');
        await proceed(page);

        await page.getByLabel('Papers').setInputFiles([
            { name: 'one.txt', mimeType: 'text/plain', buffer: Buffer.from('one') },
            { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('two') },
        ]);
        await proceed(page);
        await page.getByRole('link', { name: 'Back', exact: true }).click();
        await tick(page, 'Remove one.txt');
        await shoot(page, `files-${javaScript ? 'js' : 'no-js'}`);
        await assertInOrder(page, server.url, [/status of 422/]);
        await page.getByLabel('Papers').setInputFiles({
            name: 'three.txt',
            mimeType: 'text/plain',
            buffer: Buffer.from('three'),
        });
        await proceed(page);
        await page.getByRole('link', { name: 'Back', exact: true }).click();
        assert.equal(await page.getByRole('link', { name: 'one.txt' }).count(), 0);
        assert.equal(await page.getByRole('link', { name: 'two.txt' }).count(), 1);
        assert.equal(await page.getByRole('link', { name: 'three.txt' }).count(), 1);
        await page.getByRole('link', { name: 'Forward', exact: true }).click();

        if (javaScript) {
            const canvas = page.getByRole('img', { name: 'Draw your signature' });
            await canvas.scrollIntoViewIfNeeded();
            const edge = await canvas.boundingBox();
            await page.mouse.move(edge.x + 40, edge.y + 40);
            await page.mouse.down();
            await page.mouse.move(edge.x + 160, edge.y + 90, { steps: 5 });
            await page.mouse.up();
            await shoot(page, 'signature');
        } else {
            await page.getByLabel('Type your full name').fill('Ada Lovelace');
            await tick(page, 'I sign this');
        }
        await assertInOrder(page, server.url, [/status of 422/]);
        await proceed(page);

        assert.equal(await heading(page).innerText(), 'Your household');
        await shoot(page, `table-${javaScript ? 'js' : 'no-js'}`);
        await assertInOrder(page, server.url, [/status of 422/]);
        await page.getByRole('button', { name: 'Edit Ann' }).click();
        await box(page, 'First name').fill('Anna');
        await proceed(page);
        await page.getByRole('button', { name: 'Remove Bob' }).click();
        assert.equal(await heading(page).innerText(), 'Do you want to remove Bob?');
        await shoot(page, 'remove');
        await assertInOrder(page, server.url, [/status of 422/]);
        await page.getByRole('button', { name: 'Yes, remove it' }).click();
        assert.equal(await heading(page).innerText(), 'Your household');
        assert.equal(await page.getByRole('cell', { name: 'Anna', exact: true }).count(), 1);
        assert.equal(await page.getByRole('cell', { name: 'Bob', exact: true }).count(), 0);
        await proceed(page);
        assert.equal(await heading(page).innerText(), 'You have reached the end');
        await page.context().close();
    });
}
