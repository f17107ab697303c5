// Every call of the stock SDK that the gateway answers, unpatched. Prints one line a step; throws on the first surprise.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const OpenAI = createRequire(process.env.SDK_FOLDER + '/')('openai');
const { toFile } = OpenAI;
const client = new OpenAI({ baseURL: process.env.ZOETROPE_URL, apiKey: 'any', maxRetries: 0 });
const picture = readFileSync(process.env.PICTURE);
const clip = readFileSync(process.env.CLIP);
const step = (name) => console.log(name);

async function done(video) {
  for (let i = 0; i < 600 && video.status !== 'completed'; i++) {
    assert.notEqual(video.status, 'failed');
    await new Promise((resolve) => setTimeout(resolve, 50));
    video = await client.videos.retrieve(video.id);
  }
  assert.equal(video.status, 'completed');
  return video;
}

step('models');
const models = [];
for await (const model of client.models.list()) models.push(model.id);
assert.ok(models.includes('toybox'));
assert.equal((await client.models.retrieve('toybox')).object, 'model');

step('create');
const one = await client.videos.create({ prompt: 'a red ball', seconds: '4', size: '64x64' });
assert.equal(one.object, 'video');
assert.equal(one.status, 'queued');
const made = await done(one);
assert.equal(made.progress, 100);

step('create with an uploaded reference');
await done(await client.videos.create({
  prompt: 'it moves', input_reference: await toFile(picture, 'first.png', { type: 'image/png' }),
}));

step('files');
const file = await client.files.create({ file: await toFile(picture, 'first.png'), purpose: 'vision' });
assert.equal((await client.files.retrieve(file.id)).bytes, picture.length);
const listed = [];
for await (const each of client.files.list()) listed.push(each.id);
assert.ok(listed.includes(file.id));
assert.equal((await (await client.files.content(file.id)).arrayBuffer()).byteLength, picture.length);

step('create with a file and with a data URL');
await done(await client.videos.create({ prompt: 'it moves', input_reference: { file_id: file.id } }));
const dataUrl = 'data:image/png;base64,' + picture.toString('base64');
await done(await client.videos.create({ prompt: 'it moves', input_reference: { image_url: dataUrl } }));
assert.equal((await client.files.delete(file.id)).deleted, true);

step('list with paging');
const ids = [];
for await (const video of client.videos.list({ limit: 2 })) ids.push(video.id);
assert.ok(ids.length >= 4);
assert.equal(new Set(ids).size, ids.length);
assert.ok(ids.includes(one.id));

step('content in each variant');
for (const [variant, type] of [['video', 'video/mp4'], ['thumbnail', 'image/webp'], ['spritesheet', 'image/jpeg']]) {
  const content = await client.videos.downloadContent(one.id, { variant });
  assert.equal(content.headers.get('content-type'), type);
  assert.ok((await content.arrayBuffer()).byteLength > 0);
}

step('remix, edit, extend');
assert.equal((await client.videos.remix(one.id, { prompt: 'at night' })).remixed_from_video_id, one.id);
await done(await client.videos.edit({ prompt: 'at night', video: { id: one.id } }));
await done(await client.videos.edit({ prompt: 'at night', video: await toFile(clip, 'clip.mp4') }));
const longer = await client.videos.extend({ prompt: 'on', seconds: '4', video: { id: one.id } });
assert.equal(longer.seconds, '8');
await done(await client.videos.extend({ prompt: 'on', seconds: '4', video: await toFile(clip, 'clip.mp4') }));

step('characters');
const character = await client.videos.createCharacter({ name: 'Mossy', video: await toFile(clip, 'clip.mp4') });
assert.equal((await client.videos.getCharacter(character.id)).name, 'Mossy');

step('images');
const image = await client.images.generate({ prompt: 'a ball', size: '64x64', n: 1, response_format: 'b64_json' });
assert.ok(Buffer.from(image.data[0].b64_json, 'base64').length > 0);

step('webhooks');
const calls = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    calls.push({ headers: request.headers, body });
    response.writeHead(204).end();
  });
}).listen(0, '127.0.0.1');
await new Promise((resolve) => receiver.once('listening', resolve));
const endpoint = await client.webhooks.create({
  name: 'mine', url: `http://127.0.0.1:${receiver.address().port}/`, event_types: ['video.completed'],
});
assert.ok((await client.webhooks.eventTypes.list()).data.includes('video.completed'));
assert.equal((await client.webhooks.test(endpoint.id, { event_type: 'video.completed' })).status_code, 204);
let event = await client.webhooks.unwrap(calls[0].body, calls[0].headers, endpoint.signing_secret);
assert.equal(event.type, 'video.completed');
const rotated = await client.webhooks.rotateSecret(endpoint.id);
assert.notEqual(rotated.signing_secret, endpoint.signing_secret);
const told = await done(await client.videos.create({ prompt: 'a red ball' }));
for (let i = 0; i < 400 && calls.length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 50));
event = await client.webhooks.unwrap(calls[1].body, calls[1].headers, rotated.signing_secret);
assert.equal(event.data.id, told.id);
assert.equal((await client.webhooks.update(endpoint.id, { name: 'other' })).name, 'other');
assert.equal((await client.webhooks.delete(endpoint.id)).deleted, true);
receiver.close();

step('delete while paging');
const many = [];
for (let i = 0; i < 5; i++) many.push((await done(await client.videos.create({ prompt: 'del ' + i }))).id);
const gone = [];
for await (const video of client.videos.list({ limit: 2 })) {
  if (!video.prompt.startsWith('del ')) break;
  assert.equal((await client.videos.delete(video.id)).deleted, true);
  gone.push(video.id);
}
assert.deepEqual(gone.sort(), many.sort());
const kept = [];
for (let i = 0; i < 5; i++) kept.push((await client.files.create({ file: await toFile(picture, i + '.png'), purpose: 'vision' })).id);
for await (const each of client.files.list({ limit: 2 })) await client.files.delete(each.id);
assert.equal((await client.files.list()).data.filter((each) => kept.includes(each.id)).length, 0);

step('content that is not ready');
const waiting = await client.videos.create({ prompt: 'a red ball', seconds: '4' });
await client.videos.downloadContent(waiting.id).then(
  async () => assert.equal((await client.videos.retrieve(waiting.id)).status, 'completed'),
  (error) => assert.ok(error instanceof OpenAI.NotFoundError, String(error)));
await done(waiting);

step('delete');
assert.equal((await client.videos.delete(one.id)).deleted, true);
await assert.rejects(client.videos.retrieve(one.id), (error) => error.status === 404);

step('a refusal names its parameter');
await assert.rejects(
  client.videos.create({ prompt: 'a', size: '65x64' }),
  (error) => error.status === 400 && error.param === 'size' && error.type === 'invalid_request_error');
step('all');
