import { existsSync } from 'node:fs';
import {
  chromium,
  type Browser,
  type BrowserContextOptions,
  type JSHandle,
  type Page,
} from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine, without a window. */
export async function launchChromium(extra: readonly string[] = []): Promise<Browser> {
  const executablePath = PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'These tests need Chromium. Install it: apt-get install -y --no-install-recommends chromium',
    );
  }
  // Chromium's own sandbox does not work as root, which containers of continuous integration run as.
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...extra];
  return chromium.launch({ executablePath, args });
}

/** One person with a browser profile of their own, and everything that went wrong in it. */
export class Visitor {
  /** Console errors, uncaught exceptions and violations of the Content-Security-Policy. */
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {}

  static async arrive(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    const visitor = new Visitor(page);
    page.on('pageerror', (error) => visitor.complaints.push(error.message));
    // A violation of the Content-Security-Policy is a console error too.
    page.on('console', (message) => {
      if (message.type() === 'error') visitor.complaints.push(message.text());
    });
    await page.addInitScript(rememberWords);
    await page.goto(url);
    await page.locator('.kind').first().waitFor();
    return visitor;
  }

  /** Every sentence about a photo that the page has shown since it was opened, in order, also those of a moment. */
  sentences(): Promise<string[]> {
    return this.page.evaluate(() => (globalThis as unknown as { shownSentences: string[] }).shownSentences);
  }

  /** A file under the pointer, for `dragover` and `drop` events. */
  hold(name: string, content: Buffer): Promise<JSHandle> {
    return this.page.evaluateHandle(holdFile, { name, base64: content.toString('base64') });
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}

/** Runs in the page. */
function holdFile({ name, base64 }: { name: string; base64: string }): object {
  const { DataTransfer } = globalThis as unknown as {
    DataTransfer: new () => { items: { add(file: File): void } };
  };
  const transfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  transfer.items.add(new File([bytes], name, { type: 'image/jpeg' }));
  return transfer;
}

/** Runs in the page. */
function rememberWords(): void {
  const shown: string[] = [];
  Object.assign(globalThis, { shownSentences: shown });
  interface Observed {
    querySelectorAll(selector: string): Iterable<{ textContent: string }>;
  }
  const { document, MutationObserver } = globalThis as unknown as {
    document: Observed;
    MutationObserver: new (changed: () => void) => { observe(target: Observed, options: object): void };
  };
  const remember = () => {
    for (const { textContent } of document.querySelectorAll('.card-now')) {
      if (!shown.includes(textContent)) shown.push(textContent);
    }
  };
  new MutationObserver(remember).observe(document, { childList: true, subtree: true, characterData: true });
}
