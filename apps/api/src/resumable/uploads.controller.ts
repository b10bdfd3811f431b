import { Controller, Delete, Head, Options, Patch, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current.decorators.js';
import { IntakeGuard } from '../pauses/intake.guard.js';
import { TusDoor } from './tus-door.js';
import {
  ApiAskUpload,
  ApiBeginUpload,
  ApiContinueUpload,
  ApiEndUpload,
  ApiTusOptions,
} from './uploads.api.js';

/**
 * Photos that come in pieces, over lines that break: tus 1.0 (tus.io). What has arrived stays for 24 hours after its last
 * byte. A photo that has arrived in full becomes a task by its id (`upload_id`).
 */
@ApiTags('uploads')
@Controller('v1/uploads')
export class UploadsController {
  constructor(private readonly tus: TusDoor) {}

  @Options()
  @Access('public')
  @ApiTusOptions()
  async options(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.serve(request, response, null);
  }

  @Options(':id')
  @Access('public')
  @ApiTusOptions()
  async optionsOfOne(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.serve(request, response, null);
  }

  /** Begins an upload, with its first bytes if you like. It is known to you alone. */
  @Post()
  @Access('sender')
  @UseGuards(IntakeGuard)
  @ApiBeginUpload()
  async begin(
    @CurrentCaller() caller: Caller,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.tus.serve(request, response, caller);
  }

  /** How much of it has arrived. */
  @Head(':id')
  @Access('upload:sender')
  @ApiAskUpload()
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.serve(request, response, null);
  }

  /**
   * Sends what follows. Where the line breaks, what had arrived stays; an answer may also come early and say how far it
   * got (`Upload-Offset`).
   */
  @Patch(':id')
  @Access('upload:sender')
  @ApiContinueUpload()
  async goOn(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.serve(request, response, null);
  }

  /** Ends an upload that is not wanted any more, and removes what has arrived. */
  @Delete(':id')
  @Access('upload:sender')
  @ApiEndUpload()
  async end(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.serve(request, response, null);
  }
}
