import { z } from 'zod';
import { httpGet } from './http-get.js';
import type { ManagedChild } from './managed-child.js';

/** Whether a child can work, and if not, why: a plain sentence for each part that it misses. */
export interface Readiness {
  ready: boolean;
  reasons: string[];
}

const reportSchema = z.object({ checks: z.record(z.string(), z.string()) });

/** Asks a child's readiness address (`/readyz`; the engine's has no reasons to tell). */
export async function askReadiness(child: ManagedChild): Promise<Readiness> {
  if (child.pid === undefined) return { ready: false, reasons: ['it does not run'] };
  const answer = await httpGet(child.spec.readyUrl);
  if (!answer) return { ready: false, reasons: [`nothing answers at ${child.spec.readyUrl}`] };
  return { ready: answer.status === 200, reasons: readReasons(answer.body) };
}

/** The checks of a `/readyz` answer that are not `ok`; none for any other text. */
export function readReasons(body: string): string[] {
  try {
    return Object.values(reportSchema.parse(JSON.parse(body)).checks).filter((check) => check !== 'ok');
  } catch {
    return [];
  }
}
