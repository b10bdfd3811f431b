import type { Browser } from 'playwright-core';

/** A slow phone: the line and processor that Lighthouse takes for one ("slow 4G", four times slower). */
const BITS_PER_S = 1.6e6;
const ROUND_TRIP_MS = 150;
const SLOWER = 4;
const PHONE = { width: 390, height: 844 };

/** What somebody sees of a page whose address they open for the first time. */
export interface FirstView {
  /** Until the first words or pictures are there (First Contentful Paint), ms. */
  firstMs: number;
  /** Until the largest of them is (Largest Contentful Paint), ms. */
  largestMs: number;
  /** Of all that came by then and in the moments after, as it went over the line. */
  bytes: number;
}

/** Opens the address on a slow phone, with nothing kept of an earlier visit, and waits until nothing more comes. */
export async function firstView(browser: Browser, url: string): Promise<FirstView> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: PHONE, hasTouch: true });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    let bytes = 0;
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: ROUND_TRIP_MS,
      downloadThroughput: BITS_PER_S / 8,
      uploadThroughput: BITS_PER_S / 8,
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.addInitScript(watchPaints);
    await page.goto(url, { waitUntil: 'networkidle' });
    const paints = await page.evaluate<Paints>('paints');
    return { firstMs: paints.first, largestMs: paints.largest, bytes };
  } finally {
    await context.close();
  }
}

interface Paints {
  first: number;
  largest: number;
}

/** Runs in the page, before anything of it. */
function watchPaints(): void {
  const here = globalThis as unknown as {
    paints: Paints;
    PerformanceObserver: new (
      seen: (list: { getEntries(): { startTime: number; name: string }[] }) => void,
    ) => { observe(of: object): void };
  };
  here.paints = { first: 0, largest: 0 };
  const observe = (type: string, note: (ms: number, name: string) => void) =>
    new here.PerformanceObserver((list) => {
      for (const { startTime, name } of list.getEntries()) note(startTime, name);
    }).observe({ type, buffered: true });
  observe('paint', (ms, name) => name === 'first-contentful-paint' && (here.paints.first = ms));
  observe('largest-contentful-paint', (ms) => (here.paints.largest = ms));
}
