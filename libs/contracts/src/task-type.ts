import { z } from 'zod';

/** A name, and for versions that stand side by side `@` and a number from 1 to 999: `person`, `person@2`. */
export const TASK_TYPE_KEY = /^[a-z][a-z0-9-]{0,39}(@[1-9]\d{0,2})?$/;

/**
 * The key of a task type: routing key, end of the queue name, metric label and API value alike.
 * Short and ASCII because RabbitMQ queue names, Prometheus labels and URLs all have to carry it.
 */
export const taskTypeKeySchema = z
  .string()
  .regex(TASK_TYPE_KEY, 'a task type is 1-40 of a-z, 0-9 and -, perhaps with a version such as @2');

/** A value a user may choose for a workflow parameter. Never an object or array: ComfyUI reads arrays as links. */
export const parameterValueSchema = z.union([z.number(), z.string().max(200), z.boolean()]);
export type ParameterValue = z.infer<typeof parameterValueSchema>;

export const parameterValuesSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  parameterValueSchema,
);
/** Chosen values by parameter name. */
export type ParameterValues = z.infer<typeof parameterValuesSchema>;

/** A text in each language the page speaks. */
export const localizedTextSchema = z.object({ en: z.string().min(1), 'zh-CN': z.string().min(1) });
export type LocalizedText = z.infer<typeof localizedTextSchema>;

/**
 * What one parameter accepts. A number between its limits is moved to the nearest multiple of `snapTo` or `step`; a
 * `step` of null takes every number between the limits.
 */
export type ParameterSpec =
  | {
      kind: 'integer';
      name: string;
      title: LocalizedText;
      default: number;
      minimum: number;
      maximum: number;
      snapTo: number;
    }
  | {
      kind: 'number';
      name: string;
      title: LocalizedText;
      default: number;
      minimum: number;
      maximum: number;
      step: number | null;
    }
  | { kind: 'choice'; name: string; title: LocalizedText; default: string; choices: string[] }
  | { kind: 'boolean'; name: string; title: LocalizedText; default: boolean };

/** A task type as the API, the CLI and the page show it. */
export interface TaskTypeView {
  type: string;
  /** The number behind the `@` of the key; null for a key without one. */
  version: number | null;
  title: LocalizedText;
  description: LocalizedText;
  parameters: ParameterSpec[];
  /** Whether it gives colours to a black-and-white photo. */
  colours: boolean;
  /** Seconds that a task may wait before a worker begins it; null where the installation's own limit holds. */
  queue_timeout_s: number | null;
}
