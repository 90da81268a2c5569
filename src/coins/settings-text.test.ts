import { describe, expect, test } from 'bun:test';
import { minerSettings, poolsOfSettings } from './settings-text.ts';

const xmrig = JSON.stringify({
  autosave: true,
  cpu: { 'huge-pages': true, 'hw-aes': null, 'max-threads-hint': 75 },
  'donate-level': 1,
  pools: [{ url: 'pool.example.net:3333', user: 'x', pass: 'x', 'rig-id': null }],
});

describe('settings of miners', () => {
  test("XMRig's are known by its own keys, whatever the file is called", () => {
    expect(minerSettings(xmrig)).toEqual({
      program: 'xmrig',
      keys: ['donate-level', 'huge-pages', 'hw-aes', 'max-threads-hint', 'rig-id'],
    });
  });

  test('comments, commas at the end, a byte order mark and missing braces are read as miners read them', () => {
    const sloppy = `\u00ef\u00bb\u00bf// mine\n/* "quoted" : { */ {"donate-level" /* a */ : 1,"rig-id":"a\\"b",\n"nicehash":0,}`;
    expect(minerSettings(sloppy)?.keys).toEqual(['donate-level', 'nicehash', 'rig-id']);
    const stak =
      '/* pools */\n"pool_list" :\n[{"pool_address" : "192.0.2.1:3333", "wallet_address" : "", "use_nicehash" : 0,},],';
    expect(minerSettings(stak)?.program).toBe('xmr-stak');
  });

  test('other programs share their keys with the world, and that is said', () => {
    const text = '{"algo":"kawpow","pools":[{"url":"stratum+tcp://192.0.2.1:3333","user":"w","pass":"x"}]}';
    expect(minerSettings(text)).toEqual({
      program: 'unknown',
      keys: ['algo', 'pass', 'pools', 'url', 'user'],
    });
    expect(minerSettings('{"url":"jdbc:x","user":"u","password":"p"}')).toBeUndefined();
  });

  test('the fewest keys that work: one of its own beside a list of pools, or that list alone', () => {
    const pools = [{ url: 'pool.example.net:3333', user: 'x' }];
    const one = (rest: object): string | undefined =>
      minerSettings(JSON.stringify({ pools, ...rest }))?.program;
    expect(one({ 'donate-level': 0 })).toBe('xmrig');
    expect(one({ cpu: true, randomx: { mode: 'auto' } })).toBe('xmrig');
    expect(one({ cpu: true })).toBe('unknown');
    expect(minerSettings('{"donate-level":0,"url":"x","user":"y"}')).toBeUndefined();
    expect(minerSettings('{"randomx":{"mode":"auto"},"pools":[]}')).toBeUndefined();
  });

  test('keys and pools that hide behind escapes are read as a miner reads them', () => {
    const escaped = String.raw`{"\u0070ools":[{"ur\u006c":"x","url":"pool.example.net\u003a3333","user":"w"}],"donate\u002dlevel":1}`;
    expect(minerSettings(escaped)).toMatchObject({ program: 'xmrig' });
    expect(poolsOfSettings(escaped).map(({ pool }) => `${pool.host}:${pool.port}`)).toEqual([
      'pool.example.net:3333',
    ]);
  });

  test('pools are read without a scheme, but not addresses of other kinds, and not without end', () => {
    const urls = [
      '192.0.2.1:3333',
      'stratum+ssl:\\/\\/x.example.net:443',
      'https://x.test:1',
      'x.test',
      'jdbc:x',
    ];
    const text = urls.map((url) => `"url": "${url}"`).join(',\n');
    expect(poolsOfSettings(text).map(({ pool, offset }) => [pool.host, pool.scheme, offset])).toEqual([
      ['192.0.2.1', '', 0],
      ['x.example.net', 'stratum+ssl', 25],
    ]);
    expect(poolsOfSettings('"url":"192.0.2.1:3333",'.repeat(1000))).toHaveLength(100);
  });

  test('a report, a rule or a source that quotes settings has no such keys of its own', () => {
    expect(minerSettings(JSON.stringify({ evidence: [xmrig], text: `found ${xmrig}` }))).toBeUndefined();
    expect(minerSettings(`const config = ${xmrig};`)).toBeUndefined();
    expect(minerSettings(`# manual\n\n${xmrig}`)).toBeUndefined();
    expect(minerSettings('{"keywords":["donate-level","rig-id","nicehash","huge-pages"]}')).toBeUndefined();
  });

  test('nonsense ends: open strings, open comments, a million brackets, nothing at all', () => {
    for (const text of ['', ' ', '{', '{"', '{"a\\', '/*', '//', '{'.repeat(1 << 20), '"a":'.repeat(200_000)])
      expect(minerSettings(text)).toBeUndefined();
    expect(minerSettings(`${xmrig}${' '.repeat(1 << 20)}`)).toBeUndefined();
  });
});
