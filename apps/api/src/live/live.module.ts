import { Module } from '@nestjs/common';
import { AccessWatch } from './access-watch.js';
import { CatchUp } from './catch-up.js';
import { Departures } from './departures.js';
import { EventStreams } from './event-streams.js';
import { Heartbeat } from './heartbeat.js';
import { LiveAccess } from './live-access.js';
import { LiveDesk } from './live-desk.js';
import { LiveDoor } from './live-door.js';
import { LiveEventsController } from './live-events.controller.js';
import { LiveHub } from './live-hub.js';
import { LiveSource } from './live-source.js';
import { LiveTopics } from './live-topics.js';
import { LiveWatch } from './live-watch.js';
import { LiveGateway } from './live.gateway.js';
import { MissedSteps } from './missed-steps.js';
import { SharedReads } from './shared-reads.js';
import { Snapshots } from './snapshots.js';
import { StepFeed } from './step-feed.js';
import { TransientRounds } from './transient-rounds.js';

/** Live messages by WebSocket and as server-sent events. */
@Module({
  controllers: [LiveEventsController],
  providers: [
    // What is watched, and who watches it.
    LiveSource,
    LiveTopics,
    LiveAccess,
    LiveDesk,
    // What is told.
    SharedReads,
    Snapshots,
    MissedSteps,
    CatchUp,
    Departures,
    StepFeed,
    TransientRounds,
    AccessWatch,
    LiveWatch,
    LiveHub,
    // How clients come.
    LiveDoor,
    Heartbeat,
    LiveGateway,
    EventStreams,
  ],
  exports: [LiveHub],
})
export class LiveModule {}
