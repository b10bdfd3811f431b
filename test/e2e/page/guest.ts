import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** What a page may take on two cores shared with everything else. */
const PATIENCE_MS = 40_000;

/** How a phone is: narrow, touched. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** One person with a browser profile of their own. */
export class Guest {
  /** Uncaught exceptions, console errors and with them every violation of the Content-Security-Policy. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`);
    });
  }

  static async come(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Guest> {
    const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
    return new Guest(await context.newPage(), context, url);
  }

  /** Opens an address of the page, `/#/...` or a link as the API has made it, and waits for its heading. */
  async open(path: string, heading: string | RegExp): Promise<void> {
    // Without it, only what is behind the # would change, and whatever stands open would stay.
    await this.page.goto('about:blank');
    await this.page.goto(this.url + path);
    await this.heading(heading).waitFor();
  }

  heading(name: string | RegExp) {
    return this.page.getByRole('heading', { level: 1, name });
  }

  /** Adds photos by the button of the page that is open; they go to the album that the page then shows. */
  async add(button: string, photos: { name: string; buffer: Buffer }[]): Promise<void> {
    const [chooser] = await Promise.all([
      this.page.waitForEvent('filechooser'),
      this.page.getByRole('button', { name: button }).click(),
    ]);
    await chooser.setFiles(photos.map((photo) => ({ mimeType: 'image/jpeg', ...photo })));
    await this.page.waitForURL(/#\/albums\/[^/]+$/);
  }

  /** How much wider than the window the page is, in CSS pixels. */
  overflow(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
