/** What an engine answered, whatever its status. */
export interface HttpAnswer {
  status: number;
  /** Lowercase, without parameters; empty where the server gave none. */
  mediaType: string;
  body: Buffer;
}

/** The parsed body; undefined where it is no JSON. */
export function jsonOf({ body }: Pick<HttpAnswer, 'body'>): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
