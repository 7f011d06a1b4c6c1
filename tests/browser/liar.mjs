// A provider of OpenID Connect for tests that lies as it is told to, on this machine.

import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** Each lie: what is changed in what an honest provider would answer. */
const lies = {
    'another issuer': { claims: { iss: 'https://other.example' } },
    'another client': { claims: { aud: 'somebody else' } },
    'another question': { claims: { nonce: 'of another' } },
    'a clock in the past': { claims: { iat: -90_000, exp: -86_400 } },
    'a clock in the future': { claims: { iat: 86_400, exp: 90_000 } },
    'another key': { key: 1 },
    'a page in place of a token': { answer: [200, 'text/html', '<!doctype html><title>Sign in first</title>'] },
    'a code that was used': { answer: [400, 'application/json', '{"error":"invalid_grant"}'] },
    'another place': { answer: [302, 'text/html', '', { location: 'http://127.0.0.1:1/' }] },
    'no end': { answer: [200, 'application/json', 'x'.repeat(300_000)] },
};

/** The lies that it knows. */
export const all = Object.keys(lies);

/** Starts it. `it.lie` says which lie it tells; it tells the truth while that is none of them. */
export async function startLiar() {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const issuer = `http://127.0.0.1:${http.address().port}`;
    const keys = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const setting = `{id="liar",preset="oidc",name="Liar",issuer="${issuer}",client_id="affiant"}`;
    const it = { lie: '', issuer, env: { AFFIANT_PROVIDERS: `[${setting}]` }, serve() {}, stop };
    let asked = {};

    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

    function token() {
        const { claims = {}, key = 0 } = lies[it.lie] ?? {};
        const now = Math.floor(Date.now() / 1000);
        const { iat = 0, exp = 300, ...others } = claims;
        const said = { iss: issuer, sub: '7', aud: 'affiant', nonce: asked.nonce, ...others };
        const whole = { ...said, iat: now + iat, exp: now + exp };
        const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part(whole)}`;
        const signature = createSign('RSA-SHA256').update(signed).sign(keys[key].privateKey);
        return `${signed}.${signature.toString('base64url')}`;
    }

    function answered(path, url) {
        if (path === '/in') {
            asked = Object.fromEntries(url.searchParams);
            const back = new URL(asked.redirect_uri);
            back.searchParams.set('state', asked.state);
            back.searchParams.set('code', createHash('sha256').update(asked.state).digest('hex'));
            return [302, 'text/html', '', { location: back.href }];
        }
        if (path === '/keys') {
            const jwk = { ...keys[0].publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
            return [200, 'application/json', JSON.stringify({ keys: [jwk] })];
        }
        if (path === '/token') {
            const told = { access_token: 'a', token_type: 'Bearer', id_token: token() };
            return lies[it.lie]?.answer ?? [200, 'application/json', JSON.stringify(told)];
        }
        const described = {
            issuer,
            authorization_endpoint: `${issuer}/in`,
            token_endpoint: `${issuer}/token`,
            jwks_uri: `${issuer}/keys`,
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
        };
        return [200, 'application/json', JSON.stringify(described)];
    }

    http.on('request', (request, response) => {
        const url = new URL(request.url, issuer);
        const [status, type, body, headers = {}] = answered(url.pathname, url);
        response.writeHead(status, { 'content-type': type, ...headers }).end(body);
    });

    async function stop() {
        if (!http.listening) return;
        http.closeAllConnections();
        http.close();
        await once(http, 'close');
    }

    return it;
}
