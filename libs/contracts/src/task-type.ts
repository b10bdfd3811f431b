import { z } from 'zod';

/**
 * The key of a task type: routing key, end of the queue name, metric label and API value alike.
 * Short and ASCII because RabbitMQ queue names, Prometheus labels and URLs all have to carry it.
 */
export const taskTypeKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a task type is 1-40 of a-z, 0-9 and -');

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

/** What one parameter accepts. An integer between its limits is moved to the nearest multiple of `snapTo`. */
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
  | { kind: 'choice'; name: string; title: LocalizedText; default: string; choices: string[] };

/** A task type as the API, the CLI and the page show it. */
export interface TaskTypeView {
  type: string;
  title: LocalizedText;
  description: LocalizedText;
  parameters: ParameterSpec[];
  /** Seconds that a task may wait before a worker begins it; null where the installation's own limit holds. */
  queue_timeout_s: number | null;
}
