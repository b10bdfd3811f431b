import { Module } from '@nestjs/common';
import { PhotoByUrl } from './photo-by-url.js';
import { PhotoUrls } from './photo-urls.js';

/** Photos that are named by an address. */
@Module({ providers: [PhotoUrls, PhotoByUrl], exports: [PhotoUrls, PhotoByUrl] })
export class PhotoUrlsModule {}
