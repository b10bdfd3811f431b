import type { TaskChanged } from '@app/contracts';
import { TaskEventPublisher } from '@app/messaging';
import { createLogger } from '@app/runtime';
import { loadCatalog } from '@app/workflow-catalog';
import { Body, Controller, Get, Module, Patch, Post, UseGuards, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AccessModule } from '../../../apps/api/src/access/access.module.js';
import { Access } from '../../../apps/api/src/access/access.decorator.js';
import { CurrentAlbum, CurrentOwner, CurrentTask } from '../../../apps/api/src/access/current.decorators.js';
import { QuotaGuard } from '../../../apps/api/src/access/quota.guard.js';
import { useAccess } from '../../../apps/api/src/access/use-access.js';
import { AuditModule } from '../../../apps/api/src/audit/audit.module.js';
import { DATABASE, DatabaseModule } from '../../../apps/api/src/database/database.module.js';
import type { AlbumRow, Database, OwnerRow, TaskRow } from '../../../apps/api/src/database/schema.js';
import { PagingModule } from '../../../apps/api/src/paging/paging.module.js';
import { readEnv } from '../../../apps/api/src/env.js';
import { API_ENV } from '../../../apps/api/src/env.token.js';
import { LOGGER } from '../../../apps/api/src/logger.token.js';
import { PROCESS_ID } from '../../../apps/api/src/process-id.token.js';
import { ProblemFilter } from '../../../apps/api/src/problems/problem.filter.js';
import { RequestValidation } from '../../../apps/api/src/problems/validation.pipe.js';
import { requestId } from '../../../apps/api/src/problems/request-id.js';
import { siteGuard } from '../../../apps/api/src/security/site-guard.js';
import { CATALOG } from '../../../apps/api/src/task-types/catalog.token.js';
import { TestCaller } from '../../support/test-caller.js';
import { insertAlbum } from './sample-album.js';

export const OPERATOR_KEY = 'prk_the-operator-of-a-small-app-in-tests';

/** Routes of every kind that have no work to do. */
@Controller('v1')
class SampleController {
  @Get('mine')
  @Access('owner')
  mine(@CurrentOwner() { id }: OwnerRow) {
    return { id };
  }

  @Post('mine')
  @Access('create')
  @UseGuards(QuotaGuard)
  make(@CurrentOwner() { id }: OwnerRow, @Body() body: unknown) {
    return { id, body };
  }

  @Get('tasks/:id')
  @Access('task:view')
  task(@CurrentTask() { id }: TaskRow) {
    return { id };
  }

  @Get('albums/:id')
  @Access('album:view')
  album(@CurrentAlbum() { id }: AlbumRow) {
    return { id };
  }

  @Patch('albums/:id')
  @Access('album:edit')
  rename(@CurrentAlbum() { id }: AlbumRow) {
    return { id };
  }
}

@Controller('metrics')
class SampleMetricsController {
  @Get()
  @Access('machine')
  metrics() {
    return 'photos 1';
  }
}

/** The real access control in front of routes that do nothing, with a real database and no broker. */
export class SmallApp {
  private constructor(
    readonly url: string,
    readonly dataDir: string,
    readonly told: TaskChanged[],
    readonly app: NestExpressApplication,
  ) {}

  /** @param more controllers beside the sample ones. */
  static async start(settings: Record<string, string> = {}, more: Type[] = []): Promise<SmallApp> {
    const dataDir = settings['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'photo-repair-access-')));
    const env = readEnv({ DATA_DIR: dataDir, OPERATOR_KEY, ...settings });
    const logger = createLogger('api', 'silent');
    const told: TaskChanged[] = [];
    const providers = [
      { provide: API_ENV, useValue: env },
      { provide: LOGGER, useValue: logger },
      { provide: PROCESS_ID, useValue: crypto.randomUUID() },
      { provide: CATALOG, useValue: loadCatalog(resolve('workflows')) },
      {
        provide: TaskEventPublisher,
        useValue: { publishChanged: (changed: TaskChanged) => void told.push(changed) },
      },
    ];
    @Module({})
    class ProcessModule {}
    const app = await NestFactory.create<NestExpressApplication>(
      {
        module: class SmallModule {},
        imports: [
          { module: ProcessModule, global: true, providers, exports: providers },
          DatabaseModule,
          PagingModule,
          AuditModule,
          AccessModule,
        ],
        controllers: [SampleController, SampleMetricsController, ...more],
      },
      { logger: false, abortOnError: false },
    );
    app.use(requestId);
    app.use(siteGuard(env));
    useAccess(app);
    app.use('/docs', (_request: unknown, response: { send: (text: string) => void }) =>
      response.send('docs'),
    );
    app.useGlobalPipes(new RequestValidation());
    app.useGlobalFilters(new ProblemFilter(logger, () => undefined));
    await app.listen(0, '127.0.0.1');
    return new SmallApp(await app.getUrl(), dataDir, told, app);
  }

  get db(): Database {
    return this.app.get<Database>(DATABASE);
  }

  visitor(): TestCaller {
    return new TestCaller(this.url);
  }

  as(token: string): TestCaller {
    return new TestCaller(this.url, token);
  }

  get operator(): TestCaller {
    return this.as(OPERATOR_KEY);
  }

  /** An API key of its own. */
  async key(chosen: Record<string, unknown> = {}): Promise<{ id: string; caller: TestCaller }> {
    const response = await this.operator.send('POST', '/v1/admin/keys', { name: 'a test', ...chosen });
    const { id, token } = (await response.json()) as { id: string; token: string };
    return { id, caller: this.as(token) };
  }

  /** Somebody, and an album of theirs. */
  async albumOf(caller: TestCaller): Promise<string> {
    await caller.session();
    const { id } = (await (await caller.fetch('/v1/mine')).json()) as { id: string };
    return insertAlbum(this.db, id);
  }

  async close(): Promise<void> {
    await this.app.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
