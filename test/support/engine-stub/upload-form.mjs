const HEADER_END = '\r\n\r\n';

/** The fields and the one file of a multipart body; undefined where it has no file. */
export function readUpload(body, contentType = '') {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  const form = { fields: {}, file: undefined, name: '' };
  for (let at = body.indexOf(mark); at >= 0;) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    readPart(form, body.subarray(at + mark.length + 2, next - 2));
    at = next;
  }
  return form.file && form;
}

function readPart(form, part) {
  const end = part.indexOf(HEADER_END);
  if (end < 0) return;
  const header = part.subarray(0, end).toString('utf8');
  const content = part.subarray(end + HEADER_END.length);
  const field = /name="([^"]*)"/.exec(header)?.[1];
  const filename = /filename="([^"]*)"/.exec(header)?.[1];
  if (filename === undefined) form.fields[field] = content.toString('utf8');
  else Object.assign(form, { file: content, name: filename });
}
