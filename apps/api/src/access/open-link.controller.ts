import type { OpenedLinkView } from '@app/contracts';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { OwnerRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Access } from './access.decorator.js';
import { CurrentOwner } from './current.decorators.js';
import { GrantsStore } from './grants.store.js';
import { toIso } from './iso-time.js';
import { LinkTokenDto, OpenedLinkDto } from './link.dto.js';
import { LinksStore } from './links.store.js';
import { hashToken } from './token.js';

/** For browsers, which cannot send a link with every picture that they load. */
@ApiTags('albums')
@Controller('v1/links')
export class OpenLinkController {
  constructor(
    private readonly links: LinksStore,
    private readonly grants: GrantsStore,
  ) {}

  /** Opens a link once for all: from then on the caller's cookie or key is enough, as long as the link lives. */
  @Post('open')
  @HttpCode(200)
  @Access('create')
  @ApiResponse({ status: 200, type: OpenedLinkDto })
  @ApiProblems(
    'invalid_request',
    'unauthorized',
    'forbidden',
    'read_only_link',
    'foreign_site',
    'not_found',
    'rate_limited',
  )
  async open(@CurrentOwner() owner: OwnerRow, @Body() { token }: LinkTokenDto): Promise<OpenedLinkView> {
    const link = await this.links.findByHash(hashToken(token));
    if (link === undefined) throw new ProblemException('not_found');
    await this.grants.add({ owner_id: owner.id, link_id: link.id, album_id: link.album_id });
    return { album_id: link.album_id, access: link.access, expires_at: toIso(link.expires_at) };
  }
}
