// Receives a signed webhook when a video is made, with the stock openai package:
//   node webhooks.mjs
// The receiver is on this machine, which the gateway refuses unless it is started with ZOETROPE_GATEWAY_WEBHOOKS_ALLOW_PRIVATE=true.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import OpenAI from 'openai';

const client = new OpenAI();
let secret;
const events = [];
const waiting = [];
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  try {
    // Throws when the signature is not the gateway's.
    const event = await client.webhooks.unwrap(body, request.headers, secret);
    response.writeHead(204).end();
    if (waiting.length > 0) waiting.shift()(event);
    else events.push(event);
  } catch (error) {
    console.error(error.message);
    response.writeHead(400).end();
  }
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');
const url = `http://127.0.0.1:${receiver.address().port}/zoetrope`;

const endpoint = await client.webhooks.create({ name: 'example', url, event_types: ['video.completed', 'video.failed'] });
secret = endpoint.signing_secret;
assert.equal((await client.webhooks.retrieve(endpoint.id)).url, url);
const listed = [];
for await (const one of client.webhooks.list()) listed.push(one.id);
assert.ok(listed.includes(endpoint.id));
assert.equal((await client.webhooks.update(endpoint.id, { name: 'renamed' })).name, 'renamed');
assert.ok((await client.webhooks.eventTypes.list()).data.includes('video.completed'));

const tested = await client.webhooks.test(endpoint.id, { event_type: 'video.failed' });
assert.equal(tested.status_code, 204);
assert.equal((await next()).type, 'video.failed');

secret = (await client.webhooks.rotateSecret(endpoint.id)).signing_secret;
assert.notEqual(secret, endpoint.signing_secret);

const video = await client.videos.create({ model: 'toybox', prompt: 'a red ball', steps: 2, frames: 5 });
const event = await next();
assert.equal(event.type, 'video.completed');
assert.equal(event.data.id, video.id);
assert.equal((await client.webhooks.delete(endpoint.id)).deleted, true);
await assert.rejects(client.webhooks.retrieve(endpoint.id), OpenAI.NotFoundError);
receiver.close();
console.log(`told of ${video.id}`);

function next() {
  return events.length > 0 ? events.shift() : new Promise((told) => waiting.push(told));
}
