import { ComfyClient, runPrompt } from '@app/comfyui';
import { classesOf, type TaskType } from '@app/workflow-catalog';
import { randomUUID } from 'node:crypto';
import sharp, { type OutputInfo } from 'sharp';
import { startEngine, type TestEngine } from '../../support/engine.js';

const LIMITS = { queuedMs: 30_000, runMs: 50_000, silentMs: 50_000 };

/** A built-in engine with a client, to which task types can be put. */
export class EngineBench {
  private constructor(
    readonly engine: TestEngine,
    readonly client: ComfyClient,
  ) {}

  static async start(): Promise<EngineBench> {
    const engine = await startEngine();
    const client = new ComfyClient(engine.url);
    await client.connect();
    return new EngineBench(engine, client);
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.engine.remove();
  }

  /** What it says of the node classes of a type. */
  async infosFor(type: TaskType): Promise<Map<string, unknown>> {
    const infos = new Map<string, unknown>();
    for (const name of classesOf(type)) infos.set(name, await this.client.objectInfo(name));
    return infos;
  }

  /** What it makes of a grey gradient of this size. */
  async run(
    type: TaskType,
    size: { width: number; height: number },
    parameters: Record<string, unknown> = {},
  ): Promise<{ data: Buffer; info: OutputInfo }> {
    const promptId = randomUUID();
    const imageName = await this.client.upload(await gradient(size), `${promptId}.png`);
    const engine = await this.infosFor(type);
    const graph = type.fill({ parameters, imageName, outputPrefix: `photo-repair/${promptId}`, engine });
    const { images } = await runPrompt(this.client, {
      graph,
      promptId,
      outputNodeId: type.outputNodeId,
      limits: LIMITS,
    });
    return sharp(images[0]?.data).raw().toBuffer({ resolveWithObject: true });
  }
}

async function gradient({ width, height }: { width: number; height: number }): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0; at < data.length; at += 1) data[at] = (Math.floor(at / 3) % width) * (255 / width);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
