// Going back, changing, leaving, coming back, two tabs: nothing that was answered is lost.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { assertInOrder, launchBrowser, openPage, startServer, troubles } from './harness.mjs';
import { assertHeading, begin, enter, name, numberOf, proceed, screens, walk } from './letter.mjs';

const RENT_FROM = numberOf('Who do you rent from?');
const REVIEW = numberOf('Check your answers before you make the letter');

let browser;
let server;
let page;

before(async () => {
    server = await startServer();
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

beforeEach(async (context) => {
    page = await openPage(browser);
    context.after?.(() => page.context().close());
    await begin(page, server.url);
});

const back = () => page.getByRole('link', { name: 'Back', exact: true }).click();
const forward = () => page.getByRole('link', { name: 'Forward', exact: true }).click();
const box = (label) => page.getByRole('textbox', { name: label, exact: true });

test('Back shows what was answered, and Forward leads back without answering again', async () => {
    await walk(page, { to: 3 });
    await back();
    await assertHeading(page, screens[2].heading);
    assert.equal(await box('Postcode').inputValue(), 'RV1 2AB');
    await back();
    assert.equal(await box('First name').inputValue(), 'Ada');
    await forward();
    await assertHeading(page, screens[2].heading);
    await forward();
    await assertHeading(page, screens[3].heading);
    assert.equal(await page.getByRole('link', { name: 'Forward', exact: true }).count(), 0);
});

test('the same answer again keeps what was answered behind it', async () => {
    await walk(page, { to: 4 });
    await back();
    await back();
    await proceed(page);
    await assertHeading(page, screens[3].heading);
    assert.ok(await page.getByRole('radio', { name: 'By email' }).isChecked());
    await forward();
    await assertHeading(page, screens[4].heading);
});

test('another answer leads another way, and the later answers are offered again', async () => {
    await walk(page, { to: RENT_FROM + 2 });
    await back();
    await back();
    await page.getByRole('radio', { name: 'A letting agent' }).check({ force: true });
    await proceed(page);
    await assertHeading(page, 'What is the letting agent called?');
    assert.equal(await box('Name').inputValue(), 'Oak <b>Homes</b> & Sons');
});

test('the browser’s own Back agrees with the page’s', async () => {
    await walk(page, { to: 3 });
    await page.goBack();
    await assertHeading(page, screens[2].heading);
    assert.equal(await box('Postcode').inputValue(), 'RV1 2AB');
    await page.goForward();
    await assertHeading(page, screens[3].heading);
});

test('an exit page says so, and Back leads on', async () => {
    await enter(page, { choose: ['No'] });
    await proceed(page);
    await assertHeading(page, 'This letter is not for you');
    await assertInOrder(page, server.url);
    await back();
    await enter(page, { choose: ['Yes'] });
    await proceed(page);
    await assertHeading(page, screens[1].heading);
});

test('whoever closes the window comes back to where they were', async () => {
    await walk(page, { to: 5 });
    const context = page.context();
    await page.close();
    page = await context.newPage();
    await page.goto(`${server.url}/i/${name}`);
    await page.getByRole('link', { name: 'Continue where you were' }).click();
    await assertHeading(page, screens[5].heading);
    await walk(page, { from: 5, to: 7 });
});

test('a server that dies and starts again has every answer', async () => {
    await walk(page, { to: 4 });
    const url = await server.restart();
    await page.goto(`${url}/i/${name}`);
    await page.getByRole('link', { name: 'Continue where you were' }).click();
    await walk(page, { from: 4, to: 6 });
    await back();
    await back();
    await back();
    assert.equal(await box('Email address').inputValue(), 'ada@example.org');
});

test('a return code opens the answers in another browser, and a wrong one is refused', async () => {
    await walk(page, { to: 4 });
    await page.getByRole('button', { name: 'Save and come back later' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your answers are saved' }).waitFor();
    await assertInOrder(page, server.url);
    const code = /[A-Z0-9]{4,}(-[A-Z0-9]{2,})+/.exec(await page.getByRole('main').innerText())?.[0];
    assert.ok(code, await page.getByRole('main').innerText());

    const other = await openPage(browser);
    await other.goto(`${server.url}/i/${name}`);
    await other.getByRole('link', { name: /return code/ }).click();
    await assertInOrder(other, server.url);
    const field = other.getByRole('textbox');
    await field.fill('AAAA-BBBB-CCCC');
    await field.press('Enter');
    await other.getByRole('heading', { name: 'There is a problem' }).waitFor();
    assert.match(await other.title(), /^Error: /);
    await assertInOrder(other, server.url, [/status of 422/]);
    await other.getByRole('textbox').fill(code.toLowerCase());
    await other.getByRole('textbox').press('Enter');
    await assertHeading(other, screens[4].heading);
    await other.context().close();
});

test('Change leads from the review to the question and back to the review', async () => {
    await walk(page, { to: REVIEW });
    await page.getByRole('button', { name: 'Change Your name' }).click();
    await assertHeading(page, 'What is your name?');
    assert.equal(await box('First name').inputValue(), 'Ada');
    await box('First name').fill('Augusta');
    await proceed(page);
    await assertHeading(page, screens[REVIEW].heading);
    const main = await page.getByRole('main').innerText();
    assert.match(main, /Augusta Lovelace/);
    assert.match(main, /£1,250\.50/);

    // What follows from the change is asked first.
    await page.getByRole('button', { name: 'Change Other costs' }).click();
    await enter(page, { choose: ['No'] });
    await proceed(page);
    await assertHeading(page, screens[REVIEW].heading);
    assert.match(await page.getByRole('main').innerText(), /Other costs\s+None/);
});

test('two tabs that answer differently are told, and either answer can win', async () => {
    const second = await page.context().newPage();
    await second.goto(page.url());
    await enter(page, { choose: ['Yes'] });
    await proceed(page);
    await assertHeading(page, screens[1].heading);

    await enter(second, { choose: ['No'] });
    await proceed(second);
    await second.getByRole('heading', { level: 1, name: /another tab/ }).waitFor();
    await second.getByRole('button', { name: 'Use this instead' }).click();
    await assertHeading(second, 'This letter is not for you');

    await enter(page, screens[1]);
    await proceed(page);
    await page.getByRole('heading', { level: 1, name: /another tab/ }).waitFor();
    await assertInOrder(page, server.url, [/status of 409/]);
    await page.getByRole('link', { name: /stored/ }).click();
    await assertHeading(page, 'This letter is not for you');
});

test('two tabs that answer the same both go on', async () => {
    const second = await page.context().newPage();
    await second.goto(page.url());
    for (const tab of [page, second]) {
        await enter(tab, { choose: ['Yes'] });
        await proceed(tab);
        await assertHeading(tab, screens[1].heading);
    }
});

test('deleted answers are gone for good', async () => {
    await walk(page, { to: 2 });
    const there = page.url();
    await page.getByRole('link', { name: 'Delete my answers' }).click();
    await assertInOrder(page, server.url);
    await page.getByRole('button', { name: 'Delete my answers' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your answers are deleted' }).waitFor();
    await assertInOrder(page, server.url);
    await page.goto(there);
    assert.doesNotMatch(await page.getByRole('main').innerText(), /Ada|Where do you live/);
    assert.deepEqual(troubles(page, server.url, [/status of 4\d\d/]), []);
});
