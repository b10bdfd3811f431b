/** A place in a store that speaks S3. */
export interface S3Options {
  bucket: string;
  /** What every key begins with: empty, or segments that each end in `/`. */
  prefix: string;
  /** `http(s)://host[:port]`; undefined: Amazon's own for the region. */
  endpoint: string | undefined;
  region: string;
  /** The bucket in the path and not in the host name, as most servers but Amazon's want it. */
  pathStyle: boolean;
  /** Undefined: what the SDK finds by itself (a role of the machine, the files and variables of the AWS tools). */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
}
