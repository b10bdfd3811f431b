import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AlbumLinksController } from './album-links.controller.js';
import { GroupsController } from './groups.controller.js';
import { KeysController } from './keys.controller.js';
import { OpenLinkController } from './open-link.controller.js';
import { SessionController } from './session.controller.js';
import { AccessChanges } from './access-changes.js';
import { AccessGuard } from './access.guard.js';
import { AccessService } from './access.service.js';
import { Callers } from './callers.js';
import { GrantsStore } from './grants.store.js';
import { GroupsStore } from './groups.store.js';
import { KeysStore } from './keys.store.js';
import { LinkExpiry } from './link-expiry.js';
import { LinksStore } from './links.store.js';
import { OperatorKey } from './operator-key.js';
import { OperatorStore } from './operator.store.js';
import { OwnerLimits } from './owner-limits.js';
import { OwnersStore } from './owners.store.js';
import { Proxies } from './proxies.js';
import { RateLimits } from './rate-limits.js';
import { RequestCallers } from './request-callers.js';
import { RequestSubject } from './request-subject.js';
import { RoutesHaveRules } from './routes-have-rules.js';
import { VisitorCookie } from './visitor-cookie.js';
import { VisitorMaker } from './visitor-maker.js';

/** Who is who, and what they may do. */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [
    AlbumLinksController,
    GroupsController,
    KeysController,
    OpenLinkController,
    SessionController,
  ],
  providers: [
    AccessChanges,
    AccessService,
    Callers,
    GrantsStore,
    GroupsStore,
    KeysStore,
    LinkExpiry,
    LinksStore,
    OperatorKey,
    OperatorStore,
    OwnerLimits,
    OwnersStore,
    Proxies,
    RateLimits,
    RequestCallers,
    RequestSubject,
    RoutesHaveRules,
    VisitorCookie,
    VisitorMaker,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccessChanges, AccessService, OwnerLimits, OwnersStore],
})
export class AccessModule {}
