// A key for programs: made on the page, used over the API, refused where it may not, revoked.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clean, password, place, press, send } from './people.mjs';

const here = place();

/** Asks the API with a key. */
async function ask(key, path, { method = 'GET', body, query = '' } = {}) {
    const headers = key ? { authorization: `Bearer ${key}` } : {};
    if (body) headers['content-type'] = 'application/json';
    const address = `${here.server.url}/api/v1/${path}${query}`;
    const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
}

/** Makes a key that may do this. */
async function make(page, scopes, networks = '') {
    await send(page, 'Make the key', async () => {
        await page.goto(`${here.server.url}/account/keys`);
        await page.getByLabel('What is it for?').fill('Office');
        for (const scope of scopes) await page.locator(`input[value="${scope}"] + label`).click();
        await page.getByLabel('Only from these networks').fill(networks);
        await page.getByLabel('Password').fill(password);
    });
    await page.getByRole('heading', { name: 'Your new key' }).waitFor();
    return (await page.locator('.code').innerText()).trim();
}

test('a program drives an interview of an account with a key until it is revoked', async () => {
    const page = await here.register('ada@example.com', { name: 'Ada' });
    await page.goto(`${here.server.url}/account`);
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
    await here.mail(/made a key for your account/);

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
    await page.goto(`${here.server.url}/account`);
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
    const owner = await page.request.get(`${here.server.url}/api/v1/account`);
    assert.equal(owner.status(), 401, 'a cookie is no key');

    assert.equal((await ask(key, `sessions/${id}`, { method: 'DELETE' })).status, 204);
    assert.equal((await ask(key, `sessions/${id}`)).status, 404);
    assert.equal((await ask(key, `sessions/${id}`, { method: 'DELETE' })).status, 404);
    assert.deepEqual((await ask(key, 'account/sessions')).body.sessions, []);

    await page.goto(`${here.server.url}/account/keys`);
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
    const printed = here.server.lines.join('\n').match(/(\/admin\/first\/\S+)/)[1];
    await page.goto(here.server.url + printed);
    await press(page, 'Become the administrator');
    await page.waitForURL('**/admin');
    await page.goto(`${here.server.url}/account/keys`);
    await clean(page);
    const admins = await make(page, ['people:see']);
    const people = await ask(admins, 'admin/people');
    assert.deepEqual(people.body.people.map((it) => [it.number, it.roles]), [[1, ['admin', 'user']]]);
    assert.ok(!JSON.stringify(people.body).includes('@'), 'no address');
    assert.equal((await ask(admins, 'admin/people/1')).body.status, 'active');
    const answers = await ask(admins, 'admin/people/1/answers');
    assert.deepEqual([answers.status, answers.body.code], [409, 'key_required']);
    assert.equal((await ask(admins, 'admin/people/2/answers')).status, 404);

    // The last administrator stays.
    await page.goto(`${here.server.url}/account/delete`);
    await page.getByRole('heading', { name: 'You are the last administrator' }).waitFor();
    await clean(page);

    // With the account the keys are gone.
    const other = await here.register('bob@example.com');
    const theirs = await make(other, ['sessions:list']);
    assert.equal((await ask(theirs, 'account/sessions')).status, 200);
    await send(other, 'Delete my account', async () => {
        await other.goto(`${here.server.url}/account/delete`);
        await other.getByLabel('Password').fill(password);
    });
    await other.getByRole('heading', { name: 'Your account is deleted' }).waitFor();
    assert.equal((await ask(theirs, 'account/sessions')).status, 401);
});
