import { ProblemException } from '../problems/problem.exception.js';
import { RequestValidation } from '../problems/validation.pipe.js';
import { formFieldsOf } from '../tasks/json-fields.js';
import { ClaimDto } from './claim.dto.js';

/** A photo that lies among the uploads: its sender names it instead of sending it. */
export interface ClaimedUpload {
  /** Lowercase; whether there is such an upload, and whose it is, is not known. */
  uploadId: string;
}

/** What a JSON body asks for, as if it were a form. */
export interface ReadClaim {
  photo: ClaimedUpload;
  fields: Record<string, string>;
}

const validation = new RequestValidation();

export function isClaimed(photo: object): photo is ClaimedUpload {
  return 'uploadId' in photo;
}

/** @throws ProblemException `invalid_request`. */
export async function readClaim(body: unknown): Promise<ReadClaim> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ProblemException('invalid_request', {}, { errors: [{ pointer: '', text: 'object' }] });
  }
  const claim = (await validation.transform(body, { type: 'body', metatype: ClaimDto })) as ClaimDto;
  return { photo: { uploadId: claim.upload_id.toLowerCase() }, fields: formFieldsOf(claim) };
}
