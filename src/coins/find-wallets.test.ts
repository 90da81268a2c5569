import { describe, expect, test } from 'bun:test';
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { base58, base58xmr, bech32, bech32m } from '@scure/base';
import { cryptonoteWallet } from './cryptonote.ts';
import { findWallets, walletBudget } from './find-wallets.ts';

/** Bytes 1, 2, 3 …: keys of nobody. */
const constant = (length: number, from = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (from + at) & 0xff);

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
  return [...out, rest];
}

function cryptonote(tag: number, integrated = false): string {
  const body = joined(varint(tag), constant(64), integrated ? constant(8, 200) : []);
  return base58xmr.encode(joined(body, keccak_256(body).subarray(0, 4)));
}

function base58check(version: readonly number[]): string {
  const body = joined(version, constant(20));
  return base58.encode(joined(body, sha256(sha256(body)).subarray(0, 4)));
}

const found = (text: string | Uint8Array) =>
  findWallets(text).map(({ coin, address, verified }) => ({ coin, address, verified }));
const one = (coin: string, address: string, verified = true) => [{ coin, address, verified }];

/** A fixed stream of pseudo-random bytes (xorshift32), the same on every run. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

/** Flips one character in the middle to another of the same alphabet. */
const spoiled = (address: string): string => {
  const at = Math.floor(address.length / 2);
  const other = address.charAt(at) === 'q' ? 'p' : 'q';
  return address.slice(0, at) + other + address.slice(at + 1);
};

