import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseEnv } from '../env.js';
import { toTracingSettings, tracingShape } from './tracing-settings.js';

const read = (env: Record<string, string>) => toTracingSettings(parseEnv(z.object(tracingShape), env));

describe('the settings of tracing', () => {
  it('are off unless an address is named', () => {
    expect(read({})).toEqual({ tracesUrl: undefined, headers: {}, ratio: 1 });
  });

  it.each(['http://collector:4318', 'http://collector:4318/', 'https://a.example/otlp'])(
    'add the path for traces to %s',
    (address) => {
      const { tracesUrl } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: address });
      expect(tracesUrl).toBe(`${address.replace(/\/$/, '')}/v1/traces`);
    },
  );

  it('read headers as OpenTelemetry writes them', () => {
    const given = 'Authorization=Bearer%20a%3Db, x-scope = tenant 1 ,';
    expect(read({ OTEL_EXPORTER_OTLP_HEADERS: given }).headers).toEqual({
      Authorization: 'Bearer a=b',
      'x-scope': 'tenant 1',
    });
  });

  it('name what is wrong, all of it, and show nothing of it', () => {
    const wrong = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://secret',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=%secret',
      OTEL_TRACES_SAMPLER_ARG: '2',
    };
    expect(() => read(wrong)).toThrow(
      /OTEL_EXPORTER_OTLP_ENDPOINT: must be an http:[^]*OTEL_EXPORTER_OTLP_HEADERS: must be name=value[^]*OTEL_TRACES_SAMPLER_ARG: must be at most 1/,
    );
    expect(() => read(wrong)).not.toThrow(/secret/);
    expect(() => read({ OTEL_TRACES_SAMPLER_ARG: 'all' })).toThrow(/must be a number from 0 to 1/);
  });
});
