// The harness sees what it must see: planted faults, strangers, and a server that does not start.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { assertInOrder, launchBrowser, openPage, startServer, troubles, violations } from './harness.mjs';

const policy = "default-src 'none'; script-src 'nonce-planted'";
const pages = {
    '/good': '<!doctype html><html lang="en"><title>Good</title><main><h1>Good</h1></main></html>',
    '/bad':
        '<!doctype html><html lang="en"><title>Bad</title><main><h1>Bad</h1><input>' +
        '<img alt="" src="http://elsewhere.invalid/a.png">' +
        '<script nonce="planted">throw new Error("planted")</script></main></html>',
};

let browser;
let site;
let url;

before(async () => {
    site = createServer((request, response) => {
        const body = pages[request.url];
        const headers = { 'content-type': 'text/html', 'content-security-policy': policy };
        response.writeHead(body ? 200 : 404, headers).end(body);
    });
    await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${site.address().port}`;
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    site?.close();
});

for (const javaScript of [true, false]) {
    const how = javaScript ? 'with scripts' : 'without scripts';

    test(`a page in order passes ${how}`, async () => {
        const page = await openPage(browser, { javaScript });
        await page.goto(`${url}/good#top`);
        await assertInOrder(page, url);
    });

    test(`a field without a label is found ${how}`, async () => {
        const page = await openPage(browser, { javaScript });
        await page.goto(`${url}/bad`);
        const found = await violations(page);
        assert.equal(found.length, 1, found.join('\n'));
        assert.match(found[0], /^label: .*<input>/);
    });
}

test('a failing script, a refused picture and a request to a stranger are told', async () => {
    const page = await openPage(browser);
    await page.goto(`${url}/bad`);
    const told = troubles(page, url).join('\n');
    assert.match(told, /^script: planted$/m);
    assert.match(told, /^console: .*Content Security Policy/m);
    assert.match(told, /^request to another site: http:\/\/elsewhere\.invalid\/a\.png$/m);
});

test('a server that ends before it listens is told with what it printed', async () => {
    const flags = ['--no-such-flag'];
    await assert.rejects(startServer({ flags }), /the server ended \(\d+\)/);
});
