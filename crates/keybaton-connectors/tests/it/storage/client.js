// Microsoft's client of Azure Resource Manager for JavaScript, at the keys of a storage account on loopback.

const assert = require("node:assert");
const { StorageManagementClient } = require("@azure/arm-storage");

const { URL: url, GROUP: group, ACCOUNT: account, SUBSCRIPTION: subscription } = process.env;

// A login by a client secret, as the identity library does it.
const login = {
  async getToken(scopes) {
    const form = {
      grant_type: "client_credentials",
      client_id: process.env.CLIENT,
      client_secret: process.env.SECRET,
      scope: [scopes].flat().join(" "),
    };
    const token = `${url}/${process.env.TENANT}/oauth2/v2.0/token`;
    const answer = await (await fetch(token, { method: "POST", body: new URLSearchParams(form) })).json();
    return { token: answer.access_token, expiresOnTimestamp: Date.now() + answer.expires_in * 1000 };
  },
};

const { storageAccounts } = new StorageManagementClient(login, subscription, { endpoint: url });

async function fails(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("a refusal is expected");
}

function values(answer) {
  const of = (name) => answer.keys.find((key) => key.keyName === name);
  return ["key1", "key2"].map((name) => of(name).value);
}

async function everything() {
  const told = await storageAccounts.listKeys(group, account);
  const before = values(told);
  assert.equal(told.keys.length, 4);
  assert.ok(told.keys.find((key) => key.keyName === "key1").creationTime instanceof Date);
  for (const [no, keyName] of ["key1", "key2"].entries()) {
    const after = values(await storageAccounts.regenerateKey(group, account, { keyName }));
    assert.notEqual(after[no], before[no]);
    assert.deepEqual(values(await storageAccounts.listKeys(group, account)), after);
  }
  assert.equal((await storageAccounts.getProperties(group, account)).allowSharedKeyAccess, true);
  const missing = await fails(() => storageAccounts.listKeys(group, "another"));
  assert.equal(missing.statusCode, 404);
  console.log(before.join("\n"));
}

async function forbidden() {
  const refused = await fails(() => storageAccounts.regenerateKey(group, account, { keyName: "key1" }));
  console.log(refused.statusCode, refused.code);
}

({ everything, forbidden })[process.env.WORK]().catch((error) => {
  console.error(error);
  process.exit(1);
});
