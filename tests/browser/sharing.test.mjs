// An interview that two people see: shared by link and by address, answered by both, taken back.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage } from './harness.mjs';
import { assertHeading, screens, walk } from './letter.mjs';
import { clean, place, press } from './people.mjs';

const here = place();
let ada;
let grace;

async function invite(page, { email, role, name = '' }) {
    await page.getByLabel('What do you call them?').fill(name);
    await page.getByLabel('Their e-mail address').fill(email);
    // The box itself is drawn over by its label.
    await page.locator(`label[for=role-${role}]`).click();
    await press(page, 'Invite');
    await page.getByRole('heading', { name: 'They are invited' }).waitFor();
    await clean(page);
}

/** Sends what the pages do not offer to whoever may only read. */
async function refusedWhatChanges(page, screen) {
    const _csrf = await page.locator('input[name=_csrf]').first().inputValue();
    const people = page.url();
    const tried = [
        [screen, { _revision: '4', x: 'y' }],
        [screen, { _revision: '4', _action: 'row:0' }],
        [`${here.server.url}/i/landlord-letter/delete`, {}],
        [people, { email: 'eve@example.com', role: 'answer' }],
        [`${people}/remove`, { who: 'AAAAAAAAAAAAAAAAAAAAAA' }],
        [`${people}/withdraw`, { invitation: 'A'.repeat(43) }],
    ];
    for (const [url, fields] of tried) {
        const headers = { 'sec-fetch-site': 'same-origin' };
        const form = { _csrf, ...fields };
        const answer = await page.request.post(url, { form, headers, maxRedirects: 0 });
        assert.equal(answer.status(), 403, url);
        assert.match(await answer.text(), /shared with you for reading|belongs to somebody else/, url);
    }
}

test('share by address, answer as the other person, take back, and nothing opens', async () => {
    ada = await here.register('ada@example.com');
    grace = await here.register('grace@example.com', { javaScript: false });
    await ada.goto(`${here.server.url}/i/landlord-letter`);
    await press(ada, 'Start');
    await walk(ada, { to: 2 });
    await ada.getByRole('link', { name: 'Who can see this' }).click();
    await clean(ada);
    const people = ada.url();
    await press(ada, 'Invite');
    assert.match(await ada.title(), /^Error: /);
    await clean(ada);
    await ada.getByLabel('Their e-mail address').fill('ada@example.com');
    await ada.locator('label[for=role-view]').click();
    await press(ada, 'Invite');
    await ada.getByText('This is your own address').first().waitFor();
    await invite(ada, { email: 'grace@example.com', role: 'answer', name: 'Grace' });
    await here.mail(/ada@example\.com wants to let you see/);

    await grace.goto(`${here.server.url}/account`);
    await grace.getByText('ada@example.com lets you read it and answer.').waitFor();
    await clean(grace);
    await press(grace, /^Accept/);
    await grace.getByText('Shared with you for reading and answering.').waitFor();
    await clean(grace);
    await press(grace, /^Continue/);
    await grace.getByText('Its owner sees what you answer.').waitFor();
    await assertHeading(grace, screens[2].heading);
    await clean(grace);
    await walk(grace, { from: 2, to: 3 });

    // Ada sees who is there, and what Grace answered.
    await ada.goto(people);
    await ada.getByRole('heading', { name: 'Grace (grace@example.com)' }).waitFor();
    await clean(ada);
    await ada.goto(`${here.server.url}/account/activity`);
    const opened = await ada.getByRole('row', { name: /Shared interview opened/ }).allInnerTexts();
    assert.equal(opened.length, 1, 'once a day, however often she looks');
    assert.match(opened[0], /Done by somebody else/);
    await ada.goto(`${here.server.url}/i/landlord-letter/3`);
    await ada.getByText('One other person can see this interview.').waitFor();
    await assertHeading(ada, screens[3].heading);

    // Grace may neither delete nor share.
    const address = grace.url();
    const answer = await grace.goto(`${here.server.url}/i/landlord-letter/delete`);
    assert.equal(answer.status(), 403);
    await clean(grace);
    await grace.goto(people);
    await grace.getByRole('heading', { name: 'The owner' }).waitFor();
    assert.equal(await grace.getByRole('button', { name: 'Invite' }).count(), 0);
    await clean(grace);

    await ada.goto(people);
    await press(ada, /^Take it back/);
    assert.equal(await ada.getByRole('heading', { name: /^Grace/ }).count(), 0);
    for (const gone of [address, people]) {
        assert.equal((await grace.goto(gone)).status(), 404, gone);
    }
    await grace.goto(`${here.server.url}/account`);
    assert.equal(await grace.getByText('Letter to a landlord').count(), 0);
    // For Ada nothing has changed.
    await ada.goto(`${here.server.url}/i/landlord-letter/3`);
    await assertHeading(ada, screens[3].heading);
    await walk(ada, { from: 3, to: 4 });

    // With a code that Ada passes on, typed without scripts, Grace is let in again.
    await ada.goto(people);
    await invite(ada, { email: 'grace@example.net', role: 'view' });
    const code = await ada.locator('.code').nth(1).innerText();
    await grace.getByRole('link', { name: /^I was given a code/ }).click();
    await clean(grace);
    await grace.getByLabel('Code').fill('0000');
    await press(grace, 'Accept');
    assert.match(await grace.title(), /^Error: /);
    await clean(grace);
    await grace.getByLabel('Code').fill(code.toLowerCase());
    await press(grace, 'Accept');
    await grace.getByText('Shared with you for reading.').waitFor();
    await press(grace, /^Continue/);
    await assertHeading(grace, screens[4].heading);
    await clean(grace);
    await grace.getByRole('link', { name: 'Who can see this' }).click();
    await press(grace, 'Leave this interview');
    await grace.getByRole('heading', { name: 'Your account' }).waitFor();
    assert.equal(await grace.getByText('Shared with you').count(), 0);
});

