// A prompt becomes a file. Usage: node generate.mjs "a big red ball bounces over the sea" ball.mp4
import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.ZOETROPE_URL ?? 'http://127.0.0.1:8080/v1',
  apiKey: process.env.ZOETROPE_KEY ?? 'none-needed-on-loopback',
});
const [prompt = 'a big red ball bounces over the sea', out = 'ball.mp4'] = process.argv.slice(2);

let video = await client.videos.create({ model: 'toybox', prompt, seconds: '4', size: '64x64' });
while (video.status === 'queued' || video.status === 'in_progress') {
  await new Promise((resolve) => setTimeout(resolve, 500));
  video = await client.videos.retrieve(video.id);
  console.error(`${video.status} ${video.progress}%`);
}
if (video.status !== 'completed') throw new Error(`${video.error.code}: ${video.error.message}`);

const content = await client.videos.downloadContent(video.id);
await writeFile(out, Buffer.from(await content.arrayBuffer()));
console.log(out);
