// What every browser test needs: a server on a free port, a browser, and axe.
//
// A test file reads:
//
//     import { after, before, test } from 'node:test';
//     import { launchBrowser, openPage, startServer, violations } from './harness.mjs';
//
// The programs come from the environment: AFFIANT_BIN is the server, CHROMIUM_BIN the browser
// (the first of the usual places when it is not set).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

/** The root of the tree. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const readyLine = /^Affiant listens on (http:\/\/\S+?)\/?$/;
const readyWithin = 60_000;

// The pages ask no other site for anything; the browser must not either.
const browserFlags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];

const usualBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Starts the server on a free port, with an empty data folder of its own.
 *
 * `interviews` is a folder; without it the server takes its own default, the tree's examples.
 * `named` gives the server a host with a name, without which browsers have no passkeys.
 *
 * Returns `{ url, lines, data, kill, restart, stop }`: its address, what it printed so far, its
 * data folder, and functions: `kill` ends it at once, `restart` starts it again on the same data
 * and gives the new address, `stop` ends it and removes the data.
 */
export async function startServer({ interviews, named = false, flags = [], env = {} } = {}) {
    const program = process.env.AFFIANT_BIN;
    assert.ok(program, 'AFFIANT_BIN names no server; run `cargo xtask browser`');
    const data = await mkdtemp(join(tmpdir(), 'affiant-browser-'));
    const port = named ? await freePort() : 0;
    const name = named ? { AFFIANT_PUBLIC_URL: `http://localhost:${port}` } : {};
    const own = ['serve', '--listen', `127.0.0.1:${port}`, '--data', data];
    if (interviews) own.push('--interviews', interviews);
    const server = { data, lines: [], url: '', kill, restart, stop };
    let child;

    async function start() {
        child = spawn(program, [...own, ...flags], {
            cwd: root,
            env: { AFFIANT_PASSWORD_PASSES: '1', ...process.env, ...name, ...env },
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        const address = await addressOf(child, server.lines);
        server.url = name.AFFIANT_PUBLIC_URL ?? address;
    }

    async function kill(signal = 'SIGKILL') {
        if (child.exitCode === null && child.signalCode === null) {
            const ended = once(child, 'exit');
            child.kill(signal);
            await ended;
        }
    }

    async function restart() {
        await kill();
        await start();
        return server.url;
    }

    async function stop() {
        await kill('SIGTERM');
        await rm(data, { recursive: true, force: true });
    }

    try {
        await start();
    } catch (error) {
        await kill();
        await rm(data, { recursive: true, force: true });
        throw error;
    }
    return server;
}

/** Stores, while the server is down, that a second administrator agreed to all that waits. */
export function agreed(server) {
    return meanwhile(server, 'agree');
}

/** Stores, while the server is down, that everybody who is signed in came in an hour before they did. */
export function hourPassed(server) {
    return meanwhile(server, 'hour');
}

/** Runs a program of ours on a server's data while the server is down, and starts it again. */
async function meanwhile(server, name) {
    await server.kill('SIGTERM');
    const program = join(dirname(process.env.AFFIANT_BIN), name);
    assert.ok(existsSync(program), `there is no ${program}; build the workspace`);
    const child = spawn(program, [server.data], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    return server.restart();
}

/** A port that nobody listens on. */
async function freePort() {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address();
    listener.close();
    await once(listener, 'close');
    return port;
}

/** Waits for the line in which the server tells its address; collects what it prints. */
function addressOf(child, lines) {
    return new Promise((resolve, reject) => {
        const failed = (why) => reject(new Error(`the server ${why}:\n${lines.join('\n')}`));
        const timer = setTimeout(() => failed('told no address in time'), readyWithin);
        const settled = (settle) => (value) => {
            clearTimeout(timer);
            settle(value);
        };
        child.once('error', settled(reject));
        child.once('exit', settled((code, signal) => failed(`ended (${code ?? signal})`)));
        for (const stream of [child.stdout, child.stderr]) {
            createInterface({ input: stream }).on('line', (line) => {
                lines.push(line);
                const address = readyLine.exec(line)?.[1];
                if (address) settled(resolve)(address);
            });
        }
    });
}

/** Launches the browser, without a window. */
export async function launchBrowser() {
    const executablePath = process.env.CHROMIUM_BIN ?? usualBrowsers.find((path) => existsSync(path));
    assert.ok(executablePath, `no browser: set CHROMIUM_BIN, or install one as ${usualBrowsers[0]}`);
    return chromium.launch({ executablePath, args: browserFlags });
}

/**
 * Opens a page in a context of its own: no cookie of another test is in it.
 *
 * `javaScript: false` is a visitor whose browser runs no script. Other options go to the context:
 * `colorScheme: 'dark'`, `viewport`, `locale`, `reducedMotion`.
 *
 * Returns the page. `troubles(page)` tells what went wrong in it.
 */
export async function openPage(browser, { javaScript = true, ...options } = {}) {
    const context = await browser.newContext({
        javaScriptEnabled: javaScript,
        viewport: { width: 1280, height: 900 },
        locale: 'en-US',
        acceptDownloads: true,
        ...options,
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    watch(page, { javaScript, ...options });
    return page;
}

const seen = new WeakMap();

function watch(page, options) {
    const log = { requests: [], errors: [], options };
    seen.set(page, log);
    page.on('request', (request) => log.requests.push(request.url()));
    page.on('pageerror', (error) => log.errors.push(`script: ${error.message}`));
    page.on('console', (message) => {
        if (message.type() === 'error') log.errors.push(`console: ${message.text()}`);
    });
}

/**
 * Returns what went wrong in a page since it was opened: errors of its scripts, refusals of its
 * content security policy, and requests to other sites than `url`.
 *
 * The browser logs an answer of 4xx or 5xx as an error too; `expected` are patterns to pass over.
 */
export function troubles(page, url, expected = []) {
    const { requests, errors } = seen.get(page);
    const isStranger = (it) => /^(https?|wss?):/.test(it) && new URL(it).origin !== new URL(url).origin;
    const strangers = requests.filter(isStranger).map((it) => `request to another site: ${it}`);
    return [...errors, ...strangers].filter((it) => !expected.some((pattern) => pattern.test(it)));
}

/**
 * Returns axe's violations in a page as readable lines, none when it is in order.
 *
 * The rules are those of WCAG 2.2 up to AA, and axe's good practice.
 */
export async function violations(page) {
    const { options } = seen.get(page);
    if (options.javaScript) return axe(page);

    // axe is a script itself, so it looks at a copy: the same HTML and styles, none of its scripts.
    const copy = await openPage(page.context().browser(), { ...options, javaScript: true });
    try {
        const body = await page.content();
        const headers = { 'content-security-policy': "script-src 'none'" };
        const contentType = 'text/html; charset=utf-8';
        const [address] = page.url().split('#');
        const isPage = (it) => it.href === address;
        await copy.route(isPage, (route) => route.fulfill({ body, contentType, headers }));
        await copy.goto(address);
        return await axe(copy);
    } finally {
        await copy.context().close();
    }
}

const sessions = new WeakMap();

/** A page's line to the browser's own tools. It is kept: closing one ends what others turned on. */
async function tools(page) {
    if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
    return sessions.get(page);
}

/** Runs axe in a world of its own, where the page's content security policy does not reach. */
async function axe(page) {
    const session = await tools(page);
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
        frameId: frameTree.frame.id,
        worldName: 'axe',
    });
    const evaluate = (expression) =>
        session.send('Runtime.evaluate', {
            expression,
            contextId,
            awaitPromise: true,
            returnByValue: true,
        });
    const options = JSON.stringify({
        resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    await evaluate(`${axeSource}; undefined`);
    // A colour on its way from the light to the dark scheme is nobody's choice: axe looks at where it ends.
    await evaluate(`new Promise(requestAnimationFrame).then(() => Promise.allSettled(
        document.getAnimations().filter((it) => it instanceof CSSTransition).map((it) => it.finished)))`);
    const { result, exceptionDetails } = await evaluate(`axe.run(document, ${options})`);
    assert.ok(!exceptionDetails, exceptionDetails?.exception?.description);
    return result.value.violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help} in ${node.html} (${node.failureSummary})`),
    );
}

/** Fails unless axe finds the page in order and nothing went wrong in it. */
export async function assertInOrder(page, url, expected = []) {
    assert.deepEqual(await violations(page), [], `axe on ${page.url()}`);
    assert.deepEqual(troubles(page, url, expected), [], `troubles on ${page.url()}`);
}

/**
 * A small window in the dark and the page's own in the light: in order, and nothing wider than it.
 * `expected` says which troubles may be there.
 */
export async function assertFits(page, url, { expected = [], small = { width: 320, height: 640 } } = {}) {
    const wide = page.viewportSize();
    for (const [colorScheme, size] of [['light', wide], ['dark', small]]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        await assertInOrder(page, url, expected);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= size.width, `${page.url()} is ${width} pixels wide at ${size.width}`);
    }
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(wide);
}

/** Writes pictures of a page where TEST_SHOTS says, to be looked at: wide, as on a phone, and in the dark. */
export async function shoot(page, name) {
    const shots = process.env.TEST_SHOTS;
    if (!shots) return;
    const usual = page.viewportSize();
    for (const [kind, width, colorScheme] of [
        ['desktop', 1280, 'light'],
        ['phone', 390, 'light'],
        ['dark', 1280, 'dark'],
    ]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(shots, `${name}-${kind}.png`), fullPage: true });
    }
    await page.setViewportSize(usual);
    await page.emulateMedia({ colorScheme: null });
}

/** The link for the first administrator that a server printed; it follows its address. */
export async function printed(server) {
    for (;;) {
        const link = server.lines.join('\n').match(/(\/admin\/first\/\S+)/);
        if (link) return link[1];
        await fetch(`${server.url}/health/live`);
    }
}

/** Makes the first administrator with the printed link, in a new page. Returns the page. */
export async function administrator(browser, server, options) {
    const page = await openPage(browser, options);
    await page.goto(server.url + (await printed(server)));
    await page.getByLabel('What should we call you?').fill('Root');
    await page.getByLabel('E-mail address').fill('root@example.com');
    await page.getByLabel('New password').fill('seven lamps on a wet quay');
    await page.getByRole('button', { name: 'Become the administrator' }).click();
    await page.waitForURL('**/admin');
    return page;
}
