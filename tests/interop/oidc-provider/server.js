// A certified OpenID Provider (npm's oidc-provider) for the tests, with its development pages for
// signing in and consenting. Keys can be changed while it runs: POST /control/rotate.
//
//   node server.js '{"port": 0, "redirectUri": "http://…/openid-login", "secret": "…"}'

import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';

import Provider from 'oidc-provider';

const settings = JSON.parse(process.argv[2]);
let keys = [];
let provider;

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = `key-${process.pid}-${keys.length}-${Date.now()}`;
  return { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', kid, use: 'sig' };
}

function account(sub) {
  const claims = {
    sub,
    email: `${sub}@example.com`,
    email_verified: true,
    given_name: 'Günther',
    family_name: sub,
    name: `Günther ${sub}`,
  };
  return { accountId: sub, claims: () => claims };
}

function configuration() {
  return {
    clients: [{
      client_id: settings.client,
      client_secret: settings.secret,
      redirect_uris: [settings.redirectUri],
      post_logout_redirect_uris: [settings.postLogout],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      ...settings.clientMetadata,
    }],
    jwks: { keys },
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
    },
    findAccount: (_, sub) => account(sub),
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true } },
    pkce: { required: () => settings.pkceRequired ?? true },
    // Attributes come by user-info alone, which is this provider's default.
    conformIdTokenClaims: true,
    ...settings.configuration,
  };
}

function rotate() {
  keys = [newKey()];
  provider = new Provider(settings.issuer, configuration());
  provider.proxy = settings.behindFront === true;
}

const server = http.createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/control/rotate') {
    rotate();
    response.end('rotated\n');
  } else {
    provider.callback()(request, response);
  }
});

server.listen(settings.port, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  settings.issuer ??= url;
  rotate();
  console.log(`listening on ${url}`);
});
process.on('SIGTERM', () => process.exit(0));
