import { describe, expect, it } from 'vitest';
import { Manifest } from './manifest.js';

function linesOf(manifest: Manifest): string[] {
  return manifest.toBuffer().toString('utf8').split('\r\n');
}

describe('Manifest', () => {
  it('is CSV in UTF-8 that spreadsheets recognise', () => {
    const manifest = new Manifest();
    const result = '奶奶_restored.png';
    manifest.add({ clientRef: 'a-1', filename: '奶奶.jpg', status: 'succeeded', errorCode: null, result });
    manifest.add({
      clientRef: null,
      filename: 'b.jpg',
      status: 'failed',
      errorCode: 'engine_lost',
      result: null,
    });
    expect([...manifest.toBuffer().subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(linesOf(manifest)).toEqual([
      '\uFEFFclient_ref,filename,status,error_code,result',
      'a-1,奶奶.jpg,succeeded,,奶奶_restored.png',
      ',b.jpg,failed,engine_lost,',
      '',
    ]);
  });

  it('keeps commas, quotes and line breaks inside their cells', () => {
    const manifest = new Manifest();
    manifest.add({ clientRef: 'a,"b"\nc', filename: 'x', status: 's', errorCode: null, result: null });
    expect(linesOf(manifest)[1]).toBe('"a,""b""\nc",x,s,,');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '＝1+1', '=HYPERLINK("http://x","y")'])(
    'lets no spreadsheet calculate %j',
    (clientRef) => {
      const manifest = new Manifest();
      manifest.add({ clientRef, filename: 'x', status: 's', errorCode: null, result: null });
      expect(linesOf(manifest)[1]).toMatch(/^"'/);
    },
  );
});
