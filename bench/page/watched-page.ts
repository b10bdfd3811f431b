import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

const MIB = 1024 * 1024;
const ASK_EVERY_MS = 50;

/** What runs in the page; Node's types know no window. */
interface Watching {
  longTasks: number[];
  firstPicture: number | null;
}

/** Tasks of the main thread above 50 ms, during which the page answers nobody. */
export interface LongTasks {
  count: number;
  longestMs: number;
  totalMs: number;
}

/** Frames while a page scrolls by a step each frame. */
export interface Scrolling {
  fps: number;
  /** Of 100 frames, the second slowest. */
  p99Ms: number;
  slowestMs: number;
}

/** In MiB. */
export interface Memory {
  /** What JavaScript holds, also what is not needed any more and not yet collected. */
  heapMib: number;
  /** The tab's own: what Chromium's task manager shows as its memory footprint. */
  privateMib: number;
  /** With the program itself, which all tabs share. */
  residentMib: number;
}

/** A page of Chromium with an eye on what it costs. */
export class WatchedPage {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly devtools: CDPSession,
    private readonly browser: Browser,
  ) {}

  static async open(browser: Browser, url: string): Promise<WatchedPage> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(watch);
    await page.goto(url);
    return new WatchedPage(page, context, await context.newCDPSession(page), browser);
  }

  /** Those since the last time this was asked. */
  async longTasks(): Promise<LongTasks> {
    const durations = await this.page.evaluate<number[]>('watching.longTasks.splice(0)');
    return {
      count: durations.length,
      longestMs: Math.max(0, ...durations),
      totalMs: durations.reduce((sum, ms) => sum + ms, 0),
    };
  }

  /** Milliseconds from the call of `begin` in the page until the first picture of the gallery was there. */
  async untilFirstPicture(begin: () => Promise<void>): Promise<number> {
    const from = await this.page.evaluate<number>('(watching.firstPicture = null, performance.now())');
    await begin();
    for (;;) {
      // Asked from outside: what asks by itself in the page is a script that the page's policy refuses.
      const to = await this.page.evaluate<number | null>('watching.firstPicture');
      if (to !== null) return to - from;
      await this.page.waitForTimeout(ASK_EVERY_MS);
    }
  }

  /** Scrolls down, and up again from the end, for so long. */
  scroll(forMs: number, pixelsPerFrame = 60): Promise<Scrolling> {
    return this.page.evaluate(scrollFor, { forMs, pixelsPerFrame });
  }

  elements(): Promise<number> {
    return this.page.evaluate<number>('document.querySelectorAll("*").length');
  }

  /** What the page has in memory at this moment, in MiB; nothing is collected for it. */
  async memory(): Promise<Memory> {
    const { usedSize } = await this.devtools.send('Runtime.getHeapUsage');
    return { heapMib: usedSize / MIB, ...(await this.ofProcess()) };
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /** Of the largest renderer, which is the one that shows the album. */
  private async ofProcess(): Promise<Pick<Memory, 'privateMib' | 'residentMib'>> {
    const session = await this.browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    const sizes = await Promise.all(
      renderers.map(async ({ id }) => {
        const status = await readFile(`/proc/${id}/status`, 'utf8');
        const mibOf = (name: string) =>
          Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
        return { privateMib: mibOf('RssAnon') + mibOf('VmSwap'), residentMib: mibOf('VmRSS') };
      }),
    );
    return sizes.reduce((most, each) => (each.residentMib > most.residentMib ? each : most), {
      privateMib: 0,
      residentMib: 0,
    });
  }
}

/** Runs in the page, before anything of it. */
function watch(): void {
  interface Entry {
    duration: number;
  }
  interface Picture {
    tagName?: string;
    closest?: (selector: string) => object | null;
  }
  const here = globalThis as unknown as {
    watching: Watching;
    performance: { now(): number };
    PerformanceObserver: new (seen: (list: { getEntries(): Entry[] }) => void) => {
      observe(of: object): void;
    };
    document: {
      addEventListener(
        type: string,
        heard: (event: { target: Picture | null }) => void,
        capture: boolean,
      ): void;
    };
  };
  here.watching = { longTasks: [], firstPicture: null };
  new here.PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) here.watching.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  const heard = ({ target }: { target: Picture | null }) => {
    if (target?.tagName === 'IMG' && target.closest?.('[data-gallery]'))
      here.watching.firstPicture ??= here.performance.now();
  };
  // Loading does not bubble, and of all events it alone never reaches the window.
  here.document.addEventListener('load', heard, true);
}

/** Runs in the page. */
async function scrollFor({ forMs, pixelsPerFrame }: { forMs: number; pixelsPerFrame: number }) {
  const { requestAnimationFrame, scrollBy, document, innerHeight } = globalThis as unknown as {
    requestAnimationFrame: (next: (now: number) => void) => void;
    scrollBy: (x: number, y: number) => void;
    document: { documentElement: { scrollHeight: number; scrollTop: number } };
    innerHeight: number;
  };
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  const begin = await frame();
  const frames: number[] = [];
  let [last, step] = [begin, pixelsPerFrame];
  while (last - begin < forMs) {
    const { scrollHeight, scrollTop } = document.documentElement;
    if (scrollTop + innerHeight >= scrollHeight - 1) step = -pixelsPerFrame;
    else if (scrollTop <= 0) step = pixelsPerFrame;
    scrollBy(0, step);
    const now = await frame();
    frames.push(now - last);
    last = now;
  }
  frames.sort((a, b) => a - b);
  return {
    fps: (frames.length * 1000) / (last - begin),
    p99Ms: frames[Math.floor(frames.length * 0.99)]!,
    slowestMs: frames.at(-1)!,
  };
}