test('share by link with somebody who has no account yet, for reading', async () => {
    await ada.goto(`${here.server.url}/i/landlord-letter/4`);
    await ada.getByRole('link', { name: 'Who can see this' }).click();
    await invite(ada, { email: 'new@example.com', role: 'view' });
    const link = await ada.locator('.code').first().innerText();
    const code = await ada.locator('.code').nth(1).innerText();
    assert.ok(link.endsWith(`#${code}`));

    const stranger = await openPage(here.browser);
    await stranger.goto(link);
    await stranger.getByText('Sign in or make an account first.').waitFor();
    await clean(stranger);
    await stranger.context().close();
    const reader = await here.register('new@example.net');
    const asked = [];
    reader.on('request', (it) => asked.push(it.url()));
    await reader.goto(link);
    await clean(reader);
    assert.equal(await reader.getByLabel('Code').inputValue(), code);
    assert.ok(!reader.url().includes(code), 'the script takes it out of the address');
    await press(reader, 'Accept');
    await reader.getByText('Shared with you for reading.').waitFor();
    assert.ok(asked.every((it) => !it.split('#')[0].includes(code)), 'no server was sent it in an address');
    await clean(reader);
    await press(reader, /^Continue/);
    await reader.getByText('You can read and cannot change anything.').waitFor();
    await clean(reader);
    assert.equal(await reader.getByRole('button', { name: 'Continue' }).count(), 0);
    const screen = reader.url();
    await reader.getByRole('link', { name: 'Back', exact: true }).click();
    await assertHeading(reader, screens[3].heading);
    await clean(reader);
    // A second use of the link does nothing.
    await reader.goto(link);
    await press(reader, 'Accept');
    assert.match(await reader.title(), /^Error: /);
    await clean(reader);
    await reader.goto(`${here.server.url}/account`);
    await reader.getByRole('link', { name: /^Who can see this/ }).click();
    await refusedWhatChanges(reader, screen);

    // Ada gives it away; the reader owns it, and Ada may go on answering.
    const people = reader.url();
    await ada.goto(people);
    await ada.getByRole('link', { name: 'Make them the owner new@example.com' }).click();
    await clean(ada);
    await press(ada, 'Make them the owner');
    await ada.getByRole('heading', { name: 'The owner' }).waitFor();
    await clean(ada);
    await ada.goto(`${here.server.url}/i/landlord-letter/4`);
    await ada.getByText('Its owner sees what you answer.').waitFor();
    await reader.goto(people);
    assert.equal(await reader.getByRole('button', { name: 'Invite' }).count(), 1);
    await press(reader, /^Take it back/);
    assert.equal((await ada.goto(`${here.server.url}/i/landlord-letter/4`)).status(), 404);
});

test('share one private section: each side answers its own, the rest stays closed, the owner sees both', async () => {
    // An address may make few accounts in an hour.
    const [mediator, seller] = [ada, grace];
    const interview = `${here.server.url}/i/mediation`;
    await mediator.goto(interview);
    await press(mediator, 'Start');
    await mediator.getByLabel('What is sold').fill('the boat');
    await press(mediator, 'Continue');
    await mediator.getByRole('heading', { name: /least that you would take/ }).waitFor();
    await mediator.getByRole('link', { name: 'Who can see this' }).click();
    const people = mediator.url();
    await clean(mediator);
    // What is ticked stays ticked when something else is wrong.
    await mediator.locator('label[for=part-1]').click();
    await press(mediator, 'Invite');
    assert.match(await mediator.title(), /^Error: /);
    assert.ok(await mediator.getByLabel('For the seller only').isChecked());
    assert.ok(!(await mediator.getByLabel('For the buyer only').isChecked()));
    await clean(mediator);
    await invite(mediator, { email: 'grace@example.com', role: 'answer', name: 'Sam' });

    await seller.goto(`${here.server.url}/account`);
    await seller.getByText('Of the private parts only: For the seller only.').waitFor();
    await clean(seller);
    await press(seller, /^Accept/);
    await press(seller, /^Continue/);
    await seller.getByText('Of the private parts only: For the seller only.').waitFor();
    await clean(seller);
    await seller.getByLabel('The least').fill('900');
    await press(seller, 'Continue');
    await seller.getByRole('heading', { name: 'This part of the interview was not shared with you' }).waitFor();
    await clean(seller);

    await mediator.goto(`${interview}/2`);
    await mediator.getByLabel('The most').fill('1100');
    await press(mediator, 'Continue');
    await mediator.getByRole('heading', { name: /1,000\.00 would be the middle/ }).waitFor();
    for (const step of [0, 1, 2, 3]) {
        await seller.goto(`${interview}/${step}`);
        const text = await seller.content();
        assert.ok(!/1,?100|1,?000/.test(text), `step ${step}`);
    }
    await seller.getByRole('heading', { name: 'This part of the interview was not shared with you' }).waitFor();
    await mediator.goto(people);
    await mediator.getByText('Can read and answer. Of the private parts only: For the seller only.').waitFor();
    await clean(mediator);
    await press(mediator, /^Take it back/);
    assert.equal((await seller.goto(`${interview}/1`)).status(), 404);
    await clean(seller);
});
