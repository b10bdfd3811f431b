import type { Logger } from '@app/runtime';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { LOGGER } from '../logger.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Access } from './access.decorator.js';
import { unauthorized } from './callers.js';
import { Proxies } from './proxies.js';
import type { RequestAccess } from './request-access.js';
import { RequestCallers } from './request-callers.js';
import { RequestSubject } from './request-subject.js';
import type { AccessRule } from './access-rule.js';
import { judgeMachine, judgeOwner, judgeRole, judgeSender, type Verdict } from './verdict.js';
import { VisitorMaker } from './visitor-maker.js';

/** Asks of every HTTP route whether its caller may use it. Sockets ask for each subscription (`AccessService`). */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: RequestCallers,
    private readonly visitors: VisitorMaker,
    private readonly subject: RequestSubject,
    private readonly proxies: Proxies,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const rule = this.reflector.getAllAndOverride(Access, [context.getHandler(), context.getClass()]);
    if (rule === undefined) {
      this.logger.error({ path: request.path }, 'a route does not say who may use it');
      throw new ProblemException('not_found');
    }
    const access = await this.callers.of(request, response);
    const { owner, link } = access.caller;
    if ((rule === 'create' || rule === 'sender') && owner === null && link === null) {
      access.caller = await this.visitors.make(access.caller, request, response);
    }
    const verdict = await this.judge(rule, access, request);
    if (verdict === null) return true;
    throw verdict === 'unauthorized' ? unauthorized() : new ProblemException(verdict);
  }

  private async judge(rule: AccessRule, access: RequestAccess, request: Request): Promise<Verdict> {
    switch (rule) {
      case 'public':
        return null;
      case 'create':
      case 'owner':
        return judgeOwner(access.caller);
      case 'sender':
        return judgeSender(access.caller);
      case 'viewer':
      case 'operator':
        return judgeRole(access.caller, rule);
      case 'machine':
        return judgeMachine(access.caller, this.proxies.isLocal(request.headers));
      default:
        return this.subject.judge(rule, access, String(request.params['id']));
    }
  }
}
