// A provider of OpenID Connect for tests: a certified one, on this machine, with a page of its own on
// which anybody signs in as whoever they say.

import { once } from 'node:events';
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

/** What the provider knows a server of ours by. */
const client = { id: 'affiant', secret: 'a secret between two machines of one test' };

/**
 * Starts a provider. `serve` tells it where our server is, which has to know the provider's address
 * before. Returns `{ issuer, env, serve, stop }`; `env` is what our server is configured with.
 */
export async function startProvider(id = 'lamp', name = 'Lamp') {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const issuer = `http://127.0.0.1:${http.address().port}`;
    const setting =
        `{id="${id}",preset="oidc",name="${name}",issuer="${issuer}",` +
        `client_id="${client.id}",run_by="${name} Works in Utrecht, under contract"}`;

    function serve(url) {
        const provider = new Provider(issuer, {
            clients: [
                {
                    client_id: client.id,
                    client_secret: client.secret,
                    redirect_uris: [`${url}/account/provider/${id}/back`],
                },
            ],
            claims: { openid: ['sub'], email: ['email', 'email_verified'] },
            conformIdTokenClaims: false,
            cookies: { keys: ['for one test'] },
            features: { devInteractions: { enabled: false } },
            findAccount: (_, sub) => ({
                accountId: sub,
                claims: () => ({ sub, email: `${sub}@example.com`, email_verified: true }),
            }),
            interactions: { url: (_, interaction) => `/who/${interaction.uid}` },
            pkce: { required: () => true },
        });
        provider.use((ctx, next) => (ctx.path.startsWith('/who/') ? who(provider, ctx) : next()));
        http.on('request', provider.callback());
    }

    async function stop() {
        http.closeAllConnections();
        http.close();
        await once(http, 'close');
    }

    const env = {
        AFFIANT_PROVIDERS: `[${setting}]`,
        AFFIANT_PROVIDER_SECRETS: `{${id}="${client.secret}"}`,
    };
    return { issuer, env, serve, stop };
}

/** The provider's own page: whoever types a name is it, and agrees to all that is asked. */
async function who(provider, ctx) {
    if (ctx.method !== 'POST') {
        ctx.type = 'html';
        ctx.body = `<!doctype html><title>Lamp</title><h1>Sign in at Lamp</h1>
            <form method="post"><label>Who <input name="who"></label>
            <button name="go" value="yes">It is me</button><button name="go" value="no">Cancel</button></form>`;
        return;
    }
    const body = [];
    for await (const chunk of ctx.req) body.push(chunk);
    const form = new URLSearchParams(Buffer.concat(body).toString());
    ctx.respond = false;
    if (form.get('go') === 'no') {
        await provider.interactionFinished(ctx.req, ctx.res, { error: 'access_denied' });
        return;
    }
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    const grant = new provider.Grant({ accountId: form.get('who'), clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: form.get('who') }, consent });
}
