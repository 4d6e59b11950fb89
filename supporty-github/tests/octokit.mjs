// What GitHub's own library makes of signatures: a line of JSON in, a line out.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(process.argv[2] + "/");
const { Webhooks } = await import(require.resolve("@octokit/webhooks"));
for await (const line of createInterface({ input: process.stdin })) {
  const { secret, body, signature } = JSON.parse(line);
  const webhooks = new Webhooks({ secret });
  const verified = signature ? await webhooks.verify(body, signature).catch(() => false) : null;
  console.log(JSON.stringify({ signature: await webhooks.sign(body), verified }));
}
