// A certified provider of identities (npm oidc-provider) on loopback, for the test beside this file. Whoever types a name is that
// person. Arguments: port, redirect address, folder of node_modules.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, redirect, modules] = process.argv.slice(2);
const found = createRequire(pathToFileURL(`${modules}/here.js`)).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(found));
const address = `http://127.0.0.1:${port}`;
const provider = new Provider(address, {
  clients: [{ client_id: "clausule", client_secret: "secret-de-test-%&", redirect_uris: [redirect] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@exemple.fr`, email_verified: true, name: `Dr ${id}` }),
  }),
  pkce: { methods: ["S256"], required: () => true },
  cookies: { keys: ["for a test"] },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
