import { LIVE_MAX_TOPICS } from '@app/contracts';
import { z } from 'zod';

/** A `LiveRequest`, with the topics that it names in one list. */
export interface ParsedRequest {
  event: 'subscribe' | 'unsubscribe';
  topics: { topic: string; after?: number | undefined }[];
}

/** Any text may be a topic: what names nothing is not found. `after` may be anything: what is no number is none. */
const wish = z
  .strictObject({ topic: z.string().max(200), after: z.unknown().optional() })
  .transform(({ topic, after }) => ({ topic, after: toNumber(after) }));
const many = z.strictObject({ topics: z.array(wish).min(1).max(LIVE_MAX_TOPICS) });
const request = z.strictObject({
  event: z.enum(['subscribe', 'unsubscribe']),
  data: z.union([wish.transform((only) => ({ topics: [only] })), many]),
});

/** Undefined for what is no request. */
export function parseRequest(text: string): ParsedRequest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = request.safeParse(json);
  return parsed.success ? { event: parsed.data.event, topics: parsed.data.data.topics } : undefined;
}

function toNumber(after: unknown): number | undefined {
  if (after === undefined) return undefined;
  return typeof after === 'number' ? after : Number.NaN;
}
