// People who have accounts: their server, their mail, and what they do again and again.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { launchBrowser, openPage, startServer, violations } from './harness.mjs';

/** Everybody's password. */
export const password = 'seven lamps on a wet quay';

/**
 * A server in development and a browser for the tests of one file; both end with them. `elsewhere`: a
 * function that starts a provider which people have an account at; the other options are those of
 * `startServer`.
 *
 * Returns `{ server, browser, provider, mail, register, signIn }`; the first three are there once a
 * test runs.
 */
export function place({ elsewhere, ...options } = {}) {
    const here = { mail, register, signIn };
    const given = new Set();

    before(async () => {
        here.provider = await elsewhere?.();
        const known = here.provider ? { named: true, env: here.provider.env } : options;
        here.server = await startServer({ flags: ['--dev'], ...known });
        here.provider?.serve(here.server.url);
        here.browser = await launchBrowser();
    });

    after(async () => {
        await here.browser?.close();
        await here.server?.stop();
        await here.provider?.stop();
    });

    /** What a mail holds that looks like this. Each mail is given once. */
    async function mail(wanted) {
        const folder = join(here.server.data, 'mail');
        for (let turn = 0; turn < 600; turn += 1) {
            const names = await readdir(folder).catch(() => []);
            for (const name of names.filter((it) => it.endsWith('.eml') && !given.has(it)).sort()) {
                const text = (await readFile(join(folder, name), 'utf8')).replaceAll(/=\r?\n/g, '');
                const found = wanted.exec(text);
                if (!found) continue;
                given.add(name);
                return found[0];
            }
            // The server writes its mails at its next turn.
            await new Promise((next) => setTimeout(next, 50));
        }
        throw new Error(`no mail came with ${wanted}`);
    }

    /** Makes an account and confirms its address. Returns a page that asks about a recovery key. */
    async function register(email, { name = '', ...options } = {}) {
        const page = await openPage(here.browser, options);
        await page.goto(`${here.server.url}/account/register`);
        await page.getByLabel('What should we call you?').fill(name);
        await page.getByLabel('E-mail address').fill(email);
        await page.getByLabel('New password').fill(password);
        await press(page, 'Make the account');
        await page.goto(here.server.url + (await mail(/\/account\/confirm\/[\w-]+/)));
        await press(page, 'Confirm');
        await page.getByRole('heading', { name: 'Recovery key' }).waitFor();
        return page;
    }

    /** Signs in as far as the password goes. */
    async function signIn(page, email, word = password) {
        await send(page, 'Sign in', async () => {
            await page.goto(`${here.server.url}/account/sign-in`);
            await clean(page);
            await page.getByLabel('E-mail address').fill(email);
            await page.getByLabel('Password').fill(word);
        });
    }

    return here;
}

/** Waits for the heading of a page. */
export function heading(page, name) {
    return page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** The bytes of a second factor's key as it is shown (RFC 4648, base 32). */
function bytes(key) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...key.replaceAll(' ', '')].map((it) => letters.indexOf(it).toString(2).padStart(5, '0'));
    const whole = bits.join('').match(/.{8}/g);
    return Buffer.from(whole.map((it) => Number.parseInt(it, 2)));
}

/** What an app shows for a second factor's key (RFC 6238), so many times half a minute from now. */
export function code(key, later = 0) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
    const hash = createHmac('sha1', bytes(key)).update(counter).digest();
    const at = hash.at(-1) & 15;
    return String((hash.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** Fails unless axe finds the page in order. */
export async function clean(page) {
    assert.deepEqual(await violations(page), [], page.url());
}

export async function press(page, name) {
    await page.getByRole('button', { name, exact: true }).click();
}

/**
 * Fills a form and sends it, once more when the server says that this came too soon: nobody types
 * a second password as fast as a test. Returns the answer.
 */
export async function send(page, button, fill) {
    for (let tries = 0; tries < 5; tries += 1) {
        await fill();
        const [answer] = await Promise.all([
            page.waitForResponse((it) => it.request().method() === 'POST'),
            press(page, button),
        ]);
        if (answer.status() !== 429) return answer;
        await page.waitForTimeout(1000 * Number(answer.headers()['retry-after']));
    }
    return assert.fail('the server never lets another try in');
}
