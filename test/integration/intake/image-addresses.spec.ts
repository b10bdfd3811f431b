import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { IntakeBench, type HostAnswer } from './intake-bench.js';

/** Addresses that lead where nothing may be fetched from, whatever the operator allows. */
const FORBIDDEN = [
  'http://127.0.0.1:15672/',
  'http://localhost/a.jpg',
  'http://localhost./a.jpg',
  'http://[::1]/a.jpg',
  'http://[::]/a.jpg',
  'http://[::ffff:127.0.0.1]/a.jpg',
  'http://[::ffff:7f00:1]/a.jpg',
  'http://2130706433/a.jpg',
  'http://0x7f.1/a.jpg',
  'http://0177.0.0.1/a.jpg',
  'http://127.1/a.jpg',
  'http://[64:ff9b::7f00:1]/a.jpg',
  'http://[2002:7f00:1::]/a.jpg',
  'file:///etc/passwd',
  'ftp://127.0.0.1/a.jpg',
  'gopher://127.0.0.1:70/_a',
  'data:image/png;base64,iVBORw0KGgo=',
  'blob:http://127.0.0.1/a',
  'javascript:alert(1)',
  'http://127.0.0.1:22/',
  'http://127.0.0.1:25/',
  'http://127.0.0.1:5672/',
  'http://127.0.0.1:8188/',
  'http://127。0。0。1/a.jpg',
  'http://①②⑦.⓪.⓪.①/a.jpg',
  'http://xn--fsqu00a.example/a.jpg',
  'http://comfyui:8188/view?filename=a.png',
  'http://rabbitmq:15672/',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://user:password@127.0.0.1/a.jpg',
  'http://10.0.0.1/a.jpg',
  'no address at all',
  `https://example.com/${'a'.repeat(3000)}.jpg`,
];

describe('the address of a photo', () => {
  const vhost = withVhost();
  let bench: IntakeBench;
  const to = (path: string) => `${bench.host.url}${path}`;

  const answer: HostAnswer = (path, response) => {
    const { searchParams, pathname } = new URL(path, 'http://host');
    const target = searchParams.get('to');
    if (pathname === '/hop') response.writeHead(302, { location: target ?? '' }).end();
    else if (pathname === '/hops') {
      const left = Number(searchParams.get('left'));
      response.writeHead(302, { location: left > 1 ? `/hops?left=${left - 1}` : '/photo.jpg' }).end();
    } else if (pathname === '/page') {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end('<html>not a photo</html>');
    } else if (pathname === '/odd.jpg') {
      response.setHeader('content-type', 'text/html');
      return false;
    } else if (pathname === '/gzip') {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.alloc(100));
    } else if (pathname === '/long') {
      response.writeHead(200, { 'content-length': String(5 * 1024 ** 3) });
      response.write(Buffer.alloc(1000));
    } else if (pathname === '/endless') {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(256 * 1024, 1)));
      };
      response.on('drain', more);
      more();
    } else return false;
    return true;
  };

  beforeAll(async () => {
    bench = await IntakeBench.start(vhost, { answer });
  });
  afterAll(() => bench.remove());

  it.each(FORBIDDEN)('url_not_allowed: %s', async (url) => {
    const connections = bench.host.connections;
    const { code } = await bench.expectRefused(bench.good({ image_url: url }), 'url_not_allowed');
    expect(code).toBe('url_not_allowed');
    // That of the good message that followed.
    expect(bench.host.connections - connections).toBeLessThanOrEqual(1);
  });

  it.each([
    'http://127.0.0.1:15672/',
    'http://localhost/a.jpg',
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'http://10.0.0.1/',
  ])('url_not_allowed: a redirection to %s', async (target) => {
    const image_url = to(`/hop?to=${encodeURIComponent(target)}`);
    const { told } = await bench.expectRefused(bench.good({ image_url }), 'url_not_allowed');
    expect(told?.data.error?.message).toMatch(/redirects to where requests are not allowed/);
  });

  it('follows three redirections, and no fourth', async () => {
    const id = await bench.program.sendTask(bench.good({ image_url: to('/hops?left=3') }));
    expect(await bench.expectTask(id)).toMatchObject({ filename: 'hops' });
    const { code } = await bench.expectRefused(
      bench.good({ image_url: to('/hops?left=10') }),
      'fetch_failed',
    );
    expect(code).toBe('fetch_failed');
  });

  it.each([
    ['fetch_failed', '/nowhere'],
    ['fetch_failed', '/gzip'],
    ['file_too_large', '/long'],
    ['file_too_large', '/endless'],
    ['unsupported_format', '/page'],
  ])('%s: %s', async (code, path) => {
    const refused = await bench.expectRefused(bench.good({ image_url: to(path) }), code);
    expect(refused.code).toBe(code);
  });

  it('judges a photo by its bytes', async () => {
    const id = await bench.program.sendTask(bench.good({ image_url: to('/odd.jpg') }));
    expect(await bench.expectTask(id)).toMatchObject({ filename: 'odd.jpg' });
  });
});

describe('the name of a host', () => {
  const vhost = withVhost();
  let bench: IntakeBench;

  beforeAll(async () => {
    bench = await IntakeBench.start(vhost, {
      address: '127.0.0.2',
      settings: ({ entry, port }) => ({ IMAGE_URL_HOSTS: `${entry},localhost:${port}` }),
    });
  });
  afterAll(() => bench.remove());

  it('that the operator allows is not enough where it leads to a private address', async () => {
    const image_url = `http://localhost:${bench.host.port}/photo.jpg`;
    const { parked } = await bench.expectRefused(bench.good({ image_url }), 'url_not_allowed');
    expect(parked.properties.headers).toMatchObject({
      'x-parked-error': expect.not.stringContaining('127.0.0.1'),
    });
  });
});

describe('an installation that fetches from nowhere', () => {
  const vhost = withVhost();

  it('says so', async () => {
    const bench = await IntakeBench.start(vhost, { settings: () => ({ IMAGE_URL_HOSTS: '' }) });
    onTestFinished(() => bench.remove());
    const { notice } = await bench.program.answer(bench.program.send(bench.good()), 'task.refused');
    expect(notice.data.error).toEqual({
      code: 'url_not_allowed',
      message: expect.stringContaining('IMAGE_URL_HOSTS'),
    });
    await vhost.expectReady({ photo_repair_tasks: 0, 'photo_repair.parking': 1 });
  });
});
