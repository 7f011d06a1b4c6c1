// A key for programs: made on the page, used over the API, refused where it may not, revoked.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launchBrowser, openPage, startServer, violations } from './harness.mjs';

const password = 'seven lamps on a wet quay';

let browser;
let server;

before(async () => {
    server = await startServer({ flags: ['--dev'] });
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

/** What the first mail holds that looks like this. */
async function mail(wanted) {
    const folder = join(server.data, 'mail');
    for (let turn = 0; turn < 600; turn += 1) {
        for (const name of await readdir(folder).catch(() => [])) {
            const text = (await readFile(join(folder, name), 'utf8')).replaceAll(/=\r?\n/g, '');
            const found = wanted.exec(text);
            if (found) return found[0];
        }
        await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error('no mail came');
}

async function clean(page) {
    assert.deepEqual(await violations(page), [], page.url());
}

async function press(page, name) {
    await page.getByRole('button', { name, exact: true }).click();
}

/** Asks the API with a key. */
async function ask(key, path, { method = 'GET', body, query = '' } = {}) {
    const headers = key ? { authorization: `Bearer ${key}` } : {};
    if (body) headers['content-type'] = 'application/json';
    const address = `${server.url}/api/v1/${path}${query}`;
    const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
}

/** Makes a key that may do this. */
async function make(page, scopes, networks = '') {
    for (let tries = 0; tries < 5; tries += 1) {
        await page.goto(`${server.url}/account/keys`);
        await page.getByLabel('What is it for?').fill('Office');
        for (const scope of scopes) await page.locator(`input[value="${scope}"] + label`).click();
        await page.getByLabel('Only from these networks').fill(networks);
        await page.getByLabel('Password').fill(password);
        const [answer] = await Promise.all([
            page.waitForResponse((it) => it.request().method() === 'POST'),
            press(page, 'Make the key'),
        ]);
        if (answer.status() !== 429) {
            await page.getByRole('heading', { name: 'Your new key' }).waitFor();
            return (await page.locator('.code').innerText()).trim();
        }
        // Nobody types a password twice as fast as this: wait for as long as the server says.
        await page.waitForTimeout(1000 * Number(answer.headers()['retry-after']));
    }
    throw new Error('the server never lets another try in');
}

test('a program drives an interview of an account with a key until it is revoked', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.url}/account/register`);
    await page.getByLabel('What should we call you?').fill('Ada');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('New password').fill(password);
    await press(page, 'Make the account');
    const link = await mail(/https?:\/\/\S+\/account\/confirm\/[\w-]+/);
    await page.goto(server.url + new URL(link).pathname);
    await press(page, 'Confirm');
    await page.getByRole('heading', { name: 'Recovery key' }).waitFor();
    await page.goto(`${server.url}/account`);
    await page.getByRole('link', { name: 'Keys for programs' }).click();
    await clean(page);
    assert.equal(await page.getByLabel(/^See who has an account/).count(), 0);
    await press(page, 'Make the key');
    assert.match(await page.title(), /^Error: /);
    await clean(page);

    const scopes = ['profile:read', 'sessions:list', 'sessions:read', 'sessions:write', 'sessions:delete'];
    const key = await make(page, scopes);
    await clean(page);
    assert.match(key, /^aff_[0-9a-f]{32}_[0-9a-f]{64}$/);
    await mail(/made a key for your account/);

    const account = await ask(key, 'account');
    assert.deepEqual([account.status, account.body.email, account.body.name], [200, 'ada@example.com', 'Ada']);
    const interview = 'landlord-letter';
    const begun = await ask(key, 'account/sessions', { method: 'POST', body: { interview } });
    assert.equal(begun.status, 201);
    assert.equal(begun.body.token, undefined);
    const id = begun.body.session;
    const [field] = begun.body.screen.fields;
    const body = { revision: 0, answers: { [field.name]: true } };
    const answered = await ask(key, `sessions/${id}/answers`, { method: 'POST', body });
    assert.deepEqual([answered.status, answered.body.step], [200, 1]);
    const stale = await ask(key, `sessions/${id}/answers`, { method: 'POST', body });
    assert.equal(stale.status, 409);
    const listed = await ask(key, 'account/sessions');
    assert.deepEqual(
        listed.body.sessions.map((it) => [it.session, it.interview, it.role, it.steps]),
        [[id, interview, 'owner', 1]],
    );
    assert.equal((await ask(key, `sessions/${id}`)).body.screen.title, 'What is your name?');

    // The person goes on where the program was.
    await page.goto(`${server.url}/account`);
    await page.getByRole('button', { name: /^Continue/ }).click();
    await page.getByRole('heading', { name: 'What is your name?' }).waitFor();

    // Another key may do less, and only from elsewhere nothing at all.
    const less = await make(page, ['sessions:list']);
    assert.equal((await ask(less, 'account/sessions')).status, 200);
    for (const [path, method] of [['account'], [`sessions/${id}`], [`sessions/${id}`, 'DELETE'], ['admin/people']]) {
        assert.equal((await ask(less, path, { method })).status, 403, path);
    }
    const elsewhere = await make(page, ['sessions:list'], '203.0.113.0/24');
    assert.equal((await ask(elsewhere, 'account/sessions')).status, 401);

    // No other way to show a key, and none without one.
    for (const path of ['account', 'account/sessions', `sessions/${id}`, 'admin/people']) {
        const nobody = await ask(null, path, { query: `?key=${key}` });
        assert.deepEqual([nobody.status, nobody.headers.get('www-authenticate')], [401, 'Bearer'], path);
    }
    assert.equal((await ask(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, 'account')).status, 401);
    const owner = await page.request.get(`${server.url}/api/v1/account`);
    assert.equal(owner.status(), 401, 'a cookie is no key');

    assert.equal((await ask(key, `sessions/${id}`, { method: 'DELETE' })).status, 204);
    assert.equal((await ask(key, `sessions/${id}`)).status, 404);
    assert.equal((await ask(key, `sessions/${id}`, { method: 'DELETE' })).status, 404);
    assert.deepEqual((await ask(key, 'account/sessions')).body.sessions, []);

    await page.goto(`${server.url}/account/keys`);
    await clean(page);
    assert.equal(await page.getByRole('heading', { name: 'Office' }).count(), 3);
    for (let left = 2; left >= 0; left -= 1) {
        await page.getByRole('button', { name: /^Revoke/ }).first().click();
        assert.equal(await page.getByRole('heading', { name: 'Office' }).count(), left);
    }
    for (const revoked of [key, less]) {
        assert.equal((await ask(revoked, 'account/sessions')).status, 401);
    }

    // An administrator's key sees who is there, and nobody's answers; and no more than its person may.
    const printed = server.lines.join('\n').match(/(\/admin\/first\/\S+)/)[1];
    await page.goto(server.url + printed);
    await press(page, 'Become the administrator');
    await page.waitForURL('**/admin');
    await page.goto(`${server.url}/account/keys`);
    await clean(page);
    const admins = await make(page, ['people:see']);
    const people = await ask(admins, 'admin/people');
    assert.deepEqual(people.body.people.map((it) => [it.number, it.roles]), [[1, ['admin', 'user']]]);
    assert.ok(!JSON.stringify(people.body).includes('@'), 'no address');
    assert.equal((await ask(admins, 'admin/people/1')).body.status, 'active');
    const answers = await ask(admins, 'admin/people/1/answers');
    assert.deepEqual([answers.status, answers.body.code], [409, 'key_required']);
    assert.equal((await ask(admins, 'admin/people/2/answers')).status, 404);

    // With the account the keys are gone.
    await page.goto(`${server.url}/account/delete`);
    for (let tries = 0; tries < 5; tries += 1) {
        await page.getByLabel('Password').fill(password);
        const [answer] = await Promise.all([
            page.waitForResponse((it) => it.request().method() === 'POST'),
            press(page, 'Delete my account'),
        ]);
        if (answer.status() !== 429) break;
        await page.waitForTimeout(1000 * Number(answer.headers()['retry-after']));
        await page.goto(`${server.url}/account/delete`);
    }
    await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor();
    assert.equal((await ask(admins, 'admin/people')).status, 401);
});
