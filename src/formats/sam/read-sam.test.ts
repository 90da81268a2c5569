import { describe, expect, test } from 'bun:test';
import { hiveOf, opened } from '../registry/hive.fixture.ts';
import { parseAlias } from './alias.ts';
import { readSam, type Sam } from './read-sam.ts';
import { machineSid, numbersBytes, samTree, textsBytes, type UserSpec } from './sam.fixture.ts';
import { accountFlag, parseUserNumbers, parseUserTexts } from './user.ts';

const administrator: UserSpec = { rid: 500, name: 'Administrator', flags: 0x211, logons: 3 };
const alice: UserSpec = { rid: 1001, name: 'alice', lastLogon: 133_000_000_000_000_001n, logons: 40 };
const administrators = { rid: 544, name: 'Administrators', members: [500, 1001] };

function samOf(...given: Parameters<typeof samTree>): Sam {
  const sam = readSam(opened(hiveOf(samTree(...given))));
  if (sam === undefined) throw new Error('no SAM');
  return sam;
}

describe('the SAM of a healthy host', () => {
  const sam = samOf([administrator, alice], [administrators]);

  test('tells who has an account, since when the password is set and when somebody last logged on', () => {
    expect(sam.machineSid).toBe(machineSid);
    expect(sam.users.map(({ keyRid, numbers, texts }) => [keyRid, numbers?.rid, texts?.name])).toEqual([
      [500, 500, 'Administrator'],
      [1001, 1001, 'alice'],
    ]);
    expect(sam.users[1]?.numbers).toMatchObject({
      lastLogon: 133_000_000_000_000_001n,
      logons: 40,
      flags: accountFlag.normal,
    });
    expect((sam.users[0]?.numbers?.flags ?? 0) & accountFlag.disabled).toBe(accountFlag.disabled);
    expect(sam.users[1]?.texts).toMatchObject({
      hasPassword: true,
      comment: 'made for a test',
      damaged: false,
    });
  });

  test('names every account once, and both lists of members agree', () => {
    expect(sam.names.map(({ name, rid }) => [name, rid])).toEqual([
      ['Administrator', 500],
      ['alice', 1001],
    ]);
    expect(sam.groups).toMatchObject([
      { name: 'Administrators', domain: 'Builtin', members: [`${machineSid}-500`, `${machineSid}-1001`] },
    ]);
    expect(sam.memberships.get(`${machineSid}-1001`)).toEqual([544]);
    expect(sam.cut).toBe(false);
  });
});

describe('the SAM that somebody worked on', () => {
  test('has the number of the administrator in the account of a guest: a clone', () => {
    const { users } = samOf([administrator, { rid: 501, name: 'Guest', cloneOf: 500 }], []);
    expect(users.map(({ keyRid, numbers }) => [keyRid, numbers?.rid])).toEqual([
      [500, 500],
      [501, 500],
    ]);
  });

  test('has an account that no name leads to, and one whose name is hidden by a dollar sign', () => {
    const sam = samOf(
      [
        { ...alice, named: false },
        { rid: 1002, name: 'support$' },
      ],
      [],
    );
    expect(sam.users.map(({ texts }) => texts?.name)).toEqual(['alice', 'support$']);
    expect(sam.names.map(({ name }) => name)).toEqual(['support$']);
  });

  test('has an account without password', () => {
    const { users } = samOf([{ rid: 501, name: 'Guest', password: false }], []);
    expect(users[0]?.texts?.hasPassword).toBe(false);
  });
});

describe('a SAM that is broken on purpose', () => {
  test('another hive is none', () => {
    expect(readSam(opened(hiveOf({ name: 'ROOT', keys: [{ name: 'Software' }] })))).toBeUndefined();
  });

  test('values cut anywhere are undefined or told to be damaged, and never throw', () => {
    const [f, v] = [numbersBytes(alice), textsBytes(alice)];
    for (let size = 0; size < f.length; size += 1)
      expect([size, parseUserNumbers(f.subarray(0, size)) !== undefined]).toEqual([size, size >= 68]);
    for (let size = 0; size < v.length; size += 1) {
      const texts = parseUserTexts(v.subarray(0, size));
      if (texts === undefined) expect(size).toBeLessThan(204);
      else if (size < 204 + 10) expect([size, texts.damaged]).toEqual([size, true]);
    }
  });

  test('places of texts and members outside of their value are left out', () => {
    const v = textsBytes(alice);
    v.writeUInt32LE(0xffff_fff0, 12);
    expect(parseUserTexts(v)).toMatchObject({ name: '', damaged: true });
    const c = Buffer.alloc(0x34);
    c.writeUInt32LE(0xffff_ffff, 0x30);
    c.writeUInt32LE(0x7fff_ffff, 0x2c);
    expect(parseAlias(c)).toMatchObject({ members: [], damaged: true });
    expect(parseAlias(Buffer.alloc(10))).toBeUndefined();
  });

  test('keys that are no number, and names without a value, stay what they are', () => {
    const tree = samTree([alice], []);
    const bytes = hiveOf(tree);
    const key = opened(bytes).key('SAM\\Domains\\Account\\Users\\000003E9');
    bytes.write('zzzzzzzz', 4096 + (key?.offset ?? 0) + 4 + 76, 'latin1');
    const sam = readSam(opened(bytes));
    expect(sam?.users[0]).toMatchObject({ keyRid: undefined, keyName: 'zzzzzzzz' });
  });
});
