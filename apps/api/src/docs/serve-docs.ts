import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { VISITOR_COOKIE } from '../access/credentials.js';
import { ProblemDto } from '../problems/problem.dto.js';
import { completeDocument } from './complete-document.js';

const DESCRIPTION = `Queued restoration of old photographs: send a photo, follow its task, fetch the result.

Everything that can go wrong is answered as \`application/problem+json\` (RFC 9457) with a stable \`code\`.
Programs send \`Authorization: Bearer prk_…\` (an API key) or \`prl_…\` (the link of an album); browsers are known
again by a cookie that their first upload sets.`;

/** Describes every route of the app, as OpenAPI 3.0. */
export function openApiDocument(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('photo-repair')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'An API key or the link of an album.' },
      'bearer',
    )
    .addCookieAuth(VISITOR_COOKIE, { type: 'apiKey', in: 'cookie' }, 'cookie')
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('cookie')
    .build();
  return completeDocument(SwaggerModule.createDocument(app, config, { extraModels: [ProblemDto] }));
}

/** Serves the documentation at `/docs` and `/openapi.json`. */
export function serveDocs(app: NestExpressApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
  });
}
