import { z } from 'zod';

/** Where spans go, and how many of them. */
export interface TracingSettings {
  /** The address that spans are posted to; undefined: nowhere. */
  tracesUrl: string | undefined;
  /** Sent along with them; may hold a secret. */
  headers: Record<string, string>;
  /** Of the traces that begin here, 0 to 1. What others have begun is sampled as they did. */
  ratio: number;
}

const endpoint = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional();

/** `name=value` pairs with commas between, the values as in URLs (OpenTelemetry's specification, OTLP exporter). */
const headers = z
  .string()
  .default('')
  .transform((text, issues) => {
    const pairs = text.split(',').filter((pair) => pair.trim() !== '');
    const read = pairs.map((pair) => /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(pair));
    try {
      if (read.every((each) => each !== null)) {
        return Object.fromEntries(read.map((each) => [each[1]!, decodeURIComponent(each[2]!)]));
      }
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
    }
    issues.addIssue({ code: 'custom', message: 'must be name=value pairs with commas between' });
    return z.NEVER;
  });

/** The settings of tracing, by the names that OpenTelemetry gave them; spread them into the schema of a program. */
export const tracingShape = {
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: headers,
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'must be a number from 0 to 1' })
    .min(0, 'must be at least 0')
    .max(1, 'must be at most 1')
    .default(1),
};

type Parsed = z.output<z.ZodObject<typeof tracingShape>>;

/** What the settings say. `/v1/traces` is added to the address, as OpenTelemetry's specification has it. */
export function toTracingSettings(env: Parsed): TracingSettings {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return {
    tracesUrl: base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`,
    headers: env.OTEL_EXPORTER_OTLP_HEADERS,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
  };
}
