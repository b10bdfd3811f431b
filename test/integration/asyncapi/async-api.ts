import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { parse } from 'yaml';

type Schema = Record<string, unknown>;

/** A message as the document describes it. */
export interface DocumentedMessage {
  name: string;
  payload: Schema;
  headers?: Schema;
  examples?: { name: string; payload: unknown; headers?: unknown }[];
}

interface Document {
  channels: Record<string, { address: string | null; messages: Record<string, unknown> }>;
  components: { messages: Record<string, DocumentedMessage>; schemas: Record<string, Schema> };
}

/** What live frames carry, and what tasks, answers, events and webhooks do: together every schema that has fields. */
export const LIVE_SCHEMAS =
  /^(Live|AlbumCounts|Timeline|Task$|TaskEstimate|TaskPicture|TaskProgress|TaskUrls|Parameter|Engine|Fail)/;
export const NOTICE_SCHEMAS =
  /^(TaskProperties|ForeignTask|AnswerProperties|Webhook|TaskNotice|Notice|TaskProgress)/;

/** Headers of HTTP come with others that nobody describes. */
const OPEN_SCHEMAS = ['WebhookHeaders'];

/**
 * Judges real messages by `asyncapi.yaml`, and remembers which of its fields they had. It is stricter than the
 * document: a field that is not described is a fault.
 */
export class AsyncApi {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly seen = new Set<string>();

  private constructor(readonly document: Document) {
    ajvFormats.default(this.ajv);
    const schemas = Object.fromEntries(
      Object.entries(document.components.schemas).map(([name, schema]) => [name, this.closed(name, schema)]),
    );
    this.ajv.addSchema({ components: { ...document.components, schemas } }, 'asyncapi');
  }

  static async read(): Promise<AsyncApi> {
    return new AsyncApi(parse(await readFile('asyncapi.yaml', 'utf8')) as Document);
  }

  message(name: string): DocumentedMessage {
    const found = this.document.components.messages[name];
    if (found === undefined) throw new Error(`There is no message ${name} in asyncapi.yaml.`);
    return found;
  }

  /** The messages of a channel, by the names that they have there. */
  messagesOf(channel: string): string[] {
    return Object.keys(this.document.channels[channel]?.messages ?? {});
  }

  /** What is wrong with it; empty where nothing is. */
  problems(name: string, value: unknown, part: 'payload' | 'headers' = 'payload'): unknown[] {
    const validate = this.compiled(`asyncapi#/components/messages/${name}/${part}`);
    return validate(value) ? [] : (validate.errors ?? []);
  }

  /** Fails unless the message is as described; what it has counts as seen. */
  expectValid(name: string, payload: unknown, headers?: unknown): void {
    const message = this.message(name);
    const errors = [
      ...this.problems(name, payload),
      ...(headers === undefined ? [] : this.problems(name, headers, 'headers')),
    ];
    const told = JSON.stringify({ payload, headers })?.slice(0, 1000);
    expect({ name, told, errors }).toEqual({ name, told, errors: [] });
    this.see(message.payload, payload, name);
    if (headers !== undefined && message.headers) this.see(message.headers, headers, `${name} headers`);
  }

  /** `Schema.field` of every field of these schemas that no message has had so far. */
  unseen(schemas: RegExp): string[] {
    return Object.entries(this.document.components.schemas)
      .filter(([name]) => schemas.test(name))
      .flatMap(([name, { properties }]) => Object.keys(properties ?? {}).map((field) => `${name}.${field}`))
      .filter((field) => !this.seen.has(field));
  }

  private see(schema: Schema, value: unknown, owner: string): void {
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      const name = reference.slice(reference.lastIndexOf('/') + 1);
      return this.see(this.document.components.schemas[name] ?? {}, value, name);
    }
    for (const choice of ['allOf', 'anyOf', 'oneOf'].flatMap((key) => (schema[key] ?? []) as Schema[])) {
      this.see(choice, value, owner);
    }
    if (Array.isArray(value)) {
      for (const item of value) this.see((schema['items'] ?? {}) as Schema, item, owner);
    } else if (typeof value === 'object' && value !== null) {
      for (const [field, of] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)) {
        const held = (value as Record<string, unknown>)[field];
        // A field that may be null has been seen when it was not.
        if (held === undefined || held === null) continue;
        this.seen.add(`${owner}.${field}`);
        this.see(of, held, owner);
      }
    }
    return undefined;
  }

  private compiled(reference: string): ValidateFunction {
    const found = this.ajv.getSchema(reference);
    if (found === undefined) throw new Error(`${reference} is nowhere.`);
    return found as ValidateFunction;
  }

  private closed(name: string, schema: Schema): Schema {
    if (!('properties' in schema) || 'additionalProperties' in schema || OPEN_SCHEMAS.includes(name))
      return schema;
    return { ...schema, additionalProperties: false };
  }
}
