import { ApiProblem } from '../api/api-problem.js';
import { fetchFromApi } from '../api/call-api.js';

/** A small picture at the API. */
export interface SmallPictureSource {
  readonly url: string;
  /** Another picture, also under the same address, has another one. */
  readonly key: string;
}

/** A small picture that is here, decoded, in its real proportions. */
export interface SmallPicture {
  readonly key: string;
  /** A `blob:` URL. */
  readonly src: string;
  readonly width: number;
  readonly height: number;
}

interface Entry {
  readonly source: SmallPictureSource;
  /** Who looks at it; called when it has come. */
  readonly users: Set<() => void>;
  state: 'waiting' | 'loading' | 'here' | 'none';
  picture: SmallPicture | null;
  tries: number;
}

/** At about 27 KB each that is 16 MB, and more than anybody scrolls back. */
const MOST_KEPT = 600;
/** As many as a browser asks one server for at once. */
const AT_ONCE = 6;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

/**
 * The small pictures of this page. The API forbids browsers to keep pictures, so that none outlives its link, and in a
 * gallery that shows only what is in sight every picture comes and goes many times: the page holds the last ones itself.
 * Whoever asked last is served first, because that is what is in sight.
 */
export class SmallPictureStore {
  /** In the order of use, the one used last at the end. */
  private readonly entries = new Map<string, Entry>();
  private loading = 0;

  constructor(
    private readonly load = loadPicture,
    private readonly mostKept = MOST_KEPT,
  ) {}

  /** Null until it is here; `none` where there is none, and asking again would not help. */
  peek(key: string): SmallPicture | 'none' | null {
    const entry = this.entries.get(key);
    return entry?.state === 'none' ? 'none' : (entry?.picture ?? null);
  }

  /** Answers how to let go of it. */
  want(source: SmallPictureSource, user: () => void): () => void {
    const entry = this.entries.get(source.key) ?? {
      source,
      users: new Set(),
      state: 'waiting',
      picture: null,
      tries: 0,
    };
    entry.users.add(user);
    this.entries.delete(source.key);
    this.entries.set(source.key, entry);
    this.loadNext();
    return () => {
      entry.users.delete(user);
      this.makeRoom();
    };
  }

  private loadNext(): void {
    while (this.loading < AT_ONCE) {
      const entry = [...this.entries.values()].findLast(
        ({ state, users }) => state === 'waiting' && users.size > 0,
      );
      if (entry === undefined) return;
      entry.state = 'loading';
      this.loading += 1;
      void this.fill(entry).finally(() => {
        this.loading -= 1;
        this.loadNext();
      });
    }
  }

  private async fill(entry: Entry): Promise<void> {
    try {
      entry.picture = await this.load(entry.source);
      entry.state = 'here';
    } catch (error) {
      if (!mayPass(error)) entry.state = 'none';
      else this.againLater(entry, error);
    }
    for (const user of entry.users) user();
    this.makeRoom();
  }

  private againLater(entry: Entry, error: unknown): void {
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** entry.tries, LONGEST_RETRY_MS);
    entry.tries += 1;
    setTimeout(
      () => {
        entry.state = 'waiting';
        this.loadNext();
      },
      Math.max(waitMs, error instanceof ApiProblem ? (error.retryAfterMs ?? 0) : 0),
    );
  }

  private makeRoom(): void {
    let excess = this.entries.size - this.mostKept;
    if (excess <= 0) return;
    for (const [key, { users, state, picture }] of this.entries) {
      if (users.size > 0 || state === 'loading') continue;
      this.entries.delete(key);
      if (picture !== null) URL.revokeObjectURL(picture.src);
      excess -= 1;
      if (excess <= 0) return;
    }
  }
}

/** What another attempt may find otherwise. */
const PASSING: readonly ApiProblem['code'][] = ['offline', 'rate_limited', 'not_ready', 'internal_error'];

function mayPass(error: unknown): boolean {
  if (error instanceof ApiProblem) return PASSING.includes(error.code);
  // A connection that broke in the middle of a picture; one that cannot be decoded never can.
  return error instanceof TypeError;
}

async function loadPicture({ url, key }: SmallPictureSource): Promise<SmallPicture> {
  const src = URL.createObjectURL(await (await fetchFromApi(url, {})).blob());
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
  } catch (error) {
    URL.revokeObjectURL(src);
    throw error;
  }
  return { key, src, width: image.naturalWidth, height: image.naturalHeight };
}