const published = [
  // Monero project: general fund, as printed in its README; a subaddress and an integrated address of its docs.
  [
    'monero',
    '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A',
  ],
  [
    'monero',
    '888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H',
  ],
  [
    'monero',
    '4ADT1BtbxqEWeMKp9GgPr2NeyJXXtNxvoDawpyA4WpzFcGcoHUvXeijE66DNfohE9r1bQYaBiQjEtKE7CtkTdLwiDznFzra',
  ],
  // Governance wallet in oxen-core src/cryptonote_config.h.
  ['oxen', 'LCFxT37LAogDn1jLQKf4y7aAqfi21DjovX9qyijaLYQSdrxY1U5VGcnMJMjWrD9RhjeK5Lym67wZ73uh9AujXLQ1RKmXEyL'],
  // The output of Bitcoin's first block.
  ['bitcoin', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  // BIP 173 and BIP 350 test vectors.
  ['bitcoin', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'],
  ['bitcoin', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'],
  // EIP-55 test vectors.
  ['ethereum', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
  ['ethereum', '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359'],
  ['ethereum', '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB'],
  ['ethereum', '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb'],
  // Zcash test vectors, unified_address.py (first entry).
  [
    'zcash',
    'u1l8xunezsvhq8fgzfl7404m450nwnd76zshscn6nfys7vyz2ywyh4cc5daaq0c7q2su5lqfh23sp7fkf3kt27ve5948mzpfdvckzaect2jtte308mkwlycj2u0eac077wu70vqcetkxf',
  ],
  // kaspad util/doc.go.
  ['kaspa', 'kaspa:qqj9fg59mptxkr9j0y53j5mwurcmda5mtza9n6v9pm9uj8h0wgk6uma5pvumr'],
] as const;

describe('published addresses', () => {
  for (const [coin, address] of published) {
    test(`${coin} ${address.slice(0, 12)}… is verified`, () => {
      expect(found(`user ${address}.rig1 x`)).toEqual(one(coin, address));
    });
    test(`${coin} ${address.slice(0, 12)}… with one character changed is not`, () => {
      expect(found(`user ${spoiled(address)}.rig1 x`)).toEqual([]);
    });
  }
});

describe('addresses from constant keys', () => {
  const tags: readonly (readonly [string, number, boolean, string])[] = [
    ['monero', 0x12, false, '4'],
    ['monero', 0x13, true, '4'],
    ['monero', 0x2a, false, '8'],
    ['wownero', 0x1032, false, 'W'],
    ['sumokoin', 0x2bb39a, false, 'Sumo'],
    ['arqma', 0x2cca, false, 'ar'],
    ['graft', 0x5a, false, 'G'],
    ['haven', 0x5af4, false, 'hvx'],
    ['haven', 0xcd774, true, 'hvi'],
    ['salvium', 0x3ef318, false, 'SaLv'],
    ['salvium', 0xf5ef318, false, 'SaLvs'],
    ['salvium', 0x180c96, false, 'SC1'],
    ['conceal', 0x7ad4, false, 'ccx7'],
  ];
  for (const [coin, tag, integrated, head] of tags) {
    test(`${coin} tag 0x${tag.toString(16)} starts with ${head} as its makers say, and is found`, () => {
      const address = cryptonote(tag, integrated);
      expect(address.startsWith(head)).toBe(true);
      expect(found(`"user":"${address}"`)).toEqual(one(coin, address));
    });
  }

  test('a standard tag with a payment id is refused, and the other way round', () => {
    expect(found(cryptonote(0x12, true))).toEqual([]);
    expect(found(cryptonote(0x13, false))).toEqual([]);
  });

  test('a testnet tag is not one of our coins', () => {
    expect(found(cryptonote(0x35))).toEqual([]);
  });

  test('the kind is told', () => {
    expect(cryptonoteWallet(cryptonote(0x2a))?.kind).toBe('subaddress');
  });

  const versions: readonly (readonly [string, readonly number[], string])[] = [
    ['bitcoin', [0x00], '1'],
    ['bitcoin', [0x05], '3'],
    ['litecoin', [0x30], 'L'],
    ['litecoin', [0x32], 'M'],
    ['dogecoin', [0x1e], 'D'],
    ['dash', [0x4c], 'X'],
    ['dash', [0x10], '7'],
    ['ravencoin', [0x3c], 'R'],
    ['ravencoin', [0x7a], 'r'],
    ['zcash', [0x1c, 0xb8], 't1'],
    ['zcash', [0x1c, 0xbd], 't3'],
  ];
  for (const [coin, version, head] of versions) {
    test(`${coin} ${head}… is found`, () => {
      const address = base58check(version);
      expect(address.startsWith(head)).toBe(true);
      expect(found(address)).toEqual(one(coin, address));
    });
  }

  test('a private key in the same form (version 0x80) is no address', () => {
    const body = joined([0x80], constant(32));
    expect(found(base58.encode(joined(body, sha256(sha256(body)).subarray(0, 4))))).toEqual([]);
  });

  test('litecoin and sapling in bech32', () => {
    const litecoin = bech32.encode('ltc', [0, ...bech32.toWords(constant(20))]);
    const sapling = bech32.encode('zs', bech32.toWords(constant(43)), 200);
    expect(found(litecoin)).toEqual(one('litecoin', litecoin));
    expect(found(sapling)).toEqual(one('zcash', sapling));
  });

  test('version 0 in bech32m and version 1 in bech32 are refused (BIP 350)', () => {
    expect(found(bech32m.encode('bc', [0, ...bech32.toWords(constant(20))]))).toEqual([]);
    expect(found(bech32.encode('bc', [1, ...bech32.toWords(constant(32))]))).toEqual([]);
  });

  test('ergo', () => {
    const body = joined([0x01, 0x02], constant(32));
    const address = base58.encode(joined(body, blake2b(body, { dkLen: 32 }).subarray(0, 4)));
    expect(address.startsWith('9')).toBe(true);
    expect(found(address)).toEqual(one('ergo', address));
  });

  test('kaspa without its prefix is told with it', () => {
    const data = 'qqj9fg59mptxkr9j0y53j5mwurcmda5mtza9n6v9pm9uj8h0wgk6uma5pvumr';
    expect(found(`--user ${data}.rig`)).toEqual(one('kaspa', `kaspa:${data}`));
  });

  test('an address in one case has no checksum and says so', () => {
    const lower = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
    expect(found(lower)).toEqual(one('ethereum', lower, false));
    expect(found(`0x${'0'.repeat(40)}`)).toEqual([]);
  });
});

describe('where addresses stand', () => {
  const address = cryptonote(0x12);

  test('offsets are those of the first character, also at both ends of the bytes', () => {
    const bytes = new TextEncoder().encode(`${address}\0\0${address}`);
    expect(findWallets(bytes).map((hit) => hit.offset)).toEqual([0, address.length + 2]);
  });

  test('every alignment in binary data is seen', () => {
    for (let shift = 0; shift < 60; shift += 1) {
      const bytes = joined(new Uint8Array(shift), new TextEncoder().encode(address), [0, 1, 2]);
      expect(findWallets(bytes).map((hit) => hit.offset)).toEqual([shift]);
    }
  });

  test('pool syntax around it: coin, worker, difficulty, mail, glued option', () => {
    for (const text of [
      `XMR:${address}.rig#ref`,
      `${address}+120000`,
      `${address}/a@example.com`,
      `-u${address}`,
    ]) {
      expect(found(text)).toEqual(one('monero', address));
    }
  });

  test('inside a longer run it is not an address', () => {
    expect(found(`abc${address}def`)).toEqual([]);
  });
});

describe('noise', () => {
  test('random base58, hex, base64 and bytes give no verified hit', () => {
    const raw = noise(600_000, 0x9e3779b9);
    const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    const lengths = [34, 35, 51, 95, 97, 98, 99, 106, 109];
    let text = '';
    for (let at = 0, run = 0; at < 300_000; at += 1, run += 1) {
      if (run === lengths[at % lengths.length]) {
        text += ' ';
        run = 0;
      }
      text += alphabet.charAt((raw[at] ?? 0) % 58);
    }
    const hex = Buffer.from(raw)
      .toString('hex')
      .replace(/(.{40})/g, '0x$1 ');
    for (const input of [raw, text, hex, Buffer.from(raw).toString('base64')]) {
      expect(findWallets(input).filter((hit) => hit.verified)).toEqual([]);
    }
  });

  test('almost-addresses cannot buy more than the budget of checksums', () => {
    const bad = spoiled(cryptonote(0x12));
    const budget = { ...walletBudget(), checks: 50 };
    findWallets(`${bad} `.repeat(5000), budget);
    expect(budget.checks).toBe(0);
  });

  test('hits are bounded', () => {
    const budget = { ...walletBudget(), hits: 3 };
    expect(findWallets(`${cryptonote(0x12)} `.repeat(100), budget)).toHaveLength(3);
  });
});
