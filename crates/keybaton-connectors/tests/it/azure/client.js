// Microsoft's client for JavaScript at a key vault on loopback: everything that a consumer or an operator does there.

const assert = require("node:assert");
const { SecretClient } = require("@azure/keyvault-secrets");

const { VAULT: vault, NAME: name } = process.env;

// A login by a client secret, as the identity library does it.
const login = {
  async getToken(scopes) {
    const form = {
      grant_type: "client_credentials",
      client_id: process.env.CLIENT,
      client_secret: process.env.SECRET,
      scope: [scopes].flat().join(" "),
    };
    const url = `${vault}/${process.env.TENANT}/oauth2/v2.0/token`;
    const answer = await (await fetch(url, { method: "POST", body: new URLSearchParams(form) })).json();
    return { token: answer.access_token, expiresOnTimestamp: Date.now() + answer.expires_in * 1000 };
  },
};

const secrets = new SecretClient(vault, login, { disableChallengeResourceVerification: true });

async function fails(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("a refusal is expected");
}

async function all(pages) {
  const found = [];
  for await (const one of pages) found.push(one);
  return found;
}

async function everything() {
  assert.equal((await fails(() => secrets.getSecret(name))).statusCode, 404);
  const first = await secrets.setSecret(name, "one", { tags: { owner: "team" }, contentType: "text/plain" });
  assert.equal(first.value, "one");
  assert.deepEqual({ ...first.properties.tags }, { owner: "team" });
  assert.equal(first.properties.contentType, "text/plain");
  const expiresOn = new Date("2031-01-01T00:00:00Z");
  const second = await secrets.setSecret(name, "two", { expiresOn });
  assert.equal(second.properties.expiresOn.getTime(), expiresOn.getTime());
  assert.equal((await secrets.getSecret(name)).value, "two");
  assert.equal((await secrets.getSecret(name, { version: first.properties.version })).value, "one");
  for (let number = 0; number < 60; number++) await secrets.setSecret(name, `more-${number}`);
  const versions = await all(secrets.listPropertiesOfSecretVersions(name));
  assert.equal(new Set(versions.map((version) => version.version)).size, 62);
  assert.ok((await all(secrets.listPropertiesOfSecrets())).some((found) => found.name === name));
  const changed = await secrets.updateSecretProperties(name, first.properties.version, { enabled: false });
  assert.equal(changed.enabled, false);
  const refused = await fails(() => secrets.getSecret(name, { version: first.properties.version }));
  assert.equal(refused.statusCode, 403);
  assert.equal(refused.code, "Forbidden");
  assert.equal((await secrets.getSecret(name)).value, "more-59");
  const deleted = await (await secrets.beginDeleteSecret(name, { intervalInMs: 10 })).pollUntilDone();
  assert.equal(deleted.name, name);
  assert.ok(deleted.properties.scheduledPurgeDate > deleted.properties.deletedOn);
  assert.equal((await fails(() => secrets.getSecret(name))).statusCode, 404);
  assert.equal((await fails(() => secrets.setSecret(name, "three"))).statusCode, 409);
  await (await secrets.beginRecoverDeletedSecret(name, { intervalInMs: 10 })).pollUntilDone();
  assert.equal((await secrets.getSecret(name)).value, "more-59");
  await (await secrets.beginDeleteSecret(name, { intervalInMs: 10 })).pollUntilDone();
  await secrets.purgeDeletedSecret(name);
  await secrets.setSecret(name, "anew");
  assert.equal((await all(secrets.listPropertiesOfSecretVersions(name))).length, 1);
  console.log("ok");
}

async function forbidden() {
  const refused = await fails(() => secrets.getSecret(name));
  console.log(refused.statusCode, refused.code);
}

async function read() {
  console.log((await secrets.getSecret(name)).value);
}

({ everything, forbidden, read })[process.env.WORK]().catch((error) => {
  console.error(error);
  process.exit(1);
});
