// Makes every call of the API once with the stock openai package, and checks each answer:
//   node every-call.mjs out
// What is made lies in the folder afterwards.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { toFile } from 'openai';

const folder = process.argv[2];
if (!folder) throw new Error('expected a folder: node every-call.mjs out');
await mkdir(folder, { recursive: true });

const client = new OpenAI();
const model = 'toybox';
// What the protocol does not know travels along as it is: few steps and frames make this quick.
const quick = { model, steps: 2, frames: 5 };

const picture = await images();
await models();
const file = await files();
const videos = await create();
await list();
await content();
await fromOthers();
await characters();
await remove();
await errors();
console.log('every call answered as it should');

async function images() {
  const { data } = await client.images.generate({ model, prompt: 'a red ball', size: '64x64', steps: 2, response_format: 'b64_json' });
  assert.equal(data.length, 1);
  const png = Buffer.from(data[0].b64_json, 'base64');
  await writeFile(path.join(folder, 'image.png'), png);
  const { data: linked } = await client.images.generate({ model, prompt: 'a red ball', n: 2, steps: 1, response_format: 'url' });
  assert.equal(linked.length, 2);
  const fetched = await fetch(linked[1].url);
  assert.equal(fetched.headers.get('content-type'), 'image/png');
  return png;
}

async function models() {
  const served = [];
  for await (const one of client.models.list()) served.push(one.id);
  assert.ok(served.includes(model), `expected ${model} among ${served}`);
  assert.equal((await client.models.retrieve(model)).object, 'model');
}

async function files() {
  const kept = await client.files.create({ file: await toFile(picture, 'ball.png', { type: 'image/png' }), purpose: 'vision' });
  assert.equal(kept.bytes, picture.length);
  assert.equal((await client.files.retrieve(kept.id)).filename, 'ball.png');
  const listed = [];
  for await (const one of client.files.list()) listed.push(one.id);
  assert.ok(listed.includes(kept.id));
  const bytes = Buffer.from(await (await client.files.content(kept.id)).arrayBuffer());
  assert.deepEqual(bytes, picture);
  return kept;
}

async function create() {
  const begun = await Promise.all([
    client.videos.create({ ...quick, prompt: 'a big red ball bounces over the sea', size: '64x64' }),
    client.videos.create({ ...quick, prompt: 'a big red ball moves right over the sea', input_reference: await toFile(picture, 'ball.png', { type: 'image/png' }) }),
    client.videos.create({ ...quick, prompt: 'a big red ball moves right over the sea', input_reference: { file_id: file.id } }),
    client.videos.create({
      ...quick,
      prompt: 'a big red ball moves right over the sea',
      input_reference: { image_url: `data:image/png;base64,${picture.toString('base64')}` },
    }),
  ]);
  for (const video of begun) {
    assert.equal(video.object, 'video');
    assert.ok(['queued', 'in_progress', 'completed'].includes(video.status), video.status);
  }
  return Promise.all(begun.map(done));
}

async function list() {
  const first = await client.videos.list({ limit: 2, order: 'asc' });
  assert.equal(first.data.length, 2);
  assert.ok(first.hasNextPage());
  const second = await first.getNextPage();
  assert.ok(second.data.length > 0);
  assert.ok(second.data[0].created_at >= first.data[1].created_at);
  const all = [];
  for await (const video of client.videos.list({ limit: 2 })) all.push(video.id);
  assert.equal(new Set(all).size, all.length);
  for (const video of videos) assert.ok(all.includes(video.id));
}

async function content() {
  const types = { video: 'video/mp4', thumbnail: 'image/webp', spritesheet: 'image/jpeg' };
  const names = { video: 'video.mp4', thumbnail: 'thumbnail.webp', spritesheet: 'spritesheet.jpg' };
  for (const [variant, type] of Object.entries(types)) {
    const response = await client.videos.downloadContent(videos[0].id, { variant });
    assert.equal(response.headers.get('content-type'), type);
    await writeFile(path.join(folder, names[variant]), Buffer.from(await response.arrayBuffer()));
  }
  await save(videos[1], 'from-picture.mp4');
}

async function fromOthers() {
  const source = { id: videos[0].id };
  const upload = await toFile(await bytes(videos[0]), 'ball.mp4', { type: 'video/mp4' });
  const [remix, edit, editedUpload, extension, extendedUpload] = await Promise.all([
    client.videos.remix(source.id, { prompt: 'a big blue ball bounces over the sea', steps: 2 }),
    client.videos.edit({ prompt: 'a big green ball bounces over the sea', video: source, steps: 2, strength: 0.5 }),
    client.videos.edit({ prompt: 'a big green ball bounces over the sea', video: upload, steps: 2, model }),
    client.videos.extend({ prompt: 'a big red ball moves right over the sea', video: source, seconds: '1', steps: 2 }),
    client.videos.extend({ prompt: 'a big red ball moves right over the sea', video: upload, seconds: '1', steps: 2, model, direction: 'backward' }),
  ]);
  assert.equal(remix.remixed_from_video_id, source.id);
  await save(await done(remix), 'remix.mp4');
  await save(await done(edit), 'edit.mp4');
  await save(await done(editedUpload), 'edited-upload.mp4');
  await save(await done(extension), 'extension.mp4');
  await save(await done(extendedUpload), 'extended-upload.mp4');
}

async function characters() {
  const clip = await toFile(await bytes(videos[0]), 'ball.mp4', { type: 'video/mp4' });
  const character = await client.videos.createCharacter({ name: 'Ball', video: clip });
  assert.deepEqual(await client.videos.getCharacter(character.id), character);
}

async function remove() {
  const gone = await client.videos.delete(videos[3].id);
  assert.deepEqual(gone, { id: videos[3].id, deleted: true, object: 'video.deleted' });
  await assert.rejects(client.videos.retrieve(videos[3].id), OpenAI.NotFoundError);
  assert.equal((await client.files.delete(file.id)).deleted, true);
  await assert.rejects(client.files.retrieve(file.id), OpenAI.NotFoundError);
}

async function errors() {
  const refusal = await client.videos.create({ ...quick, prompt: 'a red ball', size: '63x64' }).catch((error) => error);
  assert.ok(refusal instanceof OpenAI.BadRequestError, String(refusal));
  assert.equal(refusal.param, 'size');
}

async function done(video) {
  while (video.status === 'queued' || video.status === 'in_progress') {
    const { data, response } = await client.videos.retrieve(video.id).withResponse();
    video = data;
    await sleep(Number(response.headers.get('openai-poll-after-ms') ?? 0));
  }
  assert.equal(video.status, 'completed', JSON.stringify(video.error));
  assert.equal(video.progress, 100);
  return video;
}

async function bytes(video) {
  const response = await client.videos.downloadContent(video.id);
  return Buffer.from(await response.arrayBuffer());
}

async function save(video, name) {
  await writeFile(path.join(folder, name), await bytes(video));
}
