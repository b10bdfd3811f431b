import { isPrototypeName } from '../json/prototype-names.js';
import { isUnusualText } from '../json/unusual-values.js';
import { ProblemException } from '../problems/problem.exception.js';

const MOST_FIELDS = 20;
const MOST_FIELD_BYTES = 16 * 1024;

/** A field that may come more than once, up to a number of times. */
export interface RepeatedField {
  name: string;
  most: number;
}

/** A field that is arriving. */
export interface OpenField {
  readonly name: string;
  readonly chunks: Buffer[];
  bytes: number;
}

/** The small fields of a form, beside its photos. All of it throws ProblemException for what is wrong with one. */
export class FormFields {
  /** By name; without a prototype, so that a name can be any word. */
  readonly values: Record<string, string> = Object.create(null) as Record<string, string>;
  /** What came of the field that may come more than once, in order. */
  readonly repeated: string[] = [];

  constructor(private readonly mayRepeat?: RepeatedField) {}

  begin(name: string): OpenField {
    return { name, chunks: [], bytes: 0 };
  }

  add(field: OpenField, chunk: Buffer): void {
    field.bytes += chunk.length;
    if (field.bytes > MOST_FIELD_BYTES) throw wrongValue(field.name, 'too_long', MOST_FIELD_BYTES);
    field.chunks.push(chunk);
  }

  /** The field is complete. */
  keep({ name, chunks }: OpenField): void {
    const value = decode(name, Buffer.concat(chunks));
    if (name === this.mayRepeat?.name) {
      if (this.repeated.length === this.mayRepeat.most) {
        throw wrongValue(name, 'too_many', this.mayRepeat.most);
      }
      this.repeated.push(value);
      return;
    }
    if (isPrototypeName(name)) throw wrongField(name, 'unknown');
    if (name in this.values) throw wrongField(name, 'duplicate');
    if (Object.keys(this.values).length === MOST_FIELDS) {
      throw new ProblemException('malformed_multipart.too_many_fields');
    }
    this.values[name] = value;
  }
}

/** Text, where the bytes are text. */
function decode(name: string, bytes: Buffer): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  // What is no UTF-8 has become U+FFFD, which nobody types.
  if (isUnusualText(text) || text.includes('\uFFFD')) throw wrongValue(name, 'unusual_characters');
  return text;
}

function wrongField(name: string, text: 'duplicate' | 'unknown'): ProblemException {
  return new ProblemException('invalid_request', {}, { errors: [{ pointer: pointerTo(name), text }] });
}

function wrongValue(
  name: string,
  text: 'too_long' | 'too_many' | 'unusual_characters',
  limit?: number,
): ProblemException {
  const values = limit === undefined ? {} : { limit };
  return new ProblemException(
    'invalid_request.value',
    {},
    { errors: [{ pointer: pointerTo(name), text, values }] },
  );
}

function pointerTo(name: string): string {
  return `/${name.slice(0, 100)}`;
}
