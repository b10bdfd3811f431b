import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import { expect } from 'vitest';

type Schema = Record<string, unknown>;
type Content = Record<
  string,
  { schema?: Schema; example?: unknown; examples?: Record<string, { value?: unknown }> }
>;

/** An operation as the document describes it. */
export interface DocumentedOperation {
  method: string;
  path: string;
  parameters: { name: string; in: string; schema?: Schema; example?: unknown }[];
  requestBody?: { content: Content };
  responses: Record<string, { description?: string; content?: Content }>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** Judges answers by an OpenAPI 3.0 document. */
export class OpenApi {
  readonly operations: DocumentedOperation[];
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: OpenAPIObject) {
    ajvFormats.default(this.ajv);
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => ({
        ...(item as unknown as Record<string, Omit<DocumentedOperation, 'method' | 'path'>>)[method]!,
        method: method.toUpperCase(),
        path,
      })),
    );
  }

  /** Every schema that has a name, and what its properties say of themselves. */
  get schemas(): [string, Schema][] {
    return Object.entries((this.document.components?.schemas ?? {}) as Record<string, Schema>);
  }

  operation(method: string, path: string): DocumentedOperation {
    const found = this.operations.find((each) => each.method === method && each.path === path);
    if (found === undefined) throw new Error(`${method} ${path} is not documented.`);
    return found;
  }

  /** Fails unless the answer is one of those that the document has. */
  async expectDocumented(method: string, path: string, response: Response): Promise<unknown> {
    const { responses } = this.operation(method, path);
    const where = `${method} ${path} ${response.status}`;
    const contentType = response.headers.get('content-type')?.split(';')[0];
    const isProblem = contentType === 'application/problem+json';
    const documented = responses[response.status] ?? (isProblem ? responses['default'] : undefined);
    if (documented === undefined) throw new Error(`${where} is not documented: ${await response.text()}`);
    if (documented.content === undefined) {
      expect({ where, body: await response.text() }).toEqual({ where, body: '' });
      return undefined;
    }
    const media = documented.content[contentType ?? ''];
    if (media === undefined) throw new Error(`${where}: ${contentType} is not documented.`);
    if (!contentType?.endsWith('json')) return undefined;
    const body: unknown = await response.json();
    this.expectValid(where, media.schema ?? {}, body);
    return body;
  }

  /** Fails unless a value is what a schema says. */
  expectValid(where: string, schema: Schema, value: unknown): void {
    const key = JSON.stringify(schema);
    const validate = this.compiled.get(key) ?? this.ajv.compile(this.toJsonSchema(schema) as object);
    this.compiled.set(key, validate);
    const isValid = validate(value);
    const told = JSON.stringify(value)?.slice(0, 500);
    expect({ where, told, errors: isValid ? [] : validate.errors }).toEqual({ where, told, errors: [] });
  }

  /** Examples of a media type. */
  static examplesOf({ example, examples }: Content[string]): unknown[] {
    return [
      ...(example === undefined ? [] : [example]),
      ...Object.values(examples ?? {}).map(({ value }) => value),
    ];
  }

  /** OpenAPI 3.0 has `nullable` where JSON Schema has a type, and no property that is not named is meant to be there. */
  private toJsonSchema(node: unknown): unknown {
    if (Array.isArray(node)) return node.map((each) => this.toJsonSchema(each));
    if (typeof node !== 'object' || node === null) return node;
    const schema = node as Schema;
    if (typeof schema['$ref'] === 'string') return this.toJsonSchema(this.resolve(schema['$ref']));
    const { nullable, example: _example, ...rest } = schema;
    const converted = Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [
        key,
        key === 'enum' || key === 'default' ? value : this.toJsonSchema(value),
      ]),
    );
    if ('properties' in converted && !('additionalProperties' in converted)) {
      converted['additionalProperties'] = false;
    }
    return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
  }

  private resolve(reference: string): Schema {
    const found = this.schemas.find(([name]) => reference === `#/components/schemas/${name}`);
    if (found === undefined) throw new Error(`${reference} is nowhere.`);
    return found[1];
  }
}
