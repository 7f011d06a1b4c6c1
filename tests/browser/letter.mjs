// The example interview "Letter to a landlord", answered as a person does: by headings, labels and
// roles alone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const name = 'landlord-letter';
export const title = 'Letter to a landlord';

const nextYear = new Date().getFullYear() + 1;

/**
 * The screens, in order, and what is entered on each: `fill` goes into text boxes, `choose` are
 * radio buttons, `tick` check boxes, `dates` the three boxes of a date. `wrong` is how many errors
 * an empty form has.
 */
export const screens = [
    { heading: 'Do you rent the home you live in?', choose: ['Yes'], wrong: 1 },
    { heading: 'What is your name?', fill: { 'First name': 'Ada', 'Last name': 'Lovelace' }, wrong: 2 },
    {
        heading: 'Where do you live, Ada?',
        fill: { 'Street and number': '12 Mill Lane', 'Town or city': 'Riverton', Postcode: 'RV1 2AB' },
        wrong: 3,
    },
    {
        heading: 'How can your landlord reach you?',
        choose: ['By email'],
        fill: { 'Email address': 'ada@example.org' },
        wrong: 1,
    },
    { heading: 'Who do you rent from?', choose: ['A private landlord'], wrong: 1 },
    { heading: 'What is your landlord’s name?', fill: { Name: 'Oak <b>Homes</b> & Sons' }, wrong: 1 },
    {
        heading: 'What is the address of Oak <b>Homes</b> & Sons?',
        fill: { Address: '1 Oak Street\nRiverton' },
        wrong: 1,
    },
    { heading: 'When did you move in?', dates: { 'Date you moved in': [27, 3, 2019] }, wrong: 1 },
    { heading: 'How much rent do you pay?', fill: { Rent: '1,250.50' }, choose: ['Every month'], wrong: 2 },
    { heading: 'Does your home need repairs now?', choose: ['Yes'], wrong: 1 },
    ...repair('first', 'The boiler', 'Kitchen', 'It gives no hot water.', 'Dangerous'),
    { heading: 'Does anything else need repair?', choose: ['Yes'], wrong: 1 },
    ...repair('second', 'A window', 'Bedroom', 'It does not close.', 'It can wait'),
    { heading: 'Does anything else need repair?', choose: ['No'], wrong: 1 },
    {
        heading: 'Have you told Oak <b>Homes</b> & Sons about the repairs before?',
        choose: ['Yes'],
        dates: { 'When you first told them': [2, 1, 2026] },
        tick: ['By letter or email', 'In person'],
        wrong: 1,
    },
    { heading: 'Have the problems cost you money?', choose: ['Yes'], wrong: 1 },
    {
        heading: 'How much have the problems cost you so far?',
        fill: { Amount: '80', 'What the money was spent on': 'An electric heater' },
        wrong: 2,
    },
    {
        heading: 'By when should Oak <b>Homes</b> & Sons answer you?',
        dates: { 'Answer by': [15, 4, nextYear] },
        wrong: 1,
    },
    { heading: 'Check your answers before you make the letter', button: 'Make my letter', wrong: 0 },
    { heading: 'Your letter is ready', last: true },
];

function repair(which, what, room, problem, urgency) {
    return [
        {
            heading: `What is the ${which} thing that needs repair?`,
            fill: { 'What needs repair': what, 'Which room': room, 'What is wrong with it': problem },
            wrong: 3,
        },
        { heading: `How urgent is the repair of ${what}?`, choose: [new RegExp(`^${urgency}`)], wrong: 1 },
    ];
}

/** The number of the screen with this heading. */
export function numberOf(heading) {
    const number = screens.findIndex((it) => it.heading === heading);
    assert.notEqual(number, -1, heading);
    return number;
}

/** What must stand in the letter, whichever way it was made. */
export const inLetter = [
    'Request for repairs',
    'Ada Lovelace',
    '12 Mill Lane',
    'Dear Oak <b>Homes</b> & Sons,',
    '£1,250.50 every month',
    'The boiler',
    'A window',
    'So far the problems have cost me £80',
    'You can reach me at ada@example.org',
];

/** Goes from the list of interviews to the first screen. */
export async function begin(page, url) {
    await page.goto(url);
    await page.getByRole('link', { name: title }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
}

/** Fails unless the page shows this heading, once, and its title says the same. */
export async function assertHeading(page, heading) {
    const headings = page.getByRole('heading', { level: 1 });
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    assert.equal(await headings.count(), 1, `one heading on ${page.url()}`);
    assert.ok((await page.title()).startsWith(`${heading} – `), `the title ${await page.title()}`);
}

/** Enters what a screen asks for. */
export async function enter(page, { fill = {}, choose = [], tick = [], dates = {} }) {
    for (const option of choose) {
        await page.getByRole('radio', { name: option, exact: true }).check({ force: true });
    }
    for (const [label, text] of Object.entries(fill)) {
        await page.getByRole('textbox', { name: label, exact: true }).fill(text);
    }
    for (const [legend, parts] of Object.entries(dates)) {
        const group = page.getByRole('group', { name: legend, exact: true });
        for (const [at, label] of ['Day', 'Month', 'Year'].entries()) {
            await group.getByRole('textbox', { name: label, exact: true }).fill(String(parts[at]));
        }
    }
    for (const box of tick) {
        await page.getByRole('checkbox', { name: box, exact: true }).check({ force: true });
    }
}

/** Sends a screen. */
export async function proceed(page, { button = 'Continue' } = {}) {
    await page.getByRole('button', { name: button, exact: true }).click();
}

/**
 * Answers the screens from number `from` up to, but without, number `to`. `look` is called on each
 * before anything is entered.
 */
export async function walk(page, { from = 0, to = screens.length - 1, look = async () => {} } = {}) {
    for (const screen of screens.slice(from, to)) {
        await assertHeading(page, screen.heading);
        await look(screen);
        await enter(page, screen);
        await proceed(page, screen);
    }
    await assertHeading(page, screens[to].heading);
}

/** Downloads a document of the last screen; returns its file's path. */
export async function download(page, format) {
    const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: new RegExp(`^Download ${format}`) }).click(),
    ]);
    return { path: await file.path(), filename: file.suggestedFilename() };
}

/** The text of a PDF file, with every run of spaces as one. */
export function textOfPdf(path) {
    assert.equal(readFileSync(path).subarray(0, 4).toString(), '%PDF');
    const { status, stdout, stderr } = spawnSync('pdftotext', ['-layout', path, '-']);
    assert.equal(status, 0, `${stderr}`);
    return stdout.toString().replace(/\s+/g, ' ').trim();
}
